"""What the locks of the peers say."""

from pathlib import Path


def find_version(folder: Path, distribution: str) -> str:
    """The version of a package that the lock in a folder names.

    Raises:
        LookupError: it names none.
    """
    for line in (folder / "requirements.lock").read_text("utf-8").splitlines():
        if line.startswith(f"{distribution}=="):
            return line.removeprefix(f"{distribution}==").split()[0]
    raise LookupError(f"{distribution} is not in the lock of {folder.name}")
