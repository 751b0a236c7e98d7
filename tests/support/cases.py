"""Every verb of every command with each of its backends, and input that it takes."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from affectory_protocol.spec import describe_tool
from affectory_protocol.vocabularies.blendshapes import LAYOUTS
from affectory_protocol.vocabularies.emotions import VOCABULARIES
from batch_provider import fill_store, write_attempts
from commands import EXTRA, Command, find_commands
from mock_server import shared_server
from sections import KEYED, SENTENCES, TOKEN, example, write_files
from spaces import TinyClip, make_space
from tiny_models.made import tiny_clip, tiny_llama

MAP, FILTER, DERIVE = "map", "filter", "derive"
SOURCE, AGGREGATE, SINK = "source", "aggregate", "sink"
RECORDS = 13
"""Good records in the input of a case: no multiple of a batch size that a test uses."""
FEW = {("dataset-io", "export gif"): 8, ("dataset-io", "export mp4"): 8}
"""Fewer of them where each starts processes of another program."""

BROKEN = [
    b'{"id":"broken-1","text":{"content":"cut off',
    b"[1,2]",
    b'{"id":5,"text":{"content":"the id is a number"}}',
    b'{"id":"broken-4","text":{"content":"\xff\xfe"}}',
    b'{"id":"broken-5","id":"broken-5"}',
    b'{"id":"","text":{"content":"the id is empty"}}',
]
"""Lines that no verb takes for a record."""


@dataclass(frozen=True)
class Case:
    """A verb with one of its backends.

    Attributes:
        command: it belongs to.
        verb: its name, one word or two.
        backend: to ask for, when it has some.
    """

    command: Command
    verb: str
    backend: str | None

    @property
    def spec(self) -> dict[str, Any]:
        """What the verb declares."""
        return describe(self.command)["verbs"][self.verb]

    @property
    def kind(self) -> str:
        """How records in and out relate."""
        return self.spec["kind"]

    @property
    def reads_manifest(self) -> bool:
        """Whether it reads one manifest from --input."""
        return self.kind not in {SOURCE, AGGREGATE}

    @property
    def words(self) -> list[str]:
        """The verb and its backend, as on a command line."""
        return [*self.verb.split(), *(["--backend", self.backend] if self.backend else [])]

    @property
    def beside(self) -> tuple[str, ...]:
        """What the names of its own files beside the output end in."""
        return BESIDE.get((self.command.name, self.verb), ())

    def has(self, option: str) -> bool:
        """Whether the verb takes this option."""
        flags = (flag for one in self.spec["options"] for flag in one["flags"])
        return any(flag.partition("/")[0] == option for flag in flags)

    @property
    def waits(self) -> bool:
        """Whether its backend waits for others, so that it takes no processes."""
        return self.backend is not None and self.spec["backends"][self.backend]["waits"]

    @property
    def is_deterministic(self) -> bool:
        """Whether its bytes do not depend on how records are batched."""
        return self.backend is None or (
            self.spec["backends"][self.backend]["determinism"] == "bytes"
        )

    @property
    def fresh(self) -> list[str]:
        """Sections it writes as a whole and does not read."""
        return [n for n in self.spec["writes"] if n not in {*KEYED, *self.spec["needs"]}]

    @property
    def extra(self) -> str | None:
        """The extra of the distribution that its backend needs."""
        return self.spec["backends"][self.backend]["extra"] if self.backend else None

    def __str__(self) -> str:
        return " ".join(filter(None, [self.command.name, self.verb, self.backend]))


@cache
def describe(command: Command) -> dict[str, Any]:
    """The `spec` of a command."""
    return describe_tool(command.tool)


@cache
def find_cases() -> tuple[Case, ...]:
    """Those of the light environments; `CONTRACT_EXTRA=full` takes those of the extra instead.

    A backend of an extra is tried in the first verb of each kind: what all verbs of a kind do alike
    they do with any backend, and each of them is tried with a light one.
    """
    found = (
        Case(command, verb, backend)
        for command in find_commands()
        for verb, spec in describe(command)["verbs"].items()
        for backend in spec["backends"] or [None]
    )
    wanted = [case for case in found if case.extra == EXTRA]
    if EXTRA is None:
        return tuple(wanted)
    first = {(case.command, case.backend, case.kind): case for case in reversed(wanted)}
    return tuple(case for case in wanted if case in first.values())


UNWELL = {("toy", verb) for verb in ("sulk", "gorge", "stumble", "count-up")}
"""Verbs whose failures are asked about by name."""


def cases(wanted: Callable[[Case], object] = bool) -> list[Case]:
    """Cases that behave and fit."""
    return [c for c in find_cases() if (c.command.name, c.verb) not in UNWELL and wanted(c)]


def of_kind(*kinds: str) -> list[Case]:
    """Cases that behave, of these kinds."""
    return cases(lambda case: case.kind in kinds)


def case_named(name: str) -> Case:
    """One case by its words."""
    return next(case for case in find_cases() if str(case) == name)


# --- Input ---------------------------------------------------------------------------------------

EXTRA_SECTIONS = {
    ("dataset-io", "export gif"): ["assets", "tracks"],
    ("dataset-io", "export livelink-csv"): ["assets", "tracks"],
    ("dataset-io", "export mp4"): ["assets", "tracks"],
    ("filters", "threshold"): ["labels"],
}
"""Sections that a verb finds by its own options, or of whose absence it has more to say."""


def good_line(case: Case, number: int) -> bytes:
    """A record that the case takes, with members and spellings that no encoder of ours writes."""
    names = [*case.spec["needs"], *EXTRA_SECTIONS.get((case.command.name, case.verb), [])]
    sections = "".join(f',"{name}":{example(name, number)}' for name in names)
    return _SPELLINGS[number % len(_SPELLINGS)](number, sections).encode()


def _plain(number: int, sections: str) -> str:
    return f'{{"id":"r{number}"{sections}}}'


def _spaced(number: int, sections: str) -> str:
    return f'  {{ "id" :\t"r{number}" , "x-spaced" : [ 1.0 , {{ }} ] {sections} }} '


def _escaped(number: int, sections: str) -> str:
    return f'{{"x-\\u00e9":"\\u00e9\\/","id":"r{number}"{sections}}}'


def _numbered(number: int, sections: str) -> str:
    return (
        f'{{"id":"r{number}","x-numbers":[1.50e+02,-0.0,1E-7,0.10,12345678901234567890]{sections}}}'
    )


def _nested(number: int, sections: str) -> str:
    return f'{{"id":"r{number}"{sections},"x-nested":{{"id":"no","a":"}}\\"{{","a":[[],null]}}}}'


def _unicode(number: int, sections: str) -> str:
    return f'{{"id":"r{number}é-😀"{sections},"x-null":null}}'


_SPELLINGS = [_plain, _spaced, _escaped, _numbered, _nested, _unicode]


def good_lines(case: Case, records: int | None = None) -> list[bytes]:
    """Records that the case takes."""
    count = FEW.get((case.command.name, case.verb), RECORDS) if records is None else records
    return [good_line(case, number) for number in range(count)]


def mixed_lines(case: Case) -> list[bytes]:
    """Good and broken lines, blank ones among them."""
    lines: list[bytes] = []
    for number, line in enumerate(good_lines(case)):
        lines.append(line)
        if number % 2:
            lines.append(BROKEN[number // 2 % len(BROKEN)])
        if number % 7 == 2:
            lines.append(b"  ")
    return lines


def join(lines: Iterable[bytes]) -> bytes:
    """A manifest."""
    return b"".join(line + b"\n" for line in lines)


# --- Arguments -----------------------------------------------------------------------------------


def prepare(case: Case, folder: Path) -> list[str]:
    """Write the files that the case's own arguments name.

    Args:
        case: to be run.
        folder: that uris are looked up in, too.

    Returns:
        The arguments, without those that every verb of the kind has.
    """
    write_files(folder)
    if case.backend in _SERVED:
        return _SERVED[case.backend](folder)
    recipe = _RECIPES.get((case.command.name, case.verb))
    if case.backend == "clip":
        return _clip(case, folder)
    required = [one["name"] for one in case.spec["options"] if one["required"]]
    assert recipe is not None or not required, f"{case} needs a recipe for {required}"
    return recipe(folder) if recipe is not None else []


def _lines(folder: Path) -> list[str]:
    texts = [*SENTENCES, "nothing", "", "two words", "nothing"] * 2
    (folder / "a.txt").write_text("\n".join(texts) + "\n", "utf-8")
    (folder / "b.txt").write_bytes(b"one more\n\xff\xff\nlast\n")
    return [str(folder / "a.txt"), str(folder / "b.txt")]


def _rejects(folder: Path) -> list[str]:
    reject = (
        '{"reason":"missing-section","message":"-","offset":%d,"length":9,'
        '"line":"{\\"id\\":\\"r%d\\"}"}\n'
    )
    path = folder / "rejects.jsonl"
    path.write_text('{"broken":1}\n' + "".join(reject % (n, n) for n in range(RECORDS)), "utf-8")
    return [str(path)]


def _manifests(folder: Path) -> list[str]:
    for number, name in enumerate("ab"):
        records = (f'{{"id":"{name}{n if n else "a"}","x": {number}}}\n' for n in range(12))
        lines = ['{"id":\n', *records, '{"id":"aa"}\n']
        (folder / f"{name}.jsonl").write_text("".join(lines), "utf-8")
    return [str(folder / "a.jsonl"), str(folder / "b.jsonl")]


def _some(folder: Path) -> list[str]:
    return [*_manifests(folder), "--where", "/x=1"]


def _grouped(folder: Path) -> list[str]:
    """Manifests to be split: some records have a split already, and some of these disagree."""
    for name, split in (("a", "train"), ("b", "test")):
        lines = ['{"id":', f'{{"id":"{name}-lone","source":{{"dataset":"d"}}}}']
        for n in range(RECORDS):
            own = f'"split":"{split}",' if n % 3 == 0 else ""
            groups = f'"groups":{{"text":"t{n % 5}","speaker":"{name}{n % 7}"}}'
            lines.append(f'{{"id":"{name}{n}","source":{{{own}"dataset":"d",{groups}}},"x": 1.0}}')
        (folder / f"{name}.jsonl").write_text("\n".join([*lines, lines[-1], ""]), "utf-8")
    kept = ["--existing", "keep", "--conflicts", "reject", "--shares", "train=0,test=1"]
    return [str(folder / "a.jsonl"), str(folder / "b.jsonl"), "--by", "text,speaker", *kept]


def _further(folder: Path) -> list[str]:
    """Two manifests with sections for some of the records."""
    for name, section in (("more", "labels"), ("most", "expression")):
        ids = ["none", *(f"r{n}" for n in range(0, RECORDS, 2)), "r5é-😀"]
        lines = (f'{{"id":"{one}", "{section}": {example(section, 1)}}}\n' for one in ids)
        (folder / f"{name}.jsonl").write_text("".join(lines), "utf-8")
    return ["--with", str(folder / "more.jsonl"), "--with", str(folder / "most.jsonl")]


def _goemotions(folder: Path) -> list[str]:
    rows = [f"{text}\t{n % 28}\tt{n}" for n, text in enumerate(SENTENCES * 3)]
    path = folder / "train.tsv"
    path.write_text("\n".join(["no label", "the label is none\t99\tx9", *rows]) + "\n", "utf-8")
    return [str(path), _write_ratings(folder)]


def _write_ratings(folder: Path) -> str:
    """The same dataset with a row a rater, those of a text far apart."""
    labels = VOCABULARIES["goemotions"]
    rows = [
        [
            f'"{text}"',
            f"r{n}",
            str(rater),
            "False",
            *("01"[(n + rater) % 28 == i] for i in range(28)),
        ]
        for rater in range(3)
        for n, text in enumerate(SENTENCES)
    ]
    header = ["text", "id", "rater_id", "example_very_unclear", *labels]
    path = folder / "raters.csv"
    path.write_text("\n".join(map(",".join, [header, *rows])) + "\n", "utf-8")
    return str(path)


def _emoint(folder: Path) -> list[str]:
    rows = [f"{10000 + n}\t{text} {n}\tanger\t0.{100 + n}" for n, text in enumerate(SENTENCES * 3)]
    path = folder / "anger_train.csv"
    path.write_text("\n".join(["10\tno number\tanger\tmuch", *rows]) + "\n", "utf-8")
    return [str(path)]


def _isear(folder: Path) -> list[str]:
    rows = [f'joy;"{text} {n}"' for n, text in enumerate(SENTENCES * 3)]
    path = folder / "isear.csv"
    odd = ['joy;"[ No response.]"', 'bliss;"no such label"']
    path.write_text("\n".join(["emo;txt", *odd, *rows]) + "\n", "utf-8")
    return [str(path)]


def _sentences(folder: Path) -> list[str]:
    path = folder / "sentences.txt"
    texts = [f"{text} {n}" for n, text in enumerate(SENTENCES * 3)]
    odd = b"\xff\xff\n \n%b\n%b\n" % (texts[0].encode(), texts[1].encode())
    path.write_bytes("\n".join([*texts[:3], ""]).encode() + odd + "\n".join(texts[3:]).encode())
    return [str(path)]


def _openface(folder: Path) -> list[str]:
    frames = "frame, face_id, timestamp, confidence, success, AU04_r, AU12_r, AU12_c, AU28_c"
    rows = [f"{n}, 0, {n / 25}, 0.9{n % 9}, 1, 0.{n}, 1.5, {n % 2}, 1" for n in range(2, 20)]
    odd = ["1, 0, 0.00, 0.2, 0, 0, 0, 0, 0", "x, 0, 0, 1, 1, 0, 0, 0, 0", "2, 0", "2, 0, 0"]
    (folder / "clip.csv").write_text("\n".join([frames, *odd, *rows]) + "\n", "utf-8")
    (folder / "photo.csv").write_text("face,confidence,AU06_r\n0,0.975,2.50\n1,0.4,9\n", "utf-8")
    return [str(folder / "clip.csv"), str(folder / "photo.csv"), "--min-confidence", "0.5"]


def _livelink(folder: Path) -> list[str]:
    header = ",".join(["Timecode", "BlendShapeCount", *LAYOUTS["livelink-csv-61"]])
    lost = "00:00:00:03.000,0"
    paths = []
    for take in range(RECORDS):
        rows = [f"00:00:00:{n:02}.000,61" + f",0.{take}{n}" * 61 for n in range(take + 1)]
        if take % 5 == 4:
            rows[3] = lost if take == 4 else f"{lost},too,many" * 61
        path = folder / f"take-{take}.csv"
        path.write_text("\n".join([header if take != 7 else "a,b", *rows]), "utf-8")
        paths.append(str(path))
    return [*paths, "--gaps", "hold"]


def _table(folder: Path) -> list[str]:
    mapping = folder / "moods.toml"
    mapping.write_text(
        'dataset = "moods"\n[text]\ncolumn = "words"\n[labels.valence]\ncolumn = "v"\n'
        'scale = [1, 7]\n[[labels.emotions]]\nvocabulary = "ekman"\ncolumn = "mood"\n',
        "utf-8",
    )
    rows = [f'"{text}",{n % 7 + 1},joy' for n, text in enumerate(SENTENCES * 3)]
    odd = ["no number,many,joy", "no such label,4,bliss", "The train leaves at nine.,1"]
    path = folder / "moods.csv"
    path.write_text("\n".join(["words,v,mood", *odd, *rows]) + "\n", "utf-8")
    lines = [f'{{"words":"{text}","v":{n % 7 + 1}}}' for n, text in enumerate(SENTENCES)]
    more = folder / "more.jsonl"
    more.write_text("\n".join([*lines, "{"]) + "\n", "utf-8")
    return [str(path), str(more), "--map", str(mapping)]


def _images(folder: Path) -> list[str]:
    (folder / "pictures/more").mkdir()
    (folder / "pictures/more/broken.png").write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    (folder / "pictures/empty.jpg").write_bytes(b"")
    return [str(folder / "pictures")]


def _validation(folder: Path) -> list[str]:
    lines = [
        f'{{"id":"v{n}","text":{example("text", n)},"labels":{example("labels", n)}}}\n'
        for n in range(16)
    ]
    (folder / "validation.jsonl").write_text("".join(lines), "utf-8")
    return ["--validation", str(folder / "validation.jsonl")]


def _held_out(folder: Path) -> list[str]:
    """Sentences that are not among the records."""
    lines = [
        f'{{"id":"v{n}","text":{{"content":"{n} words that no record has"}},'
        f'"labels":{example("labels", n)}}}\n'
        for n in range(16)
    ]
    (folder / "held-out.jsonl").write_text("".join(lines), "utf-8")
    return ["--validation", str(folder / "held-out.jsonl")]


def _words(*words: str) -> Callable[[Path], list[str]]:
    """A recipe of options that name no files."""

    def recipe(folder: Path) -> list[str]:
        return list(words)

    return recipe


def _openai(folder: Path) -> list[str]:
    store = folder.parent / "answers.sqlite"
    return ["--base-url", shared_server().base_url, "--model", "mock", "--store", str(store)]


def _batch(folder: Path) -> list[str]:
    store = folder.parent / "collected.sqlite"
    fill_store(store, [*SENTENCES, *(f"{text} {TOKEN}." for text in SENTENCES), TOKEN], "mock")
    return ["--model", "mock", "--store", str(store)]


def _transformers(folder: Path) -> list[str]:
    prompt = folder / "prompt.md"
    prompt.write_text("<!-- user -->\nThe face of {text}, as JSON:\n", "utf-8")
    return ["--model", str(tiny_llama()), "--prompt", str(prompt)]


_SERVED: dict[str | None, Callable[[Path], list[str]]] = {
    "openai": _openai,
    "batch": _batch,
    "transformers": _transformers,
}
"""What a backend needs that asks a model, or has its answers from one."""


def _space(folder: Path) -> list[str]:
    (folder / "space.safetensors").write_bytes(make_space())
    return ["--space", str(folder / "space.safetensors")]


def _any_space(folder: Path) -> list[str]:
    return [*_space(folder), "--any-data"]


def _clip(case: Case, folder: Path) -> list[str]:
    """A tiny model; what trains takes few epochs, what does not a space of its features."""
    model = ["--model", str(tiny_clip())]
    if case.verb.endswith("train"):
        return [*model, "--max-epochs", "2"]
    (folder / "space.safetensors").write_bytes(make_space(encoder=TinyClip(tiny_clip())))
    more = ["--any-data"] if case.verb.endswith("evaluate") else []
    return [*model, "--space", str(folder / "space.safetensors"), *more]


def _attempts(folder: Path) -> list[str]:
    attempts = write_attempts(folder, [f"{text} {n}" for n, text in enumerate(SENTENCES * 3)])
    store = folder.parent / "collected.sqlite"
    return [*map(str, attempts), "--requests", str(folder / "requests"), "--store", str(store)]


BESIDE = {
    ("trainers", "expression-space evaluate"): (".predictions.safetensors",),
    ("trainers", "expression-space train"): (".config.json", ".card.md"),
}
"""What the names of files end in that a verb leaves beside its output, before that is named."""
UNFINISHED = ".checkpoint/"
"""Begins what lies beside an output that takes long, until it is there."""

_RECIPES: dict[tuple[str, str], Callable[[Path], list[str]]] = {
    ("toy", "import lines"): _lines,
    ("toy", "import carvings"): _lines,
    ("toy", "short"): _words("--max-length", "27"),
    ("manifest", "retry"): _rejects,
    ("manifest", "merge"): _manifests,
    ("manifest", "get"): _some,
    ("manifest", "split"): _grouped,
    ("manifest", "join"): _further,
    ("dataset-io", "import goemotions"): _goemotions,
    ("dataset-io", "import emoint"): _emoint,
    ("dataset-io", "import isear"): _isear,
    ("dataset-io", "import images"): _images,
    ("dataset-io", "import livelink-csv"): _livelink,
    ("dataset-io", "import openface"): _openface,
    ("dataset-io", "import table"): _table,
    ("dataset-io", "import text"): _sentences,
    ("filters", "quality"): _words("--min-size", "64"),
    ("filters", "threshold"): _words("--field", "/labels/emotions/0/score", "--max", "0.6"),
    ("llm-annotate", "batch collect"): _attempts,
    ("llm-annotate", "batch write"): _words("--model", "mock"),
    ("llm-annotate", "derive-lexicon"): _validation,
    ("llm-annotate", "derive-linear"): _held_out,
    ("llm-annotate", "evaluate"): _words("--overlap", "drop"),
    ("photomaker-gen", "generate"): _words("--size", "64"),
    ("photomaker-gen", "render"): _words("--size", "64"),
    ("photomaker-gen", "animate"): _words("--hold", "0.1"),
    ("trainers", "expression-space train"): _words("--max-epochs", "2"),
    ("trainers", "expression-space predict"): _space,
    ("trainers", "expression-space embed"): _space,
    ("trainers", "expression-space evaluate"): _any_space,
    ("trainers", "expression-space plot"): _space,
}
"""What a verb needs beside a manifest: required arguments, options that make it do something."""
