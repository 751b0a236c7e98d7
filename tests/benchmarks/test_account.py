from pathlib import Path

import pytest

from benchmarks.peers.account import (
    Account,
    Outputs,
    WrongWorkError,
    check_work,
    count_lines,
    take_account,
)
from benchmarks.peers.contest import describe_fate
from benchmarks.peers.sample import Sample

SAMPLE = Sample(Path(), records=100, kept=60, dropped=39, bad=1)


@pytest.fixture
def folder(tmp_path):
    for name, lines in (("kept-0", 40), ("kept-1", 20), ("dropped", 39), ("rejects", 1)):
        (tmp_path / f"{name}.jsonl").write_text("{}\n" * lines)
    return tmp_path


def test_nothing_is_lost_when_every_line_is_somewhere(folder):
    account = take_account(SAMPLE, folder, Outputs())

    assert account == Account(read=100, kept=60, dropped=39, rejected=1)
    assert account.lost == 0


def test_line_that_is_nowhere_is_lost(folder):
    (folder / "rejects.jsonl").unlink()

    assert take_account(SAMPLE, folder, Outputs()).lost == 1


def test_line_that_stands_twice_is_less_than_none_lost(folder):
    (folder / "rejects.jsonl").write_text("{}\n{}\n")

    assert take_account(SAMPLE, folder, Outputs()).lost == -1


def test_peer_that_keeps_nothing_it_drops_is_not_said_to_lose_it(folder):
    (folder / "dropped.jsonl").unlink()

    assert take_account(SAMPLE, folder, Outputs(dropped=None)).lost == 0


def test_work_that_filtered_otherwise_is_refused():
    with pytest.raises(WrongWorkError, match="59"):
        check_work(SAMPLE, Account(read=100, kept=59, dropped=40, rejected=1))


def test_work_as_asked_is_accepted_though_bad_lines_are_lost():
    check_work(SAMPLE, Account(read=100, kept=60, dropped=39, rejected=0))


@pytest.mark.parametrize(("text", "lines"), [("", 0), ("a\n", 1), ("a\nb", 2), ("a\n\n", 2)])
def test_lines_are_counted_with_and_without_a_last_newline(tmp_path, text, lines):
    path = tmp_path / "x"
    path.write_text(text)

    assert count_lines([path, path]) == 2 * lines


@pytest.mark.parametrize(
    ("account", "fate"),
    [
        (Account(100, kept=60, dropped=39, rejected=1), "1 set aside"),
        (Account(100, kept=60, dropped=39, rejected=0), "1 lost"),
        (Account(100, kept=61, dropped=39, rejected=0), "1 passed on as good"),
        (Account(100, kept=20, dropped=9, rejected=0), "1 lost, 70 good ones lost with them"),
    ],
)
def test_fate_of_bad_lines_is_told(account, fate):
    assert describe_fate(SAMPLE, account) == fate
