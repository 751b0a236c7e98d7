"""The main job over corpora full of hostile lines: nothing is lost; `make poisoned` does more."""

import pytest
from poisoned_chain import Chain

LINES = 800


@pytest.fixture(scope="module")
def chain(zygote, tmp_path_factory):
    """The chain, gone through, and its steps."""
    folder = tmp_path_factory.mktemp("poisoned")
    made = Chain(lambda command, *words: zygote.run(command, *words, folder=folder), folder, LINES)
    return made, list(made.steps())


def test_every_line_of_every_step_is_in_exactly_one_place(chain):
    for step in chain[1]:
        assert step.lost == 0, step.name


def test_sums_of_every_step_hold(chain):
    for step in chain[1]:
        c = step.counts
        assert c["read"] == c["passed"] + c["consumed"] + c["dropped"] + c["rejected"], step.name


def test_rejects_of_every_step_are_given_back(chain):
    for step in chain[1]:
        assert step.given_back, step.name


def test_chain_is_what_its_receipts_say(chain):
    assert "are what their receipts say" in chain[0].audit()


def test_steps_show_rejects_and_drops(chain):
    """So that the others speak of something."""
    counts = {step.name: step.counts for step in chain[1]}

    for name in ("dataset-io import goemotions", "manifest validate", "manifest merge"):
        assert counts[name]["rejected"] > 0
    assert counts["llm-annotate expression"]["rejected"] > 0
    assert counts["dataset-io import isear"]["dropped"] > 0
    assert 0 < counts["filters quality"]["dropped"] < counts["filters quality"]["read"]
