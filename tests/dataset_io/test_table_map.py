"""The map of a table: what it may say, and what is told of a mistake before any row is read."""

import re
from pathlib import Path

import pytest
from affectory_protocol.errors import UsageError
from dataset_io.formats.table.known import Known
from dataset_io.formats.table.loading import load_map
from dataset_io.formats.table.mapping import TableMap

GUIDE = Path(__file__).resolve().parents[2] / "docs/importing.md"

TEXT = '\n[text]\ncolumn = "words"\n'
EMOTIONS = '\n[[labels.emotions]]\nvocabulary = "ekman"\n'
UNITS = '\n[expression.action_units]\ncolumn = "units"\nintensity = 1\n'


@pytest.fixture
def load(write):
    def load(content: str):
        return load_map(write("map.toml", content.encode()))

    return load


@pytest.mark.parametrize("known", Known)
def test_known_maps_are_maps(known):
    table = load_map(known.path)

    assert table.text.column == "Sentence"


def test_map_of_the_documents_is_one(load):
    (told,) = re.findall(r"```toml\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)

    assert load(told).expression.blendshapes.skip == 1


def test_keys_of_the_documents_are_those_of_the_file(load):
    parts = {"dataset", "id", "source", "text", "labels", "expression"}
    told = set(re.findall(r"^\| `(\w+)` \|", GUIDE.read_text("utf-8"), re.MULTILINE))

    assert told | parts == set(TableMap.model_fields)


def test_every_column_that_is_named_is_told_with_its_key(load):
    table = load(
        'dataset = "d"\nid = "key"' + TEXT + 'speaker = "who"\n[source.groups]\nclient = "number"\n'
        '[labels.valence]\ncolumn = "v"\n[labels.captions]\ncolumns = ["c1", "c2"]\n' + EMOTIONS
        + 'columns = { joy = "j" }\n' + UNITS
    )  # fmt: skip

    assert [tuple(one) for one in table.named_columns()] == [
        ("id", "key"),
        ("source.groups.client", "number"),
        ("text.column", "words"),
        ("text.speaker", "who"),
        ("labels.emotions[0].columns.joy", "j"),
        ("labels.valence.column", "v"),
        ("labels.captions.columns[0]", "c1"),
        ("labels.captions.columns[1]", "c2"),
        ("expression.action_units.column", "units"),
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("dataset = ", "no TOML"),
        ("dataset = 5" + TEXT, "dataset: Input should be a valid string"),
        ('dataset = "a\\nb"' + TEXT, "dataset: "),
        (TEXT, "dataset is missing"),
        ('dataset = "d"', "it names nothing to read: give text, labels or expression"),
        ('dataset = "d"\nlicense = "x"' + TEXT, "license is no key of a map"),
        ('dataset = "d"\n[text]\ncolum = "words"', "text.column is missing; text.colum is no key"),
        ('dataset = "d"\n[text]\ncolumn = ""', "text.column: "),
        ('dataset = "d"\ndelimiter = ";;"' + TEXT, "delimiter is one character"),
        ('dataset = "d"\ndelimiter = "\\n"' + TEXT, "delimiter is one character"),
        ('dataset = "d"\nquote = "ab"' + TEXT, "quote is one character"),
        ('dataset = "d"\nquote = ";"\ndelimiter = ";"' + TEXT, "other than the delimiter"),
        ('dataset = "d"\ndecimal = "00"' + TEXT, "decimal is one character"),
        ('dataset = "d"\nencoding = "utf-99"' + TEXT, "encoding is none"),
        ('dataset = "d"\nencoding = "utf-16"' + TEXT, "encoding is none"),
        ('dataset = "d"\nencoding = "unicode_escape"' + TEXT, "encoding is none"),
        ('dataset = "d"\nencoding = "base64"' + TEXT, "encoding is none"),
        ('dataset = "d"\nencoding = "idna"' + TEXT, "encoding is none"),
        ('dataset = "d"\nformat = "xlsx"' + TEXT, "format: Input should be 'csv' or 'jsonl'"),
        ('dataset = "d"\nheader = ["a", "a"]' + TEXT, "header names a column twice"),
        ('dataset = "d"\nheader = ["a"]' + TEXT, "text.column names a column that header does"),
        ('dataset = "d"\nheader = ["words"]\nformat = "jsonl"' + TEXT, "header is for files"),
        ('dataset = "d"' + TEXT + 'language = "en"\nlanguage_column = "l"', "not both"),
        ('dataset = "d"' + TEXT + '[source]\nsplit = "dev"', "source.split: "),
        ('dataset = "d"' + TEXT + '[source]\nsplit = "test"\nsplit_column = "s"', "not both"),
        ('dataset = "d"' + TEXT + '[source.splits]\nx = "test"', "splits explains the values"),
        ('dataset = "d"' + TEXT + '[source.groups]\ntext = "s"', "the group text is made of"),
        ('dataset = "d"' + EMOTIONS, "labels.emotions[0]: give column"),
        ('dataset = "d"' + EMOTIONS + 'column = "e"\ncolumns = { joy = "j" }', "give column"),
        ('dataset = "d"' + EMOTIONS + 'score = "s"\ncolumns = { joy = "j" }', "go with column"),
        ('dataset = "d"' + EMOTIONS + 'column = "e"\nholds = "votes"', "holds goes with columns"),
        ('dataset = "d"' + EMOTIONS + 'column = "e"\nscale = [1, 1]', "two different ends"),
        ('dataset = "d"' + EMOTIONS + 'column = "e"\nscale = [1]', "labels.emotions[0].scale"),
        ('dataset = "d"' + EMOTIONS + 'column = "e"\nscale = [0, inf]', "finite"),
        ('dataset = "d"' + EMOTIONS + 'columns = { bliss = "j" }', "no such label: bliss"),
        ('dataset = "d"' + EMOTIONS + 'column = "e"\nnames = { a = "b" }', "no such label: b"),
        ('dataset = "d"\n[labels.valence]\ncolumn = "v"\nscale = [2, 2]', "two different ends"),
        ('dataset = "d"\n[labels.captions]\ncolumns = []', "labels.captions.columns"),
        ('dataset = "d"\n[expression]', "give emotions, action_units, description"),
        ('dataset = "d"' + UNITS + "names = { frown = 3 }", "no action unit has this number: 3"),
        ('dataset = "d"' + UNITS.replace("1", "2"), "expression.action_units.intensity"),
        ('dataset = "d"' + UNITS.replace("intensity = 1", ""), "intensity is missing"),
        (
            'dataset = "d"\n[expression.blendshapes]\ncolumn = "b"\nlayout = "arkit-53"',
            "a layout is one of arkit-52",
        ),
    ],
)
def test_mistake_is_told_with_its_key(load, content, told):
    with pytest.raises(UsageError) as caught:
        load(content)

    assert told in caught.value.message
    assert "docs/importing.md" in caught.value.hint


def test_all_mistakes_are_told_at_once(load):
    with pytest.raises(UsageError) as caught:
        load("dataset = 5\nid = 7\n[text]\n")

    assert caught.value.message.count(";") == 2


def test_map_that_is_not_utf_8_is_told(write):
    with pytest.raises(UsageError, match="not UTF-8 at byte 11"):
        load_map(write("map.toml", b'dataset = "\xff"'))
