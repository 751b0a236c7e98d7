"""bin/affectory: one front door to every tool."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = sorted(path.parent.name for path in (ROOT / "tools").glob("*/pyproject.toml"))


@pytest.fixture
def knock():
    """Knock at the front door; gives status, standard output and standard error."""

    def knock(*words: str, run: str = "local", door: Path = ROOT / "bin/affectory", path: str = ""):
        variables = dict(os.environ, RUN=run, PATH=path or os.environ["PATH"])
        return subprocess.run(
            [door, *words],
            env=variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    return knock


def test_help_lists_every_tool(knock):
    said = knock("--help")

    assert said.returncode == 0
    assert [line.strip() for line in said.stdout.splitlines() if line.strip() in TOOLS] == TOOLS


def test_no_words_is_a_mistake_of_usage_and_keeps_standard_output_clean(knock):
    said = knock()

    assert (said.returncode, said.stdout) == (2, "")
    assert "Usage: affectory TOOL VERB" in said.stderr


@pytest.mark.parametrize("tool", [*TOOLS, "manifest"])
def test_tool_answers_with_its_own_help(knock, tool):
    said = knock(tool, "--help")

    assert said.returncode == 0, said.stderr
    assert "Usage" in said.stdout


def test_unknown_tool_is_a_mistake_of_usage(knock):
    said = knock("no-such-tool", "annotate")

    assert (said.returncode, said.stdout) == (2, "")
    assert "there is no tool no-such-tool" in said.stderr


def test_unknown_place_to_run_is_a_mistake_of_usage(knock):
    said = knock("manifest", "--help", run="elsewhere")

    assert (said.returncode, said.stdout) == (2, "")
    assert "local, docker or podman" in said.stderr


def test_tool_without_its_environment_names_the_command_that_makes_it(knock, tmp_path):
    door = tmp_path / "bin/affectory"
    project = tmp_path / "tools/x-y/pyproject.toml"
    for file in (door, project):
        file.parent.mkdir(parents=True)
    door.write_bytes((ROOT / "bin/affectory").read_bytes())
    door.chmod(0o755)
    project.touch()
    said = knock("x-y", "annotate", door=door)

    assert (said.returncode, said.stdout) == (4, "")
    assert f"make -C {tmp_path} setup" in said.stderr


@pytest.fixture
def engine(tmp_path):
    """A client of an engine that has every image and writes down what it is asked to do."""
    client = tmp_path / "engine/docker"
    client.parent.mkdir()
    client.write_text('#!/bin/sh\n[ "$1" = image ] || printf "%s\\n" "$@"\n', "utf-8")
    client.chmod(0o755)
    return f"{client.parent}:{os.environ['PATH']}"


def test_image_gets_the_words_as_they_are_and_no_network(knock, engine):
    said = knock(TOOLS[0], "verb", "--name", "two words", "", run="docker", path=engine)
    words = said.stdout.split("\n")[:-1]

    assert words[words.index(f"affectory/{TOOLS[0]}") :][1:] == ["verb", "--name", "two words", ""]
    assert words[words.index("--network") + 1] == "none"


def test_image_sees_the_working_directory_as_the_current_user(knock, engine):
    words = knock(TOOLS[0], "verb", run="docker", path=engine).stdout.splitlines()

    assert words[words.index("--mount") + 1] == f"type=bind,source={Path.cwd()},target=/data"
    assert words[words.index("--user") + 1] == f"{os.getuid()}:{os.getgid()}"


def test_image_gets_the_settings_of_the_environment_by_name_only(knock, engine, monkeypatch):
    monkeypatch.setenv("AFFECTORY_BATCH_SIZE", "a-value")
    said = knock(TOOLS[0], "verb", run="docker", path=engine)

    assert "AFFECTORY_BATCH_SIZE" in said.stdout.splitlines()
    assert "a-value" not in said.stdout


def test_manifest_command_runs_in_an_image_that_has_it(knock, engine):
    words = knock("manifest", "validate", run="docker", path=engine).stdout.splitlines()

    assert words[words.index("--entrypoint") + 1] == "manifest"
    assert words[-2:] == ["affectory/dataset-io", "validate"]


def test_missing_image_names_the_command_that_builds_it(knock, tmp_path):
    client = tmp_path / "docker"
    client.write_text("#!/bin/sh\nexit 1\n", "utf-8")
    client.chmod(0o755)
    said = knock(TOOLS[0], "verb", run="docker", path=f"{tmp_path}:{os.environ['PATH']}")

    assert (said.returncode, said.stdout) == (4, "")
    assert f"images TOOL={TOOLS[0]} ENGINE=docker" in said.stderr
