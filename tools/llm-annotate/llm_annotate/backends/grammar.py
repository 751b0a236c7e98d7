"""Holds what a model may write next, token by token, so that its answer is an expression."""

import json
from functools import lru_cache
from typing import Any

import numpy as np
from llguidance import LLMatcher, LLTokenizer
from llguidance.hf import from_tokenizer
from llguidance.numpy import allocate_token_bitmask, fill_next_token_bitmask

from llm_annotate.constraint import Said, read_said, schema_after

FORMAT = {"whitespace_flexible": False, "item_separator": ",", "key_separator": ":"}
"""One way of writing each answer, that of the examples in the prompt."""
CACHED_GRAMMARS = 1_024


@lru_cache(maxsize=CACHED_GRAMMARS)
def write_grammar(said: Said) -> str:
    """The grammar of answers that begin so."""
    grammar: str = LLMatcher.grammar_from_json_schema(
        json.dumps(schema_after(said)), overrides=FORMAT
    )
    return grammar


class Writing:
    """One answer while it is written.

    Args:
        tokenizer: of the model.
        size: tokens that the model can choose from.
    """

    def __init__(self, tokenizer: LLTokenizer, size: int) -> None:
        self._tokenizer = tokenizer
        self._tokens: list[int] = []
        self._text = b""
        self._said = Said()
        self._matcher = LLMatcher(tokenizer, write_grammar(self._said))
        self._mask = allocate_token_bitmask(1, size)

    def __len__(self) -> int:
        """How many tokens it has."""
        return len(self._tokens)

    def add(self, token: int) -> None:
        """Take the next token; what comes after the end is not looked at."""
        if self._matcher.is_stopped():
            return
        self._matcher.consume_token(token)
        self._tokens.append(token)
        self._text += self._tokenizer.decode_bytes([token])
        self._check()
        if not self._matcher.is_stopped():
            self._narrow()

    def _narrow(self) -> None:
        said = read_said(self._text.decode(errors="ignore"))
        if said != self._said:
            self._said = said
            self._matcher = LLMatcher(self._tokenizer, write_grammar(said))
            self._matcher.consume_tokens(self._tokens)
            self._check()

    def _check(self) -> None:
        if self._matcher.is_error():
            raise RuntimeError(f"the grammar broke: {self._matcher.get_error()}")

    def allowed(self) -> Any:  # noqa: ANN401 - an array; numpy is not part of the light install
        """Which tokens may come next: (size,) bool; the end alone when the answer is whole."""
        fill_next_token_bitmask(self._matcher, self._mask)
        bits = np.unpackbits(self._mask.view(np.uint8), bitorder="little")
        return bits.astype(bool)


__all__ = ["Writing", "from_tokenizer", "write_grammar"]
