"""The outlines of hairstyles and of a beard, in units of the plane: the half with positive x."""

import numpy as np

from photomaker_gen.geometry import Points
from photomaker_gen.identity import HairStyle


def _read(text: str, per_item: int = 2) -> Points:
    return np.array([item.split(",") for item in text.split()], dtype=np.float64).reshape(
        -1, per_item
    )


COVERED_EARS = frozenset({HairStyle.BOB, HairStyle.LONG, HairStyle.FRINGE})
"""Styles that hide the ears."""

BACKS: dict[HairStyle, Points] = {
    HairStyle.BOB: _read(
        "0,42 54,46 96,66 128,106 143,160 148,250 150,330 132,382 96,392 60,380 0,380"
    ),
    HairStyle.LONG: _read(
        "0,42 54,46 96,66 130,108 146,165 150,260 160,350 172,430 160,486 110,492 60,470 0,470"
    ),
    HairStyle.FRINGE: _read(
        "0,40 54,44 98,64 132,108 147,165 150,260 154,350 160,420 142,462 104,462 60,440 0,440"
    ),
}
"""Hair behind the head, from the crown to the nape."""

FRONTS: dict[HairStyle, Points] = {
    HairStyle.CROP: _read(
        "0,46 44,49 84,68 112,108 125,164 125,206 122,240 115,240 112,206 107,172 98,144 "
        "86,126 72,124 56,114 38,118 18,110 0,114"
    ),
    HairStyle.QUIFF: _read(
        "0,26 40,29 80,50 110,96 124,158 125,205 122,240 115,240 112,206 104,168 92,134 "
        "66,112 0,104"
    ),
    HairStyle.BOB: _read(
        "0,42 54,46 96,66 128,106 143,160 147,240 150,320 138,374 122,330 116,262 108,206 "
        "92,156 52,112 8,84 0,80"
    ),
    HairStyle.LONG: _read(
        "0,42 54,46 96,66 130,108 145,165 148,260 154,350 150,420 130,380 120,310 114,240 "
        "104,186 80,136 40,104 6,84 0,80"
    ),
    HairStyle.FRINGE: _read(
        "0,40 54,44 98,64 132,108 146,165 149,250 150,330 136,372 120,320 114,250 108,192 "
        "98,172 64,160 30,157 0,160"
    ),
    HairStyle.BUN: _read(
        "0,54 46,57 86,78 112,120 122,176 121,232 115,230 111,192 102,152 76,118 40,106 0,102"
    ),
    HairStyle.SHAVED: _read(
        "0,66 62,70 106,112 121,184 121,228 112,226 108,188 96,146 62,122 0,118"
    ),
    HairStyle.AFRO: _read("0,56 60,62 106,104 128,170 126,226 115,224 110,184 96,142 60,116 0,108"),
    HairStyle.CURLS: _read(
        "0,56 60,62 106,104 128,170 126,226 115,224 110,184 96,142 60,116 0,108"
    ),
}
"""Hair on the head: down the outside to the tip, back along the hairline."""

STRANDS: dict[HairStyle, tuple[Points, ...]] = {
    HairStyle.CROP: (
        _read("12,114 20,84 18,58"),
        _read("46,118 62,92 60,64"),
        _read("84,134 100,112 98,90"),
    ),
    HairStyle.QUIFF: (
        _read("10,104 14,66 4,36"),
        _read("38,106 46,68 34,36"),
        _read("70,114 84,82 74,50"),
    ),
    HairStyle.BOB: (
        _read("4,66 44,84 84,120 112,180 124,260"),
        _read("8,56 60,68 104,110 128,180 136,280 142,350"),
    ),
    HairStyle.LONG: (
        _read("4,66 44,84 84,120 112,180 124,260"),
        _read("8,56 60,68 104,110 128,180 136,280 142,350"),
    ),
    HairStyle.FRINGE: (
        _read("14,70 17,110 16,156"),
        _read("40,74 48,112 52,156"),
        _read("64,74 84,112 92,164"),
        _read("84,72 120,130 132,220 138,330"),
    ),
    HairStyle.BUN: (
        _read("12,114 20,84 18,58"),
        _read("46,118 62,92 60,64"),
        _read("84,134 100,112 98,90"),
    ),
}
"""Lines that comb the hair."""

AFRO = _read(
    "0,58,58 52,66,56 98,96,52 128,142,48 140,194,42 136,240,34",
    per_item=3,
)
"""Discs of hair behind the head: x, y, radius."""

CURLS = _read(
    "0,62,36 44,66,36 86,86,36 116,122,34 132,166,32 138,212,30 140,258,29 138,302,28 "
    "132,342,26 114,366,24",
    per_item=3,
)
"""Discs of hair behind and beside the head: x, y, radius."""

HAIRLINE_CURLS = _read(
    "0,66,26 0,96,19 34,70,25 28,100,18 66,84,24 56,110,17 92,106,22 82,128,16 110,138,19 "
    "101,156,14 119,174,16 110,188,11 122,206,13",
    per_item=3,
)
"""Discs of curly hair along the hairline: x, y, radius."""

BEARD = _read(
    "0,337 14,333 34,338 52,346 66,336 86,306 100,272 108,238 130,236 140,340 90,440 0,460"
)
"""A full beard: under the nose, along the cheek, round the chin."""
