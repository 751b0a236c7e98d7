"""Rows of delimited text: their cells, their bytes, and what a torn quotation costs."""

import csv
import io

import pytest
from affectory_protocol.errors import RecordError
from dataset_io.delimited import Dialect, read_cells
from dataset_io.lines import MAX_LINE_BYTES, read_lines
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SAME_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
PARTS = [b"a", b"bc", b",", b'"', b'""', b'","', b"\n", b"\r\n", b"\xff", b"\xc3\xa9"]
CELLS = st.text(st.sampled_from('ab,"\n \u00e9;'), max_size=6)


@pytest.fixture
def read(write):
    def read(content: bytes, **dialect: str) -> list:
        return list(read_cells(read_lines([write("rows.csv", content)]), Dialect(**dialect)))

    return read


def _told(rows) -> list:
    return [
        row.cells.reason.value if isinstance(row.cells, RecordError) else row.cells for row in rows
    ]


def test_quoted_cell_holds_delimiters_line_breaks_and_doubled_quotes(read):
    (row,) = read(b'one,"two, ""quoted""\r\nand more",three\r\n')

    assert row.cells == ["one", 'two, "quoted"\r\nand more', "three"]
    assert row.raw == b'one,"two, ""quoted""\r\nand more",three'


def test_quotation_mark_inside_an_unquoted_cell_is_a_character(read):
    assert _told(read(b'5" of rain,x\n')) == [['5" of rain', "x"]]


def test_without_a_quote_every_line_is_a_row(read):
    assert _told(read(b'"a\tb\n"\tc\n', delimiter="\t", quote="")) == [['"a', "b"], ['"', "c"]]


def test_blank_lines_are_no_rows(read):
    assert _told(read(b"\n\na,b\r\n\r\nc,d")) == [["a", "b"], ["c", "d"]]


def test_offset_counts_from_the_beginning_of_the_file(read):
    assert [row.offset for row in read(b'\xef\xbb\xbfa,b\n"c\nd",e\n\nf,g\n')] == [3, 7, 16]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b'a,"never closed\nb,c\nd,e\n', ["malformed-row", ["b", "c"], ["d", "e"]]),
        (b'a,"torn" x\nb,c\n', ["malformed-row", ["b", "c"]]),
        (b'a,"torn\nb,"whole"\nc,d\n', ["malformed-row", ["b", "whole"], ["c", "d"]]),
        (b"a,b\rc\nd,e\n", ["malformed-row", ["d", "e"]]),
        (b"a,\xff\nb,c\n", ["invalid-utf8", ["b", "c"]]),
    ],
)
def test_damage_costs_one_row(read, content, told):
    assert _told(read(content)) == told


def test_quote_that_is_not_closed_within_the_limit_costs_one_row(read):
    filler = b"x" * 999 + b"\n"
    rows = read(b'a,"open\n' + filler * (MAX_LINE_BYTES // 1000 + 9))

    assert _told(rows)[:2] == ["malformed-row", ["x" * 999]]
    assert len(rows) == 1 + MAX_LINE_BYTES // 1000 + 9


def test_blank_lines_behind_an_open_quote_count(read):
    rows = read(b'a,"open' + b"\n" * (2 * MAX_LINE_BYTES) + b"a,b\n")

    assert _told(rows) == ["malformed-row", ["a", "b"]]


def test_line_at_the_limit_is_a_row(read):
    assert _told(read(b"x" * MAX_LINE_BYTES + b"\n")) == [["x" * MAX_LINE_BYTES]]


def test_line_over_the_limit_comes_in_pieces(read):
    rows = read(b"x" * (MAX_LINE_BYTES + 9) + b"\na,b\n")

    assert _told(rows) == ["line-too-long", "line-too-long", ["a", "b"]]


def test_other_encodings_are_read(read):
    assert _told(read("caf\u00e9;\u20ac\n".encode("cp1252"), delimiter=";", encoding="cp1252")) == [
        ["caf\u00e9", "\u20ac"]
    ]


@SAME_FOLDER
@given(st.lists(st.lists(CELLS, min_size=2, max_size=3), max_size=5))
def test_what_a_csv_writer_wrote_is_read_back(tmp_path, rows):
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    path = tmp_path / "any.csv"
    path.write_bytes(text.getvalue().encode())

    assert [row.cells for row in read_cells(read_lines([path]), Dialect())] == rows


@SAME_FOLDER
@given(content=st.lists(st.sampled_from(PARTS), max_size=30).map(b"".join))
def test_any_bytes_are_accounted_for(tmp_path, tiles, content):
    path = tmp_path / "any.csv"
    path.write_bytes(content)

    assert tiles(content, list(read_cells(read_lines([path]), Dialect())))
