"""What the measures look at: one image, decoded once."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from affectory_protocol.records import FacesInImage

from filters.image import RgbImage

if TYPE_CHECKING:
    from PIL.Image import Image as PillowImage


@dataclass(frozen=True)
class Subject:
    """An image as the measures see it.

    Attributes:
        luma: mode L, 0 (black) to 255 (white).
        faces: what a detector found in it; None when none has looked.
    """

    luma: "PillowImage"
    faces: FacesInImage | None = None

    @classmethod
    def of(cls, image: RgbImage, faces: FacesInImage | None = None) -> "Subject":
        """Prepare an image.

        Args:
            image: (h, w, 3) uint8, RGB, upright.
            faces: found in this image.

        Source: luma is 0.299 R' + 0.587 G' + 0.114 B' (ITU-R BT.601-7, section 2.5.1), in Pillow's
        whole-number arithmetic, so that it is the same on every machine.
        """
        from PIL import Image  # loaded with the first image, so that --help is quick

        return cls(Image.fromarray(image).convert("L"), faces)
