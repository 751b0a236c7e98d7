"""Tiny models, each made once a session by the environment that can load it."""

import atexit
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from commands import EXTRA, python_of

HERE = Path(__file__).parent


@cache
def tiny_llama(*options: str) -> Path:
    """A folder with a language model of random weights; options of `llama.py`."""
    return _make("llm-annotate", "llama", options)


@cache
def tiny_clip(*options: str) -> Path:
    """A folder with a CLIP model of random weights; options of `clip.py`."""
    return _make("trainers", "clip", options)


def _make(tool: str, script: str, options: tuple[str, ...]) -> Path:
    folder = Path(tempfile.mkdtemp(prefix=f"tiny-{script}-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    subprocess.run(
        [python_of(tool, EXTRA or "full"), HERE / f"{script}.py", folder, *options],
        check=True,
        capture_output=True,
        env={**os.environ, "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"},
    )
    return folder
