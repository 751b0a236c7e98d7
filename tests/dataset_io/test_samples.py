"""The project's own sentences and the photograph."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from affectory_protocol.vocabularies.emotions import VOCABULARIES
from dataset_io.config import OpenFaceConfig, SentencesConfig, TextImportConfig
from dataset_io.formats.openface import read_openface
from dataset_io.formats.sentences import read_sentences
from dataset_io.formats.table.known import Known
from dataset_io.formats.table.loading import load_map
from dataset_io.formats.table.reader import read_table
from dataset_io.run import TEXT_READERS, import_text

CONFIG = TextImportConfig()
SAMPLES = Path(__file__).resolve().parents[2] / "samples"


def _import(name: str, pattern: str = "*") -> list:
    paths = sorted((SAMPLES / name).glob(pattern))
    return list(import_text(name, paths, CONFIG))


def _content(row) -> str:
    return row.outcome.sections[1].content


@pytest.fixture
def copy_photo(tmp_path):
    """Run the script on a folder, with a package of our own in front of the real one."""

    def copy_photo(*packages: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, SAMPLES / "photo.py", tmp_path / "photos"],
            env=dict(os.environ, PYTHONPATH=os.pathsep.join(map(str, packages))),
            capture_output=True,
            text=True,
            check=False,
        )

    return copy_photo


def test_there_are_at_least_150_different_sentences():
    texts = {_content(row) for name in TEXT_READERS for row in _import(name)}

    assert len(texts) >= 150


@pytest.mark.parametrize("name", TEXT_READERS)
def test_no_row_is_rejected(name, reasons):
    assert set(reasons(_import(name))) <= {"imported", "dropped"}


@pytest.mark.parametrize("name", TEXT_READERS)
def test_every_label_of_the_vocabulary_occurs(name):
    labels = {label.label for row in _import(name) for label in row.outcome.sections[2].emotions}

    assert labels == set(VOCABULARIES[name])


@pytest.mark.parametrize("name", ["goemotions", "emoint"])
def test_every_split_occurs(name):
    splits = {row.outcome.sections[0].split for row in _import(name)}

    assert splits == {"train", "validation", "test"}


def test_no_sentence_is_on_two_sides_of_a_split():
    rows = [row for name in ("goemotions", "emoint") for row in _import(name)]
    sides = {
        (row.outcome.sections[0].groups["text"], row.outcome.sections[0].split) for row in rows
    }

    assert len(sides) == len({group for group, _ in sides})


def test_raters_of_goemotions_agree_on_most_samples(reasons):
    rows = list(import_text("goemotions", [SAMPLES / "goemotions-raters/raters.csv"], CONFIG))
    labels = [row.outcome.sections[2] for row in rows]

    assert reasons(rows) == ["imported"] * 11
    assert sum(one.raters for one in labels) == 31
    assert sum(one.unclear for one in labels) == 2


def test_both_shapes_of_isear_hold_the_same_accounts():
    narrow, wide = _import("isear", "isear_dataset.csv"), _import("isear", "isear_wide.csv")

    assert [_content(row) for row in narrow] == [_content(row) for row in wide]


def test_faces_of_openface_are_those_of_the_files(reasons):
    paths = [SAMPLES / "openface" / name for name in ("smile.csv", "couple.csv")]
    rows = list(read_openface(paths, OpenFaceConfig()))

    assert reasons(rows).count("dropped") == 2
    assert reasons(rows).count("imported") == 10


def test_lines_of_plain_text_are_six(reasons):
    rows = read_sentences([SAMPLES / "text/sentences.txt"], SentencesConfig())

    assert reasons(rows) == ["imported"] * 6


@pytest.mark.parametrize(
    ("name", "path", "records"),
    [("animation.csv", Known.ANIMATION.path, 6), ("moods.csv", SAMPLES / "table/moods.toml", 5)],
)
def test_tables_are_what_their_maps_say(reasons, name, path, records):
    rows = list(read_table([SAMPLES / "table" / name], load_map(path), CONFIG))

    assert reasons(rows) == ["imported"] * records


def test_some_accounts_of_isear_are_none(reasons):
    assert reasons(_import("isear", "isear_wide.csv")).count("dropped") == 4


def test_readme_counts_the_rows():
    said = (SAMPLES / "README.md").read_text("utf-8")
    files = [SAMPLES / "goemotions" / f"{name}.tsv" for name in ("train", "dev", "test")]

    assert " / ".join(str(len(file.read_bytes().splitlines())) for file in files) in said


def test_readme_counts_the_sentences(reasons):
    rows = [row for name in TEXT_READERS for row in _import(name)]
    kept = [row for row, reason in zip(rows, reasons(rows), strict=True) if reason == "imported"]
    told = len({_content(row) for row in kept})

    assert f"All of them ({told} different" in (SAMPLES / "README.md").read_text("utf-8")


def test_photograph_is_copied_byte_for_byte(copy_photo, tmp_path):
    done = copy_photo()

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    content = (tmp_path / "photos/astronaut.png").read_bytes()
    assert hashlib.sha256(content).hexdigest().startswith("88431cd9653c")


def test_another_photograph_is_refused_and_nothing_written(copy_photo, tmp_path):
    data = tmp_path / "packages/skimage/data"
    data.mkdir(parents=True)
    (data.parent / "__init__.py").touch()
    (data / "astronaut.png").write_bytes(b"another")

    done = copy_photo(tmp_path / "packages")

    assert done.returncode == 1
    assert "not the one expected" in done.stderr
    assert not (tmp_path / "photos").exists()
