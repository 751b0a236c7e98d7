"""A manifest as a table, read back by the reader of the standard library and compared."""

import csv
import io
import json
from pathlib import Path

import pytest
from affectory_protocol.errors import RecordError, TemporaryError, UsageError
from affectory_protocol.record import Record
from dataset_io.export_config import CsvConfig
from dataset_io.exports import csv_table
from dataset_io.exports.columns import flatten, name_column, parse_column, refuse_deep
from dataset_io.exports.csv_table import CsvTable
from hypothesis import given
from hypothesis import strategies as st

STEPS = st.lists(st.text(min_size=1), min_size=1, max_size=4)


def _export(*members, said=None, **settings):
    records = iter(
        [Record.parse(json.dumps({"id": f"r{n}"} | one).encode()) for n, one in enumerate(members)]
    )
    return b"".join(
        CsvTable(CsvConfig(**settings), ([] if said is None else said).append).write(records)
    )


def _read(content):
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def test_fields_become_columns_in_the_order_of_the_protocol():
    content = _export(
        {"zoo": 1, "text": {"content": "a", "language": None}, "source": {"dataset": "d"}}
    )

    assert content == b"id,source.dataset,text.content,text.language,zoo\r\nr0,d,a,,1\r\n"


def test_member_without_a_name_is_a_column_like_any_other():
    content = _export({"": 1, "zoo": {"": 2}, "text": {"content": "a"}})

    assert content == b"id,text.content,,zoo.\r\nr0,a,1,2\r\n"


def test_dot_in_the_name_of_a_member_makes_it_no_section():
    content = _export({"text.content": "other", "text": {"content": "a"}})

    assert content.splitlines()[0] == b"id,text.content,text\\.content"


def test_columns_are_those_of_all_records():
    rows = _read(_export({"a": 1}, {"b": 2}))

    assert rows == [{"id": "r0", "a": "1", "b": ""}, {"id": "r1", "a": "", "b": "2"}]


def test_list_is_one_cell_of_json():
    labels = {"emotions": [{"vocabulary": "ekman", "label": "joy"}, {"label": "é"}]}
    [row] = _read(_export({"labels": labels}))

    assert json.loads(row["labels.emotions"]) == labels["emotions"]


def test_maker_of_a_section_is_left_out_and_one_may_ask_for_it():
    section = {"content": "a", "made_by": {"tool": "t"}}

    assert "t" not in _export({"text": section}).decode().splitlines()[1].split(",")
    assert _export({"text": section}, columns="text.made_by.tool") == b"text.made_by.tool\r\nt\r\n"


def test_maker_of_an_entry_is_left_out():
    asset = {"uri": "a.png", "media_type": "image/png", "made_by": {"tool": "t"}}

    assert _export({"assets": {"image": asset}}).splitlines()[0] == (
        b"id,assets.image.uri,assets.image.media_type"
    )


def test_member_that_only_has_the_name_of_a_maker_is_kept():
    members = {
        "made_by": "me",
        "other": {"painting": {"made_by": "Vermeer"}},
        "generation": {"parameters": {"made_by": "x"}},
        "verdicts": {"made_by": {"passed": True}},
    }

    assert _read(_export(members)) == [
        {
            "id": "r0",
            "generation.parameters.made_by": "x",
            "verdicts.made_by.passed": "true",
            "made_by": "me",
            "other.painting.made_by": "Vermeer",
        }
    ]


def test_chosen_columns_come_in_their_order_and_reach_into_lists():
    labels = {"emotions": [{"label": "joy"}, {"label": "fear"}]}
    content = _export({"labels": labels}, columns="labels.emotions.1.label,id,labels.emotions.7")

    assert content.splitlines()[1] == b"fear,r0,"


def test_place_in_a_list_that_no_list_has_is_an_empty_cell():
    assert _export({"a": [1]}, columns=f"id,a.{'7' * 5000}").endswith(b"\r\nr0,\r\n")


def test_column_that_no_record_has_is_told():
    said = []
    _export({"a": 1}, columns="id,no.such", said=said)

    assert said == ["no record has anything in the column no.such"]


@pytest.mark.parametrize("columns", ["", "a..b", "a,", ".a", "a.", "a\\", "a,a"])
def test_name_of_no_column_is_a_mistake_of_usage(columns):
    with pytest.raises(UsageError):
        CsvConfig(columns=columns)


@given(STEPS)
def test_name_of_a_column_leads_back_to_its_path(steps):
    assert parse_column(name_column(*steps)) == tuple(steps)


@given(st.lists(st.text(), min_size=1, max_size=5))
def test_any_text_is_read_back_as_it_was(texts):
    members = [{"text": {"content": text}} for text in texts]

    assert [row["text.content"] for row in _read(_export(*members))] == texts


@pytest.mark.parametrize("value", [True, False, 0, -1.5, 2**53, [], {}, [1, [None]]])
def test_value_is_written_as_json(value):
    [row] = _read(_export({"x": value}))

    assert json.loads(row["x"]) == value


@pytest.mark.parametrize("text", ["=1+1", "+a", "-a", "@user", "\ta", "\ra", "\na"])
def test_text_that_begins_like_a_formula_stays_as_it_is_unless_asked_for(text):
    said = []
    member = {"text": {"content": text}}

    assert _read(_export(member, said=said))[0]["text.content"] == text
    assert said[0].startswith("1 cells begin like a formula")
    assert _read(_export(member, escape_formulas=True))[0]["text.content"] == f"'{text}"


def test_negative_number_is_no_formula():
    said = []

    assert _export({"x": -1}, said=said).endswith(b",-1\r\n")
    assert said == []


def test_name_of_a_column_that_begins_like_a_formula_is_made_harmless_too():
    assert b"'=cmd" in _export({"=cmd": 1}, escape_formulas=True)


def test_table_comes_in_pieces(monkeypatch):
    monkeypatch.setattr(csv_table, "PIECE_CHARACTERS", 20)
    records = (Record.parse(b'{"id":"r%d","x":"some words"}' % n) for n in range(50))
    pieces = list(CsvTable(CsvConfig(columns="id,x"), print).write(records))

    assert len(pieces) > 10
    assert len(_read(b"".join(pieces))) == 50


def test_temporary_file_that_has_no_place_is_a_reason_to_come_back(monkeypatch):
    def refuse():
        raise FileNotFoundError

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)

    assert _export({"a": 1}, columns="a") == b"a\r\n1\r\n"
    with pytest.raises(TemporaryError, match="no folder"):
        _export({"a": 1})


@pytest.mark.parametrize("records", [1, 20], ids=["found when flushed", "found when written"])
def test_temporary_file_that_has_no_room_is_a_reason_to_come_back(monkeypatch, records):
    monkeypatch.setattr("tempfile.TemporaryFile", lambda: Path("/dev/full").open("w+b"))  # noqa: SIM115 - closed where the test ends

    with pytest.raises(TemporaryError, match="no room to write temporary files") as caught:
        _export(*({"x": "word " * 200} for _ in range(records)))

    assert "TMPDIR" in caught.value.hint


def test_keys_that_are_data_are_refused(monkeypatch):
    monkeypatch.setattr(csv_table, "MAX_COLUMNS", 5)

    with pytest.raises(UsageError, match="more than 5 different fields"):
        _export({f"k{n}": n for n in range(6)})


def test_object_that_lies_deep_is_one_cell():
    value = "end"
    for _ in range(12):
        value = {"a": value}
    [[name, cell]] = flatten({"x": value}).items()

    assert name == "x.a.a.a.a.a.a.a"
    assert isinstance(cell, dict)


def test_record_that_nests_deeper_than_the_encoder_goes_is_rejected():
    record = Record.parse(b'{"id":"a","x":' + b"[" * 500 + b"]" * 500 + b"}")

    with pytest.raises(RecordError, match="too deep"):
        refuse_deep(record)
