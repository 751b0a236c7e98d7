"""Checksums of lines name the first line that is not as it was written."""

import base64
from unittest import mock

import pytest
from affectory_protocol import line_sums
from affectory_protocol.line_sums import LineSums, LineSumsRecord, first_difference
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

lines = st.lists(st.binary(min_size=1, max_size=4), max_size=40)

SMALL = mock.patch.object(line_sums, "MAX_SUMS", 4)
"""Outputs of more than four lines are folded."""


def _recorded(content: list[bytes]) -> LineSumsRecord:
    sums = LineSums()
    sums.extend(content)
    return sums.record()


def _first(before: list[bytes], now: list[bytes]) -> int | None:
    """Number of the first line that differs, by comparing them."""
    if before == now:
        return None
    pairs = zip(before, now, strict=False)
    return next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(before), len(now)))


def _check(before: list[bytes], now: list[bytes]) -> None:
    expected = _first(before, now)
    with SMALL:
        recorded = _recorded(before)
        found = first_difference(recorded, iter(now))
    if expected is None:
        assert found is None
    else:
        assert found is not None
        assert expected in found
        assert len(found) == recorded.every


@given(lines)
def test_unchanged_lines_have_no_difference(content):
    _check(content, content)


@given(lines, lines)
def test_first_difference_of_any_two_outputs_is_found(before, now):
    _check(before, now)


@given(lines.filter(bool), st.data())
def test_first_changed_line_is_found(content, data):
    at = data.draw(st.integers(0, len(content) - 1))
    _check(content, [*content[:at], content[at] + b"x", *content[at + 1 :]])


@given(lines.filter(bool), st.data())
def test_removed_line_is_found(content, data):
    at = data.draw(st.integers(0, len(content) - 1))
    _check(content, content[:at] + content[at + 1 :])


@given(lines.filter(bool), st.data())
def test_doubled_line_is_found(content, data):
    at = data.draw(st.integers(0, len(content) - 1))
    _check(content, content[: at + 1] + content[at:])


@given(lines.filter(lambda content: len(content) > 1), st.data())
def test_swapped_lines_are_found(content, data):
    at = data.draw(st.integers(0, len(content) - 2))
    _check(content, [*content[:at], content[at + 1], content[at], *content[at + 2 :]])


@given(lines.filter(bool), st.lists(st.binary(min_size=1, max_size=4), min_size=1, max_size=30))
def test_added_lines_are_found_where_they_begin(content, more):
    _check(content, content + more)


@pytest.mark.parametrize("count", [4, 5, 8])
def test_lines_added_to_a_full_table_are_found_where_they_begin(count):
    content = [b"%d" % number for number in range(count)]
    _check(content, [*content, b"one more"])


@given(lines, st.lists(st.integers(1, 7), min_size=1))
def test_sums_do_not_depend_on_how_the_lines_arrive(content, sizes):
    with SMALL:
        whole = _recorded(content)
        parts = LineSums()
        rest, turn = content, 0
        while rest:
            size = sizes[turn % len(sizes)]
            parts.extend(rest[:size])
            rest, turn = rest[size:], turn + 1
        assert parts.record() == whole


@given(lines)
def test_there_are_never_more_sums_than_the_limit(content):
    with SMALL:
        sums = LineSums()
        sums.extend(content)
        assert len(sums.values()) <= 5  # four, and a group that is not full


@given(lines)
def test_a_sum_stands_for_so_many_lines_as_it_says(content):
    with SMALL:
        sums = LineSums()
        sums.extend(content)
        assert len(sums.values()) == -(-len(content) // sums.every)


@given(st.binary(min_size=1, max_size=6))
def test_sum_of_a_single_line_is_its_crc_32(line):
    recorded = _recorded([line])
    value = int.from_bytes(base64.b64decode(recorded.values), "little")
    assert value == _crc_32(line)


def _crc_32(content: bytes) -> int:
    """CRC-32 of ISO 3309 bit by bit, from its polynomial."""
    register = 0xFFFFFFFF
    for byte in content:
        register ^= byte
        for _ in range(8):
            register = register >> 1 ^ (0xEDB88320 if register & 1 else 0)
    return register ^ 0xFFFFFFFF


def test_sums_of_a_real_table_fold_at_their_limit():
    sums = LineSums()
    sums.extend([b""] * 65_536)
    assert sums.every == 1
    sums.extend([b""])
    assert sums.every == 2


@pytest.mark.parametrize("values", ["AAA", "AAAAA===", "AAAA", "!!!!"])
def test_values_that_are_no_sums_are_refused(values):
    with pytest.raises(ValidationError):
        LineSumsRecord(every=1, values=values)


def test_no_lines_have_no_sums():
    assert _recorded([]) == LineSumsRecord(every=1, values="")
