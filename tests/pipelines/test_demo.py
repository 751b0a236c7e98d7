"""`make demo`: what it makes, what it makes again and why, and what is left after a kill."""

import os
import random
import re
import shutil
import signal
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

MIN_SENTENCES = 150
MIN_PICTURES = 50
KILLS = 3


# What it says ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Again:
    """A second `make demo`: what it said, and when files were changed before and after."""

    said: str
    before: dict[str, int]
    after: dict[str, int]


@pytest.fixture(scope="module")
def again(demo):
    before = demo.times()
    return Again(demo.make("demo"), before, demo.times())


@pytest.mark.parametrize(
    "row",
    [
        "dataset-io import goemotions 114 114 0 0",
        "dataset-io import emoint 64 64 0 0",
        "dataset-io import isear 35 31 4 0",
        "manifest merge 209 209 0 0",
        "llm-annotate expression 209 209 0 0",
        "dataset-io import images 1 1 0 0",
        "face-annot annotate 1 1 0 0",
        "photomaker-gen generate 209 209 0 0",
        "filters quality 209 209 0 0",
        "report build 209 0 0 0",
    ],
)
def test_table_tells_what_a_step_did(again, row):
    rows = [" ".join(line.split()) for line in again.said.splitlines()]
    assert [r for r in rows if r.startswith(f"{row} ")]


def test_path_of_the_page_stands_last(again, demo):
    assert again.said.splitlines()[-1] == str(demo.page)


def test_second_run_calls_no_step(again):
    assert "bin/affectory" not in again.said


def test_second_run_changes_no_file(again):
    assert again.after == again.before


def test_nothing_needs_to_be_built_after_a_build(demo):
    assert demo.why() == [f"{demo.name}/page.html is up to date"]


# What it makes --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def records(demo):
    """The records of the finished data set."""
    return demo.records("quality.jsonl")


def test_sentences_are_many(records):
    assert len({record["text"]["content"] for record in records}) >= MIN_SENTENCES


def test_every_source_gives_sentences(records):
    assert {record["source"]["dataset"] for record in records} == {"goemotions", "emoint", "isear"}


def test_every_record_says_the_terms_of_the_samples_and_not_those_of_the_dataset(records):
    assert {r["source"]["licence"] for r in records} == {"CC0-1.0"}
    assert all("Affectory" in r["source"]["citation"] for r in records)


def test_every_record_keeps_what_people_said(records):
    assert all(r["labels"]["emotions"] for r in records)


def test_every_record_has_action_units_unless_it_is_neutral(records):
    for record in records:
        felt = [e for e in record["expression"]["emotions"] if e["label"] != "neutral"]
        assert bool(record["expression"]["action_units"]) == bool(felt), record["id"]


def test_every_record_has_a_weight_for_each_of_52_shapes(records):
    for record in records:
        blendshapes = record["expression"]["blendshapes"]
        assert blendshapes["layout"] == "arkit-52"
        assert len(blendshapes["weights"]) == 52
        assert all(0 <= weight <= 1 for weight in blendshapes["weights"])


def _picture(demo, record) -> Path:
    return demo.folder / record["assets"]["image"]["uri"].replace(":", "/", 1)


def test_every_record_has_a_picture_of_the_size_it_states(demo, records):
    for record in records:
        content, image = _picture(demo, record).read_bytes(), record["assets"]["image"]
        assert content.startswith(b"\x89PNG\r\n\x1a\n")
        assert struct.unpack(">II", content[16:24]) == (image["width"], image["height"])
        assert len(content) == image["bytes"]


def test_pictures_are_many(records):
    assert len({r["assets"]["image"]["sha256"] for r in records}) >= MIN_PICTURES


def test_another_expression_is_another_picture(records):
    pairs = {
        (str(r["expression"]["blendshapes"]["weights"]), r["assets"]["image"]["sha256"])
        for r in records
    }
    assert len(pairs) == len({sha256 for _, sha256 in pairs})


def test_folder_of_assets_holds_the_pictures_and_nothing_else(demo, records):
    there = {path for path in (demo.folder / "assets").rglob("*") if path.is_file()}
    assert there == {_picture(demo, record) for record in records}


def test_every_face_is_drawn_after_the_photograph(records):
    assert {record["generation"]["reference"] for record in records} == {"astronaut:astronaut.png"}


# What is made again ---------------------------------------------------------------------------

ALL_SENTENCES = ["sentences.jsonl", "expressions.jsonl", "faces.jsonl", "quality.jsonl"]


@dataclass(frozen=True)
class Change:
    """A change and what it must lead to.

    Attributes:
        words: what is given to make.
        newer: what `make why` says is newer than the first of `rebuilt`.
        rebuilt: manifests that follow, in the order of building.
        option: of the first of them, with its new value; None when no option changed.
    """

    words: str
    newer: str
    rebuilt: tuple[str, ...]
    option: tuple[str, str] | None = None


CHANGES = {
    "bound": Change(
        "MIN_SHARPNESS=330",
        "quality.jsonl.options",
        ("quality.jsonl", "page.html"),
        ("--min-sharpness", "330"),
    ),
    "seed": Change(
        "SEED=1",
        "faces.jsonl.options",
        ("faces.jsonl", "quality.jsonl", "page.html"),
        ("--seed", "1"),
    ),
    "sample": Change(
        "DEMO_ISEAR={}/isear_dataset.csv",
        "isear_dataset.csv",
        ("isear.jsonl", *ALL_SENTENCES, "page.html"),
    ),
}


@dataclass(frozen=True)
class Rebuild:
    """A change to a finished demo, and what was seen of it."""

    change: Change
    demo: Any
    why: list[str]
    before: dict[str, int]
    after_why: dict[str, int]
    after: dict[str, int]


@pytest.fixture(scope="module", params=CHANGES)
def rebuild(request, copy_demo):
    change, copy = CHANGES[request.param], copy_demo()
    sample = copy.folder / "isear_dataset.csv"
    shutil.copy2(copy.tree / "samples/isear" / sample.name, sample)
    if request.param == "sample":
        with sample.open("ab") as file:
            file.write(b"joy;The letter came, and all of us danced in the kitchen.\n")
    words = change.words.format(copy.name)
    before = copy.times()
    why = copy.why(words)
    after_why = copy.times()
    copy.make("demo", words)
    return Rebuild(change, copy, why, before, after_why, copy.times())


def test_why_says_what_is_newer(rebuild):
    change, name = rebuild.change, rebuild.demo.name
    assert rebuild.why[0] == f"{name}/{change.rebuilt[0]}: {name}/{change.newer} is newer"


def test_why_names_the_files_that_follow(rebuild):
    named = [line.split(":")[0] for line in rebuild.why if ".options: " not in line]
    assert named == [f"{rebuild.demo.name}/{file}" for file in rebuild.change.rebuilt]


def test_why_says_the_words_before_and_now(rebuild, demo):
    said = [line for line in rebuild.why if ".options: " in line]
    if rebuild.change.option is None:
        assert said == []
        return
    file, (option, value) = rebuild.change.newer, rebuild.change.option
    words = (demo.folder / file).read_text().rstrip("\n")
    changed = re.sub(rf"{option} \S+", f"{option} {value}", words)
    assert words != changed
    path = f"{rebuild.demo.name}/{file}"
    assert said == [f"{path}: was {words}", f"{path}: is  {changed}"]


def test_why_changes_nothing(rebuild):
    assert rebuild.after_why == rebuild.before


def test_exactly_what_follows_is_built_again(rebuild):
    changed = {name for name, at in rebuild.after.items() if rebuild.before.get(name) != at}
    steps = {
        name for name in changed if name.endswith((".jsonl", ".html")) and name.count(".") == 1
    }
    assert steps == set(rebuild.change.rebuilt)
    assert all(name.startswith((*steps, "assets/")) for name in changed)


def test_rebuilt_demo_passes_its_audit(rebuild):
    assert rebuild.demo.audit() == []


def test_bound_drops_sketches(rebuild):
    dropped = rebuild.demo.receipt("quality.jsonl")["dropped_by_reason"]
    is_bound = rebuild.change is CHANGES["bound"]
    assert ("too-blurred" in dropped) == is_bound, dropped


def test_unchanged_sample_elsewhere_is_no_reason(copy_demo):
    copy = copy_demo()
    sample = copy.folder / "isear_dataset.csv"
    shutil.copy2(copy.tree / "samples/isear" / sample.name, sample)
    assert copy.why(f"DEMO_ISEAR={copy.name}/{sample.name}") == [
        f"{copy.name}/page.html is up to date"
    ]


def test_why_leaves_nothing_where_nothing_was_built(demo, new_folder):
    folder = new_folder()
    name = str(folder.relative_to(demo.tree))
    said = demo.make("why", f"DEMO={name}", f"T={name}/page.html")
    assert f"{name}/goemotions.jsonl: is not there" in said
    assert not folder.exists()


def test_why_of_a_file_that_no_rule_makes_fails(demo):
    process = demo.start("why", f"T={demo.name}/nonsense.html")
    said, _ = process.communicate()
    assert process.returncode == 2
    assert "nonsense.html" in said


def test_tree_whose_path_holds_a_space_builds(demo, tmp_path):
    tree = tmp_path / "a tree"
    environments = [*demo.tree.glob("tools/*/.venv"), *demo.tree.glob("*/.venv"), demo.tree / ".uv"]
    for part in ("Makefile", "bin", "pipelines", "samples", "protocol", "tools"):
        copy, ignored = shutil.copytree, shutil.ignore_patterns(".venv", "__pycache__")
        if (demo.tree / part).is_dir():
            copy(demo.tree / part, tree / part, ignore=ignored)
        else:
            tree.mkdir()
            shutil.copy2(demo.tree / part, tree / part)
    for environment in environments:
        (tree / environment.relative_to(demo.tree)).symlink_to(environment)
    shutil.copytree(demo.folder, tree / "build/demo")
    there = type(demo)(tree / "build/demo", tree)
    said = there.make("demo", "MIN_SHARPNESS=330")
    assert "--min-sharpness 330" in said
    assert said.splitlines()[-1] == str(there.page)


# What is left after a kill --------------------------------------------------------------------


def _kill(process: subprocess.Popen[str], seconds: float) -> bool:
    """End a build with everything that it started; whether it was still at work."""
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    return process.returncode == -signal.SIGKILL


def _without_times(contents: dict[str, bytes]) -> dict[str, bytes]:
    return {name: content for name, content in contents.items() if not name.endswith(".run.json")}


def _accounts(demo, file: str) -> tuple[object, ...]:
    receipt = demo.receipt(file)
    names = ("counts", "rejected_by_reason", "dropped_by_reason", "outputs", "ended")
    return tuple(receipt[name] for name in names)


def _forget(copy, steps: tuple[str, ...]) -> None:
    for step in steps:
        for path in copy.folder.glob(f"{step}.*"):
            path.unlink()


@dataclass(frozen=True)
class Start:
    """A place to begin from, and how much of a whole build is left from there.

    Attributes:
        seed: of the moments.
        missing: steps that are still to do; all, when there are none.
        share: of the seconds of a whole build, roughly.
    """

    seed: int
    missing: tuple[str, ...]
    share: float


STARTS = {
    "nothing": Start(1, (), 1.0),
    "faces": Start(2, ("quality", "page"), 0.25),
}


@pytest.fixture(scope="module", params=STARTS)
def resumed(request, demo, copy_demo, new_folder):
    """A build that was killed at moments spread over it, and then left to end.

    A kill moment is a share of what a whole build took, told from the times of its files.
    """
    start = STARTS[request.param]
    copy = copy_demo() if start.missing else type(demo)(new_folder())
    if not start.missing:  # as a kill leaves the copy of the photograph
        (copy.folder / "photos").mkdir(parents=True)
        (copy.folder / "photos/.astronaut.png.1").write_bytes(b"\x89PNG")
    _forget(copy, start.missing)
    times = demo.times()
    seconds = (times["page.html"] - times["goemotions.jsonl.options"]) / 1e9 * start.share
    chance = random.Random(start.seed)
    moments = [seconds * chance.uniform(0.1, 0.4) for _ in range(KILLS)]
    kills = [_kill(copy.start("demo"), moment) for moment in moments]
    assert any(kills)
    copy.make("demo")
    return copy


def test_killed_build_ends_in_the_same_files(resumed, demo):
    assert resumed.contents().keys() == demo.contents().keys()


def test_killed_build_ends_in_the_same_bytes(resumed, demo):
    now, whole = _without_times(resumed.contents()), _without_times(demo.contents())
    assert [name for name in whole if now.get(name) != whole[name]] == []


def test_receipts_of_a_killed_build_count_the_same(resumed, demo):
    for manifest in demo.manifests:
        assert _accounts(resumed, manifest.name) == _accounts(demo, manifest.name)


def test_killed_build_passes_its_audit(resumed):
    assert resumed.audit() == []


@pytest.mark.parametrize("file", ["sentences.jsonl", "quality.jsonl", "page.html"])
def test_step_killed_after_its_commit_is_tidied_up(copy_demo, demo, file):
    copy = copy_demo()
    for name in (f"{file}.journal", f"{file}.lock"):
        (copy.folder / name).write_bytes(b"")
    copy.make("demo")
    assert copy.contents() == demo.contents()
