"""A change to a source fetches nothing again: what it rests on comes from the build's cache."""

import os
import re
import shlex
import shutil
import subprocess

import pytest
from commands import ROOT

TOOL, PACKAGE = "filters", "filters"


@pytest.fixture
def context(tmp_path):
    """What a build of the tool sees, to be changed."""
    ignored = shutil.ignore_patterns(".venv*", "__pycache__")
    for name in ("protocol", f"tools/{TOOL}"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignored)
    _build(tmp_path)
    return tmp_path


def _build(context):
    """Steps of a build by their words, and whether each came from the cache."""
    made = context / "image"
    words = ["docker", "build", "--progress", "plain", "--target", "build", "--iidfile", made]
    words += ["--file", f"tools/{TOOL}/Dockerfile"]
    for name in ("PIP_INDEX_URL", "UV_DEFAULT_INDEX"):  # as bin/build-image, to share its cache
        words += ["--build-arg", f"{name}={os.environ.get(name, '')}"]
    words += shlex.split(os.environ.get("BUILD_ARGS", ""))
    done = subprocess.run(
        [*words, "."],
        cwd=context,
        env={**os.environ, "DOCKER_BUILDKIT": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    subprocess.run(["docker", "rmi", made.read_text()], capture_output=True, check=False)
    steps = dict(re.findall(r"^#(\d+) \[build +\d+/\d+\] (.*)$", said, re.MULTILINE))
    cached = set(re.findall(r"^#(\d+) CACHED$", said, re.MULTILINE))
    return {text: number in cached for number, text in steps.items()}


def _with(steps, words):
    """Whether the one step with these words came from the cache."""
    found = [cached for text, cached in steps.items() if words in text]
    assert len(found) == 1, (words, list(steps))
    return found[0]


@pytest.mark.parametrize(
    "source", [f"tools/{TOOL}/{PACKAGE}/run.py", "protocol/affectory_protocol/run.py"]
)
def test_changed_source_installs_no_dependency_again(context, source):
    with (context / source).open("a") as file:
        file.write(f"# changed {os.urandom(8).hex()}\n")
    steps = _build(context)

    assert _with(steps, "python3 -m venv /opt/uv")
    assert _with(steps, "uv pip sync")
    assert not _with(steps, "uv build")


def test_unchanged_source_builds_nothing_again(context):
    runs = {text: cached for text, cached in _build(context).items() if text.startswith("RUN")}

    assert runs
    assert all(runs.values())
