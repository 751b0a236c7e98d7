"""What a sentence claims, clause by clause: the keys that count, negated or not, and how strongly.

Negation holds to the end of its clause or for `NEGATION_REACH` words; emphasis for `MODIFIER_REACH`
words; what stands before a contrast weighs `BEFORE_CONTRAST` as much.
"""

from collections.abc import Iterable
from typing import NamedTuple

from llm_annotate.tokens import QUESTION, Kind, Token

NEGATION_REACH = 5
"""Words after a negator that it negates, within its clause."""
MODIFIER_REACH = 3
"""Words after a modifier that it strengthens or weakens, within its clause."""
BEFORE_CONTRAST = 0.5
"""Weight of what stands before a contrast (VADER, Hutto and Gilbert 2014, section 3.1)."""
MIN_GAIN, MAX_GAIN = 0.4, 2.0
"""Bounds of all emphasis on one word taken together."""
NEGATED = "not "
"""Prefix of the key of a negated word."""
EXCLAMATION_GAIN = 0.1
"""Emphasis that one exclamation mark adds to the whole text."""
MAX_EXCLAMATIONS = 3
"""Exclamation marks beyond this many add nothing."""


class Claim(NamedTuple):
    """One key with its weight.

    Attributes:
        share: weight of the evidence, 0 to 1.
        gain: factor on the strength of what the key says, `MIN_GAIN` to `MAX_GAIN`.
    """

    share: float
    gain: float


_ASKED = Claim(1.0, 1.0)


class Reading(NamedTuple):
    """All that a text claims.

    Attributes:
        claims: claim by key; the key of a negated word begins with `NEGATED`.
        emphasis: factor on the strength of everything, 1 or more.
    """

    claims: dict[str, Claim]
    emphasis: float

    @property
    def gain(self) -> float:
        """How emphatic the text is on the whole."""
        gains = [claim.gain for claim in self.claims.values()]
        return self.emphasis * (sum(gains) / len(gains) if gains else 1.0)


def read_claims(tokens: Iterable[Token]) -> Reading:
    """Collect what the clauses of a text claim; a repeated key counts once, at its strongest."""
    claims: dict[str, Claim] = {}
    negated = modified = 0
    modifier = 1.0
    exclamations = 0.0
    for kind, key, gain in tokens:
        if kind <= Kind.FILLER:
            if kind != Kind.FILLER:
                emphasis = gain * modifier if modified > 0 else gain
                is_denied = negated > 0 and kind == Kind.WORD
                _add_claim(claims, NEGATED + key if is_denied else key, emphasis)
            negated -= 1
            modified -= 1
        elif kind == Kind.MODIFIER:
            modifier = modifier * gain if modified > 0 else gain
            modified = MODIFIER_REACH
        elif kind == Kind.NEGATOR:
            negated = NEGATION_REACH
        elif kind < Kind.SKIP:
            negated = modified = 0
            exclamations += gain
            _close_clause(claims, kind, key)
    return Reading(claims, 1.0 + EXCLAMATION_GAIN * min(exclamations, MAX_EXCLAMATIONS))


def _add_claim(claims: dict[str, Claim], key: str, gain: float) -> None:
    known = claims.get(key)
    strongest = gain if known is None else max(gain, known.gain)
    claims[key] = Claim(1.0, min(MAX_GAIN, max(MIN_GAIN, strongest)))


def _close_clause(claims: dict[str, Claim], kind: Kind, key: str) -> None:
    """Ask the question a clause ends in, or weaken everything before a contrast."""
    if kind is Kind.CONTRAST:
        for before, claim in claims.items():
            claims[before] = Claim(BEFORE_CONTRAST, claim.gain)
    elif key == QUESTION:
        claims[QUESTION] = _ASKED
