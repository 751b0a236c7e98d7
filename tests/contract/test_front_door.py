"""bin/affectory: one front door to every tool."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = sorted(path.parent.name for path in (ROOT / "tools").glob("*/pyproject.toml"))


@pytest.fixture
def knock(monkeypatch, tmp_path):
    """Knock at the front door; gives status, standard output and standard error."""
    for name in [name for name in os.environ if name.startswith("AFFECTORY_")]:
        monkeypatch.delenv(name)

    def knock(
        *words: str,
        run: str = "local",
        door: Path = ROOT / "bin/affectory",
        path: str = "",
        stdout: int = subprocess.PIPE,
        **variables: str,
    ):
        return subprocess.run(
            [door, *words],
            cwd=tmp_path,
            env={**os.environ, "RUN": run, "PATH": path or os.environ["PATH"], **variables},
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.PIPE,
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


def test_extra_is_asked_for_where_the_tool_has_one(knock, tmp_path):
    door = tmp_path / "bin/affectory"
    for name, content in (("bin/affectory", (ROOT / "bin/affectory").read_bytes()), *_tools()):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    door.chmod(0o755)
    with_extra = knock("with-extra", "--help", door=door, EXTRAS="full")
    without = knock("without", "--help", door=door, EXTRAS="full")
    misspelt = knock("with-extra", "--help", door=door, EXTRAS="ful")

    assert with_extra.stderr.endswith("setup-full\n")
    assert without.stderr.endswith("setup\n")
    assert misspelt.returncode == 2
    assert "no tool has: ful" in misspelt.stderr


def _tools():
    yield "tools/without/pyproject.toml", b""
    yield "tools/with-extra/pyproject.toml", b""
    yield "tools/with-extra/requirements-full.lock", b""


@pytest.mark.parametrize("command", ["manifest", "photo"])
def test_what_is_no_tool_is_asked_for_in_the_same_way(knock, tmp_path, command):
    door = tmp_path / "bin/affectory"
    door.parent.mkdir()
    door.write_bytes((ROOT / "bin/affectory").read_bytes())
    door.chmod(0o755)

    assert knock(command, door=door).returncode == 4


# In an image -------------------------------------------------------------------------------------


@pytest.fixture
def engine(tmp_path):
    """A client of an engine that has every image and writes down what it is asked to do."""
    client = tmp_path / "engine/docker"
    client.parent.mkdir()
    client.write_text('#!/bin/sh\n[ "$1" != run ] || printf "%s\\n" "$@"\n', "utf-8")
    client.chmod(0o755)
    (client.parent / "podman").symlink_to(client)
    return f"{client.parent}:{os.environ['PATH']}"


@pytest.fixture
def ask(knock, engine):
    """Knock with the engine; gives the words that the engine gets."""

    def ask(*words: str, run: str = "docker", **variables: str) -> list[str]:
        said = knock(*words, run=run, path=engine, **variables)
        assert said.returncode == 0, said.stderr
        return said.stdout.split("\n")[:-1]

    return ask


def _after(words: list[str], option: str) -> list[str]:
    """The values of an option."""
    return [words[n + 1] for n, word in enumerate(words) if word == option]


def test_image_gets_the_words_as_they_are(ask):
    words = ask(TOOLS[0], "verb", "--name", "two words", "")

    assert words[words.index(f"affectory/{TOOLS[0]}:latest") :][1:] == [
        "verb",
        "--name",
        "two words",
        "",
    ]


def test_image_runs_hardened(ask):
    words = ask(TOOLS[0], "verb")

    assert {"--rm", "--init", "--interactive", "--read-only"} <= set(words)
    for option, value in {
        "--network": "none",
        "--cap-drop": "ALL",
        "--security-opt": "no-new-privileges",
        "--tmpfs": "/tmp",
        "--log-driver": "none",
    }.items():
        assert _after(words, option) == [value]


def test_image_gets_no_terminal_when_a_pipe_is_on_one_side(ask):
    assert "--tty" not in ask(TOOLS[0], "verb")


def test_image_sees_the_working_directory_as_the_current_user(ask, tmp_path):
    words = ask(TOOLS[0], "verb")

    assert _after(words, "--mount") == [f"type=bind,source={tmp_path},target=/data"]
    assert _after(words, "--user") == [f"{os.getuid()}:{os.getgid()}"]


def test_image_is_called_as_the_environment_says(ask):
    words = ask(TOOLS[0], "verb", AFFECTORY_IMAGES="registry.example/us", AFFECTORY_TAG="1.2")

    assert f"registry.example/us/{TOOLS[0]}:1.2" in words


@pytest.mark.parametrize(
    ("tool", "tag", "name"),
    [
        ("llm-annotate", {}, "full"),
        ("llm-annotate", {"AFFECTORY_TAG": "1.2"}, "1.2-full"),
        ("filters", {"AFFECTORY_TAG": "1.2"}, "1.2"),
        ("filters", {}, "latest"),
    ],
)
def test_extra_is_asked_for_by_the_name_of_its_image(ask, tool, tag, name):
    assert f"affectory/{tool}:{name}" in ask(tool, "verb", EXTRAS="full", **tag)


def test_image_gets_the_settings_of_the_environment_by_name_only(ask):
    words = ask(TOOLS[0], "verb", AFFECTORY_BATCH_SIZE="a-value")

    assert _after(words, "--env") == ["AFFECTORY_BATCH_SIZE"]
    assert "a-value" not in words


def test_settings_of_the_front_door_stay_outside(ask, tmp_path):
    words = ask(
        TOOLS[0],
        "verb",
        AFFECTORY_TAG="latest",
        AFFECTORY_MOUNT=str(tmp_path),
        AFFECTORY_GPUS="all",
        AFFECTORY_TRIAL_DATA="/",
    )

    assert _after(words, "--env") == []


def test_manifest_command_runs_in_an_image_that_has_it(ask):
    words = ask("manifest", "validate")

    assert _after(words, "--entrypoint") == ["manifest"]
    assert words[-2:] == ["affectory/dataset-io:latest", "validate"]


def test_photograph_comes_from_the_image_of_the_samples(ask):
    words = ask("photo", "folder")

    assert _after(words, "--entrypoint") == []
    assert words[-2:] == ["affectory/samples:latest", "folder"]


def test_gpus_are_asked_for_in_the_words_of_the_engine(ask):
    assert _after(ask(TOOLS[0], "verb", AFFECTORY_GPUS="all"), "--gpus") == ["all"]
    podman = ask(TOOLS[0], "verb", run="podman", AFFECTORY_GPUS="all")
    assert _after(podman, "--device") == ["nvidia.com/gpu=all"]
    assert "--gpus" not in ask(TOOLS[0], "verb")


def test_network_is_given_where_it_is_asked_for_and_the_key_with_it(ask):
    key = {"OPENAI_API_KEY": "a-secret"}
    words = ask(TOOLS[0], "verb", AFFECTORY_NETWORK="host", **key)

    assert (_after(words, "--network"), _after(words, "--env")) == (["host"], ["OPENAI_API_KEY"])
    assert "a-secret" not in words
    assert _after(ask(TOOLS[0], "verb", **key), "--env") == []


def test_missing_image_names_the_command_that_builds_it(knock, tmp_path):
    client = tmp_path / "docker"
    client.write_text("#!/bin/sh\nexit 1\n", "utf-8")
    client.chmod(0o755)
    said = knock(TOOLS[0], "verb", run="docker", path=f"{tmp_path}:{os.environ['PATH']}")

    assert (said.returncode, said.stdout) == (4, "")
    assert f"images TOOL={TOOLS[0]} ENGINE=docker" in said.stderr


def test_status_of_the_container_is_that_of_the_front_door(knock, tmp_path):
    client = tmp_path / "docker"
    client.write_text('#!/bin/sh\n[ "$1" != run ] || exit 75\n', "utf-8")
    client.chmod(0o755)
    said = knock(TOOLS[0], "verb", run="docker", path=f"{tmp_path}:{os.environ['PATH']}")

    assert said.returncode == 75


# What an image sees ------------------------------------------------------------------------------


@pytest.fixture
def corpora(tmp_path_factory):
    """A folder elsewhere, with a file in it."""
    folder = tmp_path_factory.mktemp("corpora elsewhere")
    (folder / "a.tsv").write_text("", "utf-8")
    return folder


def test_folders_are_mounted_at_their_own_paths(ask, corpora):
    words = ask(TOOLS[0], "verb", f"{corpora}/a.tsv", AFFECTORY_MOUNT=f"{corpora}:/usr")
    place = f"type=bind,source={corpora},target={corpora}"

    assert f"{place},readonly" in words
    assert "type=bind,source=/usr,target=/usr,readonly" in words
    assert place in ask(TOOLS[0], "-o", f"{corpora}/b", AFFECTORY_MOUNT_RW=str(corpora))


@pytest.mark.parametrize("word", ["{}", "{}/a.tsv", "{}/not-yet", "--root={}", "--root=in={}"])
def test_path_that_the_image_does_not_see_is_refused(knock, engine, corpora, word):
    word = word.format(corpora)
    said = knock(TOOLS[0], "verb", word, run="docker", path=engine)

    assert (said.returncode, said.stdout) == (2, "")
    assert f"Not this: {word.rpartition('=')[2]}\n" in said.stderr
    assert f"AFFECTORY_MOUNT={corpora}," in said.stderr


def test_path_in_the_environment_is_refused_too(knock, engine, corpora):
    said = knock(TOOLS[0], run="docker", path=engine, AFFECTORY_ASSETS=str(corpora))

    assert said.returncode == 2


@pytest.mark.parametrize("word", ["..", "../there", "engine/../.."])
def test_path_out_of_the_working_directory_is_refused(knock, engine, word):
    said = knock(TOOLS[0], "verb", word, run="docker", path=engine)

    assert (said.returncode, said.stdout) == (2, "")


@pytest.mark.parametrize(
    "word",
    ["in.jsonl", "engine/../in.jsonl", "/dev/null", "/verdicts/blur/score", "/id", "a..b", "-"],
)
def test_other_words_are_handed_on(ask, word):
    assert ask(TOOLS[0], "verb", word)[-1] == word


@pytest.mark.parametrize("place", ["relative", "/no/such/folder"])
def test_what_is_mounted_is_a_folder_that_is_there(knock, engine, place):
    said = knock(TOOLS[0], run="docker", path=engine, AFFECTORY_MOUNT=place)

    assert said.returncode == 2
    assert place in said.stderr
