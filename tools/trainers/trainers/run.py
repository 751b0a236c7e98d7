"""Records in, outcomes out."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import cast

from affectory_protocol.errors import UsageError

from trainers.expression_space.encoder import Encoder
from trainers.expression_space.features import Features

ENCODERS: dict[str, str] = {"hashed": "trainers.backends.hashed"}
"""Module of each encoder; it has a function `load`."""


def load_encoder(name: str) -> Encoder:
    """Load an encoder by name.

    Raises:
        UsageError: there is none of that name.
    """
    if name not in ENCODERS:
        raise UsageError(f"unknown backend (known: {', '.join(ENCODERS)}): {name}")
    return cast("Callable[[], Encoder]", import_module(ENCODERS[name]).load)()


@contextmanager
def open_features(name: str, cache: Path | None) -> Iterator[Features]:
    """The features of an encoder, and the file they are kept in."""
    features = Features(load_encoder(name), cache)
    try:
        yield features
    finally:
        features.close()
