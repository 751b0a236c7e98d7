"""Downloads models from the hub: safetensors and what describes them, never code or pickles."""

import ipaddress
import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from affectory_protocol.command import Downloaded, ModelRequest
from affectory_protocol.errors import TemporaryError, UnavailableError, UsageError
from affectory_protocol.provision import refuse_missing

from trainers.packages import ENCODING, find_absent

if TYPE_CHECKING:
    from huggingface_hub import HfApi

OFFLINE = "AFFECTORY_OFFLINE"
WANTED = (".safetensors", ".json", ".txt")


def download(request: ModelRequest, folder: Path) -> Downloaded:
    """Fetch a model; what lies there already is not fetched again.

    Args:
        request: the model's id on the hub, and its revision.
        folder: for its files.

    Raises:
        UnavailableError: the hub does not have it, or does not give it to us.
        TemporaryError: the hub cannot be reached.
    """
    if missing := find_absent(*ENCODING):
        refuse_missing(missing)
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    from huggingface_hub import HfApi, constants
    from huggingface_hub.errors import HFValidationError, HTTPError, RepositoryNotFoundError
    from huggingface_hub.errors import RevisionNotFoundError as NoRevisionError
    from huggingface_hub.utils import disable_progress_bars

    _check_address(constants.ENDPOINT)
    disable_progress_bars()
    try:
        return _download(HfApi(), request, folder)
    except (RepositoryNotFoundError, NoRevisionError, HFValidationError):
        raise UnavailableError(
            f"the hub does not give us such a model, or no such revision: {request.name}",
            hint="Look at the names; a model behind a licence needs a token in HF_TOKEN.",
        ) from None
    except (HTTPError, ConnectionError, TimeoutError) as error:
        raise TemporaryError(
            f"the hub does not answer as it should: {type(error).__name__}",
            hint="Repeat the same command; what was downloaded is kept.",
        ) from None


def _download(hub: "HfApi", request: ModelRequest, folder: Path) -> Downloaded:
    """Resolve the revision first, so that all files are of one commit."""
    found = hub.model_info(request.name, revision=request.revision)
    listed = [sibling.rfilename for sibling in found.siblings or []]
    names = tuple(name for name in listed if "/" not in name and name.endswith(WANTED))
    if not any(name.endswith(".safetensors") for name in names):
        raise UnavailableError(
            f"the model has no safetensors, and pickles are not loaded: {request.name}",
            hint="A revision of it may have some: --revision.",
        )
    if found.sha is None:
        raise UnavailableError(f"the hub tells no commit of the model: {request.name}")
    hub.snapshot_download(
        request.name, revision=found.sha, local_dir=folder, allow_patterns=list(names)
    )
    card = found.card_data
    licence = None if card is None else card.get("license")
    return Downloaded(
        commit=found.sha, licence=licence if isinstance(licence, str) else None, files=names
    )


def _check_address(address: str) -> None:
    """While offline, refuse whatever is not this machine.

    Raises:
        UsageError: the address leads away from it under AFFECTORY_OFFLINE=1.
    """
    if os.environ.get(OFFLINE, "0") in {"", "0"}:
        return
    host = str(urlsplit(address).hostname)
    try:
        found = socket.getaddrinfo(host, None)
    except OSError:
        found = []
    if not found or not all(ipaddress.ip_address(one[4][0]).is_loopback for one in found):
        raise UsageError(
            f"{OFFLINE} allows only this machine: {host}", hint=f"Unset {OFFLINE} to go there."
        )
