"""Making attributes in the Slice room, and dropping them."""

from __future__ import annotations

import weakref
from pathlib import Path
from threading import Event

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from icp_workbench.book.observed import Bins, Expression, Groups, SecondFile, Tag, Words
from icp_workbench.tui.app import WorkbenchApp
from icp_workbench.tui.dialogs import observed, observed_answers
from icp_workbench.tui.dialogs.observed import ObservedDialog
from icp_workbench.tui.screens.slice import SliceRoom
from icp_workbench.tui.standing import stands
from tests.tui.workbench import press, running, screen_text, settle, toasts, until

HOSTILE = "[red]Sa\u202eaS[/]"


def export(folder: Path) -> Path:
    """200 customers with a size, an industry (one of them hostile), a description; every third left."""
    path = folder / "data" / "customers.csv"
    path.parent.mkdir()
    industries = (HOSTILE, "Retail", "Banking", "Energy")
    lines = []
    for at in range(200):
        about = f"number {at}, a {('reseller', 'maker')[at % 2]} of things like these"
        left = ("Yes", "No", "No")[at * 7 // 11 % 3]
        lines.append(f'C{at:03},{industries[at % 4]},{at},"{about}",{left}')
    text = "\n".join(["customer_id,Industry,Employees,Description,Churn", *lines])
    path.write_text(text, encoding="utf-8")
    rows = [f"C{at:03},{('hot', 'cold')[at // 2 % 2]}" for at in range(200)]
    (folder / "data" / "notes").mkdir()
    (folder / "data" / "notes" / "notes.csv").write_text("\n".join(["customer_id,Warmth", *rows]), "utf-8")
    return path


@pytest.fixture
def app(tmp_path: Path) -> WorkbenchApp:
    """The workbench on the export."""
    return WorkbenchApp([str(export(tmp_path))], sessions=tmp_path / "sessions")


def go_to(app: WorkbenchApp, name: str) -> None:
    """Put the cursor on an attribute."""
    assert isinstance(app.screen, SliceRoom)
    app.screen.facets_view.go_to(("heading", name))


async def open_dialog(app: WorkbenchApp, pilot: Pilot[None], name: str) -> ObservedDialog:
    """The dialog on an attribute."""
    await press(pilot, "2")
    go_to(app, name)
    await press(pilot, "plus")
    assert isinstance(app.screen, ObservedDialog)
    return app.screen


def definitions(app: WorkbenchApp) -> dict[str, object]:
    """What the book's mapping holds of observed attributes."""
    assert app.desk is not None
    return {one.name: one.definition for one in app.desk.book.mapping.observed}


async def test_cuts_make_bands_that_can_be_sliced(app: WorkbenchApp) -> None:
    async with running(app) as pilot:
        await open_dialog(app, pilot, "employees")
        await press(pilot, "'10, 1", "'50")
        assert "under 10: 10" in screen_text(app) and "150 or more: 50" in screen_text(app)
        await press(pilot, "enter")
        assert definitions(app) == {"employees_band": Bins("employees", (10, 150))}
        assert app.desk is not None
        assert app.desk.fields["employees_band"].kind == "observed"
        assert "employees band" in screen_text(app)


async def test_what_would_come_of_it_is_counted_while_keys_go_on(
    app: WorkbenchApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on, real = Event(), observed_answers.preview

    def slow(*given: object) -> str:
        goes_on.wait(10)
        return real(*given)  # type: ignore[arg-type]

    async with running(app) as pilot:
        dialog = await open_dialog(app, pilot, "employees")
        monkeypatch.setattr(observed, "preview", slow)
        await pilot.press(*"100")
        assert dialog.query_one("#typed", Input).value == "100"
        assert "under 100" not in screen_text(app)
        goes_on.set()
        await settle(pilot)
        assert "under 100: 100" in screen_text(app)  # of the last key, not the first


async def test_what_is_counted_for_a_dialog_that_is_being_closed_is_dropped(app: WorkbenchApp) -> None:
    async with running(app) as pilot:
        dialog = await open_dialog(app, pilot, "employees")
        assert stands(dialog) and dialog._wanted is not None
        wanted = dialog._wanted
        await dialog.dismiss(None)
        assert dialog.is_mounted and not stands(dialog)
        dialog._previewed(wanted, "late", "$muted")
        await settle(pilot)
        assert app.is_running and "late" not in screen_text(app)


async def test_a_book_that_is_taken_off_the_desk_is_let_go(app: WorkbenchApp) -> None:
    async with running(app) as pilot:
        assert app.desk is not None
        before = weakref.ref(app.desk)
        await open_dialog(app, pilot, "employees")
        await press(pilot, "'10", "enter")
        assert "employees_band" in definitions(app)
        await until(pilot, lambda: before() is None)  # what waits for a rest may still hold it


async def test_marked_values_make_a_group_with_a_name(app: WorkbenchApp) -> None:
    async with running(app) as pilot:
        await open_dialog(app, pilot, "industry")
        await press(pilot, "space", "down", "space", "enter", "'Near", "tab", "'near", "enter")
        assert app.desk is not None
        first, second = app.desk.fields["industry"].levels[:2]
        assert definitions(app) == {"near": Groups("industry", {"Near": (first, second)})}
        assert app.desk.fields["near"].levels[0] == "Near"


async def test_words_of_a_text_and_a_condition_make_yes_or_no(app: WorkbenchApp) -> None:
    async with running(app) as pilot:
        await open_dialog(app, pilot, "description")
        await press(pilot, "'reseller", "enter")
        assert definitions(app) == {"mentions_reseller": Words("description", ("reseller",))}
        dialog = await open_dialog(app, pilot, "employees")
        dialog.query_one("#way").focus()
        await press(pilot, "right", "enter", "'mentions_reseller = true and employees > 50", "enter")
        assert isinstance(definitions(app)["observed"], Expression)
        # What others are made from stays while they do.
        go_to(app, "mentions_reseller")
        await press(pilot, "minus")
        assert "`observed` is made from it" in toasts(app)
        go_to(app, "observed")
        await press(pilot, "minus")
        assert set(definitions(app)) == {"mentions_reseller"}
        await press(pilot, "1", "u")
        assert set(definitions(app)) == {"mentions_reseller", "observed"}


async def test_a_tag_holds_the_accounts_of_the_current_segment(app: WorkbenchApp) -> None:
    async with running(app) as pilot:
        dialog = await open_dialog(app, pilot, "employees")
        dialog.query_one("#way").focus()
        await press(pilot, "right", "right")
        assert "holds every account" in screen_text(app)
        await press(pilot, "escape")
        await press(pilot, "colon", "'employees < 3", "enter")
        dialog = await open_dialog(app, pilot, "employees")
        dialog.query_one("#way").focus()
        await press(pilot, "right", "right", "enter")
        assert "3 accounts of the current segment" in screen_text(app)
        await press(pilot, "enter")
        assert definitions(app) == {"tagged": Tag(("C000", "C001", "C002"))}


async def test_another_file_is_read_before_it_is_taken(app: WorkbenchApp) -> None:
    async with running(app) as pilot:
        dialog = await open_dialog(app, pilot, "employees")
        dialog.query_one("#way").focus()
        await press(pilot, "left", "enter", "'notes/notes.csv", "enter", "'Warmht", "enter")
        assert app.screen is dialog and "did you mean `Warmth`" in screen_text(app)
        dialog.query_one("#beside").focus()
        await press(pilot, "ctrl+u", "'Warmth", "enter")
        assert definitions(app) == {"warmth": SecondFile("notes/notes.csv", "Warmth")}


async def test_a_name_that_is_taken_is_refused_in_words(app: WorkbenchApp) -> None:
    async with running(app) as pilot:
        dialog = await open_dialog(app, pilot, "employees")
        await press(pilot, "'10", "tab", "'industry", "enter")
        assert app.screen is dialog and "There is an attribute `industry` already" in screen_text(app)
        await press(pilot, "escape")
        assert definitions(app) == {}


async def test_only_what_was_made_here_can_be_dropped(app: WorkbenchApp) -> None:
    async with running(app) as pilot:
        await press(pilot, "2")
        go_to(app, "employees")
        await press(pilot, "minus")
        assert "Only what was made here" in toasts(app)


@pytest.mark.parametrize("size", [(80, 24), (30, 8), (1, 1), (200, 50)])
async def test_the_dialog_opens_at_any_size_and_shows_hostile_values_as_text(
    app: WorkbenchApp, size: tuple[int, int]
) -> None:
    async with running(app, size) as pilot:
        await open_dialog(app, pilot, "industry")
        if size[1] >= 24:
            assert "[red]Sa" in screen_text(app) and "\u202e" not in screen_text(app)
        await press(pilot, "space", "enter", "'x", "enter")
        assert "industry_group" in definitions(app)
