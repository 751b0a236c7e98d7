"""The bytes of a line: parsed once, edited without being encoded again."""

import json
import re

import orjson
import pytest
from affectory_protocol.errors import RecordError
from affectory_protocol.lines import (
    append_members,
    edit_members,
    is_canonical,
    parse_object,
    reject_doubled_members,
    scan_members,
)
from affectory_protocol.reasons import Reason
from hypothesis import given
from hypothesis import strategies as st
from json_text import object_texts, texts, values

NAMES = st.sampled_from(["id", "text", "labels", "made_by", "x", 'a"b', "é"])
ENCODED = values.map(lambda value: json.dumps(value).encode())
SEPARATORS = re.compile(rb"[ \t\r]*(?:,[ \t\r]*)*")


def _pairs(line: bytes) -> list[tuple[str, object]]:
    return json.loads(line, object_pairs_hook=_Pairs).pairs


class _Pairs(dict):
    """An object that remembers its members as they stood."""

    def __init__(self, pairs):
        super().__init__(pairs)
        self.pairs = [(name, value) for name, value in pairs]


# scan_members ---------------------------------------------------------------------------------


@given(object_texts())
def test_scan_finds_the_names_that_a_parser_finds(text):
    assert [m.name for m in scan_members(text.line)] == [name for name, _ in text.pairs]


@given(object_texts())
def test_scanned_value_bytes_are_exactly_the_value(text):
    found = [text.line[m.value_start : m.value_end] for m in scan_members(text.line)]
    assert found == [member.written_value for member in text.members]


@given(object_texts())
def test_scanned_member_starts_at_the_quotation_mark_of_its_name(text):
    for scanned, member in zip(scan_members(text.line), text.members, strict=True):
        assert text.line.startswith(member.written_name, scanned.start)


def test_scan_of_an_empty_object_finds_nothing():
    assert scan_members(b" { } ") == []


def test_scan_is_not_misled_by_depth():
    deep = b"[" * 900 + b"]" * 900
    assert [m.name for m in scan_members(b'{"a":%s,"b":1}' % deep)] == ["a", "b"]


# edit_members ---------------------------------------------------------------------------------


@given(object_texts(NAMES, doubled=False), st.dictionaries(NAMES, ENCODED, max_size=4))
def test_edited_line_parses_to_the_edited_object(text, changes):
    before = dict(text.pairs)
    edited = edit_members(text.line, changes, present=before)
    assert json.loads(edited) == before | {n: json.loads(v) for n, v in changes.items()}


@given(object_texts(NAMES, doubled=False), st.dictionaries(NAMES, ENCODED, max_size=4))
def test_members_keep_their_order_and_new_ones_come_last(text, changes):
    before = [name for name, _ in text.pairs]
    edited = edit_members(text.line, changes, present=before)
    assert [n for n, _ in _pairs(edited)] == before + [n for n in changes if n not in before]


@given(object_texts(NAMES), st.dictionaries(NAMES, ENCODED, max_size=4))
def test_every_byte_but_the_changed_values_stays(text, changes):
    names = {name for name, _ in text.pairs}
    appended = b"".join(
        b"," + json.dumps(n, ensure_ascii=False).encode() + b":" + v
        for n, v in changes.items()
        if n not in names
    )
    expected = text.with_values(changes)[:-1] + appended + b"}"
    assert edit_members(text.line, changes, present=names) == expected


@given(object_texts())
def test_nothing_to_change_gives_the_same_line(text):
    assert edit_members(text.line, {}, present=[n for n, _ in text.pairs]) == text.line


@given(object_texts(NAMES, doubled=False), st.sets(NAMES), st.dictionaries(NAMES, ENCODED))
def test_removed_members_are_gone_and_the_others_stay(text, removed, changes):
    before = dict(text.pairs)
    changes = {n: v for n, v in changes.items() if n not in removed}
    if not before.keys() - removed:
        return
    edited = edit_members(text.line, changes, present=before, remove=removed)
    kept = {n: v for n, v in before.items() if n not in removed}
    assert json.loads(edited) == kept | {n: json.loads(v) for n, v in changes.items()}


@given(object_texts(NAMES), st.sets(NAMES))
def test_removal_takes_members_and_commas_and_leaves_every_other_byte(text, removed):
    kept = [member for member in text.members if member.name not in removed]
    if not kept:
        return
    rest = edit_members(text.line, {}, present=[n for n, _ in text.pairs], remove=removed)
    rest = rest.removeprefix(b"{").removesuffix(b"}")
    commas = b""
    for member in kept:
        between, found, rest = rest.partition(member.written_name + member.written_value)
        assert found
        assert SEPARATORS.fullmatch(between)
        commas += between
    assert SEPARATORS.fullmatch(rest)
    assert (commas + rest).count(b",") == len(kept) - 1


@given(object_texts(NAMES, doubled=False), NAMES, ENCODED)
def test_a_member_can_be_removed_and_written_anew_at_the_end(text, name, value):
    before = dict(text.pairs)
    if before.keys() <= {name}:
        return
    edited = edit_members(text.line, {name: value}, present=before, remove=[name])
    assert _pairs(edited)[-1] == (name, json.loads(value))


def test_new_member_follows_white_space_that_was_there():
    assert append_members(b'{"id":"a" } ', b'"x":1') == b'{"id":"a" ,"x":1} '


def test_member_with_an_escaped_name_is_replaced_in_place():
    line = rb'{"id":"a", "te\u0078t" : 1 }'
    assert edit_members(line, {"text": b"2"}, present=["id", "text"]) == line.replace(b"1", b"2")


# parse_object ---------------------------------------------------------------------------------


@given(object_texts(doubled=False))
def test_parsed_line_is_what_the_standard_parser_reads(text):
    def as_floats(value: object) -> object:  # orjson reads integers beyond 64 bits as floats
        if isinstance(value, int) and not -(2**63) <= value < 2**64:
            return float(value)
        if isinstance(value, list):
            return [as_floats(one) for one in value]
        if isinstance(value, dict):
            return {key: as_floats(one) for key, one in value.items()}
        return value

    assert parse_object(text.line) == as_floats(json.loads(text.line))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"id": "a"', Reason.INVALID_JSON),
        (b'{"id": NaN}', Reason.INVALID_JSON),
        (b'{"id": "\\ud800"}', Reason.INVALID_JSON),
        (b'{"id": 1e400}', Reason.INVALID_JSON),
        (b"{'id': 1}", Reason.INVALID_JSON),
        (b'{"id": "a"} {}', Reason.INVALID_JSON),
        (b'{"id": "\xff"}', Reason.INVALID_UTF8),
        (b"[]", Reason.NOT_AN_OBJECT),
        (b"null", Reason.NOT_AN_OBJECT),
        (b'"id"', Reason.NOT_AN_OBJECT),
        (b"1", Reason.NOT_AN_OBJECT),
    ],
)
def test_line_that_is_no_object_is_refused_with_its_reason(line, reason):
    with pytest.raises(RecordError) as refused:
        parse_object(line)
    assert refused.value.reason is reason


@given(st.binary(max_size=30))
def test_any_bytes_are_an_object_or_a_record_error(line):
    try:
        value = parse_object(line)
    except RecordError:
        return
    assert value == json.loads(line)


@given(st.lists(st.sampled_from(["xqz", '"', "\\", "{", "}", "[", ",", ":", "0", "1", "e", "\0"])))
def test_message_of_a_broken_line_is_a_rule_and_a_position_and_quotes_nothing(pieces):
    line = b'{"id": "a", "xqz": [ ' + "".join(pieces).encode()
    with pytest.raises(RecordError) as refused:
        parse_object(line)
    assert re.fullmatch(r"\D+ at character \d+ of the line", refused.value.message)
    assert "xqz" not in refused.value.message


# doubled members ------------------------------------------------------------------------------


@given(object_texts(st.sampled_from(["id", "text", "labels", "other"])))
def test_doubled_members_are_refused_however_they_are_escaped(text):
    names = [name for name, _ in text.pairs]
    doubled = any(names.count(guarded) > 1 for guarded in ("id", "text"))
    if doubled:
        with pytest.raises(RecordError) as refused:
            reject_doubled_members(text.line, ["id", "text"])
        assert refused.value.reason is Reason.DUPLICATE_KEY
    else:
        reject_doubled_members(text.line, ["id", "text"])


def test_name_inside_a_value_is_no_doubled_member():
    reject_doubled_members(b'{"id":"a","x":{"id":"b"},"y":"\\"id\\""}', ["id"])


@given(st.dictionaries(texts, values, min_size=1, max_size=4))
def test_what_the_encoder_writes_is_canonical(members):
    line = orjson.dumps(orjson.loads(json.dumps(members)))
    assert is_canonical(line, parse_object(line))


@given(object_texts(NAMES))
def test_a_canonical_line_has_no_doubled_member(text):
    names = [name for name, _ in text.pairs]
    if is_canonical(text.line, parse_object(text.line)):
        assert len(names) == len(set(names))


def test_line_nested_deeper_than_the_encoder_goes_is_not_canonical():
    line = b'{"id":"a","x":%s}' % (b"[" * 500 + b"]" * 500)
    assert not is_canonical(line, parse_object(line))


def test_white_space_is_not_canonical():
    assert not is_canonical(b'{"id": "a"}', {"id": "a"})
