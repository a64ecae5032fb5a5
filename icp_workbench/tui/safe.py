"""The only gate from data to a widget: text that a terminal shows and never obeys.

Textual reads `[…]` in plain strings as markup and passes control characters through, so whatever came from a
file or from a hand is cleaned here, and handed on as `Content` where a widget would read markup.
"""

from __future__ import annotations

import unicodedata

from textual.content import Content

from icp_workbench.render.text import printable

LONGEST = 500  # no cell of a screen is wider
_MARKS_KEPT = 2  # combining marks on one letter; more would climb into the lines above
_UNSHOWN = "\ufffd"
_JOINERS = "\u200c\u200d"
_NOTHING = frozenset(
    "\u115f\u1160\u3164\uffa0"  # Hangul fillers: look like nothing, take a cell or two
    "\u034f\u17b4\u17b5\u2800"  # grapheme joiner, Khmer inherent vowels, blank braille
)


def clean(text: object, limit: int = LONGEST) -> str:
    """`text` as one line of plain characters, at most `limit` of them (an ellipsis says that there was more).

    Control, direction-changing and invisible characters, line ends and lone surrogates become visible
    (`␛`, `\\u202e`); private and unassigned characters become `\ufffd`; combining marks are cut to two;
    variation selectors and joiners outside of words are dropped, since terminals disagree on their width.
    """
    given = str(text)
    cut = given[: limit + 1] if len(given) > limit else given
    shown = cut if cut.isascii() and cut.isprintable() else _settled(printable(cut))
    return shown if len(shown) <= limit else shown[: max(limit - 1, 0)] + "…"


def plain(text: object, style: str = "", limit: int = LONGEST) -> Content:
    """The cleaned text as Textual content without any markup: for titles, options, tooltips, labels."""
    shown = clean(text, limit)
    return Content.styled(shown, style) if style else Content(shown)


def clean_lines(text: object, limit: int = 4_000) -> str:
    """Like `clean`, for text of several lines of our own, such as a caret under an expression."""
    return "\n".join(clean(line, limit) for line in str(text)[:limit].split("\n"))


def _settled(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for char in text:
        category = unicodedata.category(char)
        if char in _JOINERS:
            # They carry meaning between letters (Persian, Indic scripts); elsewhere only pictures use them.
            if kept and unicodedata.category(kept[-1])[0] in "LM":
                kept.append(char)
            continue
        if 0xFE00 <= ord(char) <= 0xFE0F or 0xE0100 <= ord(char) <= 0xE01EF:
            continue
        if category in ("Mn", "Me", "Mc"):
            marks += 1
            if marks > _MARKS_KEPT and category != "Mc":
                continue
        else:
            marks = 0
        kept.append(_UNSHOWN if category in ("Co", "Cn") or char in _NOTHING else char)
    return "".join(kept)
