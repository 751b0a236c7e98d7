"""`make new`: the tool that it begins works as the one it was copied from."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
NAME, PACKAGE, VERB = "echo-test", "echo_test", "weigh"


def _begin(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, root / "bin/new-tool", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """What bin/new-tool looks at, in a folder of its own."""
    ignored = shutil.ignore_patterns(".venv", "__pycache__")
    settings = ("pyproject.toml", "compose.yaml")
    for name in ("tools/filters", "tests/filters", "tests/conftest.py", "bin", *settings):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tmp_path / name, ignore=ignored)
        else:
            shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.fixture
def begun(root: Path) -> Path:
    """The same with a new tool in it, and what an installer would write beside it."""
    done = _begin(root, NAME, VERB)
    assert done.returncode == 0, done.stderr
    metadata = root / f"tools/{NAME}/affectory_{PACKAGE}-0.1.0.dist-info/METADATA"
    metadata.parent.mkdir()
    metadata.write_text(f"Metadata-Version: 2.4\nName: affectory-{NAME}\nVersion: 0.1.0\n", "utf-8")
    return root


def _python(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root / f"tools/{NAME}")},
        input='{"id": "a", "x": 1}\n{"id": "b", "x": 3}\n',
        capture_output=True,
        text=True,
        check=False,
    )


def test_new_verb_works(begun):
    done = _python(begun, "-m", PACKAGE, VERB, "--field", "/x", "--min", "2")

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith('{"id": "b"')
    assert f'"tool":"{NAME}","verb":"{VERB}"' in done.stdout


@pytest.mark.slow
def test_copied_tests_pass(begun):
    done = _python(begun, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"tests/{PACKAGE}")

    assert done.returncode == 0, done.stdout


def test_old_name_is_nowhere(begun):
    files = [
        path
        for folder in (begun / f"tools/{NAME}", begun / f"tests/{PACKAGE}")
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".lock"
    ]

    assert files
    assert {path.name for path in files if "filters" in path.read_text("utf-8")} == set()


def test_new_package_is_entered_into_the_settings(begun):
    settings = tomllib.loads((begun / "pyproject.toml").read_text("utf-8"))["tool"]
    linter = settings["importlinter"]

    assert settings["mypy"]["mypy_path"] == ["protocol", f"tools/{NAME}", "tools/filters"]
    assert linter["root_packages"] == ["affectory_protocol", PACKAGE, "filters"]
    assert linter["contracts"][0]["layers"] == [f"{PACKAGE} | filters", "affectory_protocol"]


def test_new_tool_is_a_service_as_the_one_it_was_copied_from(begun):
    services = yaml.safe_load((begun / "compose.yaml").read_text("utf-8"))["services"]
    copied = yaml.safe_dump(services["filters"]).replace("filters", NAME)

    assert yaml.safe_load(copied) == services[NAME]


@pytest.mark.parametrize("words", [("Echo", VERB), (NAME, "two words"), ("filters", VERB), (NAME,)])
def test_bad_name_is_refused_and_nothing_is_copied(root, words):
    before = sorted(path.name for path in (root / "tools").iterdir())

    assert _begin(root, *words).returncode != 0
    assert sorted(path.name for path in (root / "tools").iterdir()) == before
