"""The command line of `manifest`."""

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import orjson
import typer
from affectory_protocol.cli.audit import audit_manifests
from affectory_protocol.cli.changes import Change, find_changes, say_changes
from affectory_protocol.cli.get import Condition, find_records
from affectory_protocol.cli.join import Choices as JoinChoices
from affectory_protocol.cli.join import How, Joiner, On
from affectory_protocol.cli.merge import check_shards, merge_records
from affectory_protocol.cli.names import parse_names
from affectory_protocol.cli.parts import DEFAULT_SHARES, parse_shares
from affectory_protocol.cli.receipts import tabulate_receipts
from affectory_protocol.cli.retry import read_rejects
from affectory_protocol.cli.schema import SCHEMAS, describe_schema
from affectory_protocol.cli.split import Choices as SplitChoices
from affectory_protocol.cli.split import Conflicts, Splitter, Ungrouped
from affectory_protocol.cli.stats import count_records
from affectory_protocol.command import FileContent, Kind, Memory, Run, Tool
from affectory_protocol.errors import ManifestError, UsageError
from affectory_protocol.places import Places, parse_roots, verify_assets
from affectory_protocol.processing import Processor
from affectory_protocol.reasons import Reason
from affectory_protocol.record import Record
from affectory_protocol.records import SECTIONS, Source
from affectory_protocol.seen_ids import SeenIds
from affectory_protocol.validation import RecordCheck, Validation
from affectory_protocol.workplace import is_wire

log = logging.getLogger(__name__)

tool = Tool(
    "manifest",
    package="affectory_protocol",
    summary="Look at manifests, check them, get rejects back.",
    distribution="affectory-protocol",
)


@tool.verb(kind=Kind.MAP, behaviour=2, reads=tuple(SECTIONS.values()), stateful=True)
def validate(
    run: Run,
    unique_ids: Annotated[
        bool,
        typer.Option("--unique-ids/--no-unique-ids", help="Also reject an id seen before."),
    ] = False,
    verify: Annotated[
        bool,
        typer.Option(
            "--verify-assets/--no-verify-assets",
            help="Also open every asset and compare its size and SHA-256.",
        ),
    ] = False,
) -> None:
    """Pass valid records on, byte for byte, and reject the others with every violation named.

    Example: manifest validate -i records.jsonl -o valid.jsonl --max-rejects 1%
    """
    with ExitStack() as stack:
        checks: list[RecordCheck] = []
        seen = stack.enter_context(SeenIds()) if unique_ids else None
        if verify:
            places = run.places
            checks.append(lambda record: verify_assets(record, places))
        if seen is not None:
            checks.append(seen.check)
        validation = Validation(Processor.of(run.verb, run.settings), checks)
        run.pass_lines(validation.handle, recall=seen.recall if seen else None)


@tool.verb(kind=Kind.SOURCE, behaviour=1)
def retry(
    run: Run,
    path: Annotated[Path, typer.Argument(help="A file of rejects."), FileContent],
    reason: Annotated[
        list[Reason] | None,
        typer.Option("--reason", help="Only rejects of this reason; repeatable."),
    ] = None,
) -> None:
    """Give the original lines of rejects back, byte for byte, to be run again.

    Example: manifest retry faces.jsonl.rejects.jsonl --reason asset-missing -o again.jsonl
    """
    run.source(read_rejects(path, frozenset(reason or ())))


@tool.verb(kind=Kind.AGGREGATE, behaviour=3, stateful=True)
def get(
    run: Run,
    manifests: Annotated[
        list[Path], typer.Argument(dir_okay=False, help="Manifests, in order."), FileContent
    ],
    ids: Annotated[
        list[str] | None, typer.Option("--id", help="Only the record of this id; repeatable.")
    ] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(
            help="Only records that hold this value; repeatable, and then all of them.",
            metavar="POINTER=VALUE",
        ),
    ] = None,
) -> None:
    """Give some records of manifests, byte for byte; the others stay where they are.

    Example: manifest get sentences.jsonl --where /source/split=train -o train.jsonl
    """
    conditions = [Condition.parse(one) for one in where or ()]
    if not ids and not conditions:
        raise UsageError("nothing is asked for", hint="Name records by --id or --where.")
    if ids and run.settings.limit is not None:
        raise UsageError(
            "--limit ends the search before it is known whether a record has the id of each --id",
            hint="Leave one of them out.",
        )
    run.source(find_records(manifests, frozenset(ids or ()), conditions))


@tool.verb(kind=Kind.AGGREGATE, behaviour=1, stateful=True)
def merge(
    run: Run,
    manifests: Annotated[
        list[Path],
        typer.Argument(dir_okay=False, help="Manifests, or all shards of a run, in order."),
        FileContent,
    ],
) -> None:
    """Join manifests into one, in the order given, rejecting ids seen before.

    Shards are merged only when their receipts prove that they are complete.

    Example: manifest merge goemotions.jsonl isear.jsonl -o sentences.jsonl
    """
    check_shards(manifests)
    with SeenIds() as seen:
        run.source(merge_records(manifests, seen))


@tool.verb(
    kind=Kind.AGGREGATE,
    behaviour=1,
    needs=(Source,),
    edits=True,
    seeded=True,
    stateful=True,
    memory=Memory.PER_RECORD,
)
def split(
    run: Run,
    manifests: Annotated[
        list[Path],
        typer.Argument(dir_okay=False, help="Manifests, or all shards of a run, in order."),
        FileContent,
    ],
    by: Annotated[
        str,
        typer.Option(
            help="Groups of `source` whose values are never parted, such as text,speaker.",
            metavar="GROUP,...",
        ),
    ],
    shares: Annotated[
        str,
        typer.Option(
            help="Splits and the shares of the records they get, in sum 1.",
            metavar="NAME=SHARE,...",
        ),
    ] = DEFAULT_SHARES,
    ungrouped: Annotated[
        Ungrouped,
        typer.Option(help="What to do with a record that has none of the groups."),
    ] = Ungrouped.REJECT,
    conflicts: Annotated[
        Conflicts,
        typer.Option(help="What to do when splits that are kept share a value."),
    ] = Conflicts.FAIL,
) -> None:
    """Join manifests into one and set `source.split`, so that no splits share a value of a group.

    Records that share a value of a group, directly or by others between them, get one split. The
    output is read again before it is published: no value lies in two splits.

    Example: manifest split goemotions.jsonl isear.jsonl --by text --existing keep -o all.jsonl
    """
    choices = SplitChoices(
        by=parse_names(by, "--by"),
        shares=parse_shares(shares),
        seed=run.seed,
        ungrouped=ungrouped,
        conflicts=conflicts,
        existing=run.settings.existing,
        overwrite_human=run.settings.overwrite_human,
    )
    check_shards(manifests)
    is_piped = is_wire(run.settings.output)
    with Splitter(manifests, choices, run.signature, is_piped=is_piped) as splitter:
        run.source(splitter.rows(), review=splitter.review)


@tool.verb(kind=Kind.MAP, behaviour=1, edits=True, stateful=True, memory=Memory.PER_RECORD)
def join(
    run: Run,
    with_: Annotated[
        list[Path],
        typer.Option(
            "--with", dir_okay=False, help="Manifest that has further sections; repeatable."
        ),
        FileContent,
    ],
    sections: Annotated[
        str | None,
        typer.Option(
            help="Sections to be joined. Default: all that a record lacks.", metavar="NAME,..."
        ),
    ] = None,
    on: Annotated[
        On, typer.Option(help="Member whose value is the id of the record joined.")
    ] = On.ID,
    how: Annotated[
        How,
        typer.Option(help="Pass on a record that has none to be joined with, or reject it."),
    ] = How.LEFT,
) -> None:
    """Put sections of further manifests into the records of one, byte for byte, found by id.

    Entries of `assets`, `faces`, `tracks` and `verdicts` are joined one by one. What was measured
    on an asset stays behind when the record has another one in its role.

    Example: manifest join -i faces.jsonl --with expressions.jsonl -o both.jsonl
    """
    names = () if sections is None else parse_names(sections, "--sections")
    choices = JoinChoices(names, on, how)
    processor = Processor(run.verb, run.settings, run.signature, members=choices.touched)
    with Joiner(with_, choices, processor) as joiner:
        run.pass_lines(joiner.handle, recall=joiner.recall)
        log.info("%s", joiner.describe())


@tool.verb(kind=Kind.SINK, behaviour=2, reads=tuple(SECTIONS.values()))
def stats(run: Run) -> None:
    """Count what a manifest holds: sections, datasets, splits, labels, licences; as JSON.

    Example: manifest stats -i records.jsonl | jq .labels
    """

    def count(records: Iterator[Record]) -> bytes:
        options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
        return orjson.dumps(count_records(records), option=options)

    run.sink(count)


@tool.app.command()
def audit(
    manifests: Annotated[
        list[Path], typer.Argument(dir_okay=False, help="Manifests of one pipeline, any order.")
    ],
    root: Annotated[
        list[str] | None, typer.Option("--root", help="[NAME=]DIR that uris are looked up in.")
    ] = None,
    follow_symlinks: Annotated[
        bool,
        typer.Option(
            "--follow-symlinks/--no-follow-symlinks",
            help="Follow symbolic links out of a root, as the run did.",
        ),
    ] = False,
    side: Annotated[
        list[Path] | None,
        typer.Option(help="Receipt, rejects or dropped records that were put elsewhere."),
    ] = None,
    strict: Annotated[
        bool,
        typer.Option(
            "--strict/--no-strict",
            help="Fail when an input is none of the manifests given, or a file is not found.",
        ),
    ] = False,
) -> None:
    """Prove that manifests, rejects, dropped records and assets are what their receipts say.

    Assets are looked up beside the manifests where no root is given for them.

    Example: manifest audit build/demo/*.jsonl --root assets=build/demo/assets
    """
    places = Places(parse_roots(root or []), follow_symlinks=follow_symlinks)
    findings = audit_manifests(manifests, places, side or [])
    for finding in findings:
        typer.echo(finding)
    errors = sum(finding.is_error or strict for finding in findings)
    if errors:
        raise ManifestError(f"{errors} findings in {len(manifests)} manifests")
    typer.echo(f"{len(manifests)} manifests are what their receipts say")


@tool.app.command()
def receipts(
    paths: Annotated[list[Path], typer.Argument(help="Receipts, or manifests beside theirs.")],
) -> None:
    """Tell in a table what runs did: records in and out, seconds, records a second.

    Example: manifest receipts build/demo/expressions.jsonl build/demo/faces.jsonl
    """
    typer.echo(tabulate_receipts(paths))


@tool.app.command()
def diff(
    before: Annotated[Path, typer.Argument(dir_okay=False, help="A manifest.")],
    after: Annotated[Path, typer.Argument(dir_okay=False, help="Another one.")],
) -> None:
    """Tell which records came, went, or hold other values, as lines of JSON; 1 if there are any.

    Neither the order of records nor the spelling of values counts.

    Example: manifest diff expressions.jsonl again.jsonl | head
    """
    counts: Counter[Change] = Counter()
    for changed in find_changes(before, after):
        typer.echo(orjson.dumps(changed))
        counts[changed.change] += 1
    if counts:
        raise ManifestError(f"records differ: {say_changes(counts)}")


@tool.app.command()
def schema(
    name: Annotated[
        str, typer.Argument(help="record, reject, receipt, or the name of a section.")
    ] = "record",
) -> None:
    """Print a JSON Schema.

    Example: manifest schema expression
    """
    if name not in SCHEMAS:
        raise UsageError(f"no such schema: {name}", hint=f"One of: {', '.join(SCHEMAS)}.")
    typer.echo(describe_schema(name))


def main() -> None:
    """Run the command line."""
    tool.main()
