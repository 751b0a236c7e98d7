"""Validation at the speed of the parser decides every line as the gate does."""

from random import Random

import orjson
import pytest
from affectory_protocol.cli.app import tool
from affectory_protocol.errors import RecordError
from affectory_protocol.processing import Processor
from affectory_protocol.reading import BOM, Chunk, LongLine
from affectory_protocol.reasons import Reason
from affectory_protocol.record import Gate, Record
from affectory_protocol.records import SECTIONS
from affectory_protocol.seen_ids import SeenIds
from affectory_protocol.settings import Settings
from affectory_protocol.validation import Validation
from hypothesis import example, given
from hypothesis import strategies as st
from json_text import object_texts, write_object
from section_values import VALID_SECTIONS, broken_records, records

VERB, _ = tool.verbs["validate"]
GATE = Gate(SECTIONS.values())
FAST = Validation(Processor.of(VERB, Settings()), [])
lines = st.one_of(
    st.binary(max_size=20).map(lambda line: line.replace(b"\n", b"")),
    object_texts(st.sampled_from(["id", "text", "labels", "x"])).map(lambda text: text.line),
    st.tuples(st.one_of(records(), broken_records()), st.integers(0, 2**32 - 1)).map(
        lambda drawn: _write(*drawn)
    ),
)


def _write(record: object, seed: int) -> bytes:
    """A record in the encoder's own form or in any other, sometimes with a member doubled."""
    style = Random(seed)
    if not isinstance(record, dict) or style.random() < 0.5:
        return orjson.dumps(record)
    pairs = list(record.items())
    if pairs and style.random() < 0.2:
        pairs.append(style.choice(pairs))
    return write_object(pairs, style).line if pairs else b"{}"


def _chunk(*content: bytes, offset: int = 100) -> Chunk:
    return Chunk(offset, list(content), b"".join(b"%s\n" % line for line in content))


def _refusal(line: bytes) -> tuple[str, str] | None:
    """Reason and message of the gate, or None when the line is a record."""
    try:
        GATE.admit(line)
    except RecordError as error:
        return error.reason.value, error.message
    return None


# one line -------------------------------------------------------------------------------------


@given(lines)
@example(b'{"id":"a","assets":{"image":{"uri":"x","media_type":"y","bytes":"5"}}}')
@example(b'{"id":"a","verdicts":{"q":{"passed":1}}}')
@example(b'{"id":"a","verdicts":{"q":{"passed":"yes"}}}')
@example(b'{"id":"a","labels":{"emotions":[{"vocabulary":"v","label":"l","score":"0.5"}]}}')
@example(b'{"id":"a","labels":{"emotions":[{"vocabulary":"v","label":"l","votes":1.0}]}}')
def test_a_line_passes_exactly_when_the_gate_admits_it(line):
    result = FAST.handle(_chunk(line))
    if not line.strip():
        assert (result.output, result.rejects) == ([], [])
    elif _refusal(line.removesuffix(b"\r")) is None:
        assert result.output == [line.removesuffix(b"\r")]
    else:
        assert result.output == []


@given(lines)
def test_a_rejected_line_has_the_reason_and_the_words_of_the_gate(line):
    refusal = _refusal(line.removesuffix(b"\r"))
    rejects = [orjson.loads(one) for one in FAST.handle(_chunk(line)).rejects]
    if line.strip() and refusal is not None:
        assert [(one["reason"], one["message"]) for one in rejects] == [refusal]
    else:
        assert rejects == []


@pytest.mark.parametrize("name", sorted(SECTIONS))
@given(data=st.data())
def test_each_broken_section_is_decided_as_the_gate_decides(name, data):
    value = data.draw(VALID_SECTIONS[name])
    line = orjson.dumps({"id": "a", name: _spoil(value, Random(data.draw(st.integers(0, 2**32))))})
    assert bool(FAST.handle(_chunk(line)).output) == (_refusal(line) is None)


def _spoil(value: object, chance: Random) -> object:
    """One scalar somewhere in the value made a near miss of itself."""
    if isinstance(value, dict) and value:
        key = chance.choice(list(value))
        return value | {key: _spoil(value[key], chance)}
    if isinstance(value, list) and value:
        place = chance.randrange(len(value))
        return [*value[:place], _spoil(value[place], chance), *value[place + 1 :]]
    if isinstance(value, bool):
        return chance.choice([int(value), str(value).lower()])
    if isinstance(value, int | float):
        return chance.choice([str(value), float(value), value + 0.5, -value, True])
    return chance.choice([5, 0.5, None, True, [], {}, [value], ""])


# many lines -----------------------------------------------------------------------------------


@given(st.lists(lines, max_size=6))
def test_every_line_that_is_not_blank_passes_or_is_rejected(content):
    result = FAST.handle(_chunk(*content))
    records_in = [line for line in content if line.strip()]
    assert len(result.output) + len(result.rejects) == len(records_in)
    assert result.counts.read == len(records_in)
    assert result.counts.passed == len(result.output)


@given(st.lists(lines, max_size=6))
def test_offsets_of_rejects_are_where_their_lines_start(content):
    starts = {}
    position = 100
    for line in content:
        starts[position] = line
        position += len(line) + 1
    for reject in map(orjson.loads, FAST.handle(_chunk(*content)).rejects):
        assert reject["length"] == len(starts[reject["offset"]])


@given(st.lists(lines, max_size=6))
def test_output_of_a_chunk_is_that_of_its_lines(content):
    together = FAST.handle(_chunk(*content))
    single = [FAST.handle(_chunk(line)) for line in content]
    assert together.output == [line for one in single for line in one.output]
    assert together.rejected_by_reason == sum(
        (one.rejected_by_reason for one in single), start=type(together.rejected_by_reason)()
    )


@given(st.lists(lines, max_size=6))
def test_bytes_passed_on_whole_are_the_lines_passed_on(content):
    result = FAST.handle(_chunk(*content))
    if result.passed_raw is not None:
        assert result.passed_raw == b"".join(b"%s\n" % line for line in result.output)


def test_valid_lines_are_passed_on_as_the_bytes_they_came_in():
    chunk = _chunk(b'{"id":"a"}', b'{ "id" : "b" }')
    assert FAST.handle(chunk).passed_raw is chunk.raw


def test_missing_last_newline_is_added():
    chunk = Chunk(0, [b'{"id":"a"}'], b'{"id":"a"}')
    assert FAST.handle(chunk).passed_raw == b'{"id":"a"}\n'


def test_bom_and_carriage_returns_are_taken_off():
    content = BOM + b'{"id":"a"}\r'
    result = FAST.handle(_chunk(content, b'{"id":"b"}\r', offset=0))
    assert result.output == [b'{"id":"a"}', b'{"id":"b"}']


def test_bom_that_is_not_at_the_start_of_the_input_is_rejected():
    result = FAST.handle(_chunk(BOM + b'{"id":"a"}'))
    assert result.rejected_by_reason == {"invalid-json": 1}


def test_rejected_line_keeps_its_carriage_return():
    (reject,) = FAST.handle(_chunk(b"{\r")).rejects
    assert orjson.loads(reject)["line"] == "{\r"


def test_long_line_is_rejected_by_its_digest():
    remains = LongLine(length=9, size=10, sha256="f" * 64, head=b"xx")
    result = FAST.handle(Chunk(5, [], b"", remains, closed=True))
    reject = orjson.loads(result.rejects[0])
    assert (reject["reason"], reject["offset"], reject["length"]) == ("line-too-long", 5, 9)
    assert (reject["sha256"], reject["head_base64"]) == ("f" * 64, "eHg=")


# checks beyond the schemas --------------------------------------------------------------------


def _refuse_b(record: Record) -> None:
    if record.id == "b":
        raise RecordError(Reason.DUPLICATE_ID, "b is not wanted")


def test_check_is_asked_about_every_valid_record():
    validation = Validation(Processor.of(VERB, Settings()), [_refuse_b])
    result = validation.handle(_chunk(b'{"id":"a"}', b'{"id":"b"}', b"{", b'{"id":"c"}'))
    assert result.output == [b'{"id":"a"}', b'{"id":"c"}']
    assert result.rejected_by_reason == {"duplicate-id": 1, "invalid-json": 1}


@given(st.lists(st.text("aé", min_size=1, max_size=3), max_size=12))
def test_an_id_passes_once(identities):
    with SeenIds() as seen:
        validation = Validation(Processor.of(VERB, Settings()), [seen.check])
        result = validation.handle(_chunk(*(orjson.dumps({"id": one}) for one in identities)))
    passed = [orjson.loads(line)["id"] for line in result.output]
    assert passed == list(dict.fromkeys(identities))


def test_ids_of_an_interrupted_run_are_remembered():
    with SeenIds() as seen:
        seen.recall([b'{"id":"a"}'])
        with pytest.raises(RecordError) as refused:
            seen.check(Record.parse(b'{"id":"a"}'))
    assert refused.value.reason is Reason.DUPLICATE_ID


def test_rejected_record_does_not_use_up_its_id():
    with SeenIds() as seen:
        validation = Validation(Processor.of(VERB, Settings()), [seen.check])
        result = validation.handle(_chunk(b'{"id":"a","text":5}', b'{"id":"a"}'))
    assert result.output == [b'{"id":"a"}']
