"""What tools make of images that cameras, editors and accidents produce.

The module `image.py` stands in every tool that decodes images; the first copy is tried, and all
copies are the same.
"""

import importlib.util
import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from affectory_protocol.errors import RecordError
from affectory_protocol.reasons import Reason
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

COPIES = sorted(Path(__file__).resolve().parents[2].glob("tools/*/*/image.py"))
FORMATS = ("AVIF", "BMP", "GIF", "JPEG", "JPEG2000", "PNG", "PPM", "TIFF", "WEBP")
RED, BLUE = (200, 40, 40), (40, 40, 200)


def _load(path):
    spec = importlib.util.spec_from_file_location("image_under_test", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


IMAGE = _load(COPIES[0])


def _encode(image, file_format, **options):
    file = io.BytesIO()
    image.save(file, file_format, **options)
    return file.getvalue()


def _plain(colour=RED, size=(24, 16), mode="RGB"):
    return Image.new(mode, size, colour)


def _noise(height=32, width=48):
    samples = np.random.default_rng(5).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(samples)


def _forged_png(width, height):
    """A PNG whose header promises this size and whose data holds one row of three pixels."""

    def chunk(name, data):
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" + b"\x80" * 9)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


def _exif(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


def _reason(content):
    with pytest.raises(RecordError) as raised:
        IMAGE.decode_image(content)
    return raised.value.reason


def test_more_than_one_tool_decodes_images():
    assert len(COPIES) >= 2


def test_copies_are_the_same_to_the_byte():
    assert {path.read_bytes() for path in COPIES} == {COPIES[0].read_bytes()}


def test_formats_tried_are_the_formats_decoded():
    assert IMAGE.FORMATS == FORMATS


# --- What is decoded -----------------------------------------------------------------------------


@pytest.mark.parametrize("file_format", FORMATS)
def test_every_format_is_decoded(file_format):
    pixels = IMAGE.decode_image(_encode(_plain(), file_format))

    assert pixels.shape == (16, 24, 3)
    assert pixels.dtype == np.uint8
    assert np.abs(pixels.astype(int) - RED).max() <= 8


def test_two_pictures_of_a_stereo_camera_are_decoded_as_the_first():
    content = _encode(_plain(), "MPO", save_all=True, append_images=[_plain(BLUE)])

    assert np.abs(IMAGE.decode_image(content)[0, 0].astype(int) - RED).max() <= 8


def test_lossless_pixels_come_through_unchanged():
    image = _noise()

    assert (IMAGE.decode_image(_encode(image, "PNG")) == np.asarray(image)).all()


def test_cmyk_jpeg_keeps_its_colour():
    content = _encode(_plain().convert("CMYK"), "JPEG", quality=95)

    assert np.abs(IMAGE.decode_image(content)[8, 8].astype(int) - RED).max() <= 8


def test_16_bit_grey_is_scaled_to_8():
    samples = np.array([[0, 257, 32896, 65535]], dtype=np.uint16)
    content = _encode(Image.fromarray(samples), "PNG")

    assert IMAGE.decode_image(content).tolist() == [[[0] * 3, [1] * 3, [128] * 3, [255] * 3]]


def test_16_bit_grey_that_is_dark_stays_dark():
    content = _encode(Image.fromarray(np.full((2, 2), 200, dtype=np.uint16)), "PNG")

    assert IMAGE.decode_image(content).max() == 1


def test_fractions_are_scaled_to_8_bit():
    samples = np.array([[0.0, 0.2, 1.0]], dtype=np.float32)

    pixels = IMAGE.decode_image(_encode(Image.fromarray(samples), "TIFF"))

    assert pixels[0, :, 0].tolist() == [0, 51, 255]


def test_sample_that_is_not_a_number_is_black():
    samples = np.array([[np.nan, 1.0]], dtype=np.float32)

    pixels = IMAGE.decode_image(_encode(Image.fromarray(samples), "TIFF"))

    assert pixels[0, :, 0].tolist() == [0, 255]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_exif_rotation_is_undone(file_format, orientation):
    image = ImageOps.scale(_noise(4, 6), 8, Image.Resampling.NEAREST)
    content = _encode(image, file_format, exif=_exif(orientation))
    with Image.open(io.BytesIO(content)) as opened:
        expected = np.asarray(ImageOps.exif_transpose(opened).convert("RGB"))

    assert (IMAGE.decode_image(content) == expected).all()


def test_photograph_held_upright_is_turned_clockwise():
    stored = np.zeros((2, 3, 3), dtype=np.uint8)
    stored[0, 0] = (255, 0, 0)

    pixels = IMAGE.decode_image(_encode(Image.fromarray(stored), "PNG", exif=_exif(6)))

    assert pixels.shape == (3, 2, 3)
    assert pixels[0, 1].tolist() == [255, 0, 0]


def test_damaged_exif_leaves_the_picture_as_it_is_stored():
    content = _encode(_plain(), "JPEG", exif=b"Exif\0\0this is no TIFF header")

    assert IMAGE.decode_image(content).shape == (16, 24, 3)


@pytest.mark.parametrize("file_format", ["GIF", "PNG", "WEBP", "AVIF", "TIFF"])
def test_animation_is_its_first_frame(file_format):
    others = [_plain(BLUE), _plain((0, 255, 0))]
    content = _encode(_plain(), file_format, save_all=True, append_images=others)

    pixels = IMAGE.decode_image(content)

    assert pixels.shape == (16, 24, 3)
    assert np.abs(pixels[8, 8].astype(int) - RED).max() <= 8


def test_transparency_is_laid_over_white():
    samples = np.array([[[200, 0, 0, 0], [200, 0, 0, 255], [0, 0, 0, 128]]], dtype=np.uint8)

    pixels = IMAGE.decode_image(_encode(Image.fromarray(samples), "PNG"))

    assert pixels[0, 0].tolist() == [255, 255, 255]
    assert pixels[0, 1].tolist() == [200, 0, 0]
    assert pixels[0, 2].tolist() == [127, 127, 127]


def test_grey_with_transparency_is_laid_over_white():
    image = Image.merge("LA", [Image.new("L", (2, 2), 10), Image.new("L", (2, 2), 0)])

    assert IMAGE.decode_image(_encode(image, "PNG")).min() == 255


def test_palette_becomes_its_colours():
    content = _encode(_plain().quantize(4), "PNG")

    assert IMAGE.decode_image(content)[0, 0].tolist() == list(RED)


def test_transparent_palette_entry_is_white():
    content = _encode(_plain().quantize(4), "PNG", transparency=0)

    assert IMAGE.decode_image(content)[0, 0].tolist() == [255, 255, 255]


def test_one_bit_becomes_black_and_white():
    image = Image.new("1", (2, 1))
    image.putpixel((1, 0), 1)

    assert IMAGE.decode_image(_encode(image, "PNG")).tolist() == [[[0] * 3, [255] * 3]]


def test_one_pixel_is_an_image():
    assert IMAGE.decode_image(_encode(_plain(size=(1, 1)), "PNG")).tolist() == [[list(RED)]]


def test_pixels_may_be_written_to():
    assert IMAGE.decode_image(_encode(_plain(), "PNG")).flags.writeable


# --- What is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize("file_format", FORMATS)
def test_half_a_file_is_undecodable(file_format):
    content = _encode(_noise(), file_format)

    assert _reason(content[: len(content) // 2]) is Reason.ASSET_UNDECODABLE


@pytest.mark.parametrize(
    "content",
    [b"", b"\0" * 1000, b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"<html></html>"],
    ids=["nothing", "zeros", "jpeg-mark", "png-mark", "gif-mark", "html"],
)
def test_what_is_no_image_is_undecodable(content):
    assert _reason(content) is Reason.ASSET_UNDECODABLE


@pytest.mark.parametrize("file_format", ["EPS", "TGA", "ICNS"])
def test_format_outside_the_list_is_undecodable(file_format):
    assert _reason(_encode(_noise(), file_format)) is Reason.ASSET_UNDECODABLE


@pytest.mark.parametrize(("width", "height"), [(50_000, 50_000), (12_000, 10_000), (2**31 - 1, 1)])
def test_header_of_too_many_pixels_is_too_large(width, height):
    assert _reason(_forged_png(width, height)) is Reason.ASSET_TOO_LARGE


def test_header_that_promises_more_than_there_is_is_undecodable():
    assert _reason(_forged_png(1000, 1000)) is Reason.ASSET_UNDECODABLE


def test_forged_header_that_tells_the_truth_is_decoded():
    assert IMAGE.decode_image(_forged_png(3, 1)).tolist() == [[[128] * 3] * 3]


def test_refusal_quotes_nothing_of_the_file():
    with pytest.raises(RecordError) as raised:
        IMAGE.decode_image(b"a secret that is no image")

    assert "secret" not in raised.value.message


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.sampled_from(FORMATS), st.data())
def test_damaged_file_is_decoded_or_refused_and_nothing_else(file_format, data):
    content = bytearray(_encode(_plain(size=(16, 8)), file_format, **_metadata(file_format)))
    for _ in range(data.draw(st.integers(1, 6))):
        position = data.draw(st.integers(0, len(content) - 1))
        content[position] = data.draw(st.integers(0, 255))
    assert _outcome(bytes(content)) in {
        (np.dtype(np.uint8), 3),
        Reason.ASSET_UNDECODABLE,
        Reason.ASSET_TOO_LARGE,
    }


def _outcome(content):
    try:
        pixels = IMAGE.decode_image(content)
    except RecordError as error:
        return error.reason
    return pixels.dtype, pixels.shape[2]


def _metadata(file_format):
    return {"exif": _exif(6)} if file_format in {"AVIF", "JPEG", "PNG", "WEBP"} else {}
