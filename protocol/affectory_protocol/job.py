"""Everything that is known about a run before it looks at the disk."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from affectory_protocol.fingerprint import digest_values
from affectory_protocol.receipt import InputRecord, OptionRecords
from affectory_protocol.settings import Settings
from affectory_protocol.verb import BackendSpec, Verb

INPUT, OUTPUT, REJECTS, DROPPED = "input", "output", "rejects", "dropped"


@dataclass(frozen=True)
class Job:
    """A verb with its options.

    Attributes:
        verb: what runs.
        settings: the shared options.
        options: all options by class, as the receipt shows them.
        fingerprint: what a run that goes on must have in common with the one that stopped.
        files: further inputs by the option they came by, with their digests.
        paths: of these inputs; none of them may be an output.
        protocol_version: of the protocol package.
        wire: descriptor of the real standard output.
        model: what runs behind the backend, as `made_by` and the receipt name it.
        licence: of the model, where it is known.
        prompt: digest of what a language model is told.
        beside: files that the function of a sink writes itself, by what they are called.
    """

    verb: Verb
    settings: Settings
    options: OptionRecords
    fingerprint: Mapping[str, str]
    files: tuple[InputRecord, ...]
    paths: tuple[Path, ...]
    protocol_version: str
    wire: int
    model: str | None = None
    licence: str | None = None
    prompt: str | None = None
    beside: Mapping[str, Path] = field(default_factory=dict)

    @property
    def backend(self) -> BackendSpec | None:
        """The backend chosen, when the verb has several."""
        return next((b for b in self.verb.backends if b.name == self.settings.backend), None)

    def maker(self) -> dict[str, str | int | None]:
        """What `made_by` says of all that this run makes: all but what it was made from."""
        return {
            "tool": self.verb.tool,
            "verb": self.verb.name,
            "behaviour": self.verb.behaviour,
            "backend": self.settings.backend,
            "model": self.model,
            "prompt": self.prompt,
            "options": digest_values(self.options.result),
        }


class UpToDate(BaseException):
    """The output is there and is what this command would write. A way to leave, not an error."""


class DryRun(BaseException):
    """What a run would do. A way to leave, not an error."""
