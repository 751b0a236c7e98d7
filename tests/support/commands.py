"""The commands of this repository, and how a test runs one."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import IO, Any

from disk import Plan

SUPPORT = Path(__file__).resolve().parent
ROOT = SUPPORT.parents[1]
START_SECONDS = 60
EXTRA = os.environ.get("CONTRACT_EXTRA")
"""Whose backends are tested: those of an extra, or without one the light ones."""
RUN_SECONDS = 120


@dataclass(frozen=True)
class Command:
    """A command line program.

    Attributes:
        name: what people call it.
        module: what `python -m` runs.
        cli: the module that declares its `tool`.
    """

    name: str
    module: str
    cli: str

    @property
    def tool(self) -> Any:
        """What it declares."""
        return import_module(self.cli).tool


def find_tools() -> list[Command]:
    """The tools of this repository, by their folders."""
    found = []
    for project in sorted((ROOT / "tools").glob("*/pyproject.toml")):
        package = project.parent.name.replace("-", "_")
        found.append(Command(project.parent.name, package, f"{package}.cli"))
    return found


MANIFEST = Command("manifest", "affectory_protocol.cli", "affectory_protocol.cli.app")
TOY = Command("toy", "toy", "toy.cli")


def find_commands() -> list[Command]:
    """All of them; `CONTRACT_TOOLS=toy,manifest` narrows."""
    wanted = os.environ.get("CONTRACT_TOOLS")
    commands = [TOY, MANIFEST, *find_tools()]
    return [c for c in commands if wanted is None or c.name in wanted.split(",")]


def python_of(tool: str, extra: str) -> Path:
    """The interpreter of a tool's environment with an extra; a test does not go without it."""
    python = ROOT / "tools" / tool / f".venv-{extra}" / "bin" / "python"
    assert python.exists(), f"make setup-{extra} TOOL={tool}"
    return python


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it said."""

    status: int
    stdout: bytes
    stderr: str

    def ok(self) -> "Done":
        """The same; fails the test when the command did."""
        assert self.status == 0, (self.status, self.stderr)
        return self


class Started:
    """A command that runs.

    Attributes:
        pid: of its process.
    """

    def __init__(self, connection: socket.socket, stdout: IO[bytes], stderr: IO[bytes]) -> None:
        self._answers = connection.makefile("rb")
        connection.close()
        self._stdout, self._stderr = stdout, stderr
        self.pid = int(self._answers.readline())

    def kill(self, signum: int) -> None:
        """Send a signal, unless it has ended."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signum)

    def wait(self) -> Done:
        """Wait for its end."""
        with self._answers, self._stdout, self._stderr:
            status = int(self._answers.readline())
            status = 128 - status if status < 0 else status  # as a shell tells of a signal
            return Done(status, _content(self._stdout), _content(self._stderr).decode())


def _content(file: IO[bytes]) -> bytes:
    if not file.seekable():
        return b""
    file.seek(0)
    return file.read()


class Zygote:
    """Starts commands without waiting for their imports.

    Args:
        folder: for its own files.
        modules: imported before any command is asked for.
        within: words of a command that becomes the one behind it, as `nice` does.
        python: interpreter; that of the tests by default.
    """

    def __init__(
        self,
        folder: Path,
        modules: list[str],
        *,
        within: Sequence[str] = (),
        python: Path | None = None,
    ) -> None:
        self._python = str(python or sys.executable)
        self._address = folder / "zygote"
        self._home = folder / "home"
        self._home.mkdir()
        self._process = subprocess.Popen(
            [*within, self._python, SUPPORT / "zygote.py", self._address, *modules],
            stdin=subprocess.PIPE,
            env=self.variables(),
        )
        self._wait_for_address()

    def view(self, path: Path) -> Path:
        """A path as its commands see it, where what is mounted for them lies elsewhere for us."""
        return Path(f"/proc/{self._process.pid}/root{path}")

    def _wait_for_address(self) -> None:
        until = time.monotonic() + START_SECONDS
        while not self._address.exists():
            assert self._process.poll() is None, "the zygote ended"
            assert time.monotonic() < until, "the zygote does not answer"
            time.sleep(0.01)

    def variables(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """The environment of every command: small, and with a home that is not the user's."""
        kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
        path = os.pathsep.join([*filter(None, [os.environ.get("PYTHONPATH")]), str(SUPPORT)])
        return {
            **kept,
            "HOME": str(self._home),
            "LC_ALL": "C.UTF-8",
            "PYTHONPATH": path,
            "PYTHONDONTWRITEBYTECODE": "1",
            "OMP_NUM_THREADS": "1",
            **(more or {}),
        }

    def start(
        self,
        command: Command,
        *words: object,
        folder: Path,
        stdin: int | bytes | Path | None = None,
        stdout: IO[bytes] | int | None = None,
        variables: Mapping[str, str] | None = None,
        file_bytes: int | None = None,
        disk: Plan | None = None,
        umask: int | None = None,
        clock: float | None = None,
        locale: str = "C.UTF-8",
    ) -> Started:
        """Start a command.

        Args:
            command: which.
            *words: its arguments.
            folder: its working directory.
            stdin: bytes, a file's path or a descriptor; nothing by default.
            stdout: a descriptor; a file that `Done` holds by default.
            variables: of the environment, beside the few that every command gets.
            file_bytes: the largest file it may write.
            disk: what happens to its calls to the disk.
            umask: that it runs under; its parent's by default.
            locale: that all of it is in, as after `setlocale`.
            clock: seconds that its clock is off by, at first; it then jumps back again and again.
        """
        out = _temporary() if stdout is None else _open_again(stdout)
        err = _temporary()
        request = {
            "module": command.module,
            "words": [str(word) for word in words],
            "folder": str(folder),
            "variables": self.variables(variables),
            "file_bytes": file_bytes,
            "disk": None if disk is None else asdict(disk),
            "umask": umask,
            "clock": clock,
            "locale": locale,
        }
        connection = self._connect()
        with _reading(stdin) as descriptor:
            socket.send_fds(
                connection,
                [json.dumps(request).encode()],
                [descriptor, out.fileno(), err.fileno()],
            )
        connection.settimeout(RUN_SECONDS)
        return Started(connection, out, err)

    def _connect(self) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX)
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                connection.connect(str(self._address))
            except ConnectionRefusedError:  # bound, and not yet listening
                assert time.monotonic() < until, "the zygote does not listen"
                time.sleep(0.01)
            else:
                return connection

    def run(self, command: Command, *words: object, **settings: Any) -> Done:
        """Run a command to its end; settings as for `start`."""
        return self.start(command, *words, **settings).wait()

    def cold_run(
        self,
        command: Command,
        *words: object,
        folder: Path,
        variables: Mapping[str, str] | None = None,
        options: tuple[str, ...] = (),
    ) -> Done:
        """Run a command by `python -m`, imports included; `options` are the interpreter's."""
        done = subprocess.run(
            [self._python, *options, "-m", command.module, *map(str, words)],
            cwd=folder,
            env=self.variables(variables),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=RUN_SECONDS,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr.decode())

    def close(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def _temporary() -> IO[bytes]:
    return tempfile.TemporaryFile()


def _open_again(stdout: IO[bytes] | int) -> IO[bytes]:
    descriptor = stdout if isinstance(stdout, int) else stdout.fileno()
    return os.fdopen(os.dup(descriptor), "wb", buffering=0)


@contextmanager
def _reading(stdin: int | bytes | Path | None) -> Iterator[int]:
    """A descriptor to read from: an inherited one, a file, or a pipe that holds these bytes."""
    if isinstance(stdin, int):
        yield stdin
        return
    if isinstance(stdin, bytes):
        with pouring(stdin) as descriptor:
            yield descriptor
        return
    with Path(stdin or os.devnull).open("rb") as file:
        yield file.fileno()


@contextmanager
def pouring(content: bytes) -> Iterator[int]:
    """The end of a pipe into which a thread pours bytes."""
    reader, writer = os.pipe()
    threading.Thread(target=_pour, args=(writer, content), daemon=True).start()
    try:
        yield reader
    finally:
        os.close(reader)


def _pour(descriptor: int, content: bytes) -> None:
    with suppress(BrokenPipeError), os.fdopen(descriptor, "wb", buffering=0) as file:
        file.write(content)
