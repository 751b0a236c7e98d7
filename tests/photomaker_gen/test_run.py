"""From records to pictures, with a backend that only notes what it is asked."""

import json
from collections.abc import Sequence

import pytest
from affectory_protocol.errors import RecordError, UsageError
from affectory_protocol.reasons import Reason
from affectory_protocol.record import Record
from affectory_protocol.records import Assets, Expression, Faces, Source
from photomaker_gen.config import GenerateConfig
from photomaker_gen.references import Reference, collect_references
from photomaker_gen.run import Task, generate_faces, load_backend


class Notebook:
    """Notes what it is asked to draw."""

    def __init__(self) -> None:
        self.weights: list[Sequence[float]] = []
        self.seeds: list[int] = []
        self.references: list[Reference | None] = []

    def draw(self, weights, *, seed, reference, size):
        self.weights.append(weights)
        self.seeds.append(seed)
        self.references.append(reference)
        if reference is not None:
            reference.read()
        return f"{seed} {size}".encode()


def record(name: str = "a", layout: str = "arkit-52", count: int = 52, **members: object) -> Record:
    expression = {
        "emotions": [],
        "action_units": [],
        "description": "",
        "blendshapes": {"layout": layout, "weights": [0.5] * count},
    }
    line = json.dumps({"id": name, "expression": expression, **members}).encode()
    return Record.parse(line, sections=(Expression, Source))


BOX = [1.0, 2.0, 3.0, 4.0]


def reference_record(name: str, *boxes: list[float]) -> Record:
    rest = {"confidence": 0.9, "landmarks": [], "age": None, "gender": None, "emotion": None}
    members = {
        "id": name,
        "assets": {"image": {"uri": "a.jpg", "media_type": "image/jpeg"}},
        "faces": {"image": {"items": [{"bbox_xyxy": box, **rest} for box in boxes]}},
    }
    return Record.parse(json.dumps(members).encode(), sections=(Assets, Faces))


def run_on(*records: Record, references: Sequence[Reference] = (), seed: int = 0, **config: int):
    notebook = Notebook()
    task = Task(notebook, GenerateConfig(**config), seed, references)
    return generate_faces(records, task=task), notebook


def lend(name: str, **source: object) -> Reference:
    lent = Source(dataset="photos", **source) if source else None
    return Reference(name, (0.0, 0.0, 1.0, 1.0), lambda: b"", lent)


def test_one_picture_is_made_by_default():
    (made,), _ = run_on(record())
    assert [derived.suffix for derived in made] == ["face"]


def test_variations_are_numbered_from_the_second():
    (made,), _ = run_on(record(), per_record=3)
    assert [derived.suffix for derived in made] == ["face", "face-2", "face-3"]


def test_variations_are_different_people():
    _, notebook = run_on(record(), per_record=5)
    assert len(set(notebook.seeds)) == 5


def test_the_first_variation_is_the_same_whatever_their_number():
    _, one = run_on(record())
    _, many = run_on(record(), per_record=3)
    assert many.seeds[0] == one.seeds[0]


def test_the_seed_is_the_records_own():
    source = record()
    (made,), _ = run_on(source, seed=9)
    assert made[0].sections[0].seed == source.seed(9)


def test_the_picture_has_the_role_image():
    (made,), _ = run_on(record(), size=128)
    assert (made[0].assets["image"].width, made[0].assets["image"].media_type) == (128, "image/png")


def test_the_variation_is_a_parameter():
    (made,), _ = run_on(record(), size=64, per_record=2)
    assert made[1].sections[0].parameters == {"size": 64, "variation": 2}


def test_weights_of_another_layout_are_converted():
    _, notebook = run_on(record(layout="mediapipe-51", count=51))
    assert list(notebook.weights[0]) == [0.5] * 51 + [0.0]


def test_the_reference_is_noted():
    (made,), _ = run_on(record(), references=[lend("someone")])
    assert made[0].sections[-1].reference == "someone"


def source_of(own: dict[str, object] | None, reference: Reference) -> dict[str, object]:
    members = {} if own is None else {"source": {"dataset": "texts", **own}}
    (made,), _ = run_on(record(**members), references=[reference])
    source, _ = made[0].sections
    return source.model_dump(exclude_unset=True)


def test_invented_person_leaves_the_source_as_it_is():
    (made,), _ = run_on(record(source={"dataset": "texts"}))
    assert [section.name for section in made[0].sections] == ["generation"]


def test_everybody_drawn_after_one_photograph_is_one_group():
    found = [source_of({"groups": {"text": text}}, lend("photo")) for text in ("t1", "t2")]
    assert [source["groups"] for source in found] == [
        {"text": "t1", "identity": "photo"},
        {"text": "t2", "identity": "photo"},
    ]


def test_two_photographs_of_one_person_are_one_group():
    found = [source_of({}, lend(name, groups={"identity": "p1"})) for name in ("one", "two")]
    assert {source["groups"]["identity"] for source in found} == {"p1"}


def test_groups_of_both_are_kept_and_none_covers_another():
    reference = lend("photo", groups={"image": "i1", "speaker": "s2", "client": "c1"})
    own = {"groups": {"speaker": "s1", "client": "c1", "identity": "p1"}}
    assert source_of(own, reference)["groups"] == {
        "speaker": "s1",
        "client": "c1",
        "identity": "p1",
        "image": "i1",
        "reference-speaker": "s2",
        "reference-identity": "photo",
    }


@pytest.mark.parametrize(
    ("own", "lent", "joined"),
    [
        ("CC0-1.0", "CC-BY-4.0", "CC0-1.0 AND CC-BY-4.0"),
        ("CC0-1.0", "CC0-1.0", "CC0-1.0"),
        ("MIT OR Apache-2.0", "research use", "(MIT OR Apache-2.0) AND research use"),
        ("CC0-1.0", None, "CC0-1.0 AND not stated"),
        (None, "CC0-1.0", "not stated AND CC0-1.0"),
        (None, None, None),
    ],
)
def test_licences_of_both_hold(own, lent, joined):
    source = source_of({"licence": own}, lend("photo", licence=lent))
    assert source.get("licence") == joined


def test_consent_and_citations_of_both_are_told():
    reference = lend("photo", consent="shown in public", citation="A portrait.")
    source = source_of({"citation": "Some texts.", "split": "test"}, reference)
    assert source["citation"] == "Some texts.; A portrait."
    assert source["consent"] == "shown in public"
    assert (source["dataset"], source["split"]) == ("texts", "test")


def test_photograph_without_a_source_lends_its_identity_all_the_same():
    assert source_of(None, lend("photo")) == {
        "dataset": "photomaker-gen",
        "groups": {"identity": "photo"},
    }


def test_source_of_the_photograph_is_enough():
    reference = lend("photo", licence="CC0-1.0")
    assert source_of(None, reference) == {
        "dataset": "photos",
        "licence": "CC0-1.0",
        "groups": {"identity": "photo"},
    }


def test_records_are_spread_over_the_references():
    references = [lend("one"), lend("two"), lend("three")]
    outcomes, _ = run_on(*(record(str(k)) for k in range(60)), references=references)
    chosen = [made[0].sections[-1].reference for made in outcomes]
    assert min(chosen.count(name) for name in ("one", "two", "three")) >= 10


def test_a_reference_that_cannot_be_read_rejects_the_record():
    def fail() -> bytes:
        raise RecordError(Reason.ASSET_MISSING, "there is no file")

    broken = Reference("gone", (0.0, 0.0, 1.0, 1.0), fail)
    outcomes, _ = run_on(record(), references=[broken])
    assert outcomes[0].reason is Reason.ASSET_MISSING


def test_a_reference_without_a_face_lends_nothing():
    records = [reference_record("empty"), reference_record("someone", BOX, BOX)]
    found = collect_references(records, lambda _record, _role: b"")
    assert [reference.id for reference in found] == ["someone"]


def test_the_largest_face_of_a_reference_lends():
    boxes = [[0.0, 0.0, 9.0, 9.0], [5.0, 5.0, 35.0, 45.0], [0.0, 0.0, 99.0, 4.0]]
    group = reference_record("group", *boxes)
    (found,) = collect_references([group], lambda _record, _role: b"")
    assert found.bbox_xyxy == (5.0, 5.0, 35.0, 45.0)


def test_a_reference_reads_its_own_photograph():
    (found,) = collect_references(
        [reference_record("someone", BOX)], lambda owner, role: f"{owner.id} {role}".encode()
    )
    assert found.read() == b"someone image"


def test_references_without_any_face_are_refused():
    with pytest.raises(UsageError, match="no reference has a face"):
        collect_references([reference_record("empty")], lambda _record, _role: b"")


def test_no_references_are_no_fault():
    assert collect_references([], lambda _record, _role: b"") == []


def test_the_sketch_backend_is_loaded_by_its_name():
    assert (
        load_backend("sketch").draw([0.0] * 52, seed=1, reference=None, size=64)[:4] == b"\x89PNG"
    )


def test_expression_without_blendshapes_is_rejected():
    line = b'{"id":"a","expression":{"description":"A smile."}}'
    (rejected,), _ = run_on(Record.parse(line, [Expression]))

    assert rejected.reason is Reason.MISSING_FIELD
