"""Features of texts, computed once for each distinct string and kept in a file if one is named.

The file is a database of SQLite: one table, the key is the digest of the encoder and the SHA-256 of
the text, the value its vector, compressed (hashed vectors are mostly zeros). Several processes may
share it. No text is in it.
"""

import hashlib
import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from affectory_protocol.errors import ManifestError, TemporaryError, UsageError
from numpy.typing import NDArray

from trainers.expression_space.encoder import Encoder

TEXTS_AT_ONCE = 256
"""Texts that are encoded, and put into the file, together."""
_VERSION = 1
_APPLICATION = 0x41464654
"""Tells the file from other databases, `AFFT`."""
_BUSY_SECONDS = 60.0
_LEVEL = 1
"""Of compression: the fastest."""
_TABLE = (
    "create table if not exists features (encoder text, text blob, vector blob, "
    "primary key (encoder, text)) without rowid"
)
_FIND = "select vector from features where encoder = ? and text = ?"
_KEEP = "insert or ignore into features values (?, ?, ?)"
_UNWRITABLE = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}
"""Of a file that was read, or of its folder: the journal of a change lies there for a while."""
_ROOM = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY}
_PRIMARY = 0xFF
"""Bits of an error code of SQLite that say its kind."""


class Features:
    """Encodes texts, and remembers what it has encoded where it is given a file.

    Args:
        encoder: of the texts.
        cache: file of earlier features, made when it is not there; None keeps nothing.

    Attributes:
        encoded: how many strings the encoder was given so far.
    """

    def __init__(self, encoder: Encoder, cache: Path | None = None) -> None:
        self.encoded = 0
        self._encoder = encoder
        self._cache = cache
        self._opened: _Store | None = None

    @property
    def encoder(self) -> Encoder:
        """Whose features these are."""
        return self._encoder

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode texts, each distinct string once.

        Returns:
            (n, dimension) float32, a row a text.

        Raises:
            UsageError: something else lies where the cache should.
            ManifestError: it is damaged.
        """
        distinct = list(dict.fromkeys(texts))
        vectors = np.empty((len(distinct), self._encoder.dimension), dtype=np.float32)
        self.fill(distinct, vectors)
        rows = {text: row for row, text in enumerate(distinct)}
        return vectors[[rows[text] for text in texts]]

    def fill(self, texts: Sequence[str], into: NDArray[np.float32]) -> None:
        """Encode distinct texts into an array that may lie on the disk.

        Args:
            texts: n of them.
            into: (n, dimension) float32.
        """
        for start in range(0, len(texts), TEXTS_AT_ONCE):
            part = texts[start : start + TEXTS_AT_ONCE]
            into[start : start + len(part)] = self._encode_part(part)

    def close(self) -> None:
        """Let go of the file."""
        if self._opened is not None:
            self._opened.close()

    def _encode_part(self, texts: Sequence[str]) -> NDArray[np.float32]:
        store = self._open()
        if store is None:
            return self._ask(texts)
        vectors = np.empty((len(texts), self._encoder.dimension), dtype=np.float32)
        found = store.find(texts)
        for row, vector in found.items():
            vectors[row] = vector
        unknown = [row for row in range(len(texts)) if row not in found]
        if unknown:
            fresh = self._ask([texts[row] for row in unknown])
            store.keep([texts[row] for row in unknown], fresh)
            vectors[unknown] = fresh
        return vectors

    def _open(self) -> "_Store | None":
        """The file, opened by the process that asks it, when it first does."""
        if self._opened is None and self._cache is not None:
            self._opened = _Store(self._cache, self._encoder)
        return self._opened

    def _ask(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.encoded += len(texts)
        return self._encoder.encode(texts)


class _Store:
    def __init__(self, path: Path, encoder: Encoder) -> None:
        self._encoder = encoder
        with _words(path):
            self._database = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
            self._open(path)

    def _open(self, path: Path) -> None:
        """Make the table in a new file, or look whether it is one of these; no lock if it is."""
        if self._read_kind() == (_APPLICATION, _VERSION):
            return
        with self._writing():  # another process may have made it since
            kind = self._read_kind()
            if kind == (_APPLICATION, _VERSION):
                return
            (tables,) = self._database.execute("select count(*) from sqlite_master").fetchone()
            if any(kind) or tables:
                raise UsageError(
                    f"--cache is a database of something else, or of another version: {path}",
                    hint="Name a new file, or one that this verb has made.",
                )
            self._database.execute(_TABLE)
            self._database.execute(f"pragma application_id={_APPLICATION}")
            self._database.execute(f"pragma user_version={_VERSION}")

    def _read_kind(self) -> tuple[int, int]:
        """What the file says it is, and its version; zeros of a new one."""
        (application,) = self._database.execute("pragma application_id").fetchone()
        (version,) = self._database.execute("pragma user_version").fetchone()
        return application, version

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Write all or nothing, alone."""
        self._database.execute("begin immediate")
        try:
            yield
        except BaseException:
            if self._database.in_transaction:  # a full disk may have ended it already
                self._database.execute("rollback")
            raise
        self._database.execute("commit")

    def find(self, texts: Sequence[str]) -> dict[int, NDArray[np.float32]]:
        """The vectors that are there, by the positions of their texts."""
        found = {}
        with _words():
            for row, text in enumerate(texts):
                values = (self._encoder.digest, _digest(text))
                if (kept := self._database.execute(_FIND, values).fetchone()) is not None:
                    found[row] = self._decode(kept[0])
        return found

    def _decode(self, kept: bytes) -> NDArray[np.float32]:
        try:
            vector = np.frombuffer(zlib.decompress(kept), dtype="<f4")
        except (zlib.error, ValueError):
            raise _damaged() from None
        if len(vector) != self._encoder.dimension:
            raise _damaged()
        return vector.astype(np.float32, copy=False)

    def keep(self, texts: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Put vectors into the file, all or none."""
        rows = [
            (
                self._encoder.digest,
                _digest(text),
                zlib.compress(vector.astype("<f4", copy=False).tobytes(), _LEVEL),
            )
            for text, vector in zip(texts, vectors, strict=True)
        ]
        with _words(), self._writing():
            self._database.executemany(_KEEP, rows)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _damaged() -> ManifestError:
    return ManifestError(
        "--cache is damaged: it holds vectors that are none",
        hint="Remove the file: its features are computed again.",
    )


@contextmanager
def _words(path: Path | None = None) -> Iterator[None]:
    """Say of a file that cannot be used what can be done about it."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY
        if code in _ROOM:
            raise TemporaryError(
                f"--cache cannot be used: {error}",
                hint="Make room, or wait for who holds it, and repeat the same command.",
            ) from error
        if code == sqlite3.SQLITE_READONLY or (path is None and code in _UNWRITABLE):
            raise ManifestError(
                "--cache cannot be written, and features of new texts are to be kept in it",
                hint="Make the file and its folder writable, or name another file.",
            ) from error
        if path is not None:
            raise UsageError(
                f"--cache cannot be opened: {path}: {error}",
                hint="Name a new file, or one that this verb has made.",
            ) from None
        raise ManifestError(
            f"--cache is damaged: {error}",
            hint="Remove the file: its features are computed again.",
        ) from error
