"""Values of the shared options."""

from decimal import Decimal

import pytest
from affectory_protocol.errors import UsageError
from affectory_protocol.settings import Tolerance, parse_shard
from hypothesis import example, given
from hypothesis import strategies as st

counts = st.integers(0, 10**7)


@given(counts, counts, counts)
def test_number_of_rejects_is_tolerated_up_to_itself(allowed, rejected, read):
    assert Tolerance.parse(str(allowed)).allows(rejected, read) == (rejected <= allowed)


@given(st.decimals(0, 100, places=2), counts, counts)
@example(Decimal("0.29"), 29, 10_000)
@example(Decimal("0.07"), 7, 10_000)
@example(Decimal("1.15"), 23, 2_000)
def test_share_of_rejects_is_tolerated_up_to_itself(percent, rejected, read):
    allowed = Tolerance.parse(f"{percent}%").allows(rejected, read)
    assert allowed == (Decimal(rejected) * 100 <= percent * read)


@pytest.mark.parametrize("text", ["2.5%", "0%", "100%", "1e1%"])
def test_share_is_given_in_per_cent(text):
    assert Tolerance.parse(text).allows(0, 1)


def test_whole_share_tolerates_everything():
    assert Tolerance.parse("100%").allows(7, 7)


@pytest.mark.parametrize("text", ["0", "0%", "0.0%"])
def test_nothing_tolerated_is_zero(text):
    assert Tolerance.parse(text).is_zero


@pytest.mark.parametrize("text", ["1", "0.1%"])
def test_something_tolerated_is_not_zero(text):
    assert not Tolerance.parse(text).is_zero


def test_default_tolerates_nothing():
    assert Tolerance().is_zero
    assert not Tolerance().allows(1, 10**9)


@pytest.mark.parametrize(
    "text", ["", "%", "-1", "-1%", "101%", "nan%", "inf%", "many", "1.5", "5 %%", "0x10"]
)
def test_anything_else_is_a_usage_error(text):
    with pytest.raises(UsageError):
        Tolerance.parse(text)


@given(st.text(max_size=6))
def test_any_text_is_a_tolerance_or_a_usage_error(text):
    try:
        tolerance = Tolerance.parse(text)
    except UsageError:
        return
    assert tolerance.allows(0, 0)


@given(st.integers(1, 999), st.integers(1, 999))
def test_shard_is_k_of_n_from_1_to_n(k, n):
    if k <= n:
        assert parse_shard(f"{k}/{n}") == (k, n)
    else:
        with pytest.raises(UsageError):
            parse_shard(f"{k}/{n}")


@pytest.mark.parametrize("text", ["", "1", "1/", "/1", "0/4", "5/4", "-1/4", "1/0", "a/b", "1/4/5"])
def test_anything_else_is_no_shard(text):
    with pytest.raises(UsageError):
        parse_shard(text)
