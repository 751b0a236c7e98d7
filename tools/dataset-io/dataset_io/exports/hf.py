"""A manifest as a dataset that the library `datasets` loads: a card, and the files it names."""

import re
from collections.abc import Callable, Collection, Iterator

from affectory_protocol.errors import ManifestError
from affectory_protocol.outcomes import NewAsset
from affectory_protocol.record import Record
from affectory_protocol.records import Asset, Source

from dataset_io.exports.arrow_column import Columns
from dataset_io.exports.dataset_card import Split, write_card
from dataset_io.exports.provenance import Provenance
from dataset_io.exports.shards import Shards

MAX_SPLITS = 16
"""More are no splits: each has a file in memory."""

WHOLE, REST = "train", "unassigned"
"""Name of what has no split: where nothing has one, and where others have."""


def write_dataset(
    records: Iterator[Record],
    *,
    title: str,
    put: Callable[[NewAsset], Asset],
    say: Callable[[str], None],
) -> Iterator[bytes]:
    """Write the files of all records and make the card that names them.

    Args:
        records: of the manifest.
        title: of the dataset.
        put: stores a file under the digest of its content.
        say: tells a person what is not known.

    Yields:
        The card. It finds its files by name, in whatever folder below its own they lie.

    Raises:
        ManifestError: the records have more splits than a dataset has, or two of one name.
    """

    def store(content: bytes) -> str:
        asset = put(NewAsset(content, "application/vnd.apache.parquet", "parquet"))
        return asset.uri.rpartition("/")[2]

    columns, provenance = Columns(), Provenance()
    shards: dict[str | None, Shards] = {}
    for record in records:
        source = record.get(Source)
        provenance.add(source)
        split = (source.split or None) if source is not None else None
        if split not in shards:
            _refuse_split(split, shards, record.id)
            shards[split] = Shards(columns, store)
        shards[split].add(record)
    shards = shards or {None: Shards(columns, store)}
    names = [WHOLE] if [*shards] == [None] else [*map(_name_split, shards)]
    splits = [Split(n, s.count, s.close()) for n, s in zip(names, shards.values(), strict=True)]
    yield write_card(title, splits, provenance)
    for field in ("licence", "consent"):
        if count := provenance.count_without(field):
            say(f"{count} records tell no {field}")
    if columns.unknown:
        say(f"{columns.unknown} fields of sections have no column: they are newer")


def _refuse_split(split: str | None, known: Collection[str | None], identity: str) -> None:
    if len(known) == MAX_SPLITS:
        raise ManifestError(
            f"the records have more than {MAX_SPLITS} splits",
            hint="Look at them with `manifest stats`: /source/split names a part.",
        )
    if _name_split(split) in map(_name_split, known):
        raise ManifestError(
            f"two splits would have one name, and this record has the second: {identity}",
            hint=f"A name has letters, digits and underscores; what has no split is {REST}. "
            "Name one of the two otherwise.",
        )


def _name_split(split: str | None) -> str:
    """A name that `datasets` takes: letters, digits and underscores."""
    return REST if split is None else re.sub(r"\W", "_", split)
