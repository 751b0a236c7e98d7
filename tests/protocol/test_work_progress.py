"""What a sink tells of its own work, once all records are read."""

import json

from affectory_protocol.journal import Counts
from affectory_protocol.terminal import JsonProgress


def _told(captured):
    return [json.loads(line)["progress"] for line in captured.readouterr().err.splitlines()]


def test_work_is_told_now_and_then_and_at_its_end(capfd):
    progress = JsonProgress(total=10)
    for done in range(1, 1001):
        progress.work(done, 1000, "epoch 1 of 1")
    told = _told(capfd)

    assert told[-1] == {"work": "epoch 1 of 1", "done": 1000, "total": 1000}
    assert len(told) < 10


def test_counts_are_told_after_the_work(capfd):
    progress = JsonProgress(total=10)
    progress.update(10, Counts(read=3))
    progress.work(1, 1, "epoch 1 of 1")
    progress.close()

    assert _told(capfd)[-1]["read"] == 3
