"""People whose faces lend an identity: the records of a reference manifest."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from affectory_protocol.errors import UsageError
from affectory_protocol.record import Record
from affectory_protocol.records import Assets, Faces, Source


@dataclass(frozen=True)
class Reference:
    """One photograph of a face.

    Attributes:
        id: of the record it belongs to.
        bbox_xyxy: box of the face, pixels of the photograph.
        read: gives the photograph's bytes; raises RecordError when it cannot.
        source: where the photograph comes from and what may be done with it.
    """

    id: str
    bbox_xyxy: tuple[float, float, float, float]
    read: Callable[[], bytes]
    source: Source | None = None


def collect_references(
    records: Sequence[Record], read: Callable[[Record, str], bytes]
) -> list[Reference]:
    """Find the largest face of each reference record; records without a face lend none.

    Args:
        records: the reference manifest, in its order.
        read: gives the bytes of a record's asset in a role.

    Raises:
        UsageError: there are records, and none has a face.
    """
    found = [reference for record in records if (reference := _find_face(record, read))]
    if records and not found:
        raise UsageError(
            f"no reference has a face, of so many records: {len(records)}",
            hint="Give records with `assets` and with faces that were found in them.",
        )
    return found


def choose_reference(references: Sequence[Reference], seed: int) -> Reference | None:
    """Choose whose identity a seed lends; None where there are no references."""
    return references[seed % len(references)] if references else None


def _find_face(record: Record, read: Callable[[Record, str], bytes]) -> Reference | None:
    assets, faces = record.get(Assets), record.get(Faces)
    if assets is None or faces is None:
        return None
    for role, found in faces.root.items():
        if role in assets.root and found.items:
            left, top, right, bottom = max((face.bbox_xyxy for face in found.items), key=_area)

            def read_photograph(role: str = role) -> bytes:
                return read(record, role)

            box = (left, top, right, bottom)
            return Reference(record.id, box, read_photograph, record.get(Source))
    return None


def _area(box: Sequence[float]) -> float:
    """Of a box (left, top, right, bottom), square pixels."""
    left, top, right, bottom = box
    return (right - left) * (bottom - top)
