"""GoEmotions with a row a rater."""

import csv
import io

import pytest
from affectory_protocol.errors import TemporaryError, UsageError
from affectory_protocol.outcomes import Imported
from dataset_io.config import TextImportConfig
from dataset_io.formats.goemotions import ratings, read_goemotions
from dataset_io.formats.goemotions.raters import LABELS, REQUIRED
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SAME_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
HEADER = [
    *("text", "id", "author", "subreddit", "link_id", "parent_id", "created_utc", "rater_id"),
    *("example_very_unclear", *LABELS),
]


def _rating(key="c1", rater=1, *labels, text="It is noon.", unclear="False", **other) -> list[str]:
    row = {
        "text": text, "id": key, "author": "someone", "subreddit": "attic", "link_id": "t3_a",
        "parent_id": "t1_b", "created_utc": "1548381039.0", "rater_id": str(rater),
        "example_very_unclear": unclear, **{label: str(int(label in labels)) for label in LABELS},
    }  # fmt: skip
    return [(row | other)[name] for name in HEADER]


def _csv(*rows: list[str], header: list[str] = HEADER) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return text.getvalue().encode()


@pytest.fixture
def read(write):
    def read(*contents: bytes, **config) -> list:
        paths = [write(f"raw_{number}.csv", content) for number, content in enumerate(contents)]
        return list(read_goemotions(paths, TextImportConfig(**config)))

    return read


def _labels(row):
    return row.outcome.sections[2]


def _votes(row) -> list[tuple[str, int]]:
    return [(one.label, one.votes) for one in _labels(row).emotions]


def test_ratings_of_a_comment_become_one_record_with_votes(read):
    (row,) = read(
        _csv(_rating("c1", 1, "joy", "love"), _rating("c1", 2, "joy"), _rating("c1", 3, "neutral"))
    )

    assert row.outcome.id == "goemotions:c1"
    assert _votes(row) == [("joy", 2), ("love", 1), ("neutral", 1)]
    assert (_labels(row).raters, _labels(row).unclear) == (3, 0)


def test_rows_of_a_comment_may_lie_anywhere_and_in_several_files(read):
    rows = read(
        _csv(_rating("c1", 1, "joy"), _rating("c2", 1, "fear")),
        _csv(_rating("c3", 9, "grief"), _rating("c2", 2, "fear"), _rating("c1", 5, "joy")),
    )

    assert [row.outcome.id for row in rows] == [f"goemotions:c{n}" for n in (1, 2, 3)]
    assert [_votes(row) for row in rows] == [[("joy", 2)], [("fear", 2)], [("grief", 1)]]


def test_raw_bytes_are_the_rows_that_were_merged(read):
    content = _csv(_rating("c1", 1), _rating("c2", 1), _rating("c1", 2))
    first, second = read(content)

    lines = content.split(b"\r\n")
    assert first.raw.split(b"\n") == [lines[1], lines[3]]
    assert (first.offset, second.offset) == (content.index(lines[1]), content.index(lines[2]))


def test_raters_to_whom_the_comment_was_unclear_are_counted(read):
    (row,) = read(_csv(_rating("c1", 1, unclear="True"), _rating("c1", 2, "joy")))

    assert (_labels(row).raters, _labels(row).unclear) == (2, 1)


def test_comment_that_was_unclear_to_all_is_a_record_without_emotions(read):
    (row,) = read(_csv(_rating("c1", 1, unclear="True")))

    assert (_votes(row), _labels(row).unclear) == ([], 1)


def test_nobody_is_named(read):
    (row,) = read(_csv(_rating(author="hidden_1", subreddit="hidden_2", link_id="hidden_3")))

    assert "hidden" not in repr(row.outcome)


def test_columns_are_found_by_name(read):
    order = sorted(HEADER)
    cells = dict(zip(HEADER, _rating("c1", 1, "pride"), strict=True))
    (row,) = read(_csv([cells[name] for name in order], header=order))

    assert _votes(row) == [("pride", 1)]


def test_text_keeps_its_line_breaks_and_quotation_marks(read):
    text = 'He said "no",\nand left.'
    (row,) = read(_csv(_rating("c1", 1, text=text), _rating("c1", 2, text=text)))

    assert row.outcome.sections[1].content == text


def test_both_forms_may_be_given_together(read):
    rows = read(_csv(_rating("c1", 1, "joy")), b"It is one.\t27\tc2\n", split=None)

    assert [row.outcome.id for row in rows] == ["goemotions:c2", "goemotions:c1"]


@pytest.mark.parametrize("name", [name for name in REQUIRED if name != "rater_id"])
def test_header_of_raters_without_a_column_that_is_read_is_a_mistake(read, name):
    header = [one for one in HEADER if one != name]

    with pytest.raises(UsageError, match=f"file 2 of those given has no column .*: {name}"):
        read(b"", _csv(header=header))


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (_rating(joy="2"), "malformed-row"),
        (_rating(unclear="maybe"), "malformed-row"),
        (_rating(text=" "), "empty-text"),
        (_rating(key=" "), "invalid-id"),
        (_rating(key="x" * 600), "invalid-id"),
        (_rating(rater=""), "malformed-row"),
        (_rating()[:-1], "malformed-row"),
        (_rating("good", 1), "duplicate-id"),
        (_rating("good", 3, text="Another text."), "malformed-row"),
    ],
)
def test_bad_row_costs_itself_alone(read, reasons, row, reason):
    rows = read(_csv(_rating("good", 1, "joy"), row, _rating("good", 2, "joy")))

    assert sorted(reasons(rows)) == sorted([reason, "imported"])
    assert [_votes(one) for one in rows if isinstance(one.outcome, Imported)] == [[("joy", 2)]]


def test_more_ratings_than_are_held_are_rejected(read, reasons):
    rows = read(_csv(*(_rating("c1", number, "joy") for number in range(ratings.MAX_RATERS + 2))))

    assert reasons(rows) == ["malformed-row", "malformed-row", "imported"]
    assert _votes(rows[-1]) == [("joy", ratings.MAX_RATERS)]


def test_full_disk_is_told_as_one(read, monkeypatch):
    monkeypatch.setattr(ratings, "_TABLES", ("pragma max_page_count = 5", *ratings._TABLES))

    with pytest.raises(TemporaryError, match="no room"):
        read(_csv(*(_rating(f"c{n}", 1, text="x" * 4000) for n in range(9))))


@SAME_FOLDER
@given(
    order=st.permutations([(key, rater) for key in "abc" for rater in range(3)]),
    cut=st.integers(0, 9),
)
def test_votes_do_not_depend_on_the_order_of_the_rows(tmp_path, order, cut):
    rows = [_rating(key, rater, LABELS[rater], "joy") for key, rater in order]
    paths = [tmp_path / "one.csv", tmp_path / "two.csv"]
    paths[0].write_bytes(_csv(*rows[:cut]))
    paths[1].write_bytes(_csv(*rows[cut:]))

    read = list(read_goemotions(paths, TextImportConfig()))

    expected = [(LABELS[0], 1), (LABELS[1], 1), (LABELS[2], 1), ("joy", 3)]
    assert {row.outcome.id: _votes(row) for row in read} == dict.fromkeys(
        ["goemotions:a", "goemotions:b", "goemotions:c"], expected
    )


@SAME_FOLDER
@given(content=st.binary(max_size=200))
def test_any_bytes_behind_the_header_raise_nothing(tmp_path, content):
    path = tmp_path / "any.csv"
    path.write_bytes(_csv() + content)

    rows = list(read_goemotions([path], TextImportConfig()))

    assert sum(len(row.raw) for row in rows) <= len(content)
