"""The demo in images, by make and by compose, from a fresh clone: the files of `make demo`."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import docker
import pytest

pytestmark = pytest.mark.docker

ROOT = Path(__file__).resolve().parents[2]
RUN_SECONDS = 600
TIMES = ("seconds", "records_per_second", "peak_memory_bytes", "resumed")
"""Members of a receipt that differ from run to run."""


@dataclass(frozen=True)
class Clone:
    """The files of the repository in a folder of their own, and images of its own.

    Attributes:
        root: of the clone.
        tag: of the images.
    """

    root: Path
    tag: str

    def make(self, *words: str, **variables: str) -> str:
        """Run make to its good end; what it said."""
        ours = ("MAKE", "MFLAGS", "GNUMAKEFLAGS", "AFFECTORY_", "DEMO", "RUN", "COMPOSE_")
        kept = {n: v for n, v in os.environ.items() if not n.startswith(ours)}
        done = subprocess.run(
            ["make", "--no-print-directory", *words],
            cwd=self.root,
            env={**kept, "AFFECTORY_TAG": self.tag, **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=RUN_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """A fresh clone, without environments; its images are removed in the end."""
    root = tmp_path_factory.mktemp("clone")
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, root / name)
    made = Clone(root, f"test-{root.parent.name}-{os.getpid()}")
    yield made
    client = docker.from_env()
    for image in client.images.list():
        for name in image.tags:
            if name.endswith(f":{made.tag}"):
                client.images.remove(name)
    client.close()


@pytest.fixture(scope="module")
def in_images(clone, demo):
    """The demo as images make it."""
    clone.make("demo", "RUN=docker")
    return type(demo)(clone.root / "build/demo", clone.root)


def _receipt(content):
    """A receipt without what differs from run to run and from one Python to another.

    The page reads the receipts of the other steps, times and all: its own knows their digests.
    """
    receipt = {name: value for name, value in json.loads(content).items() if name not in TIMES}
    receipt["versions"].pop("python")
    receipt["inputs"] = [one for one in receipt["inputs"] if one["name"] != "receipts"]
    for words in (receipt["fingerprint"], receipt["options"]["result"]):
        for name in [name for name in words if "receipts[" in name]:
            del words[name]
    return receipt


def _comparable(contents):
    """Files by path; receipts as what does not differ."""
    return {
        name: _receipt(content) if name.endswith(".run.json") else content
        for name, content in contents.items()
    }


def test_no_environment_is_made(in_images):
    found = [path for path in in_images.tree.rglob("*") if path.name in {".venv", ".uv"}]

    assert found == []


def test_files_are_those_of_a_demo_without_images(in_images, demo):
    assert in_images.contents().keys() == demo.contents().keys()


def test_bytes_are_those_of_a_demo_without_images(in_images, demo):
    ours, theirs = _comparable(in_images.contents()), _comparable(demo.contents())

    assert [name for name in theirs if ours[name] != theirs[name]] == []


def test_no_path_of_the_machine_or_of_the_image_is_in_a_file(in_images):
    named = (str(in_images.tree).encode(), str(ROOT).encode(), b"/data/", b"/opt/affectory")
    contents = in_images.contents()

    assert {n for n, c in contents.items() if any(path in c for path in named)} == set()


def test_demo_of_images_passes_its_audit(in_images):
    assert in_images.audit() == []


def test_second_run_in_images_does_nothing(in_images, clone):
    before = in_images.times()
    said = clone.make("demo", "RUN=docker")

    assert in_images.times() == before
    assert "image " not in said
    assert "bin/affectory" not in said


def test_changed_source_makes_its_image_and_its_steps_again(in_images, clone):
    source = clone.root / "tools/report/report/page.py"
    content, before = source.read_text("utf-8"), in_images.times()
    source.write_text(content + "# changed\n", "utf-8")
    said = clone.make("demo", "RUN=docker")
    source.write_text(content, "utf-8")
    changed = {name for name, at in in_images.times().items() if before.get(name) != at}

    assert [line for line in said.splitlines() if line.startswith("image ")] == [
        f"image affectory/report:{clone.tag}"
    ]
    assert {name.split(".")[0] for name in changed} == {"page"}


@pytest.fixture(scope="module")
def composed(clone, in_images, demo, tmp_path_factory):
    """The demo as compose builds and makes it, in a folder that holds nothing but the samples."""
    folder = tmp_path_factory.mktemp("composed")
    shutil.copytree(ROOT / "samples", folder / "samples", ignore=shutil.ignore_patterns(".venv"))
    project = {"AFFECTORY_DATA": str(folder), "COMPOSE_PROJECT_NAME": clone.tag}
    try:
        clone.make("compose", "ARGS=--profile demo up --build", **project)
    finally:
        clone.make("compose", "ARGS=--profile demo down", **project)
    return type(demo)(folder / "build/demo", folder)


def test_compose_makes_the_files_of_make(composed, demo):
    words = {name for name in demo.contents() if name.endswith(".options")}

    assert composed.contents().keys() == demo.contents().keys() - words


def test_compose_makes_the_bytes_of_make(composed, demo):
    ours, theirs = _comparable(composed.contents()), _comparable(demo.contents())

    assert [name for name in ours if ours[name] != theirs[name]] == []
