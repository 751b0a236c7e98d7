"""An array that lies on the disk, so that memory does not grow with it."""

import os
import sys
import tempfile

import numpy as np
from affectory_protocol.durable import disk_errors

from trainers.expression_space.layers import Array


def make_disk_array(shape: tuple[int, int]) -> Array:
    """Make an array in a file without a name, in the folder for temporary files.

    Its room is taken at once: where there is none, a write into a sparse file would end the process
    by SIGBUS.

    Args:
        shape: (n, d), both at least 1.

    Returns:
        (n, d) float32 of zeros; its file goes with it.

    Raises:
        TemporaryError: there is no room.
    """
    with disk_errors(), tempfile.TemporaryFile(prefix="features-") as file:
        if sys.platform != "darwin":  # whose libc has no such call
            os.posix_fallocate(file.fileno(), 0, shape[0] * shape[1] * np.float32().nbytes)
        return np.memmap(file, dtype=np.float32, mode="w+", shape=shape)
