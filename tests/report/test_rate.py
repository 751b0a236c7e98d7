import pytest
from report.rate import compute_rate


def test_interval_is_wilsons():
    rate = compute_rate(8, 10)

    assert (round(rate.low, 3), round(rate.high, 3)) == (0.490, 0.943)


@pytest.mark.parametrize("hits", [0, 5])
def test_interval_stays_between_none_and_all(hits):
    rate = compute_rate(hits, 5)

    assert 0 <= rate.low <= rate.share <= rate.high <= 1
