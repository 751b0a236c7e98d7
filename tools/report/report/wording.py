"""Numbers and foreign text as a reader sees them."""

import re

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_PICTURES = 0x2400
_FIRST_PRINTABLE = 0x20
REPLACEMENT = "\ufffd"

HUGE = 10**15
"""From here on numbers are written with an exponent."""

LARGE = 1000
"""From here on decimals tell nothing."""


def format_count(count: int) -> str:
    """A number of things, thousands apart: 54,263."""
    return f"{count:,}"


def format_number(value: float) -> str:
    """A measure, short: whole numbers and large ones whole, others with four significant digits."""
    if abs(value) >= HUGE:
        return f"{value:.4g}"
    if value == int(value) or abs(value) >= LARGE:
        return f"{value:,.0f}"
    return f"{value:.4g}"


def format_share(share: float) -> str:
    """A share in percent: 41.2 %."""
    return f"{100 * share:.1f}\u00a0%"


def format_percent(value: float) -> str:
    """A strength as a length of style: its size, 0 to 1, in percent."""
    return f"{format_length(100 * min(abs(value), 1.0))}%"


def format_length(length: float) -> str:
    """A length of a drawing: at most two decimals, as short as it can be written."""
    return f"{length:.2f}".rstrip("0").rstrip(".")


def format_intensity(value: float) -> str:
    """A strength from 0 to 1 with two decimals; one too small for them is not called zero."""
    shown = f"{value:.2f}"
    return "<0.01" if value and float(shown) == 0 else shown


def show_controls(text: str) -> str:
    """Make control characters visible instead of handing them to the browser.

    Tabs and line feeds stay. Right-to-left overrides stay as well: the page isolates every foreign
    text, so that they cannot reach beyond it.
    """
    return _CONTROL.sub(_picture, text)


def _picture(match: re.Match[str]) -> str:
    code = ord(match.group())
    return chr(_PICTURES + code) if code < _FIRST_PRINTABLE else REPLACEMENT
