"""What make does with the extra that is asked for, and with environments."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def _make(*words: str) -> subprocess.CompletedProcess[str]:
    ours = ("EXTRAS", "RUN", "TOOL", "MAKEFLAGS", "MFLAGS", "MAKEOVERRIDES")
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return subprocess.run(
        ["make", "--no-print-directory", *words],
        cwd=ROOT,
        env=kept,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("name", "words", "rests_on"),
    [
        ("llm-annotate", [], "tools/llm-annotate/.venv/.made"),
        ("llm-annotate", ["EXTRAS=full"], "tools/llm-annotate/.venv-full/.made"),
        ("filters", ["EXTRAS=full"], "tools/filters/.venv/.made"),
        ("manifest", ["EXTRAS=full"], "protocol/.venv/.made"),
        ("photo", ["EXTRAS=full"], "samples/.venv/.made"),
        ("llm-annotate", ["EXTRAS=full", "RUN=docker"], "image-llm-annotate"),
    ],
)
def test_step_rests_on_the_environment_that_the_front_door_runs(tmp_path, name, words, rests_on):
    told = tmp_path / "told.mk"
    told.write_text(f"told:\n\t@echo $(call ready,{name})\n")

    assert _make("-f", "Makefile", "-f", str(told), "told", *words).stdout == f"{rests_on}\n"


def test_extra_that_no_tool_has_is_refused():
    refused = _make("-n", "help", "EXTRAS=ful")

    assert refused.returncode == 2
    assert "no tool has: ful" in refused.stderr


def test_every_environment_is_removed():
    words = _make("-n", "clean-environments").stdout.split()
    locks = [*ROOT.glob("benchmarks/*/*/requirements.lock")]

    assert len(locks) > 2
    for lock in locks:
        environment = lock.with_name(".venv").relative_to(ROOT)
        assert any(environment.match(word) for word in words), environment


def test_tests_of_an_extra_that_are_gone_are_a_failure(tmp_path):
    pytest_ = tmp_path / "pytest"
    pytest_.write_text("#!/bin/sh\nexit 5\n")  # no tests collected
    pytest_.chmod(0o755)
    told = _make("-n", "test-full", "TOOL=llm-annotate", f"PYTEST={pytest_}").stdout
    recipe = told[told.index("for tool in") :]

    assert subprocess.run(["bash", "-c", recipe], check=False).returncode == 5
