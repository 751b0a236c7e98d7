import base64
import json

import pytest
from affectory_protocol.errors import UsageError
from affectory_protocol.places import Places
from report.config import BuildConfig
from report.distributions import Distributions
from report.gallery import CardMaker
from report.loss import EXCERPT, Drops, Rejects, read_lines


def _reject(**members):
    given = {"tool": "t", "verb": "v", "reason": "invalid-json", "message": "m", "offset": 7}
    return json.dumps(given | members).encode()


def _first(rejects):
    return next(iter(rejects.examples.values()))[0]


@pytest.fixture
def drops(tmp_path):
    return Drops(CardMaker(Places({"": tmp_path}), BuildConfig()), Distributions())


def test_rejects_are_counted_by_tool_verb_and_reason():
    rejects = Rejects()
    for line in (_reject(), _reject(), _reject(reason="invalid-id")):
        rejects.add(line)

    assert [(e.key.reason, e.count) for e in rejects.counts.by_count()] == [
        ("invalid-json", 2),
        ("invalid-id", 1),
    ]


def test_the_id_of_a_rejected_record_is_found_in_its_line():
    rejects = Rejects()
    rejects.add(_reject(line='{"id": "r1", "text": {}}'))

    assert (_first(rejects).id, _first(rejects).offset) == ("r1", 7)


def test_a_line_that_is_no_utf8_is_excerpted_all_the_same():
    rejects = Rejects()
    rejects.add(_reject(line_base64=base64.b64encode(b"\xffabc").decode()))

    assert _first(rejects).excerpt == "\ufffdabc"


def test_only_the_beginning_of_a_line_is_kept():
    rejects = Rejects()
    rejects.add(_reject(line="x" * 5000))

    assert len(_first(rejects).excerpt) == EXCERPT + 1


@pytest.mark.parametrize("line", [b"{", b"[]", b"{}", b"\xff", b'{"reason": 1'])
def test_lines_that_are_no_rejects_are_counted(line):
    rejects = Rejects()
    rejects.add(line)

    assert rejects.unreadable + rejects.counts.total == 1
    assert rejects.unreadable == 1


def test_all_are_counted_though_few_are_kept():
    rejects = Rejects(max_examples=2)
    for _ in range(5):
        rejects.add(_reject())

    assert (rejects.counts.total, len(next(iter(rejects.examples.values())))) == (5, 2)


def test_dropped_records_are_counted_by_the_filter_that_failed_them(drops, record, verdict):
    verdicts = {"size": verdict(), "quality": verdict(False, "too-blurred", sharpness=3.0)}
    drops.add(record(verdicts=verdicts).line)

    (entry,) = drops.counts.by_count()
    assert (entry.key.name, entry.key.reason) == ("quality", "too-blurred")


def test_measures_of_dropped_records_reach_the_histograms(drops, record, verdict):
    drops.add(record(verdicts={"quality": verdict(False, "too-blurred", sharpness=3.0)}).line)

    spread = drops.distributions.filters["quality"].measures["sharpness"].finish()
    assert [(bar.kept, bar.dropped) for bar in spread.bars] == [(0, 1)]


def test_a_dropped_line_that_is_no_record_is_counted(drops):
    drops.add(b'{"id": 1}')

    assert drops.unreadable == 1


def test_lines_of_all_files_are_read_and_blank_ones_are_none(tmp_path):
    (tmp_path / "a").write_bytes(b"1\r\n\n2")
    (tmp_path / "b").write_bytes(b"3\n")

    assert list(read_lines([tmp_path / "a", tmp_path / "b"])) == [b"1", b"2", b"3"]


def test_a_line_that_is_too_long_comes_once(tmp_path, monkeypatch):
    monkeypatch.setattr("report.loss.MAX_LINE_BYTES", 4)
    (tmp_path / "a").write_bytes(b"0123456789\nab\n")

    assert list(read_lines([tmp_path / "a"])) == [b"0123", b"ab"]


def test_a_file_that_is_missing_is_said_so(tmp_path):
    with pytest.raises(UsageError, match="cannot be read"):
        list(read_lines([tmp_path / "gone"]))
