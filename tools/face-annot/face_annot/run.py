"""The verb as a function over batches of records."""

from collections.abc import Callable, Sequence
from typing import Protocol

from affectory_protocol.errors import RecordError, UnavailableError, UsageError
from affectory_protocol.places import Places
from affectory_protocol.record import Record
from affectory_protocol.records import Face, Faces, FacesInImage

from face_annot.cascade import list_missing
from face_annot.config import AnnotateConfig
from face_annot.image import RgbImage, decode_image


class Backend(Protocol):
    """Finds faces."""

    def find_faces(self, image: RgbImage) -> list[Face]:
        """Find the faces in an image.

        Args:
            image: (h, w, 3) uint8, RGB, upright.

        Returns:
            Faces, largest first, in pixels of the image.
        """
        ...


def _load_haar(config: AnnotateConfig) -> Backend:
    missing = list_missing()
    if missing:
        raise UnavailableError(
            "; ".join(f"missing: {one.what}" for one in missing), hint=missing[0].do
        )
    from face_annot.backends.haar import Haar  # brings OpenCV

    return Haar(config)


BACKENDS: dict[str, Callable[[AnnotateConfig], Backend]] = {"haar": _load_haar}


def load_backend(name: str, config: AnnotateConfig) -> Backend:
    """Load a detector.

    Args:
        name: of the backend.
        config: how small, how finely, how strictly it looks.

    Raises:
        UsageError: there is no such backend.
        UnavailableError: what it needs is not on this machine.
    """
    if name not in BACKENDS:
        raise UsageError(f"no such backend: {name}", hint=f"Backends: {', '.join(BACKENDS)}.")
    return BACKENDS[name](config)


def annotate(
    records: Sequence[Record], *, backend: Backend, places: Places, role: str
) -> list[Faces | RecordError]:
    """Find the faces in one image of each record.

    Args:
        records: with `assets`.
        backend: finds them.
        places: where the images lie.
        role: of the image that is looked at.

    Returns:
        The faces by that role for each record, or why it cannot be looked at.
    """
    return [_annotate_one(record, backend, places, role) for record in records]


def _annotate_one(
    record: Record, backend: Backend, places: Places, role: str
) -> Faces | RecordError:
    try:
        image = decode_image(places.read(record, role))
    except RecordError as error:
        return error
    return Faces({role: FacesInImage(items=backend.find_faces(image))})
