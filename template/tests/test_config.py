from typing import get_args, get_type_hints

import pytest
from conftest import read_config
from omegaconf import OmegaConf

from {= cookiecutter.package_name =} import config
from {= cookiecutter.package_name =}.config import ConfigError
from {= cookiecutter.package_name =}.metrics import METRICS


@pytest.mark.parametrize("model", ["linear", "forest", "boosting"])
def test_the_project_s_own_configuration_is_whole(model):
    assert config.read(read_config(f"model={model}"))["model"]["name"] == model


@pytest.mark.parametrize(
    ("override", "words"),
    [
        ("training.trials=0", "training.trials: input should be greater than or equal to 1"),
        ("training.folds=1", "training.folds: input should be greater than or equal to 2"),
        ("split.test_share=0", "split.test_share: input should be greater than 0"),
        ("split.test_share=1", "split.test_share: input should be less than 1"),
        ("features.number.impute=zero", "features.number.impute: input should be 'mean'"),
        ("seed=one", "seed: input should be a valid integer"),
        ("~gate", "gate: is missing"),
        ("+gate.margn=1", "gate.margn: is no entry that is known"),
        ("metric.binary=r2", "metric.binary: input should be 'roc_auc'"),
        ("+model.classifier.search.a={lo: 1}", "model.classifier.search.a: must be {choices"),
        ("+model.classifier.search.a={low: 2, high: 1}", "model.classifier.search.a: low must not"),
        ("+model.classifier.search.a={low: 0, high: 1, log: true}", "model.*: low must not"),
        ("+model.classifier.search.a={choices: []}", "model.*: must be {choices"),
        ("ingest.bad_share=2", "ingest.bad_share: input should be less than or equal to 1"),
        ("retrain.triggers=[moon]", "retrain.triggers.0: input should be 'schedule'"),
        ("retrain.per_day=0", "retrain.per_day: input should be greater than or equal to 1"),
        ("paths.models=${oc.env:NOT_SET_HERE}", ".*Environment variable 'NOT_SET_HERE' not found"),
    ],
)
def test_an_entry_that_makes_no_sense_is_named(override, words):
    with pytest.raises(ConfigError, match=f"^conf/: {words}"):
        config.read(read_config(override))


def test_the_metrics_that_may_be_named_are_those_that_are_measured():
    for task, names in get_type_hints(config.MetricSettings).items():
        assert set(get_args(names)) == set(METRICS[task])


def test_every_entry_is_named_at_once():
    with pytest.raises(ConfigError, match=r"seed: .*; split.test_share: "):
        config.read(read_config("seed=one", "split.test_share=2"))


def test_entries_of_your_own_may_join():
    cfg = OmegaConf.create(OmegaConf.to_container(read_config()) | {"own": {"setting": 1}})
    assert config.read(cfg)["own"] == {"setting": 1}
