"""The checks in the Spec room: what fires, accepted with a reason, taken back, undone, saved."""

from __future__ import annotations

from pathlib import Path

from icp_workbench.spec.files import read_spec
from icp_workbench.tui.dialogs.accept import AcceptDialog
from icp_workbench.tui.widgets.check_rows import CheckRow, ChecksView, check_rows
from icp_workbench.workshop.events import CheckAccepted
from tests.tui.workbench import Open, press, running, screen_text, state, toasts

MARKED = ("slash", "'saas", "enter", "space", "i", "enter", "'wins", "enter", "escape", "5")
SIZE = (160, 60)


def codes(view: ChecksView) -> list[str]:
    """The checks shown, those accepted in brackets."""
    rows = [row for row in view.rows if isinstance(row, CheckRow)]
    return [f"[{row.code}]" if row.note else row.code for row in rows]


async def test_a_check_is_accepted_with_a_reason_undone_and_saved(opened: Open, tmp_path: Path) -> None:
    app = opened()
    async with running(app, SIZE) as pilot:
        await press(pilot, *MARKED)
        view = app.screen.query_one(ChecksView)
        assert "ICP005" in codes(view) and "ICP008" in codes(view)
        assert "ICP001" not in codes(view)
        assert "Nothing is ruled out" in screen_text(app)
        view.focus()
        view.go_to(("check", "ICP005"))
        await press(pilot, "enter")
        assert isinstance(app.screen, AcceptDialog)
        await press(pilot, "enter")
        assert "Nothing is accepted without a reason." in screen_text(app)
        await press(pilot, "'first look only", "enter")
        assert state(app).accepted == (CheckAccepted("ICP005", "first look only"),)
        assert "[ICP005]" in codes(view) and "first look only" in screen_text(app)
        await press(pilot, "u")
        assert state(app).accepted == () and "Undone: ICP005 accepted" in toasts(app)
        await press(pilot, "ctrl+r", "w")
        assert "Saved plain-1.0.0" in toasts(app)
        view.go_to(("check", "ICP005"))
        await press(pilot, "delete")
        assert state(app).accepted == () and "ICP005" in codes(view)
        assert app.desk is not None and app.desk.unsaved
        await press(pilot, "w", "q")
    first, second = sorted((tmp_path / "plain").glob("*.icp.yaml"))
    assert [(one.check, one.note) for one in read_spec(first).accepted_checks] == [
        ("ICP005", "first look only")
    ]
    assert read_spec(second).metadata.version == "1.0.1" and not read_spec(second).accepted_checks


async def test_escape_accepts_nothing_and_the_acceptance_is_there_on_reopening(opened: Open) -> None:
    app = opened()
    async with running(app, SIZE) as pilot:
        await press(pilot, *MARKED, "shift+tab", "e", "'a reason", "escape")
        assert state(app).accepted == ()
        await press(pilot, "e", "'a reason", "enter", "q")
    again = opened()
    async with running(again, SIZE) as pilot:
        await press(pilot, "5")
        view = again.screen.query_one(ChecksView)
        assert [one.note for one in state(again).accepted] == ["a reason"]
        assert len([code for code in codes(view) if code.startswith("[")]) == 1


async def test_without_a_criterion_nothing_is_checked(opened: Open) -> None:
    app = opened()
    async with running(app, SIZE) as pilot:
        await press(pilot, "5", "shift+tab", "enter", "delete")
        assert codes(app.screen.query_one(ChecksView)) == [] and not app.screen.is_modal
    assert check_rows(None, {}, 40)
