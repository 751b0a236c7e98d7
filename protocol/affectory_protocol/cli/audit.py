"""Hold a pipeline's files against their receipts, and name the record where they differ."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson
from affectory_protocol.errors import RecordError
from affectory_protocol.fingerprint import digest_file
from affectory_protocol.line_sums import first_difference
from affectory_protocol.places import Places, verify_assets
from affectory_protocol.receipt import OutputRecord, Receipt, read_receipt
from affectory_protocol.record import Record
from affectory_protocol.records import Assets

BLOCK_BYTES = 2**20
_SUFFIXES = {"output": "", "rejects": ".rejects.jsonl", "dropped": ".dropped.jsonl"}


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
    """Check manifests with rejects, dropped records and assets, and how they follow on each other.

    Args:
        manifests: outputs of runs, with their receipts beside them.
        places: where assets lie.
    """
    findings: list[Finding] = []
    receipts: dict[Path, Receipt] = {}
    foreign: set[str] = set()
    for manifest in manifests:
        receipt = read_receipt(_receipt_path(manifest))
        if receipt is None:
            what = "there is no receipt that can be read"
            findings.append(Finding(manifest.name, "", what, is_error=_has_receipt(manifest)))
            foreign.add(digest_file(manifest))
            continue
        receipts[manifest] = receipt
        findings += _check_receipt(manifest, receipt)
        for stream in receipt.outputs:
            path = manifest.with_name(manifest.name + _SUFFIXES[stream.name])
            findings += _check_stream(path, stream)
        findings += _check_records(manifest, receipt, places)
    findings += _check_links(receipts, foreign)
    return findings


def _receipt_path(manifest: Path) -> Path:
    return manifest.with_name(manifest.name + ".run.json")


def _has_receipt(manifest: Path) -> bool:
    return _receipt_path(manifest).exists()


def _check_receipt(manifest: Path, receipt: Receipt) -> Iterator[Finding]:
    name = manifest.name + ".run.json"
    if (unbalanced := receipt.counts.unbalanced()) is not None:
        yield Finding(name, "", f"the sums do not hold: {unbalanced}")
    for reasons, total, what in (
        (receipt.rejected_by_reason, receipt.counts.rejected, "rejected"),
        (receipt.dropped_by_reason, receipt.counts.dropped, "dropped"),
    ):
        if sum(reasons.values()) != total:
            yield Finding(name, "", f"the reasons do not add up to what was {what}: {total}")
    expected = {
        "rejects": receipt.counts.rejected,
        "dropped": receipt.counts.dropped,
        **({} if receipt.kind == "sink" else {"output": receipt.counts.written}),
    }
    for stream in receipt.outputs:
        if stream.name in expected and stream.lines != expected[stream.name]:
            yield Finding(
                name,
                "",
                f"{stream.name} has {stream.lines} lines for {expected[stream.name]} records",
            )


def _check_stream(path: Path, stream: OutputRecord) -> Iterator[Finding]:
    if not path.is_file():
        yield Finding(path.name, "", "the file is gone")
        return
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest == stream.sha256:
        return
    yield Finding(path.name, _locate(path, stream), "not as it was written")


def _locate(path: Path, stream: OutputRecord) -> str:
    if stream.line_sums is None or not stream.lines:
        return ""
    with path.open("rb") as file:
        changed = first_difference(stream.line_sums, (line.removesuffix(b"\n") for line in file))
    if changed is None:
        return "behind the last line"
    if changed.start >= stream.lines:
        return f"line {stream.lines + 1}, which was added"
    number = (
        f"line {changed.start + 1}"
        if len(changed) == 1
        else f"lines {changed.start + 1} to {changed.stop}"
    )
    return f"{number}, {_name_line(path, changed.start)}"


def _name_line(path: Path, number: int) -> str:
    with path.open("rb") as file:
        for at, line in enumerate(file):
            if at == number:
                try:
                    members = orjson.loads(line)
                    return f"record {members['id']}" if "id" in members else _name_reject(members)
                except (orjson.JSONDecodeError, TypeError, KeyError):
                    return "which is no record"
    return "which is gone"


def _name_reject(members: dict[str, object]) -> str:
    return f"the reject of byte {members['offset']}"


def _check_records(manifest: Path, receipt: Receipt, places: Places) -> Iterator[Finding]:
    if receipt.kind == "sink" or not manifest.is_file():
        return
    seen: set[bytes] = set()
    with manifest.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                record = Record.parse(line.removesuffix(b"\n"), (Assets,))
            except RecordError as error:
                yield Finding(
                    manifest.name, f"line {number}", f"no valid record: {error.reason.value}"
                )
                continue
            key = hashlib.sha256(record.id.encode()).digest()
            if key in seen:
                yield Finding(manifest.name, f"record {record.id}", "the id stands twice")
            seen.add(key)
            try:
                verify_assets(record, places)
            except RecordError as error:
                yield Finding(manifest.name, f"record {record.id}", error.message)


def _check_links(receipts: dict[Path, Receipt], foreign: set[str]) -> Iterator[Finding]:
    """Say which inputs are none of the manifests given: they were edited since, or not named."""
    written = foreign | {s.sha256 for receipt in receipts.values() for s in receipt.outputs}
    for manifest, receipt in receipts.items():
        if receipt.kind == "source":
            continue
        for source in receipt.inputs:
            if source.sha256 not in written and source.name == "input":
                yield Finding(
                    manifest.name,
                    "",
                    "its input is none of the manifests given, or was edited since",
                    is_error=False,
                )
