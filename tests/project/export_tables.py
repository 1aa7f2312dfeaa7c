"""Write public tables as people send them: run by a Python that has statsmodels and scikit-learn.

    python export_tables.py FOLDER

Sources and licences: the documentation of sklearn.datasets and statsmodels.datasets.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn import datasets
from statsmodels import datasets as econometrics


def load(name: str) -> pd.DataFrame:
    """A table of scikit-learn, with the names of the classes where it has them."""
    found = getattr(datasets, f"load_{name}")(as_frame=True)
    table = found.frame.copy()
    if "target_names" in found and name != "digits":
        table["target"] = np.asarray(found.target_names)[found.target]
    return table


def take(name: str) -> pd.DataFrame:
    """A table of statsmodels."""
    return getattr(econometrics, name).load_pandas().data


def diabetes() -> pd.DataFrame:
    return load("diabetes").rename(columns={"target": "Progrès après 1 an"})


def wine() -> pd.DataFrame:
    """Missing values as German offices write them."""
    table = load("wine").astype({"magnesium": object})
    table.loc[::17, "magnesium"] = "k.A."
    return table


def anes96() -> pd.DataFrame:
    """Votes by name; some incomes unknown."""
    table = take("anes96").astype(object)
    table["vote"] = np.where(table["vote"] == 1, "Dole", "Clinton")
    table.loc[::23, "income"] = "?"
    return table


def fair() -> pd.DataFrame:
    """Whether there was an affair, and the amount that tells it (a leak)."""
    table = take("fair")
    return table.assign(**{"Had an affair?": np.where(table["affairs"] > 0, "Y", "N")})


def modechoice() -> pd.DataFrame:
    return take("modechoice").rename(columns={"individual": "traveller id"})


def co2() -> pd.DataFrame:
    """Weekly, with gaps; of the weeks before, as a person would prepare it."""
    table = econometrics.co2.load_pandas().data
    past = {f"co2 {weeks} weeks ago": table["co2"].shift(weeks) for weeks in (1, 4, 52)}
    table = table.assign(**past).dropna(subset=[*past])
    table = table.rename_axis("week").reset_index()
    return table.assign(week=table["week"].dt.strftime("%d.%m.%Y"))


def macrodata() -> pd.DataFrame:
    """Quarters as dates of American writing."""
    table = take("macrodata")
    months = (table["quarter"] * 3).astype(int).astype(str)
    days = months + "/28/" + table["year"].astype(int).astype(str)
    return table.assign(when=days, before=table["infl"].shift(1)).drop(columns=["year", "quarter"])


def statecrime() -> pd.DataFrame:
    return econometrics.statecrime.load_pandas().data.rename_axis("state").reset_index()


def german(table: pd.DataFrame, path: Path) -> None:
    table.to_csv(path, sep=";", decimal=",", index=False, encoding="cp1252")


def dollars(table: pd.DataFrame, path: Path) -> None:
    """Amounts as $1,234.50."""
    amounts = {name: [f"${amount:,.2f}" for amount in table[name]] for name in table}
    table.assign(**amounts).to_csv(path, encoding="utf-16")


def lines(table: pd.DataFrame, path: Path) -> None:
    table.to_json(path, orient="records", lines=True)


def plain(table: pd.DataFrame, path: Path) -> None:
    table.to_csv(path, index=False)


def parts(table: pd.DataFrame, path: Path) -> None:
    """A folder of files."""
    path.mkdir()
    for number, rows in enumerate(np.array_split(np.arange(len(table)), 3)):
        table.iloc[rows].to_csv(path / f"part {number}.csv", index=False)


TABLES: dict[str, tuple[Callable[[], pd.DataFrame], Callable[[pd.DataFrame, Path], object]]] = {
    "iris.jsonl": (lambda: load("iris"), lines),
    "wine.csv": (wine, german),
    "breast cancer.csv": (lambda: load("breast_cancer"), plain),
    "diabetes.parquet": (diabetes, lambda table, path: table.to_parquet(path)),
    "digits.csv.gz": (lambda: load("digits"), plain),
    "anes96.tsv": (anes96, lambda table, path: table.to_csv(path, sep="\t", index=False)),
    "fair": (fair, parts),
    "randhie.parquet": (lambda: take("randhie"), lambda table, path: table.to_parquet(path)),
    "modechoice.xlsx": (modechoice, lambda table, path: table.to_excel(path, index=False)),
    "star98.txt": (lambda: take("star98"), lambda table, path: table.to_csv(path, sep="|")),
    "co2.csv": (co2, plain),
    "macrodata.xlsx": (macrodata, lambda table, path: table.to_excel(path, index=False)),
    "elnino.tsv": (lambda: take("elnino"), lambda table, path: table.to_csv(path, sep="\t")),
    "statecrime.json": (statecrime, lambda table, path: table.to_json(path, orient="records")),
    "engel.csv": (lambda: take("engel"), dollars),
}


if __name__ == "__main__":
    for name, (make, write) in TABLES.items():
        write(make(), Path(sys.argv[1], name))
