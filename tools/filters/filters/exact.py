"""Records that are the same: their text but for typing, or their file to the byte."""

import hashlib

from affectory_protocol.errors import RecordError
from affectory_protocol.fingerprint import digest_file
from affectory_protocol.places import Places
from affectory_protocol.reasons import Reason
from affectory_protocol.record import Record
from affectory_protocol.records import Assets, Text, Verdict
from affectory_protocol.scratch import Scratch

from filters.duplicates import Repeat
from filters.normal_text import normalise_text

_TABLE = "create table digests (digest blob primary key, id text) without rowid"


class _Digests:
    """Digests of the records that were kept."""

    def __init__(self) -> None:
        self._kept = Scratch(_TABLE)

    def find(self, digest: bytes) -> str | None:
        found = self._kept.execute("select id from digests where digest = ?", (digest,)).fetchone()
        return None if found is None else str(found[0])

    def add(self, digest: bytes, identity: str) -> None:
        # Two records that `--existing keep` lets stand may be the same: the first is the one named.
        self._kept.insert("insert or ignore into digests values (?, ?)", [(digest, identity)])


class ExactTexts:
    """Texts that are the same when they are normalised."""

    section = Text

    def __init__(self) -> None:
        self._digests = _Digests()

    def measure(self, record: Record) -> bytes:
        """SHA-256 of the normalised text."""
        return hashlib.sha256(normalise_text(record[Text].content).encode()).digest()

    def judge(self, key: bytes) -> Verdict:
        """Whether the text is new."""
        return _judge(self._digests.find(key))

    def add(self, key: bytes, identity: str) -> None:
        """Remember a text."""
        self._digests.add(key, identity)


class ExactAssets:
    """Files that are the same to the byte.

    Args:
        places: where they lie.
        role: of the file that is compared.
    """

    section = Assets

    def __init__(self, places: Places, role: str) -> None:
        self._places = places
        self._role = role
        self._digests = _Digests()

    def measure(self, record: Record) -> bytes:
        """SHA-256 of the file, or of its slice, as the record says it.

        Where it says none the file is read. A slice is then told by its file and its rows: what
        its bytes are is a matter of the format.

        Raises:
            RecordError: there is no such file, or its rows are no rows.
        """
        asset = record[Assets].root.get(self._role)
        if asset is None:
            raise RecordError(
                Reason.MISSING_ROLE, f"the record has no asset in the role: {self._role}"
            )
        if asset.sha256 is not None:
            return bytes.fromhex(asset.sha256)
        rows = _read_rows(record.entry(Assets.name, self._role), self._role)
        path = self._places.locate(asset)
        try:
            digest = bytes.fromhex(digest_file(path))
        except PermissionError:
            raise RecordError(
                Reason.ASSET_UNREADABLE, f"the file may not be read: /assets/{self._role}"
            ) from None
        return digest if rows is None else hashlib.sha256(digest + b"%d:%d" % rows).digest()

    def judge(self, key: bytes) -> Verdict:
        """Whether the file is new."""
        verdict = _judge(self._digests.find(key))
        return verdict.model_copy(update={"of": self._role})

    def add(self, key: bytes, identity: str) -> None:
        """Remember a file."""
        self._digests.add(key, identity)


def _read_rows(entry: object, role: str) -> tuple[int, int] | None:
    """First row of a slice and the one behind its last; None for a whole file."""
    match entry:
        case {"rows": [first, end]} if type(first) is type(end) is int and 0 <= first < end:
            return first, end
        case {"rows": rows} if rows is not None:
            raise RecordError(
                Reason.INVALID_SECTION,
                f"rows must be two integers, the first below the second: /assets/{role}/rows",
            )
    return None


def _judge(earlier: str | None) -> Verdict:
    if earlier is None:
        return Verdict(passed=True)
    return Verdict(passed=False, reason=Repeat.EXACT.value, duplicate_of=earlier)
