"""What the terminal cannot show, and what is shown instead: signs in ASCII, few colours, none.

Both are filters on finished lines, so that no room has to know; a line keeps its width.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rich.cells import cell_len
from rich.color import Color as RichColour
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

Colours = Literal["all", "256", "16", "none"]
_ASCII_TERMS = ("vt52", "vt100", "vt102", "vt220", "vt320", "ansi", "cons25", "dumb")
_SIGNS = {
    # Frames and rules
    **dict.fromkeys("─╌┄┈╴╶━▔", "-"), **dict.fromkeys("│┆┊╎┃▕╵╷", "|"),
    **dict.fromkeys("╭╮╰╯┌┐└┘├┤┬┴┼┿╋", "+"), "┣": "[", "┫": "]", "┊": ":", "━": "=",
    # Bars and histograms
    " ": " ", "▁": "_", "▂": "_", "▃": "-", "▄": "-", "▅": "=", "▆": "=", "▇": "#", "█": "#", "▀": "^",
    "▏": "|", "▎": "|", "▍": "|", "▌": "|", "▋": "#", "▊": "#", "▉": "#", "▐": "|", "░": ".", "▒": ":",
    # Marks and verdicts
    "▲": "+", "▼": "-", "≈": "~", "●": "*", "○": "o", "✕": "x", "✓": "v", "·": ".", "•": "*", "◐": "o",
    "▾": "v", "▸": ">", "‹": "<", "›": ">", "→": ">", "←": "<", "↑": "^", "↓": "v", "⏎": "<", "⌫": "<",
    "▶": ">", "▷": ">", "▫": ".",
    # Words and figures
    "…": "~", "–": "-", "—": "-", "−": "-", "×": "x", "÷": "/", "≥": ">", "≤": "<", "±": "+",
    "⇧": "^", "◆": "*", "▓": "#", "\xa0": " ", "“": '"', "”": '"', "‘": "'", "’": "'", "€": "E", "£": "L",
}  # fmt: skip
_TWO = {"≥ ": ">=", "≤ ": "<="}  # the blank after them is worth less than the meaning
_KEYS = {"⏎": "enter", "⌫": "del", "⇧tab": "shift+tab", "←": "left", "→": "right", "↑": "up", "↓": "down"}


@dataclass(frozen=True)
class Limits:
    """What the terminal can show: every sign or only ASCII, all colours, 256, sixteen, or none."""

    ascii: bool = False
    colours: Colours = "all"

    def key(self, shown: str) -> str:
        """A key as the bottom line names it."""
        return _KEYS.get(shown, shown) if self.ascii else shown


def limits_of(
    environment: Mapping[str, str], encoding: str | None, colour_system: str | None, *, no_colour: bool
) -> Limits:
    """The limits of a terminal by its variables, the encoding of its stream, and the colours it has
    ("truecolor", "256", "standard", None)."""
    colours: Colours = {"truecolor": "all", "256": "256", "standard": "16"}.get(colour_system or "", "none")  # type: ignore[assignment]
    return Limits(_is_ascii(environment, encoding), "none" if no_colour else colours)


def _is_ascii(environment: Mapping[str, str], encoding: str | None) -> bool:
    if environment.get("TERM", "").partition("-")[0] in _ASCII_TERMS:
        return True
    if (encoding or "").lower().replace("-", "").replace("_", "") not in ("utf8", "cp65001"):
        return True
    return environment.get("LC_ALL", "") in ("C", "POSIX")  # Python speaks UTF-8 even then


class AsciiSigns(LineFilter):
    """Signs in ASCII; accents are left off, and what has no likeness is a question mark for each cell."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            one if one.text.isascii() else Segment(in_ascii(one.text), one.style, one.control)
            for one in segments
        ]


@lru_cache(maxsize=8192)
def in_ascii(text: str) -> str:
    """The text in ASCII, in as many cells."""
    for sign, both in _TWO.items():
        text = text.replace(sign, both)
    return "".join(map(_sign, text))


@lru_cache(maxsize=4096)
def _sign(char: str) -> str:
    if char.isascii():
        return char
    if char in _SIGNS:
        return _SIGNS[char]
    if 0x2800 <= ord(char) <= 0x28FF:  # dots of a curve: where most of them are
        dots = ord(char) - 0x2800
        return "'" if dots & 0b00011011 == dots else "." if dots & 0b11100100 == dots else ":"
    if 0x2400 <= ord(char) < 0x2420:
        return "?"
    plain = unicodedata.normalize("NFKD", char)
    plain = "".join(part for part in plain if part.isascii() and part.isprintable())
    cells = cell_len(char)
    return plain if len(plain) == cells else "?" * cells


class NearestOf256(LineFilter):
    """Colours as the nearest of the 256 that a terminal has, by eye; dark grounds stay apart."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [_restyled(segment, _in_256(segment.style)) for segment in segments]


class FewColours(LineFilter):
    """Sixteen colours, or none: a ground that stands out becomes reversed text, and what is quiet is dim.

    `named` are a theme's colours (#rrggbb) by the terminal's names for them; empty for no colours at all.
    `cursor` are the theme's grounds of a row under the cursor.
    """

    def __init__(self, named: Mapping[str, str], cursor: Iterable[str]) -> None:
        super().__init__()
        self._named = tuple(sorted(named.items()))
        self._cursor = frozenset(cursor)

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        ground = background.hex.lower()[:7]
        return [
            _restyled(segment, _in_few(segment.style, ground, self._named, self._cursor))
            for segment in segments
        ]


def _restyled(segment: Segment, style: Style | None) -> Segment:
    return Segment(segment.text, style, segment.control)


@lru_cache(maxsize=4096)
def _in_256(style: Style | None) -> Style | None:
    if style is None:
        return None
    return style + Style(color=_nearest(style.color), bgcolor=_nearest(style.bgcolor))


@lru_cache(maxsize=4096)
def _nearest(colour: RichColour | None) -> RichColour | None:
    if colour is None or colour.triplet is None:
        return colour
    red, green, blue = colour.triplet
    number = min(range(16, 256), key=lambda at: _distance((red, green, blue), _rgb(at)))
    return RichColour.from_ansi(number)


def _distance(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    red, green, blue = (a - b for a, b in zip(one, other, strict=True))
    return 2 * red * red + 4 * green * green + 2.5 * blue * blue


def _rgb(number: int) -> tuple[int, int, int]:
    """The colour of a number from 16 on: a cube of six steps, then a ramp of greys."""
    if number >= 232:
        grey = 8 + (number - 232) * 10
        return grey, grey, grey
    steps = (0, 95, 135, 175, 215, 255)
    at = number - 16
    return steps[at // 36], steps[at // 6 % 6], steps[at % 6]


@lru_cache(maxsize=8192)
def _in_few(
    style: Style | None, ground: str, named: tuple[tuple[str, str], ...], cursor: frozenset[str]
) -> Style | None:
    if style is None:
        return None
    names = dict(named)
    ink, under = _hex(style.color), _hex(style.bgcolor)
    stands_out = under in cursor or (under is not None and contrast(under, ground) > 2.2)
    # Dark text on a colour is shown reversed: the colour is then the ground's.
    # The row under the cursor stays of one colour, or it would fall into pieces.
    name = "default" if under in cursor else names.get((under if stands_out else ink) or "", "default")
    quiet = not stands_out and ink is not None and contrast(ink, under or ground) < 3.2
    return Style(
        color=name if names else None,
        bold=style.bold,
        italic=style.italic,
        underline=style.underline,
        dim=quiet or None,
        reverse=(stands_out or style.reverse) or None,
        meta=style.meta or None,
    )


def _hex(colour: RichColour | None) -> str | None:
    return None if colour is None or colour.triplet is None else colour.triplet.hex.lower()


def contrast(one: str, other: str) -> float:
    """How well two colours stand apart: 1 to 21 (WCAG 2.1)."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@lru_cache(maxsize=1024)
def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, 0 to 1 (WCAG 2.1)."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
