"""The ideal against the average customer as rows of a table, with as many columns as fit."""

from __future__ import annotations

from collections.abc import Iterator

from icp_workbench.evidence.comparison import Comparison
from icp_workbench.render import verdicts
from icp_workbench.spec.ideal import IDEAL
from icp_workbench.spec.ideal_table import HEADS, table_row
from icp_workbench.tui.lines import Line, Piece, fit, width_of, wrapped
from icp_workbench.tui.safe import clean
from icp_workbench.tui.theme import VERDICT_INK

# Which columns, the widest form first; the last cell is the verdict: its word, or its glyph alone.
_FORMS: tuple[tuple[tuple[int, ...], bool], ...] = (
    ((0, 1, 2, 3, 4, 5), True),
    ((0, 1, 3, 4, 5), True),
    ((0, 1, 3, 4), True),
    ((0, 1, 3, 4), False),
    ((0, 1, 4), False),
)
_GAP = 2
_LONGEST_LABEL = 26


def ideal_lines(board: Comparison | None, chosen: bool, width: int) -> Iterator[Line]:
    """The table in `width` cells. `board` None: nobody is selected (`chosen`: though there are ICP
    criteria)."""
    if board is None:
        told = "The profile selects no account." if chosen else "No ICP criterion yet: nobody is ideal."
        yield [(told, "muted")]
        return
    rows = [
        (clean(metric.label, _LONGEST_LABEL), metric.unit, board.cell(IDEAL, metric.name))
        for metric in board.metrics
    ]
    table = [table_row(label, cell) for label, _, cell in rows]
    columns, in_words = next((form for form in _FORMS if _room(table, *form) <= width), _FORMS[-1])
    widths = [max(len(line[at]) for line in (HEADS, *table)) for at in columns]
    head: list[Piece] = []
    for at, cells in zip(columns, widths, strict=True):
        head.append((fit(HEADS[at], cells, right=at > 0) + " " * _GAP, "muted"))
    yield head
    for line, (_, _, cell) in zip(table, rows, strict=True):
        pieces: list[Piece] = []
        for at, cells in zip(columns, widths, strict=True):
            ink = "text!" if at == 1 else "text" if at == 0 else "muted"
            pieces.append((fit(line[at], cells, right=at > 0) + " " * _GAP, ink))
        shown = verdicts.verdict_text(cell.verdict) if in_words else verdicts.glyph(cell.verdict)
        pieces.append((shown, VERDICT_INK[cell.verdict]))
        yield pieces
    yield []
    note = "Verdicts are against the rest, whom the profile does not select."
    yield from ([(text, "muted")] for text in wrapped(note, max(width, 8)))


def _room(table: list[tuple[str, ...]], columns: tuple[int, ...], in_words: bool) -> int:
    widths = [max(len(line[at]) for line in (HEADS, *table)) + _GAP for at in columns]
    verdict = max((len(line[-1]) for line in table), default=1) if in_words else 1
    return width_of([(" " * (sum(widths) + verdict), "text")])
