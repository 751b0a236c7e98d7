"""Undo what happened to texts on their way: wrong decodings, entities, escapes.

Two decodings went wrong, each in its own dataset, and each is undone exactly rather than guessed
at:

- EmoInt: UTF-8 that was read as Windows-1252. Read back, it is UTF-8 again, or the text never was
  damaged. Where a no-break space (byte A0) has since become an ordinary one, ftfy restores it with
  pinned options.
- ISEAR: Latin-1 that was read as code page 437 and written as Latin-1 with best-fit replacements: a
  no-break space at each old line break turned up as a-acute, o-diaeresis as a division sign, the
  degree sign as a broken bar.

Sources: ftfy 6 (its table of bytes for "sloppy" Windows-1252 and its repair of byte A0); Unicode's
mapping tables CP437.TXT and bestfit1252.txt.
"""

import html
import re

import ftfy
import ftfy.bad_codecs  # registers sloppy-windows-1252
from ftfy.fixes import fix_c1_controls

_FTFY = ftfy.TextFixerConfig(
    unescape_html=False,
    remove_terminal_escapes=False,
    fix_encoding=True,
    restore_byte_a0=True,
    replace_lossy_sequences=False,
    decode_inconsistent_utf8=True,
    fix_c1_controls=False,
    fix_latin_ligatures=False,
    fix_character_width=False,
    uncurl_quotes=False,
    fix_line_breaks=False,
    fix_surrogates=False,
    remove_control_chars=False,
    normalization=None,
    explain=False,
)
_ESCAPED_BREAK = re.compile(r"\\r\\n|\\n|\\r")
_MAX_ENTITY_LAYERS = 2
_LINE_BREAK_RESIDUE = re.compile(r"\u00e1(?=\s|\Z)")
_DIAERESIS = re.compile(r"(?<=[^\W\d_])\u00f7(?=[^\W\d_])")
_DEGREE = re.compile(r"(?<=\d)\u00a6|\u00a6(?=\d)")


def repair_windows_1252(text: str) -> str:
    """Restore UTF-8 that was read as Windows-1252; other text comes back as it is."""
    if text.isascii():
        return text
    try:
        restored = text.encode("sloppy-windows-1252").decode()
    except UnicodeError:
        restored = ftfy.fix_text(text, _FTFY)
    return fix_c1_controls(restored)


def repair_code_page_437(text: str) -> str:
    """Restore Latin-1 that was read as code page 437 with best-fit replacements.

    Only where the neighbours tell damage from a meant character: a-acute at a line break, a
    division sign between letters, a broken bar beside a digit.
    """
    if text.isascii():
        return text
    if "\u00e1" in text:
        text = _LINE_BREAK_RESIDUE.sub(" ", text)
    if "\u00f7" in text:
        text = _DIAERESIS.sub("\u00f6", text)
    return _DEGREE.sub("\u00b0", text) if "\u00a6" in text else text


def unescape_entities(text: str) -> str:
    """Turn HTML entities into characters, also when they were escaped twice."""
    for _ in range(_MAX_ENTITY_LAYERS):
        if "&" not in text:
            break
        text = html.unescape(text)
    return text


def unescape_breaks(text: str) -> str:
    """Turn a backslash with n or r, as some exports write line breaks, into line breaks."""
    return _ESCAPED_BREAK.sub("\n", text) if "\\" in text else text


def join_lines(text: str) -> str:
    """Make one line of a text that was broken by the width of a screen."""
    return " ".join(text.split())
