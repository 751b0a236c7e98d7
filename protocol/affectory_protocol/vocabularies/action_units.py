"""The action units of the Facial Action Coding System that records may carry.

Sources:
    Numbers and names: Ekman & Friesen (1978), Facial Action Coding System; revision by Ekman,
    Friesen & Hager (2002). Units 41 and 42 are those of 1978; the revision scores them as weak
    degrees of 43, and both forms are in use.
    Laterality: judged here from the muscle. FACS lets a coder mark a side on most units.
"""

from enum import StrEnum
from typing import NamedTuple


class Laterality(StrEnum):
    """Which sides of the face an action unit can take."""

    PAIRED = "paired"
    """Both sides, or one alone: a smile, a raised brow."""
    WHOLE = "whole"
    """Both sides only: the jaw, the tongue, the ring of the lips, the eyes' common direction."""
    DIRECTED = "directed"
    """One side always: the jaw moved sideways, a wink."""


class FacsUnit(NamedTuple):
    """An action unit as FACS names it."""

    name: str
    """Name in FACS, lower case."""
    laterality: Laterality
    """Which sides it can take."""

    @property
    def may_be_one_sided(self) -> bool:
        """Whether one side of the face can show it alone."""
        return self.laterality is not Laterality.WHOLE


ACTION_UNITS: dict[int, FacsUnit] = {
    1: FacsUnit("inner brow raiser", Laterality.PAIRED),
    2: FacsUnit("outer brow raiser", Laterality.PAIRED),
    4: FacsUnit("brow lowerer", Laterality.PAIRED),
    5: FacsUnit("upper lid raiser", Laterality.PAIRED),
    6: FacsUnit("cheek raiser", Laterality.PAIRED),
    7: FacsUnit("lid tightener", Laterality.PAIRED),
    8: FacsUnit("lips toward each other", Laterality.WHOLE),
    9: FacsUnit("nose wrinkler", Laterality.PAIRED),
    10: FacsUnit("upper lip raiser", Laterality.PAIRED),
    11: FacsUnit("nasolabial deepener", Laterality.PAIRED),
    12: FacsUnit("lip corner puller", Laterality.PAIRED),
    13: FacsUnit("sharp lip puller", Laterality.PAIRED),
    14: FacsUnit("dimpler", Laterality.PAIRED),
    15: FacsUnit("lip corner depressor", Laterality.PAIRED),
    16: FacsUnit("lower lip depressor", Laterality.PAIRED),
    17: FacsUnit("chin raiser", Laterality.WHOLE),
    18: FacsUnit("lip puckerer", Laterality.WHOLE),
    19: FacsUnit("tongue show", Laterality.WHOLE),
    20: FacsUnit("lip stretcher", Laterality.PAIRED),
    21: FacsUnit("neck tightener", Laterality.PAIRED),
    22: FacsUnit("lip funneler", Laterality.WHOLE),
    23: FacsUnit("lip tightener", Laterality.PAIRED),
    24: FacsUnit("lip pressor", Laterality.WHOLE),
    25: FacsUnit("lips part", Laterality.WHOLE),
    26: FacsUnit("jaw drop", Laterality.WHOLE),
    27: FacsUnit("mouth stretch", Laterality.WHOLE),
    28: FacsUnit("lip suck", Laterality.WHOLE),
    29: FacsUnit("jaw thrust", Laterality.WHOLE),
    30: FacsUnit("jaw sideways", Laterality.DIRECTED),
    31: FacsUnit("jaw clencher", Laterality.PAIRED),
    32: FacsUnit("lip bite", Laterality.PAIRED),
    33: FacsUnit("cheek blow", Laterality.PAIRED),
    34: FacsUnit("cheek puff", Laterality.PAIRED),
    35: FacsUnit("cheek suck", Laterality.PAIRED),
    36: FacsUnit("tongue bulge", Laterality.PAIRED),
    37: FacsUnit("lip wipe", Laterality.WHOLE),
    38: FacsUnit("nostril dilator", Laterality.PAIRED),
    39: FacsUnit("nostril compressor", Laterality.PAIRED),
    41: FacsUnit("lid droop", Laterality.PAIRED),
    42: FacsUnit("slit", Laterality.PAIRED),
    43: FacsUnit("eyes closed", Laterality.PAIRED),
    44: FacsUnit("squint", Laterality.PAIRED),
    45: FacsUnit("blink", Laterality.WHOLE),
    46: FacsUnit("wink", Laterality.DIRECTED),
    51: FacsUnit("head turn left", Laterality.WHOLE),
    52: FacsUnit("head turn right", Laterality.WHOLE),
    53: FacsUnit("head up", Laterality.WHOLE),
    54: FacsUnit("head down", Laterality.WHOLE),
    55: FacsUnit("head tilt left", Laterality.WHOLE),
    56: FacsUnit("head tilt right", Laterality.WHOLE),
    57: FacsUnit("head forward", Laterality.WHOLE),
    58: FacsUnit("head back", Laterality.WHOLE),
    61: FacsUnit("eyes turn left", Laterality.WHOLE),
    62: FacsUnit("eyes turn right", Laterality.WHOLE),
    63: FacsUnit("eyes up", Laterality.WHOLE),
    64: FacsUnit("eyes down", Laterality.WHOLE),
}
"""Action units by number. Left and right in a name are the person's own."""
