"""A whole workshop on a public book, by keys alone, through every room and home again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from icp_workbench.book.asked import Asked
from icp_workbench.spec.files import read_spec
from icp_workbench.tui.app import WorkbenchApp
from icp_workbench.tui.screens.decide import DecideRoom
from icp_workbench.tui.screens.home import HomeScreen
from icp_workbench.tui.screens.present import PresentScreen
from icp_workbench.tui.screens.spec import SpecRoom
from tests.tui.workbench import press, running, screen_text, settle, state, toasts, until_open

BELIEFS = (
    ("fiber customers are our best", "InternetService = 'Fiber optic'", "contradicted"),
    ("two-year contracts stay", "Contract = 'Two year'", "supported"),
    ("women stay longer", "gender = 'Female'", "unclear"),
)
SLOTS = (
    "signed for longer than a year",
    "providers that change prices every month",
    "somebody at home decides, and wants no surprises",
    "a line that does not fail",
    "their old contract runs out",
)


async def test_from_an_empty_room_to_the_spec(tmp_path: Path, real_data: Callable[[str], Path]) -> None:
    app = WorkbenchApp(
        (real_data("telco_ibm"),), sessions=tmp_path, name="telco", asked=Asked(book_file=False), agenda="60"
    )
    async with running(app, (200, 50)) as pilot:
        # Before the data: who is here, whom we say we want, what we believe.
        assert isinstance(app.screen, DecideRoom)
        await press(pilot, "f", "'Maria Lopez, Ann Chu", "down", "'Tom Berg", "enter")
        assert "sales 2 · customer success 1" in screen_text(app)
        await press(pilot, "s", "'whoever wants fiber", "down", "'InternetService = 'Fiber optic'", "enter")
        for claim, when, _ in BELIEFS:
            await press(pilot, "n", f"'{claim}", "down", "down", f"'{when}", "enter")
        assert not state(app).looks
        # The reveal.
        await press(pilot, "full_stop", "r", "enter")
        reveal = state(app).reveal
        assert reveal is not None
        assert [finding.verdict for finding in reveal.findings] == [verdict for _, _, verdict in BELIEFS]
        assert "contradicted" in screen_text(app)
        # What the data is, and what it supports.
        await press(pilot, "1")
        assert "7,043" in screen_text(app) and "Outcome metrics" in screen_text(app)
        # Slice: one before the room, one marked at once; gender is nothing.
        await press(pilot, "2", "slash", "'two year", "enter", "space")
        assert "1,695" in screen_text(app) and "▲ better" in screen_text(app)
        await press(pilot, "b", "c", "slash", "'month-to-month", "enter", "space")
        assert "▼ worse" in screen_text(app)
        await press(pilot, "a", "enter", "'they leave within the year", "enter")
        await press(pilot, "c", "slash", "'female", "enter", "space")
        assert "Female" in screen_text(app)
        # Presented to the room, one figure after the other.
        await press(pilot, "p")
        assert isinstance(app.screen, PresentScreen)
        assert "83.8 % of 3,488 accounts were still customers" in screen_text(app)
        await press(pilot, "right", "down", "N", "escape")
        # Decide: votes, the split, the decision; what people know.
        await press(pilot, "4", "tab")
        assert "contract is Two year" in screen_text(app)
        await press(pilot, "home", "v", "i", "i", "enter", "o", "enter", "V")
        assert "votes: 2 ICP, 1 OK-if" in screen_text(app)
        await press(pilot, "i", "'bound for two years", "down", "'Tom Berg", "enter")
        await press(pilot, "t", "down", "'they were tired of changing", "enter")
        assert "1 of 10 interviews" in screen_text(app)
        assert [(one.id, one.verdict) for one in state(app).criteria] == [
            ("contract-month-to-month", "anti_icp"), ("contract-two-year", "icp"),
        ]  # fmt: skip
        # Spec: what no record says is asked; it is saved and reads as people would say it.
        await press(pilot, "5")
        for words in SLOTS:
            await press(pilot, "n", f"'{words}", "enter")
        assert "Saved" not in toasts(app)
        await press(pilot, "w")
        await settle(pilot)
        assert "Saved telco-1.0.0.icp.yaml" in toasts(app)
        await press(pilot, "v")
        assert "because" in screen_text(app)
        # Home, and back to where one was.
        await press(pilot, "0")
    assert app.wants_home and app.return_code == 0
    home = WorkbenchApp((), sessions=tmp_path)
    async with home.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        assert isinstance(home.screen, HomeScreen) and "telco" in screen_text(home)
        await press(pilot, "enter")
        await until_open(home, pilot)
        assert isinstance(home.screen, SpecRoom) and state(home).agenda is not None
        assert "We win best with" in " ".join(screen_text(home).split())
        await press(pilot, "q")
    spec = read_spec(tmp_path / "telco" / "telco-1.0.0.icp.yaml")
    assert spec.metadata.participants == {"customer_success": 1, "sales": 2}
    evidence = {one.id: one.evidence for one in spec.criteria}
    assert {name: one.strength for name, one in evidence.items() if one is not None} == {
        "contract-month-to-month": "confirmed", "contract-two-year": "confirmed",
    }  # fmt: skip
    said = " ".join(spec.statement.text.split())
    assert all(words in said for words in SLOTS) and "we do not pursue" in said.lower()
