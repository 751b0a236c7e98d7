"""A container that is killed or stopped, and the same command again: as if nothing had been."""

import io
import os
import signal
import subprocess
import tarfile
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

import docker
import orjson
import pytest
from cases import case_named, good_lines, join
from commands import ROOT
from containers import HARDENED, image_of
from trials import tree

DRAW = case_named("photomaker-gen generate sketch")
RECORDS = 60
STOP_SECONDS = 5
WAIT_SECONDS = 60
WORDS = [*DRAW.words, "--size", "256", "--batch-size", "4", "--checkpoint-seconds", "0"]
WORDS += ["--assets", "assets", "-i", "input.jsonl", "-o", "out.jsonl", "--quiet"]
RECEIPT = "out.jsonl.run.json"


@pytest.fixture(scope="module")
def manifest():
    return join(good_lines(DRAW, RECORDS))


@pytest.fixture(scope="module")
def whole(zygote, manifest, tmp_path_factory):
    """What a run leaves that nothing interrupts, without an image."""
    folder = tmp_path_factory.mktemp("whole")
    (folder / "input.jsonl").write_bytes(manifest)
    zygote.run(DRAW.command, *WORDS, folder=folder).ok()
    return _without_receipt(tree(folder))


def _without_receipt(files):
    return {name: content for name, content in files.items() if name != RECEIPT}


def _wait_until(is_so):
    until = time.monotonic() + WAIT_SECONDS
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.02)


# In a volume -------------------------------------------------------------------------------------


class Volume:
    """A volume of the engine, and runs of the image over it."""

    def __init__(self, client, name):
        self._client = client
        self._mounted = {"volumes": {name: {"bind": "/data", "mode": "rw"}}}
        self._containers = []
        self._window = self.create()  # never started: it is there to be looked through

    def create(self, **settings):
        """A container of a run, not yet started."""
        made = self._client.containers.create(
            image_of(DRAW.command.name), WORDS, **self._mounted, **settings
        )
        self._containers.append(made)
        return made

    def write(self, name, content):
        """Put a file there."""
        file = io.BytesIO()
        with tarfile.open(fileobj=file, mode="w") as archive:
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(content), 0o644
            archive.addfile(member, io.BytesIO(content))
        self._window.put_archive("/data", file.getvalue())

    def size(self, name):
        """Bytes of a file; 0 when there is none."""
        try:
            return self._window.get_archive(f"/data/{name}")[1]["size"]
        except docker.errors.NotFound:
            return 0

    def files(self):
        """Every file by its path."""
        content = b"".join(self._window.get_archive("/data/.")[0])
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            return {
                member.name.removeprefix("./"): archive.extractfile(member).read()
                for member in archive
                if member.isfile()
            }

    def close(self):
        """Remove its containers."""
        for container in self._containers:
            container.remove(force=True)


@pytest.fixture
def volume(client, manifest):
    """A volume with the manifest in it."""
    name = f"affectory-test-{uuid.uuid4().hex}"
    made = Volume(client, name)
    made.write("input.jsonl", manifest)
    yield made
    made.close()
    client.volumes.get(name).remove()


@pytest.mark.parametrize(
    ("ending", "status"),
    [("SIGKILL", 137), ("SIGTERM", 143)],
)
def test_container_that_is_ended_is_gone_on_from(volume, whole, ending, status):
    first = volume.create(**HARDENED)  # without an init: the tool is process 1
    first.start()
    _wait_until(lambda: volume.size("out.jsonl.part"))
    first.kill(ending)

    assert first.wait(timeout=STOP_SECONDS)["StatusCode"] == status
    assert volume.size("out.jsonl") == 0 < volume.size("out.jsonl.part")

    second = volume.create(**HARDENED)
    second.start()
    assert second.wait(timeout=WAIT_SECONDS)["StatusCode"] == 0, second.logs()
    files = volume.files()
    assert _without_receipt(files) == whole
    assert orjson.loads(files[RECEIPT])["resumed"] == 1


def test_second_container_on_the_same_output_is_turned_away(volume):
    first = volume.create(**HARDENED)
    first.start()
    _wait_until(lambda: volume.size("out.jsonl.part"))
    second = volume.create(**HARDENED)
    second.start()

    assert second.wait(timeout=WAIT_SECONDS)["StatusCode"] == 75
    assert first.wait(timeout=WAIT_SECONDS)["StatusCode"] == 0


# Through the front door --------------------------------------------------------------------------


@dataclass(frozen=True)
class Door:
    """Runs through bin/affectory in a folder, in a process group of their own."""

    folder: Path

    def start(self, *words, **settings):
        """Start a run in an image."""
        return subprocess.Popen(
            [ROOT / "bin/affectory", DRAW.command.name, *(words or WORDS)],
            cwd=self.folder,
            env={**os.environ, "RUN": "docker"},
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
            **settings,
        )

    def size(self, name):
        """Bytes of a file; 0 when there is none."""
        path = self.folder / name
        return path.stat().st_size if path.exists() else 0


@pytest.fixture
def door(manifest, tmp_path):
    (tmp_path / "input.jsonl").write_bytes(manifest)
    return Door(tmp_path)


def _containers_of(client, process):
    return client.containers.list(all=True, filters={"name": f"affectory-{process.pid}-"})


@pytest.mark.parametrize(
    ("send", "signum", "status"),
    [
        (os.kill, signal.SIGTERM, 143),
        (os.killpg, signal.SIGTERM, 143),
        (os.killpg, signal.SIGINT, 130),
    ],
    ids=["SIGTERM to the door", "SIGTERM to all", "SIGINT to all, as by Ctrl-C"],
)
def test_signal_ends_a_run_and_its_work_is_kept(door, client, whole, send, signum, status):
    process = door.start()
    _wait_until(lambda: door.size("out.jsonl.part"))
    begun = time.monotonic()
    send(process.pid, signum)
    process.communicate(timeout=WAIT_SECONDS)

    assert time.monotonic() - begun < STOP_SECONDS
    assert process.returncode == status
    assert _containers_of(client, process) == []
    assert door.size("out.jsonl") == 0 < door.size("out.jsonl.part")

    again = door.start()
    assert again.communicate(timeout=WAIT_SECONDS)[1] == b"", again.returncode
    assert again.returncode == 0
    assert _without_receipt(tree(door.folder)) == whole
    assert orjson.loads((door.folder / RECEIPT).read_bytes())["resumed"] == 1


def test_signal_before_the_container_runs_ends_it_too(door, client):
    process = door.start()
    _wait_until(lambda: _has_client(process))
    process.terminate()
    process.communicate(timeout=WAIT_SECONDS)

    assert process.returncode == 143
    assert _containers_of(client, process) == []


def _has_client(process):
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    commands = [Path(f"/proc/{child}/cmdline") for child in children.split()]
    return any(b"run" in path.read_bytes().split(b"\0") for path in commands if path.exists())


def test_reader_that_goes_away_is_a_quiet_success(door, client):
    words = [*WORDS[: WORDS.index("-o")], "--quiet"]
    process = door.start(*words, stdout=subprocess.PIPE)
    assert process.stdout.readline().startswith(b'{"id":')
    process.stdout.close()

    assert process.wait(timeout=WAIT_SECONDS) == 0
    assert process.stderr.read() == b""
    process.stderr.close()
    assert _containers_of(client, process) == []
