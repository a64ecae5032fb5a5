"""Text from data made safe for a terminal, and measured in its cells."""

from __future__ import annotations

import unicodedata

_ASCII = {
    "–": "-", "—": "-", "−": "-", "×": "x", "·": ".", "…": "...", "≈": "~", "▲": "+", "▼": "-", "≥": ">=",
    "≤": "<=", "→": "->", "“": '"', "”": '"', "‘": "'", "’": "'",
}  # fmt: skip
_JOINERS = "\u200c\u200d"  # zero-width joiners carry meaning in Persian, Indic scripts and emoji


def printable(text: str, *, keep_newlines: bool = False) -> str:
    """Text that a terminal can only show, never obey.

    Control characters (C0 with ESC and NUL, DEL, C1), line separators, invisible and direction-changing
    format characters and lone surrogates become visible: `␛` for ESC, `\\x9b` or `\\u202e` for others.
    All else stays, 日本語 included. Newlines become `␊` unless `keep_newlines`.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(char, keep_newlines) for char in text)


def json_printable(document: str) -> str:
    """A JSON document that a terminal can only show: control and format characters as \\u escapes.

    It parses to the same data. Lone surrogates, which cannot be written as UTF-8, are escaped too.
    """
    return "".join(_json_escaped(char) if _is_unsafe(char) else char for char in document)


def display_width(text: str) -> int:
    """Terminal cells a text takes: 2 for a wide character, 0 for a combining one, else 1."""
    if text.isascii():
        return len(text)
    return sum(_cells(char) for char in text)


def clip(text: str, width: int, *, mark: str = "…") -> str:
    """The text in at most `width` cells, ending in `mark` where something was left out."""
    if display_width(text) <= width:
        return text
    room = width - display_width(mark)
    if room < 0:
        return mark[: max(width, 0)]
    kept, used = "", 0
    for char in text:
        used += _cells(char)
        if used > room:
            break
        kept += char
    return kept.rstrip() + mark


def pad(text: str, width: int, *, right: bool = False) -> str:
    """The text filled up with blanks to `width` cells; `right` puts it at the right edge, as for figures."""
    blanks = " " * max(width - display_width(text), 0)
    return blanks + text if right else text + blanks


def to_ascii(text: str) -> str:
    """Our own signs (– − ▲ ≈ …) in ASCII, for terminals that have nothing else; other characters stay."""
    return "".join(_ASCII.get(char, char) for char in text)


def _shown(char: str, keep_newlines: bool) -> str:
    code = ord(char)
    if char == "\n" and keep_newlines:
        return char
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    if _is_unsafe(char):
        return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    return char


def _is_unsafe(char: str) -> bool:
    """True for what a terminal obeys or hides; a newline is for the caller to judge."""
    if char == "\n" or (char.isascii() and char.isprintable()):
        return False
    return unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") and char not in _JOINERS


def _json_escaped(char: str) -> str:
    code = ord(char)
    if code > 0xFFFF:  # two surrogates: RFC 8259, section 7
        code -= 0x10000
        return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
    return f"\\u{code:04x}"


def _cells(char: str) -> int:
    # Hangul vowels and finals (U+1160–11FF) join the syllable before them.
    if unicodedata.category(char) in ("Mn", "Me", "Cf") or 0x1160 <= ord(char) <= 0x11FF:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
