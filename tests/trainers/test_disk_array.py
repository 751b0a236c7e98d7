"""An array on the disk has its room before anything is written into it."""

import errno
import os

import numpy as np
import pytest
from affectory_protocol.errors import TemporaryError
from trainers.expression_space.disk_array import make_disk_array


def test_array_is_of_zeros_and_can_be_written():
    array = make_disk_array((3, 5))
    assert (array.shape, array.dtype, array.any()) == ((3, 5), np.float32, False)

    array[1] = 2.0
    assert array.sum() == 10.0


def test_full_disk_is_told_before_anything_is_written(monkeypatch):
    asked = []

    def refuse(fd, start, length):
        asked.append((start, length))
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "posix_fallocate", refuse)
    with pytest.raises(TemporaryError, match="no room to write"):
        make_disk_array((3, 5))

    assert asked == [(0, 60)]
