"""The backend `transformers`: a causal language model on this machine.

The records of a batch are sorted by the length of their prompts, so that little is padded, and
written some at a time. Batches are cut at fixed records: the same run forms the same ones again.
"""

import os
from collections.abc import Sequence
from functools import partial
from tempfile import gettempdir
from typing import TYPE_CHECKING

from affectory_protocol.errors import RecordError
from affectory_protocol.record import Record
from affectory_protocol.records import Expression, Text

from llm_annotate.chat_config import ChatConfig, Structured
from llm_annotate.halving import Halving
from llm_annotate.local_config import LocalConfig
from llm_annotate.model_folder import ModelFolder
from llm_annotate.prompt import Prompt
from llm_annotate.talk import Talk

if TYPE_CHECKING:
    from llm_annotate.backends.causal_model import CausalModel, Written

OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TOKENIZERS_PARALLELISM": "false",
}
"""A run asks nobody for anything; and processes that fork have no threads of the tokenizer's."""
COMPILED = "TORCHINDUCTOR_CACHE_DIR"
"""torch makes this folder when it is imported. Nothing is compiled: one that exists stays empty."""


class TransformersBackend:
    """Asks a model on this machine.

    Args:
        folder: that holds the model.
        prompt: what is asked.
        chat: what every conversation has in common.
        local: where and how the model runs.
    """

    def __init__(
        self, folder: ModelFolder, prompt: Prompt, chat: ChatConfig, local: LocalConfig
    ) -> None:
        self._folder = folder
        self._prompt = prompt
        self._chat = chat
        self._local = local
        self._halving = Halving(local.max_sequences)
        self._model: CausalModel | None = None

    def annotate(self, records: Sequence[Record]) -> list[Expression | RecordError]:
        """Write the expression of each record."""
        model = self._load()
        talks = [
            Talk(self._prompt.fill(record[Text].content), self._chat.max_retries)
            for record in records
        ]
        while waiting := [talk for talk in talks if talk.outcome is None]:
            self._answer(model, waiting)
        return [talk.outcome for talk in talks if talk.outcome is not None]

    def _load(self) -> "CausalModel":
        """The model; loaded in the process that asks it, when it is first asked."""
        if self._model is None:
            os.environ |= OFFLINE | {COMPILED: gettempdir()}  # read by imports
            from llm_annotate.backends.causal_model import CausalModel

            self._model = CausalModel(self._folder, self._local)
        return self._model

    def _answer(self, model: "CausalModel", talks: Sequence[Talk]) -> None:
        """Let the model answer each conversation once."""
        prompts: list[tuple[Talk, list[int]]] = []
        for talk in talks:
            tokens = model.encode(talk.messages, self._chat.max_tokens)
            if isinstance(tokens, RecordError):
                talk.outcome = tokens
            else:
                prompts.append((talk, tokens))
        prompts.sort(key=lambda pair: len(pair[1]), reverse=True)  # the largest need comes first

        answers = self._write(model, [tokens for _, tokens in prompts])
        for (talk, _), written in zip(prompts, answers, strict=True):
            talk.hear(written.content, truncated=written.truncated)

    def _write(self, model: "CausalModel", prompts: Sequence[list[int]]) -> "list[Written]":
        wanted = partial(
            model.generate,
            max_tokens=self._chat.max_tokens,
            constrained=self._chat.structured is Structured.SCHEMA,
        )
        if not self._local.continuous or not prompts:
            return self._halving.run(wanted, prompts)
        from llm_annotate.backends.continuous import write_continuously

        return self._halving.attempt(
            lambda size: write_continuously(model, prompts, at_once=size, **wanted.keywords)
        )
