"""A causal language model with its tokenizer: prompts in, answers out.

Shapes: b sequences, t tokens of the longest prompt and what was written so far, v tokens to choose
from.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from affectory_protocol.errors import RecordError, UnavailableError
from affectory_protocol.reasons import Reason
from affectory_protocol.settings import DType
from jinja2 import TemplateError
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    BitsAndBytesConfig,
    GenerationConfig,
    LogitsProcessor,
)
from transformers.utils import logging

from llm_annotate.backends.grammar import Writing, from_tokenizer
from llm_annotate.halving import OutOfMemoryError
from llm_annotate.local_config import LocalConfig, Quantisation
from llm_annotate.model_folder import ModelFolder
from llm_annotate.prompt import Message


@dataclass(frozen=True)
class Written:
    """What a model wrote.

    Attributes:
        content: its words.
        truncated: whether it was cut off at the longest that was allowed.
    """

    content: str
    truncated: bool


class AnswerMask(LogitsProcessor):
    """Leaves a batch no token that its answers cannot have.

    Args:
        writings: one for each sequence.
        start: tokens of the padded prompts.
    """

    def __init__(self, writings: Sequence[Writing], start: int) -> None:
        self._writings = writings
        self._start = start

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """Scores (b, v) without what may not follow on the tokens (b, t)."""
        for writing, row in zip(self._writings, input_ids[:, self._start :].tolist(), strict=True):
            for token in row[len(writing) :][-1:]:
                writing.add(token)
        return mask(self._writings, scores)


def mask(writings: Sequence[Writing], scores: torch.Tensor) -> torch.Tensor:
    """Scores (b, v) of tokens that may come next; of the others minus infinity."""
    size = scores.shape[1]
    allowed = torch.stack([torch.from_numpy(one.allowed()[:size]) for one in writings])
    return scores.masked_fill(~allowed.to(scores.device), float("-inf"))


class CausalModel:
    """A model that was loaded.

    Args:
        folder: that holds it.
        config: where and how it runs.
    """

    def __init__(self, folder: ModelFolder, config: LocalConfig) -> None:
        logging.set_verbosity_error()
        logging.disable_progress_bar()
        _check_device(config.device)
        self.tokenizer = _load_tokenizer(folder)
        self.model = _load_model(folder, config)
        own = self.model.generation_config
        self.size = self.model.get_output_embeddings().weight.shape[0]
        self.ends = _find_ends(own.eos_token_id, self.tokenizer.eos_token_id, self.size)
        self.pad = next(
            one
            for one in (self.tokenizer.pad_token_id, own.pad_token_id, *self.ends)
            if one is not None
        )
        if len(self.tokenizer) > self.size:
            raise UnavailableError(
                f"the tokenizer is not the model's: {len(self.tokenizer)} tokens against "
                f"{self.size}"
            )
        self._grammar_tokens = from_tokenizer(
            self.tokenizer, n_vocab=self.size, eos_token=self.ends
        )

    def encode(self, messages: Sequence[Message], max_tokens: int) -> list[int] | RecordError:
        """Tokens of a conversation, by the chat template, which says itself how text begins.

        Raises:
            UnavailableError: the template does not take such turns, or is broken.
        """
        try:
            tokens: list[int] = self.tokenizer.apply_chat_template(
                list(messages), add_generation_prompt=True, return_dict=False
            )
        except Exception as error:  # a template is a program: it raises what it likes
            raise self._refuse_template(error) from error
        longest = getattr(self.model.config, "max_position_embeddings", None)
        if longest is not None and len(tokens) + max_tokens > longest:
            return RecordError(
                Reason.BACKEND_FAILED,
                f"{len(tokens)} tokens and an answer of {max_tokens} are more than the model's "
                f"{longest}",
            )
        return tokens

    def _refuse_template(self, error: Exception) -> UnavailableError:
        """Tell a template that refuses turns, by its `raise_exception`, from one that is broken.

        Its own words are repeated where they stand in it as they are; others may quote a record.
        """
        if type(error) is not TemplateError:
            return UnavailableError(
                f"the model's chat template is broken: {type(error).__name__}",
                hint="Take another revision of the model, or mend the template in its folder.",
            )
        said = error.message or ""
        words = f": {said}" if said in str(self.tokenizer.chat_template) else ""
        return UnavailableError(
            f"the model's chat template refuses the turns of the prompt{words}",
            hint="Give it a prompt without the role it does not know, by --prompt FILE.",
        )

    def start_writing(self) -> Writing:
        """An answer that is still empty."""
        return Writing(self._grammar_tokens, self.size)

    def generate(
        self, prompts: Sequence[Sequence[int]], *, max_tokens: int, constrained: bool
    ) -> list[Written]:
        """Write an answer to each prompt, the likeliest token each time.

        Args:
            prompts: tokens; shorter ones are padded on the left.
            max_tokens: of an answer.
            constrained: whether only expressions can be written.

        Raises:
            OutOfMemoryError: there is no room for so many at once.
        """
        longest = max(map(len, prompts))
        ids = [[self.pad] * (longest - len(one)) + list(one) for one in prompts]
        seen = [[0] * (longest - len(one)) + [1] * len(one) for one in prompts]
        masks = []
        if constrained:
            masks = [AnswerMask([self.start_writing() for _ in prompts], longest)]
        try:
            with torch.inference_mode():
                rows = self.model.generate(
                    input_ids=torch.tensor(ids, device=self.model.device),
                    attention_mask=torch.tensor(seen, device=self.model.device),
                    generation_config=self.generation(max_tokens),
                    logits_processor=masks,
                )
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            _forget()
            raise OutOfMemoryError from None
        return [self.decode(row[longest:]) for row in rows.tolist()]

    def generation(self, max_tokens: int) -> GenerationConfig:
        """Greedy; what the model's own file says of sampling is not taken over."""
        return GenerationConfig(
            max_new_tokens=max_tokens,
            do_sample=False,
            eos_token_id=self.ends,
            pad_token_id=self.pad,
        )

    def decode(self, tokens: Sequence[int]) -> Written:
        """Words of an answer, up to its end."""
        end = next((n for n, token in enumerate(tokens) if token in self.ends), None)
        words = self.tokenizer.decode(tokens[:end], skip_special_tokens=True)
        return Written(words, truncated=end is None)


def _check_device(device: str) -> None:
    if device == "cpu":
        return
    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    number = int(device.partition(":")[2] or 0)
    if number >= count:
        raise UnavailableError(
            f"there is no such GPU: --device {device}, of {count}",
            hint="Choose --device cpu, or let the container see one (docker run --gpus all).",
        )


def _load_tokenizer(folder: ModelFolder) -> Any:  # noqa: ANN401 - the library chooses the class
    try:
        return AutoTokenizer.from_pretrained(
            folder.path, local_files_only=True, trust_remote_code=False
        )
    except Exception as error:
        raise _unloadable("tokenizer", error) from error


def _load_model(folder: ModelFolder, config: LocalConfig) -> Any:  # noqa: ANN401 - likewise
    quantisation = None
    if config.quantisation is Quantisation.FOUR_BIT:
        computes = torch.bfloat16 if config.dtype is DType.AUTO else _find_dtype(config.dtype)
        quantisation = BitsAndBytesConfig(
            load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=computes
        )
    try:
        model, told = AutoModelForCausalLM.from_pretrained(
            folder.path,
            local_files_only=True,
            trust_remote_code=False,
            use_safetensors=True,
            dtype="auto" if config.dtype is DType.AUTO else _find_dtype(config.dtype),
            device_map=config.device,
            quantization_config=quantisation,
            output_loading_info=True,
        )
    except Exception as error:
        if is_out_of_memory(error):
            raise UnavailableError(
                f"the model does not fit into the memory of {config.device}",
                hint="Take a smaller one, --quantisation 4bit, or --device auto for several cards.",
            ) from None
        raise _unloadable("model", error) from error
    if absent := len(told["missing_keys"]) + len(told["mismatched_keys"]):
        raise UnavailableError(f"the weights are not those of the model: {absent} do not fit")
    return model.eval()


def _unloadable(what: str, error: Exception) -> UnavailableError:
    """The library raises whatever the file it stumbled over made it raise."""
    return UnavailableError(
        f"the {what} cannot be loaded: {type(error).__name__}: {str(error).partition(chr(10))[0]}",
        hint="It has to be one that transformers knows without code of its own.",
    )


def is_out_of_memory(error: Exception) -> bool:
    """Whether a card or the machine has no memory left, which the latter tells in words alone."""
    said = str(error)
    return (
        isinstance(error, torch.OutOfMemoryError | MemoryError)
        or "out of memory" in said
        or "can't allocate memory" in said
    )


def _find_dtype(dtype: DType) -> torch.dtype:
    found: torch.dtype = getattr(torch, dtype.value)
    return found


def _forget() -> None:
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def _find_ends(own: int | list[int] | None, by_tokenizer: int | None, size: int) -> list[int]:
    """The tokens that end an answer, as the model tells them, or its tokenizer where it does not.

    Raises:
        UnavailableError: neither tells one, or it is none of the model's.
    """
    told = by_tokenizer if own is None or own == [] else own
    all_told = told if isinstance(told, list) else [told]
    ends = [end for end in all_told if isinstance(end, int) and 0 <= end < size]
    if len(ends) != len(all_told):
        raise UnavailableError(
            "the model does not tell by which token an answer ends, or tells none of its own",
            hint="Give generation_config.json an eos_token_id, or the tokenizer an eos_token.",
        )
    return ends
