"""Every case in a folder of its own, and its first run made once a session."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cases import Case, find_cases
from commands import EXTRA, Zygote, find_commands, python_of
from trials import First, Trial

HEAVY = {
    "llm-annotate": ["llm_annotate.backends.causal_model"],
    "trainers": ["trainers.expression_space.learning.loop"],
}
"""What the backends of an extra import late."""
LATE = [
    "numpy",
    "PIL.Image",
    "safetensors.numpy",
    "trainers.expression_space.judging.run",
    "trainers.expression_space.plotting.run",
    "sklearn.manifold",
]
"""What verbs with light dependencies import when they run: most of the time of a short one.

Not matplotlib, which writes into the home folder when it is imported.
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs the environment of an extra."""
    for item in items:
        case = item.callspec.params.get("case") if hasattr(item, "callspec") else None
        if isinstance(case, Case) and case.extra is not None:
            item.add_marker(case.extra)


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    """Starts commands; those of an extra in the environment of the tool that has it."""
    modules = [command.cli for command in find_commands()]
    python = None
    if EXTRA is not None:
        tool = next(case.command.name for case in find_cases())
        python = python_of(tool, EXTRA)
        modules += HEAVY[tool]
    else:
        modules += LATE
    with tempfile.TemporaryDirectory(prefix="zygote-") as folder:  # short enough for a socket
        made = Zygote(Path(folder), [*modules, "typer.rich_utils"], python=python)
        yield made
        made.close()


@pytest.fixture
def trial(zygote: Zygote, case: Case, tmp_path: Path) -> Trial:
    """The case, not yet run."""
    return Trial(zygote, case, tmp_path)


@pytest.fixture
def try_case(zygote: Zygote, tmp_path: Path) -> Callable[[Case], Trial]:
    """Any case, not yet run."""
    return lambda case: Trial(zygote, case, tmp_path)


@pytest.fixture(scope="session")
def first_of(zygote: Zygote, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Case], First]:
    """Gives the first run of a case."""
    made: dict[Case, First] = {}

    def get(case: Case) -> First:
        if case not in made:
            made[case] = First(Trial(zygote, case, tmp_path_factory.mktemp("first")))
        return made[case]

    return get


@pytest.fixture
def first(case: Case, first_of: Callable[[Case], First]) -> First:
    """The first run of the case; not to be changed."""
    return first_of(case)
