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


@pytest.mark.parametrize("option", ["--device=cpu", "--dtype=float32"])
@pytest.mark.parametrize(
    "backend", [("lexicon",), ("openai", "--model", "m", "--base-url", "http://127.0.0.1:1")]
)
def test_options_of_a_model_on_this_machine_are_for_it(zygote, tmp_path, option, backend):
    (tmp_path / "in").write_text("")
    words = ["expression", "-i", "in", "-o", "out", option, "--backend", *backend]
    done = zygote.run(TOOL, *words, folder=tmp_path)

    assert done.status == 2
    assert f"{option.partition('=')[0]} is for the backend transformers" in done.stderr
