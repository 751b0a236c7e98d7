"""Who is told how training goes: the progress, and TensorBoard."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from affectory_protocol.durable import disk_errors

from trainers.expression_space.space import Epoch

if TYPE_CHECKING:
    from torch.utils.tensorboard import SummaryWriter


class Told:
    """Hands steps on to the progress, and epochs to TensorBoard.

    Args:
        show: shows how many steps of all are done.
        writer: of TensorBoard; None writes nothing.
    """

    def __init__(
        self, show: Callable[[int, int, str], None], writer: "SummaryWriter | None"
    ) -> None:
        self._show = show
        self._writer = writer

    def step(self, done: int, total: int, words: str) -> None:
        """Show it."""
        self._show(done, total, words)

    def epoch(self, epoch: Epoch) -> None:
        """Write its figures."""
        if self._writer is None:
            return
        for side, figures in (("train", epoch.train), ("validation", epoch.validation)):
            for name, value in figures.items():
                self._writer.add_scalar(f"{side}/{name}", value, epoch.epoch)
        with disk_errors():
            self._writer.flush()


@contextmanager
def watching(show: Callable[[int, int, str], None], logs: Path | None) -> Iterator[Told]:
    """Let somebody watch training.

    Args:
        show: shows how many steps of all are done.
        logs: folder for TensorBoard; None is none.
    """
    if logs is None:
        yield Told(show, None)
        return
    from torch.utils.tensorboard import SummaryWriter  # a second, for those who ask for it

    with disk_errors():
        writer = SummaryWriter(str(logs), purge_step=1)
    try:
        yield Told(show, writer)
    finally:
        writer.close()
