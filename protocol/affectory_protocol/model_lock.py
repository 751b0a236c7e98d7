"""`models.lock`: which models lie in a folder, at which commit, under which licence, byte for byte.

A folder of models has one layout for all libraries: `OWNER/NAME/` holds the files of a model as the
hub has them, and the lock beside the owners lists them. A model is there when the lock names it
among `models`; while its files are replaced by those of another commit it is `outdated`.
"""

import fcntl
import os
import re
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Annotated

from affectory_protocol.durable import disk_errors, sync_folder, write_durably
from affectory_protocol.errors import UnavailableError
from affectory_protocol.fingerprint import digest_file
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

LOCK_NAME = "models.lock"
DEFAULT_MODELS = Path("/models")
"""Where images have their weights mounted."""
_ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.-]*(/[A-Za-z0-9][A-Za-z0-9_.-]*)?$")


def _stay_inside(name: str) -> str:
    """Refuse a name that leads out of a model's folder: `fetch` removes files by their names."""
    path = PurePosixPath(name)
    if path.is_absolute() or not path.parts or ".." in path.parts or "\0" in name:
        raise ValueError("not the name of a file inside the folder")
    return name


class _Locked(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LockedFile(_Locked):
    """One file of a model."""

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    bytes: int = Field(ge=0)


class LockedModel(_Locked):
    """One model.

    Attributes:
        id: on the hub, owner/name; its folder is called so.
        commit: that its files are of.
        licence: as the hub told it; None where it did not.
        files: by their names inside the model's folder.
    """

    id: str = Field(pattern=_ID.pattern)
    commit: str = Field(min_length=1)
    licence: str | None = None
    files: dict[Annotated[str, AfterValidator(_stay_inside)], LockedFile]


class ModelLock(_Locked):
    """The whole lock, models by their ids.

    Attributes:
        models: that are there.
        outdated: whose files another commit has begun to replace; a `fetch` that ends removes what
            is left of them.
    """

    models: list[LockedModel] = Field(default_factory=list)
    outdated: list[LockedModel] = Field(default_factory=list)


def find_models(folder: Path | None) -> Path | None:
    """The folder of models that was named, or the one where images have theirs."""
    return folder or (DEFAULT_MODELS if DEFAULT_MODELS.is_dir() else None)


def read_model_lock(folder: Path) -> dict[str, LockedModel]:
    """The models of a folder by their ids; none when it has no lock.

    Raises:
        UnavailableError: the lock cannot be read or is none.
    """
    return {model.id: model for model in _read_lock(folder).models}


def read_earlier(folder: Path, name: str) -> LockedModel | None:
    """The model of an id as it was last whole, be it outdated.

    Raises:
        UnavailableError: the lock cannot be read or is none.
    """
    lock = _read_lock(folder)
    return next((one for one in (*lock.models, *lock.outdated) if one.id == name), None)


def _read_lock(folder: Path) -> ModelLock:
    try:
        content = (folder / LOCK_NAME).read_bytes()
    except FileNotFoundError:
        return ModelLock()
    except OSError as error:
        raise UnavailableError(f"{LOCK_NAME} cannot be read: {type(error).__name__}") from None
    try:
        return ModelLock.model_validate_json(content)
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)[0]
        raise UnavailableError(
            f"{LOCK_NAME} is damaged: {'/'.join(map(str, wrong['loc'])) or wrong['type']}",
            hint=f"Remove {LOCK_NAME} and `fetch` the models of its folder again.",
        ) from None


def find_damage(model: LockedModel, folder: Path) -> str | None:
    """The first file of a model that is missing or has another size; no content is read.

    Args:
        model: as it is locked.
        folder: with the lock.
    """
    for name, file in sorted(model.files.items()):
        path = folder / model.id / name
        if not path.is_file() or path.stat().st_size != file.bytes:
            return name
    return None


def describe_files(folder: Path, names: Iterable[str]) -> dict[str, LockedFile]:
    """Sizes and digests of files in a model's folder."""
    return {
        name: LockedFile(sha256=digest_file(folder / name), bytes=(folder / name).stat().st_size)
        for name in sorted(names)
    }


def is_model_id(text: str) -> bool:
    """Whether a text may be the id of a model, and so the name of its folder."""
    return _ID.fullmatch(text) is not None


def add_to_lock(folder: Path, model: LockedModel) -> None:
    """Write a model into the lock in place of an earlier one with its id; one writer at a time."""
    _enter(folder, model, outdated=False)


def mark_outdated(folder: Path, model: LockedModel) -> None:
    """Write into the lock that a model's files are about to be replaced; it is then not there."""
    _enter(folder, model, outdated=True)


def _enter(folder: Path, model: LockedModel, *, outdated: bool) -> None:
    with disk_errors():
        held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        lock = _read_lock(folder)
        whole = [one for one in lock.models if one.id != model.id]
        replaced = [one for one in lock.outdated if one.id != model.id]
        (replaced if outdated else whole).append(model)
        lock = ModelLock(models=_by_id(whole), outdated=_by_id(replaced))
        told = lock.model_dump_json(indent=2, exclude=None if replaced else {"outdated"})
        path = folder / LOCK_NAME
        write_durably(path, told.encode() + b"\n", temporary=folder / f".{LOCK_NAME}.part")
        sync_folder(folder)
    finally:
        os.close(held)


def _by_id(models: list[LockedModel]) -> list[LockedModel]:
    return sorted(models, key=lambda one: one.id)
