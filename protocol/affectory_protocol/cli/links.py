"""Whether the steps of a pipeline follow one another: what one read is what another wrote."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from affectory_protocol.cli.sides import SUFFIXES, usual_path
from affectory_protocol.cli.steps import Finding, Step
from affectory_protocol.fingerprint import digest_file
from affectory_protocol.job import INPUT
from affectory_protocol.receipt import InputRecord, Receipt
from affectory_protocol.verb import Kind

_PARTIAL = ("limit", "shard")


@dataclass(frozen=True)
class _File:
    """A file that a step may have read; `lines` is None where nobody counted them."""

    bytes: int
    lines: int | None = None


def check_links(manifests: Sequence[Path], steps: Sequence[Step]) -> Iterator[Finding]:
    """Check that what a step read is what another one wrote, and that it read all of it."""
    known = _known_files(manifests, steps)
    for step in steps:
        manifest, receipt = step.manifest, step.receipt
        if receipt.kind == Kind.SOURCE:
            continue
        for source in receipt.inputs:
            found = known.get(source.sha256)
            if found is None or found.bytes != source.bytes:
                what = f"{_say_input(source)} is none of the manifests given, or was edited since"
                yield Finding(manifest.name, "", what, is_error=False)
        lines = _count_lines(receipt, known)
        if lines is not None and lines != receipt.counts.read:
            what = f"it says that it read {receipt.counts.read} records of {lines} lines"
            yield Finding(step.about.name, "", what)


def _say_input(source: InputRecord) -> str:
    if source.name == INPUT:
        return "its input"
    return f"a file of --{source.name.replace('_', '-')}"


def _known_files(manifests: Sequence[Path], steps: Sequence[Step]) -> dict[str, _File]:
    """By their digests: the receipts, what they say was written, and the files that have none."""
    known: dict[str, _File] = {}
    with_receipt = {step.manifest for step in steps}
    bare = [path for path in manifests if path not in with_receipt]
    beside = [usual_path(manifest, stream) for manifest in bare for stream in SUFFIXES]
    for path in filter(Path.is_file, [*(step.about for step in steps), *beside]):
        known[digest_file(path)] = _File(path.stat().st_size)
    for step in steps:
        known.update({s.sha256: _File(s.bytes, s.lines) for s in step.receipt.outputs})
    return known


def _count_lines(receipt: Receipt, known: dict[str, _File]) -> int | None:
    """Lines of what a run read; None when nobody counted them or it read a part only."""
    if any(map(receipt.options.is_set, _PARTIAL)):
        return None
    read = [known.get(source.sha256) for source in receipt.inputs if source.name == INPUT]
    lines = [file.lines for file in read if file is not None and file.lines is not None]
    return sum(lines) if len(lines) == len(read) else None
