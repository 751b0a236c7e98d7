"""`make expressions` from the samples: what it makes, what it makes again, and what is proved.

Without a network: a proxy that nobody answers at stands before it. Numbers in the names of tests
are those of the items that were set for the pipeline.
"""

import csv
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import numpy as np
import pytest
from affectory_protocol.cli.audit import audit_manifests
from affectory_protocol.places import Places
from affectory_protocol.vocabularies.blendshapes import LAYOUTS, convert

ROOT = Path(__file__).resolve().parents[2]
RUN_SECONDS = 900
QUICK = ("TRAIN_OPTIONS=--max-epochs 2", "GALLERY=4")
ORIGINAL = {"dimension": 16, "text_width": 16, "face_width": 16}
"""Widths of the original's layers here: as they are by default, their file has 200 MB."""
MIN_SENTENCES = 200
SEED = 1
CLOSED = "http://127.0.0.1:9"
NO_NETWORK = {
    "AFFECTORY_OFFLINE": "1",
    "CUDA_VISIBLE_DEVICES": "",
    **dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), CLOSED),
    **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), CLOSED),
    **dict.fromkeys(("no_proxy", "NO_PROXY"), ""),
}
CHOICES = {"RUN"} | {
    name
    for file in ROOT.glob("pipelines/*.mk")
    for name in re.findall(r"^(\w+) *\?=", file.read_text("utf-8"), re.MULTILINE)
}
"""What a person may have set about pipelines."""
FULL = ("tools/dataset-io/.venv-full/.made", "tools/trainers/.venv-full/.made")
MANIFESTS = ["goemotions", "emoint", "isear", "pool", "distinct", "apart", "annotated", "split"]
MANIFESTS += ["test", "targets", "predicted", "faces", "moving", "drawn"]
EXPORTS = ["page.html", "sentences.csv", "hf/README.md", "livelink.csv", "film.mp4"]
BASELINES = {"mean", "median", "prototype", "nearest", "ridge", "original"}

pytestmark = pytest.mark.slow


def _environment() -> dict[str, str]:
    """Ours, without what a make above us, or a person's settings, would change."""
    ours = ("MAKE", "MFLAGS", "GNUMAKEFLAGS", "AFFECTORY_")
    return {n: v for n, v in os.environ.items() if not n.startswith(ours) and n not in CHOICES}


@dataclass(frozen=True)
class Running:
    """Make at work, in a process group of its own.

    Attributes:
        process: of make.
        said: what it writes into.
    """

    process: subprocess.Popen[bytes]
    said: IO[bytes]

    def kill(self) -> None:
        """End it with everything that it started."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def read(self) -> str:
        """What it said, once it has ended."""
        self.said.seek(0)
        return self.said.read().decode(errors="replace")


@dataclass(frozen=True)
class Build:
    """A build of the pipeline.

    Attributes:
        folder: where its files lie, however few of them there are.
        recipe: of the original's space.
    """

    folder: Path
    recipe: Path

    @property
    def took(self) -> Path:
        """Where the seconds that it took are written down."""
        return self.folder.parent / "seconds"

    @property
    def name(self) -> str:
        """The folder as make knows it."""
        return str(self.folder.relative_to(ROOT))

    @contextmanager
    def start(self, *words: str) -> Iterator[Running]:
        """Start make in a process group of its own, which outlives no failure in the block.

        What it says goes to a file, which is never full as a pipe is; failures have it as a note.
        """
        original = f"ORIGINAL_OPTIONS=--max-epochs 1 --recipe {self.recipe.relative_to(ROOT)}"
        with TemporaryFile() as said:
            process = subprocess.Popen(
                ["make", "--no-print-directory", f"SPACE={self.name}", *QUICK, original, *words],
                cwd=ROOT,
                env={**_environment(), **NO_NETWORK},
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            running = Running(process, said)
            try:
                yield running
            except BaseException as error:
                with suppress(ProcessLookupError):  # all of it may have ended
                    running.kill()
                error.add_note(running.read())
                raise

    def make(self, *words: str) -> str:
        """Run make to its good end; what it said."""
        with self.start(*words) as running:
            assert running.process.wait(timeout=RUN_SECONDS) == 0
            return running.read()

    def records(self, name: str) -> list[dict]:
        """The records of a manifest."""
        return [json.loads(line) for line in (self.folder / name).read_bytes().splitlines()]

    def receipt(self, name: str) -> dict:
        """What a run said of itself."""
        return json.loads((self.folder / f"{name}.run.json").read_bytes())

    def contents(self) -> dict[str, bytes]:
        """Every file by its path, its own name in it left out."""
        return {
            str(path.relative_to(self.folder)): path.read_bytes().replace(self.name.encode(), b"")
            for path in sorted(self.folder.rglob("*"))
            if path.is_file()
        }

    def series(self) -> tuple[dict, np.ndarray]:
        """The track of the face that moves, and its frames."""
        (record,) = self.records("moving.jsonl")
        track = record["tracks"]["face"]
        uri = record["assets"][track["role"]]["uri"]
        return track, np.load(self.folder / uri.replace("assets:", "assets/"))


@pytest.fixture(scope="module")
def environments():
    """What is made once for all builds and may take a network."""
    made = subprocess.run(
        ["make", "--no-print-directory", "setup", "ffmpeg", *FULL],
        cwd=ROOT,
        env=_environment(),
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
        check=False,
    )
    assert made.returncode == 0, made.stdout + made.stderr


@pytest.fixture(scope="module")
def place(run_name):
    """Gives builds, below one folder; all have the recipe at the same path."""
    root = ROOT / f"build/test-expressions-{run_name}"
    return lambda name: Build(root / name, root / "original.toml")


@pytest.fixture(scope="module")
def built(environments, place, share):
    """A finished build, the same for all workers."""
    build = place("whole")

    def make():
        build.recipe.parent.mkdir(parents=True)
        build.recipe.write_text("".join(f"{name} = {value}\n" for name, value in ORIGINAL.items()))
        begun = time.monotonic()
        build.make("expressions")
        build.took.write_text(str(time.monotonic() - begun))

    with share(build.folder.parent, make):
        yield build


@pytest.fixture(scope="module")
def evaluation(built):
    return json.loads((built.folder / "evaluation.json").read_bytes())


@pytest.fixture(scope="module")
def space(built):
    """What lies beside the space."""
    return json.loads((built.folder / "space.safetensors.config.json").read_bytes())


# What it makes --------------------------------------------------------------------------------


def test_item_15_whole_pipeline_runs_from_nothing_on_the_cpu_without_a_network(built):
    sentences = built.records("split.jsonl")
    receipts = [built.receipt(f"{name}.jsonl") for name in MANIFESTS]
    receipts += [built.receipt(n) for n in ("space.safetensors", "evaluation.json", "plot.html")]

    assert [name for name in EXPORTS if not (built.folder / name).stat().st_size] == []
    assert len({record["text"]["content"] for record in sentences}) >= MIN_SENTENCES
    assert {receipt["ended"] for receipt in receipts} == {"finished"}
    assert {receipt["counts"]["rejected"] for receipt in receipts} == {0}
    assert {r["options"]["fingerprint"].get("device", "null") for r in receipts} == {"null"}


def test_item_08_no_group_lies_in_two_parts(evaluation):
    assert evaluation["groups"]["overlap"] == 0
    assert evaluation["groups"]["test"] > 0


def test_item_09_features_of_each_distinct_text_are_kept_once(built):
    told = {record["text"]["content"] for record in built.records("split.jsonl")}
    with closing(sqlite3.connect(built.folder / "features")) as database:
        (kept,) = database.execute("select count(*) from features").fetchone()

    assert kept == len(told)


def test_item_10_predicted_faces_are_bounded(built, evaluation):
    weights = [r["expression"]["blendshapes"]["weights"] for r in built.records("predicted.jsonl")]
    (outside,) = (one["value"] for one in evaluation["metrics"] if one["name"] == "outside")

    assert len(weights) == 4
    assert all(0 <= weight <= 1 for face in weights for weight in face)
    assert outside == 0


def test_item_11_every_baseline_stands_beside_the_faces_and_the_ranks(evaluation):
    for metric in evaluation["metrics"]:
        if metric["name"] in {"mae-all", "text-to-face-pool-r1"}:
            assert metric["baselines"].keys() >= BASELINES, metric["name"]


def test_item_11_every_baseline_is_on_the_page(built):
    page = (built.folder / "page.html").read_text("utf-8")
    assert [name for name in BASELINES if name not in re.sub(r"<[^>]*>", " ", page).split()] == []


def test_item_13_collapse_is_watched_in_every_epoch(space):
    assert len(space["curve"]) == 2
    for epoch in space["curve"]:
        assert epoch["validation"].keys() >= {"text_mean_cosine", "face_effective_rank"}


def test_receipts_prove_the_whole_way(built):
    manifests = [built.folder / f"{name}.jsonl" for name in MANIFESTS]
    places = Places({"assets": built.folder / "assets"})
    errors = [found for found in audit_manifests(manifests, places) if found.is_error]
    assert errors == []


def test_space_says_what_it_was_trained_on(built):
    card = (built.folder / "space.safetensors.card.md").read_text()
    assert "llm-annotate expression linear" in card
    assert "trained on | 167 sentences" in card


def test_sentence_becomes_a_drawn_face_and_a_recording_by_one_pipe(built, tmp_path):
    readme = (ROOT / "tools/trainers/README.md").read_text("utf-8")
    (pipe,) = re.findall(r"by one pipe:\n\n```sh\n(.*?)```", readme, re.DOTALL)
    shutil.copy(built.folder / "space.safetensors", tmp_path)
    path = f"{ROOT / '.venv/bin'}:{os.environ['PATH']}"
    subprocess.run(
        ["bash", "-c", f"set -eo pipefail\n{pipe}"],
        cwd=tmp_path,
        env={**_environment(), **NO_NETWORK, "PATH": path},
        check=True,
        timeout=RUN_SECONDS,
    )
    until = time.monotonic() + RUN_SECONDS  # the shell does not wait for what `tee` writes into
    while not (tmp_path / "face.jsonl").exists() and time.monotonic() < until:
        time.sleep(0.05)
    (face,) = map(json.loads, (tmp_path / "face.jsonl").read_bytes().splitlines())
    rows = (tmp_path / "face.csv").read_text().splitlines()

    assert face["assets"]["image"]["media_type"] == "image/png"
    assert face["expression"]["made_by"]["tool"] == "trainers"
    assert rows[0].startswith("Timecode,BlendShapeCount,EyeBlinkLeft")
    assert len(rows) > 30


# What others read -----------------------------------------------------------------------------


def _table(path):
    """The header and the rows by name of a csv."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = csv.DictReader(file, strict=True)
        return rows.fieldnames, list(rows)


def test_item_14_table_has_a_row_for_each_sentence(built):
    header, rows = _table(built.folder / "sentences.csv")
    told = built.records("split.jsonl")

    assert [row["id"] for row in rows] == [record["id"] for record in told]
    assert [row["text.content"] for row in rows] == [r["text"]["content"] for r in told]
    assert [row for row in rows if None in row or None in row.values()] == []
    assert len(header) == len(set(header))


def test_item_14_recording_has_the_rows_of_its_track_by_name(built):
    header, rows = _table(built.folder / "livelink.csv")
    track, series = built.series()
    names = LAYOUTS["livelink-csv-61"]

    assert [name.lower() for name in header[2:]] == [name.lower() for name in names]
    assert len(rows) == len(series) == track["frames"]
    assert {row["BlendShapeCount"] for row in rows} == {"61"}
    recorded = [[float(row[name]) for name in header[2:]] for row in rows]
    expected = [convert(pose, track["channels"], "livelink-csv-61") for pose in series.tolist()]
    assert np.allclose(recorded, expected, atol=1e-5)
    assert np.ptp(recorded, axis=0).max() > 0.01  # it moves


def test_film_shows_each_frame_of_the_track(built):
    film = built.folder / "film.mp4"
    counted = ["-count_frames", "-show_entries", "stream=nb_read_frames,width,height,codec_name"]
    done = subprocess.run(
        ["ffprobe", "-v", "error", *counted, "-of", "json", film], capture_output=True, check=True
    )
    (stream,) = json.loads(done.stdout)["streams"]

    assert film.read_bytes()[4:8] == b"ftyp"
    assert stream["codec_name"] == "h264"
    assert (stream["width"], stream["height"]) == (256, 256)
    assert int(stream["nb_read_frames"]) == built.series()[0]["frames"]


def test_card_of_the_dataset_tells_licences_citations_and_counts(built):
    card = (built.folder / "hf/README.md").read_text("utf-8")
    told = built.records("split.jsonl")
    sources = {(r["source"]["dataset"], r["source"]["licence"]) for r in told}
    _, matter, page = card.split("---\n", 2)

    (licences,) = re.findall(r"^license: (.*)$", matter, re.MULTILINE)
    assert json.loads(licences) == sorted({licence.lower() for _, licence in sources})  # as the hub
    for dataset, licence in sources:
        assert f"| {dataset} | {licence} |" in page
    assert {r["source"]["citation"] for r in told} == {
        "Affectory, sentences written for its samples"
    }
    assert "Affectory, sentences written for its samples" in page
    for split in ("train", "validation", "test"):
        count = sum(record["source"]["split"] == split for record in told)
        assert f"| {split} | {count} | 1 |" in page


# What is made again ---------------------------------------------------------------------------


def test_second_build_makes_nothing(built):
    assert "bin/affectory" not in built.make("expressions")


def test_another_gallery_trains_nothing_again(built):
    said = built.make("why", f"T={built.name}/page.html", "GALLERY=5")
    made = [line.split(":")[0].removeprefix(f"{built.name}/") for line in said.splitlines()]
    assert "predicted.jsonl" in made
    assert not {"space.safetensors", "split.jsonl", "evaluation.json", "test.jsonl"} & set(made)


# What is left after a kill --------------------------------------------------------------------


def _kill(running):
    running.kill()
    assert running.process.returncode == -signal.SIGKILL


def _wait_for(path, running):
    until = time.monotonic() + RUN_SECONDS
    while not path.exists():
        assert running.process.poll() is None, path.name
        assert time.monotonic() < until, path.name
        time.sleep(0.002)


@pytest.fixture(scope="module")
def resumed(built, place, share):
    """A build that was killed twice, make and tools: while a space was trained, and later on.

    The second moment is a share of what a whole build took.
    """
    build = place("killed")

    def make():
        with build.start("expressions") as running:
            _wait_for(build.folder / "space.safetensors.checkpoint/state.pt", running)
            _kill(running)
        assert not (build.folder / "space.safetensors").exists()
        with build.start("expressions") as running:
            time.sleep(float(built.took.read_text()) * random.Random(SEED).uniform(0.1, 0.4))
            _kill(running)
        build.make("expressions")

    with share(build.folder, make):
        yield build


def test_killed_build_ends_in_the_same_files(resumed, built):
    assert resumed.contents().keys() == built.contents().keys()


def test_killed_build_ends_in_the_same_bytes(resumed, built):
    now, whole = resumed.contents(), built.contents()
    differing = {name for name in whole if now.get(name) != whole[name]}

    assert {"space.safetensors", "evaluation.json", "film.mp4", "plot.png"} <= whole.keys()
    # receipts tell times; the cache of features is a database
    assert {n for n in differing if not n.endswith(".run.json")} <= {"features"}


def test_receipts_of_a_killed_build_count_the_same(resumed, built):
    names = ("counts", "rejected_by_reason", "dropped_by_reason", "outputs", "ended")
    for file in [*(f"{name}.jsonl" for name in MANIFESTS), "space.safetensors", *EXPORTS]:
        one, other = resumed.receipt(file), built.receipt(file)
        assert [one[name] for name in names] == [other[name] for name in names], file
