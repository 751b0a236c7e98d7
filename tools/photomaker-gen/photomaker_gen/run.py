"""From expressions to pictures."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from affectory_protocol.errors import RecordError
from affectory_protocol.outcomes import Derived, DeriveOutcome, NewAsset
from affectory_protocol.reasons import Reason
from affectory_protocol.record import Record
from affectory_protocol.records import Expression, Generation, Source
from affectory_protocol.vocabularies.blendshapes import convert

from photomaker_gen.config import GenerateConfig
from photomaker_gen.identity import vary_seed
from photomaker_gen.lending import lend_source
from photomaker_gen.references import Reference, choose_reference

if TYPE_CHECKING:  # numpy is loaded only to draw
    import numpy as np
    import numpy.typing as npt

LAYOUT = "arkit-52"
"""Layout that backends draw; others are converted by name."""
ROLE = "image"
"""Role of the pictures made."""


class Backend(Protocol):
    """What `generate_faces` and `render_films` need of a backend."""

    def draw(
        self, weights: Sequence[float], *, seed: int, reference: Reference | None, size: int
    ) -> bytes:
        """Draw a face as a PNG file.

        Args:
            weights: of the layout arkit-52, 0 to 1.
            seed: of the identity, 32 bits, where no reference lends one.
            reference: whose identity is lent.
            size: width and height, pixels.

        Raises:
            RecordError: the reference's photograph cannot be read.
        """
        ...

    def film(
        self,
        series: Iterable[Sequence[float]],
        *,
        seed: int,
        reference: Reference | None,
        size: int,
    ) -> "Iterator[npt.NDArray[np.uint8]]":
        """Draw several expressions of one person, (size, size, 3) sRGB each, as of `draw`."""
        ...


@dataclass(frozen=True)
class Task:
    """What `generate_faces` works with, the same for every record of a run.

    Attributes:
        backend: draws.
        config: how.
        seed: of the run.
        references: whose identities are lent; none for invented ones.
    """

    backend: Backend
    config: GenerateConfig
    seed: int
    references: Sequence[Reference] = ()


def generate_faces(records: Sequence[Record], *, task: Task) -> list[DeriveOutcome | RecordError]:
    """Make pictures of every record's expression."""
    return [_generate_one(record, task) for record in records]


def _generate_one(record: Record, task: Task) -> DeriveOutcome | RecordError:
    blendshapes = record[Expression].blendshapes
    if blendshapes is None:
        return RecordError(Reason.MISSING_FIELD, "the face is not known: /expression/blendshapes")
    weights = convert(blendshapes.weights, blendshapes.layout, LAYOUT)
    seed = record.seed(task.seed)
    try:
        return [
            _generate_variation(_Face(weights, seed, record.get(Source)), variation, task)
            for variation in range(1, task.config.per_record + 1)
        ]
    except RecordError as error:
        return error


@dataclass(frozen=True)
class _Face:
    """What the pictures of one record have in common."""

    weights: Sequence[float]
    seed: int
    source: Source | None


def _generate_variation(face: _Face, variation: int, task: Task) -> Derived:
    own_seed = vary_seed(face.seed, variation)
    reference = choose_reference(task.references, own_seed)
    size = task.config.size
    content = task.backend.draw(face.weights, seed=own_seed, reference=reference, size=size)
    generation = Generation(
        of=ROLE,
        seed=face.seed,
        reference=reference.id if reference else None,
        parameters={"size": size, "variation": variation},
    )
    picture = NewAsset(
        content=content, media_type="image/png", extension="png", width=size, height=size
    )
    suffix = "face" if variation == 1 else f"face-{variation}"
    lent = () if reference is None else (lend_source(face.source, reference),)
    return Derived(suffix=suffix, sections=(*lent, generation), assets={ROLE: picture})


def load_backend(name: str) -> Backend:
    """Load a backend by its name."""
    return _BACKENDS[name]()


def _load_sketch() -> Backend:
    from photomaker_gen.backends.sketch import SketchBackend

    return SketchBackend()


_BACKENDS: dict[str, Callable[[], Backend]] = {"sketch": _load_sketch}
