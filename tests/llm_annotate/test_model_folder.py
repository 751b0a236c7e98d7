"""Folders of models: what is wrong with one is said before anything is loaded."""

import json

import pytest
from affectory_protocol.errors import UnavailableError
from affectory_protocol.model_lock import LockedModel, add_to_lock, describe_files
from affectory_protocol.verb import ModelRequest
from llm_annotate import model_folder
from llm_annotate.model_folder import check_folder, find_missing, find_model

GOOD = {
    "config.json": '{"model_type": "llama"}',
    "tokenizer.json": "{}",
    "tokenizer_config.json": '{"chat_template": "{{ messages }}"}',
    "model.safetensors": "weights",
}
INDEX = json.dumps({"weight_map": {"a": "one.safetensors", "b": "two.safetensors"}})


@pytest.fixture(autouse=True)
def _packages(monkeypatch):
    """As where the packages are installed; what loads them is not reached here."""
    monkeypatch.setattr(model_folder, "PACKAGES", ())


@pytest.fixture
def write(tmp_path):
    """Writes the folder of a model; None leaves a file out."""

    def write(name="model", **changes):
        folder = tmp_path / name
        folder.mkdir(parents=True)
        for file, content in {**GOOD, **changes}.items():
            if content is not None:
                (folder / file).write_text(content)
        return folder

    return write


def test_good_folder_lacks_nothing(write):
    check_folder(write(), "given")
    check_folder(
        write("other", **{"tokenizer_config.json": None, "chat_template.jinja": "{{ messages }}"}),
        "given",
    )


def test_weights_in_several_files_are_found(write):
    parts = {"model.safetensors": None, "one.safetensors": "1", "two.safetensors": "2"}
    check_folder(write(**parts, **{"model.safetensors.index.json": INDEX}), "given")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"config.json": None}, "this is no model"),
        ({"config.json": "[]"}, "this is no model"),
        ({"config.json": '{"a": 1}'}, "tells no model_type"),
        ({"model.safetensors": None}, "has no weights"),
        ({"model.safetensors": None, "pytorch_model.bin": "x"}, "pickles"),
        (
            {"model.safetensors": None, "one.safetensors": "1"}
            | {"model.safetensors.index.json": INDEX},
            "1 of its 2 files",
        ),
        ({"tokenizer.json": None}, "no tokenizer.json"),
        ({"tokenizer_config.json": "{}"}, "no chat template"),
        ({"tokenizer_config.json": None}, "no chat template"),
    ],
)
def test_what_is_wrong_is_said_by_what_was_typed(write, changes, said):
    with pytest.raises(UnavailableError, match=said) as caught:
        check_folder(write(**changes), "as-typed")
    assert caught.value.message.endswith(": as-typed")


def test_same_weights_in_two_folders_are_one_model(write):
    one, other = write("one"), write("other")
    (other / "README.md").write_text("more")

    assert find_model(ModelRequest(str(one))).name == find_model(ModelRequest(str(other))).name
    assert find_model(ModelRequest(str(one))).name.startswith("sha256:")


def test_other_weights_are_another_model(write):
    one, other = write("one"), write("other", **{"model.safetensors": "others"})

    assert find_model(ModelRequest(str(one))).name != find_model(ModelRequest(str(other))).name


@pytest.fixture
def locked(write, tmp_path):
    folder = write("owner/model")
    model = LockedModel(
        id="owner/model", commit="c0ffee", licence="MIT", files=describe_files(folder, GOOD)
    )
    add_to_lock(tmp_path, model)
    return tmp_path


def test_locked_model_is_told_by_its_commit(locked):
    by_id = find_model(ModelRequest("owner/model", None, locked))

    assert (by_id.name, by_id.licence) == ("owner/model@c0ffee", "MIT")
    assert by_id == find_model(ModelRequest(str(locked / "owner/model")))
    assert by_id == find_model(ModelRequest("owner/model", "c0ffee", locked))


def test_another_commit_than_the_locked_one_is_not_there(locked):
    with pytest.raises(UnavailableError, match="another commit") as caught:
        find_model(ModelRequest("owner/model", "abad1dea", locked))
    assert "fetch expression --model owner/model --revision abad1dea" in caught.value.hint


def test_locked_model_that_was_changed_is_refused(locked):
    (locked / "owner/model/model.safetensors").write_text("longer weights")

    with pytest.raises(UnavailableError, match="not what its lock says"):
        find_model(ModelRequest("owner/model", None, locked))


def test_locked_model_of_other_weights_of_the_same_size_is_refused(locked):
    weights = locked / "owner/model/model.safetensors"
    weights.write_text("stheigw")

    with pytest.raises(UnavailableError, match="not what its lock says"):
        find_model(ModelRequest("owner/model", None, locked))
    assert find_model(ModelRequest(str(weights.parent))).name.startswith("sha256:")


def test_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(UnavailableError, match="no such folder"):
        find_model(ModelRequest(str(tmp_path / "none")))


def test_check_reads_no_weights(write, locked, monkeypatch):
    monkeypatch.setattr(model_folder, "describe_files", None)  # what reads them

    assert find_missing(ModelRequest(str(write()))) == []
    assert find_missing(ModelRequest("owner/model", None, locked)) == []
    assert find_missing(ModelRequest(str(locked / "owner/model"))) == []
    assert find_missing(ModelRequest(str(write("bad", **{"config.json": None}))))[0].what


def test_missing_packages_are_named_with_how_to_install_them(monkeypatch):
    monkeypatch.setattr(model_folder, "PACKAGES", ("json", "no_such_package"))
    (missing,) = find_missing(None)

    assert "no_such_package" in missing.what
    assert "json" not in missing.what
    assert "make setup-full TOOL=llm-annotate" in missing.do
