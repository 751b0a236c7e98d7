"""A verb of the toy run inside the process of a test, where calls to the disk can be watched."""

import inspect
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from affectory_protocol.invocation import prepare
from affectory_protocol.options import SHARED_OPTIONS
from toy import cli


def run_verb(name: str, own: Mapping[str, Any] | None = None, **shared: Any) -> None:
    """Run a verb.

    Args:
        name: of the verb.
        own: its own options, by parameter.
        **shared: shared options that are not at their defaults.

    Raises:
        AffectoryError: as the command would report it.
    """
    verb, function = cli.tool.verbs[name]
    options = {option.name: option.default for option in SHARED_OPTIONS if option.fits(verb)}
    options |= {"batch_size": verb.batch_size} if "batch_size" in options else {}
    parameters = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
    given = {p.name: p.default for p in parameters} | dict(own or {})
    run = prepare(verb, {**options, **shared}, given, parameters, wire=_no_wire)
    function(run, **given)


def _no_wire() -> int:
    return os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC)


def remove_files(folder: Path) -> None:
    """Empty a folder that holds files."""
    for path in folder.iterdir():
        if path.is_file():
            path.unlink()
