"""What the hand does in the Data room: answering what is asked, changing guesses, taking decisions back."""

from __future__ import annotations

import datetime as dt
from abc import abstractmethod
from dataclasses import replace
from functools import partial

from textual import work

from icp_workbench.book import decisions
from icp_workbench.book.book import AccountBook, ColumnSummary, JoinSummary
from icp_workbench.book.mapping import BookMapping
from icp_workbench.book.questions import Question, both_ways, is_asked
from icp_workbench.book.roles.parts import PARTS
from icp_workbench.errors import WorkbenchError
from icp_workbench.render import figures
from icp_workbench.tui.dialogs import column as column_dialog
from icp_workbench.tui.dialogs import table as table_dialog
from icp_workbench.tui.dialogs.choose import ChooseDialog, Option
from icp_workbench.tui.dialogs.form import FormDialog
from icp_workbench.tui.dialogs.metric import MetricDialog, margin_of
from icp_workbench.tui.dialogs.near_misses import NearMissesDialog
from icp_workbench.tui.dialogs.period import PeriodDialog, period_of
from icp_workbench.tui.dialogs.set_aside import RecordAnswer, SetAsideDialog
from icp_workbench.tui.dialogs.stages import StagesDialog
from icp_workbench.tui.screens.room import Room
from icp_workbench.tui.widgets.data_subjects import (
    ColumnItem,
    JoinItem,
    LeakItem,
    MetricItem,
    ObservedItem,
    PeriodItem,
    QuestionItem,
    SetAsideItem,
    SourceItem,
    StageItem,
    Subject,
    TableItem,
)


class Deciding(Room):
    """The actions of the Data room; what they act on is the room's."""

    @property
    @abstractmethod
    def subject(self) -> Subject | None:
        """What is under the cursor of the pane in focus."""

    @abstractmethod
    def leave_question(self, question: Question) -> None:
        """Ask no longer in this session."""

    @abstractmethod
    def go_to_question(self, question: Question) -> None:
        """Put the cursor on a question."""

    @property
    def _book(self) -> AccountBook:
        return self.desk.book

    @property
    def _mapping(self) -> BookMapping:
        return self.workbench.mapping

    def action_open(self) -> None:
        """Answer, choose or change what is under the cursor."""
        subject = self.subject
        if isinstance(subject, ColumnItem):
            column = subject.of(self._book)
            if column is not None and is_asked(self._book, column):
                self._ask_date_order(column)
                return
        self._change(subject)

    def action_edit(self) -> None:
        """Change what is under the cursor."""
        self._change(self.subject)

    def action_next_question(self) -> None:
        """To the next question, and ask it."""
        if not self.desk.asked:
            self.workbench.tell("Nothing is asked: no guess here needs you.")
            return
        self.go_to_question(self.desk.asked[0])
        self._ask(self.desk.asked[0])

    def action_undo_change(self) -> None:
        """Take the newest change of the book back."""
        self.workbench.undo_change()

    def action_redo_change(self) -> None:
        """Bring the newest undone change of the book back."""
        self.workbench.redo_change()

    def _change(self, subject: Subject | None) -> None:
        book = self._book
        match subject:
            case QuestionItem(question):
                self._ask(question)
            case ColumnItem() if (column := subject.of(book)) is not None:
                self._change_column(column)
            case TableItem(name) if name is not None:
                self._change_table(name)
            case JoinItem() if (join := subject.of(book)) is not None:
                self._look_at_join(join)
            case MetricItem(name):
                self._change_metric(name)
            case SourceItem():
                self._choose_source(subject.source)
            case StageItem(label):
                self._change_stages(label)
            case LeakItem(name):
                self._let_in(name, subject.column(book))
            case SetAsideItem(table):
                self._look_at_records(table)
            case PeriodItem():
                self._change_period()

    def action_reset(self) -> None:
        """Leave what is under the cursor to the guess again."""
        mapping, book = self._mapping, self._book
        what = ""
        match self.subject:
            case ColumnItem(table, header):
                mapping, what = decisions.as_guessed(mapping, table, header), f"{header} as guessed"
            case LeakItem() as leak if (column := leak.column(book)) is not None:
                mapping, what = decisions.as_guessed(mapping, *_place(column)), f"{column.header} as guessed"
            case TableItem(name) if name is not None:
                mapping, what = decisions.table_as_guessed(mapping, name), f"{name} as guessed"
            case JoinItem(left, key):
                mapping, what = decisions.accepting_none(mapping, left, key), f"no spelling of {key} accepted"
            case MetricItem(name):
                mapping, what = decisions.with_margin(mapping, name, None), f"{name}: usual margin"
            case SourceItem():
                mapping, what = mapping.with_churn_source(None), "source of churn as guessed"
            case StageItem(label):
                mapping, what = decisions.without_stage(mapping, label), f"{label} as guessed"
            case PeriodItem():
                mapping, what = decisions.with_period(mapping, None, None), "every outcome counts"
            case SetAsideItem(table):
                mapping, what = decisions.reincluding(mapping, table, ()), f"{table}: no record taken in"
            case ObservedItem(name):
                mapping, what = decisions.without_observed(mapping, name), f"{name} removed"
        if mapping == self._mapping:
            self.workbench.tell("Nothing was decided here: this is the guess.")
        else:
            self.workbench.change_book(mapping, what)

    # Questions

    def _ask(self, question: Question) -> None:
        book = self._book
        if question.kind == "churn":
            self._choose_source(None)
        elif question.kind == "dates":
            column = ColumnItem(question.table, question.header).of(book)
            if column is not None:
                self._ask_date_order(column)
        else:
            ends = question.table, question.header
            for join in book.joins:
                if (join.left, join.left_key) == ends and join.near_misses:
                    self._look_at_join(join, question)
                    return

    def _choose_source(self, at: str | None) -> None:
        sources = self._book.outcome_sources
        options = [
            Option(
                source.name,
                source.label or source.name,
                f"{figures.count(source.churned)} of {figures.count(source.customers)} left",
            )
            for source in sources
        ]
        now = at or next((source.name for source in sources if source.chosen), None)

        def chosen(name: str | None) -> None:
            if name is not None:
                label = next((held.label for held in sources if held.name == name), "") or name
                self.workbench.change_book(self._mapping.with_churn_source(name), f"Churn as told by {label}")

        text = (
            "They disagree, and are never blended: one of them says who left. Its figures are counted anew."
        )
        self.app.push_screen(ChooseDialog("Who churned?", text, options, now), chosen)

    def _ask_date_order(self, column: ColumnSummary) -> None:
        examples = [(text, ways) for text in column.examples if (ways := both_ways(text)) is not None]
        options = [
            Option(order, said, under="   ".join(f"{text} is {ways[at]}" for text, ways in examples[:2]))
            for at, (order, said) in enumerate((("D/M/Y", "Day first"), ("M/D/Y", "Month first")))
        ]
        table, header = _place(column)

        def chosen(order: str | None) -> None:
            if order is not None:
                said = "day first" if order == "D/M/Y" else "month first"
                changed = self._mapping.with_column(table, header, date_order=order)
                self.workbench.change_book(changed, f"{header}: {said}")

        text = f"{header} of {table}: every date in it can be read both ways."
        now = column.date_order or None
        self.app.push_screen(ChooseDialog("Which comes first?", text, options, now), chosen)

    def _look_at_join(self, join: JoinSummary, question: Question | None = None) -> None:
        def done(meant: dict[str, str] | None) -> None:
            if meant:
                changed = decisions.accepting(self._mapping, join.left, join.left_key, meant)
                first, other = next(iter(meant.items()))
                more = f" and {len(meant) - 1:,} more" if len(meant) > 1 else ""
                self.workbench.change_book(changed, f"{first} means {other}{more}")
            elif meant is not None and question is not None:
                self.leave_question(question)
                self.workbench.tell(f"Left as it is: nothing more joins by {join.left_key}.")

        if self._may_name():
            self.app.push_screen(NearMissesDialog(join), done)

    # Guesses

    def _change_column(self, column: ColumnSummary) -> None:
        table, header = _place(column)
        role = next((held.role for held in self._book.tables if held.name == table), "")
        wish = decisions.only_decided(self._mapping.column(table, header))

        def answered(answer: dict[str, str] | None) -> None:
            changes = {} if answer is None else column_dialog.changes(wish, answer)
            if changes:
                changed = self._mapping.with_column(table, header, **changes)
                self.workbench.change_book(changed, f"{header}: {column_dialog.in_words(changes)}")

        self.app.push_screen(column_dialog.ColumnDialog(column, wish, tuple(PARTS.get(role, {}))), answered)

    def _change_table(self, name: str) -> None:
        table = next((held for held in self._book.tables if held.name == name), None)
        if table is None:
            return
        decided = self._mapping.table(name)

        def answered(answer: dict[str, str] | None) -> None:
            if answer is not None and (now := table_dialog.changed(decided, answer)) != decided:
                tables = {**self._mapping.tables, name: now}
                self.workbench.change_book(replace(self._mapping, tables=tables), f"{name} changed")

        self.app.push_screen(table_dialog.TableDialog(table, decided), answered)

    def _change_metric(self, name: str) -> None:
        metric = next((held for held in self._book.metrics if held.name == name), None)
        if metric is None:
            missing = self._book.unavailable.get(name, "")
            title = name.replace("_", " ").capitalize()
            self.app.push_screen(FormDialog(f"{title} cannot be computed", missing, ()))
            return
        before = metric.margin

        def answered(answer: dict[str, str] | None) -> None:
            if answer is None:
                return
            margin = margin_of(metric, answer["margin"]) if answer["margin"] else None
            if margin is None or abs(margin - before) > 1e-12:
                changed = decisions.with_margin(self._mapping, name, margin)
                self.workbench.change_book(changed, f"{metric.label}: another margin")

        self.app.push_screen(MetricDialog(metric), answered)

    def _change_stages(self, label: str) -> None:
        def answered(outcomes: dict[str, str] | None) -> None:
            if outcomes:
                first, outcome = next(iter(outcomes.items()))
                more = f" and {len(outcomes) - 1:,} more" if len(outcomes) > 1 else ""
                changed = self._mapping.with_stages(outcomes)
                self.workbench.change_book(changed, f"{first} is {outcome}{more}")

        self.app.push_screen(StagesDialog(self._book.stages, self._book.stage_counts, label), answered)

    def _let_in(self, name: str, column: ColumnSummary | None) -> None:
        reason = next((leak.reason for leak in self._book.leaks if leak.field == name), "")
        if column is None:
            return
        table, header = _place(column)
        options = [
            Option("no", "Keep it out", "as it is now"),
            Option("yes", "Let it in", "it was known before the outcome"),
        ]

        def chosen(answer: str | None) -> None:
            if answer == "yes":
                changed = self._mapping.with_column(table, header, role="attribute")
                self.workbench.change_book(changed, f"{header} let in")

        text = (
            f"{header}: {reason}.\nWhat is known only afterwards seems to explain all, and foretells nothing."
        )
        self.app.push_screen(ChooseDialog("Let it into slicing?", text, options, "no"), chosen)

    def _change_period(self) -> None:
        def answered(answer: dict[str, str] | None) -> None:
            if answer is not None:
                first, last = (period_of(answer[end]) for end in ("first", "last"))
                changed = decisions.with_period(self._mapping, first, last)
                self.workbench.change_book(changed, f"Outcomes from {_end(first)} to {_end(last)}")

        self.app.push_screen(PeriodDialog(self._book.period, self._mapping.period), answered)

    # Records set aside

    def _look_at_records(self, table: str) -> None:
        records = self._book.set_aside.get(table, ())
        included = self._mapping.table(table).read.reinclude

        def answered(answer: RecordAnswer | None) -> None:
            if answer is None:
                return
            if answer.save_to is not None:
                self._save_records(table, answer.save_to)
            elif answer.reinclude != included:
                changed = decisions.reincluding(self._mapping, table, answer.reinclude)
                many = figures.counted(len(answer.reinclude), "record")
                self.workbench.change_book(changed, f"{table}: {many} taken in")

        if self._may_name():
            self.app.push_screen(SetAsideDialog(table, records, included), answered)

    def _may_name(self) -> bool:
        """False (and a toast) where names of accounts are not for the room."""
        if self.workbench.names_hidden:
            self.workbench.tell("It quotes names of accounts, and those are hidden: N shows them.")
        return not self.workbench.names_hidden

    @work(thread=True, exit_on_error=True, group="set aside")
    def _save_records(self, table: str, path: str) -> None:
        from pathlib import Path

        from icp_workbench.book.reading.set_aside import write_set_aside

        book = self._book
        headers = tuple(column.header for column in book.columns if column.table == table)
        records = book.set_aside.get(table, ())
        try:
            write_set_aside(Path(path).expanduser(), table, headers, records)
        except WorkbenchError as error:
            self.app.call_from_thread(self.workbench.tell_error, error)
            return
        told = f"Saved {figures.counted(len(records), 'record')} to {path}"
        self.app.call_from_thread(partial(self.workbench.tell, told, 6.0))


def _place(column: ColumnSummary) -> tuple[str, str]:
    return column.table, column.header


def _end(date: dt.date | None) -> str:
    return "the first" if date is None else date.isoformat()
