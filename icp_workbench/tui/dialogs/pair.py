"""The current segment directly against another one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.worker import get_current_worker

from icp_workbench.evidence.comparison import Cell
from icp_workbench.evidence.contrasts.pairing import Paired
from icp_workbench.evidence.contrasts.writing import apart, remarks, shared
from icp_workbench.render import figures, verdicts
from icp_workbench.tui.desk import Desk
from icp_workbench.tui.dialogs.dialog import Dialog, Said
from icp_workbench.tui.lines import Line, cut, fit, wrapped
from icp_workbench.tui.safe import clean
from icp_workbench.tui.standing import stands
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
        with Vertical(classes="dialog tall wide") as box:
            box.styles.width = _WIDTH
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
        self._paired = None  # figures under another name would be wrong ones
        self._draw()
        self._compute(self._asked, other)

    @work(thread=True, exit_on_error=True, group="pair")
    def _compute(self, asked: int, other: Segment) -> None:
        worker = get_current_worker()

        def stale() -> bool:
            return worker.is_cancelled or asked != self._asked

        for resample in (False, True) if self._desk.resamples else (False,):
            found = self._desk.pair(self._segment, other, resample, stale)
            if stale():
                return
            self.app.call_from_thread(self._ready, asked, found)

    def _ready(self, asked: int, found: Paired) -> None:
        if asked != self._asked or not stands(self):
            return
        self._paired = found
        self._desk.seen(found.looks)
        self._draw()

    def _draw(self) -> None:
        if not stands(self):
            return
        view = self.query_one(RowsView)
        width = (view.scrollable_content_region.width or 76) - 1
        view.show_rows(numbered(_lines(self._paired, width) if self._paired is not None else [_WAITING]))


_WAITING: Line = [("counting …", "muted")]
_WIDTH = 124  # with every interval, where the terminal has room
_GAP = 2
_SHORT = 16  # what is left of a long label, rather than to drop the interval of the difference
_VERDICT = 9  # cells of the widest verdict: `? unclear`, `· too few`


def _lines(paired: Paired, width: int) -> list[Line]:
    first, second = paired.first.name, paired.second.name
    columns = _columns(paired, width)
    labels, own, others, changes = columns
    widths = [max(map(cell_len, column)) + _GAP for column in columns]
    verdict = [verdicts.verdict_text(cell.verdict) for cell in paired.cells]
    spare = width - sum(widths) - max(map(cell_len, [*verdict, f"{first} is"]))
    widths[0] += min(spare, 0)  # what is too long is cut where it hurts least
    inks = (
        ("text", f"{SEGMENT_INK.get(first, 'text')}!", f"{SEGMENT_INK.get(second, 'text')}!", "text!"),
        ("muted",) * 4,
        *(("text",) * 4 for _ in paired.cells),
    )
    ends = [(f"{first} is", "text!"), ("", "text")]
    ends += [(text, VERDICT_INK[cell.verdict]) for text, cell in zip(verdict, paired.cells, strict=True)]
    lines: list[Line] = []
    for at, (texts, end) in enumerate(zip(zip(labels, own, others, changes, strict=True), ends, strict=True)):
        pieces = [
            (fit(cut(text, each - 1), each), ink)
            for text, each, ink in zip(texts, widths, inks[at], strict=True)
        ]
        lines.append([*pieces, end])
    lines.insert(2, [("─" * width, "rule")])
    lines.append([])
    for said in (shared(paired), *remarks(paired)):
        kept = clean(said, 400).replace("q ≤ 0.05", "q\u00a0≤\u00a00.05")
        lines += [[(text, "muted")] for text in wrapped(kept, width)]
    return lines


def _columns(paired: Paired, width: int) -> list[list[str]]:
    """Metric, both figures, difference: with all intervals, or with that of the difference, or without."""
    found: list[list[str]] = []
    for own_limits, limits in ((True, True), (False, True), (False, False)):
        labels = ["", "accounts"]
        own = [paired.first.name, figures.count(paired.first.accounts)]
        others = [paired.second.name, figures.count(paired.second.accounts)]
        changes = ["difference", ""]
        for metric, cell, second in zip(paired.metrics, paired.cells, paired.seconds, strict=True):
            unit = figures.unit_words(metric.unit) if own_limits else ""
            labels.append(clean(f"{metric.label} ({unit})" if unit else metric.label, 40))
            own.append(_shown(cell, own_limits))
            others.append(_shown(second, own_limits))
            changes.append(apart(cell, limits=limits))
        found = [labels, own, others, changes]
        widths = [max(map(cell_len, column)) + _GAP for column in found]
        label = widths[0] if own_limits else min(widths[0], _SHORT)
        if label + sum(widths[1:]) + _VERDICT <= width:
            break
    return found


def _shown(cell: Cell, with_limits: bool) -> str:
    low, high = (cell.low, cell.high) if with_limits else (None, None)
    return figures.with_limits(cell.estimate, low, high, cell.unit)
