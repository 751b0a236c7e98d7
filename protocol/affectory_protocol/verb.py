"""What a verb declares about itself; `spec`, its options and the contract suite follow from it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TypedDict

from affectory_protocol.records import AnySection, Assets


class Kind(StrEnum):
    """How records in and records out relate."""

    MAP = "map"
    FILTER = "filter"
    DERIVE = "derive"
    SOURCE = "source"
    AGGREGATE = "aggregate"
    SINK = "sink"


DROPPING = frozenset({Kind.FILTER, Kind.SOURCE})
"""Kinds whose records may leave into a stream of their own."""


MAKING = frozenset({Kind.MAP, Kind.DERIVE, Kind.SINK})
"""Kinds that make every file they write of in `assets`; a source may have found it."""


class Determinism(StrEnum):
    """What a backend promises about the bytes it makes."""

    BYTES = "bytes"
    TOLERANCE = "tolerance"
    NONE = "none"


class Memory(StrEnum):
    """How a verb's memory grows."""

    CONSTANT = "constant"
    PER_RECORD = "per-record"


class OptionClass(StrEnum):
    """What an option changes."""

    RESULT = "result"
    FINGERPRINT = "fingerprint"
    EXECUTION = "execution"


@dataclass(frozen=True, slots=True)
class Missing:
    """Something a verb needs and does not find.

    Attributes:
        what: the thing, for example "the Haar cascades of OpenCV".
        do: how to get it, a command where there is one.
    """

    what: str
    do: str


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A published model that a backend is meant for; any other may be named as well.

    Attributes:
        id: on the hub, owner/name.
        licence: of its weights, SPDX where there is one.
        memory: of the cards it fits on, gigabytes.
        note: what it is chosen for.
    """

    id: str
    licence: str
    memory: int
    note: str


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """A model as the command line names it.

    Attributes:
        name: its id on the hub, or a folder that holds it.
        revision: branch, tag or commit; None is the one that is locked, else the hub's default.
        models: folder of models with their `models.lock`; None is nowhere.
    """

    name: str
    revision: str | None = None
    models: Path | None = None


@dataclass(frozen=True, slots=True)
class Downloaded:
    """What a backend fetched.

    Attributes:
        commit: that the revision resolved to.
        licence: as the hub tells it; None when it does not.
        files: names inside the folder.
    """

    commit: str
    licence: str | None
    files: tuple[str, ...]


def _needs_nothing(_: ModelRequest | None) -> list[Missing]:
    return []


@dataclass(frozen=True, slots=True)
class BackendSpec:
    """One backend of a verb.

    Attributes:
        name: as given to --backend.
        licence: of the algorithm or weights, SPDX where there is one.
        determinism: what it promises about its bytes.
        measured_on: the figure it is known by, with the data it was measured on.
        gpu: whether it needs one.
        model: id and commit of a model, when there is one.
        waits: whether it waits for others, many records at once; processes would not help it.
        extra: of the distribution, whose packages it needs beside the light ones.
        models: to choose from with `--model`; empty when it loads none.
        find_missing: finds what a model, or the backend without one, lacks on this machine.
        download: fetches a model into a folder of its own, which it makes when all is well.
    """

    name: str
    licence: str
    determinism: Determinism
    measured_on: str
    gpu: bool = False
    model: str | None = None
    waits: bool = False
    extra: str | None = None
    models: tuple[ModelSpec, ...] = ()
    find_missing: Callable[[ModelRequest | None], list[Missing]] = _needs_nothing
    download: Callable[[ModelRequest, Path], Downloaded] | None = None


class Declared(TypedDict, total=False):
    """What a tool may say of a verb beside its kind and behaviour; told in `Verb`."""

    needs: tuple[type[AnySection], ...]
    reads: tuple[type[AnySection], ...]
    writes: tuple[type[AnySection], ...]
    references: tuple[type[AnySection], ...]
    backends: tuple[BackendSpec, ...]
    edits: bool
    stores: bool
    seeded: bool
    batch_size: int
    stateful: bool
    memory: Memory
    check: Callable[[], list[Missing]]


def _nothing_missing() -> list[Missing]:
    return []


@dataclass(frozen=True)
class Verb:
    """One verb of one tool.

    Attributes:
        tool: name of the tool.
        name: of the verb; two words when it lies in a group, as `import images`.
        kind: how records in and out relate.
        behaviour: raised when output would change.
        version: of the tool's distribution.
        package: import package of the tool; its sources are part of the fingerprint.
        needs: sections that must be there.
        reads: sections read when there are some.
        writes: sections written.
        references: sections read from `--references`; empty when the verb takes none.
        backends: to choose from with `--backend`; empty when the verb has none.
        edits: whether it changes what sections hold and leaves them their makers.
        stores: whether a source makes files, beside those it finds.
        seeded: whether it takes `--seed`.
        batch_size: records a batch by default.
        stateful: whether a record's result depends on the records before it.
        memory: how it grows with the manifest.
        check: finds what is missing on this machine.
    """

    tool: str
    name: str
    kind: Kind
    behaviour: int
    version: str
    package: str
    needs: tuple[type[AnySection], ...] = ()
    reads: tuple[type[AnySection], ...] = ()
    writes: tuple[type[AnySection], ...] = ()
    references: tuple[type[AnySection], ...] = ()
    backends: tuple[BackendSpec, ...] = ()
    edits: bool = False
    stores: bool = False
    seeded: bool = False
    batch_size: int = 256
    stateful: bool = False
    memory: Memory = Memory.CONSTANT
    check: Callable[[], list[Missing]] = field(default=_nothing_missing)

    @property
    def shardable(self) -> bool:
        """Whether `--shard` outputs, concatenated, equal the whole."""
        return self.kind in {Kind.MAP, Kind.FILTER, Kind.DERIVE} and not self.stateful

    @property
    def has_input(self) -> bool:
        """Whether it reads one manifest from `--input`; sources and aggregates name theirs."""
        return self.kind not in {Kind.SOURCE, Kind.AGGREGATE}

    @property
    def makes_files(self) -> bool:
        """Whether it stores new files, which `--assets` says the place of."""
        makes = self.stores if self.kind is Kind.SOURCE else self.kind in MAKING
        return makes and Assets in self.writes

    @property
    def loads_models(self) -> bool:
        """Whether a backend of it loads a model from the disk."""
        return any(backend.models for backend in self.backends)
