"""Rows of a source that are turned away."""

import gc
import weakref

import pytest
from affectory_protocol.errors import RecordError
from affectory_protocol.outcomes import Imported, NewAsset, Row
from affectory_protocol.places import AssetStore, Places
from affectory_protocol.reasons import Reason
from affectory_protocol.record import Record
from affectory_protocol.records import Assets, Text
from affectory_protocol.result import RejectWriter
from affectory_protocol.run import ASSET_BYTES_A_BATCH, ROWS_A_BATCH, batch_rows, import_rows
from affectory_protocol.writing import Signature

SIGNATURE = Signature.of({"tool": "t", "verb": "v", "behaviour": 1, "options": "0" * 16})


class Content:
    """What a row was read from."""


@pytest.fixture
def no_collector():
    gc.disable()
    yield
    gc.enable()


def _parse():
    raise RecordError(Reason.MALFORMED_ROW, "the row is broken")


def _read(number, kept):
    """A row of a source that keeps the error it caught, as importers do."""
    content = Content()
    kept.append(weakref.ref(content))
    try:
        _parse()
    except RecordError as error:
        outcome = error
    return Row(number, b"broken", outcome)


def test_row_may_bring_a_file_that_is_stored(tmp_path):
    series = NewAsset(b"12", "application/x-npy", "npy", shape=(2,), dtype="|u1")
    text = Text(content="x")
    row = Row(0, b"x", Imported("a", (text,), {"series": series}))
    store = AssetStore(tmp_path, "key")
    result = import_rows([row], 1, RejectWriter("toy", "x"), SIGNATURE, store)

    record = Record.parse(result.output[0], (Assets, Text))
    assert Places({"assets": tmp_path}).read(record, "series") == b"12"
    assert record[Assets].root["series"].made_by is not None
    assert result.counts.assets == 1


def test_rows_come_in_batches_of_a_number():
    rows = (Row(n, b"x", Imported(str(n), ())) for n in range(ROWS_A_BATCH + 1))

    assert [len(batch) for batch in batch_rows(rows)] == [ROWS_A_BATCH, 1]


def test_new_files_that_fill_the_memory_end_a_batch():
    half = NewAsset(bytes(ASSET_BYTES_A_BATCH // 2), "application/x-npy", "npy")
    rows = (Row(n, b"x", Imported(str(n), (), {"series": half})) for n in range(5))

    assert [len(batch) for batch in batch_rows(rows)] == [2, 2, 1]


def test_rejected_row_leaves_nothing_for_the_collector(no_collector):
    kept = []
    rows = [_read(number, kept) for number in range(10)]
    result = import_rows(rows, len(rows), RejectWriter("toy", "import lines"), Signature(b""))
    del rows

    assert len(result.rejects) == 10
    assert [content() for content in kept] == [None] * 10
