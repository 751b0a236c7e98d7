"""The linear model: exact sums, its file, and the backend that uses it."""

import hashlib
import json
from dataclasses import replace
from importlib.resources import files

import numpy as np
import pytest
import safetensors.numpy
from affectory_protocol.errors import UsageError
from affectory_protocol.record import Record
from affectory_protocol.records import Expression, Labels, Text
from hypothesis import given
from hypothesis import strategies as st
from llm_annotate.backends.linear import LinearBackend, load
from llm_annotate.config import ExpressionConfig
from llm_annotate.lexicon import GROUPS, Lexicon, load_table
from llm_annotate.linear import (
    CLASSES,
    Head,
    LinearModel,
    load_model,
    parse_model,
    to_probability,
    write_model,
)
from llm_annotate.ngrams import hash_text
from llm_annotate.run import annotate
from llm_annotate.training_texts import TextSet

BACKEND = load()
MAX_BYTES = 3_000_000
CLASS_HEADS = tuple(Head("class", label) for label in CLASSES)


def small(word: str = "wombat", *more: Head, group: str = "joy") -> LinearModel:
    """A model to which one word speaks for one emotion, and for all further heads."""
    keys = sorted(hash_text(word))
    heads = (*CLASS_HEADS, *more)
    weights = np.zeros((len(keys), len(heads)), dtype=np.int8)
    weights[:, CLASSES.index(group)] = 10
    weights[:, len(CLASSES) :] = 10
    return LinearModel(
        keys=np.array(keys, dtype=np.uint32),
        weights=weights,
        scales=np.full(len(heads), 0.1),
        biases=np.full(len(heads), -2.0),
        texts=np.frombuffer(TextSet.build([word]).bits, dtype=np.uint8),
        heads=heads,
        thresholds=dict.fromkeys(GROUPS, 0.5),
        sentences={"train": 1, "validation": 1},
    )


def backend(model: LinearModel) -> LinearBackend:
    return LinearBackend(model, Lexicon(load_table()))


def test_evidence_is_the_sum_by_the_length():
    model = small()
    known = len(model.keys)

    joy = model.weigh("wombat")[CLASSES.index("joy")]
    assert joy == pytest.approx(0.1 * 10 * known / known**0.5 - 2.0)


def test_text_without_a_known_feature_has_the_evidence_of_the_biases():
    assert small().weigh("...") == [-2.0] * len(CLASSES)


def test_feature_that_is_repeated_counts_once():
    model = small()

    assert len(model.find_features("wombat wombat wombat")) == len(model.keys)


def test_sum_does_not_depend_on_the_order_of_features():
    model = load_model()
    features = model.find_features("I was so very happy to see them all there!")
    sums = [
        model.weights[order].sum(axis=0, dtype=np.int64) for order in (features, features[::-1])
    ]

    assert (sums[0] == sums[1]).all()


@given(st.text(max_size=200))
def test_any_text_has_probabilities(text):
    mood = BACKEND.read_mood(text)

    assert mood.probabilities is not None
    assert len(mood.probabilities) == len(CLASSES)
    assert all(0.0 <= each <= 1.0 for each in mood.probabilities)


@pytest.mark.parametrize(("evidence", "probability"), [(0, 0.5), (-1e9, 0), (1e9, 1), (2, 0.8808)])
def test_log_odds_become_a_probability(evidence, probability):
    assert to_probability(evidence) == probability


# The file -----------------------------------------------------------------------------------------


def test_model_is_read_as_it_was_written():
    model = small("wombat", Head("label", "amusement"))
    read = parse_model(write_model(model))

    assert write_model(read) == write_model(model)
    assert (read.heads, read.thresholds) == (model.heads, model.thresholds)


def test_shipped_weights_are_small_and_written_by_this_code():
    model = load_model()
    content = write_model(model)

    assert len(content) <= MAX_BYTES
    assert write_model(parse_model(content)) == content


def test_shipped_weights_and_lexicon_learned_from_the_same_sentences():
    assert load_model().texts.tobytes() == TextSet.decode(load_table().texts).bits


def test_weights_are_called_by_what_their_file_holds():
    file = files("llm_annotate").joinpath("data", "linear.safetensors").read_bytes()

    assert load().model == f"sha256:{hashlib.sha256(file).hexdigest()[:16]}"
    assert small().name != small("lemon").name


def _spoil(**changes: object) -> bytes:
    return write_model(replace(small(), **changes))


BROKEN = {
    "empty": b"",
    "no safetensors": b"{}" * 50,
    "cut off": write_model(small())[:-5],
    "other tensors": safetensors.numpy.save({"a": np.zeros(3)}),
    "other metadata": safetensors.numpy.save({"a": np.zeros(3)}, metadata={"model": "{}"}),
    "too few weights": _spoil(weights=np.zeros((3, len(CLASSES)), dtype=np.int8)),
    "other weights": _spoil(weights=small().weights.astype(np.float32)),
    "no numbers": _spoil(scales=np.full(len(CLASSES), np.nan)),
    "other classes": _spoil(heads=CLASS_HEADS[::-1]),
    "a threshold missing": _spoil(thresholds={"joy": 0.5}),
    "a threshold that is no probability": _spoil(thresholds=dict.fromkeys(GROUPS, 1.5)),
    "countless sentences": _spoil(sentences={"train": float("inf"), "validation": 1}),
    "more sentences than can be said": _spoil(sentences={"train": 10**400, "validation": 1}),
    "a negative count": _spoil(sentences={"train": -1, "validation": 1}),
    "a count in words": _spoil(sentences={"train": "1", "validation": 1}),
    "nested without end": safetensors.numpy.save(
        {"a": np.zeros(3)}, metadata={"model": "[" * 100_000}
    ),
    "a threshold without end": _spoil(thresholds=dict.fromkeys(GROUPS, 10**400)),
    "no texts": _spoil(texts=np.zeros(0, dtype=np.uint8)),
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_file_that_holds_no_weights_is_refused(content):
    with pytest.raises(UsageError, match="backend linear"):
        parse_model(content)


# The backend --------------------------------------------------------------------------------------


def test_emotion_is_shown_from_its_threshold_on():
    model = small()
    probability = to_probability(model.weigh("wombat")[CLASSES.index("joy")])
    at, above = (
        backend(replace(model, thresholds={**model.thresholds, "joy": threshold}))
        for threshold in (probability, probability + 0.0001)
    )

    assert set(at.read_mood("wombat").shown) == {"joy"}
    assert set(above.read_mood("wombat").shown) == set()


def test_label_that_stands_out_is_named():
    named = backend(small("wombat", Head("label", "amusement"))).read_mood("wombat").shown["joy"]

    assert (named.vocabulary, named.label) == ("goemotions", "amusement")


def test_class_is_named_where_no_label_stands_out():
    heads = (Head("label", "amusement"), Head("label", "pride"))
    named = backend(small("wombat", *heads)).read_mood("wombat").shown["joy"]

    assert (named.vocabulary, named.label) == ("ekman", "joy")


def test_class_of_one_label_is_named_by_it():
    named = backend(small(group="disgust")).read_mood("wombat").shown["disgust"]

    assert (named.vocabulary, named.label) == ("goemotions", "disgust")


@pytest.mark.parametrize(("bias", "intensity"), [(-0.5, 0.5), (-9.0, 0.05), (9.0, 1.0)])
def test_intensity_is_the_rated_one_where_ratings_were_learned_from(bias, intensity):
    model = small("wombat", Head("strength", "joy"))
    evidence = 0.1 * 10 * len(model.keys) ** 0.5
    biases = np.append(np.full(len(CLASSES), -2.0), intensity - evidence if bias == -0.5 else bias)
    felt = backend(replace(model, biases=biases)).read_mood("wombat").shown["joy"]

    assert felt.intensity == intensity


def test_emphasis_strengthens_and_does_not_decide():
    plain, loud = (BACKEND.read_mood(text) for text in ("I am happy.", "I am so very happy!!!"))

    assert loud.shown["joy"].intensity > plain.shown["joy"].intensity


def record(text: str, **members: object) -> Record:
    line = json.dumps({"id": "a", "text": {"content": text}, **members}).encode()
    return Record.parse(line, sections=(Text, Labels))


def express(one: Record, **choices: bool) -> Expression:
    (outcome,) = annotate([one], backend=BACKEND, config=ExpressionConfig(**choices))
    assert isinstance(outcome, Expression)
    return outcome


def test_expression_says_how_likely_each_class_is():
    expression = express(record("I am so happy that you came!"))

    assert expression.probabilities is not None
    assert expression.probabilities.vocabulary == "ekman"
    assert max(expression.probabilities.values) == expression.probabilities.values[3]


def test_expressions_of_two_texts_with_one_emotion_keep_their_own_probabilities():
    first, second = (express(record(f"The train leaves at {hour}.")) for hour in ("nine", "4"))

    assert first.emotions == second.emotions
    assert first.probabilities != second.probabilities


def test_people_decide_what_is_shown_and_the_model_how_likely_it_was():
    labels = {"emotions": [{"vocabulary": "goemotions", "label": "fear"}]}
    expression = express(record("I am so happy!", labels=labels), use_labels=True)

    assert [each.label for each in expression.emotions] == ["fear"]
    assert expression.probabilities == express(record("I am so happy!")).probabilities
