"""What a page is made with."""

from typing import Annotated

from affectory_protocol.choices import Choices
from pydantic import Field

DEFAULT_TITLE = "Dataset report"
DEFAULT_GALLERY = 500
DEFAULT_ROLE = "image"
DEFAULT_THUMBNAIL_SIZE = 192
MIN_THUMBNAIL_SIZE = 16
MAX_THUMBNAIL_SIZE = 1024


class BuildConfig(Choices):
    """Result options of `report build`."""

    title: str = Field(default=DEFAULT_TITLE, description="Heading of the page.")
    gallery: Annotated[int, Field(ge=0)] = Field(
        default=DEFAULT_GALLERY,
        description="Number of records shown as cards, the first of the manifest; a card with a "
        "picture adds about 10 kB to the page.",
    )
    role: str = Field(
        default=DEFAULT_ROLE, description="Role of the asset whose picture a card shows."
    )
    thumbnail_size: Annotated[int, Field(ge=MIN_THUMBNAIL_SIZE, le=MAX_THUMBNAIL_SIZE)] = Field(
        default=DEFAULT_THUMBNAIL_SIZE, description="Longer side of a card's picture, pixels."
    )
