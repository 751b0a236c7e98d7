"""What was measured: the file that a csv of OpenFace is called after."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from affectory_protocol.errors import UsageError
from affectory_protocol.records import Asset

from dataset_io.config import OpenFaceConfig
from dataset_io.stems import name_files

STEM = "{stem}"
"""Stands in a uri for the name of the csv without its ending."""

_MEDIA_TYPES = {
    "avi": "video/x-msvideo",
    "bmp": "image/bmp",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "mkv": "video/matroska",
    "mov": "video/quicktime",
    "mp4": "video/mp4",
    "mpeg": "video/mpeg",
    "mpg": "video/mpeg",
    "png": "image/png",
    "webm": "video/webm",
    "wmv": "video/x-ms-wmv",
}
"""By the ending of a uri."""


@dataclass(frozen=True, slots=True)
class Media:
    """The photograph, video or sequence that one csv is about.

    Attributes:
        name: of the csv without its ending; its digest where that cannot be part of an id.
        asset: the file, where a uri was given.
    """

    name: str
    asset: Asset | None


def find_media(paths: Sequence[Path], config: OpenFaceConfig) -> list[Media]:
    """Tell what each csv is about.

    Raises:
        UsageError: two have one name, or the uri cannot be one of each.
    """
    names = name_files(paths, config.dataset)
    return [Media(name, _build_asset(name, len(paths), config.uri)) for name in names]


def _build_asset(name: str, files: int, uri: str | None) -> Asset | None:
    if uri is None:
        return None
    if files > 1 and STEM not in uri:
        raise UsageError(
            f"--uri names one file, and {files} were given", hint=f"Put {STEM} in its place."
        )
    path = PurePosixPath(uri.partition(":")[2] or uri)
    media_type = _MEDIA_TYPES.get(path.suffix.lower().removeprefix("."))
    if path.is_absolute() or ".." in path.parts:
        raise UsageError("--uri leads out of its root", hint="Give a path below a --root.")
    if media_type is None:
        raise UsageError(
            "--uri has no ending by which the kind of file is known",
            hint=f"Known are {', '.join(_MEDIA_TYPES)}.",
        )
    return Asset(uri=uri.replace(STEM, name), media_type=media_type)
