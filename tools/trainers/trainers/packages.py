"""The packages of the extra `full`, and how to get them."""

import os
import tempfile
from importlib.util import find_spec

from affectory_protocol.verb import Missing, ModelRequest

TRAINING = ("torch", "tensorboard")
ENCODING = ("torch", "transformers", "huggingface_hub")
INSTALL = (
    "uv pip install 'affectory-trainers[full]'; in the repository: make setup-full TOOL=trainers; "
    "an image: make images TOOL=trainers EXTRAS=full"
)
COMPILED = "TORCHINDUCTOR_CACHE_DIR"
"""torch makes this folder when it is imported. Nothing is compiled: one that exists stays empty."""


def prepare_torch() -> None:
    """Say, before torch is imported, that it need make no folder."""
    os.environ[COMPILED] = tempfile.gettempdir()


def find_absent(*packages: str) -> list[Missing]:
    """Those that are not installed."""
    absent = [name for name in dict.fromkeys(packages) if find_spec(name) is None]
    return [Missing(f"the packages {', '.join(absent)}", INSTALL)] if absent else []


def find_missing(_: ModelRequest | None) -> list[Missing]:
    """What training lacks on this machine."""
    return find_absent(*TRAINING)
