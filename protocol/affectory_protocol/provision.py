"""What a verb needs on a machine: finding out what is missing, and fetching models."""

import logging
from pathlib import Path

from affectory_protocol.durable import disk_errors
from affectory_protocol.errors import UnavailableError, UsageError
from affectory_protocol.model_lock import (
    LockedModel,
    add_to_lock,
    describe_files,
    is_model_id,
    read_model_lock,
)
from affectory_protocol.verb import BackendSpec, Missing, ModelRequest, Verb

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

    The lock is written last: a model that it names is whole.

    Args:
        verb: whose backend is to load it.
        request: which; None is not said.
        folder: of models; made when it is not there.

    Raises:
        UsageError: the verb loads no models, or none was named.
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
    target = folder / request.name
    with disk_errors():
        downloaded = backend.download(request, target)
        _remove_earlier(folder, request.name, set(downloaded.files))
    model = LockedModel(
        id=request.name,
        commit=downloaded.commit,
        licence=downloaded.licence,
        files=describe_files(target, downloaded.files),
    )
    add_to_lock(folder, model)
    log.info("%s at commit %s: %d files", model.id, model.commit, len(model.files))


def _remove_earlier(folder: Path, name: str, files: set[str]) -> None:
    """Remove what only the commit had that was locked before: weights, say, in fewer files."""
    earlier = read_model_lock(folder).get(name)
    for stale in set(earlier.files) - files if earlier else ():
        (folder / name / stale).unlink(missing_ok=True)
