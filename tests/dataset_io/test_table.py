"""Tables, whatever they are: rows to records by a map."""

import csv
import io

import orjson
import pytest
from affectory_protocol.errors import UsageError
from affectory_protocol.outcomes import Imported
from dataset_io.config import TextImportConfig
from dataset_io.formats.table.loading import load_map
from dataset_io.formats.table.reader import read_table
from dataset_io.splits import Split
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SAME_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
TEXT = 'dataset = "d"\n[text]\ncolumn = "words"\n'
WORDS = st.text(st.sampled_from("ab ,;\"'\n\u00e9|"), min_size=1, max_size=8).filter(str.strip)
PARTS = [b"words", b",", b"a", b'"', b"\n", b"{", b"}", b'{"words":"x"}\n', b"\xff", b"1", b"["]


@pytest.fixture
def read(write):
    """Read one file by a map."""

    def read(content: bytes, table: str, name: str = "rows.csv", **config) -> list:
        mapping = load_map(write("map.toml", table.encode()))
        return list(read_table([write(name, content)], mapping, TextImportConfig(**config)))

    return read


@pytest.fixture
def section(read):
    """One section of a table of one row, as what it holds."""

    def section(name: str, row: dict[str, object], table: str) -> dict:
        text = io.StringIO()
        csv.writer(text).writerows([row, row.values()])
        by_csv = _sections(read(text.getvalue().encode(), table)[0])
        by_json = _sections(read(orjson.dumps(row), table)[0])
        assert by_csv == by_json
        return by_csv.get(name)

    return section


def _sections(row) -> dict:
    return {one.name: one.model_dump(exclude_unset=True) for one in row.outcome.sections}


def _ids(rows) -> list[str]:
    return [row.outcome.id for row in rows if isinstance(row.outcome, Imported)]


# How a file is written ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        b"n,words\n1,Yes; no\n",
        b"n;words\n1;Yes; no\n".replace(b"Yes; no", b'"Yes; no"'),
        b"n\twords\n1\tYes; no\n",
        b"n|words\r\n1|Yes; no",
        b'\xef\xbb\xbf"n","words"\n"1","Yes; no"\n',
        b'{"n":1,"words":"Yes; no"}\n',
        b'\n  {"words":"Yes; no"}',
    ],
)
def test_format_and_delimiter_are_told_by_the_file(read, content):
    (row,) = read(content, TEXT)

    assert _sections(row)["text"] == {"content": "Yes; no"}


def test_file_without_a_header_has_the_columns_of_the_map(read):
    rows = read(b"1\tone\n2\ttwo\n", 'header = ["n", "words"]\n' + TEXT)

    assert [_sections(row)["text"]["content"] for row in rows] == ["one", "two"]


def test_encoding_delimiter_and_quote_are_those_of_the_map(read):
    dialect = 'encoding = "latin-1"\ndelimiter = "^"\nquote = "\'"\n'
    (row,) = read(b"n^words\n1^'caf\xe9 ^ bar'\n", dialect + TEXT)

    assert _sections(row)["text"] == {"content": "caf\u00e9 ^ bar"}


def test_format_of_the_map_wins_over_the_first_character(read):
    (row,) = read(b"{,words\n1,one\n", 'format = "csv"\n' + TEXT)

    assert _sections(row)["text"] == {"content": "one"}


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_file_without_rows_is_no_mistake(read, content):
    assert read(content, TEXT) == []


@pytest.mark.parametrize(
    ("content", "table", "told"),
    [
        (b"n,secret\n", TEXT, "every column that the map names: words (text.column)"),
        (b"words,words\n", TEXT, "two columns of the name that text.column in the map gives"),
        (b'{"secret":1}', TEXT, "every column that the map names: words (text.column)"),
        (b"secret,secret\n", 'header = ["a", "b", "words"]\n' + TEXT, "a row of 3 columns"),
        (b"n\twords\n", 'delimiter = ","\n' + TEXT, "words (text.column)"),
        (b"\xff\xfew\0", TEXT, "is UTF-16"),
        (b"\xfe\xff\0w", TEXT, "is UTF-16"),
    ],
)
def test_file_that_is_not_what_the_map_says_is_a_mistake(read, content, table, told):
    with pytest.raises(UsageError) as caught:
        read(content, table)

    assert told in caught.value.message
    assert "secret" not in caught.value.message


def test_every_file_is_looked_at_before_a_row_is_read(write):
    paths = [write("a.csv", b"words\none\n"), write("b.csv", b"other\ntwo\n")]

    with pytest.raises(UsageError, match="file 2 "):
        read_table(paths, load_map(write("map.toml", TEXT.encode())), TextImportConfig())


# Identity ----------------------------------------------------------------------------------------


@SAME_FOLDER
@given(texts=st.lists(WORDS, min_size=1, max_size=6, unique=True), place=st.integers(0, 6))
def test_inserting_a_row_changes_no_other_id(tmp_path, texts, place):
    (tmp_path / "map.toml").write_text(TEXT)
    table = load_map(tmp_path / "map.toml")

    def ids(rows: list[str]) -> list[str]:
        with (tmp_path / "rows.csv").open("w", newline="") as file:
            csv.writer(file).writerows([["n", "words"], *(["1", row] for row in rows)])
        return _ids(read_table([tmp_path / "rows.csv"], table, TextImportConfig()))

    before = ids(texts)
    after = ids([*texts[:place], "inserted", *texts[place:]])
    assert [one for one in after if one in before] == before
    assert len(set(after)) == len(after) == len(before) + 1


def test_id_does_not_depend_on_how_the_row_is_written(read):
    written = [
        b"n,words\n1,one\n",
        b'words;n\n"one";"1"\n',
        b'{"words":"one","n":"1"}',
        b'{ "n": "1", "words": "one" }',
    ]

    assert len({tuple(_ids(read(content, TEXT))) for content in written}) == 1


def test_id_is_that_of_a_column_where_the_map_names_one(read):
    assert _ids(read(b"n,words\n 7 ,one\n", 'id = "n"\n' + TEXT)) == ["d:7"]


# Text and source ---------------------------------------------------------------------------------


def test_text_has_language_and_speaker(section):
    row = {"words": "Bonjour.", "l": " fr", "who": "P1 "}

    assert section("text", row, TEXT + 'language_column = "l"\nspeaker = "who"') == {
        "content": "Bonjour.",
        "language": "fr",
        "speaker": "P1",
    }


def test_source_has_what_the_map_says(section):
    source = (
        '[source]\nlicence = "CC0-1.0"\ncitation = "Us"\nconsent = "yes"\nsplit_column = "part"\n'
        'splits = { A = "train" }\ngroups = { speaker = "who" }'
    )
    told = section("source", {"words": "x", "part": "A", "who": "P1"}, TEXT + source)

    assert told | {"groups": told["groups"]["speaker"]} == {
        "dataset": "d", "licence": "CC0-1.0", "citation": "Us", "consent": "yes", "split": "train",
        "groups": "d:P1",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("table", "name", "config", "split"),
    [
        ("", "dev.csv", {}, "validation"),
        ('[source]\nsplit = "train"', "dev.csv", {}, "train"),
        ('[source]\nsplit = "train"', "dev.csv", {"split": Split.TEST}, "test"),
        ('[source]\nsplit_column = "part"', "train.csv", {}, "validation"),
        ('[source]\nsplit_column = "part"', "train.csv", {"split": Split.TEST}, "test"),
        ("", "rows.csv", {}, None),
    ],
)
def test_split_comes_from_the_option_the_map_or_the_name(read, table, name, config, split):
    (row,) = read(b"words,part\none,Dev\n", TEXT + table, name, **config)

    assert _sections(row)["source"].get("split") == split


def test_terms_that_are_given_win_over_those_of_the_map(read):
    (row,) = read(b"words\none\n", TEXT + '[source]\nlicence = "of the map"', licence="given")

    assert _sections(row)["source"]["licence"] == "given"


# Labels ------------------------------------------------------------------------------------------


def _emotions(section, row: dict, table: str) -> list[dict]:
    return section("labels", row, f'dataset = "d"\n[[labels.emotions]]\nvocabulary = {table}')[
        "emotions"
    ]


def test_column_names_a_label_with_its_score_on_a_scale(section):
    (label,) = _emotions(
        section,
        {"e": "Wut", "s": "4"},
        '"ekman"\ncolumn = "e"\nscore = "s"\nscale = [1, 7]\nnames = { wut = "anger" }',
    )

    assert label == {"vocabulary": "ekman", "label": "anger", "score": 0.5}


def test_cell_holds_several_labels(section):
    labels = _emotions(section, {"e": " Joy; fear ;joy;"}, '"ekman"\ncolumn = "e"\nseparator = ";"')

    assert [label["label"] for label in labels] == ["joy", "fear"]


def test_list_in_json_holds_several_labels(read):
    table = 'dataset = "d"\n[[labels.emotions]]\nvocabulary = "ekman"\ncolumn = "e"'
    (row,) = read(b'{"e":["joy",null,"anger"]}', table)

    assert [one["label"] for one in _sections(row)["labels"]["emotions"]] == ["joy", "anger"]


def test_vocabulary_of_ones_own_has_any_label(section):
    (label,) = _emotions(section, {"e": "Saudade"}, '"ours"\ncolumn = "e"')

    assert label == {"vocabulary": "ours", "label": "saudade"}


@pytest.mark.parametrize(
    ("holds", "cells", "measures"),
    [
        ("flags", ("1", "no"), [{}]),
        ("flags", ("TRUE", ""), [{}]),
        ("scores", ("3", "0"), [{"score": 0.75}]),
        ("votes", ("2", "0"), [{"votes": 2}]),
        ("votes", ("0", "0.0"), []),
    ],
)
def test_column_for_each_label_holds_flags_scores_or_votes(read, holds, cells, measures):
    table = (
        'dataset = "d"\n[labels.valence]\ncolumn = "v"\n[[labels.emotions]]\nvocabulary = "ekman"\n'
        f'columns = {{ joy = "j", fear = "f" }}\nholds = "{holds}"\nscale = [0, 4]'
    )
    (row,) = read("v,j,f\n0.5,{},{}\n".format(*cells).encode(), table)

    labels = _sections(row)["labels"].get("emotions", [])
    assert labels == [{"vocabulary": "ekman", "label": "joy", **one} for one in measures]


def test_pointer_finds_what_lies_deeper_in_json(read):
    table = 'dataset = "d"\n[labels.valence]\ncolumn = "/affect/v"\nscale = [-1, 1]'
    (row,) = read(b'{"affect":{"v":0}}', table)

    assert _sections(row)["labels"] == {"valence": 0.5}


def test_row_that_nests_deeper_than_it_can_be_digested_is_rejected(read, reasons):
    deep = b'{"words":"x","b":' + b"[" * 500 + b"]" * 500 + b"}"
    rows = read(deep + b'\n{"words":"y"}\n', TEXT)

    assert reasons(rows) == ["malformed-row", "imported"]
    assert rows[0].outcome.message == "the row nests too deep"


COMMA = 'dataset = "d"\ndecimal = ","\n[labels.valence]\ncolumn = "v"\nscale = [0, 5000]'


@pytest.mark.parametrize("cell", ["1.234", "1.234,5", "1.", "1,2,3"])
def test_point_is_no_decimal_mark_where_another_is(read, reasons, cell):
    rows = read(f'v\n"{cell}"\n'.encode(), COMMA)

    assert reasons(rows) == ["malformed-row"]
    assert rows[0].outcome.message == "the column v holds no number"


def test_number_of_json_has_its_point_whatever_the_mark_of_texts(read):
    rows = read(b'{"v":1250.5}\n{"v":"1250,5"}\n', COMMA)

    assert [_sections(row)["labels"]["valence"] for row in rows] == [0.2501, 0.2501]


@pytest.mark.parametrize(("cell", "scale"), [("-0", "[0, 1]"), ("9", "[9, 1]"), ("-0.0", "[0, 5]")])
def test_zero_has_no_minus(read, cell, scale):
    table = f'dataset = "d"\n[labels.valence]\ncolumn = "v"\nscale = {scale}'
    (row,) = read(f"v\n{cell}\n".encode(), table)

    assert str(row.outcome.sections[1].valence) == "0.0"


def test_ratings_are_on_their_scales_and_those_without_an_answer_left_out(section):
    table = (
        'dataset = "d"\nmissing = ["NA"]\ndecimal = ","\n[labels]\nraters = "n"\nunclear = "u"\n'
        '[labels.valence]\ncolumn = "v"\nscale = [1, 9]\n[labels.arousal]\ncolumn = "a"\n'
        '[labels.dominance]\ncolumn = "x"\nscale = [5, 1]\n'
        '[labels.big_five]\nopenness.column = "o"\nneuroticism.column = "a"\n'
        '[labels.captions]\ncolumns = ["c", "a"]\nseparator = "|"'
    )
    row = {"v": "7,0", "a": "NA", "x": "2", "o": "0,25", "c": "A cat.|Asleep.", "n": "3", "u": "0"}

    assert section("labels", row, table) == {
        "raters": 3, "unclear": 0, "valence": 0.75, "dominance": 0.75,
        "big_five": {"openness": 0.25}, "captions": ["A cat.", "Asleep."],
    }  # fmt: skip


# Expressions -------------------------------------------------------------------------------------


def test_expression_has_emotions_units_and_words(section):
    table = (
        'dataset = "d"\n[expression]\ndescription = "d"\n'
        '[expression.emotions]\nvocabulary = "ours"\ncolumn = "e"\nseparator = ","\nintensity = 1\n'
        '[expression.action_units]\ncolumn = "u"\nseparator = ","\nintensity = 0.5\n'
        'names = { "Eyes-Wide" = 5 }'
    )
    row = {"d": "A stare.", "e": "Fear, awe", "u": "lip corner puller, eyes wide,12,R14A"}

    expression = section("expression", row, table)
    assert [one["label"] for one in expression["emotions"]] == ["fear", "awe"]
    assert expression["action_units"] == [
        {"au": 5, "side": "both", "intensity": 0.5},
        {"au": 12, "side": "both", "intensity": 0.5},
        {"au": 14, "side": "right", "intensity": 0.2},
    ]
    assert expression["description"] == "A stare."


def test_blendshapes_are_a_list_in_a_cell(read):
    table = (
        'dataset = "d"\n[expression.blendshapes]\ncolumn = "b"\nlayout = "mediapipe-51"\nskip = 1'
    )
    weights = ["0.5", *["0.25"] * 51]
    (by_csv,) = read(f'b\n"[{", ".join(weights)}]"\n'.encode(), table)
    (by_json,) = read(f'{{"b":[{",".join(weights)}]}}'.encode(), table)

    assert _sections(by_csv) == _sections(by_json)
    assert _sections(by_csv)["expression"] == {
        "blendshapes": {"layout": "mediapipe-51", "weights": [0.25] * 51}
    }


# Bad rows ----------------------------------------------------------------------------------------

EVERYTHING = (
    'dataset = "d"\nid = "id"\n[text]\ncolumn = "words"\n[source]\nsplit_column = "part"\n'
    '[[labels.emotions]]\nvocabulary = "ekman"\ncolumn = "e"\nvotes = "n"\n'
    '[labels.valence]\ncolumn = "v"\nscale = [1, 9]\n'
    '[expression.action_units]\ncolumn = "u"\nseparator = ","\nintensity = 1\n'
    '[expression.blendshapes]\ncolumn = "b"\nlayout = "arkit-52"'
)
GOOD = {"id": "1", "words": "x", "part": "", "e": "joy", "n": "2", "v": "5", "u": "12", "b": ""}


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"id": ""}, "invalid-id"),
        ({"id": "x" * 600}, "invalid-id"),
        ({"words": " "}, "empty-text"),
        ({"words": None}, "empty-text"),
        ({"words": ["x"]}, "malformed-row"),
        ({"part": "B"}, "malformed-row"),
        ({"e": "bliss"}, "unknown-label"),
        ({"e": [["joy"]]}, "malformed-row"),
        ({"n": "-1"}, "malformed-row"),
        ({"n": "1.5"}, "malformed-row"),
        ({"n": "1e99"}, "malformed-row"),
        ({"v": "ten"}, "malformed-row"),
        ({"v": "10"}, "malformed-row"),
        ({"v": "nan"}, "malformed-row"),
        ({"v": "1_0"}, "malformed-row"),
        ({"v": {}}, "malformed-row"),
        ({"u": "eyebrow"}, "unknown-label"),
        ({"u": "3"}, "unknown-label"),
        ({"u": "46"}, "unknown-label"),
        ({"u": "L26"}, "unknown-label"),
        ({"b": "no list"}, "malformed-row"),
        ({"b": "[1, 2]"}, "malformed-row"),
        ({"b": [2.0] * 52}, "malformed-row"),
        ({"b": {"a": 1}}, "malformed-row"),
    ],
)
def test_bad_row_is_rejected_and_the_rest_goes_on(read, reasons, wrong, reason):
    lines = [GOOD, GOOD | wrong, GOOD]
    rows = read(b"\n".join(map(orjson.dumps, lines)), EVERYTHING)

    assert reasons(rows) == ["imported", reason, "imported"]
    assert "bliss" not in rows[1].outcome.message


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "invalid-json"),
        (b"[1]", "not-an-object"),
        (b'{"words":"\xff"}', "invalid-utf8"),
        (b'{"other":1}', "empty-text"),
        (b'{"words":"x","more":' + b"[" * 500 + b"]" * 500 + b"}", "malformed-row"),
        (b'"' + b"x" * 70_000 + b'"', "line-too-long"),
    ],
)
def test_line_that_is_no_row_of_json_is_rejected(read, reasons, line, reason):
    rows = read(b'{"words":"x"}\n' + line + b'\n{"words":"y"}', TEXT)

    assert reasons(rows)[:2] == ["imported", reason]
    assert reasons(rows)[-1] == "imported"


def test_bad_first_row_says_nothing_of_the_others(read, reasons):
    rows = read(b'[1]\n{"words":"x"}', 'format = "jsonl"\n' + TEXT)

    assert reasons(rows) == ["not-an-object", "imported"]


def test_row_of_a_csv_with_other_cells_than_its_header_is_rejected(read, reasons):
    assert reasons(read(b"n,words\n1\n1,x,y\n1,x\n", TEXT)) == [
        "malformed-row",
        "malformed-row",
        "imported",
    ]


def test_row_that_says_nothing_is_rejected(read, reasons):
    table = 'dataset = "d"\n[labels.valence]\ncolumn = "v"'

    assert reasons(read(b"n,v\n1,\n2,0\n", table)) == ["malformed-row", "imported"]


@SAME_FOLDER
@given(content=st.lists(st.sampled_from(PARTS), max_size=20).map(b"".join))
def test_any_bytes_become_rows_or_a_mistake_of_usage(tmp_path, content):
    (tmp_path / "map.toml").write_text(TEXT)
    (tmp_path / "any").write_bytes(content)
    table = load_map(tmp_path / "map.toml")

    try:
        rows = list(read_table([tmp_path / "any"], table, TextImportConfig()))
    except UsageError:
        return
    assert all(content[row.offset :][: len(row.raw)] == row.raw for row in rows)
