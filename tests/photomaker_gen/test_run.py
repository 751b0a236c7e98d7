"""From records to pictures, with a backend that only notes what it is asked."""

import json
from collections.abc import Sequence

import pytest
from affectory_protocol.errors import RecordError, UsageError
from affectory_protocol.reasons import Reason
from affectory_protocol.record import Record
from affectory_protocol.records import Assets, Expression, Faces
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


def record(name: str = "a", layout: str = "arkit-52", count: int = 52) -> Record:
    expression = {
        "emotions": [],
        "action_units": [],
        "description": "",
        "blendshapes": {"layout": layout, "weights": [0.5] * count},
    }
    line = json.dumps({"id": name, "expression": expression}).encode()
    return Record.parse(line, sections=(Expression,))


def reference_record(name: str, faces: int) -> Record:
    face = {
        "bbox_xyxy": [1.0, 2.0, 3.0, 4.0],
        "confidence": 0.9,
        "landmarks": [],
        "age": None,
        "gender": None,
        "emotion": None,
    }
    members = {
        "id": name,
        "assets": {"image": {"uri": "a.jpg", "media_type": "image/jpeg"}},
        "faces": {"image": {"items": [face] * faces}},
    }
    return Record.parse(json.dumps(members).encode(), sections=(Assets, Faces))


def run_on(*records: Record, references: Sequence[Reference] = (), seed: int = 0, **config: int):
    notebook = Notebook()
    task = Task(notebook, GenerateConfig(**config), seed, references)
    return generate_faces(records, task=task), notebook


def lend(name: str) -> Reference:
    return Reference(name, (0.0, 0.0, 1.0, 1.0), lambda: b"")


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


@pytest.mark.parametrize(("layout", "count"), [("arkit-52", 51), ("unheard-of", 52)])
def test_weights_that_do_not_fit_their_layout_are_rejected(layout, count):
    outcomes, _ = run_on(record(layout=layout, count=count), record("b"))
    assert outcomes[0].reason is Reason.INVALID_SECTION


def test_a_rejected_record_takes_no_other_with_it():
    outcomes, _ = run_on(record(count=3), record("b"))
    assert outcomes[1][0].suffix == "face"


def test_the_reference_is_noted():
    (made,), _ = run_on(record(), references=[lend("someone")])
    assert made[0].sections[0].reference == "someone"


def test_records_are_spread_over_the_references():
    references = [lend("one"), lend("two"), lend("three")]
    outcomes, _ = run_on(*(record(str(k)) for k in range(60)), references=references)
    chosen = [made[0].sections[0].reference for made in outcomes]
    assert min(chosen.count(name) for name in ("one", "two", "three")) >= 10


def test_a_reference_that_cannot_be_read_rejects_the_record():
    def fail() -> bytes:
        raise RecordError(Reason.ASSET_MISSING, "there is no file")

    broken = Reference("gone", (0.0, 0.0, 1.0, 1.0), fail)
    outcomes, _ = run_on(record(), references=[broken])
    assert outcomes[0].reason is Reason.ASSET_MISSING


def test_a_reference_without_a_face_lends_nothing():
    records = [reference_record("empty", 0), reference_record("someone", 2)]
    found = collect_references(records, lambda _record, _role: b"")
    assert [reference.id for reference in found] == ["someone"]


def test_a_reference_reads_its_own_photograph():
    (found,) = collect_references(
        [reference_record("someone", 1)], lambda owner, role: f"{owner.id} {role}".encode()
    )
    assert found.read() == b"someone image"


def test_references_without_any_face_are_refused():
    with pytest.raises(UsageError, match="no reference has a face"):
        collect_references([reference_record("empty", 0)], lambda _record, _role: b"")


def test_no_references_are_no_fault():
    assert collect_references([], lambda _record, _role: b"") == []


def test_the_sketch_backend_is_loaded_by_its_name():
    assert (
        load_backend("sketch").draw([0.0] * 52, seed=1, reference=None, size=64)[:4] == b"\x89PNG"
    )
