"""The images, built once for all workers of a test run, and commands that run in them."""

import fcntl
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import docker
import pytest
from cases import Case
from commands import ROOT, Zygote, find_commands
from containers import Containers
from trials import First, Trial

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder needs an engine."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.docker)


@pytest.fixture(scope="session")
def client() -> Iterator[docker.DockerClient]:
    """The engine."""
    made = docker.from_env()
    made.ping()
    yield made
    made.close()


@pytest.fixture(scope="session", autouse=True)
def images(tmp_path_factory: pytest.TempPathFactory) -> None:
    """All images as `make images` builds them; nothing is done when they are there."""
    base = tmp_path_factory.getbasetemp()
    ours = ("MAKE", "MFLAGS", "GNUMAKEFLAGS", "EXTRAS", "RUN", "TOOL")
    environment = {n: v for n, v in os.environ.items() if not n.startswith(ours)}
    with ((base.parent if WORKER else base) / "images.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # others wait, and then find them
        done = subprocess.run(
            ["make", "images"],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def containers(client: docker.DockerClient) -> Containers:
    """Starts commands in their images."""
    return Containers(client)


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    """Starts commands without an image."""
    modules = [command.cli for command in find_commands()]
    with tempfile.TemporaryDirectory(prefix="zygote-") as folder:  # short enough for a socket
        made = Zygote(Path(folder), modules)
        yield made
        made.close()


@pytest.fixture
def trial(containers: Containers, case: Case, tmp_path: Path) -> Trial:
    """The case, to be run in its image."""
    return Trial(containers, case, tmp_path)


@pytest.fixture(scope="session")
def first_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., First]:
    """Gives the first run of a case by a zygote or by containers."""
    made: dict[tuple[Case, object], First] = {}

    def get(case: Case, starter: object) -> First:
        if (case, starter) not in made:
            made[case, starter] = First(Trial(starter, case, tmp_path_factory.mktemp("first")))
        return made[case, starter]

    return get


@pytest.fixture
def first(case: Case, first_of: Callable[..., First], containers: Containers) -> First:
    """The first run of the case in its image; not to be changed."""
    return first_of(case, containers)


@pytest.fixture
def local(case: Case, first_of: Callable[..., First], zygote: Zygote) -> First:
    """The first run of the case without an image; not to be changed."""
    return first_of(case, zygote)
