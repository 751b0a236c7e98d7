"""Figures, baselines, intervals, and sentences that may not be scored; all data made up."""

import json
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from affectory_protocol.errors import ManifestError, RecordError, UsageError
from affectory_protocol.evaluation import write_evaluation
from affectory_protocol.record import Record
from affectory_protocol.records import Expression, Source, Text
from llm_annotate import evaluation
from llm_annotate.config import EvaluationConfig, ExpressionConfig, Overlap
from llm_annotate.evaluation import Learning, evaluate_records, render_table
from llm_annotate.examples import Example, open_examples
from llm_annotate.labelled import check_emotions
from llm_annotate.labelled import evaluate as evaluate_manifests
from llm_annotate.leakage import Learned
from llm_annotate.lexicon import Table, load_table
from llm_annotate.linear import LinearModel, load_model, write_model
from llm_annotate.mapped_labels import EkmanLabels, GoEmotionsLabels
from llm_annotate.naive_bayes import Choice, NaiveBayes, WordCounts, choose
from llm_annotate.run import annotate, load_backend
from llm_annotate.scores import CLASSES, Pattern, read_interval, resample, score
from llm_annotate.training_texts import TextSet

TRAINING = ["The kettle sings to me.", "We sold the piano."]
TABLE = Table(
    groups={},
    labels={},
    priors={},
    thresholds={},
    sentences={"train": 1, "validation": 1},
    texts=TextSet.build(TRAINING).encode(),
)
DROP = EvaluationConfig(overlap=Overlap.DROP)
FAIL = EvaluationConfig()
NOTHING = Learning()


def line(text: str, said: list[str], found: list[str], **members: object) -> bytes:
    own = {
        "id": text,
        "text": {"content": text},
        "labels": {"emotions": [{"vocabulary": "goemotions", "label": name} for name in said]},
        "expression": {
            "emotions": [{"vocabulary": "ekman", "label": n, "intensity": 0.5} for n in found],
            "action_units": [],
            "description": "",
            "blendshapes": {"layout": "arkit-52", "weights": [0.0] * 52},
        },
    }
    return json.dumps({**own, **members}).encode()


def parse(content: bytes) -> Record:
    return Record.parse(content, sections=(Source, Text, EkmanLabels, Expression))


def case(text: str, said: list[str], found: list[str], **members: object) -> Record:
    return parse(line(text, said, found, **members))


CASES = [
    case("one", ["amusement"], ["joy"]),
    case("two", ["amusement", "anger"], ["joy"]),
    case("three", ["anger"], ["neutral"]),
    case("four", ["neutral"], ["neutral"]),
]


def evaluate(records=CASES, learning=NOTHING, config=FAIL):
    return evaluate_records(records, table=TABLE, learning=learning, config=config)


def metric(name: str, **arguments):
    return next(each for each in evaluate(**arguments).metrics if each.name == name)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("f1-joy", 1.0),
        ("f1-anger", 0.0),
        ("f1-neutral", 0.6667),
        ("macro-f1", 0.2381),
        ("coverage", 0.6667),
    ],
)
def test_figure_is_right(name, value):
    assert metric(name).value == value


def test_lexicon_is_a_baseline_that_the_lead_is_measured_from():
    own = metric("macro-f1")
    lead = metric("macro-f1-lead")

    assert lead.value == pytest.approx(own.value - own.baselines["lexicon"], abs=1e-4)
    assert lead.ci95[0] <= lead.value <= lead.ci95[1]


def _sure(text: str, said: list[str], probability: float) -> Record:
    own = json.loads(line(text, said, said))
    values = [probability if name in said else 0.0 for name in CLASSES]
    own["expression"]["probabilities"] = {"vocabulary": "ekman", "values": values}
    return parse(json.dumps(own).encode())


def _names(records: list[Record]) -> set[str]:
    return {each.name for each in evaluate(records).metrics}


def test_probabilities_are_scored_beside_the_best_constant():
    records = [_sure("one", ["joy"], 0.8), _sure("two", ["anger"], 0.8)]
    brier = metric("brier", records=records)

    assert (brier.value, brier.baselines["constant"]) == (0.0057, 0.0714)
    assert {"brier", "log-loss", "ece"} <= _names(records)


def test_probabilities_are_not_scored_where_some_expression_has_none():
    assert "brier" not in _names([_sure("one", ["joy"], 0.8), CASES[2]])


def _rated(text: str, label: str, score: float, found: list[str]) -> Record:
    own = json.loads(line(text, [], found))
    own["labels"]["emotions"] = [{"vocabulary": "emoint", "label": label, "score": score}]
    return parse(json.dumps(own).encode())


def test_intensities_are_compared_where_people_rated_some():
    records = [_rated("one", "joy", 0.75, ["joy"]), _rated("two", "fear", 0.25, ["joy"])]
    distance = metric("intensity-mae", records=[*records, CASES[0]])

    # found .5 where .75 was said, and nothing where .25 was said
    assert (distance.value, distance.n) == (0.25, 2)
    assert distance.baselines["constant"] == 0.25


def test_face_that_was_only_measured_is_refused():
    unit = {"au": 12, "side": "both", "intensity": 0.5}
    with pytest.raises(RecordError, match="/expression/emotions"):
        check_emotions(case("A kettle sings.", ["joy"], [], expression={"action_units": [unit]}))
    check_emotions(case("A kettle sings.", ["joy"], []))


def test_intensities_are_not_compared_where_people_rated_none():
    assert "intensity-mae" not in _names(CASES)


def test_sentence_of_given_weights_is_not_scored():
    learned = replace(load_model(), texts=np.frombuffer(TextSet.build(["Three!"]).bits, np.uint8))
    scored = evaluate_records(CASES, table=TABLE, learning=NOTHING, config=DROP, weights=learned)

    assert (scored.groups.test, scored.groups.excluded) == (3, 1)
    assert scored.groups.train == learned.sentences["train"]


MADE_BY = {"tool": "llm-annotate", "verb": "expression", "behaviour": 3, "backend": "linear"}
DIGESTS = {"options": "0" * 16, "read": "0" * 16}


def _find_by(model: str | None, text: str = "five") -> Record:
    """A sentence whose expression the backend linear found by these weights."""
    own = json.loads(line(text, ["joy"], ["joy"]))
    own["expression"]["made_by"] = {**MADE_BY, **DIGESTS, "model": model}
    return parse(json.dumps(own).encode())


@pytest.mark.parametrize("model", [None, "sha256:0123456789abcdef"])
def test_expressions_of_weights_that_nobody_named_are_not_scored(model):
    with pytest.raises(ManifestError, match=r"neither those of the package .*: 1"):
        evaluate([*CASES, _find_by(model)], config=DROP)


def test_sentences_are_counted_by_the_weights_that_found_the_expressions():
    own = replace(load_model(), sentences={"train": 7, "validation": 5})
    shipped = evaluate([_find_by(load_model().name)]).groups
    given = evaluate_records(
        [_find_by(own.name)], table=TABLE, learning=NOTHING, config=FAIL, weights=own
    ).groups

    assert (shipped.train, shipped.validation) == (43_410, 5_313)
    assert (given.train, given.validation) == (7, 5)
    assert (evaluate().groups.train, evaluate().groups.validation) == (1, 1)


def _learn(*texts: str) -> LinearModel:
    """The weights of the package, as if they had been learned from these sentences."""
    return replace(load_model(), texts=np.frombuffer(TextSet.build(texts).bits, np.uint8))


def test_sentence_of_any_weights_behind_an_expression_is_not_scored(monkeypatch):
    shipped, own = _learn("Five!"), _learn("Six!")
    monkeypatch.setattr(evaluation, "load_model", lambda: shipped)
    records = [_find_by(shipped.name, "five"), _find_by(own.name, "six"), *CASES]
    groups = evaluate_records(
        records, table=TABLE, learning=NOTHING, config=DROP, weights=own
    ).groups

    assert (groups.test, groups.excluded) == (4, 2)


def _command(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "llm_annotate", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_planted_leak_is_found_whatever_the_command_line_says(tmp_path):
    (tmp_path / "own.safetensors").write_bytes(write_model(_learn("one", "two")))
    (tmp_path / "in.jsonl").write_bytes(b"\n".join(each.line for each in CASES) + b"\n")
    words = ("-i", "in.jsonl", "-o", "found.jsonl", "--weights", "own.safetensors")
    annotate = ("expression", "--backend", "linear", "--overwrite-human", *words)
    annotated = _command(tmp_path, *annotate)
    asked = ("evaluate", "-i", "found.jsonl", "-o")
    silent = _command(tmp_path, *asked, "silent.json")
    named = _command(tmp_path, *asked, "named.json", "--weights", "own.safetensors")

    assert annotated.returncode == 0, annotated.stderr
    assert (silent.returncode, named.returncode) == (1, 1)
    assert "--weights FILE" in silent.stderr
    assert "share a group with them: 2" in named.stderr
    assert not [name for name in ("silent.json", "named.json") if (tmp_path / name).exists()]


def test_figure_comes_with_its_number_of_sentences():
    assert (metric("macro-f1").n, metric("coverage").n) == (4, 3)


@pytest.mark.parametrize(
    ("baseline", "value"),
    # majority: joy in all, F1 2 * 2 / (4 + 2) of one class; all: joy and anger .67, neutral .4
    [("majority", 0.0952), ("all-positive", 0.2476)],
)
def test_baseline_is_right(baseline, value):
    assert metric("macro-f1").baselines[baseline] == value


def test_naive_bayes_needs_training_sentences():
    assert "naive-bayes" not in metric("macro-f1").baselines


TRAIN = [
    Example("one two a", frozenset(["joy"])),
    Example("three b", frozenset(["anger"])),
    Example("four c", frozenset(["neutral"])),
]
VALIDATION = [Example("a b", frozenset(["joy"])), Example("three three", frozenset(["anger"]))]
LEARNING = Learning(TRAIN, VALIDATION)


def test_naive_bayes_is_scored_where_there_are_training_sentences():
    assert metric("f1-joy", learning=LEARNING).baselines["naive-bayes"] == 1.0


def test_naive_bayes_says_how_it_was_set():
    assert evaluate(learning=LEARNING).chosen["naive-bayes"].keys() == {"smoothing", "prior"}


def test_naive_bayes_weighs_words_against_the_size_of_classes():
    train = [Example("a b", frozenset(["joy"]))] * 3 + [Example("c b", frozenset(["fear"]))]
    bayes = NaiveBayes(WordCounts(train, CLASSES), Choice(smoothing=0.1, prior=1.0))

    assert [bayes.predict(text) for text in ("c", "b", "never seen")] == ["fear", "joy", "joy"]


@pytest.mark.parametrize(("said", "prior"), [("fear", 0.0), ("joy", 1.0)])
def test_naive_bayes_takes_what_serves_validation_sentences_best(said, prior):
    train = [Example("a b b", frozenset(["joy"]))] * 9 + [Example("a", frozenset(["fear"]))]
    validation = [Example("a", frozenset([said]))]
    counts = WordCounts(train, ["fear", "joy"])
    chosen = choose(counts, validation)

    assert (chosen.prior > 0) is (prior > 0)
    assert NaiveBayes(counts, chosen).predict("a") == said


@pytest.mark.parametrize("given", [(0,), (1,)])
def test_naive_bayes_needs_both_of_its_manifests(tmp_path, given):
    (tmp_path / "m.jsonl").write_bytes(CASES[0].line)
    paths = tuple(tmp_path / "m.jsonl" if number in given else None for number in (0, 1))

    with pytest.raises(UsageError, match="chosen on another"):
        evaluate_manifests(CASES, learning=paths, config=FAIL, say=lambda _: None)


def test_training_sentence_fails_the_run():
    with pytest.raises(ManifestError, match="share a group with them: 1"):
        evaluate([*CASES, case("the kettle, SINGS to me!", ["joy"], ["joy"])])


def test_training_sentence_is_left_out_and_counted_when_asked():
    groups = evaluate([*CASES, case("we sold the piano", ["joy"], ["anger"])], config=DROP).groups

    assert (groups.test, groups.excluded, groups.overlap) == (4, 1, 0)


@pytest.mark.parametrize(
    "learning",
    [
        Learning([Example("One!", frozenset(["joy"]))], VALIDATION),
        Learning(TRAIN, [Example("One!", frozenset(["joy"]))]),
    ],
    ids=["train", "validation"],
)
def test_sentence_of_the_baseline_is_not_scored_either(learning):
    assert evaluate(learning=learning, config=DROP).groups.test == 3


SPEAKER = {"source": {"dataset": "d", "groups": {"speaker": "s1", "text": "t1"}}}


def _speak(text: str, value: str = "s1") -> Example:
    return Example(text, frozenset(["joy"]), frozenset([("speaker", value)]))


def test_sentence_of_a_speaker_who_was_learned_from_fails_the_run():
    records = [*CASES, case("five", ["joy"], ["joy"], **SPEAKER)]
    learning = Learning([*TRAIN, _speak("something else")], VALIDATION)

    with pytest.raises(ManifestError, match="share a group with them: 1"):
        evaluate(records, learning=learning)
    assert evaluate(records, learning=learning, config=DROP).groups.excluded == 1


def test_sentence_of_another_speaker_is_scored():
    records = [*CASES, case("five", ["joy"], ["joy"], **SPEAKER)]
    learning = Learning([*TRAIN, _speak("something else", "s2")], VALIDATION)

    assert evaluate(records, learning=learning).groups.test == 5


@pytest.mark.parametrize(
    ("leak", "learning"),
    [
        (case(TRAINING[0], ["joy"], ["joy"]), LEARNING),
        (case("ONE two A", ["joy"], ["joy"]), LEARNING),
        (case("five", ["joy"], ["joy"], **SPEAKER), Learning([_speak("six")], VALIDATION)),
    ],
    ids=["sentence of the lexicon", "sentence of the baseline", "speaker of the baseline"],
)
def test_planted_leak_fails_the_run_though_nothing_was_left_out(monkeypatch, leak, learning):
    monkeypatch.setattr(Learned, "touches", lambda *_: False)

    with pytest.raises(ManifestError, match="learned from: 1"):
        evaluate([*CASES, leak], learning=learning, config=DROP)


def test_message_about_training_sentences_quotes_none():
    with pytest.raises(ManifestError) as caught:
        evaluate([case(TRAINING[0], ["joy"], ["joy"])])

    assert "kettle" not in caught.value.message


def test_sentence_without_a_label_is_left_out_and_counted():
    groups = evaluate([*CASES, case("five", [], ["joy"])]).groups

    assert (groups.test, groups.unlabelled) == (4, 1)


def test_sentence_without_a_prediction_is_a_failure():
    assert metric("macro-f1", records=[*CASES, case("five", ["joy"], [])]).failures == 1


def _own_words(found: list[str]) -> bytes:
    emotion = b'"emotions": [{"vocabulary": "ekman"'
    return line("five", ["joy"], found).replace(emotion, emotion.replace(b"ekman", b"own"))


def test_prediction_that_cannot_be_compared_is_a_failure_and_counts_as_none():
    records = [*CASES, parse(_own_words(["joy", "joy"]))]

    assert metric("macro-f1", records=records).failures == 1
    assert (
        metric("f1-joy", records=records).value
        == metric("f1-joy", records=[*CASES, case("five", ["joy"], [])]).value
    )


@pytest.mark.parametrize(
    ("section", "vocabulary"), [(EkmanLabels, b"homemade"), (GoEmotionsLabels, b"ekman")]
)
def test_labels_that_cannot_be_mapped_make_a_record_invalid(section, vocabulary):
    spoilt = line("five", ["joy", "anger"], []).replace(b"goemotions", vocabulary)

    with pytest.raises(RecordError, match=r"/labels/emotions .*: number 0") as caught:
        Record.parse(spoilt, sections=(section,))
    assert "homemade" not in caught.value.message


def test_record_whose_labels_cannot_be_mapped_is_one_reject(tmp_path):
    good = line("Nice to see you!", ["joy"], ["joy"])
    spoilt = line("Oh no!", ["joy"], ["joy"]).replace(b"goemotions", b"homemade")
    (tmp_path / "in.jsonl").write_bytes(good + b"\n" + spoilt + b"\n")
    words = ("evaluate", "-i", "in.jsonl", "-o", "e.json", "--max-rejects", "1")
    command = [sys.executable, "-m", "llm_annotate", *words]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 0
    assert json.loads((tmp_path / "e.json").read_bytes())["groups"]["test"] == 1
    (reject,) = (tmp_path / "e.json.rejects.jsonl").read_bytes().splitlines()
    assert json.loads(reject)["line"] == spoilt.decode()
    assert "homemade" not in done.stderr


def test_nothing_to_score_is_a_usage_error():
    with pytest.raises(UsageError):
        evaluate([])


def test_value_lies_in_its_interval():
    for each in evaluate().metrics:
        assert each.ci95[0] <= each.value <= each.ci95[1]


def test_interval_narrows_with_more_sentences():
    def width(times: int) -> float:
        said, found = frozenset(["joy"]), frozenset(["neutral"])
        patterns = Counter({Pattern(said, said): times, Pattern(said, found): times})
        low, high = read_interval(sample["f1-joy"] for sample in resample(patterns))
        return high - low

    assert width(10) > 2 * width(100)


def test_perfect_predictions_score_one():
    patterns = Counter(Pattern(frozenset([name]), frozenset([name])) for name in CLASSES)

    assert set(score(patterns).values()) == {1.0}


def test_interval_cuts_both_tails():
    assert read_interval(float(n) for n in range(1001)) == (25.0, 975.0)


def test_file_holds_the_figures_again():
    content = json.loads(write_evaluation(evaluate()))

    assert content["command"] == "llm-annotate evaluate"
    assert content["groups"]["overlap"] == 0
    assert content["metrics"][0]["name"] == "macro-f1"
    assert content["metrics"][0].keys() == {
        "name",
        "unit",
        "value",
        "ci95",
        "n",
        "failures",
        "baselines",
        "lower_is_better",
    }


def test_same_records_give_the_same_bytes():
    assert write_evaluation(evaluate()) == write_evaluation(evaluate())


def test_table_marks_a_baseline_that_wins():
    line = next(line for line in render_table(evaluate()).splitlines() if "coverage" in line)

    assert "0.667 " in line
    assert line.count("1.000*") == 2


def test_examples_of_a_manifest_are_read_in_the_terms_asked_for(tmp_path):
    path = tmp_path / "train.jsonl"
    path.write_bytes(CASES[1].line + b"\r\n\n" + b'{"id": "b"}\n')

    assert list(open_examples(path, EkmanLabels)) == [Example("two", frozenset(["joy", "anger"]))]


def test_broken_line_of_a_manifest_is_named_by_its_number(tmp_path):
    path = tmp_path / "train.jsonl"
    path.write_bytes(CASES[0].line + b'\n{"id": secret\n')

    with pytest.raises(UsageError, match="line 2") as caught:
        list(open_examples(path, EkmanLabels))
    assert "secret" not in caught.value.message


def test_labels_that_cannot_be_mapped_are_a_usage_error(tmp_path):
    path = tmp_path / "train.jsonl"
    path.write_bytes(CASES[0].line.replace(b"goemotions", b"homemade"))

    with pytest.raises(UsageError, match=r"in line 1: .*ekman"):
        list(open_examples(path, EkmanLabels))


def test_lexicon_is_well_above_the_baselines_on_sentences_of_our_own():
    sentences = [
        ("I could hug the whole street today, what a wonderful morning!", "joy"),
        ("Thanks for carrying my bags up all those stairs.", "gratitude"),
        ("My cat died and the house is so lonely now.", "sadness"),
        ("I am sorry that I forgot your party.", "remorse"),
        ("He lied to us again and I hate him for it.", "anger"),
        ("Stop honking, you idiot.", "annoyance"),
        ("There is mould in the cup, how disgusting.", "disgust"),
        ("I'm scared of what the doctor will say.", "fear"),
        ("Wow, I never expected you here!", "surprise"),
        ("Why is the door locked?", "curiosity"),
        ("The parcel weighs two kilos.", "neutral"),
        ("Bus number four stops at the library.", "neutral"),
    ]
    blank = [case(text, [label], []) for text, label in sentences]
    found = annotate(blank, backend=load_backend("lexicon"), config=ExpressionConfig())
    scored = [
        case(text, [label], [_group(emotion) for emotion in expression.emotions])
        for (text, label), expression in zip(sentences, found, strict=True)
    ]
    macro_f1 = evaluate_records(
        scored, table=load_table(), learning=Learning(), config=DROP
    ).metrics[0]

    assert macro_f1.value > 0.6
    trivial = [macro_f1.baselines[name] for name in ("majority", "all-positive")]
    assert macro_f1.value > 2 * max(trivial)


def _group(emotion):
    from affectory_protocol.vocabularies.emotions import map_label

    return map_label(emotion.label, emotion.vocabulary, "ekman")
