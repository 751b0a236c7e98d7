"""How every test runs: hypothesis profiles, and tests/support as a place that tests import from."""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

TESTS = Path(__file__).parent
sys.path.insert(0, str(TESTS / "support"))

settings.register_profile("local", deadline=None, max_examples=60)
settings.register_profile(
    "ci", parent=settings.get_profile("local"), derandomize=True, database=None
)
settings.load_profile("ci" if os.environ.get("CI") else "local")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that share what is costly to make go to one worker: of one case, or of one file."""
    for item in items:
        parameters = item.callspec.params if hasattr(item, "callspec") else {}
        case = parameters.get("case")
        shared = item.path.relative_to(TESTS) if case is None else f"{item.path.parent.name} {case}"
        item.add_marker(pytest.mark.xdist_group(str(shared)))
