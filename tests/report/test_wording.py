import pytest
from report.wording import format_intensity, format_number, format_percent, show_controls


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (54263.0, "54,263"),
        (123.456, "123.5"),
        (4321.9, "4,322"),
        (1.5, "1.5"),
        (0.012345, "0.01235"),
        (-2.25, "-2.25"),
        (1e300, "1e+300"),
    ],
)
def test_numbers_are_short(value, text):
    assert format_number(value) == text


def test_a_small_strength_is_not_called_zero():
    assert (format_intensity(0.001), format_intensity(0.0)) == ("<0.01", "0.00")


def test_a_length_never_exceeds_its_track():
    assert (format_percent(-0.25), format_percent(3.1)) == ("25%", "100%")


def test_controls_are_shown_and_breaks_kept():
    assert show_controls("a\x00\x1b\n\tb\x85") == "a\u2400\u241b\n\tb\ufffd"
