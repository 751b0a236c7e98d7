"""The figures that the documents state: what is claimed of them must be so."""

import json
from pathlib import Path

import pytest

STATED = Path(__file__).resolve().parents[2] / "docs/expression-space.json"
ITSELF = "this-decoded"
"""Not a baseline: the same space, looked up in another way."""


@pytest.fixture(scope="module")
def evaluation():
    return json.loads(STATED.read_bytes())


@pytest.mark.parametrize("name", ["text-to-face-pool-r1", "face-to-text-pool-r1", "mae-all"])
def test_no_baseline_is_ahead(evaluation, name):
    (metric,) = (each for each in evaluation["metrics"] if each["name"] == name)
    sign = 1.0 if metric["lower_is_better"] else -1.0
    baselines = {of: value for of, value in metric["baselines"].items() if of != ITSELF}

    assert {"mean", "prototype", "nearest", "ridge", "original"} <= baselines.keys()
    assert all(sign * metric["value"] < sign * value for value in baselines.values())


def test_nothing_is_shared_between_the_parts(evaluation):
    groups = evaluation["groups"]
    assert groups["overlap"] == 0
    assert min(groups["train"], groups["validation"], groups["test"]) > 6_000


def test_space_has_not_collapsed(evaluation):
    assert not evaluation["collapsed"]["this"]
