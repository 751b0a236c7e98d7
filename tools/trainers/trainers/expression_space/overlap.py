"""What lies on more than one side of a split: texts, and values of groups."""

from affectory_protocol.errors import ManifestError

from trainers.expression_space.examples import Examples
from trainers.expression_space.normal_text import normalise_text
from trainers.expression_space.split import Split

NAMED = 5
"""Ids that a message names, at most."""
_TEXT = "normalised text"


def find_overlap(examples: Examples) -> dict[tuple[str, str], list[str]]:
    """Find what the sides share.

    Returns:
        Each text, normalised, and each value of a group that lies in more than one split, by its
        name and value, to the ids of the records that have it.
    """
    sides: dict[tuple[str, str], set[Split]] = {}
    values = [
        {(_TEXT, normalise_text(text)), *groups}
        for text, groups in zip(examples.texts, examples.groups, strict=True)
    ]
    for split, found in zip(examples.splits, values, strict=True):
        for value in found:
            sides.setdefault(value, set()).add(split)
    shared: dict[tuple[str, str], list[str]] = {v: [] for v, s in sides.items() if len(s) > 1}
    if shared:
        for record, found in zip(examples.ids, values, strict=True):
            for value in found & shared.keys():
                shared[value].append(record)
    return shared


def refuse_overlap(examples: Examples) -> None:
    """End the run where a text or a group is cut by the splits.

    Raises:
        ManifestError: one is; ids say which records, and nothing says what they hold.
    """
    shared = find_overlap(examples)
    if not shared:
        return
    ids = sorted({record for found in shared.values() for record in found})
    more = f" and {len(ids) - NAMED} more" if len(ids) > NAMED else ""
    raise ManifestError(
        f"{len(shared)} texts or values of groups lie in more than one split, those of the records "
        f"{', '.join(ids[:NAMED])}{more}",
        hint="Split again, by the groups: manifest split --by text.",
    )
