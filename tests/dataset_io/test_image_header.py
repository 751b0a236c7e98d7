"""What kind of image a file is, and how large."""

import io
import struct
import zlib

import pytest
from affectory_protocol.errors import RecordError
from dataset_io.image_header import ImageHeader, read_image_header
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

SIDEWAYS = 6
OUTCOMES = {"sound", "asset-undecodable", "asset-too-large"}
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def _encode(form: str, size: tuple[int, int] = (3, 2), mode: str = "RGB", **options) -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, 1).save(file, form, **options)
    return file.getvalue()


def _chunk(name: bytes, content: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(name + content))
    return struct.pack(">I", len(content)) + name + content + checksum


def _png(width: int, height: int, *behind: bytes) -> bytes:
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    pixels = _chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return SIGNATURE + head + pixels + b"".join(behind) + _chunk(b"IEND", b"")


def _read(content: bytes) -> ImageHeader:
    return read_image_header(io.BytesIO(content))


def _judge(content: bytes) -> str:
    try:
        return "sound" if _read(content).width else "without a size"
    except RecordError as error:
        return error.reason.value


def _exif(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


@pytest.mark.parametrize(
    ("form", "media_type"),
    [
        ("JPEG", "image/jpeg"),
        ("PNG", "image/png"),
        ("GIF", "image/gif"),
        ("BMP", "image/bmp"),
        ("TIFF", "image/tiff"),
        ("WEBP", "image/webp"),
        ("PPM", "image/x-portable-anymap"),
        ("JPEG2000", "image/jp2"),
        ("AVIF", "image/avif"),
    ],
)
def test_format_is_told_by_content(form, media_type):
    assert _read(_encode(form)) == ImageHeader(media_type, 3, 2)


def test_jpeg_with_more_pictures_behind_the_first_is_a_jpeg():
    second = Image.new("RGB", (3, 2))
    content = _encode("MPO", save_all=True, append_images=[second])

    assert _read(content) == ImageHeader("image/jpeg", 3, 2)


@pytest.mark.parametrize(("mode", "form"), [("CMYK", "JPEG"), ("I;16", "PNG"), ("P", "GIF")])
def test_unusual_pixels_are_no_obstacle(mode, form):
    assert _read(_encode(form, mode=mode)).width == 3


def test_animation_has_the_size_of_its_canvas():
    frames = [Image.new("L", (5, 4), value) for value in (1, 2, 3)]
    file = io.BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])

    assert _read(file.getvalue()) == ImageHeader("image/gif", 5, 4)


@pytest.mark.parametrize(
    ("orientation", "size"),
    [
        (1, (3, 2)),
        (2, (3, 2)),
        (3, (3, 2)),
        (4, (3, 2)),
        (5, (2, 3)),
        (6, (2, 3)),
        (7, (2, 3)),
        (8, (2, 3)),
    ],
)
@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_size_is_that_of_the_upright_picture(form, orientation, size):
    header = _read(_encode(form, exif=_exif(orientation)))

    assert (header.width, header.height) == size


def test_orientation_behind_the_pixels_of_a_png_is_found():
    exif = _exif(SIDEWAYS).tobytes().removeprefix(b"Exif\0\0")

    header = _read(_png(30, 20, _chunk(b"eXIf", exif)))

    assert (header.width, header.height) == (20, 30)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"text",
        b"%PDF-1.7\n",
        b"\xff\xd8\xff",
        SIGNATURE,
        _encode("PNG")[:-8],
        _encode("PNG").replace(b"IDAT", b"IDAX"),
        _png(0, 0),
        b"P6\n0 0\n255\n",
        b"GIF89a" + bytes(7) + b"," + bytes(9) + b"\x02\x00;",
        b"BM" + b"\xff" * 60,
    ],
)
def test_what_is_no_sound_image_is_undecodable(content):
    with pytest.raises(RecordError) as raised:
        _read(content)

    assert raised.value.reason.value == "asset-undecodable"


@pytest.mark.parametrize(
    "content", [_png(50_000, 50_000), _png(10_001, 10_000), b"P6\n50000 50000\n255\n"]
)
def test_image_beyond_the_limit_is_refused_by_its_header(content):
    with pytest.raises(RecordError) as raised:
        _read(content)

    assert raised.value.reason.value == "asset-too-large"


def test_image_of_just_the_limit_is_admitted():
    assert _read(_png(10_000, 10_000)).width == 10_000


@given(st.binary(max_size=200), st.sampled_from(["JPEG", "PNG", "GIF", "TIFF", "WEBP", "BMP"]))
def test_damage_never_raises_anything_else(noise, form):
    sound = _encode(form)
    damaged = sound[: len(sound) // 2] + noise

    assert _judge(damaged) in OUTCOMES


@given(st.data())
def test_flipped_bytes_never_raise_anything_else(data):
    content = bytearray(_encode(data.draw(st.sampled_from(["JPEG", "PNG", "GIF", "TIFF", "WEBP"]))))
    for _ in range(3):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))

    assert _judge(bytes(content)) in OUTCOMES
