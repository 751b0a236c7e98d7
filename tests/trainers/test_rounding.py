"""Numbers are rounded to 6 significant digits."""

import numpy as np
from trainers.rounding import round_digits


def test_six_significant_digits_are_kept():
    values = np.array([[1.2345678, -0.00012345678, 123456.78, 0.0]], dtype=np.float32)
    expected = np.array([[1.23457, -0.000123457, 123457.0, 0.0]], dtype=np.float32)

    assert np.array_equal(round_digits(values), expected)
    assert round_digits(values).dtype == np.float32


def test_digits_of_every_number_are_those_that_it_is_written_with():
    random = np.random.default_rng(4)
    values = (random.normal(size=5000) * 10.0 ** random.integers(-30, 30, 5000)).astype(np.float32)

    assert round_digits(values).tolist() == [float(np.float32(f"{v:.5e}")) for v in values.tolist()]
