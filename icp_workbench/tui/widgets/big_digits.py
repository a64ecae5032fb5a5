"""A figure in the largest type that fits: drawn of half blocks, to be read from the back of a room."""

from __future__ import annotations

# Five by seven dots, a row of each per line; narrower signs have fewer columns.
_FONT = {
    "0": ".###. #...# #...# #...# #...# #...# .###.",
    "1": "..#.. .##.. ..#.. ..#.. ..#.. ..#.. .###.",
    "2": ".###. #...# ....# ..##. .#... #.... #####",
    "3": ".###. #...# ....# ..##. ....# #...# .###.",
    "4": "...#. ..##. .#.#. #..#. ##### ...#. ...#.",
    "5": "##### #.... ####. ....# ....# #...# .###.",
    "6": "..##. .#... #.... ####. #...# #...# .###.",
    "7": "##### ....# ...#. ..#.. .#... .#... .#...",
    "8": ".###. #...# #...# .###. #...# #...# .###.",
    "9": ".###. #...# #...# .#### ....# ...#. .##..",
    ".": ".. .. .. .. .. ## ##",
    ",": ".. .. .. .. ## .# #.",
    "%": "##..# ##..# ...#. ..#.. .#... #..## #..##",
    "-": "... ... ... ### ... ... ...",
    "–": "... ... ... ### ... ... ...",
    "+": "... ... .#. ### .#. ... ...",
    "k": "#... #... #..# #.#. ##.. #.#. #..#",
    "M": "#...# ##.## #.#.# #.#.# #...# #...# #...#",
    "B": "####. #...# #...# ####. #...# #...# ####.",
    "x": ".... .... #..# .##. .##. #..# ....",
    "<": "...# ..#. .#.. #... .#.. ..#. ...#",
    " ": ".. .. .. .. .. .. ..",
}
_SAME = {"−": "-", "×": "x"}
ROWS = 7


def big(text: str, width: int, height: int, *, ascii_only: bool = False) -> list[str]:
    """The text in at most `width` × `height` cells, all lines of one width; the text itself where even the
    smallest does not fit, or has a sign that cannot be drawn. A dot is as wide as it is high."""
    chars = [_SAME.get(char, char) for char in text]
    if not chars or any(char not in _FONT for char in chars):
        return [text[: max(width, 0)]]
    drawn = [_FONT[char].split() for char in chars]
    dots = [".".join(letter[row] for letter in drawn) for row in range(ROWS)]
    for size in range(min(width // max(len(dots[0]), 1), 12), 0, -1):
        lines = _ascii(dots, size) if ascii_only else _blocks(dots, size)
        if len(lines) <= height and len(lines[0]) <= width:
            return lines
    return [text[: max(width, 0)]]


def _blocks(dots: list[str], size: int) -> list[str]:
    """Two dots to a cell, one over the other."""
    tall = [row for row in dots for _ in range(size)]
    if len(tall) % 2:
        tall.insert(0, "." * len(dots[0]))
    lines = []
    for upper, lower in zip(tall[::2], tall[1::2], strict=True):
        pairs = zip(upper, lower, strict=True)
        lines.append("".join(_HALVES[above + below] * size for above, below in pairs))
    return lines


_HALVES = {"..": " ", "#.": "▀", ".#": "▄", "##": "█"}


def _ascii(dots: list[str], size: int) -> list[str]:
    """A dot is two signs wide."""
    return [
        "".join(("#" if dot == "#" else " ") * 2 * size for dot in row) for row in dots for _ in range(size)
    ]
