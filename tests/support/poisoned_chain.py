"""The main job over poisoned corpora, and the account of every line of every step."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path
from typing import Any

import orjson
from cases import describe
from commands import MANIFEST, Done, find_tools
from poison import EMOINT, FOREIGN, GOEMOTIONS, ISEAR, Corpus, Poisoned

SHARES = ((GOEMOTIONS, "import goemotions", 0.4), (EMOINT, "import emoint", 0.2))
SHARES += ((ISEAR, "import isear", 0.2), (FOREIGN, "", 0.2))
SIZE = 64
"""Of a face, pixels: the smallest."""

MIN_SHARPNESS = 1500
"""Chosen so that the filter drops some faces and keeps some."""

Runner = Callable[..., Done]
"""Runs a command with its words."""


@dataclass(frozen=True)
class Step:
    """What became of the lines that a step read.

    Attributes:
        name: tool and verb.
        counts: of its receipt.
        seconds: that it took.
        peak_bytes: of memory.
        is_constant: whether the verb says that its memory does not grow.
        lost: lines that are found nowhere, or in more than one place.
        given_back: whether `manifest retry` gives the bytes of the rejects back.
    """

    name: str
    counts: dict[str, int]
    seconds: float
    peak_bytes: int
    is_constant: bool
    lost: int
    given_back: bool


class Chain:
    """The steps, each from a file to a file in one folder.

    Args:
        run: runs a command.
        folder: of all files.
        lines: of the corpora together.
        faces: the most records that faces are drawn of, which takes longest by far.
        seed: of the order of lines.
    """

    def __init__(
        self, run: Runner, folder: Path, lines: int, *, faces: int = 10**6, seed: int = 1
    ) -> None:
        self._run = run
        self.folder = folder
        self._faces = faces
        self._tools = {tool.name: tool for tool in [MANIFEST, *find_tools()]}
        self.corpora: dict[str, Poisoned] = {}
        for corpus, _, share in SHARES:
            self.corpora[corpus.name] = corpus.write(folder, int(lines * share), seed)

    def steps(self) -> Iterator[Step]:
        """Take every step and account for it."""
        imported = [self.folder / f"{verb.split()[1]}.jsonl" for _, verb, _ in SHARES[:3]]
        for (corpus, verb, _), output in zip(SHARES, imported, strict=False):
            yield self._import(corpus, verb, output)
        foreign = self.corpora[FOREIGN.name].path
        at = self.folder
        yield self._read("manifest", "validate", foreign, at / "valid.jsonl")
        yield self._merge([*imported, foreign], at / "sentences.jsonl")
        for tool, words, source, name in (
            ("llm-annotate", "expression --backend lexicon", "sentences", "expressions"),
            ("photomaker-gen", f"generate --backend sketch --size {SIZE}", "expressions", "faces"),
            ("filters", f"quality --min-sharpness {MIN_SHARPNESS}", "faces", "quality"),
        ):
            yield self._read(tool, words, at / f"{source}.jsonl", at / f"{name}.jsonl")
        yield self._read("report", "build", at / "quality.jsonl", at / "page.html", is_sink=True)
        yield self._read("manifest", "stats", at / "faces.jsonl", at / "stats.json", is_sink=True)

    def audit(self) -> str:
        """What `manifest audit` says of all of it; it looks for the rejects of each step, too.

        Raises:
            AssertionError: it found something.
        """
        names = [path.name.removesuffix(".run.json") for path in self.folder.glob("*.run.json")]
        manifests = [self.folder / name for name in sorted(names)]
        root = f"assets={self.folder / 'assets'}"
        return self._run(MANIFEST, "audit", *manifests, "--root", root).ok().stdout.decode()

    # Steps ---------------------------------------------------------------------------------------

    def _import(self, corpus: Corpus, verb: str, output: Path) -> Step:
        poisoned = self.corpora[corpus.name]
        self._go("dataset-io", *verb.split(), poisoned.path, output=output)
        expected = poisoned.expected
        rejects = _rejects(output)
        found = (
            [record["id"] for record in _records(output)],
            [record["id"] for record in _records(_beside(output, "dropped"))],
            [(reject["offset"], reject["reason"]) for reject in rejects],
        )
        told = (expected.ids, expected.dropped, sorted(expected.rejects))
        lost = sum(_differences(*pair) for pair in zip(found, told, strict=True))
        return self._account(f"dataset-io {verb}", output, [poisoned.path], rejects, lost)

    def _merge(self, sources: Sequence[Path], output: Path) -> Step:
        self._go("manifest", "merge", *sources, output=output)
        lost = _count_lost(_lines(sources), _rejects(output), _ids(output), [])
        return self._account("manifest merge", output, sources, _rejects(output), lost)

    def _read(
        self, tool: str, words: str, source: Path, output: Path, *, is_sink: bool = False
    ) -> Step:
        roots = ["--root", f"assets={self.folder / 'assets'}"]
        draws = tool == "photomaker-gen"
        makes = ["--assets", self.folder / "assets", "--limit", self._faces] if draws else []
        (self.folder / "assets").mkdir(exist_ok=True)
        verb = words.partition(" ")[0]
        takes_roots = tool in {"filters", "report", "photomaker-gen"}
        more = [*(roots if takes_roots else []), *makes]
        self._go(tool, *words.split(), "-i", source, *more, output=output)
        rejects = _rejects(output)
        if is_sink:
            counts = _receipt(output)["counts"]
            lost = sum(1 for _ in _lines([source])) - counts["consumed"] - len(rejects)
        else:
            dropped = _beside(output, "dropped")
            out = _ids(dropped) if dropped.exists() else []
            lines = islice(_lines([source]), self._faces if draws else None)
            lost = _count_lost(lines, rejects, _ids(output, verb), out)
        return self._account(f"{tool} {verb}", output, [source], rejects, lost)

    def _go(self, tool: str, *words: object, output: Path) -> None:
        self._run(self._tools[tool], *words, "-o", output, "--max-rejects", "100%").ok()

    def _account(
        self,
        name: str,
        output: Path,
        sources: Sequence[Path],
        rejects: Sequence[dict[str, Any]],
        lost: int,
    ) -> Step:
        receipt = _receipt(output)
        again = self.folder / "again.jsonl"
        words = ["retry", _beside(output, "rejects"), "-o", again, "--restart", "always"]
        self._run(MANIFEST, *words).ok()
        content = b"".join(source.read_bytes() for source in sources)
        pieces = (content[r["offset"] : r["offset"] + r["length"]] + b"\n" for r in rejects)
        return Step(
            name,
            receipt["counts"],
            receipt["seconds"],
            receipt["peak_memory_bytes"],
            self._is_constant(receipt),
            lost,
            again.read_bytes() == b"".join(pieces),
        )

    def _is_constant(self, receipt: dict[str, Any]) -> bool:
        spec = describe(self._tools[receipt["tool"]])["verbs"][receipt["verb"]]
        return spec["memory"] == "constant"


# --- Accounts ------------------------------------------------------------------------------------


def _beside(output: Path, what: str) -> Path:
    return output.with_name(f"{output.name}.{what}.jsonl")


def _receipt(output: Path) -> dict[str, Any]:
    return json.loads(output.with_name(f"{output.name}.run.json").read_bytes())


def _records(path: Path) -> Iterator[dict[str, Any]]:
    with path.open("rb") as file:
        for line in file:
            yield orjson.loads(line)


def _rejects(output: Path) -> list[dict[str, Any]]:
    return list(_records(_beside(output, "rejects")))


def _ids(path: Path, verb: str = "") -> list[str]:
    """Ids of the records that a file holds, or that they were generated from, each once."""
    name = "parent" if verb == "generate" else "id"
    ids = (record[name] for record in _records(path))
    return [identity for identity, _ in groupby(ids)]


def _lines(sources: Sequence[Path]) -> Iterator[tuple[int, bytes]]:
    """Offset and content of every line that is not blank, over all files."""
    offset = 0
    for source in sources:
        with source.open("rb") as file:
            for line in file:
                if line.strip():
                    yield offset, line
                offset += len(line)


def _count_lost(
    lines: Iterator[tuple[int, bytes]],
    rejects: Sequence[dict[str, Any]],
    written: Sequence[str],
    dropped: Sequence[str],
) -> int:
    """Lines that are not in exactly one place, in their order, and places that nothing came to."""
    turned_away = {reject["offset"] for reject in rejects}
    wrong = len(rejects) - len(turned_away)
    went_on, went_off = iter([*written, None]), iter([*dropped, None])
    next_on, next_off = next(went_on), next(went_off)
    for offset, line in lines:
        if offset in turned_away:
            turned_away.remove(offset)
            continue
        identity = orjson.loads(line)["id"]
        if identity == next_on:
            next_on = next(went_on)
        elif identity == next_off:
            next_off = next(went_off)
        else:
            wrong += 1
    rest = (next_on is not None) + (next_off is not None)
    return wrong + rest + len(turned_away)


def _differences(found: Sequence[object], told: Sequence[object]) -> int:
    same = sum(one == other for one, other in zip(found, told, strict=False))
    return max(len(found), len(told)) - same
