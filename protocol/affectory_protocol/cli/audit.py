"""Hold a pipeline's files against their receipts, and name the record where they differ."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson
from affectory_protocol.cli.differences import find_line_edit, sum_lines
from affectory_protocol.errors import RecordError
from affectory_protocol.fingerprint import digest_file
from affectory_protocol.job import DROPPED, INPUT, OUTPUT, REJECTS
from affectory_protocol.line_sums import LineSumsRecord, first_difference
from affectory_protocol.places import Places, verify_assets
from affectory_protocol.receipt import (
    InputRecord,
    OutputRecord,
    Receipt,
    read_receipt,
)
from affectory_protocol.record import Record
from affectory_protocol.records import Assets
from affectory_protocol.verb import Kind
from affectory_protocol.workplace import locate_receipt

_SUFFIXES = {OUTPUT: "", REJECTS: ".rejects.jsonl", DROPPED: ".dropped.jsonl"}
_DROPPING = frozenset({Kind.FILTER, Kind.SOURCE})
_NOT_SET = "null"
_PARTIAL = ("limit", "shard")


@dataclass(frozen=True)
class Finding:
    """One thing that is not as a receipt says.

    Attributes:
        file: name of the file.
        where: the record or line, empty for the whole file.
        what: what is wrong.
        is_error: whether the audit fails by it.
    """

    file: str
    where: str
    what: str
    is_error: bool = True

    def __str__(self) -> str:
        place = f"{self.file}: {self.where}" if self.where else self.file
        return f"{'error' if self.is_error else 'note'}: {place}: {self.what}"


def audit_manifests(manifests: Sequence[Path], places: Places) -> list[Finding]:
    """Check every manifest with its rejects, dropped records and assets, and how they follow.

    Args:
        manifests: outputs of runs, with their receipts beside them.
        places: where assets lie.
    """
    findings: list[Finding] = []
    receipts: dict[Path, Receipt] = {}
    for manifest in manifests:
        receipt = read_receipt(locate_receipt(manifest))
        if receipt is None:
            findings.append(_without_receipt(manifest))
            continue
        receipts[manifest] = receipt
        findings += _check_receipt(manifest, receipt)
        for stream in receipt.outputs:
            findings += _check_stream(manifest, receipt, stream)
        findings += _check_records(manifest, receipt, places)
    findings += _check_links(manifests, receipts)
    return findings


def _stream_path(manifest: Path, stream: str) -> Path:
    return manifest.with_name(manifest.name + _SUFFIXES[stream])


def _without_receipt(manifest: Path) -> Finding:
    """A file without a receipt is a foreign one, unless a run left its rejects beside it."""
    if not manifest.is_file():
        return Finding(manifest.name, "", "there is no such file")
    beside = (locate_receipt(manifest), _stream_path(manifest, REJECTS))
    is_error = any(path.exists() for path in beside)
    return Finding(manifest.name, "", "there is no receipt that can be read", is_error=is_error)


def _check_receipt(manifest: Path, receipt: Receipt) -> Iterator[Finding]:
    """Check that a receipt agrees with itself."""
    name, counts = locate_receipt(manifest).name, receipt.counts
    if (unbalanced := counts.unbalanced()) is not None:
        yield Finding(name, "", f"the sums do not hold: {unbalanced}")
    for reasons, total, what in (
        (receipt.rejected_by_reason, counts.rejected, "rejected"),
        (receipt.dropped_by_reason, counts.dropped, "dropped"),
    ):
        if sum(reasons.values()) != total:
            yield Finding(name, "", f"the reasons do not add up to what was {what}: {total}")
    for stream, records in _expected_lines(receipt).items():
        found = receipt.output(stream)
        if found is None:
            yield Finding(name, "", f"it does not speak of the stream: {stream}")
        elif records is not None and found.lines != records:
            yield Finding(name, "", f"{stream} has {found.lines} lines for {records} records")


def _expected_lines(receipt: Receipt) -> dict[str, int | None]:
    """Streams that a run into a file has, and how many lines; None for what has no lines."""
    counts = receipt.counts
    return {
        OUTPUT: None if receipt.kind == Kind.SINK else counts.written,
        REJECTS: counts.rejected,
        **({DROPPED: counts.dropped} if receipt.kind in _DROPPING else {}),
    }


def _check_stream(manifest: Path, receipt: Receipt, stream: OutputRecord) -> Iterator[Finding]:
    about = locate_receipt(manifest).name
    if stream.name not in _SUFFIXES:
        yield Finding(about, "", "it speaks of a stream that nobody knows")
        return
    path = _stream_path(manifest, stream.name)
    if not path.is_file():
        yield Finding(path.name, "", "the file is gone")
    elif digest_file(path) != stream.sha256:
        yield from _name_difference(path, stream)
    elif not _is_described(path, receipt, stream):
        what = f"size, lines or sums of lines are not those of the stream: {stream.name}"
        yield Finding(about, "", what)


def _name_difference(path: Path, stream: OutputRecord) -> Iterator[Finding]:
    if stream.line_sums is None or (stream.bytes and not stream.lines):  # a file without lines
        yield Finding(path.name, "", "not as it was written")
        return
    yield Finding(path.name, _locate(path, stream, stream.line_sums), "not as it was written")
    edit = find_line_edit(path, stream)
    if edit is not None and (explained := edit.explain()) is not None:
        yield Finding(path.name, f"line {edit.at + 1}", explained)


def _locate(path: Path, stream: OutputRecord, sums: LineSumsRecord) -> str:
    """Name the first line that differs; nothing when all are the same."""
    with path.open("rb") as file:
        changed = first_difference(sums, (line.removesuffix(b"\n") for line in file))
    if changed is None:
        return "" if path.stat().st_size == stream.bytes else "behind the last line"
    if changed.start >= stream.lines:
        return f"line {stream.lines + 1}, which was added"
    number = (
        f"line {changed.start + 1}"
        if len(changed) == 1
        else f"lines {changed.start + 1} to {changed.stop}"
    )
    return f"{number}, {_name_line(path, stream, changed.start)}"


def _name_line(path: Path, stream: OutputRecord, number: int) -> str:
    with path.open("rb") as file:
        line = next((line for at, line in enumerate(file) if at == number), None)
    if line is None:
        return "which is gone"
    return (_name_reject if stream.name == REJECTS else _name_record)(line.removesuffix(b"\n"))


def _name_record(line: bytes) -> str:
    try:
        return f"record {Record.parse(line).id}"
    except RecordError:
        return "which is no record"


def _name_reject(line: bytes) -> str:
    try:
        return f"the reject of byte {int(orjson.loads(line)['offset'])}"
    except (ValueError, TypeError, KeyError):
        return "which is no reject"


def _is_described(path: Path, receipt: Receipt, stream: OutputRecord) -> bool:
    """Whether a stream whose digest is right has the size and the lines that are recorded."""
    if path.stat().st_size != stream.bytes:
        return False
    if receipt.kind == Kind.SINK and stream.name == OUTPUT:
        return True
    sums, lines = sum_lines(path)
    return lines == stream.lines and stream.line_sums in {None, sums}


def _check_records(manifest: Path, receipt: Receipt, places: Places) -> Iterator[Finding]:
    """Check ids and assets of what was written and of what was dropped."""
    seen: set[bytes] = set()
    names = [OUTPUT] if _writes_records(receipt) else []
    for name in [*names, *([DROPPED] if receipt.kind == Kind.FILTER else [])]:
        path = _stream_path(manifest, name)
        if path.is_file():
            yield from _check_lines(path, seen, places)


def _writes_records(receipt: Receipt) -> bool:
    """Whether the output is a manifest; rejects that are given back are whatever they were."""
    return receipt.kind != Kind.SINK and (receipt.tool, receipt.verb) != ("manifest", "retry")


def _check_lines(path: Path, seen: set[bytes], places: Places) -> Iterator[Finding]:
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                record = Record.parse(line.removesuffix(b"\n"), (Assets,))
            except RecordError as error:
                yield Finding(path.name, f"line {number}", f"no valid record: {error.reason.value}")
                continue
            key = hashlib.sha256(record.id.encode()).digest()
            if key in seen:
                yield Finding(path.name, f"record {record.id}", "the id stands twice")
            seen.add(key)
            yield from _check_assets(path, record, places)


def _check_assets(path: Path, record: Record, places: Places) -> Iterator[Finding]:
    assets = record.get(Assets)
    for role, asset in (assets.root if assets is not None else {}).items():
        alone = Record(record.line, record.members, {Assets.name: Assets({role: asset})})
        try:
            verify_assets(alone, places)
        except RecordError as error:
            yield Finding(path.name, f"record {record.id}", error.message)


@dataclass(frozen=True)
class _File:
    """A file that a step may have read; `lines` is None where nobody counted them."""

    bytes: int
    lines: int | None = None


def _check_links(manifests: Sequence[Path], receipts: dict[Path, Receipt]) -> Iterator[Finding]:
    """Check that what a step read is what another one wrote, and that it read all of it."""
    known = _known_files(manifests, receipts)
    for manifest, receipt in receipts.items():
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
            yield Finding(locate_receipt(manifest).name, "", what)


def _say_input(source: InputRecord) -> str:
    if source.name == INPUT:
        return "its input"
    return f"a file of --{source.name.replace('_', '-')}"


def _known_files(manifests: Sequence[Path], receipts: dict[Path, Receipt]) -> dict[str, _File]:
    """By their digests: the receipts, what they say was written, and the files that have none."""
    known: dict[str, _File] = {}
    for manifest in manifests:
        beside = [locate_receipt(manifest)]
        if manifest not in receipts:
            beside = [_stream_path(manifest, stream) for stream in _SUFFIXES]
        for path in filter(Path.is_file, beside):
            known[digest_file(path)] = _File(path.stat().st_size)
    for receipt in receipts.values():
        known.update({s.sha256: _File(s.bytes, s.lines) for s in receipt.outputs})
    return known


def _count_lines(receipt: Receipt, known: dict[str, _File]) -> int | None:
    """Lines of what a run read; None when nobody counted them or it read a part only."""
    fingerprint = receipt.options.fingerprint
    if any(fingerprint.get(name, _NOT_SET) != _NOT_SET for name in _PARTIAL):
        return None
    read = [known.get(source.sha256) for source in receipt.inputs if source.name == INPUT]
    lines = [file.lines for file in read if file is not None and file.lines is not None]
    return sum(lines) if len(lines) == len(read) else None
