"""Action-unit knowledge: from emotions to facial muscles and blendshapes, and back; pure tables."""

from affectory_protocol.facs.blendshape import to_action_units, to_blendshapes
from affectory_protocol.facs.conflict import resolve_conflicts
from affectory_protocol.facs.prototype import blend_units, prototype_units
from affectory_protocol.facs.unit import parse_action_unit, parse_facs, parse_intensity

__all__ = [
    "blend_units",
    "parse_action_unit",
    "parse_facs",
    "parse_intensity",
    "prototype_units",
    "resolve_conflicts",
    "to_action_units",
    "to_blendshapes",
]
