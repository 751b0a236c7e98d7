"""Records as files of Parquet: those of one split one after another, of a bounded size."""

import io
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from affectory_protocol.record import Record

from dataset_io.exports.arrow_column import Columns

GROUP_ROWS = 1000
GROUP_BYTES = 2 * 2**20
"""Lines of this size make a row group, if they are not `GROUP_ROWS` before."""

SHARD_BYTES = 32 * 2**20
"""A file is full when it has this size, give or take a row group."""


class Shards:
    """Writes the files of one split.

    Args:
        columns: of the files.
        put: takes a whole file and tells its name.
    """

    def __init__(self, columns: Columns, put: Callable[[bytes], str]) -> None:
        self._columns = columns
        self._put = put
        self._rows: list[dict[str, object]] = []
        self._bytes = 0
        self._file = io.BytesIO()
        self._writer: Any = None
        self.count = 0
        self.names: list[str] = []

    def add(self, record: Record) -> None:
        """Add a record."""
        self._rows.append(self._columns.make_row(record.members))
        self._bytes += len(record.line)
        self.count += 1
        if len(self._rows) >= GROUP_ROWS or self._bytes >= GROUP_BYTES:
            self._write_group()

    def _write_group(self) -> None:
        self._open_file()
        self._writer.write_table(pa.Table.from_pylist(self._rows, schema=self._columns.schema))
        self._rows, self._bytes = [], 0
        if self._file.tell() >= SHARD_BYTES:
            self._close_file()

    def _open_file(self) -> None:
        if self._writer is None:
            self._file = io.BytesIO()
            self._writer = pq.ParquetWriter(self._file, self._columns.schema, compression="zstd")

    def _close_file(self) -> None:
        self._writer.close()
        self._writer = None
        self.names.append(self._put(self._file.getvalue()))

    def close(self) -> list[str]:
        """Write what is left; of no records there is one file without a row group.

        (`datasets` 5.2 takes that when it streams, and fails on a row group without rows.)

        Returns:
            The names of all files, in the order of their records.
        """
        if self._rows:
            self._write_group()
        if not self.names:
            self._open_file()
        if self._writer is not None:
            self._close_file()
        return self.names
