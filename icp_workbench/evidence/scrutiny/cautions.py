"""What a comparison warns of, read from its cells alone."""

from __future__ import annotations

from dataclasses import dataclass

from icp_workbench.evidence.comparison import Cell, Comparison
from icp_workbench.render.figures import figure

_PRICE = ("gross_margin", "sales_cycle_days", "retention_12m", "churn_rate", "tickets_per_month",
          "resolution_hours", "onboarding_days", "revenue_kept_since_start", "net_revenue_retention",
          "win_rate", "cost_to_win")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Caution:
    """A known way in which a profile fails, seen on a segment: its code and name in the list of checks, and
    one sentence with the figures."""

    code: str
    name: str
    segment: str
    sentence: str


def cautions(comparison: Comparison, segment: str) -> tuple[Caution, ...]:
    """The cautions of one segment of the board; empty where there is nothing to warn of. KeyError for a
    segment that is not on the board.

    Revenue only (ICP002): the deals are bigger while margin, cycle, retention, support or any other of what
    they cost is worse.
    """
    cells = {metric.name: comparison.cell(segment, metric.name) for metric in comparison.metrics}
    size = cells.get("deal_size")
    worse = [name for name in _PRICE if name in cells and cells[name].verdict == "worse"]
    if size is None or size.verdict != "better" or not worse:
        return ()
    labels = {metric.name: metric.label.lower() for metric in comparison.metrics}
    told = ", ".join(f"{labels[name]} {_against(cells[name])}" for name in worse)
    sentence = f"Bigger deals ({_against(size)}), but worse: {told}."
    return (Caution("ICP002", "revenue only", segment, sentence),)


def _against(cell: Cell) -> str:
    return f"{figure(cell.estimate, cell.unit)} against {figure(cell.rest, cell.unit)}"
