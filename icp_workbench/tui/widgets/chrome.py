"""What frames every room: the title line, the rooms' tabs, and the bottom line that says what can be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rich.cells import cell_len
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from icp_workbench.tui.actions import Action
from icp_workbench.tui.limits import Limits
from icp_workbench.tui.lines import Piece, cut, filled, fit, strip_of, width_of
from icp_workbench.tui.theme import inks_of

_ALWAYS = ("app.help", "app.quit", "present.help", "present.end", "home.help", "home.quit")
ROOMS = (("data", "1", "Data"), ("slice", "2", "Slice"), ("decide", "4", "Decide"), ("spec", "5", "Spec"))


@dataclass(frozen=True)
class Titles:
    """The title line: program, book, its figures; on the right the agenda's clock and how the spec stands.
    All cleaned."""

    book: str = ""
    figures: str = ""
    clock: str = ""
    warned: bool = False  # the item's time is soon over, or over
    spec: str = ""
    unsaved: bool = False
    questions: int = 0  # what the Data room asks


class TitleBar(Widget):
    """Program, book and figures on the left; the spec's version on the right; the rooms below (or beside)."""

    class RoomWanted(Message):
        """A tab was clicked."""

        def __init__(self, room: str) -> None:
            super().__init__()
            self.room = room

    def __init__(self, room: str) -> None:
        super().__init__()
        self.room = room
        self.titles = Titles()
        self._tabs: list[tuple[int, int, str]] = []

    def show(self, titles: Titles) -> None:
        """Show other titles."""
        if titles != self.titles:
            self.titles = titles
            self.refresh()

    def render_line(self, y: int) -> Strip:
        inks = inks_of(self.app)
        width = self.size.width
        if self.size.height == 1:
            tabs = self._tab_pieces(0)
            rest = [("  ", "text"), (self.titles.book, "text!"), ("  " + self.titles.figures, "muted")]
            return strip_of(self._ended([*tabs, *rest], width), width, inks, inks.resting)
        if y == 0:
            pieces: list[Piece] = [
                (" ICP Workbench ", "accent!"),
                (f" {self.titles.book} ", "text!"),
                (f" {self.titles.figures}", "muted"),
            ]
            return strip_of(self._ended(pieces, width), width, inks, inks.resting)
        return strip_of(self._tab_pieces(0), width, inks)

    def on_click(self, event: events.Click) -> None:
        if event.y == self.size.height - 1:
            for start, end, room in self._tabs:
                if start <= event.x < end:
                    self.post_message(self.RoomWanted(room))

    def _ended(self, pieces: list[Piece], width: int) -> list[Piece]:
        titles = self.titles
        end: list[Piece] = [(titles.spec, "warn" if titles.unsaved else "good"), (" ", "text")]
        if titles.clock:
            end[:0] = [
                (titles.clock, "warn!" if titles.warned else "text!"),
                ("   " if titles.spec else "", "text"),
            ]
        room = width - width_of(end) - 1
        used = width_of(pieces)
        if used > room:
            # The figures go first, part by part; then the name is cut.
            parts, ink = pieces[-1][0].split(" · "), pieces[-1][1]
            while parts and used > room:
                used -= cell_len(parts.pop()) + 3
            pieces = [*pieces[:-1], (" · ".join(parts), ink)]
            if width_of(pieces) > room:
                pieces = filled(pieces, room)
            used = width_of(pieces)
        return [*pieces, (" " * max(room - used + 1, 1), "text"), *end]

    def _tab_pieces(self, start: int) -> list[Piece]:
        pieces: list[Piece] = []
        self._tabs = []
        at = start
        for room, number, name in ROOMS:
            text = f" {number} {name} "
            pieces.append((text, "ground!@accent" if room == self.room else "muted"))
            if room == "data" and self.titles.questions:
                asked = f"{self.titles.questions}? "
                pieces.append((asked, "ground!@warn" if room == self.room else "warn!"))
                text += asked
            self._tabs.append((at, at + len(text), room))
            at += len(text)
        return pieces


class KeysLine(Widget):
    """The bottom line: what the keys do where the focus is; as many as fit, help and quit always."""

    def __init__(self) -> None:
        super().__init__()
        self._actions: Sequence[Action] = ()
        self._spots: list[tuple[int, int, str]] = []

    def show(self, actions: Sequence[Action]) -> None:
        """Offer other actions."""
        if list(actions) != list(self._actions):
            self._actions = [action for action in actions if action.hint]
            self.refresh()

    def render_line(self, y: int) -> Strip:
        inks = inks_of(self.app)
        width = self.size.width
        limits = getattr(self.app, "limits", Limits())
        actions = [replace(action, shown=limits.key(action.shown)) for action in self._actions]
        fixed = [action for action in actions if action.id in _ALWAYS]
        room = width - sum(_width(action) for action in fixed) - 1
        shown: list[Action] = []
        for action in actions:
            if action not in fixed and _width(action) <= room:
                shown.append(action)
                room -= _width(action)
        pieces: list[Piece] = [(" ", "text")]
        self._spots = []
        at = 1
        for action in [*shown, *fixed]:
            pieces += [(action.shown, "accent!"), (f" {action.label}  ", "text")]
            self._spots.append((at, at + _width(action), action.call))
            at += _width(action)
        return strip_of(pieces, width, inks, inks.resting)

    async def on_click(self, event: events.Click) -> None:
        for start, end, call in self._spots:
            if start <= event.x < end:
                await self.screen.run_action(call)


class Heads(Widget):
    """One line over the attributes: what the columns on the right are."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._text = ""
        self._left = ""

    def show(self, left: str, text: str) -> None:
        """Show another line: `left` at the left edge, `text` at the right."""
        if (left, text) != (self._left, self._text):
            self._left, self._text = left, text
            self.refresh()

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        text = cut(self._text, width)
        left = fit(self._left, max(width - len(text), 0))
        return strip_of([(left, "muted"), (text, "muted")], width, inks_of(self.app))


def _width(action: Action) -> int:
    return len(action.shown) + len(action.label) + 3
