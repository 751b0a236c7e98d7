"""The sections of a record: one module a section, one table of them all."""

from affectory_protocol.records.assets import Asset, Assets
from affectory_protocol.records.base import MadeBy, Section
from affectory_protocol.records.expression import (
    ActionUnit,
    Blendshapes,
    Emotion,
    Expression,
    Probabilities,
    Side,
)
from affectory_protocol.records.faces import Face, Faces, FacesInImage, Landmark
from affectory_protocol.records.generation import Generation
from affectory_protocol.records.labels import BigFive, EmotionLabel, Labels
from affectory_protocol.records.source import Source
from affectory_protocol.records.span import Span
from affectory_protocol.records.text import Text
from affectory_protocol.records.tracks import KeyFrame, Track, Tracks, Unit
from affectory_protocol.records.verdicts import Verdict, Verdicts

AnySection = (
    Source | Assets | Span | Text | Labels | Expression | Faces | Generation | Tracks | Verdicts
)

SECTIONS: dict[str, type[AnySection]] = {
    model.name: model
    for model in (
        Source,
        Assets,
        Span,
        Text,
        Labels,
        Expression,
        Faces,
        Generation,
        Tracks,
        Verdicts,
    )
}
"""Every section that some verb reads or writes, by its name in a record."""

RESERVED_SECTIONS = frozenset(
    {
        "dialogue",
        "speech",
        "body",
        "narrative",
        "skeleton",
        "motion_tokens",
        "conversation",
        "prediction",
        "artifact",
    }
)
"""Names the protocol keeps for sections that no verb uses yet."""

__all__ = [
    "RESERVED_SECTIONS",
    "SECTIONS",
    "ActionUnit",
    "AnySection",
    "Asset",
    "Assets",
    "BigFive",
    "Blendshapes",
    "Emotion",
    "EmotionLabel",
    "Expression",
    "Face",
    "Faces",
    "FacesInImage",
    "Generation",
    "KeyFrame",
    "Labels",
    "Landmark",
    "MadeBy",
    "Probabilities",
    "Section",
    "Side",
    "Source",
    "Span",
    "Text",
    "Track",
    "Tracks",
    "Unit",
    "Verdict",
    "Verdicts",
]
