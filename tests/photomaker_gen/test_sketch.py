"""The backend that draws."""

import io

import numpy as np
import pytest
from affectory_protocol.errors import RecordError
from photomaker_gen.backends.sketch import SketchBackend
from photomaker_gen.png import encode_png
from photomaker_gen.references import Reference
from PIL import Image

NEUTRAL = [0.0] * 52


def reference(name: str, skin: tuple[int, int, int]) -> Reference:
    photograph = np.full((200, 200, 3), skin, dtype=np.uint8)
    return Reference(name, (50.0, 50.0, 150.0, 150.0), lambda: encode_png(photograph))


def pixels(content: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(content)) as image:
        return np.asarray(image).astype(int)


def test_two_seeds_are_two_people():
    backend = SketchBackend()
    one, other = (backend.draw(NEUTRAL, seed=s, reference=None, size=64) for s in (1, 2))
    assert one != other


def test_a_reference_is_the_same_person_whatever_the_seed():
    backend, lender = SketchBackend(), reference("someone", (150, 100, 80))
    one, other = (backend.draw(NEUTRAL, seed=s, reference=lender, size=64) for s in (1, 2))
    assert one == other


def test_two_references_of_one_colour_are_two_people():
    backend = SketchBackend()
    one, other = (
        backend.draw(NEUTRAL, seed=1, reference=reference(name, (150, 100, 80)), size=64)
        for name in ("one", "other")
    )
    assert one != other


def test_a_reference_lends_its_skin():
    lender = reference("someone", (60, 200, 60))
    drawn = pixels(SketchBackend().draw(NEUTRAL, seed=1, reference=lender, size=512))
    assert drawn[335, 256] == pytest.approx([60, 200, 60], abs=30)


def test_a_photograph_is_read_once():
    reads = []
    inner = reference("someone", (150, 100, 80))
    counted = Reference(inner.id, inner.bbox_xyxy, lambda: reads.append(1) or inner.read())
    backend = SketchBackend()
    for seed in range(3):
        backend.draw(NEUTRAL, seed=seed, reference=counted, size=64)
    assert len(reads) == 1


def test_a_photograph_that_is_none_is_refused():
    broken = Reference("someone", (0.0, 0.0, 9.0, 9.0), lambda: b"no picture")
    with pytest.raises(RecordError):
        SketchBackend().draw(NEUTRAL, seed=1, reference=broken, size=64)
