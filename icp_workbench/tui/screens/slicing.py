"""What the hand does in the Slice room: choosing values, segments, and marking what was found."""

from __future__ import annotations

import datetime as dt
from abc import abstractmethod
from dataclasses import replace

from icp_workbench.book.derived.definitions import reads
from icp_workbench.book.observed import ObservedAttribute
from icp_workbench.conditions.condition import EVERYONE, Condition
from icp_workbench.conditions.fields import Field, fold
from icp_workbench.errors import WorkbenchError
from icp_workbench.evidence.sentences import sentence
from icp_workbench.render import figures
from icp_workbench.segments.filter import Bound, Filter
from icp_workbench.spec.criterion import Criterion, CriterionVerdict
from icp_workbench.tui.dialogs.account import AccountDialog
from icp_workbench.tui.dialogs.expression import ExpressionDialog
from icp_workbench.tui.dialogs.fails import FailsDialog
from icp_workbench.tui.dialogs.mark import MarkDialog, Marked
from icp_workbench.tui.dialogs.observed import ObservedDialog
from icp_workbench.tui.dialogs.pair import PairDialog
from icp_workbench.tui.dialogs.range import RangeDialog
from icp_workbench.tui.dialogs.rename import RenameDialog
from icp_workbench.tui.screens.deliberating import proposed
from icp_workbench.tui.screens.room import Room
from icp_workbench.tui.widgets.account_rows import AccountRow
from icp_workbench.tui.widgets.criteria_rows import CriterionRow
from icp_workbench.tui.widgets.facet_rows import Heading, HistogramRow, ValueRow
from icp_workbench.tui.widgets.picture import Picture
from icp_workbench.tui.widgets.rows_view import RowsView
from icp_workbench.workshop.events import (
    CriterionMarked,
    CriterionUnmarked,
    FilterChanged,
    HeadlineChosen,
    SegmentAdded,
    SegmentRemoved,
    SegmentRenamed,
    SegmentSelected,
)
from icp_workbench.workshop.names import criterion_id

VERDICT_WORDS = {"icp": "ICP", "ok_if": "OK-if", "anti_icp": "anti-ICP"}


class Slicing(Room):
    """The actions of the Slice room; what they act on is the room's."""

    @property
    @abstractmethod
    def facets_view(self) -> RowsView:
        """The attributes."""

    @property
    @abstractmethod
    def opened(self) -> set[str]:
        """The names of the attributes whose values are shown, for a hand to change."""

    @abstractmethod
    def show_facets(self) -> None:
        """Draw the attributes anew."""

    # Attributes

    def action_include(self) -> None:
        """Take the value under the cursor in, or no longer."""
        row = self.facets_view.current_as(ValueRow)
        if row is not None:
            self._choose(self._filter.toggle_included(row.field.name, row.value.value))
        else:
            self.action_open()

    def action_exclude(self) -> None:
        """Leave the value under the cursor out, or no longer."""
        row = self.facets_view.current_as(ValueRow)
        if row is not None:
            self._choose(self._filter.toggle_excluded(row.field.name, row.value.value))

    def action_open(self) -> None:
        """Open the attribute under the cursor; a number opens its range; a value is included."""
        row = self.facets_view.current
        if isinstance(row, Heading):
            opened = self.opened
            opened.symmetric_difference_update({row.field.name})
            self.show_facets()
        elif isinstance(row, HistogramRow):
            self.action_range()
        elif isinstance(row, ValueRow):
            self.action_include()
        elif isinstance(row, AccountRow):
            self.app.push_screen(AccountDialog(self.desk.book, row.account))

    def action_close(self) -> None:
        """Close the attribute the cursor is in, and go to its heading."""
        row = self.facets_view.current
        if isinstance(row, Heading | ValueRow | HistogramRow):
            self.opened.discard(row.field.name)
            self.show_facets()
            self.facets_view.go_to(("heading", row.field.name))

    def action_clear(self) -> None:
        """Choose nothing on the attribute under the cursor."""
        row = self.facets_view.current
        if isinstance(row, Heading | ValueRow | HistogramRow):
            self._choose(self._filter.without(row.field.name))

    def action_range(self) -> None:
        """Ask for the range of the number or date under the cursor."""
        row = self.facets_view.current
        if not isinstance(row, Heading | HistogramRow) or row.field.type not in ("number", "date"):
            self.workbench.tell("A range needs a number or a date: put the cursor on one.")
            return
        field = row.field

        def chosen(bounds: tuple[Bound | None, Bound | None] | None) -> None:
            if bounds is not None:
                self._choose(self._filter.with_range(field.name, *bounds))

        self.app.push_screen(RangeDialog(field, self._filter.choice(field.name)), chosen)

    def choose_range(self, field: Field, low: Bound, high: Bound) -> None:
        """Keep the values of a number or date from `low` to `high`."""
        self._choose(self._filter.with_range(field.name, low, high))

    def action_new_attribute(self) -> None:
        """Make an attribute from the one under the cursor."""
        source = self.desk.source
        if source is None:
            self.workbench.tell("This book has no file to remember an attribute beside.")
            return
        row = self.facets_view.current
        field = row.field if isinstance(row, Heading | ValueRow | HistogramRow) else None

        def made(attribute: ObservedAttribute | None) -> None:
            if attribute is not None:
                mapping = self.workbench.mapping
                kept = (*mapping.observed, attribute)
                self.workbench.change_book(replace(mapping, observed=kept), f"made {attribute.name}")

        self.app.push_screen(ObservedDialog(self.desk, field, source.files.folder), made)

    def action_drop_attribute(self) -> None:
        """Take the attribute under the cursor away, if it was made here."""
        row = self.facets_view.current
        name = row.field.name if isinstance(row, Heading | ValueRow | HistogramRow) else ""
        mapping = self.workbench.mapping
        others = tuple(one for one in mapping.observed if one.name != name)
        if len(others) == len(mapping.observed):
            self.workbench.tell("Only what was made here (+) can be dropped: put the cursor on one.")
            return
        readers = [one.name for one in others if name in map(fold, reads(one.definition))]
        if readers:
            shown = ", ".join(f"`{reader}`" for reader in readers[:3])
            self.workbench.tell(f"{shown} is made from it: drop that first.")
            return
        self.workbench.change_book(replace(mapping, observed=others), f"dropped {name}")

    def action_expression(self) -> None:
        """Type a condition in SQL's notation beside the choices."""

        def typed(answer: tuple[Condition | None] | None) -> None:
            if answer is not None:
                self._choose(self._filter.with_expression(answer[0]))

        segment = self.desk.state.current_segment
        self.app.push_screen(ExpressionDialog(self.desk, segment), typed)

    # Segments

    def action_new_segment(self, copied: bool) -> None:
        """Begin another segment beside this one, with the same filter if `copied`."""
        letter = self.desk.state.free_letter
        begun = self._filter if copied else Filter()
        if letter is None:
            self.workbench.tell("Six segments stand side by side at most: remove one with d first.")
        elif self.workbench.record(SegmentAdded(letter, None, begun)):
            self.workbench.tell(f"Segment {letter}: choose what belongs to it.", 2.5)

    def action_step_segment(self, step: int) -> None:
        """To the previous or the next segment of the board."""
        letters = [segment.id for segment in self.desk.state.segments]
        at = min(max(letters.index(self.desk.state.current) + step, 0), len(letters) - 1)
        if letters[at] != self.desk.state.current:
            self.workbench.record(SegmentSelected(letters[at]))

    def action_remove_segment(self) -> None:
        """Take the current segment off the board."""
        letter = self.desk.state.current
        if self.workbench.record(SegmentRemoved(letter)):
            self.workbench.tell(f"Segment {letter} removed; u brings it back.", 2.5)

    def action_rename(self) -> None:
        """Give the current segment a name."""
        segment = self.desk.state.current_segment

        def named(name: str | None) -> None:
            if name is not None:
                self.workbench.record(SegmentRenamed(segment.id, name or None))

        self.app.push_screen(RenameDialog(segment.id, segment.name or "", self.desk.title(segment)), named)

    def action_next_metric(self, step: int) -> None:
        """Show another metric beside every value."""
        names = [metric.name for metric in self.desk.book.metrics]
        headline = self.desk.headline
        if headline is not None and len(names) > 1:
            at = (names.index(headline.name) + step) % len(names)
            self.workbench.record(HeadlineChosen(names[at]))

    # Looking closer

    def action_next_view(self, step: int) -> None:
        """Begin with another picture of the metric in focus."""
        said = self.query_one(Picture).step(step)
        self.workbench.tell("\n".join(said), 4 if len(said) > 1 else 1.5)

    def action_pair(self) -> None:
        """Hold the current segment directly against another one."""
        state = self.desk.state
        others = [segment for segment in state.segments if segment.id != state.current]
        if not others:
            self.workbench.tell("There is no other segment yet: c begins one beside this.")
            return
        dialog = PairDialog(self.desk, state.current_segment, others)
        self.app.push_screen(dialog, lambda _: self.workbench.take_looks())

    def action_fails(self) -> None:
        """Find where the current segment does not hold, by the metric beside the values."""
        headline, segment = self.desk.headline, self.desk.state.current_segment
        if headline is None or self.desk.condition(segment) == EVERYONE:
            self.workbench.tell("Choose a segment first: include a value (space).")
            return

        def chosen(condition: Condition | None) -> None:
            self.workbench.take_looks()
            letter = self.desk.state.free_letter
            if condition is None:
                return
            if letter is None:
                self.workbench.tell("Six segments stand side by side at most: remove one with d first.")
            elif self.workbench.record(SegmentAdded(letter, None, Filter().with_expression(condition))):
                self.workbench.tell(f"Segment {letter}; u takes it back.", 2.5)

        self.app.push_screen(FailsDialog(self.desk, segment, headline.name), chosen)

    # Criteria

    def action_mark(self, verdict: CriterionVerdict) -> None:
        """Mark what the current segment selects."""
        condition = self.desk.condition(self.desk.state.current_segment)
        if condition == EVERYONE:
            self.workbench.tell_error(
                WorkbenchError(
                    "Nothing is chosen yet",
                    "This segment holds every account: a profile that excludes nobody is none.",
                    "Include or exclude a value first (space, x), then mark it.",
                )
            )
            return
        fits, anti = verdict == "icp", verdict == "anti_icp"
        taken = [criterion.id for criterion in self.desk.state.criteria]
        same = next((known for known in self.desk.state.criteria if known.when == condition), None)
        proposed = Criterion(
            id=same.id if same is not None else criterion_id(condition, taken),
            verdict=verdict,
            when=condition,
            signal="disqualification" if anti else "fit",
            decided_at=_now(),
            reason=same.reason if same is not None else "",
            missing="no_match" if anti else "unknown",
            required=fits,
            disqualify=anti,
        )
        self._ask(proposed, is_new=same is None)

    def action_propose_segment(self) -> None:
        """Put what the current segment selects before the room."""
        condition = self.desk.condition(self.desk.state.current_segment)
        if condition == EVERYONE:
            self.workbench.tell("Choose something first: include a value (space), then put it to the room.")
            return
        event = proposed(self.desk.state, condition)
        if event is None:
            self.workbench.tell("That is before the room already: 4 goes there.")
        elif self.workbench.may_decide() and self.workbench.record(event):
            self.workbench.tell("Before the room: 4 goes there to vote and decide.", 3)

    def action_edit(self) -> None:
        """Change the criterion under the cursor."""
        row = self._criteria.current_as(CriterionRow)
        if row is not None:
            self._ask(replace(row.criterion, decided_at=_now()), is_new=False)

    def action_unmark(self) -> None:
        """Take the criterion under the cursor back."""
        row = self._criteria.current_as(CriterionRow)
        if row is not None and self.workbench.record(CriterionUnmarked(row.criterion.id)):
            self.workbench.tell("Unmarked; u brings it back.", 2.5)

    def _ask(self, proposed: Criterion, *, is_new: bool) -> None:
        if not self.workbench.may_decide():
            return
        # What the room has seen by now is counted before it decides.
        self.workbench.take_looks()
        title = self.desk.words(proposed.when)

        def answered(marked: Marked | None) -> None:
            if marked is None:
                return
            criterion = marked.applied_to(proposed)
            if self.workbench.record(CriterionMarked(criterion)):
                word = VERDICT_WORDS[criterion.verdict]
                self.workbench.tell(f"{'Marked' if is_new else 'Changed'} {word}: {title}", 3)

        self.app.push_screen(MarkDialog(proposed, title, self._evidence(proposed.when), is_new), answered)

    def _evidence(self, condition: Condition) -> str:
        """What the board says of a condition that is on it; for others only how many accounts it has. Of one
        that reads what the book no longer has, that."""
        try:
            rows = self.desk.index.rows(condition)
        except WorkbenchError as error:
            return error.what_happened
        accounts = int(rows.accounts.sum())
        total = self.desk.index.n_accounts
        text = f"{figures.count(accounts)} accounts · {figures.percent_of(accounts, total)}"
        board, headline = self.desk.answers.comparison, self.desk.headline
        if board is None or headline is None:
            return text
        column = next((column for column in board.segments[1:] if column.condition == condition), None)
        if column is None:
            return text
        return f"{text}\n{sentence(board.cell(column.name, headline.name), headline)}"

    def _choose(self, chosen: Filter) -> None:
        state = self.desk.state
        if chosen == state.current_segment.filter:
            return
        try:
            self.desk.checked(chosen)
        except WorkbenchError as error:
            self.workbench.tell_error(error)
            return
        self.workbench.record(FilterChanged(state.current, chosen))

    @property
    def _filter(self) -> Filter:
        return self.desk.state.current_segment.filter

    @property
    def _criteria(self) -> RowsView:
        return self.query_one("#criteria", RowsView)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(microsecond=0)
