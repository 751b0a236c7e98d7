"""What runs did, as a table for people."""

from collections.abc import Sequence
from pathlib import Path

from affectory_protocol.errors import UsageError
from affectory_protocol.receipt import Receipt, read_receipt
from affectory_protocol.run_files import RECEIPT
from affectory_protocol.workplace import locate_receipt

_COLUMNS = ("step", "read", "written", "dropped", "rejected", "seconds", "records/s")


def tabulate_receipts(paths: Sequence[Path]) -> str:
    """A line a receipt: where the records went and how long it took.

    Args:
        paths: receipts, or manifests with their receipts beside them.

    Raises:
        UsageError: one of them has no receipt that can be read.
    """
    rows = [_COLUMNS, *(_row(_read(path)) for path in paths)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS))]
    return "\n".join(_line(row, widths) for row in rows)


def _read(path: Path) -> Receipt:
    beside = path if path.name.endswith(RECEIPT) else locate_receipt(path)
    receipt = read_receipt(beside)
    if receipt is None:
        raise UsageError(f"there is no receipt that can be read: {beside}")
    return receipt


def _row(receipt: Receipt) -> tuple[str, ...]:
    counts = receipt.counts
    return (
        f"{receipt.tool} {receipt.verb}",
        *(str(n) for n in (counts.read, counts.written, counts.dropped, counts.rejected)),
        f"{receipt.seconds:.2f}",
        f"{receipt.records_per_second:.0f}",
    )


def _line(row: tuple[str, ...], widths: Sequence[int]) -> str:
    name, *numbers = row
    cells = [name.ljust(widths[0])]
    cells += [number.rjust(width) for number, width in zip(numbers, widths[1:], strict=True)]
    return "  ".join(cells)
