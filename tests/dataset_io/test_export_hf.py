"""A manifest as a dataset: the same columns always, and nothing lost on the way."""

import json
import os
import subprocess
from pathlib import Path

import orjson
import pyarrow.parquet as pq
import pytest
from affectory_protocol.errors import ManifestError
from affectory_protocol.record import Gate
from affectory_protocol.records import SECTIONS, Asset
from dataset_io.exports import hf, provenance, shards
from dataset_io.exports.arrow_column import OTHERS, Columns
from dataset_io.exports.hf import write_dataset
from sections import example

ROOT = Path(__file__).resolve().parents[2]
PEER = ROOT / "benchmarks/peers/hf_datasets/.venv/bin/python"
GATE = Gate(SECTIONS.values())


def _full(number=0, **more):
    sections = {name: json.loads(example(name, number)) for name in SECTIONS}
    return {"id": f"r{number}", "parent": "p", **sections, **more}


class Folder:
    """Where files are put, and the card that names them."""

    def __init__(self, path):
        self.path, self.said = path, []
        (path / "files").mkdir()

    def write(self, *members, title="T"):
        records = (GATE.admit(orjson.dumps(one)) for one in members)
        [card] = write_dataset(records, title=title, put=self._put, say=self.said.append)
        (self.path / "README.md").write_bytes(card)
        return card.decode()

    def _put(self, asset):
        name = f"{len(list((self.path / 'files').iterdir()))}.{asset.extension}"
        (self.path / "files" / name).write_bytes(asset.content)
        return Asset(uri=f"assets:files/{name}", media_type=asset.media_type)

    def tables(self):
        return [pq.read_table(path) for path in sorted((self.path / "files").iterdir())]

    def rows(self):
        return [row for table in self.tables() for row in table.to_pylist()]


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)


def _plain(value):
    """What JSON had: without nulls, lists of key and value as objects again."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items() if one is not None}
    if (
        isinstance(value, list)
        and value
        and isinstance(value[0], dict)
        and {*value[0]} == {"key", "value"}
    ):
        return {one["key"]: _plain(one["value"]) for one in value}
    return [_plain(one) for one in value] if isinstance(value, list) else value


def _without_nulls(value):
    if isinstance(value, dict):
        return {key: _without_nulls(one) for key, one in value.items() if one is not None}
    return [_without_nulls(one) for one in value] if isinstance(value, list) else value


def test_every_section_is_there_again(folder):
    member = _full(3)
    folder.write(member)
    [row] = folder.rows()
    parameters = row["generation"]["parameters"]
    row["generation"]["parameters"] = [{**p, "value": json.loads(p["value"])} for p in parameters]

    assert _plain(row) == _without_nulls(member)


def test_columns_are_the_same_whatever_is_there(folder):
    folder.write(_full(0), {"id": "bare"}, {"id": "t", "source": {"dataset": "d", "split": "test"}})

    assert len(folder.tables()) == 3
    assert all(table.schema.equals(Columns().schema) for table in folder.tables())
    assert Columns().schema.names == ["id", "parent", *SECTIONS, OTHERS]


def test_other_members_are_kept_as_json(folder):
    folder.write({"id": "a", "x": [1, None], "motion": {"start": 0}})

    assert json.loads(folder.rows()[0][OTHERS]) == {"x": [1, None], "motion": {"start": 0}}


def test_newer_field_of_a_section_is_told(folder):
    folder.write({"id": "a", "text": {"content": "x", "mood": "newer", "pace": 2}})

    assert "2 fields of sections have no column: they are newer" in folder.said


def test_manifest_without_records_has_its_columns(folder):
    card = folder.write()
    [table] = folder.tables()

    assert (table.num_rows, table.schema.names) == (0, Columns().schema.names)
    assert '"split":"train"' in card


def test_files_are_bounded_and_in_order(folder, monkeypatch):
    monkeypatch.setattr(shards, "SHARD_BYTES", 1)
    monkeypatch.setattr(shards, "GROUP_ROWS", 10)
    card = folder.write(*({"id": f"r{n}"} for n in range(45)))

    assert [table.num_rows for table in folder.tables()] == [10, 10, 10, 10, 5]
    assert [row["id"] for row in folder.rows()] == [f"r{n}" for n in range(45)]
    assert (
        '"path":["**/0.parquet","**/1.parquet","**/2.parquet","**/3.parquet","**/4.parquet"]'
        in card
    )


def test_long_lines_make_a_group_early(folder, monkeypatch):
    monkeypatch.setattr(shards, "GROUP_BYTES", 100)
    folder.write(*({"id": f"r{n}", "x": "long" * 20} for n in range(6)))
    [path] = (folder.path / "files").iterdir()

    assert pq.ParquetFile(path).num_row_groups == 3


def _with_split(split):
    return {"id": str(split), "source": {"dataset": "d", "split": split}}


def test_record_without_a_split_among_others_is_unassigned(folder):
    card = folder.write(_with_split("test"), {"id": "b"}, _with_split("fold 1"))

    assert [
        name for name in ("test", "unassigned", "fold_1", "train") if f'"split":"{name}"' in card
    ] == [
        "test",
        "unassigned",
        "fold_1",
    ]


@pytest.mark.parametrize(
    "splits", [("train-a", "train_a"), (None, "unassigned"), ("unassigned", None)]
)
def test_splits_that_would_have_one_name_are_refused(folder, splits):
    with pytest.raises(ManifestError, match=f"the second: {splits[1]}$") as caught:
        folder.write(*map(_with_split, ("test", *splits)))

    assert "Name one of the two otherwise" in caught.value.hint


def test_split_keeps_its_name_where_nothing_else_has_it(folder):
    card = folder.write(_with_split("unassigned"), _with_split("train"))

    assert '"split":"unassigned"' in card
    assert '"split":"train"' in card


def test_splits_that_are_data_are_refused(folder, monkeypatch):
    monkeypatch.setattr(hf, "MAX_SPLITS", 2)

    with pytest.raises(ManifestError, match="more than 2 splits"):
        folder.write(*map(_with_split, "abc"))


def test_card_gathers_terms_and_says_what_is_not_known(folder):
    told = {"dataset": "d|1", "licence": "CC-BY-4.0", "citation": "A <b>\nB", "consent": "yes"}
    card = folder.write(
        {"id": "a", "source": told}, {"id": "b", "source": {"dataset": "e"}}, {"id": "c"}
    )

    assert 'license: ["cc-by-4.0","unknown"]' in card
    assert "| d\\|1 | CC-BY-4.0 | yes | A &lt;b> B | 1 |" in card
    assert "- 2 records tell no licence." in card
    assert folder.said == ["2 records tell no licence", "2 records tell no consent"]


def test_licence_that_has_no_name_is_other(folder):
    card = folder.write({"id": "a", "source": {"dataset": "d", "licence": "research use"}})

    assert 'license: ["other"]' in card


def test_terms_count_beyond_the_origins_that_are_told_apart(folder, monkeypatch):
    monkeypatch.setattr(provenance, "MAX_ORIGINS", 1)
    told = {"dataset": "d", "licence": "MIT", "consent": "yes", "citation": "A"}
    late = {"dataset": "e", "licence": "CC-BY-NC-4.0"}
    card = folder.write(*({"id": str(n), "source": one} for n, one in enumerate([told, late])))

    assert 'license: ["cc-by-nc-4.0","mit"]' in card
    assert "| others |  |  |  | 1 |" in card
    assert "- 1 records tell no consent." in card
    assert folder.said == ["1 records tell no consent"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "members",
    [[], [{"id": "bare"}], [_full(0), _full(1)], [_full(0), {"id": "bare"}, _with_split("test")]],
    ids=["no records", "no sections", "all sections", "both"],
)
def test_library_loads_it_with_equal_features(folder, members):
    folder.write(*members)
    (folder.path / "README.md.rejects.jsonl").write_text('{"x":1}\n', "utf-8")
    assert PEER.exists(), "make benchmarks/peers/hf_datasets/.venv/.made"
    words = [
        PEER,
        "-c",
        LOAD,
        folder.path,
        folder.path / "cache",
        "whole" if members else "streaming",
    ]
    variables = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(folder.path / "home")}
    done = subprocess.run(words, capture_output=True, text=True, env=variables, check=True)
    loaded = json.loads(done.stdout)

    assert sorted(loaded["ids"]) == sorted(member["id"] for member in members)
    assert loaded["features"] == [str(Columns().schema)]


LOAD = """
import json, sys, datasets
datasets.disable_progress_bars()
streaming = sys.argv[3] == "streaming"  # the only way in which the library takes no records
loaded = datasets.load_dataset(sys.argv[1], cache_dir=sys.argv[2], streaming=streaming)
features = {str(part.features.arrow_schema.remove_metadata()) for part in loaded.values()}
ids = [row["id"] for part in loaded.values() for row in part]
print(json.dumps({"ids": ids, "features": list(features)}))
"""
