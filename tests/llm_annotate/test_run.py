"""From records to expressions."""

import json

import pytest
from affectory_protocol.errors import RecordError, UsageError
from affectory_protocol.facs import blend_units, to_blendshapes
from affectory_protocol.reasons import Reason
from affectory_protocol.record import Record
from affectory_protocol.records import EmotionLabel, Expression, Labels, Text
from affectory_protocol.vocabularies.emotions import check_label
from hypothesis import given, settings
from hypothesis import strategies as st
from llm_annotate.config import ExpressionConfig
from llm_annotate.description import describe
from llm_annotate.feeling import MAX_SHOWN, NEUTRAL, Felt, Mood, rank
from llm_annotate.human import PLAIN_INTENSITY, read_labels
from llm_annotate.run import annotate, express, load_backend

BACKEND = load_backend("lexicon")
TEXT_ONLY = ExpressionConfig()
WITH_LABELS = ExpressionConfig(use_labels=True)
MATTER_OF_FACT = Mood({}, 1.0)


def record(text: str, **members: object) -> Record:
    line = json.dumps({"id": "a", "text": {"content": text}, **members}).encode()
    return Record.parse(line, sections=(Text, Labels))


def labelled(text: str, *emotions: dict) -> Record:
    return record(text, labels={"emotions": list(emotions)})


def label(name: str, vocabulary: str = "goemotions", **fields: object) -> dict:
    return {"vocabulary": vocabulary, "label": name, **fields}


def annotate_one(one: Record, config: ExpressionConfig = TEXT_ONLY) -> Expression:
    (outcome,) = annotate([one], backend=BACKEND, config=config)
    assert isinstance(outcome, Expression)
    return outcome


def emotions(one: Record, config: ExpressionConfig = WITH_LABELS) -> dict[str, float]:
    return {each.label: each.intensity for each in annotate_one(one, config).emotions}


@given(st.text(max_size=300).filter(lambda text: text.isprintable() or text.isascii()))
@settings(deadline=None)
def test_any_text_gives_a_valid_expression(text):
    expression = annotate_one(record(text))

    Expression.model_validate_json(expression.model_dump_json())
    for emotion in expression.emotions:
        check_label(emotion.label, emotion.vocabulary)
        assert 0 < emotion.intensity <= 1
    assert len(expression.blendshapes.weights) == 52
    assert all(0 <= weight <= 1 for weight in expression.blendshapes.weights)


def test_neutral_text_gives_a_face_at_rest():
    expression = annotate_one(record("The train leaves at nine."))

    assert [(e.vocabulary, e.label) for e in expression.emotions] == [("ekman", "neutral")]
    assert max(expression.blendshapes.weights) < 0.1


def test_four_ways_of_saying_agree():
    expression = annotate_one(record("I am so happy!"))

    assert expression.action_units == blend_units(expression.emotions)
    assert expression.blendshapes.weights == to_blendshapes(expression.action_units)
    assert expression.description == describe(expression.emotions, expression.action_units)


def test_stronger_words_give_a_stronger_face():
    plain, strong = (
        sum(annotate_one(record(text)).blendshapes.weights)
        for text in ("I am happy.", "I am extremely happy!!!")
    )

    assert strong > plain


def test_outcomes_come_in_order_whatever_the_batch():
    texts = ["I am happy.", "I am sad.", "", "I am furious."]
    records = [record(text) for text in texts]
    together = annotate(records, backend=BACKEND, config=TEXT_ONLY)
    alone = [annotate([one], backend=BACKEND, config=TEXT_ONLY)[0] for one in records]

    assert together == alone


def test_labels_are_not_looked_at_unless_asked_for():
    assert emotions(labelled("I am happy.", label("grief")), TEXT_ONLY).keys() == {"joy"}


def test_labels_go_before_the_text():
    assert emotions(labelled("I am happy.", label("grief"))).keys() == {"grief"}


def test_score_is_the_intensity():
    assert emotions(labelled("So what.", label("anger", "emoint", score=0.85))) == {"anger": 0.85}


def test_label_without_a_score_is_as_strong_as_the_text_says():
    weak = emotions(labelled("I am a bit happy.", label("joy")))
    strong = emotions(labelled("I am extremely happy!", label("joy")))

    assert weak["joy"] < PLAIN_INTENSITY < strong["joy"]


def test_label_that_the_text_does_not_show_has_a_plain_intensity():
    assert emotions(labelled("Nine.", label("fear"))) == {"fear": PLAIN_INTENSITY}


def test_votes_say_which_is_stronger():
    found = emotions(labelled("Nine.", label("fear", votes=1), label("disgust", votes=3)))

    assert found == {"disgust": PLAIN_INTENSITY, "fear": 0.2}


def test_several_raters_of_one_label_are_votes():
    found = emotions(
        labelled(
            "Nine.",
            label("fear", rater="x"),
            label("fear", rater="y"),
            label("disgust", rater="z"),
        )
    )

    assert found == {"fear": PLAIN_INTENSITY, "disgust": 0.3}


def test_scores_of_several_raters_are_averaged():
    found = emotions(labelled("Nine.", label("fear", score=0.2), label("fear", score=0.6)))

    assert found == {"fear": 0.4}


def test_label_of_another_vocabulary_is_said_in_basic_emotions():
    (emotion,) = annotate_one(labelled("Nine.", label("guilt", "isear")), WITH_LABELS).emotions

    assert (emotion.vocabulary, emotion.label) == ("ekman", "sadness")


def test_label_neutral_gives_a_neutral_face():
    assert emotions(labelled("I am happy.", label("neutral"))) == {"neutral": 1.0}


def test_label_neutral_beside_another_is_left_out():
    found = emotions(labelled("Nine.", label("neutral"), label("fear")))

    assert found == {"fear": PLAIN_INTENSITY}


def test_text_speaks_where_people_said_nothing():
    assert emotions(labelled("I am happy.")).keys() == {"joy"}


@pytest.mark.parametrize("given", [label("joy", "homemade")])
def test_label_that_is_not_registered_rejects_the_record_and_no_other(given):
    records = [labelled("I am happy.", given), record("I am happy.")]
    bad, good = annotate(records, backend=BACKEND, config=WITH_LABELS)

    assert isinstance(bad, RecordError)
    assert bad.reason is Reason.UNKNOWN_LABEL
    assert isinstance(good, Expression)


def test_message_about_a_label_does_not_quote_it():
    given = EmotionLabel(vocabulary="homemade", label="secret-word")
    with pytest.raises(RecordError) as caught:
        read_labels([given], MATTER_OF_FACT)

    assert "secret-word" not in caught.value.message
    assert "homemade" not in caught.value.message


def test_score_of_zero_is_an_absent_emotion():
    given = [EmotionLabel(vocabulary="emoint", label="fear", score=0.0)]

    assert rank(read_labels(given, MATTER_OF_FACT)) == (NEUTRAL,)


def test_strongest_emotions_come_first_and_the_weakest_go():
    felt = [Felt("ekman", name, 0.1 * n) for n, name in enumerate("abcde", start=1)]

    assert [each.label for each in rank(felt)] == ["e", "d", "c"]
    assert MAX_SHOWN == 3


def test_same_emotions_give_the_same_object():
    assert express((NEUTRAL,)) is express((NEUTRAL,))


def test_unknown_backend_is_a_usage_error():
    with pytest.raises(UsageError, match="lexicon"):
        load_backend("oracle")
