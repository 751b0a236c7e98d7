"""The shared options: one name, one meaning, one class each; a verb gets those that fit it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypedDict, Unpack

import typer
from affectory_protocol.records import Assets
from affectory_protocol.settings import (
    DEFAULT_MAX_LINE_BYTES,
    STANDARD,
    DType,
    Existing,
    ProgressMode,
    Restart,
)
from affectory_protocol.verb import Kind, OptionClass, Verb

RESULT, FINGERPRINT, EXECUTION = (
    OptionClass.RESULT,
    OptionClass.FINGERPRINT,
    OptionClass.EXECUTION,
)


def option_name(parameter: str) -> str:
    """What an option is called whose parameter has this name: `with_` stands for `with`."""
    return parameter.removesuffix("_")


class FileContent:
    """Marks a path option whose file counts by its content: part of the result, never its name."""


class FolderContent:
    """Marks a path option that takes a folder, which counts by all it holds."""


class NamedFileContent:
    """Marks a path option of which the file's own name also counts: it tells the split, say."""


class Execution:
    """Marks an option that changes no byte of the output."""


class OnlyFor:
    """Marks an option that some backends have a use for; on a command line the others refuse it.

    Args:
        *backends: their names.
    """

    def __init__(self, *backends: str) -> None:
        self.backends = backends


MODEL_OPTIONS = frozenset({"device", "dtype", "models", "revision"})
"""Shared options for backends that load models."""


@dataclass(frozen=True)
class SharedOption:
    """One option that every verb it fits has.

    Attributes:
        name: of the parameter and the field of `Settings`.
        annotation: type and `typer.Option`.
        default: when it is not given.
        option_class: what it changes.
        fits: which verbs have it.
    """

    name: str
    annotation: object
    default: object
    option_class: OptionClass
    fits: Callable[[Verb], bool]


class _Value(TypedDict, total=False):
    """What `typer.Option` is told of a value: its bounds, and how --help names it."""

    min: float
    max: float
    metavar: str


def _option(*names: str, help_text: str, env: bool = True, **value: Unpack[_Value]) -> object:
    """An option of class execution unless `env` is off: only those have an environment variable."""
    variable = "AFFECTORY_" + names[0].removeprefix("--").split("/")[0].replace("-", "_").upper()
    return typer.Option(
        *names, help=help_text, envvar=variable if env else None, show_envvar=False, **value
    )


def _always(_: Verb) -> bool:
    return True


def _reads_manifest(verb: Verb) -> bool:
    return verb.has_input


def _writes_sections(verb: Verb) -> bool:
    return verb.edits or (bool(verb.writes) and verb.kind in {Kind.MAP, Kind.FILTER})


def _reads_files(verb: Verb) -> bool:
    return Assets in (*verb.needs, *verb.reads, *verb.references)


def _loads_models(verb: Verb) -> bool:
    return verb.loads_models


SHARED_OPTIONS: tuple[SharedOption, ...] = (
    SharedOption(
        "input",
        Annotated[
            str, _option("--input", "-i", help_text="Manifest to read; - is standard input.")
        ],
        default=STANDARD,
        option_class=EXECUTION,
        fits=_reads_manifest,
    ),
    SharedOption(
        "output",
        Annotated[str, _option("--output", "-o", help_text="File to write; - is standard output.")],
        default=STANDARD,
        option_class=EXECUTION,
        fits=_always,
    ),
    SharedOption(
        "backend",
        Annotated[
            str | None, _option("--backend", env=False, help_text="Which backend; no default.")
        ],
        default=None,
        option_class=RESULT,
        fits=lambda verb: bool(verb.backends),
    ),
    SharedOption(
        "revision",
        Annotated[
            str | None,
            _option(
                "--revision",
                help_text="Branch, tag or commit of the model; what it resolves to is recorded.",
            ),
        ],
        default=None,
        option_class=EXECUTION,
        fits=_loads_models,
    ),
    SharedOption(
        "models",
        Annotated[
            Path | None,
            _option(
                "--models",
                help_text="Folder of models that `fetch` filled. Default: /models, where it is.",
            ),
        ],
        default=None,
        option_class=EXECUTION,
        fits=_loads_models,
    ),
    SharedOption(
        "device",
        Annotated[
            str | None,
            _option(
                "--device",
                env=False,
                help_text="Where a model runs: cpu, cuda, cuda:N, or auto for all cards together. "
                "Default: cpu.",
            ),
        ],
        default=None,
        option_class=FINGERPRINT,
        fits=_loads_models,
    ),
    SharedOption(
        "dtype",
        Annotated[
            DType | None,
            _option(
                "--dtype",
                env=False,
                help_text="Numbers a model computes in. Default: auto, those it is stored in.",
            ),
        ],
        default=None,
        option_class=FINGERPRINT,
        fits=_loads_models,
    ),
    SharedOption(
        "references",
        Annotated[
            Path | None,
            _option("--references", env=False, help_text="Manifest of reference records."),
            FileContent,
        ],
        default=None,
        option_class=RESULT,
        fits=lambda verb: bool(verb.references),
    ),
    SharedOption(
        "seed",
        Annotated[
            int,
            _option(
                "--seed",
                env=False,
                help_text="Seed, 32 bit; a record's own follows from it and its id.",
                min=0,
                max=2**32 - 1,
            ),
        ],
        default=0,
        option_class=RESULT,
        fits=lambda verb: verb.seeded,
    ),
    SharedOption(
        "roots",
        Annotated[
            list[Path] | None,  # of paths: in the environment several then stand as in PATH
            _option(
                "--root",
                help_text="Folder that uris are looked up in; repeatable. Default: the working "
                "directory.",
                metavar="[NAME=]DIR",
            ),
        ],
        default=None,
        option_class=EXECUTION,
        fits=_reads_files,
    ),
    SharedOption(
        "follow_symlinks",
        Annotated[
            bool,
            _option(
                "--follow-symlinks/--no-follow-symlinks",
                help_text="Let links inside a root lead out of it.",
            ),
        ],
        default=False,
        option_class=EXECUTION,
        fits=_reads_files,
    ),
    SharedOption(
        "assets",
        Annotated[
            Path | None,
            _option("--assets", help_text="Folder that new assets go to. Default: OUTPUT.assets."),
        ],
        default=None,
        option_class=EXECUTION,
        fits=lambda verb: verb.makes_files,
    ),
    SharedOption(
        "rejects",
        Annotated[
            str | None,
            _option("--rejects", help_text="Where rejects go. Default: OUTPUT.rejects.jsonl."),
        ],
        default=None,
        option_class=EXECUTION,
        fits=_always,
    ),
    SharedOption(
        "dropped",
        Annotated[
            str | None,
            _option(
                "--dropped", help_text="Where dropped records go. Default: OUTPUT.dropped.jsonl."
            ),
        ],
        default=None,
        option_class=EXECUTION,
        fits=lambda verb: verb.kind in {Kind.FILTER, Kind.SOURCE},
    ),
    SharedOption(
        "receipt",
        Annotated[
            str | None,
            _option("--receipt", help_text="Where the receipt goes. Default: OUTPUT.run.json."),
        ],
        default=None,
        option_class=EXECUTION,
        fits=_always,
    ),
    SharedOption(
        "mark",
        Annotated[
            bool,
            _option(
                "--mark/--no-mark", env=False, help_text="Write the verdict, but drop nothing."
            ),
        ],
        default=False,
        option_class=RESULT,
        fits=lambda verb: verb.kind is Kind.FILTER,
    ),
    SharedOption(
        "existing",
        Annotated[
            Existing,
            _option(
                "--existing",
                env=False,
                help_text="What to do with a section that is there already.",
            ),
        ],
        default=Existing.REPLACE,
        option_class=RESULT,
        fits=_writes_sections,
    ),
    SharedOption(
        "overwrite_human",
        Annotated[
            bool,
            _option(
                "--overwrite-human/--no-overwrite-human",
                env=False,
                help_text="Also replace sections that people made.",
            ),
        ],
        default=False,
        option_class=RESULT,
        fits=_writes_sections,
    ),
    SharedOption(
        "pass_missing",
        Annotated[
            bool,
            _option(
                "--pass-missing/--no-pass-missing",
                env=False,
                help_text="Hand records on unchanged that lack a needed section.",
            ),
        ],
        default=False,
        option_class=RESULT,
        fits=lambda verb: bool(verb.needs) and verb.kind in {Kind.MAP, Kind.FILTER, Kind.DERIVE},
    ),
    SharedOption(
        "batch_size",
        Annotated[int, _option("--batch-size", help_text="Records a batch, at most.", min=1)],
        default=256,
        option_class=EXECUTION,
        fits=_reads_manifest,
    ),
    SharedOption(
        "limit",
        Annotated[
            int | None,
            _option("--limit", env=False, help_text="Stop after so many records.", min=0),
        ],
        default=None,
        option_class=FINGERPRINT,
        fits=_always,
    ),
    SharedOption(
        "shard",
        Annotated[
            str | None,
            _option(
                "--shard",
                env=False,
                help_text="K/N, 1 to N: only the lines that start in this part of the file.",
                metavar="K/N",
            ),
        ],
        default=None,
        option_class=FINGERPRINT,
        fits=lambda verb: verb.shardable,
    ),
    SharedOption(
        "max_rejects",
        Annotated[
            str,
            _option(
                "--max-rejects",
                help_text="How many rejects are tolerated: N, or P% of the records.",
                metavar="N|P%",
            ),
        ],
        default="0",
        option_class=EXECUTION,
        fits=_always,
    ),
    SharedOption(
        "max_line_bytes",
        Annotated[
            int,
            _option(
                "--max-line-bytes",
                env=False,
                help_text="Longer lines are rejected without being held, bytes.",
                min=1,
            ),
        ],
        default=DEFAULT_MAX_LINE_BYTES,
        option_class=RESULT,
        fits=_reads_manifest,
    ),
    SharedOption(
        "restart",
        Annotated[
            Restart,
            _option(
                "--restart",
                help_text="What to do with an earlier run into this output that was another one.",
            ),
        ],
        default=Restart.NEVER,
        option_class=EXECUTION,
        fits=_always,
    ),
    SharedOption(
        "num_workers",
        Annotated[
            int,
            _option(
                "--num-workers",
                help_text="Processes that work on batches at once; 0 is none beside this one.",
                min=0,
            ),
        ],
        default=0,
        option_class=EXECUTION,
        fits=lambda verb: verb.shardable,
    ),
    SharedOption(
        "record_timeout",
        Annotated[
            float | None,
            _option(
                "--record-timeout",
                help_text="Seconds a record may take; its process is ended and it is rejected.",
                min=0.001,
            ),
        ],
        default=None,
        option_class=EXECUTION,
        fits=lambda verb: verb.shardable,
    ),
    SharedOption(
        "checkpoint_seconds",
        Annotated[
            float,
            _option(
                "--checkpoint-seconds",
                help_text="At most this much work is repeated after a crash, seconds.",
                min=0,
            ),
        ],
        default=1.0,
        option_class=EXECUTION,
        fits=_always,
    ),
    SharedOption(
        "progress",
        Annotated[
            ProgressMode,
            _option("--progress", help_text="How progress is shown on standard error."),
        ],
        default=ProgressMode.AUTO,
        option_class=EXECUTION,
        fits=_always,
    ),
    SharedOption(
        "verbose",
        Annotated[bool, _option("--verbose", "-v", help_text="Say more.")],
        default=False,
        option_class=EXECUTION,
        fits=_always,
    ),
    SharedOption(
        "quiet",
        Annotated[bool, _option("--quiet", "-q", help_text="Say only what went wrong.")],
        default=False,
        option_class=EXECUTION,
        fits=_always,
    ),
    SharedOption(
        "dry_run",
        Annotated[
            bool, _option("--dry-run", help_text="Say what would be done, and write nothing.")
        ],
        default=False,
        option_class=EXECUTION,
        fits=_always,
    ),
)

UNRECORDED = frozenset(
    {"input", "output", "rejects", "dropped", "receipt", "roots", "assets", "references", "models"}
)
"""Options that hold paths: a receipt names no files."""
