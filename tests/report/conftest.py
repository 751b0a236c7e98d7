"""Records, receipts and pages made on the spot."""

import io
import json
from html.parser import HTMLParser

import pytest
from affectory_protocol.places import Places
from affectory_protocol.receipt import Receipt
from affectory_protocol.record import Record
from affectory_protocol.records import SECTIONS
from PIL import Image
from report.config import BuildConfig
from report.run import Accounts, build

MADE_BY = {
    "tool": "filters",
    "verb": "quality",
    "behaviour": 1,
    "options": "0" * 16,
    "read": "1" * 16,
}


class Page(HTMLParser):
    """What a browser sees: elements with their attributes, and the text of the body."""

    def __init__(self, content):
        super().__init__(convert_charrefs=True)
        self.content = content.decode()
        self.elements = []
        self.texts = []
        self._raw = None
        self.feed(self.content)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._raw = tag if tag in ("script", "style") else None
        if tag in ("dd", "dt", "li", "p", "td", "th"):
            self.texts.append(" ")

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        if self._raw is None:
            self.texts.append(data)

    def handle_endtag(self, _):
        self._raw = None

    @property
    def text(self):
        return " ".join("".join(self.texts).split())

    def all(self, tag, **wanted):
        names = {name.rstrip("_"): value for name, value in wanted.items()}
        return [
            attrs
            for found, attrs in self.elements
            if found == tag and all(attrs.get(name) == value for name, value in names.items())
        ]


@pytest.fixture
def parse_page():
    return Page


@pytest.fixture
def record():
    """Make a record of sections."""

    def make(identity="a", **sections):
        line = json.dumps({"id": identity, **sections}).encode()
        return Record.parse(line, sections=tuple(SECTIONS.values()))

    return make


@pytest.fixture
def expression():
    """Make an expression section."""

    def make(emotions=(), units=(), weights=None, vocabulary="ekman"):
        return {
            "emotions": [
                {"vocabulary": vocabulary, "label": label, "intensity": intensity}
                for label, intensity in emotions
            ],
            "action_units": [
                {"au": au, "side": side, "intensity": intensity} for au, side, intensity in units
            ],
            "description": "A face.",
            "blendshapes": {"layout": "arkit-52", "weights": weights or [0.0] * 52},
        }

    return make


@pytest.fixture
def labels():
    """Make a labels section."""

    def make(vocabulary, *names):
        return {"emotions": [{"vocabulary": vocabulary, "label": name} for name in names]}

    return make


@pytest.fixture
def verdict():
    """Make a verdict of a filter."""

    def make(passed=True, reason=None, **measures):
        return {"passed": passed, "reason": reason, "measures": measures, "made_by": MADE_BY}

    return make


@pytest.fixture
def receipt():
    """Make a receipt; digests are any text, equal texts being equal files."""

    def make(title, kind="map", read=0, *, takes=(), gives="", size=1, **details):
        tool, _, verb = title.partition(" ")
        counts = {
            name: details.get(name, 0)
            for name in ("passed", "consumed", "dropped", "rejected", "produced")
        }
        written = counts["passed"] + counts["produced"]
        takes = [(*file, 1)[:3] for file in takes]
        lines = details.get("lines", written)
        return Receipt.model_validate(
            {
                "tool": tool,
                "verb": verb,
                "kind": kind,
                "behaviour": 1,
                "backend": details.get("backend"),
                "model": None,
                "licence": None,
                "versions": {},
                "fingerprint": {},
                "options": {
                    "result": details.get("options", {}),
                    "fingerprint": {"limit": "null", "shard": "null"} | details.get("part", {}),
                },
                "counts": {"read": read, **counts, "written": written},
                "rejected_by_reason": details.get("rejected_by_reason", {}),
                "dropped_by_reason": details.get("dropped_by_reason", {}),
                "inputs": [{"name": n, "sha256": s, "bytes": b} for n, s, b in takes],
                "outputs": [{"name": "output", "sha256": gives, "bytes": size, "lines": lines}],
                "seconds": details.get("seconds", 1.0),
                "records_per_second": 1.0,
                "peak_memory_bytes": 1,
                "ended": "finished",
                "resumed": details.get("resumed", 0),
            }
        )

    return make


@pytest.fixture
def png():
    """Make a picture of one colour."""

    def make(width=300, height=200, colour=(200, 60, 40)):
        buffer = io.BytesIO()
        Image.new("RGB", (width, height), colour).save(buffer, "PNG")
        return buffer.getvalue()

    return make


@pytest.fixture
def metric():
    """Make a metric of an evaluation; what is further named is a baseline."""

    def make(name="macro-f1", value=0.5, ci95=(0.4, 0.6), *, n=5, failures=0, **baselines):
        return {
            "name": name,
            "unit": "share",
            "value": value,
            "ci95": ci95,
            "n": n,
            "failures": failures,
            "baselines": baselines,
        }

    return make


@pytest.fixture
def evaluation():
    """Make an evaluation of metrics."""

    def make(*metrics, overlap=0, command="llm-annotate evaluate"):
        groups = {"train": 10, "validation": 5, "test": 5, "overlap": overlap}
        return {"command": command, "groups": groups, "metrics": list(metrics)}

    return make


@pytest.fixture
def make_page(tmp_path):
    """Build a page of records; what lies beside them is written to files first."""

    def make(
        records=(), *, receipts=(), rejects=(), dropped=(), evaluations=(), figures=None, **config
    ):
        paths = []
        for number, one in enumerate(receipts):
            path = tmp_path / f"{number}.run.json"
            path.write_bytes(one.model_dump_json().encode())
            paths.append(path)
        rejected, left_out = tmp_path / "rejects.jsonl", tmp_path / "dropped.jsonl"
        rejected.write_text("".join(json.dumps(line) + "\n" for line in rejects))
        left_out.write_bytes(b"".join(one.line + b"\n" for one in dropped))
        measured = []
        for number, one in enumerate(evaluations):
            measured.append(tmp_path / f"{number}.json")
            measured[-1].write_text(json.dumps(one))
        drawn = [tmp_path / name for name in figures or {}]
        for path in drawn:
            path.write_bytes(figures[path.name])
        return build(
            iter(records),
            accounts=Accounts(paths, [rejected], [left_out], measured, drawn),
            places=Places({"": tmp_path}),
            config=BuildConfig(**config),
        )

    return make
