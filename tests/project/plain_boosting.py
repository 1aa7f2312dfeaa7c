"""The score of scikit-learn's boosting as it comes, on the rows of the line.

python plain_boosting.py PACKAGE        in a project whose line has run
"""

import sys
from importlib import import_module
from pathlib import Path

import pandas as pd
from hydra import compose, initialize_config_dir
from omegaconf import OmegaConf
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OrdinalEncoder


def main(package: str) -> None:
    """Print the metric that the gate looks at."""
    with initialize_config_dir(str(Path("conf").resolve()), version_base="1.3"):
        config = OmegaConf.to_container(compose("config"), resolve=True)
    features, metrics, schemas = (
        import_module(f"{package}.{name}") for name in ("features", "metrics", "schema")
    )
    schema = schemas.Schema.from_config(config["data"])
    train, test = (pd.read_parquet(f"data/prepared/{part}.parquet") for part in ("train", "test"))
    model = make_model(schema).fit(to_frame(schema, train), features.to_target(schema, train))
    answers = metrics.predict(schema, model, to_frame(schema, test))
    truth = features.to_target(schema, test)
    print(metrics.measure(schema, config["metric"][schema.task], truth, answers))


def make_model(schema):
    """Categories as codes, numbers as they are, missing values as missing."""
    words = [column.name for column in schema.features if column.type == "category"]
    codes = OrdinalEncoder(
        handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-2
    )
    columns = make_column_transformer((codes, words), remainder="passthrough")
    regression = schema.task == "regression"
    kind = HistGradientBoostingRegressor if regression else HistGradientBoostingClassifier
    return make_pipeline(columns, kind(random_state=0))


def to_frame(schema, table: pd.DataFrame) -> pd.DataFrame:
    """The same features, dates as numbers."""
    frame = table[[column.name for column in schema.features]].copy()
    for column in schema.features:
        if column.type == "datetime":
            frame[column.name] = frame[column.name].astype("int64")
        elif column.type != "category":
            frame[column.name] = frame[column.name].astype("float64")
    return frame


if __name__ == "__main__":
    main(sys.argv[1])
