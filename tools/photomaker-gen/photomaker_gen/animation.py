"""From static expressions to faces that move: a track for each record."""

from collections.abc import Sequence

import numpy as np
from affectory_protocol.errors import RecordError
from affectory_protocol.outcomes import Made
from affectory_protocol.reasons import Reason
from affectory_protocol.record import Record
from affectory_protocol.records import Expression, KeyFrame, Track, Tracks, Unit
from affectory_protocol.vocabularies.blendshapes import convert

from photomaker_gen.arrays import encode_series
from photomaker_gen.motion import Phases, is_calm, move
from photomaker_gen.movement import MAX_STEP, STEP_FPS, AnimateConfig

TRACK = "face"
"""Name of the track of a face."""
TRACK_ROLE = "face_track"
"""Role of the array that holds its numbers."""


def animate_faces(records: Sequence[Record], *, config: AnimateConfig) -> list[Made | RecordError]:
    """Make a track from every record's expression."""
    return [_animate_one(record, config) for record in records]


def _animate_one(record: Record, config: AnimateConfig) -> Made | RecordError:
    expression = record[Expression]
    blendshapes = expression.blendshapes
    if blendshapes is None:
        return RecordError(Reason.MISSING_FIELD, "the face is not known: /expression/blendshapes")
    pose = convert(blendshapes.weights, blendshapes.layout, config.layout)
    phases = Phases(config.onset, config.hold, config.offset).fit(config.fps)
    series = move(pose, phases, config.fps)
    if not is_calm(series, config.fps):
        return RecordError(
            Reason.INVALID_SECTION,
            f"a rotation would turn further than {MAX_STEP} radians a frame at {STEP_FPS} frames "
            "a second; give a longer --onset and --offset: /expression/blendshapes",
        )
    track = Track(
        role=TRACK_ROLE,
        fps=config.fps,
        channels=config.layout,
        unit=Unit.WEIGHT,
        frames=len(series),
        key_frames=[KeyFrame(name=name, time=time) for name, time in phases.begins.items()],
    )
    if expression.of is not None:
        track = track.model_copy(update={"of": expression.of})
    numbers = series.astype(np.float32)
    return Made((Tracks({TRACK: track}),), {TRACK_ROLE: encode_series(numbers, config.fps)})
