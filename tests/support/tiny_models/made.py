"""Tiny models, each made once a session by the environment that can load it."""

import atexit
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from commands import EXTRA, python_of

SCRIPT = Path(__file__).with_name("llama.py")


@cache
def tiny_llama(*options: str) -> Path:
    """A folder with a language model of random weights; options of `llama.py`."""
    folder = Path(tempfile.mkdtemp(prefix="tiny-llama-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    subprocess.run(
        [python_of("llm-annotate", EXTRA or "full"), SCRIPT, folder, *options],
        check=True,
        capture_output=True,
        env={**os.environ, "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"},
    )
    return folder
