"""From what a verb found to the bytes of a record."""

import json
import math
from random import Random

import orjson
import pytest
from affectory_protocol.errors import RecordError
from affectory_protocol.outcomes import Derived, Made, NewAsset
from affectory_protocol.places import AssetStore
from affectory_protocol.reasons import Reason
from affectory_protocol.record import Gate, Record
from affectory_protocol.records import (
    SECTIONS,
    Assets,
    EmotionLabel,
    Faces,
    FacesInImage,
    Generation,
    Labels,
    MadeBy,
    Text,
    Track,
    Tracks,
    Unit,
    Verdict,
    Verdicts,
)
from affectory_protocol.settings import Existing
from affectory_protocol.writing import (
    NonFiniteError,
    Policy,
    Signature,
    encode_model,
    encode_sections,
    is_human,
    stored_verdict,
    write_derived,
    write_made,
    write_new,
    write_verdict,
)
from hypothesis import given
from hypothesis import strategies as st
from json_text import write_object
from section_values import VALID_SECTIONS, records

SIGNATURE = Signature.of(
    {"tool": "t", "verb": "v", "behaviour": 1, "backend": None, "options": "0" * 16}
)
MADE_BY = SIGNATURE.sign("1" * 16)
MACHINE = {"tool": "t", "verb": "v", "behaviour": 1, "options": "0" * 16, "read": "2" * 16}
HUMAN = MACHINE | {"verb": "import isear"}
ANY = Policy(overwrite_human=True)
ALL = Gate(SECTIONS.values())


def _record(**members: object) -> Record:
    return Record.parse(orjson.dumps({"id": "a", **members}))


def _write(record: Record, sections: list, policy: Policy = ANY) -> dict[str, object]:
    """The members that would change, decoded."""
    changes, _ = encode_sections(record, sections, MADE_BY, policy)
    return {name: json.loads(value) for name, value in changes.items()}


def _pairs(encoded: bytes) -> list[str]:
    """Names of the members as they stand, doubled ones included."""
    return json.loads(encoded, object_pairs_hook=lambda pairs: [name for name, _ in pairs])


# signing --------------------------------------------------------------------------------------


def test_signature_is_a_made_by_of_the_schema():
    assert MadeBy.model_validate_json(MADE_BY).read == "1" * 16


def test_what_is_not_known_is_left_out_of_the_signature():
    assert "backend" not in json.loads(MADE_BY)


# models ---------------------------------------------------------------------------------------


@given(st.sampled_from(sorted(SECTIONS)), st.data())
def test_encoded_section_reads_back_as_the_section_it_was(name, data):
    value = data.draw(VALID_SECTIONS[name])
    before = ALL.admit(orjson.dumps({"id": "a", name: value}))[SECTIONS[name]]
    changes, _ = encode_sections(_record(), [before], MADE_BY, ANY)
    line = b'{"id":"a","%s":%s}' % (name.encode(), changes[name])
    after = ALL.admit(line)[SECTIONS[name]]
    drop = {"made_by"}
    if hasattr(before, "root"):
        assert {k: v.model_dump(exclude=drop) for k, v in before.root.items()} == {
            k: v.model_dump(exclude=drop) for k, v in after.root.items()
        }
    else:
        assert before.model_dump(exclude=drop) == after.model_dump(exclude=drop)


def test_maker_is_added_to_a_model():
    assert json.loads(encode_model(Text(content="x"), MADE_BY)) == {
        "content": "x",
        "made_by": json.loads(MADE_BY),
    }


def test_maker_is_added_to_a_model_that_says_nothing():
    assert json.loads(encode_model(Labels(), MADE_BY)) == {"made_by": json.loads(MADE_BY)}


def test_section_that_was_read_with_its_maker_gets_the_new_one_only():
    read = Text(content="x", made_by=MadeBy.model_validate(MACHINE))
    encoded = encode_model(read, MADE_BY)
    assert _pairs(encoded) == ["content", "made_by"]
    assert json.loads(encoded)["made_by"] == json.loads(MADE_BY)


def test_fields_that_were_not_set_are_not_written():
    label = EmotionLabel(vocabulary="v", label="l", votes=None)
    encoded = json.loads(encode_model(Labels(emotions=[label]), MADE_BY))
    assert encoded["emotions"] == [{"vocabulary": "v", "label": "l", "votes": None}]


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_number_that_is_not_finite_is_refused_at_writing(number):
    verdict = Verdict.model_construct({"passed", "score"}, passed=True, score=number)
    with pytest.raises(NonFiniteError):
        encode_model(verdict, MADE_BY)


@pytest.mark.parametrize("words", ["NaN", "Infinity", "a NaN in a text"])
def test_words_that_look_like_such_numbers_are_text(words):
    assert json.loads(encode_model(Text(content=words), MADE_BY))["content"] == words


# sections that are there already --------------------------------------------------------------


def test_absent_section_is_written():
    assert _write(_record(), [Text(content="x")])["text"]["content"] == "x"


def test_null_section_is_written_over():
    policy = Policy(Existing.REJECT)
    assert _write(_record(text=None), [Text(content="x")], policy)["text"]["content"] == "x"


def test_machines_section_is_replaced_and_counted():
    record = _record(text={"content": "old", "made_by": MACHINE})
    changes, replaced = encode_sections(record, [Text(content="x")], MADE_BY, Policy())
    assert json.loads(changes["text"])["content"] == "x"
    assert replaced == 1


@pytest.mark.parametrize(
    "present", [{"content": "old"}, {"content": "old", "made_by": HUMAN}, {"made_by": "odd"}, "odd"]
)
def test_what_people_made_is_not_replaced_unasked(present):
    with pytest.raises(RecordError) as refused:
        _write(_record(text=present), [Text(content="x")], Policy())
    assert refused.value.reason is Reason.HUMAN_SECTION


def test_what_people_made_is_replaced_when_asked():
    changed = _write(_record(text={"content": "old"}), [Text(content="x")], ANY)
    assert changed["text"]["content"] == "x"


def test_section_is_kept_when_asked():
    record = _record(text={"content": "old"})
    assert _write(record, [Text(content="x")], Policy(Existing.KEEP)) == {}


def test_section_that_exists_is_rejected_when_asked():
    record = _record(text={"content": "old", "made_by": MACHINE})
    with pytest.raises(RecordError) as refused:
        _write(record, [Text(content="x")], Policy(Existing.REJECT))
    assert refused.value.reason is Reason.SECTION_EXISTS


@pytest.mark.parametrize(
    ("made_by", "human"),
    [
        (None, True),
        ("text", True),
        ({}, False),
        ({"verb": "import"}, True),
        ({"verb": "import isear"}, True),
        ({"verb": "importance"}, False),
        ({"verb": 5}, False),
    ],
)
def test_maker_says_whether_people_made_it(made_by, human):
    assert is_human({"made_by": made_by}) is human


# keyed sections -------------------------------------------------------------------------------


def test_entry_is_added_beside_the_others_which_keep_their_bytes():
    entry = b'{"passed" : true , "newer":1e2}'
    record = Record.parse(b'{"id":"a","verdicts":{ "other": %s }}' % entry)
    line, replaced = write_verdict(record, "mine", Verdict(passed=True), MADE_BY, Policy())
    assert b'{ "other": %s ,"mine":{"passed":true' % entry in line
    assert replaced == 0


def test_entry_of_the_same_name_is_replaced_in_its_place():
    record = _record(
        verdicts={"mine": {"passed": False, "made_by": MACHINE}, "z": {"passed": True}}
    )
    line, replaced = write_verdict(record, "mine", Verdict(passed=True), MADE_BY, Policy())
    members = json.loads(line)
    assert members["verdicts"]["mine"]["passed"] is True
    assert list(members["verdicts"]) == ["mine", "z"]
    assert replaced == 1


def test_entry_that_people_made_is_not_replaced_unasked():
    record = _record(verdicts={"mine": {"passed": False}})
    with pytest.raises(RecordError) as refused:
        write_verdict(record, "mine", Verdict(passed=True), MADE_BY, Policy())
    assert refused.value.reason is Reason.HUMAN_SECTION


def test_entry_is_kept_when_asked():
    record = _record(verdicts={"mine": {"passed": False}})
    policy = Policy(Existing.KEEP)
    line, _ = write_verdict(record, "mine", Verdict(passed=True), MADE_BY, policy)
    assert line == record.line


@pytest.mark.parametrize("present", [5, "x", [], [1], False, 0, ""])
def test_keyed_section_that_is_no_object_is_a_fault_of_the_record(present):
    with pytest.raises(RecordError) as refused:
        _write(_record(verdicts=present), [Verdicts({"mine": Verdict(passed=True)})])
    assert refused.value.reason is Reason.INVALID_SECTION


@pytest.mark.parametrize("present", [5, "x", [], [1], False, 0, ""])
def test_verdict_is_not_written_over_verdicts_that_are_no_object(present):
    with pytest.raises(RecordError) as refused:
        write_verdict(_record(verdicts=present), "mine", Verdict(passed=True), MADE_BY, Policy())
    assert refused.value.reason is Reason.INVALID_SECTION


def test_stored_verdict_is_the_one_of_that_name():
    record = _record(verdicts={"mine": {"passed": True, "newer": 1}, "bad": {"passed": "yes"}})
    assert stored_verdict(record, "mine") == Verdict(passed=True)
    assert stored_verdict(record, "bad") is None
    assert stored_verdict(record, "absent") is None


@given(records(), st.integers(0, 2**32 - 1))
def test_verdict_changes_nothing_else_of_a_line(record, seed):
    record = {k: v for k, v in record.items() if k != "verdicts"}
    text = write_object(list(record.items()), Random(seed))
    line, _ = write_verdict(ALL.admit(text.line), "mine", Verdict(passed=True), MADE_BY, Policy())
    assert line.startswith(text.line[:-1])
    assert json.loads(line).keys() == record.keys() | {"verdicts"}


# derived records ------------------------------------------------------------------------------


def _face(age: float) -> dict[str, object]:
    return {
        "items": [
            {
                "bbox_xyxy": [0, 0, 1, 1],
                "confidence": None,
                "landmarks": [],
                "age": age,
                "gender": None,
                "emotion": None,
            }
        ]
    }


def _image(content: bytes = b"png") -> NewAsset:
    return NewAsset(content, media_type="image/png", extension="png")


@pytest.fixture
def derive(tmp_path):
    """Write a derived record and give back its line."""

    def write(record: Record, derived: Derived) -> bytes:
        return write_derived(record, derived, MADE_BY, AssetStore(tmp_path / "assets", "key"))

    return write


@pytest.fixture
def make(tmp_path):
    """Write sections and files into a record and give back its line and the count."""

    def write(record: Record, made: Made, policy: Policy = MACHINES) -> tuple[bytes, int]:
        return write_made(record, made, MADE_BY, policy, AssetStore(tmp_path / "assets", "key"))

    return write


MACHINES = Policy()
ASSET = {"uri": "p", "media_type": "m", "made_by": MACHINE}
TRACK = {
    "role": "series",
    "fps": 30,
    "channels": "arkit-52",
    "unit": "weight",
    "frames": 2,
    "made_by": MACHINE,
}


def _series(fps: float = 30) -> Made:
    rows = NewAsset(b"12", "application/x-npy", "npy", shape=(2, 1), dtype="|u1", fps=fps)
    track = Track(role="series", fps=fps, channels="arkit-52", unit=Unit.WEIGHT, frames=2)
    return Made((Tracks({"face": track}),), {"series": rows})


def test_files_are_made_for_a_record_that_stays_the_one_it_is(make):
    line, replaced = make(Record.parse(b'{ "id" : "a", "other": 1E5 }'), _series())
    record = ALL.admit(line)
    assert line.startswith(b'{ "id" : "a", "other": 1E5 ,')
    assert (record.id, replaced) == ("a", 0)
    stored = record[Assets].root["series"]
    assert (stored.shape, stored.dtype, stored.fps) == ([2, 1], "|u1", 30)
    assert record[Tracks].root["face"].role == "series"


def test_file_made_again_takes_what_was_measured_on_the_old_one_with_it(make):
    quality = {"passed": True, "of": "series"}
    old = _record(
        assets={"series": ASSET, "image": ASSET},
        tracks={"face": TRACK, "smile": TRACK, "gaze": TRACK | {"role": "image"}},
        verdicts={"quality": quality, "own": {"passed": True}},
    )
    line, replaced = make(old, _series(fps=60))
    members = json.loads(line)
    assert members["tracks"].keys() == {"face", "gaze"}
    assert members["tracks"]["face"]["fps"] == 60
    assert members["verdicts"].keys() == {"own"}
    assert replaced == 2  # the track and its file


def test_file_made_again_as_it_was_changes_nothing(make):
    once, _ = make(_record(verdicts={"quality": {"passed": True, "of": "series"}}), _series())
    again, replaced = make(Record.parse(once), _series())
    assert (again, replaced) == (once, 2)


def test_files_of_people_are_not_replaced(make, tmp_path):
    people = {"uri": "p", "media_type": "m"}
    with pytest.raises(RecordError) as refused:
        make(_record(assets={"series": people}), _series())
    assert refused.value.reason is Reason.HUMAN_SECTION
    assert not (tmp_path / "assets").exists()


def test_tracks_of_people_are_not_replaced_by_new_files(make, tmp_path):
    people = {name: value for name, value in TRACK.items() if name != "made_by"}
    with pytest.raises(RecordError) as refused:
        make(_record(tracks={"face": people}), _series())
    assert refused.value.reason is Reason.HUMAN_SECTION
    assert not (tmp_path / "assets").exists()


def test_file_that_is_kept_is_not_taken_for_the_one_of_a_new_section(make):
    with pytest.raises(RecordError) as refused:
        make(_record(assets={"series": ASSET}), _series(), Policy(Existing.KEEP))
    assert refused.value.reason is Reason.SECTION_EXISTS


def test_derived_record_names_its_parent(derive):
    members = json.loads(derive(_record(), Derived("face")))
    assert (members["id"], members["parent"]) == ("a/face", "a")


def test_parent_of_a_derived_parent_is_replaced(derive):
    assert json.loads(derive(_record(parent="p"), Derived("x")))["parent"] == "a"


def test_other_members_are_inherited_byte_for_byte(derive):
    record = Record.parse(b'{ "id" : "a", "other": {"n": 1E5, "big":123456789012345678901} }')
    line = derive(record, Derived("x", (Text(content="y"),)))
    assert line.startswith(b'{ "id" : "a/x", "other": {"n": 1E5, "big":123456789012345678901} ,')


def test_derived_record_gets_its_sections_and_assets(derive):
    derived = Derived("x", (Generation(of="image", seed=1),), {"image": _image()})
    record = ALL.admit(derive(_record(), derived))
    assert record[Generation].seed == 1
    assert record[Assets].root["image"].bytes == 3


def test_other_assets_of_the_parent_stay(derive):
    assets = {"photo": {"uri": "p.jpg", "media_type": "image/jpeg"}}
    record = ALL.admit(derive(_record(assets=assets), Derived("x", (), {"image": _image()})))
    assert set(record[Assets].root) == {"photo", "image"}


def test_sections_measured_on_a_replaced_asset_are_left_behind(derive):
    assets = {"image": {"uri": "p.jpg", "media_type": "image/jpeg"}}
    parent = _record(
        assets=assets,
        generation={"of": "image", "seed": 1},
        faces={"image": _face(20)},
        verdicts={"quality": {"passed": True, "of": "image"}},
    )
    members = json.loads(derive(parent, Derived("x", (), {"image": _image()})))
    assert members.keys() == {"id", "parent", "assets"}


def test_what_was_measured_on_other_assets_stays(derive):
    assets = {name: {"uri": "p", "media_type": "m"} for name in ("image", "photo")}
    parent = _record(
        assets=assets,
        faces={"image": _face(20), "photo": _face(30)},
        verdicts={"sharp": {"passed": True, "of": "image"}, "long": {"passed": True}},
    )
    members = json.loads(derive(parent, Derived("x", (), {"image": _image()})))
    assert members["faces"] == {"photo": _face(30)}
    assert members["verdicts"] == {"long": {"passed": True}}


def test_what_was_measured_on_other_assets_keeps_its_bytes(derive):
    line = (
        b'{"id":"a","assets":{"image":{"uri":"p","media_type":"m"}},'
        b'"verdicts":{"sharp":{"passed":true,"of":"image"}, "long":{ "passed":true,"n":1E2 }}}'
    )
    made = derive(Record.parse(line), Derived("x", (), {"image": _image()}))
    assert b'"long":{ "passed":true,"n":1E2 }' in made


def test_what_was_measured_on_an_asset_that_is_not_replaced_stays(derive):
    parent = _record(faces={"photo": _face(20)}, generation={"of": "photo", "seed": 1})
    members = json.loads(derive(parent, Derived("x", (), {"image": _image()})))
    assert members["faces"] == {"photo": _face(20)}
    assert members["generation"]["of"] == "photo"


def test_tracks_go_with_the_asset_that_holds_their_rows_or_that_they_were_measured_on(derive):
    assets = {name: {"uri": "p", "media_type": "m"} for name in ("image", "photo")}
    track = {"role": "photo", "fps": 30, "channels": "arkit-52", "unit": "weight", "frames": 1}
    tracks = {"rows": track | {"role": "image"}, "measured": track | {"of": "image"}, "own": track}
    tracks["odd"] = {"role": {}, "of": []}  # nobody has looked at the section
    parent = _record(assets=assets, tracks=tracks)
    members = json.loads(derive(parent, Derived("x", (), {"image": _image()})))
    assert members["tracks"].keys() == {"own", "odd"}


def test_new_measures_of_a_replaced_asset_stand_alone(derive):
    assets = {name: {"uri": "p", "media_type": "m"} for name in ("image", "photo")}
    parent = _record(assets=assets, faces={"image": _face(20), "photo": _face(30)})
    found = Faces({"image": FacesInImage(items=[])})
    line = derive(parent, Derived("x", (found,), {"image": _image()}))
    faces = json.loads(line)["faces"]
    assert line.count(b'"image":{"items"') == 1
    assert faces["image"]["items"] == []
    assert faces["photo"] == _face(30)


def test_parent_with_assets_that_are_no_object_is_a_fault_of_the_record(derive):
    with pytest.raises(RecordError) as refused:
        derive(_record(assets=[1]), Derived("x", (), {"image": _image()}))
    assert refused.value.reason is Reason.INVALID_SECTION


@given(records(), st.integers(0, 2**32 - 1))
def test_any_derived_record_is_a_record(tmp_path_factory, record, seed):
    parent = ALL.admit(write_object(list(record.items()), Random(seed)).line)
    store = AssetStore(tmp_path_factory.getbasetemp() / "assets", "key")
    derived = Derived("x", (Text(content="y"),), {"a": _image(), "b": _image(b"other")})
    made = ALL.admit(write_derived(parent, derived, MADE_BY, store))
    assert {"a", "b"} <= set(made[Assets].root)
    assert made[Text].content == "y"


# new records ----------------------------------------------------------------------------------


def test_new_record_has_its_id_first_and_its_sections_in_order():
    line = write_new("é", [Labels(), Text(content="x")], MADE_BY)
    assert list(json.loads(line)) == ["id", "labels", "text"]
    assert line.startswith('{"id":"é",'.encode())


def test_new_record_with_a_keyed_section_signs_each_entry():
    verdicts = Verdicts({"one": Verdict(passed=True), "two": Verdict(passed=False)})
    members = json.loads(write_new("a", [verdicts], MADE_BY))
    assert [entry["made_by"]["tool"] for entry in members["verdicts"].values()] == ["t", "t"]


@given(records())
def test_new_record_is_canonical(record):
    sections = [s for s in map(ALL.admit(orjson.dumps(record)).get, SECTIONS.values()) if s]
    line = write_new(str(record["id"]), sections, MADE_BY)
    again = ALL.admit(line)
    assert again.id == record["id"]
    assert len([s for s in map(again.get, SECTIONS.values()) if s]) == len(sections)
