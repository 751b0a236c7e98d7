from pathlib import Path

import pytest

from benchmarks.peers.account import Account
from benchmarks.peers.contest import Result
from benchmarks.peers.sample import Fault, Sample, Size
from benchmarks.peers.table import Figures, place, write_figures
from benchmarks.peers.trial import Trial
from benchmarks.peers.way import BARE_LOOP, BOTH, DATATROVE, LIMITS, OURS, PEERS, VALIDATE

FEW, MANY = Size(1_000, 300), Size(10_000, 300)
WAYS = {way.name: way for way in [*LIMITS, *OURS, *PEERS]}
SAMPLE = Sample(Path(), records=1_000, kept=600, dropped=390, bad=10)


def _result(name, wall, *, peak=50e6, account=None):
    trials = [Trial(wall, wall, int(peak)), Trial(wall + 1, wall + 1, int(peak))]
    return Result(WAYS[name], SAMPLE, trials, account)


def _figures(*, datatrove=None):
    whole = Account(1_000, kept=600, dropped=390, rejected=10)
    few = [
        _result(BARE_LOOP, 3.0),
        _result(VALIDATE, 5.0),
        _result(BOTH, 11.0, account=whole),
        datatrove or _result(DATATROVE, 41.0, account=Account(1_000, 600, 390, 7)),
    ]
    many = [_result(VALIDATE, 41.0, peak=53e6)]
    start = {name: Trial(1.0, 1.0, 0) for name in WAYS}
    faults = {fault: {BOTH: f"10 {fault}"} for fault in Fault}
    return Figures(start, {FEW: few, MANY: many}, faults)


def _row(text, name):
    """The cells of the row of a way in the first table of a size."""
    lines = text.split(f"## {FEW}\n")[1].splitlines()
    row = next(line for line in lines if line.startswith(f"| {name} |"))
    return [cell.strip() for cell in row.strip("|").split("|")]


def test_row_has_the_lowest_trial_and_what_follows_from_it():
    row = _row(write_figures(_figures()), DATATROVE)

    assert row == [
        DATATROVE,
        "1 %",
        "2",
        "41.00",
        "1.00",
        "41.00",
        "50",
        "25",  # 1,000 records in 40 s without the start
        "0.05",  # of 2 s
        "4.0",  # of 10 s
        "3",
    ]


def test_way_that_took_too_long_has_no_figures():
    slow = Result(WAYS[DATATROVE], SAMPLE, problem="over 300 s")
    row = _row(write_figures(_figures(datatrove=slow)), DATATROVE)

    assert row[2] == "over 300 s"
    assert set(row[3:]) == {"–"}


def test_rate_is_not_told_where_starting_takes_the_time():
    row = _row(write_figures(_figures(datatrove=_result(DATATROVE, 1.2))), DATATROVE)

    assert row[3] == "1.20"
    assert row[7:10] == ["–", "–", "–"]


@pytest.mark.parametrize(
    ("words", "cells"),
    [
        (f"{VALIDATE}: 0.6 of the speed of {BARE_LOOP}", ["0.50", "–"]),
        (f"{BOTH}: 10 times {DATATROVE}", ["4.0", "–"]),
        (f"{BOTH}: 5 times singer-sdk", ["–", "–"]),
        (f"{VALIDATE}: memory that grows with the records, MB", ["–", "3.0"]),
        (f"{BOTH}: 0 lost", ["0", "–"]),
    ],
)
def test_target_stands_beside_what_was_reached(words, cells):
    row = next(line for line in write_figures(_figures()).splitlines() if words in line)

    assert [cell.strip() for cell in row.strip("|").split("|")][1:] == cells


def test_every_table_has_as_many_cells_in_each_row():
    tables = [block for block in write_figures(_figures()).split("\n\n") if block.startswith("|")]

    assert len(tables) == 4
    for table in tables:
        assert len({line.count("|") for line in table.splitlines()}) == 1


def test_figures_go_between_the_markers_and_nothing_else_changes(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# Words\n\n<!-- figures: generated -->\n\nold\n\n<!-- /figures -->\n\nmore\n")
    place(page, "new \\1")
    place(page, "new \\1")

    assert page.read_text() == (
        "# Words\n\n<!-- figures: generated -->\n\nnew \\1\n\n<!-- /figures -->\n\nmore\n"
    )


def test_page_without_markers_is_refused(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# Words\n")

    with pytest.raises(ValueError, match=r"page\.md"):
        place(page, "new")
