import pytest
from affectory_protocol.evaluation import EvaluationRecord
from report.standing import Outcome, choose_format, rank_evaluation


@pytest.fixture
def rank(evaluation, metric):
    """Rank one metric; gives its row."""

    def make(name="macro-f1", value=0.5, ci95=(0.4, 0.6), **baselines):
        written = evaluation(metric(name, value, ci95, **baselines))
        return rank_evaluation(EvaluationRecord.model_validate(written, strict=False)).rows[0]

    return make


@pytest.mark.parametrize(
    ("name", "baselines", "outcome", "rival"),
    [
        ("macro-f1", {"a": 0.1, "b": 0.3}, Outcome.AHEAD, "b"),
        ("macro-f1", {"a": 0.1, "b": 0.45}, Outcome.CLOSE, "b"),
        ("macro-f1", {"a": 0.5, "b": 0.5}, Outcome.LEVEL, "a"),
        ("macro-f1", {"a": 0.7, "b": 0.9}, Outcome.BEHIND, "b"),
        ("mae", {"a": 0.7, "b": 0.9}, Outcome.AHEAD, "a"),
        ("mae", {"a": 0.55, "b": 0.9}, Outcome.CLOSE, "a"),
        ("mae", {"a": 0.3, "b": 0.45}, Outcome.BEHIND, "a"),
        ("loudness", {"a": 0.3}, Outcome.UNRANKED, ""),
        ("macro-f1", {}, Outcome.UNRANKED, ""),
        ("macro-f1", {"a": None}, Outcome.UNRANKED, ""),
    ],
)
def test_outcome_is_that_beside_the_best_baseline(rank, name, baselines, outcome, rival):
    row = rank(name, **baselines)

    assert (row.outcome, row.rival) == (outcome, rival)


def test_a_baseline_within_no_interval_is_not_close(rank):
    assert rank(ci95=None, a=0.49).outcome is Outcome.AHEAD


def test_a_value_that_is_not_known_is_not_ranked_but_the_best_baseline_is_marked(rank):
    row = rank(value=None, ci95=None, a=0.1, b=0.2)

    assert row.outcome is Outcome.UNRANKED
    assert [value.is_best for value in (row.ours, *row.baselines)] == [False, False, True]


@pytest.mark.parametrize(
    ("name", "value", "best"),
    [
        ("macro-f1", 0.5, [True, False, False]),
        ("macro-f1", 0.2, [True, False, True]),
        ("mae", 0.5, [False, True, False]),
        ("loudness", 0.5, [False, False, False]),
    ],
)
def test_best_of_a_row_is_marked_by_its_direction(rank, name, value, best):
    row = rank(name, value, None, a=0.1, b=0.2)

    assert [each.is_best for each in (row.ours, *row.baselines)] == best


def test_equal_values_have_no_best(rank):
    row = rank(value=1.0, ci95=(1.0, 1.0), a=1.0)

    assert not row.ours.is_best
    assert not row.baselines[0].is_best


def test_columns_are_all_baselines_and_a_missing_one_is_empty(evaluation, metric):
    written = evaluation(metric("f1", 0.5, None, a=0.25), metric("mae", 0.5, None, b=0.1, a=0.2))
    standings = rank_evaluation(EvaluationRecord.model_validate(written, strict=False))

    assert standings.columns == ("a", "b")
    assert [value.text for value in standings.rows[0].baselines] == ["0.25", ""]
    assert [value.text for value in standings.rows[1].baselines] == ["0.2", "0.1"]
    assert standings.rows[1].reached == "0.1"


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ([0.5851, 0.0786], ["0.5851", "0.0786"]),
        ([0.585, 1.0], ["0.585", "1.000"]),
        ([1.0, 0.0], ["1", "0"]),
        ([132.5, 3.25], ["132.5", "3.2"]),
        ([0.0213456, 0.5], ["0.0213", "0.5000"]),
        ([12345.678], ["12,346"]),
        ([-0.001, 5.1234], ["-0.001", "5.123"]),
        ([-0.0001, 5.1234], ["0.000", "5.123"]),
        ([2e-9, 1e-9], ["2e-09", "1e-09"]),
        ([1e300], ["1e+300"]),
        ([0.0], ["0"]),
    ],
)
def test_numbers_of_a_row_have_equally_many_decimals(values, shown):
    assert [format(value, choose_format(values)) for value in values] == shown
