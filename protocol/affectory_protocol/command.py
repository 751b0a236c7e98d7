"""The manners of a command: a tool declares its verbs, and each behaves as the protocol says.

tool = Tool("filters", package="filters", summary="Keep or drop records.")

@tool.verb(kind=Kind.FILTER, behaviour=1, needs=(Assets,), writes=(Verdicts,))
def quality(run: Run, min_size: Annotated[int, typer.Option()] = 0) -> None:
run.filter(...)
"""

import inspect
import logging
import os
import signal
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, NoReturn, TypeVar, Unpack

import orjson
import typer
from affectory_protocol.driving import Waits
from affectory_protocol.errors import AffectoryError, UsageError
from affectory_protocol.input_command import InputCommand
from affectory_protocol.invocation import prepare
from affectory_protocol.job import DryRun, UpToDate
from affectory_protocol.model_lock import find_models
from affectory_protocol.options import (
    SHARED_OPTIONS,
    Execution,
    FileContent,
    FolderContent,
    NamedFileContent,
    OnlyFor,
)
from affectory_protocol.provision import check_verb, fetch_model
from affectory_protocol.run import Run
from affectory_protocol.spec import describe_tool
from affectory_protocol.terminal import Stopped, claim_wire, configure_logging
from affectory_protocol.verb import (
    BackendSpec,
    Declared,
    Determinism,
    Downloaded,
    Kind,
    Memory,
    Missing,
    ModelRequest,
    ModelSpec,
    Verb,
)

log = logging.getLogger(__name__)

VerbWords = Annotated[list[str], typer.Argument(help="The verb, one word or two.")]
Revision = Annotated[
    str | None, typer.Option(help="Branch, tag or commit of the model; what is locked if not said.")
]
VerbFunction = TypeVar("VerbFunction", bound=Callable[..., None])


class Tool:
    """A command with its verbs.

    Args:
        name: of the tool and its command.
        package: import package; its sources are part of every fingerprint.
        summary: one sentence for --help and spec.
        distribution: that carries its version.
        licence: of its code.
    """

    def __init__(
        self,
        name: str,
        *,
        package: str,
        summary: str,
        distribution: str | None = None,
        licence: str = "Apache-2.0",
    ) -> None:
        self.name = name
        self.package = package
        self.summary = summary
        self.licence = licence
        self.version = version(distribution or f"affectory-{name}")
        self.verbs: dict[str, tuple[Verb, Callable[..., None]]] = {}
        self.app = typer.Typer(
            name=name, help=summary, no_args_is_help=True, pretty_exceptions_enable=False
        )
        self._groups: dict[str, typer.Typer] = {}
        self._fetches = False
        self.app.callback()(self._root())
        self.app.command("spec")(self._spec)
        self.app.command("check")(self._check)

    def _root(self) -> Callable[..., None]:
        def show(asked: object) -> None:
            if asked:
                typer.echo(f"{self.name} {self.version}")
                raise typer.Exit

        def root(
            *,
            version: Annotated[
                bool,
                typer.Option(
                    "--version", help="Show the version and leave.", is_eager=True, callback=show
                ),
            ] = False,
        ) -> None:
            del version  # seen to by its callback, before a verb is asked for

        return root

    def verb(
        self, *, kind: Kind, behaviour: int, group: str | None = None, **declared: Unpack[Declared]
    ) -> Callable[[VerbFunction], VerbFunction]:
        """Declare a function as a verb; its options are its parameters behind the run.

        Args:
            kind: how records in and out relate.
            behaviour: number raised when output would change.
            group: first word of a verb of two words.
            **declared: further fields of `Verb`.
        """

        def register(function: VerbFunction) -> VerbFunction:
            own_name = function.__name__.replace("_", "-")
            name = f"{group} {own_name}" if group else own_name
            verb = Verb(
                tool=self.name,
                name=name,
                kind=kind,
                behaviour=behaviour,
                version=self.version,
                package=self.package,
                **declared,
            )
            self.verbs[name] = (verb, function)
            if verb.loads_models and not self._fetches:
                self._fetches = True
                self.app.command("fetch")(self._fetch)
            app = self._group(group) if group else self.app
            command_class = InputCommand if verb.has_input else None
            app.command(own_name, cls=command_class)(_as_command(verb, function))
            return function

        return register

    def _group(self, name: str) -> typer.Typer:
        if name not in self._groups:
            self._groups[name] = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)
            self.app.add_typer(self._groups[name], name=name, help=f"{name.capitalize()} …")
        return self._groups[name]

    def _spec(self) -> None:
        """Describe the tool as JSON: verbs, options, sections, backends, licences.

        Example: the verbs are `... spec | jq '.verbs | keys'`.
        """
        sys.stdout.buffer.write(
            orjson.dumps(
                describe_tool(self), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
            )
        )

    def _check(
        self,
        verb: VerbWords,
        backend: Annotated[str | None, typer.Option(help="Backend that is to do it.")] = None,
        model: Annotated[str | None, typer.Option(help="Model that it is to load.")] = None,
        revision: Revision = None,
        models: Annotated[
            Path | None, typer.Option(help="Folder of models.", envvar="AFFECTORY_MODELS")
        ] = None,
    ) -> None:
        """Look whether everything a verb needs is there, and say what to do if not."""
        name = self._verb_named(verb)
        request = ModelRequest(model, revision, find_models(models)) if model else None
        check_verb(self.verbs[name][0], backend, request)
        log.info("%s %s: everything is there", self.name, name)

    def _fetch(
        self,
        verb: VerbWords,
        to: Annotated[Path, typer.Option(help="Folder of models.", file_okay=False)],
        model: Annotated[str | None, typer.Option(help="Model, by its id on the hub.")] = None,
        revision: Revision = None,
    ) -> None:
        """Download a model for a verb, and write down what was downloaded in `models.lock`."""
        request = ModelRequest(model, revision, to) if model else None
        fetch_model(self.verbs[self._verb_named(verb)][0], request, to)

    def _verb_named(self, words: list[str]) -> str:
        name = " ".join(words)
        if name not in self.verbs:
            raise UsageError(f"no such verb: {name}", hint=f"Verbs: {', '.join(self.verbs)}.")
        return name

    def main(self) -> NoReturn:
        """Run the command line and leave with the exit status of the protocol."""
        configure_logging(verbose=False, quiet=False)
        sys.exit(guarded(typer.main.get_command(self.app)))


def guarded(command: Callable[[], object]) -> int:
    """Run a command and turn how it ended into words on standard error and an exit status."""
    try:
        command()
    except SystemExit as left:  # Typer leaves this way, also when all is well
        return left.code if isinstance(left.code, int) else 1
    except AffectoryError as error:
        typer.echo(f"error: {error.message}", err=True)
        if error.hint:
            typer.echo(f"hint: {error.hint}", err=True)
        return error.exit_status
    except Stopped as stopped:
        name = signal.Signals(stopped.signum).name
        typer.echo(f"stopped by {name}; repeat the same command to go on", err=True)
        return 128 + stopped.signum
    except UpToDate:
        log.info("up to date")
    except DryRun as plan:
        log.info("%s", plan)
    except BrokenPipeError:
        # The interpreter flushes standard output once more on its way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return 0


def _as_command(verb: Verb, function: Callable[..., None]) -> Callable[..., None]:
    """A Typer command with the verb's own options and the shared ones that fit it."""
    signature = inspect.signature(function, eval_str=True)
    own = list(signature.parameters.values())[1:]
    shared = [option for option in SHARED_OPTIONS if option.fits(verb)]
    defaults = {"batch_size": verb.batch_size}
    parameters = [
        *own,
        *(
            inspect.Parameter(
                option.name,
                inspect.Parameter.KEYWORD_ONLY,
                annotation=option.annotation,
                default=defaults.get(option.name, option.default),
            )
            for option in shared
        ),
        inspect.Parameter("ctx", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context),
    ]

    def command(*, ctx: typer.Context, **values: object) -> None:
        taken = {option.name: values.pop(option.name) for option in shared}
        if verb.has_input and taken["input"] == "-" and sys.stdin is None:
            raise UsageError("standard input is closed", hint="Name a manifest with --input.")
        if verb.has_input and taken["input"] == "-" and os.isatty(0):
            with redirect_stdout(sys.stderr):  # Typer prints as it formats
                typer.echo(ctx.get_help())
            raise typer.Exit(2)
        configure_logging(verbose=bool(taken["verbose"]), quiet=bool(taken["quiet"]))
        typed = [name for name in (*taken, *values) if _is_typed(ctx, name)]
        run = prepare(verb, taken, values, own, typed=typed, wire=claim_wire)
        function(run, **values)

    command.__name__ = function.__name__
    command.__doc__ = function.__doc__
    command.__dict__["__signature__"] = inspect.Signature(parameters)
    command.__annotations__ = {p.name: p.annotation for p in parameters}
    return command


def _is_typed(ctx: typer.Context, name: str) -> bool:
    """Whether an option stands on the command line, and does not come from elsewhere."""
    source = ctx.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


__all__ = [
    "BackendSpec",
    "Determinism",
    "Downloaded",
    "Execution",
    "FileContent",
    "FolderContent",
    "Kind",
    "Memory",
    "Missing",
    "ModelRequest",
    "ModelSpec",
    "NamedFileContent",
    "OnlyFor",
    "Run",
    "Tool",
    "Waits",
    "guarded",
]
