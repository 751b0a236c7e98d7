"""From tracks to films."""

import io
import json

import numpy as np
import pytest
from affectory_protocol.errors import RecordError
from affectory_protocol.reasons import Reason
from affectory_protocol.record import Record
from affectory_protocol.records import Assets, Source, Tracks
from affectory_protocol.vocabularies.blendshapes import LAYOUTS
from photomaker_gen.arrays import encode_series
from photomaker_gen.backends.sketch import SketchBackend
from photomaker_gen.config import RenderConfig
from photomaker_gen.drawing import draw_face
from photomaker_gen.film import FilmTask, render_films
from photomaker_gen.identity import invent_identity
from photomaker_gen.png import encode_png
from photomaker_gen.references import Reference
from photomaker_gen.run import load_backend


class Notebook(SketchBackend):
    """Draws, and notes what it was asked."""

    def __init__(self):
        super().__init__()
        self.drawn = []
        self.seeds = []

    def film(self, series, *, seed, reference, size):
        self.drawn = list(series)
        self.seeds.append(seed)
        return super().film(self.drawn, seed=seed, reference=reference, size=size)


def series_of(shape: str, values: list[float], layout: str = "arkit-52") -> np.ndarray:
    numbers = np.zeros((len(values), len(LAYOUTS[layout])), dtype=np.float32)
    numbers[:, LAYOUTS[layout].index(shape)] = values
    return numbers


def record(name: str = "a", frames: int = 3, layout: str = "arkit-52", **members: object) -> Record:
    track = {
        "role": "face_track",
        "fps": 25,
        "channels": layout,
        "unit": "weight",
        "frames": frames,
    }
    whole = {"id": name, "tracks": {"face": track}, **members}
    return Record.parse(json.dumps(whole).encode(), [Tracks, Assets, Source])


def render(one: Record, series: np.ndarray, backend=None, references=(), size=64, seed=0):
    content = encode_series(series, 25).content
    task = FilmTask(
        backend or SketchBackend(),
        RenderConfig(size=size),
        seed,
        lambda _record, _role: content,
        references,
    )
    (outcome,) = render_films([one], task=task)
    return outcome


def frames_of(outcome) -> np.ndarray:
    return np.load(io.BytesIO(outcome[0].assets["frames"].content))


def lend(name: str, skin: int = 150, **source: object) -> Reference:
    photograph = encode_png(np.full((99, 99, 3), skin, dtype=np.uint8))
    lent = Source(dataset="photos", **source) if source else None
    return Reference(name, (20.0, 20.0, 80.0, 80.0), lambda: photograph, lent)


SMILE = series_of("mouthSmileLeft", [0.0, 0.5, 1.0])


def test_every_frame_is_the_picture_of_its_row():
    one = record()
    frames = frames_of(render(one, SMILE))
    identity = invent_identity(one.seed(0))
    alone = [draw_face(row.tolist(), identity, 64) for row in SMILE]
    assert frames.shape == (3, 64, 64, 3)
    assert (frames == np.stack(alone)).all()
    assert (frames[0] != frames[2]).any()


def test_film_tells_its_rate_and_its_size():
    (derived,) = render(record(), SMILE)
    film = derived.assets["frames"]
    assert (film.fps, film.shape, film.dtype) == (25, (3, 64, 64, 3), "uint8")
    assert (film.width, film.height, film.duration) == (64, 64, 3 / 25)
    assert derived.suffix == "film"


def test_rows_that_are_the_same_are_drawn_once():
    backend = Notebook()
    frames = frames_of(render(record(frames=4), SMILE[[0, 1, 1, 0]], backend))
    assert len(backend.drawn) == 2
    assert (frames[0] == frames[3]).all()
    assert (frames[1] == frames[2]).all()
    assert (frames[0] != frames[1]).any()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_channels_are_read_by_name(layout):
    expected = frames_of(render(record(), series_of("jawLeft", [0, 1, 1])))
    drawn = frames_of(render(record(layout=layout), series_of("jawLeft", [0, 1, 1], layout)))
    assert (drawn == expected).all()


def test_person_is_the_one_that_generate_draws_for_the_same_record():
    one, backend = record(), Notebook()
    (derived,) = render(one, SMILE, backend, seed=7)
    assert backend.seeds == [one.seed(7)]
    assert derived.sections[-1].seed == one.seed(7)


def test_reference_lends_its_colours_and_what_may_be_done_with_it():
    reference = lend("someone", licence="CC-BY-4.0", consent="shown in public")
    own = {"dataset": "texts", "licence": "CC0-1.0"}
    (derived,) = render(record(source=own), SMILE, references=[reference])
    source, generation = derived.sections
    assert generation.reference == "someone"
    assert (generation.of, generation.parameters) == ("frames", {"size": 64})
    assert (source.licence, source.consent) == ("CC0-1.0 AND CC-BY-4.0", "shown in public")
    assert source.groups["identity"] == "someone"


def test_reference_is_the_same_person_in_every_film():
    films = [frames_of(render(record(n), SMILE, references=[lend("x")])) for n in ("a", "b")]
    assert (films[0] == films[1]).all()


def test_photograph_that_is_none_rejects_the_record():
    broken = Reference("x", (0.0, 0.0, 9.0, 9.0), lambda: b"no picture")
    assert render(record(), SMILE, references=[broken]).reason is Reason.ASSET_UNDECODABLE


def test_record_without_a_track_of_the_face_is_told_who_makes_one():
    line = b'{"id":"a","tracks":{}}'
    refused = render(Record.parse(line, [Tracks, Assets, Source]), SMILE)
    assert refused.reason is Reason.MISSING_FIELD
    assert "photomaker-gen animate" in refused.message


@pytest.mark.parametrize("weight", [-0.25, 1.25])
def test_weight_of_a_shape_outside_0_to_1_is_a_fault_of_its_record(weight):
    refused = render(record(), series_of("jawOpen", [0, weight, 0]))
    assert refused.reason is Reason.ASSET_MISMATCH
    assert str(weight) not in refused.message


def test_rotation_may_be_anything_and_is_not_drawn():
    layout = "livelink-csv-61"
    turned = series_of("headYaw", [0, -1.5, 3], layout)
    frames = frames_of(render(record(layout=layout), turned))
    assert (frames == frames[0]).all()


def test_array_that_the_track_does_not_describe_is_refused():
    assert render(record(frames=4), SMILE).reason is Reason.ASSET_MISMATCH


def test_rows_of_a_longer_array_are_drawn():
    asset = {"uri": "all.npy", "media_type": "application/x-npy", "rows": [1, 3]}
    part = record(frames=2, assets={"face_track": asset})
    whole = frames_of(render(record(), SMILE))
    assert (frames_of(render(part, SMILE)) == whole[1:]).all()


def test_film_is_refused_that_only_its_header_makes_too_large(monkeypatch):
    pictures = 3 * 64 * 64 * 3
    monkeypatch.setattr("photomaker_gen.film.MAX_ASSET_BYTES", pictures + 127)
    assert render(record(), SMILE).reason is Reason.ASSET_TOO_LARGE
    monkeypatch.setattr("photomaker_gen.film.MAX_ASSET_BYTES", pictures + 128)
    (derived,) = render(record(), SMILE)
    assert len(b"".join([derived.assets["frames"].content])) == pictures + 128


def test_film_that_no_file_should_be_is_refused_before_anything_is_drawn():
    backend = Notebook()
    refused = render(record(frames=100), SMILE, backend, size=2048)
    assert refused.reason is Reason.ASSET_TOO_LARGE
    assert "--size" in refused.message
    assert backend.seeds == []


def test_file_that_is_not_there_rejects_the_record():
    def read(_record, _role):
        raise RecordError(Reason.ASSET_MISSING, "there is no file")

    task = FilmTask(load_backend("sketch"), RenderConfig(), 0, read)
    (refused,) = render_films([record()], task=task)
    assert refused.reason is Reason.ASSET_MISSING
