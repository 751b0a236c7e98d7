"""The backend `sketch`: a flat illustration with soft shading, computed without a model."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence

from photomaker_gen.drawing import Picture, draw_face, draw_faces
from photomaker_gen.identity import FaceColours, Identity, invent_identity, recolour
from photomaker_gen.image import decode_image
from photomaker_gen.png import encode_png
from photomaker_gen.portrait import sample_colours
from photomaker_gen.references import Reference


class SketchBackend:
    """Draws faces; keeps the colours of the references it has looked at."""

    def __init__(self) -> None:
        self._colours: dict[str, FaceColours] = {}

    def draw(
        self, weights: Sequence[float], *, seed: int, reference: Reference | None, size: int
    ) -> bytes:
        """Draw a face as a PNG file.

        Args:
            weights: of the layout arkit-52, 0 to 1.
            seed: of the invented identity, 32 bits; not used with a reference.
            reference: whose colours are lent, and whose id chooses the proportions, so that a
                reference is the same person in every picture.
            size: width and height, pixels; even.

        Raises:
            RecordError: the reference's photograph cannot be read.
        """
        return encode_png(draw_face(weights, self._identify(seed, reference), size))

    def film(
        self,
        series: Iterable[Sequence[float]],
        *,
        seed: int,
        reference: Reference | None,
        size: int,
    ) -> Iterator[Picture]:
        """Draw several expressions of one person.

        Args:
            series: weights of each picture, of the layout arkit-52, 0 to 1.
            seed: as of `draw`.
            reference: as of `draw`.
            size: width and height, pixels; even.

        Yields:
            (size, size, 3) uint8, sRGB.

        Raises:
            RecordError: the reference's photograph cannot be read.
        """
        return draw_faces(series, self._identify(seed, reference), size)

    def _identify(self, seed: int, reference: Reference | None) -> Identity:
        if reference is None:
            return invent_identity(seed)
        if reference.id not in self._colours:
            image = decode_image(reference.read())
            self._colours[reference.id] = sample_colours(image, reference.bbox_xyxy)
        digest = hashlib.sha256(reference.id.encode()).digest()
        seed = int.from_bytes(digest[:4], "big")
        return recolour(invent_identity(seed), self._colours[reference.id])
