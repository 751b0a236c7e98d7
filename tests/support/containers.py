"""Commands in their images, started as a person starts them: hardened, with what they may see."""

import os
import signal
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import docker
from commands import RUN_SECONDS, Command, Done

IMAGES = os.environ.get("AFFECTORY_IMAGES", "affectory")
TAG = os.environ.get("AFFECTORY_TAG", "latest")
LENDER = "dataset-io"
"""The image whose `manifest` the front door uses."""

HARDENED: Mapping[str, Any] = {
    "network_mode": "none",
    "read_only": True,
    "cap_drop": ["ALL"],
    "security_opt": ["no-new-privileges"],
    "tmpfs": {"/tmp": ""},
    # The usual one keeps what is printed as text, and so no bytes that are none.
    "log_config": docker.types.LogConfig(type="local"),
}


def image_of(tool: str) -> str:
    """The name of a tool's image."""
    return f"{IMAGES}/{tool}:{TAG}"


class Running:
    """A container that runs.

    Attributes:
        container: the engine's.
    """

    def __init__(self, container: docker.models.containers.Container) -> None:
        self.container = container

    def kill(self, signum: int) -> None:
        """Send a signal, unless it has ended."""
        with suppress(docker.errors.APIError):
            self.container.kill(signal.Signals(signum).name)

    def wait(self) -> Done:
        """Wait for its end and remove it."""
        try:
            status = self.container.wait(timeout=RUN_SECONDS)["StatusCode"]
            stdout = self.container.logs(stdout=True, stderr=False)
            return Done(status, stdout, self.container.logs(stdout=False).decode())
        finally:
            self.container.remove(force=True)


class Containers:
    """Starts commands in images; what a test may ask a zygote it may ask this.

    A container sees the folder above its working directory, at its own path, and no network but
    that of this machine where a server of this machine is to be asked.
    """

    def __init__(self, client: docker.DockerClient) -> None:
        self._client = client

    def start(
        self,
        command: Command,
        *words: object,
        folder: Path,
        stdin: bytes | None = None,
        variables: Mapping[str, str] | None = None,
        **settings: Any,
    ) -> Running:
        """Start a command.

        Args:
            command: which.
            *words: its arguments.
            folder: its working directory.
            stdin: what it reads; it has no standard input without.
            variables: of the environment.
            settings: of the container, beside those of every container.
        """
        lent = command.name == "manifest"
        place = {str(folder.parent): {"bind": str(folder.parent), "mode": "rw"}}
        container = self._client.containers.create(
            image_of(LENDER if lent else command.name),
            [str(word) for word in words],
            **{
                **HARDENED,
                "init": True,
                "user": f"{os.getuid()}:{os.getgid()}",
                "working_dir": str(folder),
                "volumes": place,
                "environment": dict(variables or {}),
                "stdin_open": stdin is not None,
                **({"network_mode": "host"} if "--base-url" in words else {}),
                **({"entrypoint": "manifest"} if lent else {}),
                **settings,
            },
        )
        with _pouring(container, stdin):
            container.start()
        return Running(container)

    def run(self, command: Command, *words: object, **settings: Any) -> Done:
        """Run a command to its end; settings as for `start`."""
        return self.start(command, *words, **settings).wait()


@contextmanager
def _pouring(
    container: docker.models.containers.Container, content: bytes | None
) -> Iterator[None]:
    """Give a container, started inside this block, its standard input."""
    if content is None:
        yield
        return
    stream = container.attach_socket(params={"stdin": 1, "stream": 1})
    yield
    connection = stream._sock
    with suppress(BrokenPipeError):  # it ended before it had read everything
        connection.sendall(content)
        connection.shutdown(socket.SHUT_WR)
    stream.close()
    connection.close()
