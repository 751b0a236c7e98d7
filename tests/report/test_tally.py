from report.tally import Tally


def _fill(*keys, max_keys=10):
    tally = Tally(max_keys)
    for key in keys:
        tally.add(key)
    return tally


def test_most_frequent_come_first_and_equal_ones_by_name():
    assert [entry.key for entry in _fill("b", "a", "c", "c").by_count()] == ["c", "a", "b"]


def test_numbers_are_ordered_by_size_not_by_digits():
    assert [entry.key for entry in _fill(12, 2, 100).by_key()] == [2, 12, 100]


def test_names_beyond_the_limit_are_counted_together():
    tally = _fill("a", "b", "c", "d", "a", max_keys=2)

    assert (len(tally), tally.count("a"), tally.others, tally.total) == (2, 2, 2, 5)


def test_mean_is_that_of_the_values_of_a_key():
    tally = Tally()
    tally.add("a", 0.25)
    tally.add("a", 0.75)

    assert tally.by_count()[0].mean == 0.5
