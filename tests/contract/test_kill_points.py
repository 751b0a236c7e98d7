"""SIGKILL at each named point of a run and the same command again; `make kill-matrix` does more."""

from random import Random

import pytest
from cases import case_named
from kills import POINTS, RANDOM_MOMENT, Ordeal
from trials import folder_in_memory

KINDS = [
    "toy shout",
    "toy short",
    "toy draw",
    "toy import lines",
    "toy sum-up",
    "manifest merge",
    "manifest split",
]
ASSETS = "between an asset and its record"
CELLS = [
    (name, point)
    for name in KINDS
    for point in POINTS
    if point.name != ASSETS or name == "toy draw"
]


@pytest.fixture(scope="module")
def ordeal_of(zygote):
    """Gives a case that can be killed again and again."""
    with folder_in_memory() as folder:
        made = {name: Ordeal(zygote, case_named(name), folder / name) for name in KINDS}
        yield made.__getitem__


@pytest.mark.parametrize(("name", "point"), CELLS, ids=lambda cell: getattr(cell, "name", cell))
def test_run_killed_at_a_point_ends_as_if_nothing_had_happened(ordeal_of, name, point):
    ordeal = ordeal_of(name)
    passes = ordeal.passes(point)
    assert passes > 0
    number = Random(f"{name} {point.name}").randrange(passes)
    trial = ordeal.kill_at(point, number)

    ordeal.go_on(trial)

    assert ordeal.whole.differences(trial) == []


def test_manifests_killed_at_a_random_moment_merge_as_if_nothing_had_happened(ordeal_of):
    ordeal = ordeal_of("manifest merge")
    for moment in range(10):
        trial = ordeal.kill_at_random(Random(f"{RANDOM_MOMENT} {moment}"))
        ordeal.go_on(trial)

        assert ordeal.whole.differences(trial) == []
