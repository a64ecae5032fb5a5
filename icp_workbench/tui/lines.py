"""Lines of styled text: pieces with an ink each, cut and filled by terminal cells."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.strip import Strip

from icp_workbench.tui.theme import Inks

Piece = tuple[str, str]  # text (cleaned), ink
Line = Sequence[Piece]

_EIGHTHS = " ▏▎▍▌▋▊▉█"
PROGRESS_WIDTH = 46


def fit(text: str, width: int, *, right: bool = False) -> str:
    """The text in exactly `width` cells: cut with an ellipsis, or filled up (figures on the left)."""
    if width <= 0:
        return ""
    used = cell_len(text)
    if used > width:
        text = set_cell_size(text, width - 1).rstrip() + "…"
        used = cell_len(text)
        right = False
    blanks = " " * (width - used)
    return blanks + text if right else text + blanks


def cut(text: str, width: int) -> str:
    """The text in at most `width` cells."""
    return text if cell_len(text) <= width else fit(text, width).rstrip()


def width_of(line: Line) -> int:
    """How many cells the pieces take."""
    return sum(cell_len(text) for text, _ in line)


def filled(line: Line, width: int) -> list[Piece]:
    """The pieces in exactly `width` cells; the last one that fits is cut."""
    kept: list[Piece] = []
    room = width
    for text, ink in line:
        used = cell_len(text)
        if used > room:
            kept.append((fit(text, room), ink))
            room = 0
            break
        kept.append((text, ink))
        room -= used
    if room > 0:
        kept.append((" " * room, "text"))
    return kept


def strip_of(line: Line, width: int, inks: Inks, ground: str | None = None) -> Strip:
    """The line as a strip of exactly `width` cells on the theme's ground (or another)."""
    segments = [Segment(text, inks.style(ink, ground)) for text, ink in filled(line, width) if text]
    return Strip(segments, width)


def wrapped(text: str, width: int) -> list[str]:
    """Cleaned text broken at blanks into lines of at most `width` cells; longer words are broken."""
    lines: list[str] = []
    current = ""
    # A percent sign stays with its figure.
    for word in text.replace(" %", "\xa0%").split(" "):
        while cell_len(word) > width > 0:
            if current:
                lines.append(current)
                current = ""
            head = set_cell_size(word, width).rstrip()
            lines.append(head)
            word = word[max(len(head), 1) :]
        joined = f"{current} {word}" if current else word
        if cell_len(joined) <= width:
            current = joined
        else:
            lines.append(current)
            current = word
    if current:
        lines.append(current)
    return [line.replace("\xa0%", " %") for line in lines]


def bar(share: float, width: int) -> str:
    """A bar of `share` (0–1) of `width` cells, in eighths; something is never shown as nothing."""
    eighths = round(max(0.0, min(share, 1.0)) * width * 8)
    if share > 0:
        eighths = max(eighths, 1)
    full, rest = divmod(eighths, 8)
    drawn = "█" * full + (_EIGHTHS[rest] if rest else "")
    return drawn.ljust(width)


def progress(share: float, what: str, left: str) -> tuple[str | Piece, ...]:
    """How far something is (0 to 1) as a bar, what is being done, and how long it still takes: three lines of
    `PROGRESS_WIDTH` cells in the theme's own colours."""
    full = round(share * PROGRESS_WIDTH)
    bar = ("━" * full, "$primary"), ("━" * (PROGRESS_WIDTH - full), "$rule")
    return *bar, "\n", (what, "$foreground"), "\n", (left, "$muted")
