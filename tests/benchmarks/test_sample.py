import json

import pytest
from affectory_protocol.record import Record
from affectory_protocol.records import SECTIONS

from benchmarks.peers.sample import MIN_VOTES, Fault, Form, Size, spoil, write_sample

SIZE = Size(records=1_000, record_bytes=300)


def _lines(path):
    return path.read_bytes().splitlines()


def _votes(line):
    return json.loads(line)["labels"]["emotions"][0]["votes"]


@pytest.mark.parametrize("record_bytes", [300, 1_000, 8_000])
def test_line_is_about_as_long_as_asked(tmp_path, record_bytes):
    sample = write_sample(tmp_path, Size(200, record_bytes), forms=[Form.PLAIN])
    size = sample.path(Form.PLAIN).stat().st_size / 200

    assert 0.9 * record_bytes < size < 1.1 * record_bytes


def test_every_line_is_a_record_of_the_protocol(tmp_path):
    sample = write_sample(tmp_path, SIZE, forms=[Form.PLAIN])
    records = [
        Record.parse(line, tuple(SECTIONS.values())) for line in _lines(sample.path(Form.PLAIN))
    ]

    assert len({record.id for record in records}) == SIZE.records


def test_sample_knows_how_many_pass(tmp_path):
    sample = write_sample(tmp_path, SIZE, forms=[Form.PLAIN])
    passing = sum(_votes(line) >= MIN_VOTES for line in _lines(sample.path(Form.PLAIN)))

    assert (sample.kept, sample.dropped) == (passing, SIZE.records - passing)
    assert 0 < passing < SIZE.records


def test_two_samples_are_the_same_bytes(tmp_path):
    first, second = (
        write_sample(tmp_path / name, SIZE, forms=[Form.PLAIN], faults=list(Fault))
        for name in ("a", "b")
    )

    assert _lines(first.path(Form.PLAIN)) == _lines(second.path(Form.PLAIN))


def test_one_line_in_a_hundred_is_bad_and_the_others_are_as_without_faults(tmp_path):
    clean = write_sample(tmp_path / "clean", SIZE, forms=[Form.PLAIN])
    faulty = write_sample(tmp_path / "faulty", SIZE, forms=[Form.PLAIN], faults=list(Fault))
    pairs = zip(_lines(clean.path(Form.PLAIN)), _lines(faulty.path(Form.PLAIN)), strict=True)

    assert sum(good != bad for good, bad in pairs) == faulty.bad == 10
    assert faulty.kept + faulty.dropped + faulty.bad == SIZE.records


def test_cut_line_is_no_json_and_still_utf8():
    line = json.dumps({"text": {"content": "naïve" * 40}}, ensure_ascii=False).encode()
    for length in range(len(line) - 9, len(line)):
        with pytest.raises(json.JSONDecodeError):
            json.loads(spoil(line[:length], Fault.CUT).decode())


def test_line_of_the_wrong_type_is_json_whose_votes_are_text(tmp_path):
    sample = write_sample(tmp_path, SIZE, forms=[Form.PLAIN], faults=[Fault.TYPE])
    votes = [_votes(line) for line in _lines(sample.path(Form.PLAIN))]

    assert sum(isinstance(value, str) for value in votes) == sample.bad


def test_line_of_broken_utf8_cannot_be_decoded(tmp_path):
    sample = write_sample(tmp_path, SIZE, forms=[Form.PLAIN], faults=[Fault.UTF8])
    broken = 0
    for line in _lines(sample.path(Form.PLAIN)):
        try:
            line.decode()
        except UnicodeDecodeError:
            broken += 1

    assert broken == sample.bad


def test_halves_are_the_plain_lines_in_two_files(tmp_path):
    sample = write_sample(tmp_path, Size(101, 300), forms=[Form.PLAIN, Form.HALVES])
    halves = [_lines(path) for path in sorted(sample.path(Form.HALVES).iterdir())]

    assert [len(lines) for lines in halves] == [51, 50]
    assert halves[0] + halves[1] == _lines(sample.path(Form.PLAIN))


@pytest.mark.parametrize(("form", "before"), [(Form.SINGER, 1), (Form.AIRBYTE, 0)])
def test_message_holds_the_plain_record(tmp_path, form, before):
    sample = write_sample(tmp_path, SIZE, forms=[Form.PLAIN, form])
    messages = [json.loads(line) for line in _lines(sample.path(form))][before:]
    held = [m["record"] if form is Form.SINGER else m["record"]["data"] for m in messages]

    assert held == [json.loads(line) for line in _lines(sample.path(Form.PLAIN))]
