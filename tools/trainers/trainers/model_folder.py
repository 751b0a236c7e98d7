"""Where a model lies on this machine, which one it is, and whether all of it is there.

Looking for what is missing reads no weights. A run reads them once, to tell which they are, or
that they are those of the lock.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from affectory_protocol.errors import UnavailableError
from affectory_protocol.fingerprint import digest_values
from affectory_protocol.model_lock import (
    LockedModel,
    describe_files,
    find_damage,
    read_model_lock,
)
from affectory_protocol.provision import refuse_missing
from affectory_protocol.verb import Missing, ModelRequest

from trainers.packages import ENCODING, TRAINING, find_absent

WEIGHTS = "model.safetensors"
PICKLES = ("*.bin", "*.pt", "*.pth")
TOLD_BY = {".safetensors", ".json", ".txt"}
"""Suffixes of the files that say which model it is."""


@dataclass(frozen=True)
class ModelFolder:
    """A model on the disk.

    Attributes:
        path: of its files.
        name: ID@COMMIT where that is known, else the digest of its files.
        licence: where it is known.
    """

    path: Path
    name: str
    licence: str | None = None


def find_missing(request: ModelRequest | None) -> list[Missing]:
    """What an encoder with weights, or its model, lacks on this machine; no weights are read."""
    missing = find_absent(*ENCODING, *TRAINING)
    if request is None or missing:
        return missing
    try:
        check_folder(_find_path(request, lambda _model, _models: True).path, request.name)
    except UnavailableError as error:
        return [Missing(error.message, error.hint or "")]
    return []


def find_model(request: ModelRequest) -> ModelFolder:
    """Find a model: a folder, an id that `models.lock` has, or one in the cache of the hub.

    Raises:
        UnavailableError: it is not there, or not whole, or packages are missing.
    """
    if missing := find_absent(*ENCODING):
        refuse_missing(missing)
    found = _find_path(request, _is_as_locked)
    check_folder(found.path, request.name)
    return found if found.name else ModelFolder(found.path, name_by_content(found.path))


IsSound = Callable[[LockedModel, Path], bool]
"""Whether a locked model's files, which are there, may be called by the lock."""


def _find_path(request: ModelRequest, is_sound: IsSound) -> ModelFolder:
    """Where it is; without a name where only the files can tell which it is."""
    given = Path(request.name)
    if given.is_absolute() or given.is_dir():
        return _find_folder(request, is_sound)
    if request.models is not None and (locked := read_model_lock(request.models)).get(request.name):
        return _find_locked(locked[request.name], request, request.models, is_sound)
    path = _find_cached(request)
    return ModelFolder(path, f"{request.name}@{path.name}")


def _find_locked(
    model: LockedModel, request: ModelRequest, models: Path, is_sound: IsSound
) -> ModelFolder:
    if request.revision not in {None, model.commit}:
        raise UnavailableError(
            f"another commit of the model is locked: {model.commit}", hint=_advise(request)
        )
    damage = find_damage(model, models)
    if damage is None and not is_sound(model, models):
        damage = "files of it hold something else"
    if damage is not None:
        raise UnavailableError(
            f"the model is not what its lock says: {model.id}: {damage}", hint=_advise(request)
        )
    return ModelFolder(models / model.id, f"{model.id}@{model.commit}", model.licence)


def _find_folder(request: ModelRequest, is_sound: IsSound) -> ModelFolder:
    """A folder inside a locked folder of models is told by the lock, if it is what that says."""
    if not Path(request.name).is_dir():
        raise UnavailableError(f"there is no such folder: {request.name}")
    path = Path(request.name).resolve()
    models = path.parent.parent
    for model in read_model_lock(models).values():
        is_its = path == models / model.id and find_damage(model, models) is None
        if is_its and is_sound(model, models):
            return ModelFolder(path, f"{model.id}@{model.commit}", model.licence)
    return ModelFolder(path, "")


def _is_as_locked(model: LockedModel, models: Path) -> bool:
    """Reads all of it, once a run: what `made_by` calls by a commit is that commit."""
    return describe_files(models / model.id, model.files) == model.files


def _find_cached(request: ModelRequest) -> Path:
    """The snapshot of a model in the cache of the hub; nothing is downloaded."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        return Path(
            snapshot_download(request.name, revision=request.revision, local_files_only=True)
        )
    except (LocalEntryNotFoundError, HFValidationError):
        raise UnavailableError(
            f"the model is not on this machine: {request.name}", hint=_advise(request)
        ) from None


def _advise(request: ModelRequest) -> str:
    revision = f" --revision {request.revision}" if request.revision else ""
    return (
        f"trainers fetch expression-space train --model {request.name}{revision} --to DIR "
        "downloads it; name that folder with --models, or mount it at /models."
    )


def check_folder(path: Path, named: str) -> None:
    """Look whether a folder holds a CLIP model that can be loaded safely; by names and headers.

    Args:
        path: of the folder.
        named: as the command line calls it.

    Raises:
        UnavailableError: it does not; the message says what is wrong with it.
    """
    kind = _read_kind(path / "config.json")
    if kind is None or not kind.startswith("clip"):
        raise UnavailableError(
            f"this is no CLIP model, by its config.json: {named}",
            hint="Take openai/clip-vit-base-patch32, or another of its kind.",
        )
    if not (path / "tokenizer.json").is_file():
        raise UnavailableError(f"the model has no tokenizer.json: {named}")
    if (path / WEIGHTS).is_file():
        return
    if any(next(path.glob(pattern), None) for pattern in PICKLES):
        raise UnavailableError(
            f"the weights are pickles, which can run any code when they are loaded: {named}",
            hint="Take a revision with safetensors, or convert them where that does no harm.",
        )
    raise UnavailableError(f"the model has no weights, no {WEIGHTS}: {named}")


def _read_kind(path: Path) -> str | None:
    try:
        told = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    kind = told.get("model_type") if isinstance(told, dict) else None
    return kind if isinstance(kind, str) else None


def name_by_content(path: Path) -> str:
    """What a model is called whose commit nobody knows: the digest of its files."""
    files = describe_files(path, (p.name for p in path.iterdir() if p.suffix in TOLD_BY))
    return f"sha256:{digest_values({name: file.sha256 for name, file in files.items()})}"
