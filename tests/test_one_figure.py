"""One figure, one place: terminal, `icp compare` and spec print the same comparison, cell for cell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from icp_workbench.cli import cli
from icp_workbench.conditions.expression import to_text
from icp_workbench.evidence.comparison import AVERAGE, Cell, Comparison, compare
from icp_workbench.evidence.payload import cell_payload
from icp_workbench.evidence.sentences import sentence
from icp_workbench.render.figures import figure, interval
from icp_workbench.render.verdicts import verdict_text
from icp_workbench.sample import sample_paths
from icp_workbench.spec.files import read_spec
from icp_workbench.tui.app import WorkbenchApp
from icp_workbench.tui.desk import Desk
from tests.tui.workbench import pane, press, running, screen_text

KEYS = ("slash", "'fintech", "enter", "space", "c", "slash", "'public sector", "enter", "space")
PATHS = [str(path) for path in sample_paths()]


def printed(desk: Desk, board: Comparison, *options: str) -> str:
    """What `icp compare` prints of the same segments."""
    segments: list[str] = []
    for segment in board.segments[1:]:
        segments += ["--segment", f"{segment.name}: {to_text(segment.condition, desk.fields)}"]
    done = CliRunner().invoke(cli, ["compare", *PATHS, *segments, *options])
    assert done.exit_code == 0, done.output
    return done.stdout


def shown_parts(cell: Cell) -> list[str]:
    """The parts in which both the terminal's board and the command's table print a cell."""
    parts = [figure(cell.estimate, cell.unit, with_unit=False), interval(cell.low, cell.high, cell.unit)]
    return parts if cell.verdict == "none" else [*parts, verdict_text(cell.verdict)]


async def test_terminal_command_and_spec_show_the_same_cells(tmp_path: Path) -> None:
    app = WorkbenchApp(sample_paths(), sessions=tmp_path, name="same")
    async with running(app, (200, 60)) as pilot:
        await press(pilot, *KEYS)
        desk = app.desk
        assert desk is not None and desk.answers.comparison is not None
        board = desk.answers.comparison
        assert [segment.name for segment in board.segments] == [AVERAGE, "A", "B"]

        told = json.loads(printed(desk, board, "--format", "json"))
        assert told["cells"] == [cell_payload(cell) for cell in board.cells]
        assert told["looks"] == board.looks

        on_screen = screen_text(app).splitlines()
        table = printed(desk, board).splitlines()
        for metric in board.metrics:
            cells = [board.cell(segment.name, metric.name) for segment in board.segments]
            lines = block(on_screen, metric.label)
            row = next(line for line in table if line.startswith(metric.label))
            for cell in cells:
                for part in shown_parts(cell):
                    assert part in lines, (metric.name, cell.segment, part)
                    assert part in row, (metric.name, cell.segment, part)

        await press(pilot, "i", "enter", "'too slow to close", "enter", "w", "5")
        spec = read_spec(next((tmp_path / "same").glob("*.icp.yaml")))
        (criterion,) = spec.criteria
        alone = compare(desk.index, {"criterion": desk.index.rows(criterion.when)})
        text = pane(app, "covered")
        for metric in board.metrics:
            cell = alone.cell("criterion", metric.name)
            written = criterion.evidence.metrics[metric.name]
            for name in ("estimate", "low", "high", "rest", "average", "difference", "p_value", "q_value"):
                assert getattr(written, name) == pytest.approx(getattr(cell, name), rel=1e-6), name
            assert (written.verdict, written.n) == (cell.verdict, cell.n)
            if metric.name != "lifetime_value":  # its horizon is the board's
                same = board.cell("B", metric.name)
                assert (cell.estimate, cell.low, cell.p_value) == (same.estimate, same.low, same.p_value)
        first = alone.cell("criterion", "win_rate")
        opening, _, _ = sentence(first, alone.metrics[0]).partition("; ")  # the rest may be on the next line
        assert opening in text


def block(lines: list[str], label: str) -> str:
    """A metric's lines on the board: from its name to the next line without an indent of the pane."""
    at = next(at for at, line in enumerate(lines) if f" {label}  " in line or f" {label} " in line)
    return "\n".join(lines[at : at + 2])
