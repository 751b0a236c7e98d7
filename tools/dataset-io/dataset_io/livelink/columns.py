"""The columns of a recording of Live Link Face.

Source: Epic Games, Live Link Face for iOS, csv recording; the importer of Unreal Engine
(LiveLinkFaceImporterFactory.cpp) for the names of the first two columns. Numbers have ten decimals,
and a line ends in a newline.
"""

from affectory_protocol.vocabularies.blendshapes import get_layout

LAYOUT = "livelink-csv-61"
"""Names and order of the values."""

TIMECODE, COUNT = "Timecode", "BlendShapeCount"
DECIMALS = 10


def name_column(name: str) -> str:
    """What the recording calls a shape or a rotation: jawOpen is JawOpen."""
    return name[0].upper() + name[1:]


COLUMNS = tuple(name_column(name) for name in get_layout(LAYOUT))
"""Of the values, in the order in which they are recorded."""

HEADER = (TIMECODE, COUNT, *COLUMNS)
