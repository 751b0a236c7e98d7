"""Where a model lies on this machine, which one it is, and whether all of it is there.

Looking for what is missing reads no weights. A run reads them once, to tell which they are, or
that they are those of the lock.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
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

INDEX, WEIGHTS = "model.safetensors.index.json", "model.safetensors"
PICKLES = ("*.bin", "*.pt", "*.pth")
TOLD_BY = {".safetensors", ".json", ".jinja"}
"""Suffixes of the files that say which model it is."""
PACKAGES = ("torch", "transformers", "llguidance", "accelerate", "safetensors", "huggingface_hub")
INSTALL = (
    "uv pip install 'affectory-llm-annotate[full]'; in the repository: make setup-full "
    "TOOL=llm-annotate; an image: make images TOOL=llm-annotate EXTRAS=full"
)


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


def find_packages() -> list[Missing]:
    """The packages of the extra `full` that are not installed."""
    absent = [name for name in PACKAGES if find_spec(name) is None]
    return [Missing(f"the packages {', '.join(absent)}", INSTALL)] if absent else []


def find_missing(request: ModelRequest | None) -> list[Missing]:
    """What the backend, or a model, lacks on this machine; no weights are read."""
    missing = find_packages()
    if request is None or missing:
        return missing
    try:
        check_folder(_find_path(request, _has_its_sizes)[0], request.name)
    except UnavailableError as error:
        return [Missing(error.message, error.hint or "")]
    return []


def find_model(request: ModelRequest) -> ModelFolder:
    """Find a model: a folder, an id that `models.lock` has, or one in the cache of the hub.

    Raises:
        UnavailableError: it is not there, or not whole, or packages are missing.
    """
    if missing := find_packages():
        refuse_missing(missing)
    path, name, licence = _find_path(request, _is_as_locked)
    check_folder(path, request.name)
    return ModelFolder(path, name or _name_by_content(path), licence)


def _find_path(
    request: ModelRequest, is_sound: Callable[[LockedModel, Path], bool]
) -> tuple[Path, str | None, str | None]:
    """Path, name and licence; no name where only the files can tell.

    Args:
        request: what is looked for.
        is_sound: whether a locked model's files, which are there, may be called by the lock.
    """
    given = Path(request.name)
    if given.is_absolute() or given.is_dir():
        if not given.is_dir():
            raise UnavailableError(f"there is no such folder: {request.name}")
        return _find_folder(given, is_sound)
    if request.models is not None and (locked := read_model_lock(request.models)).get(request.name):
        model = locked[request.name]
        if request.revision not in {None, model.commit}:
            raise UnavailableError(
                f"another commit of the model is locked: {model.commit}", hint=_advise(request)
            )
        if (damaged := find_damage(model, request.models)) is not None:
            raise UnavailableError(
                f"the model is not what its lock says: {model.id}: {damaged}",
                hint=_advise(request),
            )
        if not is_sound(model, request.models):
            raise UnavailableError(
                f"the model is not what its lock says, files of it hold something else: {model.id}",
                hint=_advise(request),
            )
        return request.models / model.id, f"{model.id}@{model.commit}", model.licence
    path = _find_cached(request)
    return path, f"{request.name}@{path.name}", None


def _find_folder(
    given: Path, is_sound: Callable[[LockedModel, Path], bool]
) -> tuple[Path, str | None, str | None]:
    """A folder inside a locked folder of models is told by the lock, if it is what that says."""
    path = given.resolve()
    models = path.parent.parent
    for model in read_model_lock(models).values():
        if path != models / model.id or find_damage(model, models) is not None:
            continue
        if is_sound(model, models):
            return path, f"{model.id}@{model.commit}", model.licence
    return path, None, None


def _is_as_locked(model: LockedModel, models: Path) -> bool:
    """Reads all of it, once a run: what `made_by` calls by a commit is that commit."""
    return describe_files(models / model.id, model.files) == model.files


def _has_its_sizes(_model: LockedModel, _models: Path) -> bool:
    """Reads nothing: `find_damage` compared the sizes."""
    return True


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
        f"llm-annotate fetch expression --model {request.name}{revision} --to DIR downloads it; "
        "name that folder with --models, or mount it at /models."
    )


def check_folder(path: Path, named: str) -> None:
    """Look whether a folder holds a chat model that can be loaded safely; by names and headers.

    Args:
        path: of the folder.
        named: as the command line calls it.

    Raises:
        UnavailableError: it does not; the message says what is wrong with it.
    """
    config = _read_json(path / "config.json")
    if config is None or "model_type" not in config:
        raise UnavailableError(
            f"this is no model, its config.json is absent or tells no model_type: {named}"
        )
    _check_weights(path, named)
    if not (path / "tokenizer.json").is_file():
        raise UnavailableError(f"the model has no tokenizer.json: {named}")
    in_config = (_read_json(path / "tokenizer_config.json") or {}).get("chat_template")
    if not in_config and not (path / "chat_template.jinja").is_file():
        raise UnavailableError(
            f"the tokenizer has no chat template: {named}",
            hint="Take a model that is tuned for instructions, often called Instruct or Chat.",
        )


def _check_weights(path: Path, named: str) -> None:
    if (path / WEIGHTS).is_file():
        return
    index = _read_json(path / INDEX)
    if index is not None and isinstance(shards := index.get("weight_map"), dict):
        absent = sum(not (path / str(name)).is_file() for name in set(shards.values()))
        if absent:
            raise UnavailableError(
                f"the model is not whole, {absent} of its {len(set(shards.values()))} files of "
                f"weights are absent: {named}"
            )
        return
    if any(next(path.glob(pattern), None) for pattern in PICKLES):
        raise UnavailableError(
            f"the weights are pickles, which can run any code when they are loaded: {named}",
            hint="Take a revision with safetensors, or convert them where that does no harm.",
        )
    raise UnavailableError(f"the model has no weights, no {WEIGHTS}: {named}")


def _read_json(path: Path) -> dict[str, object] | None:
    try:
        read = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return read if isinstance(read, dict) else None


def _name_by_content(path: Path) -> str:
    """Reads all of it, which takes a minute for 100 GB."""
    files = describe_files(path, (p.name for p in path.iterdir() if p.suffix in TOLD_BY))
    return f"sha256:{digest_values({name: file.sha256 for name, file in files.items()})}"
