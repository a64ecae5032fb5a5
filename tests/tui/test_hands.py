"""Keys and clicks a hand expects: copying, jumping, completing, finding accounts, and all of it by mouse."""

from __future__ import annotations

import base64
import re
import sys
from pathlib import Path

import pytest

from icp_workbench.tui.app import WorkbenchApp
from icp_workbench.tui.dialogs.account import AccountDialog
from icp_workbench.tui.dialogs.expression import ExpressionDialog
from icp_workbench.tui.dialogs.jump import JumpDialog
from icp_workbench.tui.widgets.facet_rows import HistogramRow
from icp_workbench.tui.widgets.rows_view import RowsView
from tests.tui.exports import write_exports
from tests.tui.workbench import Open, press, running, screen_text, settle, state, toasts


async def test_y_copies_the_value_the_cell_and_the_statement(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        await press(pilot, "slash", "'saas", "enter", "space", "y")
        assert app.clipboard.startswith("● SaaS") and "100" in app.clipboard
        assert "Copied the line" in toasts(app)
        await press(pilot, "escape", "tab", "y")
        assert app.clipboard.startswith("A ") and "Win rate" in app.clipboard and "60.0 % of" in app.clipboard
        await press(pilot, "Y")
        assert app.clipboard.count("|") > 20 and "Win rate" in app.clipboard  # a Markdown table
        await press(pilot, "5", "y")
        assert "Nothing to copy" in toasts(app)
        await press(pilot, "2", "i", "enter", "enter", "5", "y")
        assert "SaaS" in app.clipboard and "statement" in toasts(app)
        await press(pilot, "1", "y")
        assert app.clipboard


async def test_jumping_puts_a_letter_on_each_pane(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        await press(pilot, "ctrl+o")
        assert isinstance(app.screen, JumpDialog)
        text = screen_text(app)
        for label in (" a  Attributes", " s  Compare", " d  Criteria"):
            assert label in text
        await press(pilot, "d")
        assert app.focused is not None and app.focused.id == "criteria"
        await press(pilot, "ctrl+o", "s")
        assert app.focused is not None and app.focused.id == "board"
        await press(pilot, "ctrl+o", "escape")
        assert app.focused is not None and app.focused.id == "board" and not app.screen.is_modal


async def test_jumping_reaches_a_pane_that_is_folded_away(opened: Open) -> None:
    app = opened()
    async with running(app, (80, 24)) as pilot:
        await press(pilot, "ctrl+o", "d")
        assert app.focused is not None and app.focused.id == "criteria" and app.focused.region.width > 0


async def test_an_expression_is_completed_by_tab(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        await press(pilot, "colon", "'indu", "tab", "tab", "'sa", "tab")
        dialog = app.screen
        assert isinstance(dialog, ExpressionDialog)
        assert dialog.query_one("#typed").value == "industry IN ('SaaS'"  # type: ignore[attr-defined]
        await press(pilot, "down", "tab")
        assert "100 accounts" in screen_text(app)
        await press(pilot, "enter")
        assert "100 of 400 match" in screen_text(app)


async def test_an_account_is_found_by_name_and_its_record_shown(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        assert app.desk is not None
        name = app.desk.book.account_names[7]
        await press(pilot, "slash", f"'{name}", "enter", "enter")
        assert isinstance(app.screen, AccountDialog)
        text = screen_text(app)
        assert name in text and "industry" in text and "Media" in text and "Deals" in text
        await press(pilot, "escape", "escape", "N", "slash", f"'{name}")
        assert "names are hidden" in screen_text(app)
        assert "of that name" in screen_text(app)
        await press(pilot, "enter", "escape", "N")


async def test_hidden_names_are_in_no_room(tmp_path: Path) -> None:
    paths = [write_exports(tmp_path / "exports")]
    app = WorkbenchApp(paths, sessions=tmp_path / "sessions")
    async with running(app, (160, 50)) as pilot:
        await press(pilot, "1", "tab", "down")
        shown = screen_text(app)
        assert "Company 1" in shown and "A0001" in shown
        await press(pilot, "N")
        for keys in ((), ("down",), ("down",), ("tab",), *[("down",)] * 14, ("enter",), ("escape", "2"),
                     ("slash", "'comp"), ("enter",), ("escape", "p")):  # fmt: skip
            await press(pilot, *keys)
            app.clear_notifications()
            await pilot.pause()
            assert not re.search(r"Company \d|A0\d\d\d", screen_text(app)), keys
        await press(pilot, "N", "escape", "1", "tab", "tab")
        assert "Company 1" in screen_text(app)


async def test_the_bottom_line_says_what_can_be_done_while_finding(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        await press(pilot, "slash")
        last = screen_text(app).splitlines()[-1]
        assert "go to it" in last and "include" not in last


async def test_the_mouse_does_all_of_it(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        lines = screen_text(app).splitlines()
        at = next(line for line, text in enumerate(lines) if " SaaS " in text)
        await pilot.click(offset=(6, at))
        await settle(pilot)
        assert state(app).segments[0].filter.choice("industry").included == ("SaaS",)
        lines = screen_text(app).splitlines()
        at = next(line for line, text in enumerate(lines) if "Sales cycle" in text)
        await pilot.click("#board", offset=(3, at - app.screen.query_one("#board").region.y))
        await settle(pilot)
        assert "Sales cycle" in screen_text(app).split("95% interval")[0].splitlines()[-1]
        await pilot.click(offset=(2, 1))  # the tab of the first room
        await settle(pilot)
        assert "What was read" in screen_text(app)
        await pilot.click(offset=(11, 1))
        await settle(pilot)
        last = screen_text(app).splitlines()[-1]
        await pilot.click(offset=(last.index("? help") + 1, app.size.height - 1))
        await settle(pilot)
        assert "What can be done here" in screen_text(app)


async def test_a_range_is_drawn_over_the_bars_of_a_histogram(opened: Open) -> None:
    app = opened()
    async with running(app, (160, 50)) as pilot:
        view = app.screen.query_one("#facets", RowsView)
        at = next(
            line for line, row in enumerate(view.rows) if isinstance(row, HistogramRow) and row.selectable
        )
        row = view.rows[at]
        assert isinstance(row, HistogramRow)
        await pilot.mouse_down(view, offset=(2, at))
        await pilot.hover(view, offset=(10, at))
        await pilot.mouse_up(view, offset=(10, at))
        await settle(pilot)
        choice = state(app).segments[0].filter.choice("employees")
        last = row.bar_at(10, 51)
        assert last is not None and last > 0
        assert (choice.low, choice.high) == row.bounds(0, last)
        assert not app.screen.is_modal
        await pilot.click(view, offset=(4, at))  # a click alone asks for the range
        await settle(pilot)
        assert app.screen.is_modal


if sys.platform != "win32":
    from tests.tui.terminals import Terminal

    def test_a_copy_reaches_the_terminals_clipboard(tmp_path: Path) -> None:
        (tmp_path / "accounts.csv").write_text(
            "account,industry,won\n"
            + "".join(f"C{at},{('SaaS', 'Media')[at % 2]},{'yes' if at % 3 else 'no'}\n" for at in range(60))
        )
        terminal = Terminal.icp("open", str(tmp_path / "accounts.csv"), "--sessions", str(tmp_path / "s"))
        try:
            terminal.wait_for("match")
            terminal.quiet()
            terminal.send("y")
            terminal.quiet()
            terminal.send("q")
            assert terminal.end() == 0
        finally:
            terminal.kill()
        _, _, sent = terminal.shown.rpartition(b"\x1b]52;c;")
        assert b"\x07" in sent, "nothing was copied"
        assert base64.b64decode(sent.partition(b"\x07")[0]).decode().strip()


@pytest.mark.parametrize("key", ["p", "T", "N", "y", "Y", "ctrl+o", "0"])
async def test_nothing_is_only_for_a_modal_moment(opened: Open, key: str) -> None:
    """What is typed into a dialog stays there: no key of the rooms acts through it."""
    app = opened()
    async with running(app) as pilot:
        await press(pilot, "n")
        theme = app.theme
        await press(pilot, key)
        assert app.is_running and app.screen.is_modal and app.theme == theme and not app.names_hidden
        await press(pilot, "escape")
