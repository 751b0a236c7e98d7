import random

from hypothesis import given
from hypothesis import strategies as st
from report.histogram import MAX_BARS, MAX_BINS, Histogram

NUMBERS = st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=300)


def _fill(values, *, kept=True):
    histogram = Histogram()
    for value in values:
        histogram.add(value, kept=kept)
    return histogram


@given(NUMBERS)
def test_every_number_is_in_exactly_one_of_few_bars(values):
    spread = _fill(values).finish()

    assert sum(bar.kept for bar in spread.bars) == len(values)
    assert 1 <= len(spread.bars) <= MAX_BARS


@given(NUMBERS)
def test_closed_bars_hold_just_the_numbers_between_their_bounds(values):
    for bar in _fill(values).finish().bars:
        if not bar.opens_below and not bar.opens_above:
            assert bar.kept == sum(bar.start <= value < bar.stop for value in values)


@given(NUMBERS, st.randoms())
def test_the_order_of_the_numbers_does_not_matter(values, order):
    shuffled = list(values)
    order.shuffle(shuffled)

    assert _fill(shuffled).finish() == _fill(values).finish()


def test_bins_stay_few_however_many_numbers_come():
    numbers = random.Random(1)
    histogram = _fill(numbers.lognormvariate(3, 2) for _ in range(20_000))

    assert len(histogram._bins) <= MAX_BINS
    assert histogram.finish().count == 20_000


def test_whole_numbers_get_a_bar_each():
    spread = _fill([0.0, 1.0, 1.0, 3.0]).finish()

    assert spread.is_whole
    assert [bar.kept for bar in spread.bars] == [1, 2, 0, 1]


def test_dropped_numbers_are_counted_apart():
    histogram = _fill([0.5])
    histogram.add(0.5, kept=False)
    histogram.add(None, kept=False)
    spread = histogram.finish()

    assert [(bar.kept, bar.dropped) for bar in spread.bars] == [(1, 1)]
    assert spread.unknown == 1


def test_an_outlier_does_not_flatten_the_rest():
    spread = _fill([*(i / 100 for i in range(1000)), 1e300]).finish()

    assert spread.bars[-1].opens_above
    assert sum(1 for bar in spread.bars if bar.kept) > 10


def test_numbers_that_are_all_unknown_make_no_histogram():
    assert _fill([None, None]).finish() is None
