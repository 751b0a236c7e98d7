"""Find what a run published beside its output, or was told to put elsewhere.

A receipt names no files. What is not at its usual place is known by what it holds: looked for in
the folder of the manifest, and among the files that somebody names.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from affectory_protocol import run_files
from affectory_protocol.fingerprint import digest_file
from affectory_protocol.job import DROPPED, OUTPUT, REJECTS
from affectory_protocol.receipt import OutputRecord, Receipt, read_receipt
from affectory_protocol.workplace import locate_receipt

SUFFIXES = {OUTPUT: "", REJECTS: run_files.REJECTS, DROPPED: run_files.DROPPED}
_BESIDE = (run_files.REJECTS, run_files.DROPPED, run_files.RECEIPT)


def usual_path(manifest: Path, stream: str) -> Path:
    """Where a stream lies unless the run was told another place."""
    return manifest.with_name(manifest.name + SUFFIXES[stream])


class Sides:
    """Finds receipts and streams of runs.

    Args:
        given: files that may be some.
    """

    def __init__(self, given: Sequence[Path] = ()) -> None:
        self._given = [path for path in given if path.is_file()]

    def find_receipt(self, manifest: Path) -> tuple[Path, Receipt] | None:
        """The receipt of a manifest, and where it lies; None when there is none to be read."""
        usual = locate_receipt(manifest)
        if usual.exists():
            receipt = read_receipt(usual)
            return None if receipt is None else (usual, receipt)
        digest = digest_file(manifest) if manifest.is_file() else None
        for path in [*self._given, *_list_strays(manifest.parent, "*.json")]:
            receipt = read_receipt(path)
            written = None if receipt is None else receipt.output(OUTPUT)
            if receipt is not None and written is not None and written.sha256 == digest:
                return path, receipt
        return None

    def find_stream(self, manifest: Path, stream: OutputRecord) -> Path | None:
        """The file of a stream: the one at its usual place, else one that holds just that."""
        usual = usual_path(manifest, stream.name)
        if usual.is_file():
            return usual
        if stream.name == OUTPUT:
            return None
        candidates = list(self._given)
        if stream.bytes:  # empty files all agree
            candidates += _list_strays(manifest.parent, "*")
        for path in candidates:
            if path.stat().st_size == stream.bytes and digest_file(path) == stream.sha256:
                return path
        return None


def _list_strays(folder: Path, pattern: str) -> Iterator[Path]:
    """Files of a folder that do not lie beside an output of their own."""
    for path in sorted(folder.glob(pattern)):
        owners = (path.with_name(path.name.removesuffix(one)) for one in _BESIDE)
        if path.is_file() and not any(owner != path and owner.exists() for owner in owners):
            yield path
