"""Lines of foreign files: where they lie, and what a function makes of them."""

import pytest
from affectory_protocol.errors import RecordError
from affectory_protocol.outcomes import Imported
from affectory_protocol.reasons import Reason
from dataset_io.lines import Line, build_row, decode_row, read_lines
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SAME_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
TEXTS = st.lists(st.sampled_from([b"a", b"bc", b"\n", b"\r\n", b"\r", b"\xef\xbb\xbf", b"\xff"]))


def test_offsets_count_over_all_files(write):
    paths = [write("a", b"one\ntwo"), write("b", b"three\n")]

    assert [(line.file, line.offset, line.content) for line in read_lines(paths)] == [
        (0, 0, b"one"),
        (0, 4, b"two"),
        (1, 7, b"three"),
    ]


def test_byte_order_mark_belongs_to_no_line_and_is_counted(write):
    paths = [write("a", b"\xef\xbb\xbfone\n"), write("b", b"\xef\xbb\xbftwo\n")]

    assert [(line.offset, line.content) for line in read_lines(paths)] == [
        (3, b"one"),
        (10, b"two"),
    ]


def test_byte_order_mark_inside_a_file_is_content(write):
    lines = list(read_lines([write("a", b"one\n\xef\xbb\xbftwo\n")]))

    assert lines[1].content == b"\xef\xbb\xbftwo"


def test_carriage_return_belongs_to_the_line_end_only_before_a_newline(write):
    lines = list(read_lines([write("a", b"one\r\ntwo\rthree\r")]))

    assert [(line.content, line.ending) for line in lines] == [
        (b"one", b"\r\n"),
        (b"two\rthree\r", b""),
    ]


def test_line_over_the_limit_comes_in_pieces_that_are_not_whole(write):
    lines = list(read_lines([write("a", b"123456789\nshort\n")], max_bytes=3))

    assert [(line.content, line.whole) for line in lines] == [
        (b"1234", False),
        (b"5678", False),
        (b"9", False),
        (b"shor", False),
        (b"t", False),
    ]


def test_line_of_just_the_limit_is_whole(write):
    (line,) = read_lines([write("a", b"123\n")], max_bytes=3)

    assert line.whole


@SAME_FOLDER
@given(parts=TEXTS, max_bytes=st.integers(1, 6))
def test_contents_and_endings_are_the_file(tmp_path, parts, max_bytes):
    content = b"".join(parts)
    path = tmp_path / "any"
    path.write_bytes(content)

    lines = list(read_lines([path], max_bytes=max_bytes))

    assert b"".join(line.content + line.ending for line in lines) == content.removeprefix(
        b"\xef\xbb\xbf" if lines and lines[0].offset else b""
    )
    assert all(content[n.offset : n.offset + len(n.content)] == n.content for n in lines)


def test_row_keeps_the_bytes_and_offset_of_its_line():
    outcome = Imported("a:1", ())

    row = build_row(Line(0, 7, b"bytes", b"\n", whole=True), lambda _: outcome)

    assert (row.offset, row.raw, row.outcome) == (7, b"bytes", outcome)


def test_row_of_a_piece_is_rejected_and_never_parsed():
    row = build_row(Line(0, 0, b"bytes", b"", whole=False), lambda _: pytest.fail("parsed"))

    assert row.outcome.reason is Reason.LINE_TOO_LONG


def test_undecodable_row_is_rejected_with_the_position_and_without_the_text():
    with pytest.raises(RecordError, match=r"byte 6$") as raised:
        decode_row(b"secret\xff")

    assert raised.value.reason is Reason.INVALID_UTF8
    assert "secret" not in raised.value.message
