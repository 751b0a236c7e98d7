"""What becomes of the rows of small files, to the byte: good rows, and one of each damage."""

from pathlib import Path

import pytest
from affectory_protocol.vocabularies.emotions import VOCABULARIES
from dataset_io.config import TextImportConfig
from dataset_io.run import import_text

LABELS = VOCABULARIES["goemotions"]
GOLDEN = Path(__file__).parent / "fixtures"


def _choose(*chosen: str) -> bytes:
    """The cells of a rater who chose these labels."""
    return ",".join("01"[label in chosen] for label in LABELS).encode()


FILES = {
    "goemotions_train.tsv": (
        b"\xef\xbb\xbfThe soup was cold and the waiter laughed.\t3\tfx00001\r\n"
        b'"She said ""well done"" and meant it \xf0\x9f\x99\x82"\t0,17\tfx00002\n'
        b"\n"
        b"only one column\n"
        b"The bus leaves at ten.\t27\tfx00001\n"
        b"A label too far.\t28\tfx00003\n"
        b" \t27\tfx00004\n"
        b"The bus leaves at eleven.\t27\tfx00005"
    ),
    "goemotions_raters.csv": (
        b"text,id,rater_id,example_very_unclear,%b\r\n" % ",".join(LABELS).encode()
        + b'"Soup, again?",fy00001,7,False,%b\r\n' % _choose("annoyance", "disappointment")
        + b"The bus leaves at ten.,fy00002,7,True,%b\r\n" % _choose()
        + b'"Soup, again?",fy00001,9,FALSE,%b\r\n' % _choose("annoyance")
        + b'"Never closed,fy00003,9,False,%b\r\n' % _choose("joy")
        + b"The bus leaves at ten.,fy00002,7,True,%b\r\n" % _choose()
        + b"The bus leaves at ten.,fy00002,2,False,%b" % _choose("neutral")
    ),
    "emoint_dev.csv": (
        b"10\tSoup &amp; sun \xc3\xb0\xc5\xb8\xcb\x9c\xc5\xa0\\nwhat a day #happy\tjoy\t0.812\n"
        b"11\tNo rating yet.\tsadness\tNONE\n"
        b"12\tToo much.\tanger\t1.2\n"
        b"13\tWrong task.\tsurprise\t0.5\n"
    ),
    "isear_narrow.csv": (
        b"emo;txt\r\n"
        b'joy;"When the letter came and \xe1\n'
        b'I read it aloud to ""everyone"".\xe1"\r\n'
        b"fear;[ No response.]\r\n"
        b'anger;"Never closed \xe1\n'
        b"shame;I forgot her name.\r\n"
        b"boredom;A long train ride.\r\n"
    ),
    "isear_wide.csv": (
        b"ID|EMOT|INTS|Field1|MYKEY|SIT|STATE|\n"
        b"501|1|4|joy|50101|When the letter came and \xc3\xa1 I read it aloud to "
        b'\\everyone\\". \xc3\xa1|All of them."|1|\n'
        b"501|2|0|fear|50102|Blank.|1|\n"
        b"501|3|2|joy|50103|Two labels that disagree.|1|\n"
        b"501|6|1|shame|50101|A key that was there.|1|\n"
    ),
}
"""Name of a file, which begins with its verb, to its bytes."""


@pytest.mark.parametrize("name", FILES)
def test_rows_become_what_the_golden_file_says(name, write, describe):
    path = write(name, FILES[name])

    rows = import_text(name.partition("_")[0], [path], TextImportConfig())

    golden = (GOLDEN / f"{name}.jsonl").read_bytes().splitlines(keepends=True)
    assert [describe(row) for row in rows] == golden


def test_every_file_has_a_golden_one_that_is_not_empty():
    goldens = {path.name for path in GOLDEN.glob("*.jsonl") if path.stat().st_size}

    assert goldens == {f"{name}.jsonl" for name in FILES}
