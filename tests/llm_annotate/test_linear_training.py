"""Training the linear model on sentences of our own."""

import json
from pathlib import Path

import numpy as np
import pytest
from affectory_protocol.errors import ManifestError, UsageError
from affectory_protocol.record import Record
from affectory_protocol.records import Source, Text
from llm_annotate.backends.linear import LinearBackend
from llm_annotate.calibration import fit_platt
from llm_annotate.config import Overlap
from llm_annotate.examples import read_examples
from llm_annotate.labelled import derive_linear
from llm_annotate.lessons import part, read_lessons
from llm_annotate.lexicon import Lexicon, load_table
from llm_annotate.linear import CLASSES, Head, LinearModel, parse_model
from llm_annotate.linear_training import MIN_RATED, Matrix, logistic_loss, squared_loss
from llm_annotate.mapped_labels import EkmanLabels

SUBJECTS = ("wombat", "ledger", "bus", "kettle", "piano", "garden", "window", "letter", "river")


def line(text: str, label: str, vocabulary: str = "goemotions", **fields: object) -> bytes:
    emotion = {"vocabulary": vocabulary, "label": label, **fields}
    own = {"id": text, "text": {"content": text}, "labels": {"emotions": [emotion]}}
    return json.dumps(own).encode()


def parse(content: bytes) -> Record:
    return Record.parse(content, sections=(Source, Text, EkmanLabels))


def lines(word: str, label: str, *numbers: int) -> list[bytes]:
    return [line(f"{SUBJECTS[n % 9]} {word} {n}", label) for n in numbers]


def corpus(*numbers: int) -> list[bytes]:
    return [
        *lines("sneezed sweetly", "amusement", *numbers),
        *lines("was late again", "annoyance", *numbers),
        *lines("stands outside", "neutral", *numbers),
    ]


TRAIN, HELD_OUT = corpus(*range(40)), corpus(*range(40, 60))
WITH_SCORES = [
    line(f"{SUBJECTS[n % 9]} {'roared' if n % 2 else 'grumbled'} {n}", "anger", "emoint", score=s)
    for n in range(2 * MIN_RATED)
    for s in [0.9 if n % 2 else 0.55]
]


def derive(folder: Path, train: list[bytes], held_out: list[bytes], overlap: str = "fail") -> bytes:
    path = folder / "held-out.jsonl"
    path.write_bytes(b"\n".join(held_out))
    return derive_linear(map(parse, train), validation=path, overlap=Overlap(overlap))


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> LinearModel:
    return parse_model(derive(tmp_path_factory.mktemp("model"), TRAIN, HELD_OUT))


def shown(model: LinearModel, text: str) -> dict[str, str]:
    mood = LinearBackend(model, Lexicon(load_table())).read_mood(text)
    return {group: felt.label for group, felt in mood.shown.items()}


def test_model_finds_what_it_learned(model):
    assert shown(model, "The lemon sneezed sweetly.") == {"joy": "amusement"}
    assert shown(model, "The lemon was late again.") == {"anger": "annoyance"}
    assert shown(model, "The lemon stands outside.") == {}


def test_same_sentences_give_the_same_bytes(tmp_path):
    assert derive(tmp_path, TRAIN, HELD_OUT) == derive(tmp_path, TRAIN, HELD_OUT)


def test_sentences_are_counted_by_split_and_kept_as_digests(model):
    assert model.sentences == {"train": len(TRAIN), "validation": len(HELD_OUT)}
    assert model.texts.size > 0


@pytest.mark.parametrize(("train", "held_out"), [([], HELD_OUT), (TRAIN, [])])
def test_nothing_to_learn_from_is_a_mistake_of_usage(tmp_path, train, held_out):
    with pytest.raises(UsageError, match="no labelled sentence"):
        derive(tmp_path, train, held_out)


def test_one_class_for_all_is_learned_without_words(tmp_path):
    same = lines("sneezed", "amusement", *range(10))
    model = parse_model(derive(tmp_path, same, lines("sneezed", "amusement", 90, 91)))

    assert model.thresholds.keys() == set(CLASSES) - {"neutral"}


# Sentences that both sides have -------------------------------------------------------------------


def test_sentence_of_both_sides_ends_the_run(tmp_path):
    with pytest.raises(ManifestError, match="share a group with them: 1") as caught:
        derive(tmp_path, TRAIN, [*HELD_OUT, line("WOMBAT, sneezed sweetly 0!", "amusement")])
    assert "wombat" not in caught.value.message.lower()


def test_sentence_of_both_sides_is_left_out_when_asked(tmp_path):
    more = [*HELD_OUT, TRAIN[0]]

    assert derive(tmp_path, TRAIN, more, "drop") == derive(tmp_path, TRAIN, HELD_OUT)


def test_sentence_of_a_speaker_who_was_learned_from_is_left_out():
    def speak(text: str) -> Record:
        source = {"dataset": "d", "groups": {"speaker": "s1"}}
        return parse(json.dumps(json.loads(line(text, "joy")) | {"source": source}).encode())

    train, held_out = (read_lessons([speak(text)]) for text in ("one", "two"))

    assert part(train, held_out, Overlap.DROP) == []


# What labels teach --------------------------------------------------------------------------------


def test_score_teaches_how_strong_and_that_it_is_there_unless_it_is_0():
    absent, weak = read_lessons(
        parse(line("a", "anger", "emoint", score=score)) for score in (0.0, 0.1)
    )

    assert (absent.example.labels, absent.strengths) == (frozenset(), {"anger": 0.0})
    assert (weak.example.labels, weak.strengths) == (frozenset(["anger"]), {"anger": 0.1})


RULES = [
    ({"score": 0.0}, None, False),
    ({"score": 0.1}, None, True),
    ({"votes": 1}, 5, False),
    ({"votes": 2}, 5, True),
    ({"votes": 1}, None, False),
    ({"votes": 1}, 1, True),
    ({"votes": 0}, 1, False),
    ({"votes": 3, "score": 0.0}, 3, False),
    ({}, 5, True),
]


@pytest.mark.parametrize(("fields", "raters", "is_said"), RULES)
def test_who_learns_and_who_compares_agree_on_what_people_said(fields, raters, is_said):
    own = json.loads(line("a", "anger", **fields))
    own["labels"]["raters"] = raters
    record = parse(json.dumps(own).encode())
    (lesson,) = read_lessons([record])
    (example,) = read_examples([record], EkmanLabels)

    assert lesson.example.labels == example.labels == frozenset(["anger"] if is_said else [])
    assert lesson.labels == example.labels


def test_other_vocabularies_teach_classes_and_no_labels():
    fine, basic = read_lessons([parse(line("a", "pride")), parse(line("b", "guilt", "isear"))])

    assert (fine.example.labels, fine.labels) == (frozenset(["joy"]), frozenset(["pride"]))
    assert (basic.example.labels, basic.labels) == (frozenset(["sadness"]), None)


def test_ratings_teach_intensities(tmp_path):
    model = parse_model(derive(tmp_path, [*TRAIN, *WITH_SCORES], HELD_OUT))
    strength = model.heads.index(Head("strength", "anger"))
    roared, grumbled = (
        model.weigh(f"The lemon {word}")[strength] for word in ("roared", "grumbled")
    )

    assert roared > grumbled + 0.1


def test_few_ratings_teach_no_intensities(tmp_path):
    model = parse_model(derive(tmp_path, [*TRAIN, *WITH_SCORES[: MIN_RATED - 1]], HELD_OUT))

    assert "strength" not in {head.kind for head in model.heads}


# Arithmetic ---------------------------------------------------------------------------------------

MATRIX = Matrix.build([[0, 2], [], [1]], 3)


def test_matrix_weighs_sentences_by_their_lengths():
    assert MATRIX.weigh(np.array([1.0, 10.0, 3.0])).tolist() == [4 / 2**0.5, 0.0, 10.0]


def test_matrix_collects_what_sentences_say_about_features():
    share = 2.0 / np.sqrt(2.0)

    assert MATRIX.collect(np.array([2.0, 5.0, 7.0])).tolist() == [share, 7.0, share]


@pytest.mark.parametrize("loss", [logistic_loss, squared_loss])
def test_slopes_are_those_of_the_loss(loss):
    evidence, targets, step = np.array([0.3, -1.2]), np.array([1.0, 0.0]), 1e-6
    for n in range(2):
        beside = evidence.copy()
        beside[n] += step
        slope = (loss(beside, targets)[0] - loss(evidence, targets)[0]) / step
        assert slope == pytest.approx(loss(evidence, targets)[1][n], abs=1e-4)


def test_calibration_draws_in_what_is_too_sure():
    evidence = np.repeat([4.0, -4.0], 100)
    there = np.tile([1.0, 1.0, 1.0, 0.0], 50)
    there[100:] = 1.0 - there[100:]
    slope, shift = fit_platt(evidence, there)

    assert 4.0 * slope + shift == pytest.approx(np.log(3.0), abs=0.1)
    assert -4.0 * slope + shift == pytest.approx(-np.log(3.0), abs=0.1)


def test_calibration_on_one_class_stays_a_number():
    assert all(np.isfinite(fit_platt(np.array([1.0, -1.0]), np.zeros(2))))
