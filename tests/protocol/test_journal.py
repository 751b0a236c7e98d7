"""The journal: whatever a crash leaves of it, it gives a point that was written, or none."""

import pytest
from affectory_protocol.errors import ManifestError
from affectory_protocol.journal import Counts, Journal, Progress, StreamState
from affectory_protocol.run_files import JOURNAL_SLOT_BYTES as SLOT_BYTES
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

counts = st.builds(
    Counts, **{name: st.integers(0, 2**40) for name in ("read", "passed", "retried")}
)
states = st.builds(
    StreamState,
    bytes=st.integers(0, 2**50),
    sha256=st.text("0123456789abcdef", max_size=64),
    lines=st.integers(0, 2**40),
)
points = st.builds(
    Progress,
    fingerprint=st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3),
    input=states,
    outputs=st.dictionaries(st.sampled_from(["output", "rejects", "dropped"]), states),
    counts=counts,
    rejected_by_reason=st.dictionaries(st.text(max_size=5), st.integers(0, 99), max_size=3),
    seconds=st.floats(0, 1e6),
    resumed=st.integers(0, 99),
)


def _point(number: int) -> Progress:
    return Progress(fingerprint={"tool": "t"}, counts=Counts(read=number, passed=number))


@pytest.fixture
def journal(tmp_path):
    journal = Journal(tmp_path / "out.jsonl.journal")
    yield journal
    journal.close()


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A journal after three writes: its bytes, and the points its slots hold, newest first."""
    journal = Journal(tmp_path_factory.mktemp("journal") / "written")
    points = [_point(number) for number in range(3)]
    for point in points:
        journal.write(point)
    journal.close()
    return journal.path.read_bytes(), [points[2], points[1]]


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(point=points)
def test_point_is_read_back_as_it_was_written(journal, point):
    journal.write(point)
    assert Journal(journal.path).read()[0] == point


def test_there_is_nothing_to_read_before_the_first_write(journal):
    assert journal.read() == []


def test_last_two_points_are_kept_newest_first(journal):
    for number in range(5):
        journal.write(_point(number))
    assert journal.read() == [_point(4), _point(3)]


def test_a_journal_that_was_read_goes_on_behind_its_newest_point(journal):
    for number in range(3):
        journal.write(_point(number))
    journal.close()
    again = Journal(journal.path)
    again.read()
    again.write(_point(3))
    again.close()
    assert journal.read() == [_point(3), _point(2)]


def test_size_of_the_journal_stays_the_same(journal):
    for number in range(20):
        journal.write(_point(number))
    assert journal.path.stat().st_size <= 2 * SLOT_BYTES


def test_removed_journal_is_gone(journal):
    journal.write(_point(1))
    journal.remove()
    assert journal.read() == []


def test_point_that_does_not_fit_a_slot_is_refused_and_the_last_one_stays(journal):
    journal.write(_point(1))
    with pytest.raises(ManifestError):
        journal.write(Progress(fingerprint={"option": "x" * SLOT_BYTES}))
    assert journal.read() == [_point(1)]


def test_every_truncation_gives_points_that_were_written(journal, written):
    content, points = written
    lengths = [
        *range(0, 400, 3),
        *range(SLOT_BYTES - 20, SLOT_BYTES + 400, 3),
        *range(len(content) - 20, len(content)),
    ]
    for length in lengths:
        journal.path.write_bytes(content[:length])
        assert all(point in points for point in journal.read())


def test_truncation_behind_a_slot_keeps_that_slot(journal, written):
    content, points = written
    journal.path.write_bytes(content[: SLOT_BYTES + 10])
    assert journal.read() == [points[1]]


@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_changed_bytes_give_points_that_were_written(journal, written, data):
    content, points = written
    spoiled = bytearray(content)
    place = st.one_of(
        st.integers(0, len(content) - 1),
        st.integers(0, 30),
        st.integers(SLOT_BYTES, SLOT_BYTES + 30),
    )
    for at in data.draw(st.lists(place, min_size=1, max_size=4)):
        spoiled[at] = data.draw(st.integers(0, 255))
    journal.path.write_bytes(spoiled)
    assert all(point in points for point in journal.read())


@pytest.mark.parametrize("slot", [0, 1])
def test_every_flipped_byte_spoils_its_slot_at_most(journal, written, slot):
    content, points = written
    start = slot * SLOT_BYTES
    untouched = points[slot]  # the third write, the newest, went to the second slot
    for at in range(start, start + 350):
        spoiled = bytearray(content)
        spoiled[at] ^= 0x10
        journal.path.write_bytes(spoiled)
        found = journal.read()
        assert untouched in found
        assert all(point in points for point in found)


def test_flipped_sequence_number_does_not_pass_for_a_newer_point(journal, written):
    content, points = written
    for at in range(8, 16):
        spoiled = bytearray(content)
        spoiled[at] ^= 0x40
        journal.path.write_bytes(spoiled)
        assert journal.read() == [points[0]]


def test_journal_can_be_written_after_any_damage(journal, written):
    content, _ = written
    for at in (8, 15, 20, SLOT_BYTES + 15):
        spoiled = bytearray(content)
        spoiled[at] = 0xFF
        journal.path.write_bytes(spoiled)
        again = Journal(journal.path)
        again.read()
        again.write(_point(9))
        again.close()
        assert journal.read()[0] == _point(9)


# sums -----------------------------------------------------------------------------------------


@given(counts, counts)
def test_counts_are_added_field_by_field(one, other):
    both = Counts(read=one.read, passed=one.passed, retried=one.retried)
    both.add(other)
    assert (both.read, both.passed) == (one.read + other.read, one.passed + other.passed)
    assert both.retried == one.retried + other.retried


@pytest.mark.parametrize(
    "balanced",
    [
        Counts(),
        Counts(read=4, passed=1, consumed=1, dropped=1, rejected=1, written=1),
        Counts(read=1, consumed=1, produced=3, written=3),
    ],
)
def test_sums_of_an_honest_run_hold(balanced):
    assert balanced.unbalanced() is None


@pytest.mark.parametrize(
    "unbalanced",
    [
        Counts(read=1),
        Counts(read=1, passed=1),
        Counts(passed=1, written=1),
        Counts(read=1, consumed=1, produced=1),
        Counts(read=1, rejected=1, written=1),
        Counts(read=1, dropped=2),
    ],
)
def test_a_record_too_few_or_too_many_is_noticed(unbalanced):
    assert unbalanced.unbalanced()
