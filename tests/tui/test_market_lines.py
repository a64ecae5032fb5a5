"""The market in the criteria pane."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from icp_workbench.conditions.condition import FieldTest
from icp_workbench.segments.market import MarketCount
from icp_workbench.spec.coverage import Coverage
from icp_workbench.spec.criterion import Criterion
from icp_workbench.tui.widgets.criteria_rows import criteria_rows

SAAS = Criterion(
    "saas", "icp", FieldTest("industry", "is", "SaaS"), "fit", dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
)
COVERAGE = Coverage(12, 0.1, None, None, 0, None, {"saas": 12}, MarketCount(1_240, 37, 20_000))


def lines(criterion: Criterion, coverage: Coverage, width: int) -> list[str]:
    """The pane's text."""
    rows = criteria_rows((criterion,), {"saas": "industry is SaaS"}, coverage, {}, (), width)
    return ["".join(text for text, _ in row.line(width, False)) for row in rows]


def test_the_market_stands_under_what_the_profile_covers() -> None:
    shown = lines(SAAS, COVERAGE, 36)
    assert "1,240 of 20,000 in the market" in shown and "   37 prospects unknown" in shown
    assert any("1,240 of 20,000" in line and len(line) <= 26 for line in lines(SAAS, COVERAGE, 26))


def test_without_a_market_or_an_icp_criterion_nothing_is_said_of_it() -> None:
    assert not any("20,000" in line for line in lines(SAAS, replace(COVERAGE, market=None), 36))
    assert not any("20,000" in line for line in lines(replace(SAAS, verdict="anti_icp"), COVERAGE, 36))
