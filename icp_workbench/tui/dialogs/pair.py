"""The current segment directly against another one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from icp_workbench.evidence.comparison import Cell
from icp_workbench.evidence.contrasts.pairing import Paired
from icp_workbench.evidence.contrasts.writing import shared
from icp_workbench.render import figures, verdicts
from icp_workbench.tui.desk import Desk
from icp_workbench.tui.dialogs.dialog import Dialog, Said
from icp_workbench.tui.lines import Line, fit, wrapped
from icp_workbench.tui.safe import clean
from icp_workbench.tui.theme import SEGMENT_INK, VERDICT_INK
from icp_workbench.tui.widgets.rows_view import RowsView, numbered
from icp_workbench.workshop.state import Segment


class PairDialog(Dialog[None]):
    """Both figures, their difference, and the verdict on the first; [ and ] choose the other."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left_square_bracket,left,h", "other(-1)", "previous", show=False),
        Binding("right_square_bracket,right,l,equals_sign", "other(1)", "next", show=False),
        Binding("enter,q", "close", "close", show=False),
    ]

    def __init__(self, desk: Desk, segment: Segment, others: Sequence[Segment]) -> None:
        super().__init__()
        self._desk, self._segment, self._others = desk, segment, others
        self._at, self._asked = 0, 0
        self._paired: Paired | None = None

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog tall wide"):
            yield Said("", "bold", id="pair-title", classes="title")
            yield RowsView(id="pair", cursor=False)
            more = "[ ] another   " if len(self._others) > 1 else ""
            yield Said(f"{more}↑ ↓ scroll   esc close", "$muted", classes="keys")

    def on_mount(self) -> None:
        self.query_one(RowsView).focus()
        self._ask()

    def on_resize(self) -> None:
        self.call_after_refresh(self._draw)

    def action_other(self, step: int) -> None:
        """Against the next or the previous of the other segments."""
        if len(self._others) > 1:
            self._at = (self._at + step) % len(self._others)
            self._ask()

    def _ask(self) -> None:
        self._asked += 1
        other = self._others[self._at]
        self.query_one("#pair-title", Said).say(
            f"{self._segment.id} {self._desk.title(self._segment)}  against  "
            f"{other.id} {self._desk.title(other)}",
            "bold",
        )
        self._compute(self._asked, other)

    @work(thread=True, exit_on_error=True, group="pair")
    def _compute(self, asked: int, other: Segment) -> None:
        for resample in (False, True):
            found = self._desk.pair(self._segment, other, resample, lambda: asked != self._asked)
            self.app.call_from_thread(self._ready, asked, found)

    def _ready(self, asked: int, found: Paired) -> None:
        if asked != self._asked or not self.is_attached:
            return
        self._paired = found
        self._desk.seen(found.looks)
        self._draw()

    def _draw(self) -> None:
        view = self.query_one(RowsView)
        width = (view.scrollable_content_region.width or 76) - 1
        view.show_rows(numbered(_lines(self._paired, width) if self._paired is not None else [_WAITING]))


_WAITING: Line = [("counting …", "muted")]


def _lines(paired: Paired, width: int) -> list[Line]:
    first, second = paired.first.name, paired.second.name
    label = 26 if width >= 96 else 17
    each = max((width - label - 13) * 3 // 10, 11)
    apart = max(width - label - 13 - 2 * each, 12)
    head: Line = [
        (fit("", label), "text"),
        (fit(first, each), f"{SEGMENT_INK.get(first, 'text')}!"),
        (fit(second, each), f"{SEGMENT_INK.get(second, 'text')}!"),
        (fit("difference", apart), "text!"),
        (f"{first} is", "text!"),
    ]
    sizes: Line = [
        (fit("accounts", label), "muted"),
        (fit(figures.count(paired.first.accounts), each), "muted"),
        (fit(figures.count(paired.second.accounts), each), "muted"),
    ]
    lines: list[Line] = [head, sizes, [("─" * width, "rule")]]
    for metric, cell, other in zip(paired.metrics, paired.cells, paired.seconds, strict=True):
        ink = VERDICT_INK[cell.verdict]
        change = figures.difference(cell.difference, cell.unit)
        limits = figures.interval(cell.difference_low, cell.difference_high, cell.unit)
        lines.append(
            [
                (fit(metric.label, label), "text"),
                (fit(_shown(cell, each), each), "text"),
                (fit(_shown(other, each), each), "text"),
                (
                    fit(f"{change} ({limits})" if len(change) + len(limits) + 4 <= apart else change, apart),
                    "text",
                ),
                (verdicts.verdict_text(cell.verdict), ink),
            ]
        )
        if cell.verdict == "too_few":
            lines += [
                [("  ", "text"), (text, "faint")] for text in wrapped(clean(cell.reason, 200), width - 2)
            ]
    lines += [[], *([(text, "muted")] for text in wrapped(clean(shared(paired), 300), width))]
    return lines


def _shown(cell: Cell, width: int) -> str:
    value = figures.figure(cell.estimate, cell.unit, with_unit=False)
    limits = figures.interval(cell.low, cell.high, cell.unit)
    together = f"{value} ({limits})"
    return together if cell.low is not None and len(together) < width else value
