"""Keys that did not join: those that may be misspelt, to accept; the others on both sides, to read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from icp_workbench.book.book import JoinSummary, NearMiss
from icp_workbench.render import figures
from icp_workbench.tui.dialogs.dialog import Dialog, Said
from icp_workbench.tui.lines import Line, fit
from icp_workbench.tui.safe import clean
from icp_workbench.tui.widgets.rows_view import Row, RowsView, TextRow


@dataclass(frozen=True)
class NearRow:
    """One key that may mean another."""

    near: NearMiss
    accepted: bool

    selectable = True

    @property
    def key(self) -> str:
        return self.near.found

    def line(self, width: int, here: bool) -> Line:
        mark = ("  ✓ ", "good!") if self.accepted else ("  · ", "muted")
        each = max((width - 24) // 2, 8)
        return [
            mark,
            (fit(f"“{clean(self.near.found, 60)}”", each), "text"),
            (" → ", "muted"),
            (fit(f"“{clean(self.near.meant, 60)}”", max(width - 23 - each, 8)), "text"),
            (figures.counted(self.near.rows, "row").rjust(14), "muted"),
        ]


@dataclass(frozen=True)
class KeyRow:
    """A key that joined to nothing."""

    key: tuple[str, str]
    rows: int | None = None

    selectable = True

    def line(self, width: int, here: bool) -> Line:
        rows = "" if self.rows is None else figures.counted(self.rows, "row")
        return [
            ("    ", "text"),
            (fit(clean(self.key[1], 80), max(width - 20, 8)), "muted"),
            (rows.rjust(14), "muted"),
        ]


class NearMissesDialog(Dialog[dict[str, str]]):
    """Answers {found: meant} of all that were accepted; empty: they stay as they are."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "accept", "accept", show=False),
        Binding("A", "all", "all", show=False),
        Binding("enter", "done", "done", show=False),
    ]

    def __init__(self, join: JoinSummary) -> None:
        super().__init__()
        self._join = join
        self._accepted: set[str] = set()

    def compose(self) -> ComposeResult:
        join = self._join
        told = f"{figures.count(join.matched)} of {figures.count(join.left_rows)} rows join"
        if join.blank_keys:
            told += f", {figures.count(join.blank_keys)} have no {clean(join.left_key, 40)}"
        with Vertical(classes="dialog tall"):
            yield Said(
                f"{join.left}.{join.left_key} → {join.right}.{join.right_key}", "bold", classes="title"
            )
            yield Said(told, "$muted")
            yield RowsView(id="keys")
            keys = "space accept   A all   enter done   esc close" if join.near_misses else "enter, esc close"
            yield Said(keys, "$muted", classes="keys")

    def on_mount(self) -> None:
        self._draw()
        self.query_one(RowsView).focus()

    def _draw(self) -> None:
        join = self._join
        rows: list[Row] = []
        if join.near_misses:
            rows.append(_head(f"May be misspelt ({len(join.near_misses):,})"))
            rows += [NearRow(near, near.found in self._accepted) for near in join.near_misses]
        if join.unmatched_examples:
            shown = len(join.unmatched_examples)
            rows += [
                _gap(0),
                _head(f"In {clean(join.left, 40)}, in no row of {clean(join.right, 40)} ({shown:,} shown)"),
            ]
            rows += [KeyRow(("left", key), many) for key, many in join.unmatched_examples]
        if join.right_unmatched_examples:
            told = f"In {clean(join.right, 40)}, named by no row of {clean(join.left, 40)}"
            rows += [_gap(1), _head(f"{told} ({figures.count(join.right_unmatched)})")]
            rows += [KeyRow(("right", key)) for key in join.right_unmatched_examples]
        self.query_one(RowsView).show_rows(rows or [_head("Every row joins.")])

    def action_accept(self) -> None:
        """Accept what is under the cursor, or no longer."""
        view = self.query_one(RowsView)
        row = view.current_as(NearRow)
        if row is not None:
            self._accepted ^= {row.near.found}
            self._draw()
            view.action_move(1)

    def action_all(self) -> None:
        """Accept all; or none, where all are accepted."""
        found = {near.found for near in self._join.near_misses}
        self._accepted = set() if self._accepted == found else found
        self._draw()

    def action_done(self) -> None:
        """Answer with what is accepted."""
        self.dismiss({n.found: n.meant for n in self._join.near_misses if n.found in self._accepted})


def _head(text: str) -> TextRow:
    return TextRow(("head", text), ((text, "text!"),))


def _gap(at: int) -> TextRow:
    return TextRow(("gap", at))
