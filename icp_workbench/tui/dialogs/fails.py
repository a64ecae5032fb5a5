"""Where the current segment does not hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.worker import get_current_worker

from icp_workbench.conditions.condition import Condition
from icp_workbench.evidence.contrasts.exceptions import SIDES, Exceptions, SubGroup
from icp_workbench.render import figures, verdicts
from icp_workbench.tui.desk import Desk
from icp_workbench.tui.dialogs.dialog import Dialog, Said
from icp_workbench.tui.lines import Line, wrapped
from icp_workbench.tui.safe import clean
from icp_workbench.tui.standing import stands
from icp_workbench.tui.theme import VERDICT_INK
from icp_workbench.tui.widgets.rows_view import Row, RowsView, TextRow
from icp_workbench.workshop.state import Segment

_CLOSE = "esc close"
_CHOOSE = f"↑ ↓ another   ⏎ as a new segment   {_CLOSE}"


@dataclass(frozen=True)
class GroupRow:
    """The first line of a sub-group: the one the cursor stops at."""

    group: SubGroup
    text: str

    selectable = True

    @property
    def key(self) -> Condition:
        return self.group.whole

    def line(self, width: int, here: bool) -> Line:
        verdict = self.group.verdict
        return [(f"{verdicts.glyph(verdict)} ", f"{VERDICT_INK[verdict]}!"), (self.text, "text!")]


class FailsDialog(Dialog[Condition]):
    """Weaker sub-groups inside, stronger ones outside (or the other way round). Answers the condition that
    selects the one chosen on its side."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "choose", show=False),
        Binding("q", "close", "close", show=False),
    ]

    def __init__(self, desk: Desk, segment: Segment, metric: str) -> None:
        super().__init__()
        self._desk, self._segment, self._metric = desk, segment, metric
        self._found: Exceptions | None = None

    def compose(self) -> ComposeResult:
        label = self._desk.book.metric(self._metric).label.lower()
        with Vertical(classes="dialog tall wide"):
            title = f"Where {self._segment.id} fails, by {label}: {self._desk.title(self._segment)}"
            yield Said(title, "bold", classes="title")
            yield RowsView(id="fails")
            yield Said(_CLOSE, "$muted", id="fails-keys", classes="keys")

    def on_mount(self) -> None:
        self.query_one(RowsView).focus()
        self._compute()

    def on_resize(self) -> None:
        self.call_after_refresh(self._draw)

    @work(thread=True, exit_on_error=True, group="fails")
    def _compute(self) -> None:
        worker = get_current_worker()
        found = self._desk.exceptions(self._segment, self._metric, lambda: worker.is_cancelled)
        if not worker.is_cancelled:
            self.app.call_from_thread(self._ready, found)

    def _ready(self, found: Exceptions) -> None:
        if stands(self):
            self._found = found
            self._desk.seen(found.looks)
            self.query_one("#fails-keys", Said).say(_CHOOSE if found.groups else _CLOSE, "$muted")
            self._draw()

    def _draw(self) -> None:
        if not stands(self):
            return
        view = self.query_one(RowsView)
        width = (view.scrollable_content_region.width or 76) - 3
        view.show_rows(
            list(_rows(self._found, width)) if self._found is not None else [_text(0, "comparing …")]
        )

    def action_choose(self) -> None:
        """Answer with the sub-group under the cursor."""
        row = self.query_one(RowsView).current_as(GroupRow)
        if row is not None:
            self.dismiss(row.group.whole)


def _text(at: object, text: str, ink: str = "muted") -> TextRow:
    return TextRow(("text", at), ((text, ink),))


def _rows(found: Exceptions, width: int) -> Iterator[Row]:
    for at, said in enumerate((found.standing, found.sentence)):
        yield from _wrapped(("said", at), said, width)
    for side in SIDES if found.looked_at else ():
        yield _text((side, "gap"), "")
        yield _text((side, "title"), found.title(side), "text!")
        groups = found.inside if side == "inside" else found.outside
        if not groups:
            yield _text((side, "none"), f"  {found.nothing(side)}")
        for group in groups:
            yield from _group_rows(group, width)
        if found.hidden[side]:
            yield _text(
                (side, "hidden"), f"  {figures.count(found.hidden[side])} more, less clear, are not listed"
            )


def _group_rows(group: SubGroup, width: int) -> Iterator[Row]:
    name, *more = wrapped(clean(group.words, 400), width - 2)
    yield GroupRow(group, name)
    for at, text in enumerate(more):
        yield _text((group.whole, "name", at), f"  {text}", "text!")
    said = group.said[:1].upper() + group.said[1:] + "."
    yield from _wrapped((group.whole, "said"), said, width - 2, "  ")
    if group.alike:
        yield from _wrapped(
            (group.whole, "alike"), f"Nearly the same accounts: {'; '.join(group.alike)}.", width - 2, "  "
        )


def _wrapped(key: object, text: str, width: int, before: str = "") -> Iterator[Row]:
    kept = clean(text, 600).replace("(q ", "(q\u00a0")  # a figure stays with its name
    for at, line in enumerate(wrapped(kept, width)):
        yield _text((key, at), before + line)
