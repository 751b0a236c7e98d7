"""bin/build-image: an image is built when what it is made of changed, and only then."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ENGINE = """#!/bin/sh
# An engine that writes down its builds and has the images that lie beside it.
case $1 in
  build)
    printf '%s\\n' "$@" >>"${0%/*}/builds"
    while [ "$1" != --tag ]; do shift; done
    printf 'sha256:%s\\n' "$(cksum <"${0%/*}/builds")" >"${0%/*}/$(echo "$2" | tr / _)" ;;
  image) cat "${0%/*}/$(echo "$5" | tr / _)" ;;
esac
"""


@dataclass(frozen=True)
class Builder:
    """A repository of one tool and an engine.

    Attributes:
        root: of the repository.
        engine: the folder of the engine.
    """

    root: Path
    engine: Path

    def build(self, name: str = "x-y", **variables: str) -> str:
        """Call the script; what it said."""
        kept = {
            n: v for n, v in os.environ.items() if not n.startswith(("AFFECTORY_", "UV_", "PIP_"))
        }
        done = subprocess.run(
            [self.root / "bin/build-image", name],
            env={**kept, "PATH": f"{self.engine}:{os.environ['PATH']}", **variables},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def words(self) -> list[str]:
        """The words of all builds, one after the other."""
        return (self.engine / "builds").read_text("utf-8").splitlines()


@pytest.fixture
def builder(tmp_path: Path) -> Builder:
    """Nothing built yet."""
    made = Builder(tmp_path / "a tree", tmp_path / "engine")
    for name in (
        "bin/build-image",
        "tools/x-y/requirements-full.lock",
        "tools/x-y/x_y/run.py",
        "protocol/affectory_protocol/run.py",
    ):
        path = made.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("", "utf-8")
    (made.root / "bin/build-image").write_bytes((ROOT / "bin/build-image").read_bytes())
    (made.root / "bin/build-image").chmod(0o755)
    made.engine.mkdir()
    (made.engine / "docker").write_text(ENGINE, "utf-8")
    (made.engine / "docker").chmod(0o755)
    return made


def test_first_build_says_which_image(builder):
    assert builder.build() == "image affectory/x-y:latest\n"
    words = builder.words()
    assert words[words.index("--file") + 1] == "tools/x-y/Dockerfile"
    assert words[words.index("--tag") + 1] == "affectory/x-y:latest"


def test_second_build_does_nothing(builder):
    builder.build()
    before = builder.words()

    assert builder.build() == ""
    assert builder.words() == before


@pytest.mark.parametrize("name", ["tools/x-y/x_y/run.py", "protocol/affectory_protocol/run.py"])
def test_changed_source_builds_again(builder, name):
    builder.build()
    (builder.root / name).write_text("changed", "utf-8")

    assert builder.build() != ""
    assert builder.build() == ""


@pytest.mark.parametrize("name", ["tools/x-y/x_y/run.py", "tools/x-y/x_y/table.json"])
def test_file_that_comes_or_goes_builds_again(builder, name):
    builder.build()
    path = builder.root / name
    path.unlink() if path.exists() else path.write_text("", "utf-8")

    assert builder.build() != ""


def test_time_of_a_file_says_nothing(builder):
    builder.build()
    os.utime(builder.root / "tools/x-y/x_y/run.py", (1, 1))

    assert builder.build() == ""


@pytest.mark.parametrize(
    "name",
    [
        "tools/x-y/.venv/bin/x-y",
        "tools/x-y/x_y/__pycache__/run.pyc",
        "protocol/schemas/text.json",
        "protocol/CHANGELOG.md",
        "tools/another/another/run.py",
    ],
)
def test_what_the_build_does_not_see_builds_nothing(builder, name):
    builder.build()
    (builder.root / name).parent.mkdir(parents=True, exist_ok=True)
    (builder.root / name).write_text("new", "utf-8")

    assert builder.build() == ""


@pytest.mark.parametrize(
    "variables",
    [
        {"BUILD_ARGS": "--pull"},
        {"AFFECTORY_TAG": "1"},
        {"AFFECTORY_IMAGES": "us"},
    ],
)
def test_changed_setting_builds_again(builder, variables):
    builder.build()

    assert builder.build(**variables) != ""
    assert builder.build(**variables) == ""


@pytest.mark.parametrize("content", [None, "sha256:another\n"])
def test_image_that_the_engine_has_no_longer_is_built_again(builder, content):
    builder.build()
    image = builder.engine / "affectory_x-y:latest"
    image.write_text(content, "utf-8") if content else image.unlink()

    assert builder.build() != ""


def test_settings_of_the_build_are_handed_on(builder):
    builder.build(EXTRAS="full", UV_DEFAULT_INDEX="index", BUILD_ARGS="--build-arg A=b --pull")

    assert {"EXTRAS=full", "UV_DEFAULT_INDEX=index", "A=b", "--pull"} <= set(builder.words())


@pytest.mark.parametrize(("tag", "names"), [({}, "full"), ({"AFFECTORY_TAG": "1.2"}, "1.2-full")])
def test_image_of_an_extra_stands_beside_the_light_one(builder, tag, names):
    builder.build(**tag)
    builder.build(EXTRAS="full", **tag)

    assert f"affectory/x-y:{names}" in builder.words()
    assert builder.build(**tag) == ""
    assert builder.build(EXTRAS="full", **tag) == ""


def test_tool_without_the_extra_has_its_light_image(builder):
    (builder.root / "tools/x-y/requirements-full.lock").unlink()
    builder.build()

    assert builder.build(EXTRAS="full") == ""


def test_address_of_an_index_is_not_kept(builder):
    builder.build(UV_DEFAULT_INDEX="with-a-password", BUILD_ARGS="--build-arg A=secret")
    kept = (builder.root / ".images/x-y").read_text("utf-8")

    assert "password" not in kept
    assert "secret" not in kept


def _git(root: Path, *words: str) -> str:
    name = ["-c", "user.name=us", "-c", "user.email=us@example.org"]
    words = ("git", *name, *words)
    done = subprocess.run(words, cwd=root, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_commit_of_the_sources_is_a_label(builder):
    _git(builder.root, "init", "--quiet")
    _git(builder.root, "add", ".")
    _git(builder.root, "commit", "--quiet", "--message", "all")
    commit = _git(builder.root, "rev-parse", "HEAD")
    builder.build()
    assert f"REVISION={commit}" in builder.words()

    (builder.root / "tools/x-y/x_y/run.py").write_text("changed", "utf-8")
    builder.build()
    assert f"REVISION={commit}-dirty" in builder.words()


def test_no_repository_is_no_commit(builder):
    builder.build(GIT_CEILING_DIRECTORIES=str(builder.root.parent))

    assert "REVISION=" in builder.words()


def test_samples_are_built_of_their_own_files(builder):
    for name in ("Dockerfile", "photo.py", "requirements.lock"):
        (builder.root / "samples").mkdir(exist_ok=True)
        (builder.root / "samples" / name).write_text("", "utf-8")
    assert builder.build("samples") == "image affectory/samples:latest\n"

    (builder.root / "tools/x-y/x_y/run.py").write_text("changed", "utf-8")
    assert builder.build("samples") == ""
    (builder.root / "samples/photo.py").write_text("changed", "utf-8")
    assert builder.build("samples") != ""
