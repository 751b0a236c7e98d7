"""Twelve points in which the system that this replaces fell short, one test each.

The sixth, and what else takes torch to see, stands in `tests/trainers/test_twelve_points.py`.
"""

import csv
import json
import re

import numpy as np
import pytest
from affectory_protocol.errors import ManifestError
from affectory_protocol.record import Record
from affectory_protocol.records import Expression, Labels, Source, Text
from affectory_protocol.vocabularies.action_units import ACTION_UNITS
from affectory_protocol.vocabularies.blendshapes import LAYOUTS
from commands import MANIFEST, ROOT, Command, Zygote
from mock_server import MockServer
from sections import example
from spaces import make_space

SAMPLES = ROOT / "samples"
DATASET_IO = Command("dataset-io", "dataset_io", "dataset_io.cli")
FILTERS = Command("filters", "filters", "filters.cli")
LLM_ANNOTATE = Command("llm-annotate", "llm_annotate", "llm_annotate.cli")
PHOTOMAKER_GEN = Command("photomaker-gen", "photomaker_gen", "photomaker_gen.cli")
TRAINERS = Command("trainers", "trainers", "trainers.cli")
SENTENCES = ("I am so happy that you came!", "How disgusting!")
SHAPES = {
    12: {"mouthSmileLeft", "mouthSmileRight"},
    9: {"noseSneerLeft", "noseSneerRight"},
}
"""What an action unit of each sentence's face moves."""
TO_ASSETS = ("--assets", "assets")
DAMAGE = re.compile(r"[\u00c3\u00e2][^\w\s]|\ufffd|\u00e1(?=\s|$)|\u00f7|\u00a6")
"""What wrong decodings leave in the published files of EmoInt and ISEAR, and so in the samples."""


@pytest.fixture(scope="module")
def zygote(tmp_path_factory):
    tools = (DATASET_IO, FILTERS, LLM_ANNOTATE, MANIFEST, PHOTOMAKER_GEN, TRAINERS)
    made = Zygote(tmp_path_factory.mktemp("z"), [*(tool.cli for tool in tools), "aiohttp", "numpy"])
    yield made
    made.close()


@pytest.fixture
def run(zygote, tmp_path):
    """Runs a command in the folder to its good end."""

    def run(command, *words):
        return zygote.start(command, *map(str, words), folder=tmp_path).wait().ok()

    return run


@pytest.fixture
def server():
    made = MockServer(delays="200")
    yield made
    made.close()


@pytest.fixture
def tell(run, tmp_path):
    """Makes a manifest of sentences."""

    def tell(*sentences):
        records = [{"id": f"s{n}", "text": {"content": text}} for n, text in enumerate(sentences)]
        return _write(tmp_path / "told.jsonl", records)

    return tell


@pytest.fixture
def ask(run, server):
    """Has a language model write expressions; a few of its answers may be rejected."""

    def ask(source, output):
        words = ["--backend", "openai", "--model", "mock", "--base-url", server.base_url]
        run(LLM_ANNOTATE, "expression", *words, "-i", source, "-o", output, "--max-rejects", "50%")

    return ask


def _write(path, records):
    path.write_text("".join(f"{json.dumps(record)}\n" for record in records), "utf-8")
    return path


def _read(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _texts(path):
    return [record["text"]["content"] for record in _read(path)]


def _shown(record):
    """The shapes of a record's face that are not 0, by the names of the layout that it tells."""
    face = record["expression"]["blendshapes"]
    weights = zip(LAYOUTS[face["layout"]], face["weights"], strict=True)
    return {name: weight for name, weight in weights if weight}


def _face(number, split, text):
    """A record as a space is trained on."""
    source = {"dataset": "d", "split": split, "groups": {"speaker": f"s{number}"}}
    sections = {name: json.loads(example(name, number)) for name in ("labels", "expression")}
    return {"id": f"r{number}", "source": source, "text": {"content": text}, **sections}


def _parse(record):
    line = json.dumps(record).encode()
    return Record.parse(line, sections=(Source, Text, Labels, Expression))


def test_point_01_action_units_become_blendshapes_by_name(run, tell, tmp_path):
    run(LLM_ANNOTATE, "expression", "--backend", "lexicon", "-i", tell(*SENTENCES), "-o", "a.jsonl")
    rows = ["Sentence,Emotions,Action Units,Description,blendshapes"]
    places = ("_neutral", *LAYOUTS["mediapipe-51"])  # as those files number them
    smile = [0.5 if name in SHAPES[12] else 0.0 for name in places]
    rows.append(f'It works.,joy,lip corner puller,A smile.,"{smile}"')
    (tmp_path / "table.csv").write_text("\n".join([*rows, ""]), "utf-8")
    known = ("--known", "animation-blendshapes")
    run(DATASET_IO, "import", "table", "table.csv", *known, "-o", "table.jsonl")
    (told,) = _read(tmp_path / "table.jsonl")

    for record, au in zip(_read(tmp_path / "a.jsonl"), SHAPES, strict=True):
        assert au in {unit["au"] for unit in record["expression"]["action_units"]}
        shown = _shown(record)
        assert [au for au, shapes in SHAPES.items() if shapes & shown.keys()] == [au]
        assert SHAPES[au] <= shown.keys()
    assert _shown(told) == dict.fromkeys(SHAPES[12], 0.5)


def test_point_02_labels_are_kept_and_no_sentence_is_annotated_twice(run, tmp_path, server, ask):
    raters = SAMPLES / "goemotions-raters/raters.csv"
    tweets = SAMPLES / "emoint/joy_train.csv"
    (tmp_path / "told.txt").write_text("SUNSHINE, strawberries  & nowhere to be. Bliss ☀️🍓\n")
    run(DATASET_IO, "import", "goemotions", raters, "-o", "raters.jsonl")
    run(DATASET_IO, "import", "emoint", tweets, "-o", "tweets.jsonl")
    run(DATASET_IO, "import", "text", "told.txt", "-o", "told.jsonl")
    run(MANIFEST, "merge", "raters.jsonl", "tweets.jsonl", "told.jsonl", "-o", "pool.jsonl")
    run(FILTERS, "duplicates", "exact-text", "-i", "pool.jsonl", "-o", "distinct.jsonl")
    ask("distinct.jsonl", "annotated.jsonl")
    found = _read(tmp_path / "annotated.jsonl")

    rows, rated = (len(file.read_bytes().splitlines()) for file in (raters, tweets))
    assert len(found) < rows - 1 + rated
    assert len(_read(tmp_path / "distinct.jsonl.dropped.jsonl")) == 1
    asked = server.asked()
    assert asked["came"] == len(asked["answered"]) == len(found)
    votes = [e["votes"] for r in found for e in r["labels"]["emotions"] if "votes" in e]
    scores = [e["score"] for r in found for e in r["labels"]["emotions"] if "score" in e]
    assert max(votes) > 1
    assert len(scores) == rated


def test_point_03_answers_are_guided_concurrent_checked_and_never_lost(tell, tmp_path, server, ask):
    from llm_annotate.answer import answer_schema
    from llm_annotate.chat import build_request
    from llm_annotate.chat_config import ChatConfig

    told = tell(*(f"Sentence number {n}." for n in range(12)), "I mumble.", "You refuse.")
    ask(told, "faces.jsonl")
    rejects = _read(tmp_path / "faces.jsonl.rejects.jsonl")

    reasons = {json.loads(one["line"])["id"]: one["reason"] for one in rejects}
    assert reasons == {"s12": "invalid-answer", "s13": "refused"}
    assert [record["id"] for record in _read(tmp_path / "faces.jsonl")] == [
        f"s{n}" for n in range(12)
    ]
    asked = server.asked()
    assert asked["most_in_flight"] > 4
    assert asked["came"] > 14  # what was not valid was asked again
    request = json.loads(build_request([], ChatConfig(model="mock")).body)
    assert request["response_format"]["json_schema"]["schema"] == answer_schema()
    unit = answer_schema()["properties"]["action_units"]["items"]["properties"]
    assert unit["name"]["enum"] == [facs.name for facs in ACTION_UNITS.values()]


def test_point_04_faces_have_degrees_sides_and_time(run, tmp_path):
    from llm_annotate.answer import read_answer

    emotions = [{"label": label, "intensity": 0.5} for label in ("joy", "love", "pride")]
    units = [{"name": ACTION_UNITS[12].name, "side": "left", "intensity": "B"}]
    answer = {"emotions": emotions, "action_units": units, "description": "Half a smile."}
    face = json.loads(read_answer(json.dumps(answer)).model_dump_json(exclude_none=True))
    assert _shown({"expression": face}) == {"mouthSmileLeft": 0.4}

    _write(tmp_path / "still.jsonl", [{"id": "a", "expression": face}])
    run(PHOTOMAKER_GEN, "animate", "-i", "still.jsonl", "-o", "moving.jsonl", *TO_ASSETS)
    (moving,) = _read(tmp_path / "moving.jsonl")
    series = _series(tmp_path, moving)
    smile = series[:, LAYOUTS["arkit-52"].index("mouthSmileLeft")]
    assert smile[0] == smile[-1] == 0
    assert smile.max() == pytest.approx(0.4)
    assert len(set(smile.round(6))) > 5  # it comes and goes over frames
    assert not np.delete(series, LAYOUTS["arkit-52"].index("mouthSmileLeft"), axis=1).any()


def _series(folder, record):
    uri = record["assets"][record["tracks"]["face"]["role"]]["uri"]
    return np.load(folder / uri.replace("assets:", "assets/"))


def test_point_05_networks_are_small_and_their_faces_bounded(tmp_path):
    from trainers.expression_space.architecture import build_network
    from trainers.expression_space.recipe import RECIPES, Preset
    from trainers.expression_space.space import Space

    ours, original = (build_network(preset, RECIPES[preset], 512) for preset in Preset)
    assert ours.parameters * 25 < original.parameters
    assert "attention" in original.model_dump_json()
    assert "attention" not in ours.model_dump_json()
    latents = np.random.default_rng(5).normal(0.0, 1e4, (16, 128)).astype(np.float32)
    (tmp_path / "space").write_bytes(make_space())
    faces = Space.load(tmp_path / "space").decode(latents)
    assert faces.min() >= 0.0
    assert faces.max() <= 1.0
    (tmp_path / "original").write_bytes(make_space(Preset.ORIGINAL, dimension=16))
    unbounded = Space.load(tmp_path / "original").decode(latents[:, :16])
    assert unbounded.min() < 0.0


def test_point_07_what_says_the_same_is_never_trained_on_and_tested(run, tmp_path):
    from trainers.expression_space.examples import read_examples
    from trainers.expression_space.overlap import refuse_overlap

    texts = [f"It’s day {n} of the trip" for n in range(40)]
    (tmp_path / "told.txt").write_text("".join(f"{t}\n{t.upper()} \n" for t in texts), "utf-8")
    run(DATASET_IO, "import", "text", "told.txt", "-o", "told.jsonl")
    run(MANIFEST, "split", "told.jsonl", "--by", "text", "-o", "split.jsonl")
    sides = {}
    for record in _read(tmp_path / "split.jsonl"):
        said = record["text"]["content"].strip().casefold()
        sides.setdefault(said, set()).add(record["source"]["split"])
    assert {len(splits) for splits in sides.values()} == {1}
    assert set.union(*sides.values()) == {"train", "validation", "test"}

    leak = [_face(0, "train", texts[0]), _face(1, "validation", texts[0].replace("’", "'"))]
    with pytest.raises(ManifestError, match="r0, r1"):
        refuse_overlap(read_examples(map(_parse, leak)))


def test_point_08_features_of_a_text_are_computed_once(run, tell, tmp_path, monkeypatch):
    from trainers.backends.hashed import HashedEncoder
    from trainers.expression_space.features import Features

    def refuse(self, texts):
        raise AssertionError("a text was encoded that is in the cache")

    texts = ["It rains.", "It pours.", "It rains."]
    (tmp_path / "space").write_bytes(make_space())
    words = ["expression-space", "embed", "--backend", "hashed", "--space", "space"]
    run(TRAINERS, *words, "--cache", "kept", "-i", tell(*texts), "-o", "e.safetensors")

    encoded = HashedEncoder().encode(texts)
    monkeypatch.setattr(HashedEncoder, "encode", refuse)
    features = Features(HashedEncoder(), tmp_path / "kept")
    assert np.array_equal(features.encode(texts), encoded)
    assert features.encoded == 0
    with pytest.raises(AssertionError, match="in the cache"):
        features.encode(["It snows."])
    features.close()


@pytest.mark.parametrize("backend", ["lexicon", "linear"])
def test_point_09_texts_of_nothing_or_of_signs_alone_get_a_face(run, tell, tmp_path, backend):
    told = tell("", " ", "\u200b", "…", "🙂", "7")
    run(LLM_ANNOTATE, "expression", "--backend", backend, "-i", told, "-o", "faces.jsonl")
    (tmp_path / "space").write_bytes(make_space())
    words = ["expression-space", "predict", "--backend", "hashed", "--space", "space"]
    run(TRAINERS, *words, "-i", told, "-o", "predicted.jsonl")
    (tmp_path / "tweets.csv").write_text("1\t\tjoy\t0.5\n2\tFine.\tjoy\t0.5\n", "utf-8")
    run(DATASET_IO, "import", "emoint", "tweets.csv", "-o", "t.jsonl", "--max-rejects", "1")

    for name in ("faces", "predicted"):
        found = _read(tmp_path / f"{name}.jsonl")
        assert [record["id"] for record in found] == [f"s{n}" for n in range(6)]
        assert all("blendshapes" in record["expression"] for record in found)
    assert [one["reason"] for one in _read(tmp_path / "t.jsonl.rejects.jsonl")] == ["empty-text"]


def test_point_10_figures_stand_beside_baselines_and_splits_have_a_seed(run, tmp_path):
    sides = ("train", "train", "train", "validation", "test", "test")
    faces = [_face(n, sides[n % 6], f"This is number {n}.") for n in range(60)]
    _write(tmp_path / "split.jsonl", faces)
    (tmp_path / "space").write_bytes(make_space())
    words = ["--backend", "hashed", "--space", "space", "--any-data", "--seed", "3"]
    run(TRAINERS, "expression-space", "evaluate", *words, "-i", "split.jsonl", "-o", "e.json")
    metrics = {m["name"]: m for m in json.loads((tmp_path / "e.json").read_bytes())["metrics"]}

    for name in ("mae-all", "text-to-face-pool-r1", "face-to-text-pool-r10"):
        assert set(metrics[name]["baselines"]) >= {"mean", "prototype", "nearest", "ridge"}, name
    for seed, output in ((1, "one"), (1, "same"), (2, "other")):
        given = ["split.jsonl", "--by", "speaker", "--existing", "replace", "--overwrite-human"]
        run(MANIFEST, "split", *given, "--seed", seed, "-o", output)
    one, same, other = ((tmp_path / name).read_bytes() for name in ("one", "same", "other"))
    assert one == same
    assert one != other


def test_point_11_no_damage_of_wrong_decodings_is_left(run, tmp_path):
    for name in ("isear/isear_dataset.csv", "emoint/joy_train.csv", "emoint/fear_train.csv"):
        source, output = name.split("/")[0], f"{name.replace('/', '-')}.jsonl"
        before = (SAMPLES / name).read_text("latin-1" if source == "isear" else "utf-8")
        run(DATASET_IO, "import", source, SAMPLES / name, "-o", output)

        assert DAMAGE.search(before), name
        assert [text for text in _texts(tmp_path / output) if DAMAGE.search(text)] == []
    assert any("☀️🍓" in text for text in _texts(tmp_path / "emoint-joy_train.csv.jsonl"))


def test_point_12_what_animation_tools_read_is_written(run, tmp_path):
    run(DATASET_IO, "import", "livelink-csv", SAMPLES / "livelink/smile.csv", "-o", "take.jsonl")
    words = ["-i", "take.jsonl", "--root", f"assets={tmp_path / 'take.jsonl.assets'}"]
    run(DATASET_IO, "export", "livelink-csv", *words, "-o", "again.csv")
    with (SAMPLES / "livelink/smile.csv").open(newline="") as file:
        recorded = list(csv.DictReader(file))
    with (tmp_path / "again.csv").open(newline="") as file:
        written = list(csv.DictReader(file))

    assert len(written) == len(recorded) > 1
    for row, other in zip(written, recorded, strict=True):
        assert row.keys() == other.keys()
        assert row["BlendShapeCount"] == "61"
        for name in row.keys() - {"Timecode", "BlendShapeCount"}:
            assert float(row[name]) == pytest.approx(float(other[name]), abs=1e-5), name

    (tmp_path / "told.txt").write_text("I am so happy that you came!\n", "utf-8")
    run(DATASET_IO, "import", "text", "told.txt", "-o", "told.jsonl")
    run(LLM_ANNOTATE, "expression", "--backend", "lexicon", "-i", "told.jsonl", "-o", "faces.jsonl")
    run(PHOTOMAKER_GEN, "animate", "-i", "faces.jsonl", "-o", "moving.jsonl", *TO_ASSETS)
    drawn = ["--backend", "sketch", "--size", "64", "--root", "assets=assets"]
    run(PHOTOMAKER_GEN, "render", *drawn, "-i", "moving.jsonl", "-o", "d.jsonl", *TO_ASSETS)
    run(DATASET_IO, "export", "mp4", "--root", "assets=assets", "-i", "d.jsonl", "-o", "film.mp4")
    assert (tmp_path / "film.mp4").read_bytes()[4:8] == b"ftyp"
