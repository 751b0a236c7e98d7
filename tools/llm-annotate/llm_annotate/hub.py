"""Downloads models from the hub: safetensors and what describes them, never code or pickles."""

import os
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING

from affectory_protocol.command import Downloaded, ModelRequest
from affectory_protocol.errors import TemporaryError, UnavailableError
from affectory_protocol.provision import refuse_missing

from llm_annotate.model_folder import find_packages

if TYPE_CHECKING:
    from huggingface_hub import HfApi, ModelInfo

WANTED = ["*.safetensors", "*.json", "*.jinja", "tokenizer.model"]


def download(request: ModelRequest, folder: Path) -> Downloaded:
    """Fetch a model.

    What lies there already is not fetched again, so a download that was stopped goes on.

    Args:
        request: the model's id on the hub, and its revision.
        folder: for its files.

    Raises:
        UnavailableError: the hub does not have it, or does not give it to us.
        TemporaryError: the hub cannot be reached.
    """
    if missing := find_packages():
        refuse_missing(missing)
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    from huggingface_hub import HfApi, constants
    from huggingface_hub.errors import (
        GatedRepoError,
        HFValidationError,
        HTTPError,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )
    from huggingface_hub.utils import disable_progress_bars

    from llm_annotate.client import check_address

    check_address(constants.ENDPOINT)
    disable_progress_bars()
    try:
        return _download(HfApi(), request, folder)
    except GatedRepoError:
        raise UnavailableError(
            f"the hub gives this model only to those who accepted its licence: {request.name}",
            hint="Accept it on the model's page, and put a token into HF_TOKEN.",
        ) from None
    except RevisionNotFoundError:
        raise UnavailableError(
            f"the model has no such revision: {request.name}: {request.revision}"
        ) from None
    except (RepositoryNotFoundError, HFValidationError):
        raise UnavailableError(
            f"the hub has no such model, or shows it only to its owners: {request.name}",
            hint="Look at the name; a model of one's own needs a token in HF_TOKEN.",
        ) from None
    except (HTTPError, ConnectionError, TimeoutError) as error:
        raise TemporaryError(
            f"the hub does not answer as it should: {type(error).__name__}",
            hint="Repeat the same command; what was downloaded is kept.",
        ) from None


def _download(hub: "HfApi", request: ModelRequest, folder: Path) -> Downloaded:
    """Resolve the revision first, so that all files are of one commit."""
    found = hub.model_info(request.name, revision=request.revision)
    names = tuple(filter(_is_wanted, (sibling.rfilename for sibling in found.siblings or [])))
    if not any(name.endswith(".safetensors") for name in names):
        raise UnavailableError(
            f"the model has no safetensors, and pickles are not loaded: {request.name}"
        )
    if found.sha is None:
        raise UnavailableError(f"the hub tells no commit of the model: {request.name}")
    hub.snapshot_download(
        request.name,
        revision=found.sha,
        local_dir=folder,
        allow_patterns=list(names),
    )
    return Downloaded(commit=found.sha, licence=_read_licence(found), files=names)


def _is_wanted(name: str) -> bool:
    """Folders of a model hold it a second time, in formats of its makers."""
    return "/" not in name and any(fnmatch(name, pattern) for pattern in WANTED)


def _read_licence(found: "ModelInfo") -> str | None:
    card = found.card_data
    licence = None if card is None else card.get("license_name") or card.get("license")
    return licence if isinstance(licence, str) else None
