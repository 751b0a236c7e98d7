"""A face told in English words.

The same face is always told in the same words. Which of several equal phrases is taken depends on
a checksum of emotions and units, so that faces told one after another do not all read alike.
"""

import zlib
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from affectory_protocol.facs.sides import check_unit
from affectory_protocol.records import ActionUnit, Emotion, Side

from llm_annotate.wording import (
    ADVERBS,
    AFTER,
    AT_REST,
    BEFORE,
    COMBINED,
    NOUNS,
    ORDER,
    SPOKEN,
    UNSHOWN,
    WORDINGS,
)

MAX_EMOTIONS = 3
"""Most emotions named; more of them no longer describe a face."""
MAX_CLAUSES = 3
"""Most clauses of one sentence; a face that shows more is told in several."""
MAX_SPREAD = 0.25
"""Largest difference of intensity at which two are told as alike: a little over one letter."""
MIN_TOLD = 0.05
"""Weakest intensity told: a quarter of the letter A, below which nobody sees a difference."""
_UPPER_BOUNDS = (0.25, 0.45, 0.65, 0.85)
"""Intensities up to which the words of the letters A to D are used: a quarter letter above each."""
_PLACES = {au: place for place, au in enumerate(ORDER)}


class _Choice(NamedTuple):
    """Picks among equal phrases, by a key that the same face always has."""

    key: str

    def pick(self, slot: int, options: Sequence[str]) -> str:
        digest = zlib.crc32(f"{slot}/{self.key}".encode())
        return options[digest % len(options)]

    def turn(self, count: int, options: Sequence[str]) -> str:
        """Pick so that neighbouring counts get different options."""
        return options[(zlib.crc32(self.key.encode()) + count) % len(options)]


def _rank(intensity: float) -> int:
    """Give the place of an intensity among the letters, 0 for A to 4 for E."""
    return sum(intensity > bound for bound in _UPPER_BOUNDS)


def _join(parts: Sequence[str]) -> str:
    """Join parts as English does: a and b; a, b, and c; a comma too where a part holds an and."""
    *others, last = parts
    if not others:
        return last
    comma = "," if len(others) > 1 or any(" and " in part for part in parts) else ""
    return f"{', '.join(others)}{comma} and {last}"


def _capitalise(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _name_emotions(emotions: Sequence[Emotion], choice: _Choice) -> str:
    """Name the strongest emotions with how strong they are; empty when there is none."""
    strength: dict[str, float] = {}
    for emotion in emotions:
        if emotion.label != "neutral" and emotion.intensity > 0:
            strength[emotion.label] = max(strength.get(emotion.label, 0.0), emotion.intensity)
    labels = sorted(strength, key=lambda label: (-strength[label], label))[:MAX_EMOTIONS]
    names = [
        choice.turn(place, NOUNS[_rank(strength[label])]).format(n=SPOKEN.get(label, label))
        for place, label in enumerate(labels)
    ]
    match names:
        case []:
            return ""
        case [first, second]:
            alike = strength[labels[0]] - strength[labels[1]] <= MAX_SPREAD
            link = choice.pick(1, ("mixed with", "and")) if alike else "with"
            return f"{first} {link} {second}"
        case _:
            return _join(names)


def _take_combined(levels: dict[int, float]) -> Iterator[tuple[int, tuple[str, ...], float]]:
    """Take units out that are told as one, and give their place, phrases and mean intensity."""
    for numbers, phrases in COMBINED:
        if not all(number in levels for number in numbers):
            continue
        intensities = [levels[number] for number in numbers]
        if max(intensities) - min(intensities) <= MAX_SPREAD:
            for number in numbers:
                del levels[number]
            yield numbers[-1], phrases, sum(intensities) / len(intensities)


def _write_clauses(units: Sequence[ActionUnit], choice: _Choice) -> list[str]:
    """Write one clause for each unit, or set of units told as one, from the brow downwards."""
    levels: dict[int, float] = {}
    parts: list[tuple[int, str, tuple[str, ...], float]] = []
    for unit in units:
        check_unit(unit.au, unit.side)
        if unit.side is Side.BOTH:
            levels[unit.au] = max(levels.get(unit.au, 0.0), unit.intensity)
        else:
            parts.append((unit.au, unit.side.value, WORDINGS[unit.au].one, unit.intensity))
    parts.extend((au, "", phrases, level) for au, phrases, level in _take_combined(levels))
    parts.extend((au, "", WORDINGS[au].both, level) for au, level in levels.items())
    parts.sort(key=lambda part: (_PLACES[part[0]], part[1]))
    return [
        choice.pick(au, phrases).format(a=choice.turn(place, ADVERBS[_rank(level)]), s=side)
        for place, (au, side, phrases, level) in enumerate(parts)
        if level >= MIN_TOLD
    ]


def _write_sentences(clauses: Sequence[str]) -> list[str]:
    """Spread clauses evenly over as few sentences as hold them, without their full stops."""
    count = -(-len(clauses) // MAX_CLAUSES)
    bounds = [len(clauses) * place // count for place in range(count + 1)]
    return [_join(clauses[start:end]) for start, end in pairwise(bounds)]


def describe(emotions: Sequence[Emotion], units: Sequence[ActionUnit]) -> str:
    """Tell a face in words: the emotion, and what brows, eyes, nose, mouth and jaw do.

    Args:
        emotions: what the face shows, in any order; the three strongest are named.
        units: what moves in it, in any order; each that can be seen is told,
            with an adverb for its intensity.

    Returns:
        English sentences, at least one. Left and right are the person's own.

    Raises:
        ValueError: a unit that does not exist, or a side it cannot have.
    """
    choice = _Choice(
        " ".join(
            [f"{emotion.label} {emotion.intensity:.2f}" for emotion in emotions]
            + [f"{unit.au} {unit.side.value} {unit.intensity:.2f}" for unit in units]
        )
    )
    named = _name_emotions(emotions, choice)
    clauses = _write_clauses(units, choice)
    if not clauses:
        return choice.pick(0, UNSHOWN).format(e=named) if named else choice.pick(0, AT_REST)
    first, *others = _write_sentences(clauses)
    body = ". ".join(_capitalise(sentence) for sentence in (first, *others))
    if not named:
        return f"{body}."
    frame = choice.pick(0, BEFORE + AFTER)
    rest = "".join(f" {_capitalise(sentence)}." for sentence in others)
    return frame.format(e=named, first=first, rest=rest, body=body)
