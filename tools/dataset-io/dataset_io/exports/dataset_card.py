"""The card of an exported dataset: front matter that `datasets` reads, and a page for people."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson
from affectory_protocol.records import SECTIONS

from dataset_io.exports.arrow_column import OTHERS
from dataset_io.exports.provenance import Provenance


@dataclass(frozen=True)
class Split:
    """A split as the card tells it.

    Attributes:
        name: for `datasets`.
        count: of records.
        files: names of its files, in order.
    """

    name: str
    count: int
    files: Sequence[str]


def write_card(title: str, splits: Sequence[Split], provenance: Provenance) -> bytes:
    """The card, Markdown with front matter in YAML, UTF-8.

    Args:
        title: of the dataset.
        splits: in the order they are told.
        provenance: of all records.
    """
    parts = [
        _write_front_matter(title, splits, provenance),
        f"# {_clean(title)}\n",
        _table(("split", "records", "files"), [(s.name, s.count, len(s.files)) for s in splits]),
        "## Sources\n",
        _write_sources(provenance),
        _write_gaps(provenance),
        "## Columns\n",
        _table(("column", "holds"), [(f"`{n}`", said) for n, said in _describe_columns().items()]),
    ]
    return "\n".join(part for part in parts if part).encode()


def _write_front_matter(title: str, splits: Sequence[Split], provenance: Provenance) -> str:
    files = [{"split": s.name, "path": [f"**/{name}" for name in s.files]} for s in splits]
    matter: Mapping[str, object] = {
        "pretty_name": title,
        "license": sorted(provenance.licences) or ["unknown"],
        "configs": [{"config_name": "default", "data_files": files}],
    }
    lines = (f"{name}: {orjson.dumps(value).decode()}\n" for name, value in matter.items())
    return f"---\n{''.join(lines)}---\n"  # JSON is YAML


def _write_sources(provenance: Provenance) -> str:
    rows = [
        (*(said or "not told" for said in origin), count)
        for origin, count in sorted(provenance.origins.items(), key=lambda one: (-one[1], str(one)))
    ]
    if provenance.beyond:
        rows.append(("others", "", "", "", provenance.beyond))
    return _table(("dataset", "licence", "consent", "citation", "records"), rows)


def _write_gaps(provenance: Provenance) -> str:
    gaps = {f: provenance.count_without(f) for f in ("licence", "consent", "citation")}
    lines = [f"- {count} records tell no {field}.\n" for field, count in gaps.items() if count]
    if not lines:
        return ""
    return "Not known, and to be found out before this is passed on:\n\n" + "".join(lines)


def _describe_columns() -> dict[str, str]:
    sections = {name: (model.__doc__ or "").splitlines()[0] for name, model in SECTIONS.items()}
    return {
        "id": "Id of the record.",
        "parent": "Id of the record that it was made from.",
        **sections,
        OTHERS: "All other members, as JSON.",
    }


def _table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "".join(f"| {' | '.join(_clean(str(cell)) for cell in line)} |\n" for line in lines)


def _clean(text: str) -> str:
    """A text in one line that ends no cell and opens no tag."""
    return re.sub(r"([|\\])", r"\\\1", " ".join(text.split())).replace("<", "&lt;")
