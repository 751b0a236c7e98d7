"""What a person chooses about a language model on this machine."""

from enum import StrEnum
from importlib.util import find_spec

from affectory_protocol.choices import Choices
from affectory_protocol.errors import UnavailableError, UsageError
from affectory_protocol.settings import DType
from pydantic import Field

from llm_annotate.chat_config import ChatConfig, Structured


class Quantisation(StrEnum):
    """How the weights are kept in memory."""

    NONE = "none"
    FOUR_BIT = "4bit"


class LocalConfig(Choices):
    """Where and how a model runs.

    Attributes:
        device: `cpu`, `cuda`, `cuda:N`, or `auto` for all cards together.
        dtype: of its numbers; `auto` is what its weights are stored in.
        quantisation: of its weights.
        max_sequences: answers that are written at once.
        continuous: whether a finished answer makes room for the next one at once.
    """

    device: str = Field(default="cpu", pattern=r"^(cpu|auto|cuda(:\d+)?)$")
    dtype: DType = DType.AUTO
    quantisation: Quantisation = Quantisation.NONE
    max_sequences: int = Field(default=16, ge=1)
    continuous: bool = False


def check_choices(chat: ChatConfig, local: LocalConfig) -> None:
    """Look whether what a person chose of the conversation and of the model goes together.

    Raises:
        UsageError: it does not.
    """
    if chat.temperature > 0:
        raise UsageError("--temperature is for the backend openai; transformers writes greedily")
    if chat.structured is Structured.OBJECT:
        raise UsageError("--structured is json-schema or none with the backend transformers")
    if local.quantisation is Quantisation.FOUR_BIT and local.device == "cpu":
        raise UnavailableError(
            "--quantisation 4bit needs a GPU", hint="Add --device cuda, or leave it out."
        )
    if local.quantisation is Quantisation.FOUR_BIT and find_spec("bitsandbytes") is None:
        raise UnavailableError(
            "missing: the package bitsandbytes, which --quantisation 4bit needs",
            hint="uv pip install 'affectory-llm-annotate[full]'; it exists for Linux.",
        )
