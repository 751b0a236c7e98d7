"""The origin of a picture whose face somebody lent: that of the record and of the photograph."""

from collections.abc import Iterable

from affectory_protocol.records import Source

from photomaker_gen.references import Reference

IDENTITY = "identity"
"""Group of the person: pictures after one photograph must not lie on both sides of a split."""
LENT = "reference-"
"""Begins a group of the photograph where the record has one of that name itself."""
NOT_STATED = "not stated"
"""Stands for terms that one of two sides does not say."""
NO_DATASET = "photomaker-gen"
"""Dataset of pictures of which neither side says one."""


def lend_source(own: Source | None, reference: Reference) -> Source:
    """Gather where a picture comes from and what may be done with it.

    Args:
        own: of the record that the picture is made for.
        reference: whose face it shows.

    Returns:
        Dataset and split of the record; the groups of both; licences joined as in SPDX, consents
        and citations one after the other.
    """
    lent = reference.source
    sides = [side for side in (own, lent) if side is not None]
    terms = {
        "split": own.split if own is not None else None,
        "licence": _join_licences([side.licence for side in sides]),
        "citation": _join(side.citation for side in sides),
        "consent": _join(side.consent for side in sides),
    }
    said = {name: words for name, words in terms.items() if words is not None}
    groups = _gather_groups(own.groups if own is not None else {}, reference)
    dataset = sides[0].dataset if sides else NO_DATASET
    return Source.model_validate({"dataset": dataset, **said, "groups": groups})


def _gather_groups(own: dict[str, str], reference: Reference) -> dict[str, str]:
    """The record's groups and the photograph's; the person is known by the photograph's record."""
    lent = {IDENTITY: reference.id} | (reference.source.groups if reference.source else {})
    renamed = {
        f"{LENT}{name}" if own.get(name, value) != value else name: value
        for name, value in lent.items()
    }
    return own | renamed


def _join_licences(licences: list[str | None]) -> str | None:
    if not any(licences):
        return None
    distinct = dict.fromkeys(licence or NOT_STATED for licence in licences)
    if len(distinct) == 1:
        return next(iter(distinct))
    return " AND ".join(f"({one})" if " OR " in one else one for one in distinct)


def _join(words: Iterable[str | None]) -> str | None:
    return "; ".join(dict.fromkeys(one for one in words if one)) or None
