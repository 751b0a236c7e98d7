"""Thresholds on evidence that give the highest macro-F1 over six emotions and neutral."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from llm_annotate.lexicon import GROUPS

ROUNDS = 3
"""Times each threshold is set again, the others held; the choice no longer changes after two."""
UNTUNED = 2.0
"""Threshold of an emotion that no validation sentence has evidence for: odds 7 times as high."""

INDIFFERENCE = 0.005
"""Scores of 0 to 2 this close count as equal: the highest threshold, the surest, is taken."""


class Judged(NamedTuple):
    """A sentence with the evidence found in it and what people said."""

    evidence: Mapping[str, float]
    groups: frozenset[str]


class _Case(NamedTuple):
    evidence: float
    is_shown: bool
    """People saw the emotion."""
    is_neutral: bool
    """People saw (also) nothing."""
    is_otherwise_silent: bool
    """No other emotion reaches its threshold."""


def tune_thresholds(judged: Sequence[Judged], untuned: float = UNTUNED) -> dict[str, float]:
    """Set each threshold in turn where the sum of its own F1 and that of neutral is highest.

    A sentence in which no evidence reaches its threshold counts as neutral.

    Args:
        judged: the sentences.
        untuned: where each threshold begins, and stays where nothing can be told.
    """
    thresholds = dict.fromkeys(GROUPS, untuned)
    for _ in range(ROUNDS):
        for group in GROUPS:
            thresholds[group] = _tune(group, judged, thresholds, untuned)
    return thresholds


def _tune(
    group: str, judged: Sequence[Judged], thresholds: Mapping[str, float], untuned: float
) -> float:
    others = [other for other in GROUPS if other != group]
    cases = [
        _Case(
            round(each.evidence.get(group, 0.0), 2),
            group in each.groups,
            "neutral" in each.groups,
            all(each.evidence.get(other, 0.0) < thresholds[other] for other in others),
        )
        for each in judged
    ]
    return _best_cut(sorted(cases, reverse=True), untuned)


def _best_cut(cases: Sequence[_Case], untuned: float) -> float:
    """Lower the threshold past case after case; the highest of those about as good wins."""
    shown = sum(case.is_shown for case in cases)
    if not shown:  # nobody saw the emotion: nothing tells where it begins
        return untuned
    neutral = sum(case.is_neutral for case in cases)
    silent = sum(case.is_otherwise_silent for case in cases)
    silent_right = sum(case.is_otherwise_silent and case.is_neutral for case in cases)
    right = 0
    cuts: list[tuple[float, float]] = []
    for found, case in enumerate(cases, start=1):
        right += case.is_shown
        silent -= case.is_otherwise_silent
        silent_right -= case.is_otherwise_silent and case.is_neutral
        is_last_of_equals = found == len(cases) or cases[found].evidence < case.evidence
        if case.evidence > 0.0 and is_last_of_equals:
            own, calm = right / (found + shown), silent_right / max(1, silent + neutral)
            cuts.append((2 * own + 2 * calm, case.evidence))
    best = max((score for score, _ in cuts), default=0.0)
    return max((cut for score, cut in cuts if score >= best - INDIFFERENCE), default=untuned)
