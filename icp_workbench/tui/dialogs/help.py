"""What the keys do where the focus is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from icp_workbench.tui.actions import offered
from icp_workbench.tui.dialogs.dialog import Dialog, Said
from icp_workbench.tui.keys import reachable
from icp_workbench.tui.lines import Line, wrapped
from icp_workbench.tui.standing import stands
from icp_workbench.tui.widgets.rows_view import RowsView

_KEYS = 12  # cells of the keys' column

MARKS = (
    ("▲ better", "better than everyone outside the segment: q ≤ 0.05 on this board, beyond the margin"),
    ("▼ worse", "worse, by the same rule"),
    ("≈ similar", "the whole interval of the difference lies within the margin"),
    ("? unclear", "the data cannot tell"),
    ("· too few", "too few accounts to say anything"),
    ("● ○ ✕ ·", "lights: yes, unclear, no, no such metric in the book"),
)


@dataclass(frozen=True)
class HelpRow:
    """A key and what it does, or a heading."""

    key: int
    keys: str
    what: str

    selectable = False

    def line(self, width: int, here: bool) -> Line:
        if not self.what:
            return [(self.keys, "text!")]
        return [(f"  {self.keys:<{_KEYS}}", "accent!"), (self.what, "text")]


class HelpDialog(Dialog[None]):
    """Everything offered here, by group, and what the marks mean."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("question_mark,q,enter", "close", "close", show=False)]

    def __init__(self, places: Sequence[str]) -> None:
        super().__init__()
        self._places = places

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog tall"):
            yield Said("What can be done here", "bold", classes="title")
            yield RowsView(id="help", cursor=False)
            yield Said("↑ ↓ scroll   esc close", "$muted", classes="keys")

    def on_mount(self) -> None:
        self.query_one(RowsView).focus()

    def on_resize(self) -> None:
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        if not stands(self):
            return
        view = self.query_one(RowsView)
        width = max((view.scrollable_content_region.width or 100) - 3 - _KEYS, 20)
        lines = [
            (keys if at == 0 else "", text)
            for keys, what in self._pairs()
            for at, text in enumerate(wrapped(what, width) or [""])
        ]
        view.show_rows([HelpRow(at, keys, text) for at, (keys, text) in enumerate(lines)])

    def _pairs(self) -> list[tuple[str, str]]:
        pairs: list[tuple[str, str]] = []
        group = ""
        for action in reachable(getattr(self.app, "with_keys", list)(offered(self._places))):
            if action.group != group:
                pairs += [("", ""), (action.group, "")] if pairs else [(action.group, "")]
                group = action.group
            pairs.append((action.shown, action.what))
        pairs += [("", ""), ("Moving", ""), ("↑↓←→ hjkl", "Move the cursor; g and G go to the ends")]
        pairs += [("", ""), ("Marks", ""), *MARKS]
        return pairs
