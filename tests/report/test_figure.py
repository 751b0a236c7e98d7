import base64
import io
from pathlib import Path

import pytest
from affectory_protocol.errors import UsageError
from PIL import Image
from report.figure import MAX_BYTES, make_caption, read_figure

SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 3"><rect width="4" height="3"/></svg>'
)


@pytest.fixture
def read(tmp_path):
    def write(content, name="loss_by_epoch.png"):
        path = tmp_path / name
        path.write_bytes(content)
        return read_figure(path)

    return write


def _paint(kind):
    buffer = io.BytesIO()
    Image.effect_noise((30, 20), 50).save(buffer, kind)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (_paint("PNG"), "image/png"),
        (_paint("JPEG"), "image/jpeg"),
        (SVG, "image/svg+xml"),
        (b"\xef\xbb\xbf" + SVG, "image/svg+xml"),
        (('<?xml version="1.0"?>' + SVG.decode()).encode("utf-16"), "image/svg+xml"),
    ],
)
def test_a_figure_travels_as_it_is_and_is_told_by_its_content(read, content, kind):
    head, _, data = read(content, "a.bin").data_uri.partition(",")

    assert head == f"data:{kind};base64"
    assert base64.b64decode(data) == content


def test_a_picture_says_its_size_and_a_drawing_without_pixels_none(read):
    assert (read(_paint("PNG")).width, read(_paint("JPEG")).height) == (30, 20)
    assert read(SVG).width is None


@pytest.mark.parametrize(
    ("name", "caption"),
    [
        ("loss_by_epoch.png", "Loss by epoch"),
        ("loss-by-epoch.svg", "Loss by epoch"),
        ("t-SNE_of_faces.png", "t-SNE of faces"),
        ("Both modalities, by emotion.png", "Both modalities, by emotion"),
        ("R@1 of 256.tar.svg", "R@1 of 256.tar"),
        ("ΔF1.png", "ΔF1"),
        ("émotions.png", "Émotions"),
        ("__.png", "__"),
        (b"\xff.png".decode("utf-8", "surrogateescape"), "\ufffd"),
        ("63", "63"),
    ],
)
def test_the_name_of_a_file_is_made_readable(name, caption):
    assert make_caption(Path("a") / name) == caption


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_cut_picture_is_refused(read, kind):
    content = _paint(kind)

    with pytest.raises(UsageError, match="a figure is damaged"):
        read(content[: len(content) // 2])


@pytest.mark.parametrize(
    "content", [b"", b"GIF89a", b"text", b"<html/>", b"<svg/>", SVG[:-6], b"{}", _paint("WEBP")]
)
def test_another_kind_of_file_is_refused(read, content):
    with pytest.raises(UsageError, match="a figure is a PNG, a JPEG or an SVG file, and this is"):
        read(content)


def test_the_type_that_programs_for_drawing_declare_is_taken(read):
    declared = (
        b'<?xml version="1.0"?>\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN"\n'
        b'  "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">\n'
    )

    assert read(declared + SVG).data_uri


def test_entities_that_could_grow_without_end_are_refused(read):
    bomb = b'<!DOCTYPE svg [<!ENTITY a "b"><!ENTITY c "&a;&a;">]>' + SVG

    with pytest.raises(UsageError, match="defines entities"):
        read(bomb)


@pytest.mark.parametrize("name", ["href", "xlink:href"])
def test_a_drawing_that_needs_another_file_is_refused(read, name):
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
        f'<a {name}="faces.html"><use {name}="#a"/></a><image {name}="face.png"/></svg>'
    )

    with pytest.raises(UsageError, match="draws what lies in another file"):
        read(drawing.encode())
    assert read(drawing.replace("face.png", "data:image/png;base64,AA==").encode())


def test_a_huge_file_is_refused(read):
    with pytest.raises(UsageError, match=f"more than {MAX_BYTES} bytes"):
        read(SVG + b" " * MAX_BYTES)


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(UsageError, match="a figure cannot be read: No such file"):
        read_figure(tmp_path / "gone.png")
