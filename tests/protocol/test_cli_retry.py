"""`manifest retry`: the original lines of rejects, byte for byte."""

import base64
import json

import orjson
import pytest
from affectory_protocol.cli.retry import read_rejects
from affectory_protocol.errors import RecordError
from affectory_protocol.outcomes import Restored
from affectory_protocol.reading import LongLine
from affectory_protocol.reasons import Reason
from affectory_protocol.result import RejectWriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

WRITER = RejectWriter("t", "v")
ERROR = RecordError(Reason.ASSET_MISSING, "m")


def _restore(path, *content: bytes, wanted=()) -> list:
    path.write_bytes(b"".join(line + b"\n" for line in content))
    return [row.outcome for row in read_rejects(path, wanted)]


@given(line=st.one_of(st.binary(), st.text().map(str.encode)))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_rejected_line_is_given_back(tmp_path, line):
    assert _restore(tmp_path / "r", WRITER.encode(ERROR, line, 0)) == [Restored(line)]


def test_line_that_was_not_kept_is_rejected_again(tmp_path):
    remains = LongLine(9, 10, "f" * 64, b"x")
    (outcome,) = _restore(tmp_path / "r", WRITER.encode_long(ERROR, remains, 0))
    assert outcome.reason is Reason.LINE_TOO_LONG


def test_only_wanted_reasons_are_given_back(tmp_path):
    other = RecordError(Reason.TIMEOUT, "m")
    lines = [WRITER.encode(ERROR, b"a", 0), WRITER.encode(other, b"b", 2)]
    assert _restore(tmp_path / "r", *lines, wanted={Reason.TIMEOUT}) == [Restored(b"b")]


def test_blank_lines_are_no_rejects(tmp_path):
    assert _restore(tmp_path / "r", b"", b" ", WRITER.encode(ERROR, b"a", 0)) == [Restored(b"a")]


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"[]",
        b"5",
        b"\xff",
        b"{}",
        b'{"reason":"timeout"}',
        b'{"reason":"timeout","line":5}',
        b'{"reason":"timeout","line_base64":"?"}',
        b'{"reason":"timeout","line_base64":"A"}',
        '{"reason":"timeout","line_base64":"é"}'.encode(),
        b'{"reason":[]}',
        b'{"reason":{}}',
        b'{"reason":null}',
        b'{"line":"x"}',
    ],
)
@pytest.mark.parametrize("wanted", [(), {Reason.TIMEOUT}])
def test_line_that_is_no_reject_is_rejected_itself(tmp_path, line, wanted):
    (outcome,) = _restore(tmp_path / "r", line, wanted=wanted)
    assert isinstance(outcome, RecordError)


FUTURE = b'{"reason":"from-the-future","line":"a"}'


def test_reject_of_a_reason_that_nobody_knows_yet_is_given_back(tmp_path):
    assert _restore(tmp_path / "r", FUTURE) == [Restored(b"a")]


def test_reject_of_a_reason_that_nobody_knows_yet_stays_when_another_is_wanted(tmp_path):
    assert _restore(tmp_path / "r", FUTURE, wanted={Reason.TIMEOUT}) == []


@given(content=st.lists(st.binary(max_size=20), max_size=4))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_file_is_read_to_its_end(tmp_path, content):
    _restore(tmp_path / "r", *content)


def test_command_gives_back_what_validate_rejected(manifest, tmp_path):
    bad = [b"{", b"\xff\xfe", b'{"id":""}\r', '{"id":"é","text":1}'.encode()]
    content = b"".join(line + b"\n" for line in bad)
    (tmp_path / "in.jsonl").write_bytes(content)
    assert manifest("validate", "-i", "in.jsonl", "-o", "out.jsonl").status == 3
    assert manifest("retry", "out.jsonl.rejects.jsonl").ok().stdout == content


def test_command_chooses_by_reason(manifest, tmp_path):
    lines = [
        {"reason": "timeout", "line": "a"},
        {"reason": "refused", "line_base64": base64.b64encode(b"\xff").decode()},
    ]
    (tmp_path / "r").write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in lines))
    assert manifest("retry", "r", "--reason", "refused").ok().stdout == b"\xff\n"
    assert manifest("retry", "r", "--reason", "crashed").ok().stdout == b""


def test_command_rejects_what_is_no_reject_line(manifest, tmp_path):
    (tmp_path / "r").write_bytes(b'{"id":"a"}\n')
    done = manifest("retry", "r", "--max-rejects", 1, "--rejects", "bad.jsonl").ok()
    assert done.stdout == b""
    assert json.loads((tmp_path / "bad.jsonl").read_bytes())["line"] == '{"id":"a"}'


@pytest.mark.parametrize("row", [b'xx;"one\ntwo"', b"\n", b"a\n\nb\r\n", b"\xff\n\xff"])
def test_reject_of_several_lines_is_given_back_and_passes_its_audit(manifest, tmp_path, row):
    content = WRITER.encode(ERROR, row, 0) + b"\n" + WRITER.encode(ERROR, b"a", 9) + b"\n"
    (tmp_path / "r").write_bytes(content)
    manifest("retry", "r", "-o", "again.csv").ok()
    assert (tmp_path / "again.csv").read_bytes() == row + b"\na\n"
    assert manifest("audit", "again.csv").status == 0


def test_audit_notices_a_line_that_a_retried_reject_has_lost(manifest, tmp_path):
    (tmp_path / "r").write_bytes(WRITER.encode(ERROR, b"one\ntwo", 0) + b"\n")
    manifest("retry", "r", "-o", "again.csv").ok()
    (tmp_path / "again.csv").write_bytes(b"one\n")
    assert manifest("audit", "again.csv").status == 1


def test_rejects_are_not_written_over_the_rejects_that_are_retried(manifest, tmp_path):
    reject = WRITER.encode(ERROR, b'{"id":"a"}', 0) + b"\n"
    (tmp_path / "out.jsonl.rejects.jsonl").write_bytes(reject)
    assert manifest("retry", "out.jsonl.rejects.jsonl", "-o", "out.jsonl").status == 2
    assert (tmp_path / "out.jsonl.rejects.jsonl").read_bytes() == reject
