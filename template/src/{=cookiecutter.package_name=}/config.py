"""The shape of conf/: what every entry may be, checked before a step does anything."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar, cast

from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException
from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, ValidationError, with_config
from typing_extensions import TypedDict  # Pydantic needs it below Python 3.12

from .errors import LineError

Shape = TypeVar("Shape")
CLOSED = with_config(ConfigDict(strict=True, extra="forbid"))
"""A misspelt entry would change nothing: it is named instead."""

Count = Annotated[int, Field(ge=1)]
Share = Annotated[float, Field(gt=0, lt=1)]


def check_space(space: dict[str, Any]) -> dict[str, Any]:
    """What the search may choose from: some values, or a range."""
    if set(space) == {"choices"} and isinstance(space["choices"], list) and space["choices"]:
        return space
    low, high, log = space.get("low"), space.get("high"), space.get("log", False)
    known = set(space) <= {"low", "high", "log"} and isinstance(log, bool)
    if not known or not isinstance(low, int | float) or not isinstance(high, int | float):
        raise ValueError("must be {choices: [...]} or {low: ..., high: ..., log: true or false}")
    if low > high or (log and low <= 0):
        raise ValueError("low must not be above high, and must be above 0 where log is true")
    return space


Space = Annotated[dict[str, Any], AfterValidator(check_space)]
WORDS = {
    "missing": "is missing",
    "extra_forbidden": "is no entry that is known",
    "unexpected_keyword_argument": "is no entry that is known",
}
"""What Pydantic's kinds of errors mean for a file of conf/, where its own words don't tell."""


class ConfigError(LineError):
    """Entries of conf/ can't be used; the message names each."""

    def __init__(self, message: str) -> None:
        super().__init__(f"conf/: {message}")


@CLOSED
class NumberSteps(TypedDict):
    """What happens to a number before the model reads it."""

    impute: Literal["mean", "median", "most_frequent", "end_of_tail", "arbitrary"]
    arbitrary: float
    indicator: bool
    cap: bool
    transform: Literal["none", "power", "quantile"]


@CLOSED
class CategorySteps(TypedDict):
    """What happens to a category before the model reads it."""

    missing: Literal["category", "most_frequent"]
    rare: Annotated[float, Field(ge=0, lt=1)]
    one_hot: Annotated[int, Field(ge=0)]


@CLOSED
class FeatureSettings(TypedDict):
    """The steps between the table and the model, by type of column."""

    number: NumberSteps
    category: CategorySteps


@CLOSED
class Recipe(TypedDict):
    """An estimator, its fixed parameters, and the space of those that are searched."""

    estimator: Annotated[str, Field(pattern=r"^\w+(\.\w+)+$")]
    fixed: dict[str, Any]
    search: dict[str, Space]


@CLOSED
class ModelSettings(TypedDict):
    """A file of conf/model/."""

    name: str
    scale: bool
    classifier: Recipe
    regressor: Recipe


@CLOSED
class SplitSettings(TypedDict):
    """How many rows test the model."""

    test_share: Share


@CLOSED
class TrainingSettings(TypedDict):
    """The search for hyper-parameters."""

    trials: Count
    folds: Annotated[int, Field(ge=2)]
    search_rows: Count
    threads: Count


@CLOSED
class MetricSettings(TypedDict):
    """The one metric of each task that decides."""

    binary: Literal[
        "roc_auc", "average_precision", "log_loss", "brier", "accuracy", "balanced_accuracy", "f1"
    ]
    multiclass: Literal["balanced_accuracy", "accuracy", "f1_macro", "log_loss"]
    regression: Literal["mae", "rmse", "r2"]


@CLOSED
class EvaluationSettings(TypedDict):
    """Intervals and slices."""

    resamples: Annotated[int, Field(ge=2)]
    resample_rows: Annotated[int, Field(ge=100)]
    confidence: Share
    slice_rows: Count


@CLOSED
class GateSettings(TypedDict):
    """What a model must reach."""

    margin: float
    tolerance: Annotated[float, Field(ge=0)]


@CLOSED
class PackageSettings(TypedDict):
    """What a package must prove."""

    tolerance: Annotated[float, Field(gt=0)]


@CLOSED
class RegistrySettings(TypedDict):
    """Where models are recorded."""

    tracking_uri: str
    artifacts: str
    automatic: bool


@CLOSED
class IngestSettings(TypedDict):
    """What a file must be to be taken into the table."""

    bad_share: Annotated[float, Field(ge=0, le=1)]
    settle: Annotated[float, Field(ge=0)]


Trigger = Literal["schedule", "drift", "performance", "new_data"]


@CLOSED
class RetrainSettings(TypedDict):
    """When a model is trained anew, and what it must show to replace the champion."""

    triggers: list[Trigger]
    every_days: Annotated[float, Field(gt=0)]
    new_rows: Count
    feedback: Literal["new", "all", "none"]
    test_share: Share
    test_rows: Count
    folds: Count
    histories: Annotated[list[Annotated[float, Field(gt=0, le=1)]], Field(min_length=1)]
    margin: float
    confidence: Share
    slice_tolerance: Annotated[float, Field(ge=0)]
    latency_ms: Annotated[float, Field(gt=0)]
    cooldown_hours: Annotated[float, Field(ge=0)]
    per_day: Count
    promote: Literal["at_once", "canary"]


def check_shares(shares: list[float]) -> list[float]:
    """Every step gives the challenger more."""
    if not shares or sorted(set(shares)) != shares or shares[0] <= 0 or shares[-1] > 100:
        raise ValueError("must be percentages that grow from above 0 to at most 100")
    return shares


@CLOSED
class CanarySettings(TypedDict):
    """How a challenger's share of the traffic grows, and what ends it."""

    shares: Annotated[list[float], AfterValidator(check_shares)]
    key: str | None
    rule: dict[str, list[Any]]
    requests: Count
    minutes: Annotated[float, Field(ge=0)]
    seconds: Annotated[float, Field(gt=0)]
    errors: Share
    latency: Annotated[float, Field(ge=1)]
    distance: Share
    labels: Annotated[int, Field(ge=2)]


@CLOSED
class MonitorSettings(TypedDict):
    """When a difference in service is a drift; monitoring/settings.py reads the same."""

    days: Annotated[float, Field(gt=0)] | None
    rows: Count | None
    minimum_rows: Count
    alpha: Share
    effect: Share
    missing: Share
    new: Share
    outside: Share
    labelled_rows: Count
    worse: Annotated[float, Field(ge=0)]
    keep: Count


@CLOSED
class PathsSettings(TypedDict):
    """Folders where the steps hand over."""

    incoming: str
    quarantine: str
    prepared: str
    models: str
    results: str


@with_config(ConfigDict(strict=True))
class Config(TypedDict):
    """conf/config.yaml with the model and the table it names. Entries of your own may join it."""

    seed: Annotated[int, Field(ge=0, lt=2**32)]
    paths: PathsSettings
    data: dict[str, Any]
    model: ModelSettings
    features: FeatureSettings
    split: SplitSettings
    training: TrainingSettings
    metric: MetricSettings
    evaluation: EvaluationSettings
    gate: GateSettings
    package: PackageSettings
    registry: RegistrySettings
    canary: CanarySettings
    ingest: IngestSettings
    retrain: RetrainSettings
    promote: str
    monitor: MonitorSettings


def read(cfg: DictConfig) -> Config:
    """What Hydra composed, as plain values; everything that does not fit is named at once."""
    try:
        values = OmegaConf.to_container(cfg, resolve=True, throw_on_missing=True)
    except OmegaConfBaseException as error:
        raise ConfigError(str(error).splitlines()[0]) from error
    check(Config, values, ConfigError)
    return cast(Config, values)


def check(
    shape: type[Shape], values: Any, error: type[LineError], place: tuple[str, ...] = ()
) -> Shape:
    """The values in the given shape; the error names every entry that does not fit.

    place: the names of the entries that lead to `values`.
    """
    try:
        return TypeAdapter(shape).validate_python(values)
    except ValidationError as found:
        words = "; ".join(describe(place, **entry) for entry in found.errors())
        raise error(words) from found


def describe(place: tuple[str, ...], type: str, loc: tuple[Any, ...], msg: str, **_: Any) -> str:  # noqa: A002
    """One entry that does not fit, as Pydantic tells it: where it is, and what is asked of it."""
    words = WORDS.get(type, msg.removeprefix("Value error, "))
    return f"{'.'.join(map(str, (*place, *loc)))}: {words[:1].lower()}{words[1:]}"
