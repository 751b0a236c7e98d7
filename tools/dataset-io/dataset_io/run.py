"""What stands between the command line and the formats: one record an id, no file of a run."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from affectory_protocol.errors import UsageError
from affectory_protocol.outcomes import Row
from affectory_protocol.settings import STANDARD, Settings

from dataset_io.config import ImagesConfig, OpenFaceConfig, SentencesConfig, TextImportConfig
from dataset_io.duplicates import reject_duplicates
from dataset_io.formats.emoint import read_emoint
from dataset_io.formats.goemotions import read_goemotions
from dataset_io.formats.images import read_images
from dataset_io.formats.isear import read_isear
from dataset_io.formats.openface import read_openface
from dataset_io.formats.sentences import read_sentences
from dataset_io.formats.table.known import Known
from dataset_io.formats.table.loading import load_map
from dataset_io.formats.table.reader import read_table
from dataset_io.livelink.config import LiveLinkConfig

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


def import_sentences(paths: Sequence[Path], config: SentencesConfig) -> Iterator[Row]:
    """Read plain text; a sentence that came before is rejected.

    Args:
        paths: files of sentences, in this order.
        config: how they are imported.
    """
    return reject_duplicates(read_sentences(paths, config))


def import_openface(paths: Sequence[Path], config: OpenFaceConfig) -> Iterator[Row]:
    """Read files of OpenFace; a face that came before is rejected.

    Args:
        paths: csv files, in this order.
        config: how they are imported.
    """
    return reject_duplicates(read_openface(paths, config))


def import_livelink(paths: Sequence[Path], config: LiveLinkConfig) -> Iterator[Row]:
    """Read recordings of Live Link Face.

    Args:
        paths: csv files, in this order.
        config: how they are imported.
    """
    from dataset_io.formats.livelink_csv import read_recordings  # the one that needs numpy

    return read_recordings(paths, config)


def import_table(
    paths: Sequence[Path], mapping: Path | None, known: Known | None, config: TextImportConfig
) -> Iterator[Row]:
    """Read a table; the map and the beginning of each file are looked at at once.

    Args:
        paths: files of the table, in this order.
        mapping: its map, where its owner wrote one.
        known: the map that comes with the tool; one of both is given.
        config: how it is imported.

    Raises:
        UsageError: the map says what no map says, or a file is not what it says.
    """
    path = mapping if known is None else known.path
    if path is None or (mapping is not None and known is not None):
        raise UsageError(
            "a table needs one map: --map or --known",
            hint="Write a map as docs/importing.md tells, or name a table that is known: "
            f"{', '.join(Known)}.",
        )
    return reject_duplicates(read_table(paths, load_map(path), config))


def import_images(folder: Path, config: ImagesConfig, settings: Settings) -> Iterator[Row]:
    """Read a folder of images; the files that the run itself puts there are no images.

    Args:
        folder: read with all below it.
        config: how it is imported.
        settings: where the run writes.

    Raises:
        UsageError: the run would write into the folder under names that nobody can tell.
    """
    _refuse_names_in(folder.resolve(), settings)
    return read_images(folder, config)


def _refuse_names_in(folder: Path, settings: Settings) -> None:
    """In the folder, a run's files are known by lying beside its output and its receipt."""
    given = {"rejects": settings.rejects, "dropped": settings.dropped, "receipt": settings.receipt}
    named = {option: Path(path).resolve() for option, path in given.items() if path is not None}
    output = None if settings.output == STANDARD else Path(settings.output).resolve()
    for option, path in named.items():
        # An output is told by its receipt, so this one lies beside it.
        tells = path if output is None or option != "receipt" else output
        if path.is_relative_to(folder) or tells.is_relative_to(folder):
            raise UsageError(
                f"--{option} cannot be given while the run writes into DIR",
                hint="Leave it out: it then lies beside --output. Or write to another folder.",
            )
