"""Corpora of which one line in a hundred is hostile in each way, and what must become of each line.

Three are in the forms of the datasets that are imported, one is a manifest; the hostile lines of
the manifest are those of `hostile`.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from random import Random

from hostile import LINES, PASS
from sections import SENTENCES, example

SHARE = 100
"""One line in so many is hostile in one way."""

DROPPED = "dropped"
OVER_LONG = 70_000
"""Bytes: more than a row may have, and less than two pieces of one."""

PIECE_BYTES = 64 * 2**10 + 1
"""An over-long line of an imported file comes in pieces of this size."""


@dataclass(frozen=True)
class Kind:
    """One way to be hostile, or none.

    Attributes:
        what: it is.
        write: gives the line of a number, without its end.
        fate: PASS, DROPPED, or the reason why it is rejected.
    """

    what: str
    write: Callable[[int], bytes]
    fate: str | None


@dataclass(frozen=True)
class Corpus:
    """A file and what must become of it.

    Attributes:
        name: of the file.
        good: ways to be well.
        hostile: ways not to be.
        prefix: of the ids, before the number of the line.
        header: the line before the first, with its end.
        header_ids: of the record that it is, if it is one.
        counts_pieces: whether ids are numbers of rows, and each piece of a line is one.
    """

    name: str
    good: Sequence[Kind]
    hostile: Sequence[Kind]
    prefix: str
    header: bytes = b""
    header_ids: tuple[str, ...] = ()
    counts_pieces: bool = False

    def write(self, folder: Path, lines: int, seed: int) -> "Poisoned":
        """Write so many lines, hostile ones spread over them."""
        kinds = [kind for kind in self.hostile for _ in range(max(lines // SHARE, 1))]
        kinds += islice(cycle(self.good), max(lines - len(kinds), 2))
        Random(f"{self.name} {seed}").shuffle(kinds)
        path = folder / self.name
        expected = Expected([*self.header_ids], [], [])
        rows = 0
        offset = len(self.header)
        with path.open("wb") as file:
            file.write(self.header)
            for number, kind in enumerate(kinds, 1):
                line = kind.write(number)
                file.write(line + b"\n")
                pieces = _pieces(line)
                rows += len(pieces) if self.counts_pieces else 1
                expected.add(kind.fate, f"{self.prefix}{rows}", [offset + at for at in pieces])
                offset += len(line) + 1
        return Poisoned(path, len(kinds), len(self.hostile), expected)


@dataclass(frozen=True)
class Expected:
    """What an importer must make of a file.

    Attributes:
        ids: of the records, in order.
        dropped: ids of those left out.
        rejects: offset and reason of each reject.
    """

    ids: list[str]
    dropped: list[str]
    rejects: list[tuple[int, str]]

    def add(self, fate: str | None, identity: str, offsets: Sequence[int]) -> None:
        """Add a line with the offsets of its pieces."""
        if fate is PASS:
            self.ids.append(identity)
        elif fate == DROPPED:
            self.dropped.append(identity)
        else:
            self.rejects.extend((offset, fate) for offset in offsets)


def _pieces(line: bytes) -> Sequence[int]:
    """Where the pieces of a line begin; an importer reads a long one in several."""
    return range(0, len(line), PIECE_BYTES) if len(line) >= OVER_LONG else [0]


@dataclass(frozen=True)
class Poisoned:
    """A corpus that is written.

    Attributes:
        path: of the file.
        lines: in it.
        kinds: of hostility.
        expected: what becomes of them.
    """

    path: Path
    lines: int
    kinds: int
    expected: Expected


def _sentence(number: int) -> str:
    return f"{SENTENCES[number % len(SENTENCES)]} {number}"


# --- Tabs: GoEmotions ----------------------------------------------------------------------------


def _tsv(text: str = "", labels: str | None = None, key: str = "t{n}") -> Callable[[int], bytes]:
    def write(n: int) -> bytes:
        own = key.format(n=n)
        chosen = str(n % 28) if labels is None else labels
        return f"{text or _sentence(n)}\t{chosen}\t{own}".encode()

    return write


def _raw(line: bytes) -> Callable[[int], bytes]:
    """A line in which `%d` becomes its number."""
    return lambda n: line.replace(b"%d", str(n).encode())


_COMMON = [
    Kind("zero bytes", _raw(b"\0\0\0\0"), "malformed-row"),
    Kind("no separator", _raw(b"words %d and nothing else"), "malformed-row"),
    Kind("white space", _raw(b"  "), "malformed-row"),
    Kind("over-long", lambda n: b"%d\t" % n + b"x" * OVER_LONG, "line-too-long"),
]

GOEMOTIONS = Corpus(
    "train.tsv",
    [Kind("good", _tsv(), PASS), Kind("two labels", _tsv(labels="3,17"), PASS)],
    [
        *_COMMON,
        Kind("not UTF-8", _raw(b"caf\xe9 %d\t3\tt%d"), "invalid-utf8"),
        Kind("half a character", _raw(b"\xf0\x9f\x98\t3\tt%d"), "invalid-utf8"),
        Kind("too many columns", _raw(b"a\tb\t3\tt%d"), "malformed-row"),
        Kind("no such label", _tsv(labels="28"), "unknown-label"),
        Kind("label that is no number", _tsv(labels="joy"), "unknown-label"),
        Kind("no label", _raw(b"words\t\tt%d"), "unknown-label"),
        Kind("no text", _raw(b" \t3\tt%d"), "empty-text"),
        Kind("no id", _tsv(key=""), "invalid-id"),
        Kind("id too long", _tsv(key="k" * 600), "invalid-id"),
        Kind("control character in the id", _tsv(key="t{n}\x07"), "invalid-id"),
        Kind("id for the second time", _tsv(key="again"), "duplicate-id"),
        Kind("quotation mark never closed", _tsv(text='"I said no'), PASS),
        Kind("markup", _tsv(text="<script>alert(1)</script>"), PASS),
        Kind("JSON", _tsv(text='{"id":"x"}'), PASS),
        Kind("a path", _tsv(text="../../etc/passwd %s {0} $(ls)"), PASS),
        Kind("line separator", _tsv(text="one\u2028two\x85three"), PASS),
        Kind("right to left", _tsv(text="\u202eover and over\u202c"), PASS),
        Kind("a thousand marks", _tsv(text="e" + "\u0301" * 1000), PASS),
        Kind("zero character in the text", _tsv(text="a\0b"), PASS),
        Kind("long word", _tsv(text="o" * 20_000), PASS),
    ],
    "goemotions:t",
    header=b"words\t1\tagain\n",
    header_ids=("goemotions:again",),
)


# --- Tabs: EmoInt --------------------------------------------------------------------------------


def _rated(text: str = "", emotion: str = "anger", score: str = "0.5") -> Callable[[int], bytes]:
    return lambda n: f"{n}\t{text or _sentence(n)}\t{emotion}\t{score}".encode()


EMOINT = Corpus(
    "anger_train.csv",
    [Kind("good", _rated(), PASS), Kind("not rated", _rated(score="NONE"), PASS)],
    [
        *_COMMON,
        Kind("not UTF-8", _raw(b"%d\t\xff\xfe\tanger\t0.5"), "invalid-utf8"),
        Kind("score beyond 1", _rated(score="1.5"), "malformed-row"),
        Kind("score below 0", _rated(score="-0.1"), "malformed-row"),
        Kind("score that is not a number", _rated(score="nan"), "malformed-row"),
        Kind("endless score", _rated(score="inf"), "malformed-row"),
        Kind("score with a comma", _rated(score="0,5"), "malformed-row"),
        Kind("no such emotion", _rated(emotion="bliss"), "unknown-label"),
        Kind("no text", _raw(b"%d\t \tanger\t0.5"), "empty-text"),
        Kind("wrongly decoded", _rated(text="it\u00e2\u20ac\u2122s"), PASS),
        Kind("entities", _rated(text="&amp;lt;b&amp;gt; &#0; &#x110000;"), PASS),
    ],
    "emoint:",
)


# --- Semicolons: ISEAR ---------------------------------------------------------------------------

ISEAR = Corpus(
    "isear.csv",
    [Kind("good", lambda n: f'joy;"{_sentence(n)}"'.encode(), PASS)],
    [
        Kind("zero bytes", _raw(b"\0\0\0\0"), "malformed-row"),
        Kind("no separator", _raw(b"words %d and nothing else"), "malformed-row"),
        Kind("over-long", lambda n: b"joy;%d" % n + b"x" * OVER_LONG, "line-too-long"),
        Kind("no such label", _raw(b'bliss;"no such label %d"'), "unknown-label"),
        Kind("no text", _raw(b'joy;"  "'), "empty-text"),
        Kind("no response", _raw(b'joy;"[ No response.]"'), DROPPED),
        Kind("Latin-1", _raw(b'joy;"caf\xe9 %d"'), PASS),
        Kind("semicolons", _raw(b"joy;a;b;%d"), "malformed-row"),
        Kind("semicolons between quotation marks", _raw(b'joy;"a;b;%d"'), PASS),
    ],
    "isear:",
    header=b"emo;txt\n",
    counts_pieces=True,
)


# --- A manifest ----------------------------------------------------------------------------------

_ID = re.compile(rb'("id"\s*:\s*")(x|[^"]{100,})"')


def _own_id(line: bytes) -> Callable[[int], bytes]:
    """The line with an id of its own, of the same length where that is what is hostile."""

    def write(n: int) -> bytes:
        def replace(found: re.Match[bytes]) -> bytes:
            fill = b"x" * (len(found[2]) - len(b"p%d" % n))
            return found[1] + b"p%d%s" % (n, fill) + b'"'

        return _ID.sub(replace, line, count=1)

    return write


def _manifest_line(n: int) -> bytes:
    return f'{{"id":"p{n}","text":{example("text", n)}}}'.encode()


FOREIGN = Corpus(
    "foreign.jsonl",
    [Kind("good", _manifest_line, PASS)],
    [Kind(line.what, _own_id(line.line), line.reason) for line in LINES],
    "p",
)
