"""One record: what the gate lets in, and what it says of the rest."""

import json
from random import Random

import orjson
import pytest
from affectory_protocol.errors import RecordError
from affectory_protocol.reasons import Reason
from affectory_protocol.record import (
    MAX_ID_BYTES,
    Gate,
    Record,
    check_id,
    derive_id,
    json_pointer,
)
from affectory_protocol.records import (
    SECTIONS,
    Assets,
    Expression,
    Labels,
    Side,
    Text,
    Verdicts,
)
from hypothesis import given
from hypothesis import strategies as st
from json_text import write_object
from section_values import VALID_SECTIONS, broken_records, identities, records

ALL = Gate(SECTIONS.values())
EXPRESSION = {
    "emotions": [{"vocabulary": "ekman", "label": "joy", "intensity": 0.5}],
    "action_units": [{"au": 12, "side": "left", "intensity": 1}],
    "description": "A smile on one side.",
    "blendshapes": {"layout": "arkit-52", "weights": [0, 0.5] * 26},
}


def _line(**members: object) -> bytes:
    return orjson.dumps({"id": "a", **members})


def _refused(line: bytes) -> RecordError | None:
    """Why the gate refuses a line, or None when it does not."""
    try:
        ALL.admit(line)
    except RecordError as error:
        return error
    return None


def _refusal(gate: Gate, line: bytes) -> RecordError:
    with pytest.raises(RecordError) as refused:
        gate.admit(line)
    return refused.value


# what is let in -------------------------------------------------------------------------------


def test_there_are_trial_values_for_every_section():
    assert VALID_SECTIONS.keys() == SECTIONS.keys()


@given(records(), st.integers(0, 2**32 - 1))
def test_valid_record_is_admitted_however_it_is_written(record, seed):
    line = write_object(list(record.items()), Random(seed)).line
    admitted = ALL.admit(line)
    assert admitted.line == line
    assert admitted.id == record["id"]


@given(records())
def test_sections_are_handed_over_as_models(record):
    admitted = ALL.admit(orjson.dumps(record))
    for name, section in SECTIONS.items():
        present = record.get(name)
        found = admitted.get(section)
        assert (found is None) == (present is None)


def test_side_of_an_action_unit_is_read_from_its_text():
    record = Record.parse(_line(expression=EXPRESSION), (Expression,))
    assert record[Expression].action_units[0].side is Side.LEFT


def test_null_section_counts_as_absent():
    record = Record.parse(_line(text=None), (Text,))
    assert record.get(Text) is None
    with pytest.raises(KeyError):
        _ = record[Text]


def test_section_that_was_not_declared_is_not_validated():
    assert Record.parse(_line(labels="anything"), (Text,)).id == "a"


def test_unknown_fields_of_a_section_are_ignored():
    record = Record.parse(_line(text={"content": "x", "newer": [1]}), (Text,))
    assert record[Text].content == "x"


def test_members_are_the_decoded_object():
    assert Record.parse(_line(other=[1, None])).members == {"id": "a", "other": [1, None]}


# what is not ----------------------------------------------------------------------------------


@given(broken_records())
def test_any_object_is_admitted_or_refused_with_a_reason(record):
    refused = _refused(orjson.dumps(record))
    reasons = {Reason.INVALID_ID, Reason.INVALID_SECTION, Reason.NOT_AN_OBJECT}
    assert refused is None or refused.reason in reasons


@pytest.mark.parametrize(
    ("section", "value"),
    [
        ("expression", EXPRESSION | {"description": 1}),
        (
            "expression",
            EXPRESSION | {"action_units": [{"au": "12", "side": "left", "intensity": 1}]},
        ),
        ("expression", EXPRESSION | {"action_units": [{"au": 12, "side": "up", "intensity": 1}]}),
        (
            "expression",
            EXPRESSION | {"action_units": [{"au": 100, "side": "left", "intensity": 1}]},
        ),
        ("expression", EXPRESSION | {"blendshapes": {"layout": "arkit-52", "weights": ["0"]}}),
        ("labels", {"emotions": [{"vocabulary": "v", "label": "l", "votes": 1.0}]}),
        ("labels", {"emotions": [{"vocabulary": "v", "label": "l", "votes": 2**53}]}),
        ("labels", {"emotions": [{"vocabulary": "v", "label": "l", "votes": -1}]}),
        ("labels", {"emotions": [{"vocabulary": "v", "label": "l", "score": 1.01}]}),
        ("labels", []),
        ("text", {}),
        ("text", "words"),
        ("text", 0),
        ("text", False),
        ("verdicts", {"quality": {"passed": 1}}),
        ("verdicts", {"Quality": {"passed": True}}),
        ("assets", {"image": {"uri": "", "media_type": "image/png"}}),
        ("assets", {"image": {"uri": "a", "media_type": "image/png", "sha256": "A" * 64}}),
        ("generation", {"of": "image", "seed": 2**32}),
        ("faces", {"image": {"items": [{"bbox_xyxy": [0, 0, 1]}]}}),
        ("source", {"dataset": "d", "groups": {"speaker": 1}}),
    ],
)
def test_section_that_breaks_its_schema_is_refused(section, value):
    assert _refusal(ALL, _line(**{section: value})).reason is Reason.INVALID_SECTION


def test_every_violation_is_named_with_its_pointer():
    emotions = [{"vocabulary": 1, "label": "l"}, {"vocabulary": "v", "label": "l", "votes": -1}]
    error = _refusal(ALL, _line(labels={"emotions": emotions}, text={"content": 5}))
    for pointer in ("/labels/emotions/0/vocabulary", "/labels/emotions/1/votes", "/text/content"):
        assert pointer in error.message


@given(broken_records())
def test_refusal_quotes_nothing_of_the_record(record):
    planted = _planted(record)
    line = orjson.dumps(planted | {"id": "a"} if isinstance(planted, dict) else planted)
    refused = _refused(line)
    assert refused is None or "xqz" not in refused.message


def _planted(value: object) -> object:
    """The value with a mark in every text and in every key that is none of the protocol's."""
    if isinstance(value, str):
        return f"xqz{value}"
    if isinstance(value, list):
        return [_planted(one) for one in value]
    if isinstance(value, dict):
        return {
            name if json_pointer(name) == f"/{name}" else f"xqz{name}": _planted(one)
            for name, one in value.items()
        }
    return value


def test_key_that_is_no_field_is_not_quoted():
    error = _refusal(ALL, _line(verdicts={"my-secret": {"passed": 1}}))
    assert error.message.startswith("/verdicts/*/passed ")


@pytest.mark.parametrize("name", ["id", "text", "labels"])
def test_doubled_member_that_is_guarded_is_refused(name):
    line = b'{"id":"a","%s":null,"%s":null}' % (name.encode(), name.encode())
    if name == "id":
        line = b'{"id":"a","id":"b"}'
    gate = Gate((Text,), touched=["labels"])
    assert _refusal(gate, line).reason is Reason.DUPLICATE_KEY


def test_doubled_member_that_is_not_looked_at_passes():
    line = b'{"id":"a","other":1,"other":2,"labels":null,"labels":null}'
    assert Gate((Text,)).admit(line).line == line


# ids ------------------------------------------------------------------------------------------


@given(identities)
def test_text_of_1_to_512_bytes_is_an_id(identity):
    check_id({"id": identity})


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"id": None},
        {"id": 1},
        {"id": True},
        {"id": ["a"]},
        {"id": ""},
        {"id": "x" * 513},
        {"id": "é" * 257},
        {"id": "a\nb"},
        {"id": "\x7f"},
        {"id": "\x85"},
        {"id": "é\x00"},
    ],
)
def test_anything_else_is_no_id(members):
    with pytest.raises(RecordError) as refused:
        check_id(members)
    assert refused.value.reason is Reason.INVALID_ID


@given(identities, st.text("abc-é/", min_size=1, max_size=20))
def test_derived_id_is_an_id(parent, suffix):
    check_id({"id": derive_id(parent, suffix)})


def test_derived_id_is_the_parents_with_a_suffix():
    assert derive_id("a", "face") == "a/face"


def test_derived_ids_of_long_parents_differ():
    first, second = "x" * MAX_ID_BYTES, "x" * (MAX_ID_BYTES - 1) + "y"
    assert derive_id(first, "face") != derive_id(second, "face")


# seeds and digests ----------------------------------------------------------------------------


@given(identities, st.integers(0, 2**32 - 1))
def test_seed_of_a_record_has_32_bits_and_depends_on_nothing_but_seed_and_id(identity, seed):
    one = Record.parse(orjson.dumps({"id": identity}))
    other = Record.parse(orjson.dumps({"other": 1, "id": identity}))
    assert one.seed(seed) == other.seed(seed)
    assert 0 <= one.seed(seed) < 2**32


def test_seeds_differ_between_records_and_between_runs():
    a, b = Record.parse(b'{"id":"a"}'), Record.parse(b'{"id":"b"}')
    assert len({a.seed(0), a.seed(1), b.seed(0), b.seed(1)}) == 4


def test_seed_of_a_record_is_this_number_for_ever():
    """The first four bytes of the SHA-256 of "0:a", as `printf 0:a | sha256sum` prints them."""
    assert Record.parse(b'{"id":"a"}').seed(0) == 0x9DF3C5FA


@given(records(), st.integers(0, 2**32 - 1), st.permutations(sorted(SECTIONS)))
def test_digest_does_not_depend_on_how_a_record_is_written(record, seed, names):
    plain = ALL.admit(orjson.dumps(record))
    text = write_object(list(record.items()), Random(seed))
    assert ALL.admit(text.line).digest_of(names) == plain.digest_of(SECTIONS)


def test_digest_changes_with_what_was_read_only():
    one = Record.parse(_line(text={"content": "x"}, labels={}))
    same = Record.parse(_line(text={"content": "x"}, labels={"emotions": []}))
    other = Record.parse(_line(text={"content": "y"}, labels={}))
    assert one.digest_of(["text"]) == same.digest_of(["text"])
    assert one.digest_of(["text"]) != other.digest_of(["text"])


def test_absent_and_null_sections_have_different_digests():
    assert Record.parse(_line()).digest_of(["text"]) != Record.parse(_line(text=None)).digest_of(
        ["text"]
    )


def test_section_nested_deeper_than_the_encoder_goes_is_a_fault_of_the_record():
    deep = b"[" * 400 + b"]" * 400
    record = Record.parse(b'{"id":"a","text":{"content":"x","newer":%s}}' % deep, (Text,))
    with pytest.raises(RecordError) as refused:
        record.digest_of(["text"])
    assert refused.value.reason is Reason.INVALID_SECTION


# pointers -------------------------------------------------------------------------------------


def test_pointer_names_fields_and_numbers():
    assert json_pointer("labels", "emotions", 3, "votes") == "/labels/emotions/3/votes"


def test_pointer_hides_what_is_no_field():
    assert json_pointer("assets", "my-secret", "uri") == "/assets/*/uri"


@pytest.mark.parametrize("section", [Assets, Verdicts, Labels])
def test_section_is_found_by_its_class(section):
    record = Record.parse(_line(**{section.name: {}}), (section,))
    assert type(record[section]) is section


def test_record_reads_back_what_json_holds():
    line = json.dumps({"id": "a", "text": {"content": "\u2028é"}}).encode()
    assert Record.parse(line, (Text,))[Text].content == "\u2028é"
