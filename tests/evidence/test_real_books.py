"""Public books of which it is known what can be found in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from icp_workbench.book.opening import open_book
from icp_workbench.conditions.condition import EVERYONE
from icp_workbench.evidence.comparison import compare
from icp_workbench.evidence.facets import facets
from icp_workbench.evidence.looks import level_condition, looks_of_facets
from icp_workbench.evidence.strength import strength_of
from icp_workbench.segments.index import SegmentIndex

RealData = Callable[[str], Path]


def strengths(index: SegmentIndex) -> Iterator[tuple[str, str, str]]:
    """Every value of every attribute, after all were looked at: attribute, value, strength either way."""
    core = [metric.name for metric in index.book.metrics if metric.core]
    shown = [facets(index, index.rows(EVERYONE), name) for name in core]
    looks = {key: p for found in shown for key, p in looks_of_facets(found, EVERYONE).items()}
    for facet in shown[0].facets:
        for value in facet.values:
            rows = index.rows(level_condition(facet.field, value.value))
            for anti in (False, True):
                yield facet.field.name, value.label, strength_of(index, rows, looks, anti=anti).name


def test_no_attribute_of_maven_crm_is_confirmed(real_data: RealData) -> None:
    index = SegmentIndex(open_book(real_data("maven_crm")))
    found = list(strengths(index))
    assert len(found) > 50
    assert [one for one in found if one[2] == "confirmed"] == []


def test_the_contract_separates_telco_customers_and_gender_does_not(real_data: RealData) -> None:
    index = SegmentIndex(open_book(real_data("telco_ibm")))
    found = {(field, value): set[str]() for field, value, _ in strengths(index)}
    for field, value, name in strengths(index):
        found[field, value].add(name)
    assert found["contract", "Two year"] == {"confirmed", "contradicted"}
    assert found["contract", "Month-to-month"] == {"confirmed", "contradicted"}
    assert found["gender", "Female"] == found["gender", "Male"] == {"assumption"}


def test_the_known_figures_come_out(real_data: RealData) -> None:
    maven = compare(SegmentIndex(open_book(real_data("maven_crm"))), {})
    won, cycle = maven.cell("all", "win_rate"), maven.cell("all", "sales_cycle_days")
    assert (won.estimate, won.n, won.accounts) == (pytest.approx(4_238 / 6_711), 6_711, 85)
    assert cycle.estimate == 57
    assert maven.cell("all", "deal_size").effect["mean"] == pytest.approx(2_360.91, abs=0.005)
    telco = compare(SegmentIndex(open_book(real_data("telco_ibm"))), {})
    assert telco.cell("all", "churn_rate").estimate == 1_869 / 7_043
    assert telco.cell("all", "retention_12m").estimate == pytest.approx(0.843, abs=0.0005)
