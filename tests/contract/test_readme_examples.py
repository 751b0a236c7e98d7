"""Every `console` block of the documents is run, and prints what it says."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PAGES = [
    ROOT / "README.md",
    ROOT / "protocol/README.md",
    *sorted(ROOT.glob("tools/*/README.md")),
    *sorted(ROOT.glob("docs/*.md")),
]
PROMPT, CONTINUATION = "$ ", "> "
SECONDS = 120


@dataclass
class Example:
    """A command and what it prints."""

    command: str
    output: str = ""


def _read_examples(text: str) -> list[Example]:
    examples: list[Example] = []
    for line in "".join(BLOCK.findall(text)).splitlines(keepends=True):
        if line.startswith(PROMPT):
            examples.append(Example(line.removeprefix(PROMPT)))
        elif line.startswith(CONTINUATION) and not examples[-1].output:
            examples[-1].command += line.removeprefix(CONTINUATION)
        else:
            examples[-1].output += line
    return examples


def _run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AFFECTORY_")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=folder,
        env={**kept, "PATH": path, "LC_ALL": "C.UTF-8", "TERM": "dumb"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A working directory with the samples in it, as at the root of the repository."""
    shutil.copytree(ROOT / "samples", tmp_path / "samples", ignore=shutil.ignore_patterns(".venv"))
    return tmp_path


@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if BLOCK.search(page.read_text("utf-8"))],
    ids=lambda page: page.relative_to(ROOT).as_posix(),
)
def test_examples_print_what_they_say(page, folder):
    for example in _read_examples(page.read_text("utf-8")):
        done = _run(example.command, folder)

        assert done.returncode == 0, f"{example.command}{done.stderr}"
        assert done.stdout == example.output, f"{example.command}{done.stderr}"


@pytest.mark.parametrize("page", ["README.md", "protocol/README.md"])
def test_page_has_examples(page):
    assert _read_examples((ROOT / page).read_text("utf-8"))


@pytest.mark.parametrize(
    "page", sorted(ROOT.glob("tools/*/README.md")), ids=lambda page: page.parent.name
)
def test_tool_has_an_example_of_itself(page):
    commands = [example.command for example in _read_examples(page.read_text("utf-8"))]

    assert any(page.parent.name in command for command in commands)


def test_reader_of_examples_tells_commands_from_output():
    text = "```console\n$ cat <<X\n> a\n> X\na\n$ true\n```\n```\n$ not run\n```\n"

    assert _read_examples(text) == [Example("cat <<X\na\nX\n", "a\n"), Example("true\n")]
