"""Continuous batching: a finished answer makes room for the next one at once."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

import torch
from transformers import ContinuousBatchingConfig, LogitsProcessorList
from transformers.generation.continuous_batching.cb_logits_processors import (
    ContinuousBatchingLogitsProcessor,
    ContinuousBatchingLogitsProcessorList,
)
from transformers.generation.continuous_batching.requests import FutureRequestState

from llm_annotate.backends.causal_model import CausalModel, Written, is_out_of_memory, mask
from llm_annotate.backends.grammar import Writing
from llm_annotate.halving import OutOfMemoryError

if TYPE_CHECKING:
    from transformers.generation.continuous_batching import ContinuousBatchingManager

PAGE = 32
"""Tokens that the attention cache is handed out by."""
POLL_SECONDS = 1.0
STOP_SECONDS = 60.0


class AnswerMasks(ContinuousBatchingLogitsProcessor):
    """Leaves each answer no token that it cannot have, whichever answers are written together.

    Args:
        start: begins an answer.
    """

    supported_kwargs: ClassVar[dict[str, type]] = {}
    ignored_kwargs: ClassVar[tuple[str, ...]] = ()

    def __init__(self, start: Callable[[], Writing]) -> None:
        self._start = start
        self._writings: dict[str, Writing] = {}
        self._next: list[Writing] = []

    def fill_defaults(self, int32_tensor: torch.Tensor) -> None:
        """There are no numbers to hand over."""
        int32_tensor.zero_()

    def prepare_tensor_args(
        self, requests_with_new_token: list[FutureRequestState]
    ) -> torch.Tensor:
        """Note which answers are about to get a token, and the tokens they got before."""
        self._next = []
        for request in requests_with_new_token:
            state = request.state
            writing = self._writings.setdefault(state.request_id, self._start())
            for token in state.generated_tokens[len(writing) :]:
                writing.add(token)
            self._next.append(writing)
        return torch.zeros(len(self._next), dtype=torch.int32)

    def __call__(self, scores: torch.Tensor, tensor_arg: torch.Tensor) -> torch.Tensor:
        """Scores (b, v) without what may not follow; rows beyond the answers are padding."""
        del tensor_arg  # the answers were noted instead
        count = len(self._next)
        return torch.cat([mask(self._next, scores[:count]), scores[count:]])


def write_continuously(
    model: CausalModel,
    prompts: Sequence[Sequence[int]],
    *,
    max_tokens: int,
    constrained: bool,
    at_once: int,
) -> list[Written]:
    """Write an answer to each prompt, a fixed number of them at any time.

    Args:
        model: that writes.
        prompts: tokens.
        max_tokens: of an answer.
        constrained: whether only expressions can be written.
        at_once: answers that are being written at most.

    Raises:
        OutOfMemoryError: there is no room for so many at once.
    """
    longest = max(map(len, prompts))
    at_once = min(at_once, len(prompts))
    pages = -(-(longest + max_tokens) // PAGE) + 1
    config = ContinuousBatchingConfig(
        page_size=PAGE,
        num_blocks=at_once * pages,
        max_batch_tokens=max(longest, at_once),
        max_requests_per_batch=at_once,
        use_async_batching=False,  # the mask of a token depends on the one before it
        use_cuda_graph=False,  # and is made outside of the card
        auto_switch_to_flash=False,  # which would download its kernels
    )
    manager = model.model.init_continuous_batching(
        generation_config=model.generation(max_tokens), continuous_batching_config=config
    )
    if constrained:
        masks = ContinuousBatchingLogitsProcessorList(
            LogitsProcessorList([AnswerMasks(model.start_writing)])
        )
        masks.tensors_required = 1
        manager.logit_processor = masks
    manager.start()
    try:
        for number, tokens in enumerate(prompts):
            manager.add_request(list(tokens), request_id=str(number), max_new_tokens=max_tokens)
        written = _collect(manager, len(prompts))
    finally:
        manager.stop(block=True, timeout=STOP_SECONDS, hard_stop=True)
    return [model.decode(written[str(number)]) for number in range(len(prompts))]


def _collect(manager: "ContinuousBatchingManager", count: int) -> dict[str, list[int]]:
    """Tokens of the answers by the number of their prompts."""
    written: dict[str, list[int]] = {}
    while len(written) < count:
        result = manager.get_result(timeout=POLL_SECONDS)
        if result is None:
            if not manager.is_running():
                _fail("the writing ended before its time")
        elif result.error is not None:
            _fail(str(result.error))
        elif result.is_finished():
            written[result.request_id] = result.generated_tokens
    return written


def _fail(error: str) -> None:
    if is_out_of_memory(RuntimeError(error)):
        raise OutOfMemoryError
    raise RuntimeError(f"continuous batching failed: {error}")
