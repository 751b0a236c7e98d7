"""Datasets as they are published, read as tables: what their own importers count is what comes."""

import os
from pathlib import Path

import pytest
from affectory_protocol.outcomes import Imported
from dataset_io.config import TextImportConfig
from dataset_io.run import import_table, import_text

VARIABLE = "AFFECTORY_TRIAL_DATA"
EMOINT = """
dataset = "emoint"
header = ["id", "tweet", "emotion", "intensity"]
delimiter = "\\t"
quote = ""
missing = ["", "NONE"]
id = "id"
[text]
column = "tweet"
[[labels.emotions]]
vocabulary = "emoint"
column = "emotion"
score = "intensity"
"""
ISEAR = """
dataset = "isear"
encoding = "latin-1"
[text]
column = "txt"
[[labels.emotions]]
vocabulary = "isear"
column = "emo"
"""

pytestmark = pytest.mark.skipif(
    VARIABLE not in os.environ, reason=f"{VARIABLE} names no folder of trial data"
)


@pytest.fixture
def read(tmp_path):
    def read(pattern: str, table: str) -> tuple[list[Path], list]:
        (tmp_path / "map.toml").write_text(table, "utf-8")
        paths = sorted(Path(os.environ[VARIABLE]).glob(pattern))
        rows = import_table(paths, tmp_path / "map.toml", None, TextImportConfig())
        return paths, list(rows)

    return read


def _labels(rows) -> dict[str, tuple]:
    return {row.outcome.id: row.outcome.sections[2].emotions for row in rows}


def test_emoint_as_a_table_has_the_labels_of_its_importer(read):
    paths, rows = read("emoint/*.csv", EMOINT)

    assert len(rows) == 7_102
    assert _labels(rows) == _labels(import_text("emoint", paths, TextImportConfig()))


def test_isear_as_a_table_loses_only_what_was_there_before(read):
    _, rows = read("isear/isear_dataset.csv", ISEAR)
    reasons = [row.outcome.reason.value for row in rows if not isinstance(row.outcome, Imported)]

    assert len(rows) == 7_666
    assert set(reasons) == {"duplicate-id"}
