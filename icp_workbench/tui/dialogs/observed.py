"""A new attribute: made from the one under the cursor, a condition, the current segment or another file."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, cast

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input

from icp_workbench.book.derived.definitions import free_name
from icp_workbench.book.derived.making import with_one_more
from icp_workbench.book.observed import ObservedAttribute, SecondFile
from icp_workbench.conditions.fields import Field
from icp_workbench.errors import WorkbenchError
from icp_workbench.tui.desk import Desk
from icp_workbench.tui.dialogs.dialog import Dialog, Line, Said
from icp_workbench.tui.dialogs.mark import Pick
from icp_workbench.tui.dialogs.observed_answers import (
    WAYS,
    Answers,
    Way,
    attribute_of,
    definition_of,
    preview,
    proposed_name,
    ways_for,
)
from icp_workbench.tui.lines import Line as TextLine
from icp_workbench.tui.lines import cut
from icp_workbench.tui.safe import clean
from icp_workbench.tui.screens.room import SHORT
from icp_workbench.tui.standing import stands
from icp_workbench.tui.widgets.facet_rows import words
from icp_workbench.tui.widgets.rows_view import RowsView

_TYPED: dict[Way, tuple[str, str]] = {
    "bands": ("cuts", "10, 50, 200"),
    "words": ("words", "reseller, second hand"),
    "condition": ("condition", "industry IN ('SaaS') AND employees >= 40"),
    "file": ("file", "notes.csv"),
}
_BESIDE: dict[Way, tuple[str, str]] = {
    "group": ("group", "a name for them"),
    "file": ("column", "its header"),
}
_HOW: dict[Way, str] = {
    "bands": "Each cut begins a band.",
    "group": "Space marks the values that belong together; all others keep their own name.",
    "words": "Yes where the text mentions one of them: whole words, whatever their case.",
    "condition": "Yes where it holds, no where it does not, blank where that is unknown.",
    "tag": "Yes for the accounts of the current segment, by name. A tag cannot leave with a spec.",
    "file": "A column of another file, joined by the account's id or name.",
}


@dataclass(frozen=True)
class LevelRow:
    """A value that may be marked."""

    level: str
    marked: bool

    selectable = True

    @property
    def key(self) -> Hashable:
        return self.level

    def line(self, width: int, here: bool) -> TextLine:
        ink = "accent!" if self.marked else "text"
        return [("● " if self.marked else "○ ", ink), (cut(clean(self.level), max(width - 2, 4)), ink)]


class Levels(RowsView):
    """Values to mark with space; enter goes on."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "mark", "mark", show=False),
        Binding("enter", "accept", "accept", show=False),
    ]

    class Changed(Message):
        """A value was marked, or no longer."""

    class Accepted(Message):
        """Enter was pressed."""

    def __init__(self, levels: tuple[str, ...], *, id: str) -> None:
        super().__init__(id=id)
        self.rows = [LevelRow(level, False) for level in levels]

    @property
    def marked(self) -> tuple[str, ...]:
        """The values marked, in their order."""
        return tuple(row.level for row in self.rows if isinstance(row, LevelRow) and row.marked)

    def action_mark(self) -> None:
        """Mark the value under the cursor, or no longer."""
        row = self.current_as(LevelRow)
        if row is not None:
            self.show_rows([
                LevelRow(other.level, other.marked != (other.level == row.level))
                for other in self.rows if isinstance(other, LevelRow)
            ])  # fmt: skip
            self.post_message(self.Changed())

    def action_accept(self) -> None:
        """Enter."""
        self.post_message(self.Accepted())

    def on_rows_view_chosen(self, message: RowsView.Chosen) -> None:
        message.stop()
        self.action_mark()


class ObservedDialog(Dialog[ObservedAttribute]):
    """Answers an attribute that can be made on the book as it is."""

    def __init__(self, desk: Desk, field: Field | None, folder: Path) -> None:
        super().__init__()
        self._desk, self._field, self._folder = desk, field, folder
        self._ways = ways_for(field)
        self._proposed = ""
        self._wanted: Answers | None = None  # whose preview is to be shown
        self._previewing = False

    def compose(self) -> ComposeResult:
        source = f" from {words(self._field.name)}" if self._field is not None else ""
        with Vertical(classes="dialog wide"):
            yield Said(f"New attribute{source}", "bold", classes="title")
            with Horizontal(classes="row"):
                yield Said("made by", classes="label")
                yield Pick([(way, WAYS[way]) for way in self._ways], self._ways[0], id="way")
            yield Said("", "$muted", id="how")
            with Horizontal(classes="row", id="typed-row"):
                yield Said("", classes="label", id="typed-label")
                yield Line("", "", id="typed")
            yield Levels(self._field.levels if self._field is not None else (), id="levels")
            with Horizontal(classes="row", id="beside-row"):
                yield Said("", classes="label", id="beside-label")
                yield Line("", "", id="beside")
            with Horizontal(classes="row"):
                yield Said("name", classes="label")
                yield Line("", "", id="name")
            yield Said("", id="told")
            yield Said(
                "enter next   tab field   ← → choose   space mark   esc close", "$muted",
                classes="keys",
            )  # fmt: skip

    def on_mount(self) -> None:
        self._lay_out()
        self._first().focus()

    @property
    def _way(self) -> Way:
        return cast(Way, self.query_one("#way", Pick).value)

    @property
    def _answers(self) -> Answers:
        texts = {name: self.query_one(f"#{name}", Input).value for name in ("typed", "beside", "name")}
        return Answers(self._way, texts["name"], texts["typed"], self._levels.marked, texts["beside"])

    @property
    def _levels(self) -> Levels:
        return self.query_one("#levels", Levels)

    def _lay_out(self) -> None:
        way = self._way
        self.query_one("#how", Said).say(_HOW[way], "$muted")
        for name, labels in (("typed", _TYPED), ("beside", _BESIDE)):
            self.query_one(f"#{name}-row").display = way in labels
            if way in labels:
                label, example = labels[way]
                self.query_one(f"#{name}-label", Said).say(label)
                self.query_one(f"#{name}", Input).placeholder = example
        self._levels.display = way == "group"
        most = 8 if self.app.size.height >= SHORT else 4
        self._levels.styles.height = min(max(len(self._levels.rows), 1), most)
        self._look()

    def _first(self) -> Input | Levels | Pick:
        if self._way in _TYPED:
            return self.query_one("#typed", Input)
        return self._levels if self._way == "group" else self.query_one("#name", Input)

    def _look(self) -> None:
        """Propose a name where none was typed, and have counted what would come of the answers so far."""
        self._propose()
        self._wanted = self._answers
        if not self._previewing:
            self._begin_preview()

    def _propose(self) -> None:
        name = self.query_one("#name", Input)
        if name.value in ("", self._proposed):
            self._proposed = free_name(proposed_name(self._answers, self._field), self._desk.fields)
            with name.prevent(Input.Changed):
                name.value = self._proposed

    def _begin_preview(self) -> None:
        if self._wanted is not None:
            self._previewing = True
            self._preview(self._wanted)

    @work(thread=True, group="preview")
    def _preview(self, answers: Answers) -> None:
        """One at a time, as a million accounts take a while; then the newest."""
        try:
            told = preview(definition_of(answers, self._field, self._desk), self._desk), "$success"
        except WorkbenchError as error:
            told = f"{error.what_happened}\n{error.what_to_do}", "$muted"
        self.app.call_later(self._previewed, answers, *told)

    def _previewed(self, answers: Answers, text: str, ink: str) -> None:
        self._previewing = False
        if not stands(self):
            return
        if answers == self._wanted:
            self.query_one("#told", Said).say(text, ink)
        else:
            self._begin_preview()

    @on(Pick.Stepped)
    def _stepped(self) -> None:
        self._lay_out()

    @on(Levels.Changed)
    def _marked(self) -> None:
        self._look()

    @on(Input.Changed)
    def _typed(self) -> None:
        hand = getattr(self.app, "hand", None)
        if hand is None or not hand.has_more:  # else the last key of many is answered
            self._look()

    @on(Pick.Accepted)
    def _picked(self) -> None:
        self._first().focus()

    @on(Levels.Accepted)
    def _chosen(self) -> None:
        self.query_one("#beside").focus()

    @on(Input.Submitted)
    def _submitted(self, message: Input.Submitted) -> None:
        beside = self.query_one("#beside", Input)
        if message.input.id == "typed" and self._way in _BESIDE and not beside.value.strip():
            beside.focus()
            return
        self._propose()
        self._wanted = None  # what is said from here on is not overwritten
        try:
            attribute = attribute_of(self._answers, self._field, self._desk)
        except WorkbenchError as error:
            self._refuse(error)
            return
        if isinstance(attribute.definition, SecondFile):
            self.query_one("#told", Said).say("Reading the file…", "$muted")
            self._try(attribute)
        else:
            self.dismiss(attribute)

    @work(thread=True, exclusive=True)
    def _try(self, attribute: ObservedAttribute) -> None:
        """A file is read before it is taken: what is wrong with it is said here."""
        try:
            with_one_more(self._desk.book, attribute, self._folder)
        except WorkbenchError as error:
            self.app.call_from_thread(self._refuse, error)
        else:
            self.app.call_from_thread(self._accept, attribute)

    def _accept(self, attribute: ObservedAttribute) -> None:
        if stands(self):
            self.dismiss(attribute)

    def _refuse(self, error: WorkbenchError) -> None:
        if stands(self):
            self.query_one("#told", Said).say(f"{error.what_happened}\n{error.what_to_do}", "$error")
