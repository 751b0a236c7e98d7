"""What a training run needs to go on where it stopped: one file, replaced after each epoch."""

import io
from dataclasses import dataclass, fields
from pathlib import Path
from pickle import UnpicklingError
from typing import Any
from zipfile import BadZipFile

import torch
from affectory_protocol.durable import disk_errors, sync_folder, write_durably
from affectory_protocol.errors import ManifestError

NAME = "state.pt"
_DAMAGED = (
    AttributeError,
    BadZipFile,
    EOFError,
    KeyError,
    RuntimeError,
    TypeError,
    UnpicklingError,
    ValueError,
)
"""What torch raises of a file that is none of its own. It loads tensors and plain values only."""


@dataclass
class State:
    """Where training stands after an epoch.

    Attributes:
        model: tensors of the networks by name.
        loss: tensors that the loss has learned.
        optimiser: its state.
        random: states of the generators of random numbers.
        best: tensors of the networks after the best epoch.
        curve: epochs so far, as JSON.
    """

    model: dict[str, Any]
    loss: dict[str, Any]
    optimiser: dict[str, Any]
    random: list[Any]
    best: dict[str, Any]
    curve: list[str]


class Checkpoint:
    """A folder beside the output, there while the output is not.

    Args:
        folder: of the checkpoint; made with the first one.
        key: digest of all that the run's result depends on.
    """

    def __init__(self, folder: Path, key: str) -> None:
        self._folder = folder
        self._key = key

    def read(self) -> State | None:
        """Where this very run has stopped; None when it has not begun, or another run has.

        Raises:
            ManifestError: the file is damaged.
        """
        path = self._folder / NAME
        if not path.is_file():
            return None
        try:
            told = torch.load(path, map_location="cpu", weights_only=True)
            key = told["key"]
            state = State(**{field.name: told[field.name] for field in fields(State)})
        except _DAMAGED:
            raise ManifestError(
                f"the checkpoint is damaged: {path}",
                hint="Remove its folder, and repeat the same command: training begins again.",
            ) from None
        return state if key == self._key else None

    def write(self, state: State) -> None:
        """Put the state on the disk, in place of the one before."""
        buffer = io.BytesIO()
        told = {field.name: getattr(state, field.name) for field in fields(State)}
        torch.save({**told, "key": self._key}, buffer)
        with disk_errors():
            self._folder.mkdir(exist_ok=True)
        path = self._folder / NAME
        write_durably(path, buffer.getvalue(), temporary=path.with_suffix(".part"))
        sync_folder(self._folder)
