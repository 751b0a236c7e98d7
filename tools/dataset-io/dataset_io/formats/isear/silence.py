"""Texts that only say that there is no account.

People wrote it in many ways: "[ No response.]", "Blank.", "[ I have not felt this emotion in my
life.]", "Can't remember any such feelings now.". Such a text denies something and is made of a
small set of words and nothing else; one word of a situation, as in "I could not remember the
words", and it is an account. A note between square brackets that begins with "no answer" says it
outright.
"""

import re

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")

_DENIALS = frozenset(
    _WORD.findall(
        "no not never none nothing blank nil na cannot can't couldn't don't doesn't didn't haven't "
        "wasn't unable difficult unanswered"
    )
)
"""One of these at least."""

_FILLERS = frozenset(
    _WORD.findall(
        # answering
        "response reponse respond answer answered applicable apply applies describe description "
        "included questionnaire "
        # remembering
        "remember recall think know seem "
        # what is denied
        "any anything anyone one it that this these such the a either emotion emotions feeling "
        "feelings experience experiences experienced event incident situation example occasion "
        "episode kind time feel felt be been being was am is had having have has happened done did "
        "do does made make ashamed shame guilty guilt angry anger sad sadness fear afraid scared "
        "frightened disgust disgusted joy joyful "
        # who and when
        "i me my myself self life lately recently now here yet ever still just really exactly "
        "quite normally honestly sorry positively say can will could would which who when since "
        "near past ages moment "
        # joints
        "of in at on to for from with about as and or but are something also exact specific "
        "particular towards force shameless"
    )
)
"""And otherwise only these; the misspelling is the published file's."""

_MAX_CHARACTERS = 160
"""Nobody takes longer to say nothing; the longest of the published file has 106."""

_NOT_APPLICABLE = re.compile(r"\bn\s*/\s*a\b")
_NOTE = re.compile(r"\[\s*no (?:answer|response)\b")


def is_no_response(content: str) -> bool:
    """Whether a text, residue removed, is no account but the statement that there is none."""
    if len(content) > _MAX_CHARACTERS:
        return False
    folded = _NOT_APPLICABLE.sub("na", content.casefold().replace("\u2019", "'"))
    if _NOTE.match(folded):
        return True
    words = set(_WORD.findall(folded))
    has_figures = any(map(str.isdigit, folded))
    return not words.isdisjoint(_DENIALS) and words <= _DENIALS | _FILLERS and not has_figures
