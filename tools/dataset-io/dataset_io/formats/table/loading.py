"""The map of a table from its file: TOML, each mistake told with its key."""

import tomllib
from pathlib import Path

from affectory_protocol.errors import UsageError
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from dataset_io.formats.table.mapping import TableMap

_HINT = "docs/importing.md tells every key of a map."
_WORDS = {
    "missing": "is missing",
    "extra_forbidden": "is no key of a map, or not here",
}
"""Rules in other words than pydantic's, by its type of error."""


def load_map(path: Path) -> TableMap:
    """Read a map.

    Raises:
        UsageError: the file is no TOML, or says something that no map says; all mistakes at once.
    """
    try:
        given = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UsageError(f"--map is not UTF-8 at byte {error.start}", hint=_HINT) from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"--map is no TOML: {error}", hint=_HINT) from None
    try:
        return TableMap.model_validate(given)
    except ValidationError as error:
        mistakes = error.errors(include_url=False, include_context=False)
        raise UsageError(f"--map: {'; '.join(map(_tell, mistakes))}", hint=_HINT) from None


def _tell(mistake: ErrorDetails) -> str:
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in mistake["loc"])
    where = "".join(steps).removeprefix(".")
    said = _WORDS.get(mistake["type"], mistake["msg"].removeprefix("Value error, "))
    return f"{where} {said}" if mistake["type"] in _WORDS else f"{where}: {said}".removeprefix(": ")
