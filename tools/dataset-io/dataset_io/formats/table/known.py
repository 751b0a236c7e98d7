"""Tables whose maps come with the tool."""

from enum import StrEnum
from pathlib import Path


class Known(StrEnum):
    """A published table, by the name of its map."""

    ANIMATION = "animation"
    ANIMATION_BLENDSHAPES = "animation-blendshapes"

    @property
    def path(self) -> Path:
        """Where its map lies."""
        return Path(__file__).with_name("maps") / f"{self.value}.toml"
