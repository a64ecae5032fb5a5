"""What `y` and `Y` copy: the thing under the cursor, or the whole of what is shown, as plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from icp_workbench.evidence.board import as_markdown
from icp_workbench.evidence.sentences import sentence
from icp_workbench.render import figures
from icp_workbench.spec.statement import statement_of
from icp_workbench.tui.safe import clean, clean_lines
from icp_workbench.tui.widgets.board import Board
from icp_workbench.tui.widgets.rows_view import RowsView

if TYPE_CHECKING:
    from icp_workbench.tui.screens.room import Room

_WIDE = 200


def under_cursor(room: Room) -> tuple[str, str]:
    """The text of what has the focus, cleaned, and what it is: a cell, a line, the statement."""
    focused = room.focused
    if isinstance(focused, Board):
        return _cell(room, focused), "the cell"
    if room.NAME == "spec":
        return _statement(room), "the statement"
    if isinstance(focused, RowsView) and focused.current is not None:
        pieces = focused.current.line(_WIDE, False)
        return " ".join("".join(text for text, _ in pieces).split()), "the line"
    return "", ""


def everything(room: Room) -> tuple[str, str]:
    """The board as a Markdown table, or where there is none all lines of what has the focus."""
    answers = room.desk.answers
    if room.NAME == "slice" and answers.comparison is not None:
        table = as_markdown(answers.comparison, room.desk.fields, None, answers.overlaps)
        return clean_lines(table, 100_000), "the table, as Markdown"
    focused = room.focused
    if isinstance(focused, RowsView):
        lines = ("".join(text for text, _ in row.line(_WIDE, False)).rstrip() for row in focused.rows)
        return "\n".join(lines).strip("\n"), "the lines"
    return under_cursor(room)


def _cell(room: Room, board: Board) -> str:
    cell, head, name = board.cell, board.current_head, board.metric
    if cell is None or head is None or name is None:
        return ""
    metric = room.desk.book.metric(name)
    share = figures.percent_of(head.accounts, room.desk.index.n_accounts)
    title = f"{head.letter} {head.title(80)} ({figures.count(head.accounts)} accounts, {share})"
    return f"{title}, {metric.label}: {clean(sentence(cell, metric), 600)}"


def _statement(room: Room) -> str:
    criteria = room.desk.state.criteria
    return clean(statement_of(criteria, room.desk.fields), 4_000) if criteria else ""
