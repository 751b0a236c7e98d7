"""Prompts: files of turns with places that are filled in, told apart by a digest of their bytes."""

import hashlib
import re
from dataclasses import dataclass
from importlib.resources import files
from itertools import combinations
from pathlib import Path

from affectory_protocol.errors import UsageError
from affectory_protocol.facs.conflict import EXCLUSIVE
from affectory_protocol.vocabularies.action_units import ACTION_UNITS
from affectory_protocol.vocabularies.emotions import VOCABULARIES

VOCABULARY = "goemotions"
"""Vocabulary of the emotions that are asked for."""

_BUILT_IN = "expression.md"
_TURN = re.compile(r"^<!-- (system|user|assistant) -->\n", re.MULTILINE)
_TEXT = "{text}"

Message = dict[str, str]
"""A turn as chat interfaces take it: role and content."""


@dataclass(frozen=True)
class Prompt:
    """Turns that ask for an expression; the last one holds the sentence.

    Attributes:
        turns: role and content, in order, `{text}` still to be filled in.
        digest: SHA-256 of the file, the first 16 hexadecimal digits.
    """

    turns: tuple[tuple[str, str], ...]
    digest: str

    def fill(self, text: str) -> list[Message]:
        """The turns with a sentence in its place."""
        return [
            {"role": role, "content": content.replace(_TEXT, text) if role == "user" else content}
            for role, content in self.turns
        ]


def load_prompt(path: Path | None = None) -> Prompt:
    """Read a prompt file, the one that comes with the package by default.

    Raises:
        UsageError: it is no prompt: a turn without its comment, or no place for the sentence.
    """
    source = files("llm_annotate") / "prompts" / _BUILT_IN if path is None else path
    try:
        content = source.read_bytes()
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the prompt cannot be read: {path}: {type(error).__name__}") from None
    before, *rest = _TURN.split(text)
    turns = [
        (role, _fill_lists(content.strip()))
        for role, content in zip(rest[::2], rest[1::2], strict=True)
    ]
    if before.strip() or not turns or turns[-1][0] != "user" or _TEXT not in turns[-1][1]:
        raise UsageError(
            f"this is no prompt: {path}",
            hint="A line <!-- system -->, <!-- user --> or <!-- assistant --> begins each turn; "
            "the last is the user's and holds {text} where the sentence goes.",
        )
    return Prompt(tuple(turns), hashlib.sha256(content).hexdigest()[:16])


def _fill_lists(content: str) -> str:
    lists = {
        "{emotions}": ", ".join(VOCABULARIES[VOCABULARY]),
        "{action_units}": ", ".join(name_units()),
        "{conflicts}": "; ".join(_say_conflicts()),
    }
    for place, words in lists.items():
        content = content.replace(place, words)
    return content


def name_units() -> list[str]:
    """Names of the action units that may be used in an answer, by their numbers."""
    return [facs.name for facs in ACTION_UNITS.values()]


def _say_conflicts() -> list[str]:
    known = sorted(ACTION_UNITS)
    return [
        f"{ACTION_UNITS[one].name} and {ACTION_UNITS[other].name}"
        for one, other in combinations(known, 2)
        if frozenset((one, other)) in EXCLUSIVE
    ]


def ask_again(messages: list[Message], answered: str, fault: str) -> list[Message]:
    """The conversation so far, its last answer, and what was wrong with it."""
    return [
        *messages,
        {"role": "assistant", "content": answered},
        {
            "role": "user",
            "content": f"That is not valid ({fault}). Answer again, with the corrected JSON only.",
        },
    ]
