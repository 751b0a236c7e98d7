"""The finished demo: built once for all workers of a test run, and copies of it to be changed."""

import fcntl
import json
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from affectory_protocol.cli.audit import audit_manifests
from affectory_protocol.places import Places

ROOT = Path(__file__).resolve().parents[2]
RUN_SECONDS = 600
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
STEPS = ["goemotions", "emoint", "isear", "sentences", "expressions", "photos", "references"]
STEPS += ["faces", "quality"]
VARIABLES = ["SEED", "FACE_SIZE", "MIN_SIZE", "MIN_SHARPNESS", "RUN"]
VARIABLES += ["EXPRESSION_BACKEND", "FACE_BACKEND", "GENERATION_BACKEND"]


def _environment() -> dict[str, str]:
    """Ours, without what a make above us, or a person's settings, would change about the demo."""
    ours = ("MAKE", "MFLAGS", "GNUMAKEFLAGS", "AFFECTORY_", "DEMO")
    return {n: v for n, v in os.environ.items() if not n.startswith(ours) and n not in VARIABLES}


@dataclass(frozen=True)
class Demo:
    """A build of the demo.

    Attributes:
        folder: where its files lie, below `build/`, however little of it there is.
        tree: the repository it is built from.
    """

    folder: Path
    tree: Path = ROOT

    @property
    def name(self) -> str:
        """The folder as make knows it."""
        return str(self.folder.relative_to(self.tree))

    @property
    def manifests(self) -> list[Path]:
        """The files with a receipt, in the order of building."""
        return [*(self.folder / f"{step}.jsonl" for step in STEPS), self.folder / "page.html"]

    @property
    def page(self) -> Path:
        """What all of it is for."""
        return self.folder / "page.html"

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start make in a process group of its own."""
        command = ["make", "--no-print-directory", f"DEMO={self.name}", *words]
        pipe = subprocess.PIPE
        return subprocess.Popen(
            command,
            cwd=self.tree,
            env=_environment(),
            stdout=pipe,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def make(self, *words: str) -> str:
        """Run make to its good end; what it said."""
        process = self.start(*words)
        try:
            said, _ = process.communicate(timeout=RUN_SECONDS)
        except BaseException:
            with suppress(ProcessLookupError):  # all of it may have ended
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            raise
        assert process.returncode == 0, said
        return said

    def why(self, *words: str) -> list[str]:
        """The lines of `make why` about the page."""
        return self.make("why", f"T={self.name}/page.html", *words).splitlines()

    def records(self, file: str) -> list[dict[str, Any]]:
        """The records of a manifest."""
        return [json.loads(line) for line in (self.folder / file).read_bytes().splitlines()]

    def receipt(self, file: str) -> dict[str, Any]:
        """What a run said of itself."""
        return json.loads((self.folder / f"{file}.run.json").read_bytes())

    def contents(self) -> dict[str, bytes]:
        """Every file by its path; a folder is a path with nothing in it."""
        return {
            str(path.relative_to(self.folder)): path.read_bytes() if path.is_file() else b""
            for path in sorted(self.folder.rglob("*"))
        }

    def times(self) -> dict[str, int]:
        """When each file was changed last, in nanoseconds."""
        return {
            str(path.relative_to(self.folder)): path.stat().st_mtime_ns
            for path in sorted(self.folder.rglob("*"))
            if path.is_file()
        }

    def audit(self, *names: str) -> list[str]:
        """What a strict audit finds, of all manifests or of these."""
        roots = {"": self.folder / "photos", "assets": self.folder / "assets"}
        manifests = [self.folder / name for name in names] or self.manifests
        return [str(finding) for finding in audit_manifests(manifests, Places(roots))]


@pytest.fixture(scope="session")
def run_name() -> str:
    """Tells this run's folders below `build/` from those of others; workers share it."""
    return os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))


Share = Callable[[Path, Callable[[], object]], AbstractContextManager[None]]


@pytest.fixture(scope="session")
def share(tmp_path_factory: pytest.TempPathFactory) -> Share:
    """Has a folder made once for all workers, and removed in the end.

    The first worker makes it while others wait, and the last one to leave removes it. What a worker
    that fails has made is removed at once: the next one begins anew and meets the true error.
    """
    base = tmp_path_factory.getbasetemp()
    base = base.parent if WORKER else base

    @contextmanager
    def share(folder: Path, make: Callable[[], object]) -> Iterator[None]:
        name = folder.name
        with (base / f"{name}.users").open("a") as users, (base / f"{name}.lock").open("a") as lock:
            fcntl.flock(users, fcntl.LOCK_SH)
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (base / f"{name}.made").exists():
                shutil.rmtree(folder, ignore_errors=True)  # of a worker that was killed
                try:
                    make()
                except BaseException:
                    shutil.rmtree(folder, ignore_errors=True)
                    raise
                (base / f"{name}.made").touch()
            fcntl.flock(lock, fcntl.LOCK_UN)
            yield
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            (base / f"{name}.made").unlink()  # whoever comes later makes it again
            shutil.rmtree(folder)

    return share


@pytest.fixture(scope="session")
def demo(run_name: str, share: Share) -> Iterator[Demo]:
    """The finished demo; not to be changed."""
    made = Demo(ROOT / "build" / f"test-demo-{run_name}")
    with share(made.folder, lambda: made.make("demo")):
        yield made


@pytest.fixture(scope="session")
def new_folder(run_name: str) -> Iterator[Callable[[], Path]]:
    """Gives folders below `build/` that are not there yet, and removes them in the end."""
    made: list[Path] = []
    numbers = count()

    def get() -> Path:
        made.append(ROOT / "build" / f"test-demo-{run_name}-{WORKER}{next(numbers)}")
        return made[-1]

    yield get
    for folder in made:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def copy_demo(demo: Demo, new_folder: Callable[[], Path]) -> Callable[[], Demo]:
    """Gives copies of the finished demo, times of change included."""
    return lambda: Demo(Path(shutil.copytree(demo.folder, new_folder())))
