"""What a set of sentences with expressions must hold, before anything is trained on it.

The first four items that were set for the pipeline of facial expressions, by their numbers.
"""

import json
import re
import signal
import time
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
from affectory_protocol.vocabularies.action_units import ACTION_UNITS
from commands import MANIFEST, Command, Zygote
from mock_server import MockServer

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
DATASET_IO = Command("dataset-io", "dataset_io", "dataset_io.cli")
FILTERS = Command("filters", "filters", "filters.cli")
LLM_ANNOTATE = Command("llm-annotate", "llm_annotate", "llm_annotate.cli")
CORPORA = {
    "goemotions": [*sorted(SAMPLES.glob("goemotions/*.tsv"))],
    "raters": [SAMPLES / "goemotions-raters/raters.csv"],
    "emoint": [*sorted(SAMPLES.glob("emoint/*.csv"))],
    "isear": [SAMPLES / "isear/isear_dataset.csv"],
}
IMPORTERS = {"raters": "goemotions"}
REPEATED = 5
MOJIBAKE = re.compile(r"Ã.|â€|Â[^\w\s]|\ufffd")
"""What UTF-8 becomes that was read as Windows-1252."""


@pytest.fixture(scope="module")
def zygote(tmp_path_factory):
    tools = (DATASET_IO, FILTERS, LLM_ANNOTATE, MANIFEST)
    made = Zygote(tmp_path_factory.mktemp("z"), [*(tool.cli for tool in tools), "aiohttp"])
    yield made
    made.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("expressions")


@pytest.fixture(scope="module")
def run(zygote, folder):
    """Runs a command in the folder to its good end."""

    def run(command, *words):
        return zygote.start(command, *map(str, words), folder=folder).wait().ok()

    return run


@pytest.fixture(scope="module")
def imported(run, folder):
    """The folder with each corpus as a manifest."""
    for name, files in CORPORA.items():
        run(DATASET_IO, "import", IMPORTERS.get(name, name), *files, "-o", f"{name}.jsonl")
    return folder


@pytest.fixture(scope="module")
def distinct(run, imported):
    """The pool of all corpora, and of a text that repeats some of them, without repeats."""
    told = [record["text"]["content"] for record in _read(imported / "isear.jsonl")[:REPEATED]]
    (imported / "told.txt").write_text("".join(f" {text.upper()}\n" for text in told), "utf-8")
    run(DATASET_IO, "import", "text", "told.txt", "-o", "told.jsonl")
    merged = (f"{name}.jsonl" for name in CORPORA if name != "raters")  # GoEmotions once more
    run(MANIFEST, "merge", *merged, "told.jsonl", "-o", "pool.jsonl")
    run(FILTERS, "duplicates", "exact-text", "-i", "pool.jsonl", "-o", "distinct.jsonl")
    return imported / "distinct.jsonl"


def _read(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _receipt(path):
    return json.loads(path.with_name(f"{path.name}.run.json").read_bytes())


def _normalise(text):
    """Case, white space and quotes folded, by other means than the tools' own."""
    plain = re.sub(r"[\u2018\u2019`\u00b4]", "'", re.sub(r"[\u201c\u201d]", '"', text))
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", plain)).strip().casefold()


# --- 1: import ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CORPORA)
def test_1_every_row_has_id_text_source_labels_and_licence(imported, name):
    records = _read(imported / f"{name}.jsonl")

    assert records
    for record in records:
        assert record["id"]
        assert record["text"]["content"].strip()
        assert record["source"]["dataset"]
        assert record["source"]["licence"]
        labels = record["labels"]
        assert labels["emotions"] or labels["unclear"]  # some sentences no rater could judge
    if name in {"goemotions", "emoint"}:
        assert all(record["source"]["split"] for record in records)
    if name == "emoint":
        assert all(0 <= record["labels"]["emotions"][0]["score"] <= 1 for record in records)


@pytest.mark.parametrize("name", CORPORA)
def test_1_importing_again_gives_the_same_bytes(run, imported, name):
    again = imported / "again.jsonl"
    run(
        DATASET_IO,
        *("import", IMPORTERS.get(name, name), *CORPORA[name]),
        *("-o", again, "--restart", "always"),
    )

    assert again.read_bytes() == (imported / f"{name}.jsonl").read_bytes()


def test_1_damaged_and_empty_rows_are_repaired_or_dropped_and_counted(imported):
    texts = [record["text"]["content"] for record in _read(imported / "isear.jsonl")]
    receipt = _receipt(imported / "isear.jsonl")

    assert [text for text in texts if MOJIBAKE.search(text)] == []
    assert receipt["dropped_by_reason"]["no-response"] > 0
    assert receipt["counts"]["read"] == len(texts) + receipt["counts"]["dropped"]


# --- 2: one record a sentence -------------------------------------------------------------------


def test_2_rows_of_raters_become_one_record_with_votes(imported):
    rows = CORPORA["raters"][0].read_text("utf-8").count("\n") - 1
    records = _read(imported / "raters.jsonl")

    assert len({record["id"] for record in records}) == len(records) < rows
    for record in records:
        votes = [label["votes"] for label in record["labels"]["emotions"]]
        assert all(1 <= vote <= record["labels"]["raters"] for vote in votes)


def test_2_no_two_records_of_the_pool_are_equal_after_normalisation(distinct):
    texts = Counter(_normalise(record["text"]["content"]) for record in _read(distinct))

    assert [text for text, count in texts.items() if count > 1] == []


def test_2_what_was_merged_is_told_by_source(run, distinct):
    dropped = distinct.with_name("distinct.jsonl.dropped.jsonl")
    told = json.loads(run(MANIFEST, "stats", "-i", dropped).stdout)
    repeats = _read(dropped)

    assert len(repeats) >= REPEATED
    assert told["datasets"] == Counter(record["source"]["dataset"] for record in repeats)
    kept = {record["id"] for record in _read(distinct)}
    assert {one["verdicts"]["duplicates-exact-text"]["duplicate_of"] for one in repeats} <= kept


# --- 3: annotation with any backend -------------------------------------------------------------


@pytest.fixture(scope="module")
def server():
    made = MockServer(faults=4, delays="0,5")
    yield made
    made.close()


@pytest.fixture(params=["lexicon", "linear", "openai"])
def annotated(run, distinct, server, request):
    """The pool with expressions of a backend; a few answers stay invalid and are rejected."""
    output = distinct.with_name(f"{request.param}.jsonl")
    words = ["--max-rejects", "100%"]
    if request.param == "openai":
        words += ["--model", "mock", "--base-url", server.base_url, "--max-retries", "1"]
    run(
        LLM_ANNOTATE,
        *("expression", "--backend", request.param, "-i", distinct, "-o", output),
        *words,
    )
    return output


def test_3_every_expression_is_valid_and_every_unit_is_known(run, annotated):
    run(MANIFEST, "validate", "-i", annotated, "-o", f"{annotated.name}.valid")
    expressions = [record["expression"] for record in _read(annotated)]

    assert expressions
    assert all(unit["au"] in ACTION_UNITS for one in expressions for unit in one["action_units"])


def test_3_inputs_are_those_accepted_and_those_rejected(distinct, annotated):
    accepted, asked = _read(annotated), _read(distinct)
    rejected = _read(annotated.with_name(f"{annotated.name}.rejects.jsonl"))
    ids = {json.loads(reject["line"])["id"] for reject in rejected}

    assert {reject["reason"] for reject in rejected} <= {"invalid-answer", "refused"}
    assert {record["id"] for record in accepted} | ids == {record["id"] for record in asked}
    assert len(accepted) + len(rejected) == len(asked)


def test_3_pairs_that_no_face_shows_are_flagged():
    from llm_annotate.answer import read_answer

    units = [
        {"name": ACTION_UNITS[au].name, "side": "both", "intensity": "D"} for au in (20, 18, 43, 5)
    ]
    emotions = [{"label": label, "intensity": 0.5} for label in ("joy", "fear", "anger")]
    answer = {"emotions": emotions, "action_units": units, "description": "A face."}

    assert read_answer(json.dumps(answer)).conflicts == [[5, 43], [18, 20]]


# --- 4: killed and begun again ------------------------------------------------------------------


@pytest.mark.parametrize("moment", [0.1, 0.25, 0.4])
def test_4_killed_annotator_ends_with_the_same_file_and_asks_nothing_twice(
    run, zygote, distinct, moment
):
    calm = MockServer(delays="5,15")
    names = [f"{what}-{moment}.jsonl" for what in ("whole", "killed")]
    words = ["expression", "--backend", "openai", "--model", "mock", "-i", str(distinct)]
    words += ["--base-url", calm.base_url, "--concurrency", "4", "--batch-size", "4"]
    words += ["--max-rejects", "100%"]  # a sentence that this server declines
    killed = [*words, "-o", names[1], "--store", f"{moment}.sqlite"]
    running = zygote.start(LLM_ANNOTATE, *killed, folder=distinct.parent)
    time.sleep(moment)
    running.kill(signal.SIGKILL)
    running.wait()
    run(LLM_ANNOTATE, *killed)
    answered = calm.asked()["answered"]
    run(LLM_ANNOTATE, *words, "-o", names[0], "--store", f"{moment}-whole.sqlite")
    calm.close()

    assert len({(distinct.parent / name).read_bytes() for name in names}) == 1
    assert sum(answered.values()) - len(answered) <= 4  # those in flight at the kill
