"""The same records in every awkward shape must become the same book."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from icp_workbench.book.opening import open_book
from tests.book.awkward import SHAPES, company


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_of_the_same_records_is_the_same_book(shape: str, tmp_path: Path) -> None:
    firms, deals = company()
    SHAPES[shape](tmp_path, firms, deals)

    book = open_book(tmp_path)

    won = [deal for deal in deals if deal.stage == "won"]
    values = book.observations["deal"].values
    assert len(book.accounts) == len(firms)
    assert len(values) == len(deals)
    assert (values["won"] == 1).sum() == len(won)
    assert (values["won"] == 0).sum() == sum(deal.stage == "lost" for deal in deals)
    assert values["amount"].sum() == sum(deal.amount for deal in won)
    cycles = [(deal.closed - deal.opened).days for deal in won]
    assert np.nansum(values.loc[values["won"] == 1, "cycle_days"]) == sum(cycles)
    assert {"win_rate", "sales_cycle_days", "deal_size"} <= {metric.name for metric in book.metrics}
    assert all(report.rejected == 0 for report in book.reports)


@pytest.mark.parametrize("shape", SHAPES)
def test_industry_can_be_sliced_in_every_shape(shape: str, tmp_path: Path) -> None:
    firms, deals = company()
    SHAPES[shape](tmp_path, firms, deals)

    book = open_book(tmp_path)

    industry = next(field for field in book.fields.values() if field.name in ("industry", "branche"))
    assert industry.type == "category" and industry.kind == "firmographic" and industry.kept_out is None
    counts = book.accounts[industry.name].value_counts()
    assert counts.to_dict() == {name: sum(f.industry == name for f in firms) for name in counts.index}
