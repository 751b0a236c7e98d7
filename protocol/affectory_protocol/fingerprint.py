"""What two runs must have in common for one to go on where the other stopped."""

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import orjson

PROTOCOL_PACKAGE = "affectory_protocol"
PROTOCOL_DISTRIBUTION = "affectory-protocol"
_SLOT_CHARACTERS = 64


def digest_values(values: Mapping[str, str]) -> str:
    """Digest of named values, 16 hexadecimal digits, whatever their order."""
    canonical = orjson.dumps(dict(values), option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(canonical).hexdigest()[:16]


def shorten(value: str) -> str:
    """A value, or its digest when it would not fit the journal's slot."""
    return value if len(value) <= _SLOT_CHARACTERS else digest_values({"": value})


def digest_file(path: Path) -> str:
    """SHA-256 of a file's content, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@cache
def digest_sources(*packages: str) -> str:
    """Digest of the source and data files of import packages, 16 hexadecimal digits.

    A change in code can change results without anyone raising a version; a resumed run must not
    mix the two.
    """
    digest = hashlib.sha256()
    for package in packages:
        spec = find_spec(package)
        for location in (spec.submodule_search_locations or ()) if spec else ():
            root = Path(location)
            for path in sorted(p for p in root.rglob("*") if p.is_file()):
                if "__pycache__" in path.parts or path.suffix == ".pyc":
                    continue
                digest.update(path.relative_to(root).as_posix().encode() + b"\0")
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def name_changes(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Names of what differs between two fingerprints."""
    return sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))
