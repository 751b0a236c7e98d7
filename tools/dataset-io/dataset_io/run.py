"""What stands between the command line and the formats: one record an id."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from affectory_protocol.outcomes import Row

from dataset_io.config import TextImportConfig
from dataset_io.duplicates import reject_duplicates
from dataset_io.formats.emoint import read_emoint
from dataset_io.formats.goemotions import read_goemotions
from dataset_io.formats.isear import read_isear

TextReader = Callable[[Sequence[Path], TextImportConfig], Iterator[Row]]

TEXT_READERS: dict[str, TextReader] = {
    "goemotions": read_goemotions,
    "emoint": read_emoint,
    "isear": read_isear,
}
"""Text datasets by the name of their verb."""


def import_text(name: str, paths: Sequence[Path], config: TextImportConfig) -> Iterator[Row]:
    """Read a text dataset; rows whose id came before are rejected.

    Args:
        name: a key of `TEXT_READERS`.
        paths: files of the dataset, in this order.
        config: how it is imported.
    """
    return reject_duplicates(TEXT_READERS[name](paths, config))
