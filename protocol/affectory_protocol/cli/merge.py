"""Several manifests as one, in the order given; shards of one run only when they are complete."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from affectory_protocol.errors import ManifestError, RecordError
from affectory_protocol.fingerprint import digest_file
from affectory_protocol.job import OUTPUT
from affectory_protocol.outcomes import Consumed, Restored, Row
from affectory_protocol.reading import LineReader, clean_line, is_blank
from affectory_protocol.receipt import Receipt, read_receipt
from affectory_protocol.record import Gate, Record
from affectory_protocol.seen_ids import SeenIds
from affectory_protocol.settings import DEFAULT_MAX_LINE_BYTES, parse_shard
from affectory_protocol.workplace import locate_receipt

Judge: TypeAlias = Callable[[Record], Restored | Consumed]
"""Says what becomes of a record; raises the RecordError that rejects it."""


def check_shards(manifests: Sequence[Path]) -> None:
    """Prove that manifests which are shards are all the shards of one run, in order and whole.

    Raises:
        ManifestError: one is missing, doubled, out of order, of another run, cut short by a limit,
            or not what its receipt says.
    """
    receipts = [read_receipt(locate_receipt(path)) for path in manifests]
    shards = [r for r in receipts if r is not None and r.options.is_set("shard")]
    if not shards:
        return
    if len(shards) < len(manifests):
        raise ManifestError(
            "some of the manifests are shards and some are not",
            hint="Give the shards of one run, each with its receipt beside it.",
        )
    expected = [f"{k}/{len(shards)}" for k in range(1, len(shards) + 1)]
    given = [receipt.options.fingerprint["shard"] for receipt in shards]
    if given != expected:
        _, n = parse_shard(given[0])
        raise ManifestError(
            f"these are not all shards of one run in order: {', '.join(given)}",
            hint=f"Give 1/{n} to {n}/{n}, once each.",
        )
    _check_one_run(shards)
    for path, receipt in zip(manifests, shards, strict=True):
        _check_content(path, receipt)


def _check_one_run(receipts: Sequence[Receipt]) -> None:
    position = 0
    for receipt in receipts:
        if receipt.options.is_set("limit"):
            raise ManifestError("the shards were made with --limit: they are not complete")
        one, first = dict(receipt.fingerprint), dict(receipts[0].fingerprint)
        one.pop("--shard")
        first.pop("--shard")
        if one != first:
            raise ManifestError("the shards were made by different options or versions")
        read = receipt.inputs[0]
        if read.offset != position:
            raise ManifestError(
                f"the shards do not tile one input: one starts at byte {read.offset}, "
                f"the one before it ends at byte {position}"
            )
        position += read.bytes


def _check_content(path: Path, receipt: Receipt) -> None:
    recorded = receipt.output(OUTPUT)
    if recorded is None or (path.stat().st_size, digest_file(path)) != (
        recorded.bytes,
        recorded.sha256,
    ):
        raise ManifestError(
            f"a shard is not what its receipt says: {path}",
            hint="`manifest audit` names the line that differs. Make the shard again.",
        )


def merge_records(manifests: Sequence[Path], seen: SeenIds) -> Iterator[Row]:
    """Yield every line of the manifests, rejecting what is no record or has an id seen before.

    Args:
        manifests: read in this order.
        seen: remembers ids.

    Raises:
        ManifestError: a line is too long to be held, so that no reject could give it back.
    """

    def admit_once(record: Record) -> Restored:
        seen.check(record)
        return Restored(record.line)

    return read_rows(manifests, admit_once)


def read_rows(manifests: Sequence[Path], judge: Judge) -> Iterator[Row]:
    """Yield every line of the manifests, rejecting what is no record.

    Args:
        manifests: read in this order.
        judge: is asked about each record.

    Raises:
        ManifestError: a line is too long to be held, so that no reject could give it back.
    """
    gate = Gate(())
    before = 0
    for manifest in manifests:
        with manifest.open("rb") as file:
            reader = LineReader(
                file.fileno(), max_line_bytes=DEFAULT_MAX_LINE_BYTES, absorb=lambda _: None
            )
            for chunk in reader.chunks():
                offset = chunk.offset
                if chunk.long_line is not None:
                    raise ManifestError(
                        f"a line is over the limit, at byte {offset} of: {manifest}",
                        hint="Take it out first, with `manifest validate`.",
                    )
                for line in chunk.lines:
                    cleaned = clean_line(line, offset)
                    if not is_blank(cleaned):
                        yield Row(before + offset, line, _judge(cleaned, gate, judge))
                    offset += len(line) + 1
        before += manifest.stat().st_size


def _judge(line: bytes, gate: Gate, judge: Judge) -> Restored | Consumed | RecordError:
    try:
        return judge(gate.admit(line))
    except RecordError as error:
        return error
