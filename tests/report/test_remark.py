import json

import pytest
from affectory_protocol.evaluation import EvaluationRecord
from report.remark import MAX_LETTERS, Remark, list_remarks


@pytest.fixture
def remark(evaluation, metric):
    """What is said of further members."""

    def make(**members):
        written = json.dumps(evaluation(metric()) | members)
        return list_remarks(EvaluationRecord.model_validate_json(written))

    return make


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("people", "people"),
        (256, "256"),
        (0.25, "0.25"),
        (True, "yes"),
        (None, "not known"),
        (["a", "b"], "a, b"),
        ({"this": False, "ridge": True}, "this no, ridge yes"),
        ({"naive-bayes": {"prior": 0.5, "smoothing": 2}}, "naive-bayes: prior 0.5, smoothing 2"),
        ({"a": {"x": 1, "y": 2}, "b": {"x": 3}}, "a: x 1, y 2; b: x 3"),
        (float("nan"), "nan"),
        (10**300, str(10**300)),
    ],
)
def test_a_further_member_is_put_into_words(remark, value, text):
    assert remark(member=value) == [Remark("member", text)]


@pytest.mark.parametrize("value", ["", [], {}])
def test_one_that_holds_nothing_is_left_out(remark, value):
    assert remark(member=value) == []


def test_a_long_one_is_cut(remark):
    (cut,) = remark(member="x" * 5_000)

    assert cut.text == "x" * MAX_LETTERS + " …"


def test_an_evaluation_without_any_says_nothing(remark):
    assert remark() == []
