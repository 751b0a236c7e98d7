"""`make wheels`: the protocol and each tool, installed where this repository is not."""

import os
import subprocess
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from commands import ROOT, find_tools
from sections import write_files

pytestmark = pytest.mark.slow

PROJECTS = {"protocol": "affectory_protocol"}
PROJECTS |= {f"tools/{tool.name}": tool.module for tool in find_tools()}
DATA = {
    "affectory_protocol/py.typed",
    "llm_annotate/data/lexicon.json",
    "llm_annotate/data/MODEL_CARD.md",
    "llm_annotate/data/NOTICE.md",
    "llm_annotate/data/linear.safetensors",
    "report/templates/page.html.j2",
    "report/templates/style.css",
}
ROWS = 12
PIPE = """
mkdir assets
dataset-io import goemotions train.tsv --quiet |
  llm-annotate expression --backend lexicon --quiet |
  filters threshold --field /expression/blendshapes/weights/0 --min 0 --quiet |
  photomaker-gen generate --backend sketch --size 64 --assets assets --quiet |
  filters quality --min-size 64 --root assets=assets --quiet |
  manifest validate --quiet >records.jsonl
report build --root assets=assets --quiet -i records.jsonl -o page.html
dataset-io import images pictures --dataset ours --licence CC0-1.0 --quiet |
  face-annot annotate --backend haar --root pictures --quiet >faces.jsonl
"""


@dataclass(frozen=True)
class Foreign:
    """An environment outside of the repository, into which the wheels are installed.

    Attributes:
        python: of the environment.
        wheels: by project.
    """

    python: Path
    wheels: dict[str, Path]


def _call(*words: object) -> str:
    ours = ("MAKE", "MFLAGS", "GNUMAKEFLAGS", "TOOL", "DIST", "RUN", "VIRTUAL_ENV")
    environment = {n: v for n, v in os.environ.items() if not n.startswith(ours)}
    done = subprocess.run(
        list(map(str, words)),
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def foreign(tmp_path_factory):
    """Wheels and the locked dependencies, and nothing else."""
    folder = tmp_path_factory.mktemp("foreign")
    _call("make", "wheels", f"DIST={folder / 'dist'}")
    uv, python = ROOT / ".uv/bin/uv", folder / "venv/bin/python"
    _call(uv, "venv", "--quiet", "--no-project", "--python", ">=3.11", folder / "venv")
    locks = [word for p in PROJECTS for word in ("-r", ROOT / p / "requirements.lock")]
    _call(uv, "pip", "install", "--quiet", "--python", python, "--require-hashes", *locks)
    wheels = sorted((folder / "dist").glob("*.whl"))
    _call(uv, "pip", "install", "--quiet", "--python", python, "--no-deps", *wheels)
    _call(uv, "pip", "check", "--python", python)
    by_name = {path.name.split("-")[0]: path for path in wheels}
    return Foreign(
        python,
        {p: by_name[f"affectory_{p.rpartition('/')[2].replace('-', '_')}"] for p in PROJECTS},
    )


def _names(wheel: Path) -> set[str]:
    return set(zipfile.ZipFile(wheel).namelist())


@pytest.mark.parametrize("project", PROJECTS)
def test_wheel_holds_the_package_and_what_describes_it(foreign, project):
    package = ROOT / project / PROJECTS[project]
    files = {
        path.relative_to(package.parent).as_posix()
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    names = _names(foreign.wheels[project])

    assert {n for n in names if ".dist-info/" not in n} == files
    assert f"{PROJECTS[project]}/py.typed" in names


def test_wheels_hold_tables_and_templates(foreign):
    names = set().union(*map(_names, foreign.wheels.values()))

    assert DATA - names == set()


def test_wheels_are_made_for_any_machine(foreign):
    assert {
        wheel.name.partition("-0")[2].partition("-")[2] for wheel in foreign.wheels.values()
    } == {"py3-none-any.whl"}


def _pipe(folder: Path, path: str) -> dict[str, bytes]:
    """Run the pipe in a folder; what it leaves there."""
    folder.mkdir()
    rows = (ROOT / "samples/goemotions/train.tsv").read_text("utf-8").splitlines(keepends=True)
    (folder / "train.tsv").write_text("".join(rows[:ROWS]), "utf-8")
    write_files(folder)
    done = subprocess.run(
        ["bash", "-eu", "-o", "pipefail", "-c", PIPE],
        cwd=folder,
        env={"PATH": f"{path}:/usr/bin:/bin", "HOME": str(folder), "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return {
        name: (folder / name).read_bytes() for name in ("records.jsonl", "page.html", "faces.jsonl")
    }


def test_pipe_of_foreign_commands_gives_the_bytes_of_ours(foreign, tmp_path):
    theirs = _pipe(tmp_path / "theirs", str(foreign.python.parent))
    ours = _pipe(tmp_path / "ours", str(ROOT / ".venv/bin"))

    assert all(theirs.values())
    assert [name for name in ours if theirs[name] != ours[name]] == []


LOADED = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
print(*sys.path, *(getattr(module, "__file__", "") for module in sys.modules.values()), sep="\\n")
"""


def test_nothing_foreign_comes_from_the_repository(foreign, tmp_path):
    packages = list(PROJECTS.values())
    done = subprocess.run(
        [foreign.python, "-c", LOADED, *packages, *(f"{package}.cli" for package in packages[1:])],
        cwd=tmp_path,
        env={"HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert "site-packages/filters/cli.py" in done.stdout
    assert str(ROOT) not in done.stdout
