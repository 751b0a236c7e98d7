"""One record an id."""

from affectory_protocol.errors import RecordError
from affectory_protocol.outcomes import Dropped, Imported, Row
from affectory_protocol.reasons import DropReason, Reason
from dataset_io.duplicates import reject_duplicates


def test_second_row_of_an_id_is_rejected_with_its_bytes():
    rows = [Row(0, b"one", Imported("a", ())), Row(4, b"two", Imported("a", ()))]

    first, second = reject_duplicates(rows)

    assert first is rows[0]
    assert (second.offset, second.raw) == (4, b"two")
    assert second.outcome.reason is Reason.DUPLICATE_ID


def test_id_of_a_dropped_row_counts():
    rows = [
        Row(0, b"one", Dropped("a", (), DropReason.NO_RESPONSE)),
        Row(4, b"two", Imported("a", ())),
    ]

    assert list(reject_duplicates(rows))[1].outcome.reason is Reason.DUPLICATE_ID


def test_rejected_row_keeps_its_own_reason():
    row = Row(0, b"one", RecordError(Reason.EMPTY_TEXT, "no text"))

    assert list(reject_duplicates([row, row])) == [row, row]


def test_ids_that_differ_in_case_or_accent_are_two():
    rows = [Row(0, b"", Imported(name, ())) for name in ("a", "A", "\u00e4", "a\u0308", "a ")]

    assert list(reject_duplicates(rows)) == rows


def test_rows_are_not_read_ahead():
    def rows():
        yield Row(0, b"", Imported("a", ()))
        raise AssertionError

    assert next(reject_duplicates(rows())).outcome.id == "a"
