"""Where the current segment does not hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from icp_workbench.conditions.condition import Condition
from icp_workbench.evidence.contrasts.exceptions import Exceptions, SubGroup
from icp_workbench.tui.desk import Desk
from icp_workbench.tui.dialogs.dialog import Dialog, Said
from icp_workbench.tui.lines import Line, wrapped
from icp_workbench.tui.safe import clean
from icp_workbench.tui.theme import VERDICT_INK
from icp_workbench.tui.widgets.rows_view import Row, RowsView, TextRow
from icp_workbench.workshop.state import Segment


@dataclass(frozen=True)
class GroupRow:
    """The first line of a sub-group: the one the cursor stops at."""

    group: SubGroup
    text: str

    selectable = True

    @property
    def key(self) -> tuple[str, str]:
        return self.group.side, self.group.words

    def line(self, width: int, here: bool) -> Line:
        mark = "▼ " if self.group.side == "inside" else "▲ "
        return [(mark, f"{VERDICT_INK[self.group.verdict]}!"), (self.text, "text!")]


class FailsDialog(Dialog[Condition]):
    """Weaker sub-groups inside, stronger ones outside. Answers the condition of the one chosen."""

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
            yield Said("⏎ as a new segment   esc close", "$muted", classes="keys")

    def on_mount(self) -> None:
        self.query_one(RowsView).focus()
        self._compute()

    def on_resize(self) -> None:
        self.call_after_refresh(self._draw)

    @work(thread=True, exit_on_error=True, group="fails")
    def _compute(self) -> None:
        self.app.call_from_thread(self._ready, self._desk.exceptions(self._segment, self._metric))

    def _ready(self, found: Exceptions) -> None:
        if self.is_attached:
            self._found = found
            self._desk.seen(found.looks)
            self._draw()

    def _draw(self) -> None:
        view = self.query_one(RowsView)
        width = (view.scrollable_content_region.width or 76) - 3
        view.show_rows(_rows(self._found, width) if self._found is not None else [_text(0, "comparing …")])

    def action_choose(self) -> None:
        """Answer with the sub-group under the cursor."""
        row = self.query_one(RowsView).current_as(GroupRow)
        if row is not None:
            self.dismiss(row.group.condition)


def _text(at: object, text: str, ink: str = "muted") -> TextRow:
    return TextRow(("text", at), ((text, ink),))


def _rows(found: Exceptions, width: int) -> list[Row]:
    rows: list[Row] = [_text(("said", at), text) for at, text in enumerate(wrapped(found.sentence, width))]
    for title, groups, none in (
        ("Inside, but weaker than the others inside", found.inside, "none that stands out"),
        ("Outside, but stronger than the others outside", found.outside, "none that stands out"),
    ):
        rows += [_text((title, "gap"), ""), _text(title, title, "text!")]
        if not groups:
            rows.append(_text((title, "none"), f"  {none}"))
        for group in groups:
            name, _, figures = clean(group.sentence, 600).partition(": ")
            rows.append(GroupRow(group, name))
            for at, text in enumerate(wrapped(figures[:1].upper() + figures[1:], width - 2)):
                rows.append(_text((group.side, group.words, at), f"  {text}"))
            if group.alike:
                alike = clean(f"Nearly the same accounts: {'; '.join(group.alike)}.", 300)
                rows += [
                    _text((group.side, group.words, "alike", at), f"  {text}")
                    for at, text in enumerate(wrapped(alike, width - 2))
                ]
    return rows
