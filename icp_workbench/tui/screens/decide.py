"""Room 4: what was believed on the left, what is before the room in the middle, the parking lot right."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import events, work
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widget import Widget

from icp_workbench.conditions.wording import short_title
from icp_workbench.errors import WorkbenchError
from icp_workbench.evidence.looks import looks_of
from icp_workbench.tui.actions import bindings_for
from icp_workbench.tui.desk import Desk
from icp_workbench.tui.safe import clean, plain
from icp_workbench.tui.screens.deliberating import Deliberating
from icp_workbench.tui.screens.room import NARROW
from icp_workbench.tui.widgets.candidate_rows import Subject, candidate_rows, detail_rows, subjects_of
from icp_workbench.tui.widgets.criteria_rows import Weighed
from icp_workbench.tui.widgets.decide_rows import PickRow, belief_rows, lot_rows
from icp_workbench.tui.widgets.rows_view import RowsView
from icp_workbench.workshop.account_record import AccountRecord, account_named, account_record
from icp_workbench.workshop.readiness import beyond_the_book

_TITLES = {"beliefs": "Believed", "candidates": "Candidates", "detail": "Why", "lot": "Agenda and log"}

_NAME = 40
_BOXES = {
    "beliefs": "believed",
    "candidates": "before-candidates",
    "detail": "before-detail",
    "lot": "parked",
}


class DecideRoom(Deliberating):
    """Believe, reveal, vote, decide, park."""

    NAME = "decide"
    PANES = ("beliefs", "candidates", "detail", "lot")
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings_for("beliefs", "candidates", "detail", "lot", "voting", "clock", "decide")
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._weighed: dict[object, Weighed] = {}
        self._records: dict[str, AccountRecord] = {}

    def panes(self) -> Iterable[Widget]:
        with Vertical(id="believed", classes="pane"):
            yield RowsView(id="beliefs")
        with Vertical(id="before"):
            with Vertical(id="before-candidates", classes="pane"):
                yield RowsView(id="candidates")
            with Vertical(id="before-detail", classes="pane"):
                yield RowsView(id="detail", cursor=False)
        with Vertical(id="parked", classes="pane"):
            yield RowsView(id="lot")

    def on_mount(self) -> None:
        for pane, box in _BOXES.items():
            self.query_one(f"#{box}").border_title = plain(_TITLES[pane])
        super().on_mount()

    def take(self, desk: Desk) -> None:
        super().take(desk)
        self._weighed, self._records = {}, {}

    def places(self) -> list[str]:
        focused = self.focused.id if self.focused is not None else None
        here = [focused] if focused in self.PANES else []
        workshop = self.desk.state.mode == "workshop"
        voting = ["voting"] if workshop and self._pane in ("candidates", "detail") else []
        return [*here, *voting, *(["clock"] if workshop else []), "decide", "everywhere"]

    def redraw(self, what: set[str]) -> None:
        if what & {"state", "book", "coverage", "weighed"}:
            self._draw()
            self._ask_figures()
            self.show_keys()  # with people or an agenda there are more
        elif "clock" in what:
            self._draw_lot()

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        self.call_after_refresh(self.figures_changed, {"state"})

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        self._fold_to(event.widget.id or "")
        super().on_descendant_focus(event)

    def focus_pane(self, pane: str) -> None:
        self._fold_to(pane)
        super().focus_pane(pane)

    def on_rows_view_moved(self, message: RowsView.Moved) -> None:
        if message.view.id == "candidates":
            self._draw_detail()
            self._ask_figures()

    def on_rows_view_chosen(self, message: RowsView.Chosen) -> None:
        self.set_focus(message.view)

    # One key does in each pane what belongs there

    def action_new(self) -> None:
        """A hypothesis, a candidate or a question, as the pane is about."""
        {"beliefs": self.action_new_belief, "lot": self.action_new_question}.get(
            self._pane, self.action_new_candidate
        )()

    def action_edit(self) -> None:
        """Change what is under the cursor."""
        {"beliefs": self.action_edit_belief, "lot": self.action_edit_lot}.get(
            self._pane, self.action_edit_candidate
        )()

    def action_drop(self) -> None:
        """Take back what is under the cursor."""
        {"beliefs": self.action_withdraw_belief, "lot": self.action_drop_lot}.get(
            self._pane, self.action_withdraw_candidate
        )()

    @property
    def _pane(self) -> str:
        return (self.focused.id or "") if self.focused is not None else ""

    @property
    def subject_here(self) -> Subject | None:
        """The candidate under the cursor while the focus is on it."""
        subject = self.subject if self._pane in ("candidates", "detail") else None
        if subject is None:
            self.workbench.tell("Put the cursor on a candidate (tab); n puts one to the room.")
        return subject

    @property
    def subject(self) -> Subject | None:
        """The candidate under the cursor."""
        row = self.query_one("#candidates", RowsView).current_as(PickRow)
        known = {one.id: one for one in subjects_of(self.desk.state)}
        return known.get(row.id) if row is not None else None

    def weighed(self, subject: Subject) -> Weighed | None:
        """A candidate's figures, once they were counted; none before the reveal."""
        if self.desk.state.is_curtained:
            return None
        return self.desk.answers.weighed.get(subject.id) or self._weighed.get(subject.when)

    def _fold_to(self, pane: str) -> None:
        """Where there is room for one pane, the one with the focus is shown."""
        if pane not in self.PANES:
            return
        for known in self.PANES:
            self.set_class(pane == known, f"-{known}")
        following = _TITLES[self.PANES[(self.PANES.index(pane) + 1) % len(self.PANES)]]
        narrow = self.app.size.width < NARROW
        for known, box in _BOXES.items():
            self.show_subtitle(f"#{box}", f"tab {following}" if narrow and known == pane else "")
        if narrow:
            self.call_after_refresh(self.figures_changed, {"state"})

    def _draw(self) -> None:
        state, desk = self.desk.state, self.desk
        words = {one.id: desk.words(one.when) for one in state.beliefs.hypotheses if one.when is not None}
        if state.beliefs.stated.when is not None:
            words["stated"] = desk.words(state.beliefs.stated.when)
        beliefs = self.query_one("#beliefs", RowsView)
        beliefs.show_rows(belief_rows(state, words, _width(beliefs)))
        subjects = subjects_of(state)
        candidates = self.query_one("#candidates", RowsView)
        headline = desk.headline.name if desk.headline is not None else ""
        figures = {one.id: found for one in subjects if (found := self.weighed(one)) is not None}
        told = {one.id: desk.words(one.when) for one in subjects}
        candidates.show_rows(candidate_rows(state, told, figures, headline, _width(candidates)))
        self._draw_detail()
        self._draw_lot()

    def _draw_detail(self) -> None:
        view, subject = self.query_one("#detail", RowsView), self.subject
        title = _TITLES["detail"] if subject is None else self.desk.words(subject.when)
        self.query_one("#before-detail").border_title = plain(title, limit=80)
        beyond = beyond_the_book(subject.when, self.desk.fields) if subject is not None else ()
        weighed = self.weighed(subject) if subject is not None else None
        rows = detail_rows(self.desk.state, subject, weighed, beyond, self._disputed(), _width(view))
        view.show_rows(rows)

    def _draw_lot(self) -> None:
        view, session = self.query_one("#lot", RowsView), self.desk.session
        names = {
            one.id: clean(short_title(one.when, self.desk.fields, _NAME), _NAME)
            for one in subjects_of(self.desk.state)
        }
        view.show_rows(lot_rows(self.desk.state, session.log, session.clock(), _width(view), names))

    def _disputed(self) -> dict[str, AccountRecord]:
        """The records of disputed accounts that the book (still) has."""
        for dispute in self.desk.state.deliberation.disputes:
            if dispute.account in self._records:
                continue
            try:
                row = account_named(self.desk.book, self.desk.names, dispute.account)
            except WorkbenchError:
                continue
            self._records[dispute.account] = account_record(self.desk.book, row)
        disputes = self.desk.state.deliberation.disputes
        return {one.id: self._records[one.account] for one in disputes if one.account in self._records}

    def _ask_figures(self) -> None:
        subject = self.subject
        if subject is not None and self.weighed(subject) is None and not self.desk.state.is_curtained:
            self._weigh(self.desk, subject)

    @work(thread=True, exit_on_error=True, group="candidate", exclusive=True)
    def _weigh(self, desk: Desk, subject: Subject) -> None:
        try:
            found = desk.weigh_alone(subject.when, anti=subject.verdict == "anti_icp")
        except WorkbenchError:
            return  # other data may lack what it reads: it is named, and not counted
        self.app.call_from_thread(self._weighed_now, desk, subject, found)

    def _weighed_now(self, desk: Desk, subject: Subject, found: Weighed) -> None:
        if desk is not self.desk or self.desk.state.is_curtained:
            return
        self._weighed[subject.when] = found
        desk.seen(looks_of(found.comparison))
        self.figures_changed({"weighed"})


def _width(view: RowsView) -> int:
    return max((view.scrollable_content_region.width or 40) - 1, 12)
