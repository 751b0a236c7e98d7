import pytest
from report.confusion import MAX_LABELS, build_confusion

ORDER = ("anger", "fear", "joy")


def _said(*pairs):
    counts = {}
    for labels, answer in pairs:
        key = (frozenset(labels.split()), answer)
        counts[key] = counts.get(key, 0) + 1
    return counts


def _cells(row):
    return [(cell.count, cell.is_same) for cell in row.cells]


def test_each_row_says_what_was_predicted_where_people_said_one_thing():
    table = build_confusion(_said(("joy", "joy"), ("joy", "fear"), ("fear", "fear")), ORDER)

    assert table.columns == ("fear", "joy")
    assert [(r.label, r.records, _cells(r)) for r in table.rows] == [
        ("fear", 1, [(1, True), (0, False)]),
        ("joy", 2, [(1, False), (1, True)]),
    ]


def test_a_record_with_two_labels_is_in_two_rows():
    table = build_confusion(_said(("fear joy", "joy")), ORDER)

    assert [(r.label, r.records) for r in table.rows] == [("fear", 1), ("joy", 1)]


@pytest.mark.parametrize("answers", [["joy", "fear", None], ["joy", "x", None, None]])
def test_shares_of_a_row_add_up_to_one(answers):
    (row,) = build_confusion(_said(*[("joy", answer) for answer in answers]), ORDER).rows

    assert sum(cell.share for cell in row.cells) == pytest.approx(1)


def test_records_without_a_prediction_have_the_last_column():
    table = build_confusion(_said(("joy", None), ("joy", "joy")), ORDER)

    assert table.has_none
    assert _cells(table.rows[0]) == [(1, True), (1, False)]


def test_what_was_predicted_and_never_said_is_a_column_without_row():
    table = build_confusion(_said(("joy", "anger")), ORDER)

    assert table.columns == ("anger", "joy")
    assert [row.label for row in table.rows] == ["joy"]


def test_rare_labels_of_a_large_vocabulary_share_a_column():
    many = [(f"l{n}", f"l{n}") for n in range(MAX_LABELS)] * 2
    table = build_confusion(_said(*many, ("l0", "rare"), ("rarer", "l0")), ())

    assert len(table.columns) == MAX_LABELS
    assert (table.has_others, table.hidden) == (True, 1)
    assert table.rows[0].cells[-1].count == 1
