"""`models.lock`, and the commands that write it and look into it."""

import json
from dataclasses import replace

import pytest
from affectory_protocol.errors import UnavailableError, UsageError
from affectory_protocol.model_lock import (
    LOCK_NAME,
    LockedModel,
    add_to_lock,
    describe_files,
    find_damage,
    read_model_lock,
)
from affectory_protocol.provision import check_verb, fetch_model
from affectory_protocol.verb import (
    BackendSpec,
    Determinism,
    Downloaded,
    Kind,
    Missing,
    ModelRequest,
    ModelSpec,
    Verb,
)

FILES = {"config.json": b"{}", "model.safetensors": b"weights"}


def _download(files, commit="c1"):
    """A hub that has these files."""

    def download(request, folder):
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
        return Downloaded(commit=commit, licence="MIT", files=tuple(files))

    return download


def _verb(download=None, find_missing=lambda _: []):
    backend = BackendSpec(
        "loader",
        licence="MIT",
        determinism=Determinism.TOLERANCE,
        measured_on="",
        models=(ModelSpec("owner/small", "MIT", 8, "to try"),),
        find_missing=find_missing,
        download=download or _download(FILES),
    )
    return Verb("tool", "write", Kind.MAP, 1, "0", "tool", backends=(backend,))


@pytest.fixture
def fetched(tmp_path):
    fetch_model(_verb(), ModelRequest("owner/small", None, tmp_path), tmp_path)
    return tmp_path


def test_fetched_model_is_locked_byte_for_byte(fetched):
    model = read_model_lock(fetched)["owner/small"]

    assert (model.commit, model.licence) == ("c1", "MIT")
    assert model.files == describe_files(fetched / "owner/small", FILES)
    assert {name: file.bytes for name, file in model.files.items()} == {
        "config.json": 2,
        "model.safetensors": 7,
    }


def test_second_model_stands_beside_the_first(fetched):
    fetch_model(_verb(), ModelRequest("another", None, fetched), fetched)

    assert list(read_model_lock(fetched)) == ["another", "owner/small"]


def test_another_commit_takes_the_place_of_the_first_and_leaves_no_file_of_it(fetched):
    later = _download({"config.json": b"{ }", "model-1.safetensors": b"w"}, commit="c2")
    fetch_model(_verb(later), ModelRequest("owner/small", None, fetched), fetched)

    assert read_model_lock(fetched)["owner/small"].commit == "c2"
    assert sorted(path.name for path in (fetched / "owner/small").iterdir()) == [
        "config.json",
        "model-1.safetensors",
    ]


LATER = {"config.json": b"{ }", "model-1.safetensors": b"w"}


def _fail_after(names):
    """A hub that goes away when it has given these files of a later commit."""

    def download(request, folder):
        for name in names:
            (folder / name).write_bytes(LATER[name])
        raise UnavailableError("gone")

    return _verb(download)


def _fetch_later(verb, folder):
    fetch_model(verb, ModelRequest("owner/small", None, folder), folder)


@pytest.mark.parametrize("names", [["config.json"], ["model-1.safetensors"]])
def test_commit_whose_files_were_begun_to_be_replaced_is_not_there(fetched, names):
    with pytest.raises(UnavailableError, match="gone"):
        _fetch_later(_fail_after(names), fetched)

    assert read_model_lock(fetched) == {}


def test_commit_is_out_of_the_lock_before_its_first_file_is_replaced(fetched):
    seen = []

    def download(request, folder):
        seen.append(read_model_lock(fetched))
        return _download(FILES)(request, folder)

    _fetch_later(_verb(download), fetched)

    assert seen == [{}]
    assert list(read_model_lock(fetched)) == ["owner/small"]


def test_commit_stays_when_the_download_of_another_changes_nothing(fetched):
    before = (fetched / LOCK_NAME).read_bytes()
    with pytest.raises(UnavailableError, match="gone"):
        _fetch_later(_fail_after([]), fetched)

    assert (fetched / LOCK_NAME).read_bytes() == before


def test_download_that_was_stopped_and_repeated_leaves_no_file_of_the_first_commit(fetched):
    with pytest.raises(UnavailableError, match="gone"):
        _fetch_later(_fail_after(["config.json"]), fetched)
    _fetch_later(_verb(_download(LATER, commit="c2")), fetched)

    assert {path.name for path in (fetched / "owner/small").iterdir()} == LATER.keys()
    assert json.loads((fetched / LOCK_NAME).read_text()).keys() == {"models"}


def test_failed_download_locks_nothing(tmp_path):
    def fail(request, folder):
        raise UnavailableError("no such model")

    with pytest.raises(UnavailableError):
        fetch_model(_verb(fail), ModelRequest("owner/small", None, tmp_path), tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["../out", "/etc", "a/b/c", "owner/..", ".hidden/x", "owner/", ""])
def test_name_that_would_leave_the_folder_is_no_id(tmp_path, name):
    with pytest.raises(UsageError):
        fetch_model(_verb(), ModelRequest(name, None, tmp_path), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_models_are_listed_when_none_is_named(tmp_path):
    with pytest.raises(UsageError) as caught:
        fetch_model(_verb(), None, tmp_path)
    assert "owner/small (8 GB, MIT; to try)" in caught.value.hint


def test_verb_without_models_fetches_none(tmp_path):
    plain = replace(_verb(), backends=())
    with pytest.raises(UsageError, match="loads no models"):
        fetch_model(plain, ModelRequest("owner/small"), tmp_path)


@pytest.mark.parametrize("change", ["missing", "shorter"])
def test_damage_is_found_without_reading(fetched, change):
    path = fetched / "owner/small/model.safetensors"
    if change == "missing":
        path.unlink()
    else:
        path.write_bytes(b"w")

    assert find_damage(read_model_lock(fetched)["owner/small"], fetched) == "model.safetensors"


def test_whole_model_has_no_damage(fetched):
    assert find_damage(read_model_lock(fetched)["owner/small"], fetched) is None


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        '{"models": [{"id": "a/b"}]}',
        '{"models": [], "more": 1}',
        '{"models": [{"id": "../x", "commit": "c", "files": {}}]}',
    ],
)
def test_damaged_lock_is_told_with_what_to_do(tmp_path, content):
    (tmp_path / LOCK_NAME).write_text(content)
    with pytest.raises(UnavailableError) as caught:
        read_model_lock(tmp_path)
    assert "fetch" in caught.value.hint


@pytest.mark.parametrize("name", ["../../victim", "/victim", "a/../../../victim", "", ".", "a\0b"])
def test_lock_with_a_file_outside_its_model_is_damaged_and_nothing_is_removed(fetched, name):
    victim = fetched / "victim"
    victim.write_bytes(b"mine")
    lock = json.loads((fetched / LOCK_NAME).read_text())
    files = lock["models"][0]["files"]
    files[name] = files["config.json"]
    (fetched / LOCK_NAME).write_text(json.dumps(lock))

    with pytest.raises(UnavailableError, match="damaged"):
        _fetch_later(_verb(_download(LATER, commit="c2")), fetched)
    assert victim.read_bytes() == b"mine"


def test_damaged_lock_is_told_before_anything_is_downloaded_and_the_advice_helps(tmp_path):
    (tmp_path / LOCK_NAME).write_text("{")
    asked = []

    def download(request, folder):
        asked.append(request)
        return _download(FILES)(request, folder)

    with pytest.raises(UnavailableError) as caught:
        _fetch_later(_verb(download), tmp_path)
    assert asked == []
    assert caught.value.hint.startswith(f"Remove {LOCK_NAME} and")

    (tmp_path / LOCK_NAME).unlink()
    _fetch_later(_verb(download), tmp_path)
    assert list(read_model_lock(tmp_path)) == ["owner/small"]


def test_folder_without_a_lock_has_no_models(tmp_path):
    assert read_model_lock(tmp_path) == {}


def test_lock_is_readable_text(tmp_path):
    add_to_lock(tmp_path, LockedModel(id="a/b", commit="c", licence=None, files={}))

    assert json.loads((tmp_path / LOCK_NAME).read_text()) == {
        "models": [{"id": "a/b", "commit": "c", "licence": None, "files": {}}]
    }


def test_check_asks_the_backend_about_the_model():
    asked = []

    def find_missing(request):
        asked.append(request)
        return [Missing("the model", "fetch it")]

    with pytest.raises(UnavailableError, match="missing: the model") as caught:
        check_verb(_verb(find_missing=find_missing), "loader", ModelRequest("owner/small"))
    assert caught.value.hint == "fetch it"
    assert asked == [ModelRequest("owner/small")]


def test_check_of_a_verb_does_not_ask_its_backends():
    check_verb(_verb(find_missing=lambda _: [Missing("a card", "buy one")]), None, None)


@pytest.mark.parametrize(("backend", "model"), [("none", None), (None, ModelRequest("a/b"))])
def test_check_of_what_is_not_there_is_a_mistake_of_usage(backend, model):
    with pytest.raises(UsageError):
        check_verb(_verb(), backend, model)
