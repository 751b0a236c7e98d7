"""What is asked again, and when it is given up."""

import json

import pytest
from affectory_protocol.errors import RecordError
from affectory_protocol.reasons import Reason
from affectory_protocol.records import Expression
from llm_annotate.talk import Talk

VALID = json.dumps(
    {
        "emotions": [{"label": one, "intensity": 0.5} for one in ("joy", "love", "relief")],
        "action_units": [{"name": "lips part", "side": "both", "intensity": "B"}],
        "description": "A face.",
    }
)
ASKED = [{"role": "user", "content": "A sentence."}]


def test_valid_answer_ends_it():
    talk = Talk(ASKED, max_retries=2)
    talk.hear(VALID, truncated=False)

    assert isinstance(talk.outcome, Expression)


def test_invalid_answer_is_asked_about_with_what_was_wrong():
    talk = Talk(ASKED, max_retries=1)
    talk.hear("no", truncated=False)

    assert talk.outcome is None
    assert talk.messages[:2] == [*ASKED, {"role": "assistant", "content": "no"}]
    assert "json_invalid" in talk.messages[2]["content"]

    talk.hear(VALID, truncated=False)
    assert isinstance(talk.outcome, Expression)


@pytest.mark.parametrize("retries", [0, 1, 3])
def test_it_is_given_up_after_so_many_further_requests(retries):
    talk = Talk(ASKED, max_retries=retries)
    asked = 0
    while talk.outcome is None:
        talk.hear("no", truncated=False)
        asked += 1

    assert asked == 1 + retries
    assert isinstance(talk.outcome, RecordError)
    assert talk.outcome.reason is Reason.INVALID_ANSWER


def test_reject_says_that_the_answer_was_cut_off_and_where_it_is_and_quotes_nothing():
    talk = Talk(ASKED, max_retries=0)
    talk.hear('{"emotions": "secret', truncated=True, where="it is kept there")

    assert str(talk.outcome) == "cut off: the whole: json_invalid; it is kept there"


def test_name_that_the_model_made_up_is_not_quoted():
    talk = Talk(ASKED, max_retries=0)
    talk.hear(json.dumps({**json.loads(VALID), "Patient John Smith": 1}), truncated=False)

    assert str(talk.outcome) == "?: extra_forbidden"
