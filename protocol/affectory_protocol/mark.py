"""Which batch a run is at, so that a start after two deaths in one batch knows of them.

The mark is written before each batch and not synced: it has to outlive the process, not the
machine.
"""

import os
import struct
import zlib
from pathlib import Path

from affectory_protocol.durable import disk_errors

_LAYOUT = struct.Struct("<QQI")
"""First and last byte offset of the batch, half-open, and how many starts came to it."""
_SUM = struct.Struct("<I")


class Mark:
    """The mark of one run.

    Args:
        path: of its file, made when the first batch comes.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._fd: int | None = None
        self._earlier = (0, 0, 0)

    def recall(self) -> None:
        """Read what an earlier start left."""
        try:
            content = self._path.read_bytes()
        except FileNotFoundError:
            return
        body, tail = content[: _LAYOUT.size], content[_LAYOUT.size :]
        if tail == _SUM.pack(zlib.crc32(body)):
            self._earlier = _LAYOUT.unpack(body)

    def count_starts(self, first: int, end: int) -> int:
        """How many starts have come to these bytes of the input, this one included."""
        earlier_first, earlier_end, earlier_starts = self._earlier
        return 1 + (earlier_starts if first < earlier_end and earlier_first < end else 0)

    def enter(self, first: int, end: int) -> int:
        """Say which bytes of the input come next.

        Returns:
            How many starts have come to a batch there, this one included.
        """
        starts = self.count_starts(first, end)
        body = _LAYOUT.pack(first, end, starts)
        with disk_errors():
            if self._fd is None:
                self._fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
            os.pwrite(self._fd, body + _SUM.pack(zlib.crc32(body)), 0)
        return starts

    def close(self) -> None:
        """Let go of the file; it stays."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def remove(self) -> None:
        """Forget it: no batch is being worked on."""
        self.close()
        with disk_errors():
            self._path.unlink(missing_ok=True)
