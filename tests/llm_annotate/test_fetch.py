"""Fetching a model from a hub on this machine, and running what was fetched."""

import json
import os
import subprocess

import pytest
from commands import Command, Zygote, python_of
from stub_hub import LICENCE, MODEL, StubHub
from tiny_models.made import tiny_llama

pytestmark = pytest.mark.full

TOOL = Command("llm-annotate", "llm_annotate", "llm_annotate.cli")
NOT_WANTED = {
    "README.md": b"words",
    "pytorch_model.bin": b"pickles",
    "original/model.safetensors": b"the same again",
    "modeling_own.py": b"code",
}


@pytest.fixture(scope="module")
def files():
    return {path.name: path.read_bytes() for path in tiny_llama().iterdir()}


@pytest.fixture(scope="module")
def zygote(tmp_path_factory):
    """Without the library of the hub: it reads its address when it is imported."""
    python = python_of("llm-annotate", "full")
    made = Zygote(tmp_path_factory.mktemp("z"), ["llm_annotate.cli"], python=python)
    yield made
    made.close()


@pytest.fixture
def fetch(zygote, tmp_path):
    def fetch(hub, *words, model=MODEL, **variables):
        given = ["fetch", "expression", "--model", model, "--to", "models", *words]
        told = {"HF_ENDPOINT": hub if isinstance(hub, str) else hub.url, **variables}
        return zygote.run(TOOL, *given, folder=tmp_path, variables=told)

    return fetch


def test_fetched_model_runs_offline_under_its_commit(fetch, zygote, files, tmp_path):
    with StubHub({**files, **NOT_WANTED}) as hub:
        fetch(hub, AFFECTORY_OFFLINE="1").ok()
    lock = json.loads((tmp_path / "models/models.lock").read_text())
    (tmp_path / "in.jsonl").write_text('{"id":"a","text":{"content":"I am glad."}}\n')
    words = ["--backend", "transformers", "--model", MODEL, "--models", "models"]
    zygote.run(TOOL, "check", "expression", *words, folder=tmp_path).ok()
    more = ["-i", "in.jsonl", "-o", "out.jsonl", "--max-tokens", 1500]
    zygote.run(TOOL, "expression", *words, *more, folder=tmp_path).ok()
    receipt = json.loads((tmp_path / "out.jsonl.run.json").read_text())

    assert set(lock["models"][0]["files"]) == set(files)
    assert receipt["model"] == f"{MODEL}@{hub.commit}"
    assert receipt["licence"] == LICENCE
    assert f'"model":"{MODEL}@{hub.commit}"' in (tmp_path / "out.jsonl").read_text()


CACHES = "import sys, huggingface_hub; huggingface_hub.snapshot_download(sys.argv[1])"


def test_model_in_the_cache_of_the_hub_is_found_without_asking_it(zygote, files, tmp_path):
    variables = {"HF_HOME": str(tmp_path / "cache")}
    with StubHub(files) as hub:
        subprocess.run(
            [python_of("llm-annotate", "full"), "-c", CACHES, MODEL],
            check=True,
            capture_output=True,
            env={**os.environ, **variables, "HF_ENDPOINT": hub.url},
        )
    (tmp_path / "in.jsonl").write_text('{"id":"a","text":{"content":"I am glad."}}\n')
    words = ["--backend", "transformers", "--model", MODEL, "-i", "in.jsonl", "-o", "out.jsonl"]
    zygote.run(
        TOOL, "expression", *words, "--max-tokens", 1500, folder=tmp_path, variables=variables
    ).ok()

    assert f'"model":"{MODEL}@{hub.commit}"' in (tmp_path / "out.jsonl").read_text()


def test_what_is_there_is_not_fetched_again(fetch, files):
    with StubHub(files) as hub:
        fetch(hub).ok()
        hub.asked.clear()
        fetch(hub).ok()

        assert not any("safetensors" in path for path in hub.asked)


def test_new_commit_takes_the_place_of_the_old_one(fetch, files, tmp_path):
    with StubHub(files) as hub:
        fetch(hub).ok()
        first = hub.commit
        hub.files["config.json"] += b"\n"
        fetch(hub).ok()
        lock = json.loads((tmp_path / "models/models.lock").read_text())

        assert hub.commit != first
        assert [model["commit"] for model in lock["models"]] == [hub.commit]


@pytest.mark.parametrize(
    ("told", "words", "model", "status", "said"),
    [
        ({}, [], "tiny/other", 4, "no such model"),
        ({}, ["--revision", "none"], MODEL, 4, "no such revision"),
        ({"gated": True}, [], MODEL, 4, "HF_TOKEN"),
        ({"status": 503}, [], MODEL, 75, "does not answer"),
        ({}, [], "../out", 2, "no id of a model"),
    ],
)
def test_what_the_hub_does_not_give_is_told(
    fetch, files, tmp_path, told, words, model, status, said
):
    with StubHub(files, **told) as hub:
        done = fetch(hub, *words, model=model)

    assert done.status == status
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "models/models.lock").exists()


def test_model_with_pickles_alone_is_refused(fetch):
    with StubHub({"config.json": b"{}", "pytorch_model.bin": b"pickles"}) as hub:
        done = fetch(hub)

        assert done.status == 4
        assert "no safetensors" in done.stderr
        assert not any("resolve" in path for path in hub.asked)


def test_hub_out_of_reach_is_temporary(fetch):
    assert fetch("http://127.0.0.1:1").status == 75


def test_offline_only_this_machine_is_asked(fetch):
    done = fetch("https://hub.invalid", AFFECTORY_OFFLINE="1")

    assert done.status == 2
    assert "AFFECTORY_OFFLINE" in done.stderr
