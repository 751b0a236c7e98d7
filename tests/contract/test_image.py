"""Pictures as they come: whatever cannot be decoded is one reject, and all the others go on."""

import io
import os
import struct
import zlib

import orjson
import pytest
from cases import FILTER, MAP, cases, join
from PIL import Image
from sections import encode_array, encode_png, example

BYTES_ALONE = {"filters duplicates exact-asset"}
"""Verbs that do not look at what a file shows."""

PIXELS = cases(
    lambda c: (
        c.kind in {MAP, FILTER} and c.spec["needs"] == ["assets"] and str(c) not in BYTES_ALONE
    )
)


def _save(image, kind, **settings):
    file = io.BytesIO()
    image.save(file, kind, **settings)
    return file.getvalue()


def _picture(mode="RGB"):
    return Image.open(io.BytesIO(encode_png(96))).convert(mode)


def _chunk(name, content):
    return (
        struct.pack(">I", len(content))
        + name
        + content
        + struct.pack(">I", zlib.crc32(name + content))
    )


def _bomb(size):
    """A picture that claims to be large and holds next to nothing."""
    header = struct.pack(">2I5B", size, size, 8, 0, 0, 0, 0)
    rows = zlib.compress(bytes(4_000_000), 9)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", rows)
        + _chunk(b"IEND", b"")
    )


def _turned():
    exif = Image.Exif()
    exif[0x0112] = 6
    return _save(_picture(), "JPEG", exif=exif)


def _animated():
    frames = [_picture().rotate(90 * n) for n in range(3)]
    return _save(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=40)


GOOD = {
    "png": lambda: encode_png(96),
    "jpeg": lambda: _save(_picture(), "JPEG"),
    "grey": lambda: _save(_picture("L"), "PNG"),
    "palette": lambda: _save(_picture("P"), "PNG"),
    "transparent": lambda: _save(_picture("RGBA"), "PNG"),
    "cmyk": lambda: _save(_picture("CMYK"), "JPEG"),
    "16 bit": lambda: _save(_picture("L").convert("I;16"), "PNG"),
    "turned by exif": _turned,
}
BAD = {
    "zero bytes": (lambda: b"", "asset-undecodable"),
    "text": (lambda: b"this is no picture", "asset-undecodable"),
    "signature only": (lambda: encode_png(96)[:8], "asset-undecodable"),
    "truncated png": (lambda: encode_png(96)[:400], "asset-undecodable"),
    "truncated jpeg": (lambda: _save(_picture(), "JPEG")[:500], "asset-undecodable"),
    "50,000 pixels wide": (lambda: _bomb(50_000), "asset-too-large"),
}


def _judge(trial, pictures):
    """Run over one record a picture, a good one before and behind each."""
    records = [_record(trial, "first", encode_png(96))]
    for number, content in enumerate(pictures):
        records.append(_record(trial, f"p{number}", content))
        records.append(_record(trial, f"between{number}", encode_png(96)))
    source = trial.data / "pictures.jsonl"
    source.write_bytes(join(records))
    done = trial.run_to_file(*_gentle(trial.case), source=source).ok()
    assert "Traceback" not in done.stderr
    return len(records), [orjson.loads(line) for line in trial.left().rejects.splitlines()]


def _gentle(case):
    """Lets no filter drop a picture for what it shows."""
    return ["--mark"] if case.has("--mark") else []


def _record(trial, name, content):
    (trial.data / f"{name}.bin").write_bytes(content)
    asset = {"uri": f"{name}.bin", "media_type": "image/png"}
    return orjson.dumps({"id": name, "assets": {"image": asset}})


@pytest.mark.parametrize("case", PIXELS, ids=str)
def test_picture_of_an_unusual_kind_goes_through(trial):
    read, rejects = _judge(trial, [make() for make in GOOD.values()])

    assert [
        (list(GOOD)[int(orjson.loads(r["line"])["id"][1:])], r["reason"]) for r in rejects
    ] == []
    assert trial.left().counts["passed"] == read


@pytest.mark.parametrize("case", PIXELS, ids=str)
def test_animated_picture_is_its_first_frame_or_a_reject(trial):
    read, rejects = _judge(trial, [_animated()])

    assert [r["reason"] for r in rejects] in ([], ["asset-undecodable"])
    assert trial.left().counts["passed"] == read - len(rejects)


@pytest.mark.parametrize("case", PIXELS, ids=str)
def test_picture_that_cannot_be_decoded_is_rejected_alone(trial):
    read, rejects = _judge(trial, [make() for make, _ in BAD.values()])
    found = {
        list(BAD)[int(orjson.loads(reject["line"])["id"][1:])]: reject["reason"]
        for reject in rejects
    }

    assert found == {name: reason for name, (_, reason) in BAD.items()}
    assert trial.left().counts["passed"] == read - len(BAD)


def _asset(case, uri):
    """A record's asset in the role that the case looks at, and what says what it is."""
    if "tracks" not in case.spec["needs"]:
        return {"assets": {"image": {"uri": uri, "media_type": "image/png"}}}
    asset = {"uri": uri, "media_type": "application/x-npy"}
    return {"assets": {"face_track": asset}, "tracks": orjson.loads(example("tracks"))}


def _content(case):
    """A file that the case takes in this role."""
    if "tracks" not in case.spec["needs"]:
        return encode_png(96)
    return encode_array("<f4", (2, 52), bytes(4 * 2 * 52))


@pytest.mark.parametrize("case", cases(lambda c: "assets" in c.spec["needs"]), ids=str)
def test_uri_that_leads_nowhere_good_is_rejected_with_its_reason(trial):
    inside = trial.data / "inside.png"
    inside.write_bytes(_content(trial.case))
    outside = trial.cwd.parent / "outside.png"
    outside.write_bytes(_content(trial.case))
    (trial.data / "out").symlink_to(outside)
    (trial.data / "in").symlink_to(inside)
    (trial.data / "folder").mkdir()
    (trial.data / "loop").symlink_to("loop")
    os.mkfifo(trial.data / "fifo")
    expected = {
        "../outside.png": "unsafe-uri",
        str(outside): "unsafe-uri",
        "out": "unsafe-uri",
        "loop": "unsafe-uri",
        "a/../inside.png": "unsafe-uri",
        "none.png": "asset-missing",
        "inside.png/more": "asset-missing",
        "folder": "asset-not-a-file",
        "fifo": "asset-not-a-file",
        "elsewhere:inside.png": "unknown-root",
    }
    uris = ["inside.png", "in", *expected]
    records = [{"id": f"u{n}", **_asset(trial.case, uri)} for n, uri in enumerate(uris)]
    roleless = {**records[0], "id": "roleless", "assets": {}}
    trial.input.write_bytes(join(map(orjson.dumps, [*records, roleless])))
    trial.run_to_file(*_gentle(trial.case)).ok()
    rejects = [orjson.loads(line) for line in trial.left().rejects.splitlines()]
    found = {orjson.loads(r["line"])["id"]: r["reason"] for r in rejects}

    assert found.pop("roleless") == "missing-role"
    assert {uris[int(name[1:])]: reason for name, reason in found.items()} == expected


@pytest.mark.parametrize("case", cases(lambda c: "assets" in c.spec["needs"]), ids=str)
def test_link_out_of_its_root_is_followed_when_asked_for(trial):
    outside = trial.cwd.parent / "outside.png"
    outside.write_bytes(_content(trial.case))
    (trial.data / "out").symlink_to(outside)
    trial.input.write_bytes(join([orjson.dumps({"id": "a", **_asset(trial.case, "out")})]))

    trial.run_to_file(*_gentle(trial.case), "--follow-symlinks", "--max-rejects", "0").ok()
