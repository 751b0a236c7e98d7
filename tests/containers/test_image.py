"""An image is the tool: same words, same bytes, for any user, without a network or a writable root.

Built with the client's BuildKit (which alone reads Dockerfile.dockerignore), run with the docker
package.
"""

import json
import os
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import docker
import pytest

pytestmark = pytest.mark.docker

ROOT = Path(__file__).resolve().parents[2]
TOOL = "llm-annotate"
IMAGE = f"affectory/{TOOL}"
ANNOTATE = ["expression", "--backend", "lexicon"]
MANIFEST = (
    b'{"id": "one", "text": {"content": "I am so happy to see you!"}, "unheard": [1,  2]}\n'
    b'{"id": "two", "text": {"content": "This is disgusting."}}\n'
)


@dataclass(frozen=True)
class Ended:
    """How a container ended."""

    status: int
    stdout: bytes
    stderr: str


@pytest.fixture(scope="module")
def engine() -> Iterator[docker.DockerClient]:
    client = docker.from_env()
    client.ping()
    yield client
    client.close()


@pytest.fixture(scope="module")
def image(engine: docker.DockerClient) -> docker.models.images.Image:
    words = ["make", "images", f"TOOL={TOOL}", "EXTRAS="]
    built = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    return engine.images.get(IMAGE)


@pytest.fixture
def run(engine: docker.DockerClient, image: docker.models.images.Image):
    """Run the image as `docker run -i` does, with bytes on its standard input."""
    containers = []

    def run(command: list[str], stdin: bytes = b"", **settings: object) -> Ended:
        container = engine.containers.create(image, command, stdin_open=True, **settings)
        containers.append(container)
        stream = container.attach_socket(params={"stdin": 1, "stream": 1})
        container.start()
        connection = stream._sock
        connection.sendall(stdin)
        connection.shutdown(socket.SHUT_WR)
        status = container.wait(timeout=120)["StatusCode"]
        connection.close()
        stream.close()
        stdout = container.logs(stdout=True, stderr=False)
        return Ended(status, stdout, container.logs(stdout=False, stderr=True).decode())

    yield run
    for container in containers:
        container.remove(force=True)


@pytest.fixture(scope="module")
def expected() -> bytes:
    """What the tool's local environment writes for the same manifest."""
    words = ["bin/affectory", TOOL, *ANNOTATE]
    local = dict(os.environ, RUN="local")
    done = subprocess.run(
        words, cwd=ROOT, input=MANIFEST, capture_output=True, env=local, check=True
    )
    return done.stdout


def test_local_run_annotates_each_record(expected):
    records = [json.loads(line) for line in expected.splitlines()]

    assert [record["id"] for record in records] == ["one", "two"]
    assert all("expression" in record for record in records)


def test_help_is_what_an_image_says_without_words(run):
    ended = run([])

    assert ended.status == 0
    assert "expression" in ended.stdout.decode()


def test_manifest_on_standard_input_gives_the_bytes_of_a_local_run(run, expected):
    ended = run(ANNOTATE, MANIFEST)

    assert (ended.status, ended.stdout) == (0, expected), ended.stderr


def test_unknown_user_without_network_and_writable_root_gives_the_same_bytes(run, expected):
    ended = run(ANNOTATE, MANIFEST, user="12345", read_only=True, network_mode="none")

    assert (ended.status, ended.stdout) == (0, expected), ended.stderr


def test_exit_status_of_the_tool_is_that_of_the_container(run):
    ended = run(["expression"], MANIFEST)

    assert ended.status == 2
    assert "lexicon" in ended.stderr


def test_image_runs_as_nobody_special(image):
    assert image.attrs["Config"]["User"] == "10001:10001"


def test_image_holds_neither_another_tool_nor_an_installer(run):
    look = (
        "import importlib.util as u; print([n for n in ('report', 'pip', 'uv') if u.find_spec(n)])"
    )
    ended = run(["-c", look], entrypoint="/opt/affectory/bin/python")

    assert (ended.status, ended.stdout) == (0, b"[]\n"), ended.stderr


def test_manifest_command_is_in_the_image(run):
    ended = run(["validate"], MANIFEST, entrypoint="manifest")

    assert (ended.status, ended.stdout) == (0, MANIFEST), ended.stderr


def test_front_door_writes_files_of_the_current_user_into_the_working_directory(
    image, expected, tmp_path
):
    (tmp_path / "in.jsonl").write_bytes(MANIFEST)
    words = [
        ROOT / "bin/affectory",
        TOOL,
        *ANNOTATE,
        "--input",
        "in.jsonl",
        "--output",
        "out.jsonl",
    ]
    in_image = dict(os.environ, RUN="docker")
    subprocess.run(words, cwd=tmp_path, env=in_image, stdin=subprocess.DEVNULL, check=True)

    assert (tmp_path / "out.jsonl").read_bytes() == expected
    assert (tmp_path / "out.jsonl").stat().st_uid == os.getuid()
