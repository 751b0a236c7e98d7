import re
import tomllib
from pathlib import Path

import pytest

from benchmarks.llm import way as llm
from benchmarks.peers.way import LIMITS, OURS, PEERS, choose_ways, version_of

ROOT = Path(__file__).parents[2]
FOLDERS = sorted({way.peer for way in PEERS})
LLM_FOLDERS = sorted({way.peer for way in llm.PEERS})


def test_every_folder_with_a_job_is_a_peer():
    assert sorted(path.parent.name for path in ROOT.glob("benchmarks/peers/*/job.py")) == FOLDERS
    assert sorted(path.parent.name for path in ROOT.glob("benchmarks/llm/*/job.py")) == LLM_FOLDERS


def test_every_peer_has_a_group_to_lock():
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["dependency-groups"]

    assert {f"peer-{peer.replace('_', '-')}" for peer in FOLDERS + LLM_FOLDERS} == {
        name for name in groups if name.startswith("peer-")
    }


@pytest.mark.parametrize("way", PEERS, ids=lambda way: way.name)
def test_version_is_the_one_of_the_lock(way):
    assert re.fullmatch(r"\d+(\.\d+)+", version_of(way))


@pytest.mark.parametrize("way", llm.PEERS, ids=lambda way: way.name)
def test_version_of_a_client_is_the_one_of_the_lock(way):
    assert re.fullmatch(r"\d+(\.\d+)+", llm.version_of(way))


def test_ways_of_one_peer_stand_beside_the_limits_and_ours():
    names = [way.name for way in choose_ways(["singer_sdk"])]

    assert names[: len(LIMITS) + len(OURS)] == [way.name for way in [*LIMITS, *OURS]]
    assert [name.startswith("singer-sdk") for name in names[len(LIMITS) + len(OURS) :]] == [
        True
    ] * 2


def test_unknown_peer_is_refused():
    with pytest.raises(ValueError, match="nobody"):
        choose_ways(["nobody"])
