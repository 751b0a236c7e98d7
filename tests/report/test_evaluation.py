import json

import pytest
from affectory_protocol.errors import UsageError
from report.evaluation import MAX_BYTES, list_counts, read_evaluation


@pytest.fixture
def read(tmp_path):
    """Write something as JSON, or bytes as they are, and read it as an evaluation."""

    def write(content):
        path = tmp_path / "evaluation.json"
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return read_evaluation(path)

    return write


def test_an_evaluation_is_read_as_it_was_written(read, evaluation, metric):
    one = read(evaluation(metric("macro-f1", 0.5, (0.4, 0.6), majority=0.1)))

    assert one.metrics[0].ci95 == (0.4, 0.6)
    assert one.metrics[0].baselines == {"majority": 0.1}


def test_members_nobody_has_heard_of_are_no_mistake(read, evaluation, metric):
    written = evaluation(metric()) | {"chosen": {"naive-bayes": {"prior": 1.0}}}
    written["metrics"][0]["note"] = "new"

    assert read(written).command == "llm-annotate evaluate"


def test_groups_count_whatever_they_name(read, evaluation, metric):
    written = evaluation(metric())
    written["groups"] |= {"excluded": 7, "by-dataset": {"a": 1}}

    assert list_counts(read(written).groups) == {
        "train": 10,
        "validation": 5,
        "test": 5,
        "overlap": 0,
        "excluded": 7,
    }


def test_overlap_may_be_unknown(read, evaluation, metric):
    groups = read(evaluation(metric(), overlap=None)).groups

    assert list_counts(groups)["overlap"] is None


def test_values_may_be_unknown(read, evaluation, metric):
    one = read(evaluation(metric(value=None, ci95=None, majority=None)))

    assert (one.metrics[0].value, one.metrics[0].baselines) == (None, {"majority": None})


def _without(member):
    def spoil(written):
        del written["metrics"][0][member]

    return spoil


def _with(**members):
    def spoil(written):
        written["metrics"][0].update(members)

    return spoil


def _clear(written):
    written["metrics"].clear()


@pytest.mark.parametrize(
    ("spoil", "place"),
    [
        (_without("baselines"), "/metrics/0/baselines"),
        (_without("ci95"), "/metrics/0/ci95"),
        (_with(value="0.5"), "/metrics/0/value"),
        (_with(value=float("nan")), "/metrics/0/value"),
        (_with(value=True), "/metrics/0/value"),
        (_with(n=-1), "/metrics/0/n"),
        (_with(ci95=[0.6, 0.4]), "/metrics/0"),
        (_with(ci95=[0.6]), "/metrics/0/ci95"),
        (_with(baselines={"a": float("inf")}), r"/metrics/0/baselines/\*"),
        (_with(lower_is_better="yes"), "/metrics/0/lower_is_better"),
        (lambda written: written["groups"].pop("overlap"), "/groups/overlap"),
        (_clear, "/metrics"),
    ],
)
def test_a_damaged_evaluation_is_told_by_its_place(read, evaluation, metric, spoil, place):
    written = evaluation(metric())
    spoil(written)

    with pytest.raises(UsageError, match=f"no evaluation: .* at {place}[:/]"):
        read(written)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"null", b'{"command": "a"}'])
def test_a_file_of_another_kind_is_no_evaluation(read, content):
    with pytest.raises(UsageError, match="the file is no evaluation") as caught:
        read(content)

    assert "evaluate" in caught.value.hint


def test_a_huge_file_is_not_read(read):
    with pytest.raises(UsageError, match=f"more than {MAX_BYTES} bytes"):
        read(b" " * (MAX_BYTES + 1))


def test_a_number_is_never_quoted(read, evaluation, metric):
    with pytest.raises(UsageError) as caught:
        read(evaluation(metric(value="a secret")))

    assert "a secret" not in str(caught.value)
