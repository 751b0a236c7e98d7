"""One record an id: a row whose id came before is rejected, never written twice and never lost."""

from collections.abc import Iterable, Iterator

from affectory_protocol.errors import RecordError
from affectory_protocol.outcomes import Dropped, Imported, Row
from affectory_protocol.seen_ids import SeenIds


def reject_duplicates(rows: Iterable[Row]) -> Iterator[Row]:
    """Pass rows on; the second and later rows of an id become rejects."""
    with SeenIds() as seen:
        for row in rows:
            yield _judge(row, seen)


def _judge(row: Row, seen: SeenIds) -> Row:
    try:
        if isinstance(row.outcome, Imported | Dropped):
            seen.check(row.outcome)
    except RecordError as error:
        return Row(row.offset, row.raw, error)
    return row
