"""What a verb needs on a machine: finding out what is missing, and fetching models."""

import logging
from pathlib import Path

from affectory_protocol.durable import disk_errors
from affectory_protocol.errors import AffectoryError, UnavailableError, UsageError
from affectory_protocol.model_lock import (
    LockedModel,
    add_to_lock,
    describe_files,
    is_model_id,
    mark_outdated,
    read_earlier,
    read_model_lock,
)
from affectory_protocol.verb import BackendSpec, Downloaded, Missing, ModelRequest, Verb

log = logging.getLogger(__name__)


def check_verb(verb: Verb, backend: str | None, model: ModelRequest | None) -> None:
    """Look whether what a verb needs is there; nothing is changed, and no weights are read.

    Args:
        verb: that is asked about.
        backend: whose needs count as well; None is none.
        model: that the backend is to load; None is none.

    Raises:
        UsageError: there is no such backend, or it loads no models.
        UnavailableError: something is missing.
    """
    missing = list(verb.check())
    if backend is not None:
        missing += _find_backend(verb, backend).find_missing(model)
    elif model is not None:
        raise UsageError("--model is checked for a backend", hint="Name it with --backend.")
    if missing:
        refuse_missing(missing)


def refuse_missing(missing: list[Missing]) -> None:
    """Say what is missing and what to do.

    Raises:
        UnavailableError: always.
    """
    raise UnavailableError(
        "; ".join(f"missing: {one.what}" for one in missing),
        hint="; ".join(dict.fromkeys(one.do for one in missing)),
    )


def _find_backend(verb: Verb, name: str) -> BackendSpec:
    known = {backend.name: backend for backend in verb.backends}
    if name not in known:
        raise UsageError(f"no such backend: {name}", hint=f"Backends: {', '.join(known) or '-'}.")
    return known[name]


def fetch_model(verb: Verb, request: ModelRequest | None, folder: Path) -> None:
    """Download a model into a folder of models and lock it.

    The lock is written last: a model that it names is whole. It is read first, and an earlier
    commit of the model is taken out before any of its files can change. A download that fails
    before it changed one puts it back.

    Args:
        verb: whose backend is to load it.
        request: which; None is not said.
        folder: of models; made when it is not there.

    Raises:
        UsageError: the verb loads no models, or none was named.
        UnavailableError: the folder's lock is damaged, or the backend cannot get the model.
    """
    backend = next((one for one in verb.backends if one.download is not None), None)
    if backend is None or backend.download is None:
        raise UsageError(f"{verb.tool} {verb.name} loads no models")
    if request is None:
        listing = "; ".join(
            f"{m.id} ({m.memory} GB, {m.licence}; {m.note})" for m in backend.models
        )
        raise UsageError("--model is missing", hint=f"Any id of the hub, such as {listing}.")
    if not is_model_id(request.name):
        raise UsageError(f"this is no id of a model: {request.name}", hint="OWNER/NAME, say.")
    earlier = read_earlier(folder, request.name)
    present, before = read_model_lock(folder).get(request.name), _look(folder / request.name)
    if earlier is not None:
        mark_outdated(folder, earlier)
    try:
        with disk_errors():
            downloaded = backend.download(request, folder / request.name)
    except AffectoryError:
        if present is not None and _look(folder / request.name) == before:
            add_to_lock(folder, present)
        raise
    model = _lock(downloaded, request.name, folder, earlier)
    log.info("%s at commit %s: %d files", model.id, model.commit, len(model.files))


def _look(place: Path) -> dict[Path, tuple[int, int, int]]:
    """What would tell that a file was replaced, without reading it: inode, time, size in bytes.

    Hidden folders do not count: there a library keeps what it knows of its downloads.
    """
    files = {path.relative_to(place): path for path in place.rglob("*") if path.is_file()}
    told = {name: path.stat() for name, path in files.items() if name.parts[0][0] != "."}
    return {name: (one.st_ino, one.st_mtime_ns, one.st_size) for name, one in told.items()}


def _lock(
    downloaded: Downloaded, name: str, folder: Path, earlier: LockedModel | None
) -> LockedModel:
    """Lock what was downloaded, without what only the earlier commit had: more weights, say."""
    with disk_errors():
        for stale in set(earlier.files) - set(downloaded.files) if earlier else ():
            (folder / name / stale).unlink(missing_ok=True)
    model = LockedModel(
        id=name,
        commit=downloaded.commit,
        licence=downloaded.licence,
        files=describe_files(folder / name, downloaded.files),
    )
    add_to_lock(folder, model)
    return model
