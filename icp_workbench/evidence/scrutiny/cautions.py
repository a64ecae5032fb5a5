"""What a comparison warns of, read from its cells alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from icp_workbench.book.book import AccountBook
from icp_workbench.evidence.comparison import Cell, Comparison
from icp_workbench.render.figures import figure

# Margin, cycle, retention and support. Not the cost to win: it may well grow with the deals.
_PRICE = ("gross_margin", "sales_cycle_days", "retention_12m", "churn_rate", "net_revenue_retention",
          "revenue_kept_since_start", "tickets_per_month", "resolution_hours", "onboarding_days")  # fmt: skip


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

    Revenue only (ICP002): the deals are bigger while margin, cycle, retention or support (onboarding is part
    of it) is worse.
    """
    cells = {metric.name: comparison.cell(segment, metric.name) for metric in comparison.metrics}
    labels = {metric.name: metric.label.lower() for metric in comparison.metrics}
    sentence = in_words(cells, labels)
    return (Caution("ICP002", "revenue only", segment, sentence),) if sentence else ()


def price_of_size(cells: Mapping[str, Cell]) -> tuple[str, ...]:
    """The metrics that are worse where deals are bigger; empty where deals are not bigger, or nothing is
    worse."""
    size = cells.get("deal_size")
    if size is None or size.verdict != "better":
        return ()
    return tuple(name for name in _PRICE if name in cells and cells[name].verdict == "worse")


def in_words(cells: Mapping[str, Cell], labels: Mapping[str, str]) -> str:
    """`Bigger deals (… against …), but worse: …`; empty where there is nothing to warn of."""
    worse = price_of_size(cells)
    told = ", ".join(f"{labels[name]} {_against(cells[name])}" for name in worse)
    return f"Bigger deals ({_against(cells['deal_size'])}), but worse: {told}." if worse else ""


def survivorship(book: AccountBook) -> str | None:
    """A sentence where the book cannot know whom it does not hold: accounts that were lost. None where a lost
    deal is in it, and where it has no outcome at all."""
    deals = book.observations.get("deal")
    if not book.metrics or (deals is not None and "won" in deals.values and (deals.values["won"] == 0).any()):
        return None
    return "Only those who bought have outcomes in this book: it says nothing about who would be won."


def _against(cell: Cell) -> str:
    return f"{figure(cell.estimate, cell.unit)} against {figure(cell.rest, cell.unit)}"
