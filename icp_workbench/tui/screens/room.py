"""What every room has: title line, tabs, a body of panes, and the bottom line of keys."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, cast

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget

from icp_workbench.render import figures
from icp_workbench.render.dates import period
from icp_workbench.tui.actions import offered
from icp_workbench.tui.desk import Desk
from icp_workbench.tui.dialogs.jump import Target
from icp_workbench.tui.keys import reachable
from icp_workbench.tui.safe import clean, plain
from icp_workbench.tui.standing import stands
from icp_workbench.tui.widgets.chrome import KeysLine, TitleBar, Titles
from icp_workbench.tui.widgets.decide_rows import clock_words
from icp_workbench.tui.workbench import Workbench
from icp_workbench.workshop.agenda.agenda import reading_at

NARROW, SHORT = 100, 30  # below these the panes fold and the title line takes in the tabs


class Room(Screen[None]):
    """One of the rooms. `PANES` are the ids of what takes the focus, in the order of tab."""

    NAME: ClassVar[str] = ""
    PANES: ClassVar[tuple[str, ...]] = ()
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(self, desk: Desk) -> None:
        super().__init__(classes="room")
        self.desk = desk
        self._subtitles: dict[str, str] = {}

    @property
    def workbench(self) -> Workbench:
        """The app."""
        return cast(Workbench, self.app)

    def take(self, desk: Desk) -> None:
        """Work on the book understood another way: nothing of the one before is held any longer."""
        self.desk = desk

    def compose(self) -> ComposeResult:
        yield TitleBar(self.NAME)
        with Container(id="body"):
            yield from self.panes()
        yield KeysLine()

    def panes(self) -> Iterable[Widget]:
        """The room's panes, left to right."""
        return ()

    def places(self) -> list[str]:
        """Where the focus is, nearest first: decides which keys are offered."""
        return [self.NAME, "everywhere"]

    def figures_changed(self, what: set[str]) -> None:
        """The state (`state`, `looks`), what is left on the agenda's `clock`, whether `names` are shown, the
        `book`, or figures named as in `desk.Answers` changed."""
        if stands(self):
            self.show_titles()
            self.redraw(what)

    def redraw(self, what: set[str]) -> None:
        """Draw anew what shows any of these; the panes are there."""

    def on_mount(self) -> None:
        self._fold(self.app.size.width, self.app.size.height)
        self.query_one(f"#{self.PANES[0]}").focus()
        self.show_titles()

    def on_resize(self, event: events.Resize) -> None:
        self._fold(event.size.width, event.size.height)

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        self.figures_changed({"state", "looks", "sliced", "comparison", "pictures", "coverage"})

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        self.show_keys()

    def show_keys(self) -> None:
        """Say in the bottom line what can be done where the focus is."""
        self.query_one(KeysLine).show(reachable(self.workbench.with_keys(offered(self.places()))))

    def on_title_bar_room_wanted(self, message: TitleBar.RoomWanted) -> None:
        self.workbench.action_room(message.room)

    def action_next_pane(self, step: int) -> None:
        """Put the focus into the next pane (or the previous one)."""
        focused = self.focused
        inside = [self.query_one(f"#{pane}").walk_children(with_self=True) for pane in self.PANES]
        at = next((at for at, widgets in enumerate(inside) if focused in widgets), 0)
        self.focus_pane(self.PANES[(at + step) % len(self.PANES)])

    def focus_pane(self, pane: str) -> None:
        """Put the focus into a pane, and bring it into sight where panes are folded."""
        self.query_one(f"#{pane}").focus()

    def jump_targets(self) -> list[Target]:
        """The panes, by the titles they have."""
        found = []
        for name in self.PANES:
            pane = self.query_one(f"#{name}")
            framed = next((one for one in pane.ancestors if getattr(one, "border_title", None)), None)
            title = getattr(framed, "border_title", None) or name
            region = framed.region if isinstance(framed, Widget) and framed.display else pane.region
            found.append(Target(name, Content.from_markup(str(title)).plain, region))
        return found

    def action_copy(self, whole: bool) -> None:
        """Copy what is under the cursor, or the whole of what is shown."""
        from icp_workbench.tui.copying import everything, under_cursor

        self.workbench.copy(*(everything(self) if whole else under_cursor(self)))

    def show_subtitle(self, pane: str, text: str) -> None:
        """Put another text under a pane; a pane is painted whole for it, so the same text is left alone."""
        if self._subtitles.get(pane) != text:
            self._subtitles[pane] = text
            self.query_one(pane).border_subtitle = plain(text)

    def show_titles(self) -> None:
        """The title line for the book and the spec as they stand."""
        book, state = self.desk.book, self.desk.state
        parts = [f"{figures.count(self.desk.index.n_accounts)} accounts"]
        comparison = self.desk.answers.comparison
        if comparison is not None and comparison.metrics and comparison.metrics[0].estimator == "share":
            first = comparison.metrics[0]
            parts.append(
                f"{figures.count(comparison.cell('all', first.name).n)} {_outcomes(first.name, first.grain)}"
            )
        if book.period is not None:
            parts.append(period(*book.period))
        unsaved = self.desk.unsaved
        many = figures.counted(len(state.criteria), "criterion", "criteria")
        if self.desk.session.read_only:
            spec, unsaved = "read only", True
        elif state.version is None:
            spec = f"● {many} not saved" if state.criteria else ""
        else:
            spec = f"● {state.version} · changed since" if unsaved else f"✓ {state.version} saved"
        title = state.name if state.name == book.name else f"{state.name} · {book.name}"
        clock, warned = self._clock()
        titles = Titles(
            clean(title, 60), " · ".join(parts), clock, warned, spec, unsaved, len(self.desk.asked)
        )
        self.query_one(TitleBar).show(titles)

    def _clock(self) -> tuple[str, bool]:
        """What is left of the agenda's item, while there is one, and whether that is little."""
        agenda = self.desk.state.agenda
        clock = reading_at(agenda, self.desk.session.clock()) if agenda is not None else None
        if clock is None:
            return "", False
        words = clock_words(clock.left, clock.runs)
        alone = self.app.size.width < NARROW  # beside the tabs there is no place for what is discussed
        return words if alone else f"{clean(clock.item.title, 30)} {words}", bool(clock.warning)

    def _fold(self, width: int, height: int) -> None:
        self.set_class(width < NARROW, "-narrow")
        self.set_class(NARROW <= width < 150, "-middle")
        self.set_class(height < SHORT, "-short")


def _outcomes(metric: str, grain: str) -> str:
    return "closed deals" if metric == "win_rate" else f"{grain}s"
