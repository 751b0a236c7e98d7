"""The backend transformers where its packages are not installed: the light environment."""

import pytest
from commands import Command, Zygote

TOOL = Command("llm-annotate", "llm_annotate", "llm_annotate.cli")


@pytest.fixture(scope="module")
def zygote(tmp_path_factory):
    made = Zygote(tmp_path_factory.mktemp("z"), ["llm_annotate.cli"])
    yield made
    made.close()


@pytest.mark.parametrize(
    "words",
    [
        ("expression", "--backend", "transformers", "--model", "a/b", "-i", "in", "-o", "out"),
        ("check", "expression", "--backend", "transformers"),
        ("check", "expression", "--backend", "transformers", "--model", "a/b"),
        ("fetch", "expression", "--model", "a/b", "--to", "models"),
    ],
)
def test_missing_packages_are_named_with_the_command_that_installs_them(zygote, tmp_path, words):
    (tmp_path / "in").write_text('{"id":"a","text":{"content":"x"}}\n')
    done = zygote.run(TOOL, *words, folder=tmp_path)

    assert done.status == 4
    assert "missing: the packages torch" in done.stderr
    assert "make setup-full TOOL=llm-annotate" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_model_has_to_be_named(zygote, tmp_path):
    words = ["expression", "--backend", "transformers", "-i", "in", "-o", "out"]
    (tmp_path / "in").write_text("")
    done = zygote.run(TOOL, *words, folder=tmp_path)

    assert done.status == 2
    assert "--model is needed by the backend transformers" in done.stderr


SERVED = ("openai", "--model", "m", "--base-url", "http://127.0.0.1:1", "--store", "s")


@pytest.mark.parametrize(
    ("option", "backend"),
    [
        ("--device=cpu", ("lexicon",)),
        ("--dtype=float32", SERVED),
        ("--models=.", SERVED),
        ("--quantisation=4bit", SERVED),
        ("--weights=in", SERVED),
        ("--use-labels", SERVED),
        ("--temperature=1", ("lexicon",)),
        ("--max-tokens=5", ("linear",)),
        ("--store=s", ("linear",)),
        ("--weights=in", ("lexicon",)),
        ("--temperature=1", ("transformers", "--model", "m")),
        ("--max-requests=3", ("transformers", "--model", "m")),
        ("--concurrency=3", ("batch", "--model", "m", "--store", "s")),
    ],
)
def test_option_that_a_backend_has_no_use_for_is_refused(zygote, tmp_path, option, backend):
    (tmp_path / "in").write_text("")
    words = ["expression", "-i", "in", "-o", "out", option, "--backend", *backend]
    done = zygote.run(TOOL, *words, folder=tmp_path)

    assert done.status == 2
    assert f"{option.partition('=')[0]} is not for the backend {backend[0]}" in done.stderr


def test_variable_for_another_backend_is_no_mistake(zygote, tmp_path):
    (tmp_path / "in").write_text("")
    variables = {"AFFECTORY_BASE_URL": "http://127.0.0.1:1", "AFFECTORY_STORE": "s"}
    words = ["expression", "-i", "in", "-o", "out", "--backend", "linear"]

    zygote.run(TOOL, *words, folder=tmp_path, variables=variables).ok()
