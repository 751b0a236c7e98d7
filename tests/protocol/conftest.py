"""The `manifest` command, started in a few milliseconds."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from commands import MANIFEST, Done, Zygote

Run = Callable[..., Done]


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    """Starts commands."""
    with tempfile.TemporaryDirectory(prefix="zygote-") as folder:  # short enough for a socket
        made = Zygote(Path(folder), [MANIFEST.cli, "typer.rich_utils"])
        yield made
        made.close()


@pytest.fixture
def manifest(zygote: Zygote, tmp_path: Path) -> Run:
    """Runs `manifest` in the test's folder; `stdin` is bytes or a file."""

    def run(*words: object, **settings: object) -> Done:
        return zygote.run(MANIFEST, *words, **{"folder": tmp_path, **settings})

    return run
