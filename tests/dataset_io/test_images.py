"""A folder of images."""

import hashlib
import os
import subprocess

import pytest
from affectory_protocol.errors import UsageError
from affectory_protocol.places import Places
from dataset_io.config import ImagesConfig
from dataset_io.formats import images
from dataset_io.formats.images import list_files, read_images
from hypothesis import given
from hypothesis import strategies as st

PICTURE = b"P6\n3 2\n255\n" + b"\x80" * 18


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    return folder


@pytest.fixture
def put(folder):
    def put(name: str | bytes, content: bytes = PICTURE) -> None:
        path = folder / os.fsdecode(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    return put


def _read(folder, **config) -> list:
    return list(read_images(folder, ImagesConfig(**config)))


def _sections(row) -> dict:
    return {section.name: section for section in row.outcome.sections}


def _asset(row):
    (asset,) = _sections(row)["assets"].root.values()
    return asset


def test_asset_says_everything_that_is_known_without_decoding(folder, put):
    put("one.ppm")

    (row,) = _read(folder)

    assert _asset(row).model_dump(exclude_unset=True) == {
        "uri": "one.ppm",
        "media_type": "image/x-portable-anymap",
        "bytes": len(PICTURE),
        "sha256": hashlib.sha256(PICTURE).hexdigest(),
        "width": 3,
        "height": 2,
    }


def test_id_and_uri_are_the_path_below_the_folder(folder, put):
    put("a/b/one.ppm")

    (row,) = _read(folder)

    assert (row.outcome.id, _asset(row).uri) == ("images:a/b/one.ppm", "a/b/one.ppm")


def test_name_does_not_matter(folder, put):
    put("one.txt")

    assert _asset(_read(folder)[0]).media_type == "image/x-portable-anymap"


def test_source_says_what_was_given(folder, put):
    put("one.ppm")
    terms = {"dataset": "faces", "licence": "CC0-1.0", "consent": "public", "citation": "Me 2020"}

    source = _sections(_read(folder, **terms)[0])["source"]

    assert source.model_dump(exclude_unset=True, exclude={"groups"}) == terms


def test_terms_that_are_not_given_are_left_out(folder, put):
    put("one.ppm")

    assert _sections(_read(folder)[0])["source"].model_fields_set == {"dataset", "groups"}


def test_role_is_the_one_given(folder, put):
    put("one.ppm")

    assert set(_sections(_read(folder, role="reference")[0])["assets"].root) == {"reference"}


def test_equal_files_are_two_records_in_one_group(folder, put):
    put("one.ppm")
    put("two.ppm")

    one, two = _read(folder)

    assert one.outcome.id != two.outcome.id
    assert _sections(one)["source"].groups == _sections(two)["source"].groups != {}


@pytest.mark.parametrize("role", ["Image", "", "a b", "1st", "x" * 65])
def test_role_that_is_none_is_a_mistake_of_usage(role):
    with pytest.raises(UsageError, match="--role"):
        ImagesConfig(role=role)


# --- Order and offsets ---------------------------------------------------------------------------


def test_files_come_in_the_order_of_their_paths_bytes(folder, put):
    names = ["a", "a.b", "a-b/c", "b/a", "b/B", "b0", "\u00e9", "Z"]
    names = [name if "/" in name else name + ".ppm" for name in names]
    for name in reversed(names):
        put(name)
    put("a/z.ppm")

    paths = [row.raw for row in _read(folder)]

    assert paths == sorted(name.encode() for name in [*names, "a/z.ppm"])


@given(
    st.sets(st.lists(st.text("ab.-0", min_size=1, max_size=3), min_size=1, max_size=3).map(tuple))
)
def test_order_is_that_of_the_whole_paths(tmp_path_factory, names):
    top = tmp_path_factory.mktemp("any")
    made = []
    for parts in names:
        path = top.joinpath(*(f"{part}x" for part in parts))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.open("xb").close()
        except OSError:  # a folder of that name is there, or a file in place of a folder
            continue
        made.append(bytes(path.relative_to(top)))

    assert list(list_files(top)) == sorted(made)


def test_offsets_count_the_paths_one_a_line(folder, put):
    put("one.ppm")
    put("three.ppm")

    assert [row.offset for row in _read(folder)] == [0, len("one.ppm\n")]


@pytest.fixture
def deep_folder(folder):
    """A folder deeper than Python's stack; removed by a program that does not mind."""
    made = [folder]
    for _ in range(1200):
        made.append(made[-1] / "d")
        made[-1].mkdir()
    yield made[-1]
    subprocess.run(["rm", "-rf", folder / "d"], check=True)


def test_folders_deeper_than_the_stack_are_read(folder, deep_folder):
    (deep_folder / "one.ppm").write_bytes(PICTURE)

    (row,) = _read(folder)

    assert _asset(row).uri == "d/" * 1200 + "one.ppm"


# --- Names ---------------------------------------------------------------------------------------


def test_colon_in_the_first_component_does_not_name_a_root(folder, put):
    put("a:b/one.ppm")
    put("c/d:e.ppm")

    assert [_asset(row).uri for row in _read(folder)] == ["./a:b/one.ppm", "c/d:e.ppm"]


def test_uri_is_found_below_the_folder(folder, put):
    for name in ("a:b/one.ppm", "c/d:e.ppm", "100%.ppm", "a b\n.ppm", "\u00e9.ppm", "\\x.ppm"):
        put(name)

    places = Places({"": folder})

    assert {places.locate(_asset(row)).read_bytes() for row in _read(folder)} == {PICTURE}


@pytest.mark.parametrize("name", ["a\nb.ppm", "a\x7fb.ppm", "/".join(["x" * 100] * 6)])
def test_path_that_cannot_be_an_id_is_hashed(folder, put, name):
    put(name)

    (row,) = _read(folder)

    assert row.outcome.id == "images:sha256-" + hashlib.sha256(name.encode()).hexdigest()
    assert _asset(row).uri == name


def test_path_that_is_not_utf8_is_rejected_with_its_bytes(folder, put, reasons):
    put(b"\xff.ppm")

    rows = _read(folder)

    assert reasons(rows) == ["invalid-utf8"]
    assert rows[0].raw == b"\xff.ppm"


# --- What is no image ----------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"", b"words", PICTURE[:5]])
def test_file_that_is_no_image_is_rejected_with_its_path(folder, put, reasons, content):
    put("notes.jpg", content)

    rows = _read(folder)

    assert reasons(rows) == ["asset-undecodable"]
    assert rows[0].raw == b"notes.jpg"


def test_header_of_a_giant_is_too_large(folder, put, reasons):
    put("giant.ppm", b"P6\n50000 50000\n255\n")

    assert reasons(_read(folder)) == ["asset-too-large"]


def test_giant_file_is_too_large_and_not_read(folder, put, reasons, monkeypatch):
    put("giant.ppm")
    monkeypatch.setattr(images, "MAX_ASSET_BYTES", len(PICTURE) - 1)

    assert reasons(_read(folder)) == ["asset-too-large"]


def test_pipe_is_no_file_and_is_not_opened(folder, reasons):
    os.mkfifo(folder / "pipe.jpg")

    assert reasons(_read(folder)) == ["asset-not-a-file"]


def test_messages_do_not_name_the_file(folder, put):
    put("secret.jpg", b"secret")
    os.mkfifo(folder / "secret.png")
    (folder / "secret.gif").symlink_to("/secret")

    assert [row for row in _read(folder) if "secret" in row.outcome.message] == []


# --- Links ---------------------------------------------------------------------------------------


def test_link_inside_the_folder_is_followed(folder, put):
    put("one.ppm")
    (folder / "two.ppm").symlink_to("one.ppm")

    assert [row.outcome.id for row in _read(folder)] == ["images:one.ppm", "images:two.ppm"]


def test_link_out_of_the_folder_is_unsafe(folder, tmp_path, reasons):
    (tmp_path / "outside.ppm").write_bytes(PICTURE)
    (folder / "one.ppm").symlink_to("../outside.ppm")

    assert reasons(_read(folder)) == ["unsafe-uri"]


def test_link_to_a_device_is_unsafe(folder, reasons):
    (folder / "one.ppm").symlink_to("/dev/zero")

    assert reasons(_read(folder)) == ["unsafe-uri"]


def test_link_to_nothing_is_missing(folder, reasons):
    (folder / "one.ppm").symlink_to("nothing.ppm")

    assert reasons(_read(folder)) == ["asset-missing"]


def test_link_to_itself_is_unsafe(folder, reasons):
    (folder / "one.ppm").symlink_to("one.ppm")

    assert reasons(_read(folder)) == ["unsafe-uri"]


def test_link_to_a_folder_is_no_file(folder, put, reasons):
    put("a/one.ppm")
    (folder / "b").symlink_to("a")

    assert reasons(_read(folder)) == ["imported", "asset-not-a-file"]


def test_folder_may_be_a_link_itself(folder, put, tmp_path):
    put("one.ppm")
    (tmp_path / "link").symlink_to(folder)

    assert [row.outcome.id for row in _read(tmp_path / "link")] == ["images:one.ppm"]


# --- Folders that cannot be listed ---------------------------------------------------------------


@pytest.mark.parametrize("name", ["nowhere", "file"])
def test_folder_that_is_none_is_a_mistake_of_usage(tmp_path, name):
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(UsageError, match="cannot be listed"):
        _read(tmp_path / name)


def test_folder_below_that_cannot_be_listed_is_rejected(folder, put, reasons, monkeypatch):
    put("a/one.ppm")
    put("b.ppm")
    scan = os.scandir

    def refuse(path):
        if path.endswith(b"/a/"):
            raise PermissionError
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)

    rows = _read(folder)

    assert [row.raw for row in rows] == [b"a/", b"b.ppm"]
    assert reasons(rows) == ["asset-unreadable", "imported"]


def test_file_that_may_not_be_read_is_rejected(folder, put, reasons, monkeypatch):
    put("one.ppm")

    def refuse(*_):
        raise PermissionError

    monkeypatch.setattr("pathlib.Path.open", refuse)

    assert reasons(_read(folder)) == ["asset-unreadable"]
