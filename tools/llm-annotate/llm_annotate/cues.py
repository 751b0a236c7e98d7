"""Closed lists of English words that change what the words around them say.

The size of the gains follows VADER (Hutto and Gilbert 2014, section 3.1: people rate an intensified
word about a third stronger, and what follows a contrast about half as much again); the lists are
the project's own.
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NEGATORS = _words(
    "not no never nor neither without hardly barely scarcely nobody nothing none cannot "
    "aint arent cant couldnt didnt doesnt dont hadnt hasnt havent isnt shouldnt wasnt werent wont "
    "wouldnt"
)
"""Words that negate what follows, besides everything that ends in n't."""

CONTRASTS = _words("but however although though yet instead nevertheless nonetheless")
"""Words that turn a sentence round: what stands before them weighs less."""

STRONG_GAIN = 1.6
FIRM_GAIN = 1.3
FAIR_GAIN = 0.75
FAINT_GAIN = 0.5

MODIFIERS: dict[str, float] = {
    **dict.fromkeys(
        _words(
            "extremely incredibly insanely utterly absolutely completely totally deeply terribly "
            "awfully immensely unbelievably hella"
        ),
        STRONG_GAIN,
    ),
    **dict.fromkeys(
        _words(
            "very really so such super too truly real quite especially particularly freaking "
            "frickin fucking damn bloody"
        ),
        FIRM_GAIN,
    ),
    **dict.fromkeys(_words("fairly rather mostly kinda sorta"), FAIR_GAIN),
    **dict.fromkeys(_words("slightly somewhat mildly vaguely faintly partly"), FAINT_GAIN),
    "so very": STRONG_GAIN,
    "kind of": FAIR_GAIN,
    "sort of": FAIR_GAIN,
    "a bit": FAINT_GAIN,
    "a little": FAINT_GAIN,
    "a little bit": FAINT_GAIN,
    "a tad": FAINT_GAIN,
}
"""What strengthens or weakens the words after it, with the factor on their strength."""

PLAIN_PHRASES = frozenset(
    ("not only", "not just", "not merely", "not to mention", "no doubt", "no wonder", "no problem")
)
"""Phrases that begin with a negator and negate nothing."""

PHRASES: tuple[str, ...] = tuple(
    sorted(
        (phrase for phrase in (*MODIFIERS, *PLAIN_PHRASES) if " " in phrase), key=len, reverse=True
    )
)
"""Everything that is one token of several words, longest first."""

FUNCTION_WORDS = _words(
    "a am and are be been can do for get go had has have he her his i im in is it its me my of on "
    "our she that the their they this to us was we were what when who why with you your day feel "
    "feeling feels"
)
"""Words without an emotion that hashtags are cut at."""
