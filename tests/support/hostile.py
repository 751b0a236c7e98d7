"""Hostile input and what becomes of it: the data of the tests and of the page that tells of it.

A line stands between two good records on a pipe. An input is the whole content of a file or a
pipe. A place is the uri of an asset that `--verify-assets` looks at. Nothing is lost in any case:
what does not pass is a reject that gives the original bytes back, or the command stops and says so.
"""

from dataclasses import dataclass

PASS = None
"""The reason of what passes."""

FILE, PIPE = "file", "pipe"
BOM = b"\xef\xbb\xbf"
GOOD = b'{"id":"good"}\n'
LAST = b'{"id":"last","text":{"content":"x"}}\n'
GIGABYTE = 2**30
LARGEST = 2**53 - 1


@dataclass(frozen=True)
class Line:
    """One hostile line.

    Attributes:
        what: it is, in a few words.
        line: its bytes without the newline.
        reason: why it is rejected, or PASS.
        note: what is done or why, where it is not plain.
    """

    what: str
    line: bytes
    reason: str | None
    note: str = ""


@dataclass(frozen=True)
class Input:
    """One hostile file or pipe.

    Attributes:
        what: it is, in a few words.
        by: FILE or PIPE.
        content: all its bytes.
        written: what the command writes.
        status: what it ends in.
        note: what is done or why.
    """

    what: str
    by: str
    content: bytes
    written: bytes
    status: int = 0
    note: str = ""


@dataclass(frozen=True)
class Place:
    """One hostile uri, looked up below a folder as `ROOT` below describes it.

    Attributes:
        what: it names, in a few words.
        uri: of the asset.
        reason: why the record is rejected, or PASS.
        words: further options.
        described: what the record says of the file.
        note: what is done or why.
    """

    what: str
    uri: str
    reason: str | None
    words: tuple[str, ...] = ()
    described: str = ""
    note: str = ""


def _record(members: str) -> bytes:
    return b'{"id":"x",%s}' % members.encode()


def _votes(number: str) -> bytes:
    return _record('"labels":{"emotions":[{"vocabulary":"v","label":"l","votes":' + number + "}]}")


def _nested(depth: int) -> bytes:
    return _record('"other":' + "[" * depth + "]" * depth)


LINES = (
    # JSON or not
    Line("an object that is cut off", b'{"id":"x","text":{"con', "invalid-json"),
    Line("a comma behind the last member", b'{"id":"x",}', "invalid-json"),
    Line("single quotation marks", b"{'id':'x'}", "invalid-json"),
    Line("a comment", b'{"id":"x"} // x', "invalid-json"),
    Line("two objects", b'{"id":"x"}{"id":"y"}', "invalid-json"),
    Line("two objects with a carriage return between", b'{"id":"x"}\r{"id":"y"}', "invalid-json"),
    Line("zero bytes", b"\0\0\0\0", "invalid-json", "as a disk leaves them after a power cut"),
    Line("`NaN`", _record('"other":NaN'), "invalid-json", "JSON has no such number"),
    Line("`Infinity`", _record('"other":-Infinity'), "invalid-json", "JSON has no such number"),
    Line("a number beyond any double, `1e400`", _record('"other":1e400'), "invalid-json"),
    Line("a control character in a text, unescaped", _record('"other":"a\tb"'), "invalid-json"),
    Line("a zero character in a text, escaped", _record('"text":{"content":"\\u0000"}'), PASS),
    Line("a line separator U+2028 in a text", _record('"text":{"content":"\u2028"}'), PASS),
    Line("an array", b'["x"]', "not-an-object"),
    Line("a text", b'"x"', "not-an-object"),
    Line("a number", b"5", "not-an-object"),
    Line("`null`", b"null", "not-an-object"),
    # the id
    Line("no id", b'{"text":{"content":"x"}}', "invalid-id"),
    Line("an empty object", b"{}", "invalid-id"),
    Line("an id that is a number", b'{"id":7}', "invalid-id"),
    Line("an id that is null", b'{"id":null}', "invalid-id"),
    Line("an id that is an array", b'{"id":["x"]}', "invalid-id"),
    Line("an empty id", b'{"id":""}', "invalid-id"),
    Line("an id of 512 bytes", b'{"id":"%s"}' % ("é" * 256).encode(), PASS),
    Line("an id of 513 bytes", b'{"id":"%s"}' % ("é" * 256 + "x").encode(), "invalid-id"),
    Line("an id with a newline in it", b'{"id":"a\\nb"}', "invalid-id"),
    # the bytes
    Line("bytes that are not UTF-8", b'{"id":"x","other":"\xff\xfe"}', "invalid-utf8"),
    Line("a character cut in half", b'{"id":"x","other":"\xc3"}', "invalid-utf8"),
    Line("an overlong encoding", b'{"id":"x","other":"\xc0\xaf"}', "invalid-utf8"),
    Line("a surrogate encoded as UTF-8", b'{"id":"x","other":"\xed\xa0\x80"}', "invalid-utf8"),
    Line("a lone surrogate, escaped", _record('"other":"\\ud800"'), "invalid-json"),
    Line("a pair of surrogates, escaped", _record('"other":"\\ud83d\\ude00"'), PASS),
    Line(
        "a byte order mark that does not start the input",
        BOM + b'{"id":"x"}',
        "invalid-json",
        "manifests joined by `cat` may hold one",
    ),
    # keys
    Line("the id twice", b'{"id":"x","id":"y"}', "duplicate-key"),
    Line("a section twice", _record('"text":{"content":"a"},"text":null'), "duplicate-key"),
    Line(
        "a section twice, once with an escaped letter",
        _record('"text":{"content":"a"},"te\\u0078t":null'),
        "duplicate-key",
    ),
    Line("a member nobody knows twice", _record('"other":1,"other":2'), PASS),
    Line(
        "a field of a section twice",
        _record('"text":{"content":"a","content":"b"}'),
        PASS,
        "parsers read the last one",
    ),
    Line("a member nobody knows", _record('"hypnosis":{"depth":[1,{}]}'), PASS),
    Line("a field nobody knows in a section", _record('"text":{"content":"a","tone":[]}'), PASS),
    # numbers
    Line(f"an integer of {LARGEST} in a field that is read", _votes(str(LARGEST)), PASS),
    Line(
        f"an integer of {LARGEST + 1} in a field that is read",
        _votes(str(LARGEST + 1)),
        "invalid-section",
        "other readers of JSON would round it",
    ),
    Line(
        "an integer beyond 64 bits in a field that is read", _votes("9" * 30), "invalid-section"
    ),
    Line(
        f"an integer of {LARGEST + 1} in a field that is not read",
        _record(f'"other":{LARGEST + 1}'),
        PASS,
        "its digits stay",
    ),
    Line(
        "an integer of 30 digits in a field that is not read",
        _record('"other":123456789012345678901234567890'),
        PASS,
        "its digits stay",
    ),
    Line("an integer of 400 digits", _record('"other":' + "9" * 400), "invalid-json"),
    Line("numbers in unusual forms", _record('"other":[-0,1E2,1.50,0.1e-7]'), PASS),
    Line("a whole number written with a point where an integer belongs", _votes("3.0"),
         "invalid-section"),
    Line("a number written as a text", _votes('"3"'), "invalid-section"),
    # sections
    Line("a section that is null", _record('"text":null'), PASS, "null counts as absent"),
    Line("a section that is a text", _record('"text":"words"'), "invalid-section"),
    Line("a section without a field it needs", _record('"text":{}'), "invalid-section"),
    # depth and length
    Line("nesting of 500 in a member nobody knows", _nested(500), PASS),
    Line("nesting of 10,000", _nested(10_000), "invalid-json", "the parser stops at 1,024"),
    Line("white space around everything", b' { "id" : "x" } ', PASS, "white space stays"),
)  # fmt: skip

LONG_LINE = Line(
    "a line of 1 GB",
    b"x" * 64,
    "line-too-long",
    "never held in memory: its reject has its SHA-256 and its first 4,096 bytes",
)
"""Made of its bytes again and again, on a pipe."""

INPUTS = (
    Input("an empty file", FILE, b"", b""),
    Input("an empty pipe", PIPE, b"", b""),
    Input("a byte order mark and nothing else", FILE, BOM, b""),
    Input(
        "a byte order mark at the start", FILE, BOM + GOOD + LAST, GOOD + LAST, note="not written"
    ),
    Input(
        "a byte order mark at the start", PIPE, BOM + GOOD + LAST, GOOD + LAST, note="not written"
    ),
    Input(
        "lines that end with CRLF",
        FILE,
        (GOOD + LAST).replace(b"\n", b"\r\n"),
        GOOD + LAST,
        note="the carriage returns are not written",
    ),
    Input(
        "blank lines, and lines of white space",
        FILE,
        b"\n" + GOOD + b"\n \t\n\r\n" + LAST + b"\n\n",
        GOOD + LAST,
        note="they are no records and are not written",
    ),
    Input("blank lines only", PIPE, b"\n\n\n", b""),
    Input(
        "no newline at the end",
        FILE,
        (GOOD + LAST).removesuffix(b"\n"),
        GOOD + LAST,
        note="the newline is written",
    ),
    Input(
        "no newline at the end",
        PIPE,
        (GOOD + LAST).removesuffix(b"\n"),
        GOOD,
        status=1,
        note="what stands before the pipe was cut off; whole lines are passed on",
    ),
    Input(
        "a carriage return in the place of the last newline",
        FILE,
        (GOOD + LAST).replace(b"\n", b"\r\n").removesuffix(b"\n"),
        GOOD + LAST,
    ),
    Input(
        "UTF-16",
        FILE,
        (GOOD + LAST).decode().encode("utf-16"),
        b"",
        status=3,
        note="every line is a reject",
    ),
)

ROOT = {
    "photo.png": "a file of 5 bytes",
    "folder": "a folder",
    "pipe": "a named pipe",
    "inside": "a link to photo.png",
    "outside": "a link to a file above the root",
    "loop": "a link to itself",
}
"""What lies in the root."""

PLACES = (
    Place("a file", "photo.png", PASS),
    Place("a link inside the root", "inside", PASS),
    Place("a file by its folder's `..`", "folder/../photo.png", "unsafe-uri"),
    Place("a file above the root", "../secret.txt", "unsafe-uri"),
    Place("an absolute path", "/etc/hostname", "unsafe-uri"),
    Place("an absolute path behind a root's name", "data:/etc/hostname", "unsafe-uri"),
    Place("a file above a named root", "data:../secret.txt", "unsafe-uri"),
    Place("the root itself", ".", "unsafe-uri"),
    Place("a web address", "https://localhost/photo.png", "unsafe-uri", note="nothing is fetched"),
    Place("a zero character", "photo\\u0000.png", "unsafe-uri"),
    Place("a name longer than file systems allow", "x" * 300, "unsafe-uri"),
    Place("a link out of the root", "outside", "unsafe-uri"),
    Place("a link out of the root, allowed", "outside", PASS, ("--follow-symlinks",)),
    Place("a link to itself", "loop", "unsafe-uri"),
    Place("a root that no `--root` gives", "elsewhere:photo.png", "unknown-root"),
    Place("a file that is missing", "absent.png", "asset-missing"),
    Place("a file below a file", "photo.png/x", "asset-missing"),
    Place(
        "a file above the root, percent-encoded",
        "%2e%2e/secret.txt",
        "asset-missing",
        note="a uri is taken literally",
    ),
    Place(
        "a file above the root, by backslashes",
        "..\\\\secret.txt",
        "asset-missing",
        note="a uri is taken literally",
    ),
    Place("a folder", "folder", "asset-not-a-file"),
    Place("a named pipe", "pipe", "asset-not-a-file", note="it is not opened"),
    Place("a device", "devices:null", "asset-not-a-file", ("--root", "devices=/dev")),
    Place("a file of another size", "photo.png", "asset-mismatch", described='"bytes":6'),
    Place(
        "a file with another SHA-256",
        "photo.png",
        "asset-mismatch",
        described=f'"sha256":"{"0" * 64}"',
    ),
    Place("an empty uri", "", "invalid-section"),
)
