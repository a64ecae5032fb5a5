"""The Data room, by keys alone: what is asked, what is changed, and what comes of it."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import pytest
from textual.pilot import Pilot

from icp_workbench.book.book import AccountBook
from icp_workbench.book.book_file.files import book_file_for, read_book_file
from icp_workbench.errors import WorkbenchError
from icp_workbench.tui import loading
from icp_workbench.tui.app import WorkbenchApp
from icp_workbench.tui.dialogs.working import WorkingDialog
from icp_workbench.tui.widgets.data_subjects import (
    ColumnItem,
    LeakItem,
    MetricItem,
    SetAsideItem,
    SourceItem,
    StageItem,
    Subject,
    TableItem,
)
from icp_workbench.tui.widgets.rows_view import RowsView
from tests.tui.exports import write_exports
from tests.tui.workbench import Open, press, running, screen_text, settle, state, toasts, until


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    return write_exports(tmp_path / "crm")


def app_on(folder: Path) -> WorkbenchApp:
    return WorkbenchApp([folder], sessions=folder.parent / "sessions")


def book_of(app: WorkbenchApp) -> AccountBook:
    assert app.desk is not None
    return app.desk.book


def shows_work(app: WorkbenchApp) -> bool:
    return isinstance(app.screen, WorkingDialog)


async def go_to(pilot: Pilot[None], subject: Subject) -> None:
    """Put the cursor on a thing of the Data room."""
    pane = "columns" if isinstance(subject, ColumnItem) else "overview"
    if pane == "columns":
        await go_to(pilot, TableItem(subject.table))  # type: ignore[union-attr]
    pilot.app.screen.focus_pane(pane)  # type: ignore[attr-defined]
    await settle(pilot)
    view = pilot.app.screen.query_one(f"#{pane}", RowsView)
    view.go_to(subject)
    await settle(pilot)
    assert view.current is not None and view.current.key == subject, f"{subject} is not there"


async def test_what_must_be_asked_is_on_top_and_counted(exports: Path) -> None:
    app = app_on(exports)
    async with running(app) as pilot:
        await press(pilot, "1")
        text = screen_text(app)
        assert "3 questions" in text
        assert "Who churned?" in text and "24" in text and "30" in text
        assert "GTXPro" in text and "signup" in text


async def test_three_answers_by_keys_and_everything_is_counted_again(exports: Path) -> None:
    app = app_on(exports)
    async with running(app) as pilot:
        before = next(join for join in book_of(app).joins if join.right == "products")
        assert before.matched == 270 + 1 or before.matched == 270
        await press(pilot, "1", "n", "down", "enter")  # the second source of churn
        assert [s.name for s in book_of(app).outcome_sources if s.chosen] == [
            book_of(app).mapping.churn_source
        ]
        await press(pilot, "n", "home", "enter")  # day first
        assert book_of(app).mapping.column("accounts", "signup").date_order == "D/M/Y"
        await press(pilot, "n", "A", "enter")
        after = next(join for join in book_of(app).joins if join.right == "products")
        assert after.matched == before.matched + 90
        assert "rows join" in toasts(app)
        assert "questions" not in screen_text(app)
        remembered = read_book_file(book_file_for([exports])).mapping
        assert remembered.accepted_near_misses["deals", "product"] == {"GTXPro": "GTX Pro"}
        assert remembered.column("accounts", "signup").date_order == "D/M/Y"


async def test_an_answer_is_remembered_by_the_next_opening(exports: Path) -> None:
    first = app_on(exports)
    async with running(first) as pilot:
        await press(pilot, "1", "n", "down", "enter")
    chosen = book_of(first).mapping.churn_source
    again = app_on(exports)
    async with running(again):
        assert book_of(again).mapping.churn_source == chosen
        assert "Who churned?" not in screen_text(again)


async def test_undo_brings_the_book_back_and_redo_the_change(exports: Path) -> None:
    app = app_on(exports)
    async with running(app) as pilot:
        before = book_of(app).mapping
        await press(pilot, "1", "n", "down", "enter")
        changed = book_of(app).mapping
        assert changed != before
        await press(pilot, "u")
        assert book_of(app).mapping == before and "Undone" in toasts(app)
        await press(pilot, "ctrl+r")
        assert book_of(app).mapping == changed and "Redone" in toasts(app)


async def test_a_stage_means_something_else_and_the_win_rate_follows(exports: Path) -> None:
    app = app_on(exports)
    async with running(app) as pilot:
        await press(pilot, "1")
        await go_to(pilot, StageItem("Parked"))
        await press(pilot, "enter", "l", "enter")
        assert book_of(app).stages["Parked"] == "lost"
        assert "Win rate" in toasts(app) and "→" in toasts(app)
        assert read_book_file(book_file_for([exports])).mapping.stages["Parked"] == "lost"
        await press(pilot, "backspace")
        assert book_of(app).stages["Parked"] != "lost"


async def test_a_leak_is_let_in_only_after_it_is_confirmed(exports: Path) -> None:
    app = app_on(exports)
    async with running(app) as pilot:
        await press(pilot, "1")
        await go_to(pilot, LeakItem("churn_reason"))
        await press(pilot, "enter")
        assert "only afterwards" in screen_text(app)
        await press(pilot, "enter")  # the cursor stands on keeping it out
        assert book_of(app).fields["churn_reason"].kept_out is not None
        await press(pilot, "enter", "down", "enter")
        assert book_of(app).fields["churn_reason"].kept_out is None


async def test_a_column_is_left_out_and_left_to_the_guess_again(exports: Path) -> None:
    app = app_on(exports)
    async with running(app) as pilot:
        await press(pilot, "1")
        await go_to(pilot, ColumnItem("accounts", "industry"))
        await press(pilot, "enter", "left", "enter")  # the last of the roles: left out
        assert book_of(app).mapping.column("accounts", "industry").role == "ignore"
        assert "industry" not in book_of(app).fields
        await go_to(pilot, ColumnItem("accounts", "industry"))
        await press(pilot, "backspace")
        assert "industry" in book_of(app).fields


async def test_criteria_and_segments_on_an_attribute_that_went_stay_uncounted(exports: Path) -> None:
    app = app_on(exports)
    async with running(app) as pilot:
        await press(pilot, "slash", "'saas", "enter", "space", "i", "enter", "enter", "escape")
        assert len(state(app).criteria) == 1
        await press(pilot, "1")
        await go_to(pilot, ColumnItem("accounts", "industry"))
        await press(pilot, "enter", "left", "enter", "2")
        assert app.desk is not None and app.desk.answers.sliced is not None
        assert app.desk.answers.sliced.facets.accounts == 120  # nothing is chosen that could be asked
        await press(pilot, "slash", "'parked", "enter", "escape", "tab", "tab", "e")
        assert "no attribute `industry`" in " ".join(screen_text(app).split())
        await press(pilot, "escape", "4", "tab", "home", "e", "escape", "p", "escape", "5", "w", "2")
        assert not state(app).versions  # what cannot be counted is not saved, and that is told
        await press(pilot, "1", "u", "2")
        assert app.desk.answers.sliced is not None
        assert app.desk.answers.sliced.facets.accounts == 40


async def test_the_margin_of_a_metric_is_changed(exports: Path) -> None:
    app = app_on(exports)
    async with running(app) as pilot:
        await press(pilot, "1")
        await go_to(pilot, MetricItem("win_rate"))
        await press(pilot, "enter", "backspace", "'7", "enter")
        assert book_of(app).metric("win_rate").margin == pytest.approx(0.07)


async def test_a_metric_that_cannot_be_computed_says_what_is_missing(exports: Path) -> None:
    app = app_on(exports)
    async with running(app) as pilot:
        await press(pilot, "1")
        name, missing = next(iter(book_of(app).unavailable.items()))
        await go_to(pilot, MetricItem(name))
        await press(pilot, "enter")
        assert missing[:30] in screen_text(app)
        await press(pilot, "escape")


async def test_a_source_of_churn_is_chosen_in_place(exports: Path) -> None:
    app = app_on(exports)
    async with running(app) as pilot:
        await press(pilot, "1")
        other = next(source for source in book_of(app).outcome_sources if not source.chosen)
        await go_to(pilot, SourceItem(other.name))
        await press(pilot, "enter", "enter")
        assert book_of(app).mapping.churn_source == other.name


async def test_a_table_is_left_out_where_the_book_stands_without_it(exports: Path) -> None:
    app = app_on(exports)
    async with running(app) as pilot:
        await press(pilot, "1")
        await go_to(pilot, TableItem("products"))
        await press(pilot, "enter", "left", "enter")  # the last of the roles: leave out
        assert {join.right for join in book_of(app).joins} == {"accounts"}


async def test_records_set_aside_are_looked_at_and_taken_in(exports: Path) -> None:
    app = app_on(exports)
    async with running(app) as pilot:
        await press(pilot, "1")
        records = book_of(app).set_aside["deals"]
        loaded = next(table.rows for table in book_of(app).tables if table.name == "deals")
        await go_to(pilot, SetAsideItem("deals"))
        await press(pilot, "enter")
        assert f"line {records[0].line}" in screen_text(app)
        if records[0].kind == "rejected":
            await press(pilot, "r", "enter")
            assert next(t.rows for t in book_of(app).tables if t.name == "deals") == loaded + 1
            await press(pilot, "u")
            assert next(t.rows for t in book_of(app).tables if t.name == "deals") == loaded


async def test_records_set_aside_are_saved_to_a_file(exports: Path, tmp_path: Path) -> None:
    app = app_on(exports)
    target = tmp_path / "aside.csv"
    async with running(app) as pilot:
        await press(pilot, "1")
        await go_to(pilot, SetAsideItem("deals"))
        await press(pilot, "enter", "s")
        line = app.screen.query_one("#path")
        line.value = str(target)  # type: ignore[attr-defined]
        await press(pilot, "enter")
        assert "D99999" in target.read_text(encoding="utf-8")


async def test_a_change_that_cannot_be_is_told_and_everything_stays(exports: Path) -> None:
    app = app_on(exports)
    async with running(app) as pilot:
        before, desk = book_of(app), app.desk
        changed = app.mapping.with_churn_source("the stars")
        app.change_book(changed, "nonsense")
        await settle(pilot)
        assert app.desk is desk and book_of(app) is before
        assert "the stars" in toasts(app)
        assert not book_file_for([exports]).exists()


async def test_a_folder_that_cannot_be_written_is_told_once_and_the_change_holds(
    exports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise WorkbenchError("Cannot write", "The disk says no.", "Free it.")

    monkeypatch.setattr("icp_workbench.book.book_file.files.write_book_file", refuse)
    app = app_on(exports)
    async with running(app) as pilot:
        await press(pilot, "1", "n", "down", "enter")
        assert "The disk says no." in toasts(app)
        assert book_of(app).mapping.churn_source is not None
        await press(pilot, "u")
        assert "The disk says no." not in toasts(app)


async def test_a_change_while_another_is_worked_out_takes_it_in(
    exports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on, real = Event(), loading.understand_again

    def slow(*given: object) -> object:
        goes_on.wait(10)
        return real(*given)  # type: ignore[arg-type]

    app = app_on(exports)
    async with running(app) as pilot:
        monkeypatch.setattr(loading, "understand_again", slow)
        app.change_book(app.mapping.with_stages({"Parked": "lost"}), "first")
        await pilot.pause()
        assert book_of(app).stages["Parked"] != "lost"
        app.change_book(app.mapping.with_stages({"Prospecting": "lost"}), "second")
        goes_on.set()
        await settle(pilot)
        assert {book_of(app).stages[label] for label in ("Parked", "Prospecting")} == {"lost"}
        app.undo_change()
        await settle(pilot)
        assert "lost" not in {book_of(app).stages[label] for label in ("Parked", "Prospecting")}


async def test_a_change_that_cannot_be_does_not_take_the_one_before_it_along(
    exports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on, real = Event(), loading.understand_again

    def slow(*given: object) -> object:
        goes_on.wait(10)
        return real(*given)  # type: ignore[arg-type]

    app = app_on(exports)
    async with running(app) as pilot:
        monkeypatch.setattr(loading, "understand_again", slow)
        app.change_book(app.mapping.with_stages({"Parked": "lost"}), "first")
        await pilot.pause()
        app.undo_change()
        await pilot.pause()
        assert "Still working out: first" in toasts(app)
        app.change_book(app.mapping.with_churn_source("the stars"), "nonsense")
        goes_on.set()
        await settle(pilot)
        assert book_of(app).stages["Parked"] == "lost"
        assert book_of(app).mapping.churn_source != "the stars"


async def test_escape_drops_a_change_that_takes_long(exports: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    goes_on, real = Event(), loading.understand_again

    def slow(*given: object) -> object:
        goes_on.wait(10)
        return real(*given)  # type: ignore[arg-type]

    app = app_on(exports)
    async with running(app) as pilot:
        before = book_of(app)
        monkeypatch.setattr(loading, "understand_again", slow)
        app.change_book(app.mapping.with_stages({"Parked": "lost"}), "Parked is lost")
        await until(pilot, lambda: shows_work(app))
        assert "Parked is lost" in screen_text(app)
        await pilot.press("escape")
        goes_on.set()
        await settle(pilot)
        assert book_of(app) is before and not shows_work(app)
        assert "as it was" in toasts(app)


async def test_a_book_made_by_hand_has_nothing_to_understand_again(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        await press(pilot, "1", "n", "backspace", "u", "ctrl+r", "down", "enter", "escape")
        assert app.is_running


async def test_hostile_headers_and_levels_are_shown_and_never_obeyed(tmp_path: Path) -> None:
    folder = write_exports(tmp_path / "crm")
    accounts = folder / "accounts.csv"
    text = accounts.read_text(encoding="utf-8").replace("industry", "[b]in\x1b[31mdustry[/b]", 1)
    accounts.write_text(text.replace("SaaS", "[red]Sa\x1b]0;xaS\u202e"), encoding="utf-8")
    app = app_on(folder)
    async with running(app) as pilot:
        await press(pilot, "1", "down", "down", "tab", "down", "down", "enter")
        assert "\x1b" not in screen_text(app) and "\u202e" not in screen_text(app)
        await press(pilot, "escape", "end", "home")
        assert app.is_running


@pytest.mark.parametrize("size", [(80, 24), (20, 6), (1, 1)])
async def test_any_size_and_every_key_leave_it_standing(exports: Path, size: tuple[int, int]) -> None:
    app = app_on(exports)
    async with running(app, size=size) as pilot:
        await press(pilot, "1")
        for key in ("down", "down", "pagedown", "end", "tab", "down", "enter", "escape", "e", "escape"):
            await press(pilot, key)
        for key in (
            "tab",
            "down",
            "shift+tab",
            "shift+tab",
            "home",
            "n",
            "escape",
            "question_mark",
            "escape",
        ):
            await press(pilot, key)
        assert app.is_running
