"""Hold a pipeline's files against their receipts, and name the record where they differ."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import orjson
from affectory_protocol.cli.differences import find_line_edit, sum_lines
from affectory_protocol.cli.links import check_links
from affectory_protocol.cli.sides import SUFFIXES, Sides, usual_path
from affectory_protocol.cli.steps import Finding, Step
from affectory_protocol.errors import RecordError
from affectory_protocol.fingerprint import digest_file
from affectory_protocol.job import DROPPED, OUTPUT, REJECTS
from affectory_protocol.line_sums import LineSumsRecord, first_difference
from affectory_protocol.own_assets import locate_assets, with_own_assets
from affectory_protocol.places import Places, verify_assets
from affectory_protocol.receipt import OutputRecord, Receipt
from affectory_protocol.record import Record
from affectory_protocol.records import Assets
from affectory_protocol.verb import DROPPING, Kind
from affectory_protocol.workplace import locate_receipt

_NAME_IT = "name it with --side if it was put elsewhere"


def audit_manifests(
    manifests: Sequence[Path], places: Places, given: Sequence[Path] = ()
) -> list[Finding]:
    """Check every manifest with its rejects, dropped records and assets, and how they follow.

    Args:
        manifests: outputs of runs.
        places: where assets lie; those of a run that was told no folder, beside its output.
        given: receipts, rejects and dropped records that do not lie beside their manifests.
    """
    findings: list[Finding] = []
    sides = Sides(given)
    steps: list[Step] = []
    for manifest in manifests:
        found = sides.find_receipt(manifest)
        if found is None:
            findings.append(_without_receipt(manifest))
            continue
        about, receipt = found
        streams = {s.name: _find_stream(sides, manifest, s) for s in receipt.outputs}
        step = Step(manifest, about, receipt, streams)
        steps.append(step)
        findings += _check_receipt(step)
        for stream in receipt.outputs:
            findings += _check_stream(step, stream)
        findings += _check_records(step, _own_places(places, manifest, manifests))
    findings += check_links(manifests, steps)
    return findings


def _find_stream(sides: Sides, manifest: Path, stream: OutputRecord) -> Path | None:
    return sides.find_stream(manifest, stream) if stream.name in SUFFIXES else None


def _own_places(places: Places, manifest: Path, manifests: Sequence[Path]) -> Places:
    """Assets lie beside the manifest, or beside the one other that has some."""
    others = [path for path in manifests if locate_assets(path) is not None]
    owner = manifest if manifest in others or len(others) != 1 else others[0]
    return with_own_assets(places, owner)


def _without_receipt(manifest: Path) -> Finding:
    """A file without a receipt is a foreign one, or its receipt was put elsewhere."""
    if not manifest.is_file():
        return Finding(manifest.name, "", "there is no such file")
    if locate_receipt(manifest).exists():
        return Finding(manifest.name, "", "there is no receipt that can be read")
    what = "there is no receipt that can be read"
    if usual_path(manifest, REJECTS).exists():
        what = f"its receipt is not beside it; {_NAME_IT}"
    return Finding(manifest.name, "", what, is_error=False)


def _check_receipt(step: Step) -> Iterator[Finding]:
    """Check that a receipt agrees with itself."""
    name, receipt = step.about.name, step.receipt
    counts = receipt.counts
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
        **({DROPPED: counts.dropped} if receipt.kind in DROPPING else {}),
    }


def _check_stream(step: Step, stream: OutputRecord) -> Iterator[Finding]:
    about = step.about.name
    if stream.name not in SUFFIXES:
        yield Finding(about, "", "it speaks of a stream that nobody knows")
        return
    path = step.streams[stream.name]
    if path is None:
        name = usual_path(step.manifest, stream.name).name
        if stream.name == OUTPUT:
            yield Finding(name, "", "the file is gone")
        else:
            yield Finding(name, "", f"the file is not there; {_NAME_IT}", is_error=False)
    elif digest_file(path) != stream.sha256:
        yield from _name_difference(path, stream)
    elif not _is_described(path, step.receipt, stream):
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


def _check_records(step: Step, places: Places) -> Iterator[Finding]:
    """Check ids and assets of what was written and of what was dropped."""
    seen: set[bytes] = set()
    names = [OUTPUT] if _writes_records(step.receipt) else []
    for name in [*names, *([DROPPED] if step.receipt.kind == Kind.FILTER else [])]:
        path = step.streams.get(name)
        if path is not None:
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
