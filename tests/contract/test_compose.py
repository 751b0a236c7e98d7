"""compose.yaml: a service a tool, all hardened alike, and the demo as its makefile has it."""

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
TOOLS = sorted(path.parent.name for path in (ROOT / "tools").glob("*/pyproject.toml"))
FILE = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
SERVICES = FILE["services"]
STEPS = [name for name, service in SERVICES.items() if service["profiles"] == ["demo"]]
HARDENED = {
    "user": "${AFFECTORY_USER:-10001:10001}",
    "working_dir": "/data",
    "volumes": ["${AFFECTORY_DATA:-.}:/data"],
    "tmpfs": ["/tmp"],
    "init": True,
    "read_only": True,
    "network_mode": "${AFFECTORY_NETWORK:-none}",
    "cap_drop": ["ALL"],
    "security_opt": ["no-new-privileges:true"],
}
# What both the Compose Specification and docker-compose 1.29 know; a list of the second's own
# schema (compose_spec.json), as far as this file has need of it.
KEYS = {
    *HARDENED,
    "build",
    "command",
    "depends_on",
    "entrypoint",
    "environment",
    "image",
    "logging",
    "profiles",
    "stdin_open",
}


def test_every_tool_is_a_service():
    assert sorted(SERVICES.keys() - set(STEPS)) == TOOLS


@pytest.mark.parametrize("name", SERVICES)
def test_service_is_hardened_as_all_are(name):
    assert {key: SERVICES[name][key] for key in HARDENED} == HARDENED


@pytest.mark.parametrize("name", SERVICES)
def test_service_has_keys_that_old_and_new_compose_know(name):
    assert SERVICES[name].keys() - KEYS == set()


def test_no_version_is_stated():
    assert {key for key in FILE if not key.startswith("x-")} == {"services"}


@pytest.mark.parametrize("name", SERVICES)
def test_image_is_built_from_the_dockerfile_of_its_name(name):
    named = re.fullmatch(
        r"\$\{AFFECTORY_IMAGES:-affectory\}/([a-z-]+):\$\{AFFECTORY_TAG:-latest\}",
        SERVICES[name]["image"],
    )
    assert named is not None
    folder = "samples" if named[1] == "samples" else f"tools/{named[1]}"

    assert SERVICES[name]["build"]["dockerfile"] == f"{folder}/Dockerfile"
    assert SERVICES[name]["build"]["context"] == "."


@pytest.mark.parametrize("tool", TOOLS)
def test_tool_waits_for_words_and_its_records_are_kept_nowhere(tool):
    service = SERVICES[tool]

    assert service["image"].startswith(f"${{AFFECTORY_IMAGES:-affectory}}/{tool}:")
    assert (service["profiles"], service["stdin_open"]) == (["tools"], True)
    assert service["logging"] == {"driver": "none"}
    assert "command" not in service


def test_no_variable_of_the_file_is_required():
    text = (ROOT / "compose.yaml").read_text("utf-8")

    assert [v for v in re.findall(r"\$\{([^}]*)\}", text) if ":-" not in v] == []


# The demo ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def steps_of_make() -> list[list[str]]:
    """The words of each step of `make demo`, in its order."""
    folder = f"build/test-compose-{os.getpid()}"  # where nothing is: every step is to be done
    environment = {n: v for n, v in os.environ.items() if not n.startswith(("MAKE", "MFLAGS"))}
    said = subprocess.run(
        ["make", "--dry-run", "--no-print-directory", f"DEMO={folder}", "RUN=docker", "demo"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.replace("\\\n", " ")
    shutil.rmtree(ROOT / folder)  # a dry run notes the words of the steps
    calls = re.findall(r"\bbin/affectory (.*?)(?: && touch .*)?$", said, re.MULTILINE)
    return [shlex.split(call.replace(folder, "build/demo")) for call in calls]


def _words(step: str) -> list[str]:
    """A step of the demo in the words of the front door."""
    service = SERVICES[step]
    tool = re.search(r"/([a-z-]+):\$", service["image"])[1]
    command = service.get("entrypoint", ["photo" if tool == "samples" else tool])
    return [*command, *shlex.split(service["command"])]


def test_demo_has_the_steps_of_make_word_for_word(steps_of_make):
    assert sorted(map(_words, STEPS)) == sorted(steps_of_make)


def test_each_step_waits_for_the_good_end_of_the_one_before():
    waits = [SERVICES[step].get("depends_on") for step in STEPS]
    before = [{step: {"condition": "service_completed_successfully"}} for step in STEPS]

    assert waits == [None, *before[:-1]]


def test_file_is_written_only_by_a_step_before_it_is_read():
    written: set[str] = set()
    for step in STEPS:
        words = _words(step)
        output = words[words.index("-o") + 1] if "-o" in words else None
        read = {w for w in words if re.fullmatch(r"build/demo/\w+\.jsonl", w)} - {output}
        assert read <= written, step
        written |= {output} - {None}
