"""Copy the photograph of an astronaut that scikit-image carries into a folder, as it is.

    python samples/photo.py FOLDER        makes FOLDER/astronaut.png

The file is copied byte for byte out of the installed package, without importing it and without a
network. It is a portrait of the astronaut Eileen Collins by NASA, in the public domain.

Source: scikit-image 0.26, `skimage.data.astronaut`, from NASA's Great Images database.
"""

import hashlib
import importlib.util
import os
import sys
from pathlib import Path

FILE_NAME = "astronaut.png"
SHA256 = "88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5"
"""Of the file, as the package itself lists it in `skimage/data/_registry.py`."""

USAGE = "usage: python samples/photo.py FOLDER"


def find_photo() -> Path:
    """Find the file in the installed package.

    Raises:
        SystemExit: the package or the file is not there.
    """
    package = importlib.util.find_spec("skimage")
    if package is None or package.origin is None:
        sys.exit("error: scikit-image is not installed\nhint: pip install scikit-image")
    photo = Path(package.origin).parent / "data" / FILE_NAME
    if not photo.is_file():
        sys.exit("error: this scikit-image does not carry the photograph\nhint: install 0.26")
    return photo


def copy_photo(folder: Path) -> None:
    """Put the photograph into a folder, which is made when it is not there; no half a file is left.

    Raises:
        SystemExit: the photograph is not the one that is known.
    """
    content = find_photo().read_bytes()
    if hashlib.sha256(content).hexdigest() != SHA256:
        sys.exit("error: the photograph in scikit-image is not the one expected")
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f".{FILE_NAME}.{os.getpid()}"
    part.write_bytes(content)
    part.replace(folder / FILE_NAME)


if __name__ == "__main__":
    if len(sys.argv) != 2:  # noqa: PLR2004 - the script and one folder
        sys.exit(USAGE)
    copy_photo(Path(sys.argv[1]))
