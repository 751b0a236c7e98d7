"""The benchmarks are no package of any environment: they are found from the root."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2]))
