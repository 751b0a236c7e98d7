"""Action-unit knowledge: from emotions to facial muscles, blendshapes and words, and back."""

from llm_annotate.facs.blendshape import to_action_units, to_blendshapes
from llm_annotate.facs.conflict import resolve_conflicts
from llm_annotate.facs.description import describe
from llm_annotate.facs.prototype import blend_units, prototype_units
from llm_annotate.facs.unit import parse_action_unit, parse_facs, parse_intensity

__all__ = [
    "blend_units",
    "describe",
    "parse_action_unit",
    "parse_facs",
    "parse_intensity",
    "prototype_units",
    "resolve_conflicts",
    "to_action_units",
    "to_blendshapes",
]
