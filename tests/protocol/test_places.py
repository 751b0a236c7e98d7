"""Files that records name: found below their root or refused; new ones kept by their content."""

import hashlib
import os

import orjson
import pytest
from affectory_protocol.errors import RecordError, UsageError
from affectory_protocol.outcomes import NewAsset
from affectory_protocol.places import AssetStore, Places, parse_roots, verify_assets
from affectory_protocol.reasons import Reason
from affectory_protocol.record import Record
from affectory_protocol.records import Asset, Assets
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sections import encode_array

CONTENT = b"a small picture"


@pytest.fixture
def root(tmp_path):
    """A root with a file, a folder, links inside and out of it, and a pipe; a secret beside it."""
    root = tmp_path / "root"
    (root / "photos").mkdir(parents=True)
    (root / "photos" / "a.jpg").write_bytes(CONTENT)
    (root / "inside.jpg").symlink_to("photos/a.jpg")
    (root / "outside.txt").symlink_to(tmp_path / "secret.txt")
    (root / "elsewhere").symlink_to(tmp_path)
    (root / "loop").symlink_to("loop")
    os.mkfifo(root / "pipe")
    (tmp_path / "secret.txt").write_bytes(b"secret")
    return root


def _record(uri: str, **more: object) -> Record:
    assets = {"image": {"uri": uri, "media_type": "image/jpeg", **more}}
    return Record.parse(orjson.dumps({"id": "a", "assets": assets}), (Assets,))


def _asset(uri: str) -> Asset:
    return Asset(uri=uri, media_type="image/jpeg")


def _reason(call, *arguments, **named) -> Reason:
    with pytest.raises(RecordError) as refused:
        call(*arguments, **named)
    return refused.value.reason


# locate ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("uri", ["photos/a.jpg", "./photos/a.jpg", "photos//a.jpg", "inside.jpg"])
def test_file_below_the_root_is_found(root, uri):
    assert Places({"": root}).locate(_asset(uri)).read_bytes() == CONTENT


def test_file_below_a_named_root_is_found(root, tmp_path):
    places = Places({"": tmp_path, "data": root})
    assert places.locate(_asset("data:photos/a.jpg")).read_bytes() == CONTENT


def test_root_that_is_a_link_itself_is_followed(root, tmp_path):
    (tmp_path / "link").symlink_to(root)
    places = Places({"": tmp_path / "link"})
    assert places.locate(_asset("photos/a.jpg")).read_bytes() == CONTENT


def test_uri_is_taken_literally(root):
    (root / "100%25 ~user $HOME.jpg").write_bytes(b"x")
    assert Places({"": root}).locate(_asset("100%25 ~user $HOME.jpg")).read_bytes() == b"x"


@pytest.mark.parametrize(
    ("uri", "reason"),
    [
        ("../secret.txt", Reason.UNSAFE_URI),
        ("photos/../photos/a.jpg", Reason.UNSAFE_URI),
        ("photos/..", Reason.UNSAFE_URI),
        ("/etc/passwd", Reason.UNSAFE_URI),
        ("data:/etc/passwd", Reason.UNSAFE_URI),
        ("data:../secret.txt", Reason.UNSAFE_URI),
        (".", Reason.UNSAFE_URI),
        ("data:", Reason.UNSAFE_URI),
        ("a\0b", Reason.UNSAFE_URI),
        ("loop", Reason.UNSAFE_URI),
        ("x" * 300, Reason.UNSAFE_URI),
        ("outside.txt", Reason.UNSAFE_URI),
        ("elsewhere/secret.txt", Reason.UNSAFE_URI),
        ("http:photos/a.jpg", Reason.UNKNOWN_ROOT),
        ("http://localhost/a.jpg", Reason.UNSAFE_URI),
        ("photos/b.jpg", Reason.ASSET_MISSING),
        ("photos/a.jpg/b", Reason.ASSET_MISSING),
        ("photos", Reason.ASSET_NOT_A_FILE),
        ("pipe", Reason.ASSET_NOT_A_FILE),
        ("devices:null", Reason.ASSET_NOT_A_FILE),
    ],
)
def test_uri_that_names_no_file_below_its_root_is_refused(root, uri, reason):
    places = Places(parse_roots([str(root), f"data={root}", "devices=/dev"]))
    assert _reason(places.locate, _asset(uri)) is reason


@pytest.mark.parametrize("uri", ["outside.txt", "elsewhere/secret.txt"])
def test_links_out_of_the_root_are_followed_when_allowed(root, uri):
    places = Places({"": root}, follow_symlinks=True)
    assert places.locate(_asset(uri)).read_bytes() == b"secret"


@given(
    uri=st.one_of(
        st.text(min_size=1, max_size=20),
        st.lists(
            st.sampled_from(
                [
                    "..",
                    ".",
                    "/",
                    "//",
                    "photos",
                    "a.jpg",
                    "elsewhere",
                    "secret.txt",
                    ":",
                    "data:",
                    "\0",
                ]
            ),
            min_size=1,
            max_size=5,
        ).map("".join),
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_uri_leads_out_of_its_root(root, uri):
    try:
        found = Places({"": root, "data": root}).locate(Asset.model_construct(uri=uri))
    except RecordError:
        return
    assert found.is_relative_to(root.resolve())
    assert found.is_file()


# read -----------------------------------------------------------------------------------------


def test_asset_is_read_by_its_role(root):
    assert Places({"": root}).read(_record("photos/a.jpg"), "image") == CONTENT


def test_record_without_the_role_is_refused(root):
    places = Places({"": root})
    assert _reason(places.read, _record("photos/a.jpg"), "depth") is Reason.MISSING_ROLE
    bare = Record.parse(b'{"id":"a"}', (Assets,))
    assert _reason(places.read, bare, "image") is Reason.MISSING_ROLE


def test_asset_over_the_limit_is_refused(root):
    places, record = Places({"": root}), _record("photos/a.jpg")
    assert places.read(record, "image", max_bytes=len(CONTENT)) == CONTENT
    reason = _reason(places.read, record, "image", max_bytes=len(CONTENT) - 1)
    assert reason is Reason.ASSET_TOO_LARGE


def test_asset_that_may_not_be_read_is_refused(root, monkeypatch):
    monkeypatch.setattr("pathlib.Path.read_bytes", _deny)
    assert _reason(Places({"": root}).read, _record("photos/a.jpg"), "image") is (
        Reason.ASSET_UNREADABLE
    )


def _deny(*_: object, **__: object) -> bytes:
    raise PermissionError(13, "Permission denied")


def test_folder_that_may_not_be_searched_is_refused(root, monkeypatch):
    monkeypatch.setattr("pathlib.Path.resolve", _deny)
    assert _reason(Places({"": root}).locate, _asset("photos/a.jpg")) is Reason.ASSET_UNREADABLE


# verify ---------------------------------------------------------------------------------------


def test_asset_that_is_as_described_is_verified(root):
    digest = hashlib.sha256(CONTENT).hexdigest()
    verify_assets(_record("photos/a.jpg", bytes=len(CONTENT), sha256=digest), Places({"": root}))


def test_record_without_assets_is_verified(root):
    verify_assets(Record.parse(b'{"id":"a"}', (Assets,)), Places({"": root}))


@pytest.mark.parametrize(
    "described",
    [{"bytes": len(CONTENT) + 1}, {"bytes": 0}, {"sha256": "0" * 64}],
    ids=["longer", "empty", "other"],
)
def test_asset_that_is_not_as_described_is_refused(root, described):
    reason = _reason(verify_assets, _record("photos/a.jpg", **described), Places({"": root}))
    assert reason is Reason.ASSET_MISMATCH


def test_refusal_of_an_asset_names_its_role_and_not_its_file(root):
    with pytest.raises(RecordError) as refused:
        verify_assets(_record("private-name.jpg"), Places({"": root}))
    assert "/assets/image" in refused.value.message
    assert "private-name" not in refused.value.message


def test_asset_that_may_not_be_opened_is_a_fault_of_its_record(root, monkeypatch):
    monkeypatch.setattr("affectory_protocol.places.digest_file", _deny)
    record = _record("photos/a.jpg", sha256="0" * 64)
    assert _reason(verify_assets, record, Places({"": root})) is Reason.ASSET_UNREADABLE


# roots ----------------------------------------------------------------------------------------


def test_default_root_is_the_working_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert parse_roots([]) == {"": tmp_path}


def test_roots_have_names(tmp_path):
    (tmp_path / "a=b").mkdir()
    assert parse_roots([f"data={tmp_path}/a=b", str(tmp_path)]) == {
        "": tmp_path,
        "data": tmp_path / "a=b",
    }


@pytest.mark.parametrize(
    "given", [["/no/such/folder"], ["data=/no/such"], [".", "."], ["a=.", "a=."]]
)
def test_root_that_is_missing_or_doubled_is_a_usage_error(given):
    with pytest.raises(UsageError):
        parse_roots(given)


# slices of arrays -----------------------------------------------------------------------------

NUMBERS = bytes(range(40))
ARRAY = encode_array("<f4", (5, 2), NUMBERS)


def _sliced(tmp_path, content: bytes = ARRAY, **members: object) -> None:
    (tmp_path / "x.npy").write_bytes(content)
    asset = {"uri": "x.npy", "media_type": "application/x-npy", "rows": [1, 3], **members}
    line = orjson.dumps({"id": "a", "assets": {"series": asset}})
    verify_assets(Record.parse(line, [Assets]), Places({"": tmp_path}))


def test_slice_of_an_array_is_compared_by_its_rows(tmp_path):
    rows = NUMBERS[8:24]
    _sliced(tmp_path, bytes=16, sha256=hashlib.sha256(rows).hexdigest())
    _sliced(tmp_path, bytes=0, rows=[5, 5])
    _sliced(tmp_path, encode_array("|u1", (40,), NUMBERS), bytes=40, rows=[0, 40])


@pytest.mark.parametrize(
    ("content", "members"),
    [
        (ARRAY, {"bytes": len(ARRAY)}),
        (ARRAY, {"sha256": hashlib.sha256(ARRAY).hexdigest()}),
        (ARRAY, {"rows": [4, 6]}),
        (ARRAY[:-1], {"rows": [3, 5]}),
        (b"no array", {}),
        (b"", {}),
        (encode_array("|O", (5, 2), NUMBERS), {}),
        (encode_array("<f4", (), NUMBERS[:4]), {}),
        (ARRAY.replace(b"False", b"True "), {}),
    ],
)
def test_slice_that_is_not_the_one_described_is_a_mismatch(tmp_path, content, members):
    with pytest.raises(RecordError) as refused:
        _sliced(tmp_path, content, **members)
    assert refused.value.reason is Reason.ASSET_MISMATCH


# new assets -----------------------------------------------------------------------------------


def _new(content: bytes) -> NewAsset:
    return NewAsset(content, media_type="image/png", extension="png", width=3)


@given(content=st.binary(max_size=50))
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_new_asset_is_found_by_the_uri_it_was_given(tmp_path, content):
    stored = AssetStore(tmp_path / "assets", "key").put(_new(content))
    places = Places({"": tmp_path, "assets": tmp_path / "assets"})
    assert places.locate(stored).read_bytes() == content


def test_new_asset_is_described(tmp_path):
    stored = AssetStore(tmp_path, "key").put(_new(b"abc"))
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-2, B.1
    assert stored == Asset(
        uri=f"assets:ba/{digest}.png", media_type="image/png", bytes=3, sha256=digest, width=3
    )


def test_absent_size_is_not_written(tmp_path):
    stored = AssetStore(tmp_path, "key").put(_new(b"abc"))
    assert "height" not in stored.model_fields_set


def test_equal_assets_are_kept_once(tmp_path):
    store = AssetStore(tmp_path, "key")
    assert store.put(_new(b"abc")) == store.put(_new(b"abc"))
    assert len([path for path in tmp_path.rglob("*.png") if path.is_file()]) == 1


def test_torn_asset_is_written_again(tmp_path):
    path = Places({"assets": tmp_path}).locate(AssetStore(tmp_path, "key").put(_new(b"abc")))
    path.write_bytes(b"ab")
    AssetStore(tmp_path, "key").put(_new(b"abc"))
    assert path.read_bytes() == b"abc"


def test_half_written_assets_of_the_same_run_are_removed(tmp_path):
    for key in ("mine", "theirs"):
        (tmp_path / f".part-{key}").mkdir()
        (tmp_path / f".part-{key}" / "half").write_bytes(b"a")
    AssetStore(tmp_path, "mine").clear_partial()
    assert [path.name for path in tmp_path.iterdir()] == [".part-theirs"]


def test_nothing_is_made_before_the_first_asset(tmp_path):
    store = AssetStore(tmp_path / "assets", "key")
    store.clear_partial()
    store.sync()
    assert not (tmp_path / "assets").exists()
