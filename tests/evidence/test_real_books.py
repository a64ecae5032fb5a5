"""Public books of which it is known what can be found in them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2_contingency

from icp_workbench.book.opening import open_book
from icp_workbench.conditions.condition import EVERYONE, Condition, FieldTest, Not
from icp_workbench.evidence.comparison import compare
from icp_workbench.evidence.facets import facets
from icp_workbench.evidence.looks import (
    holm_adjusted,
    level_condition,
    look_key,
    looks_of,
    looks_of_facets,
)
from icp_workbench.evidence.resampling import permutation_p
from icp_workbench.evidence.scrutiny.cautions import survivorship
from icp_workbench.evidence.scrutiny.confounding import held_fixed
from icp_workbench.evidence.stated import strength_of_stated
from icp_workbench.evidence.strength import strength_of
from icp_workbench.segments.index import SegmentIndex

RealData = Callable[[str], Path]


def shown_values(index: SegmentIndex) -> tuple[list[tuple[str, str, Condition]], dict[str, float | None]]:
    """Every value of every attribute (attribute, value, condition), the halves of numbers among them, and the
    looks that come of showing them all on every core metric."""
    core = [metric.name for metric in index.book.metrics if metric.core]
    shown = [facets(index, index.rows(EVERYONE), name) for name in core]
    looks = {key: p for found in shown for key, p in looks_of_facets(found, EVERYONE).items()}
    values = [
        (facet.field.name, value.label, level_condition(facet.field, value.value))
        for facet in shown[0].facets
        for value in facet.values
    ]
    for facet in shown[0].facets:
        if facet.field.type == "number":
            found = index.column(facet.field.name, facet.field.grain).values
            middle = float(np.nanmedian(found))
            values += [
                (facet.field.name, "low", FieldTest(facet.field.name, "at_most", middle)),
                (facet.field.name, "high", Not(FieldTest(facet.field.name, "at_most", middle))),
            ]
    board = compare(index, {f"{at}": index.rows(one) for at, (_, _, one) in enumerate(values)}, core)
    return values, {**looks, **looks_of(board)}


def strengths(index: SegmentIndex, *, resample: bool = False) -> dict[tuple[str, str], set[str]]:
    """(attribute, value) → strength either way, after all were looked at."""
    values, looks = shown_values(index)
    return {
        (field, label): {
            strength_of(index, index.rows(condition), looks, anti=anti, resample=resample).name
            for anti in (False, True)
        }
        for field, label, condition in values
    }


@pytest.mark.parametrize("resample", [False, True], ids=["without shuffles", "9,999 shuffles"])
def test_no_attribute_of_maven_crm_is_confirmed(real_data: RealData, resample: bool) -> None:
    index = SegmentIndex(open_book(real_data("maven_crm")))
    found = strengths(index, resample=resample)
    assert len(found) > 60
    fields = {field for field, _ in found}
    assert {"sector", "product", "sales_agent", "office_location", "employees", "revenue"} <= fields
    assert [one for one, names in found.items() if "confirmed" in names] == []


def test_shuffling_the_accounts_of_maven_crm_leaves_nothing_either(real_data: RealData) -> None:
    """The most striking differences tested by 9,999 shuffles alone, whatever the first test said."""
    index = SegmentIndex(open_book(real_data("maven_crm")))
    values, looks = shown_values(index)
    asked = [(look_key(one, metric), one, metric)
             for _, _, one in values for metric in ("win_rate", "sales_cycle_days")]  # fmt: skip
    striking = sorted(asked, key=lambda one: looks[one[0]] if looks[one[0]] is not None else 1.0)[:8]
    shuffled = {key: permutation_p(index, index.rows(one), metric, 9_999) for key, one, metric in striking}
    assert len(shuffled) == 8
    for key, p_value in shuffled.items():
        assert p_value is not None and holm_adjusted(key, p_value, {**looks, **shuffled}) > 0.05


def test_the_tempting_win_rate_of_panama_is_an_assumption(real_data: RealData) -> None:
    index = SegmentIndex(open_book(real_data("maven_crm")))
    panama = index.rows(FieldTest("office_location", "in", ("Panama",)))
    cell = compare(index, {"A": panama}, ["win_rate"]).cell("A", "win_rate")
    assert (cell.estimate, cell.n, cell.accounts) == (0.75, 100, 1)
    stated = strength_of_stated(index, {"Panama": panama})["Panama"]
    assert (stated.verdict, stated.strength.name) == ("too few accounts", "assumption")


def test_the_industry_of_ravenstack_is_a_false_find(real_data: RealData) -> None:
    """500 accounts, churn by the account's flag. Industry: p = 0.066 over all five; DevTools alone, the most
    striking of them, p = 0.017. Plan tier: none at all."""
    index = SegmentIndex(open_book(real_data("ravenstack")))
    by_account = index.book.accounts
    churned = index.book.observations["customer"].values["churned"].to_numpy()
    for attribute, p_value in (("industry", 0.066), ("plan_tier", 1.0)):
        table = pd.crosstab(by_account[attribute].astype(str), churned)
        assert chi2_contingency(table, correction=False).pvalue == pytest.approx(p_value, abs=0.01)
    found = strengths(index, resample=True)
    assert [one for one, names in found.items() if "confirmed" in names] == []
    assert found["industry", "DevTools"] == {"suggestive", "contradicted"}
    for tier in ("Basic", "Pro", "Enterprise"):
        assert found["plan_tier", tier] == {"assumption"}


def test_what_suggests_itself_in_ravenstack_says_why_it_is_no_more(real_data: RealData) -> None:
    index = SegmentIndex(open_book(real_data("ravenstack")))
    _, looks = shown_values(index)
    dev_tools = index.rows(FieldTest("industry", "in", ("DevTools",)))
    found = strength_of(index, dev_tools, looks, anti=True)
    assert found.sentence.startswith("Suggestive: churn 31.0% against 19.4% in the rest, but it does not ")
    assert "survive correction for" in found.sentence


def test_the_contract_separates_telco_customers_and_gender_does_not(real_data: RealData) -> None:
    index = SegmentIndex(open_book(real_data("telco_ibm")))
    found = strengths(index)
    assert found["contract", "Two year"] == {"confirmed", "contradicted"}
    assert found["contract", "Month-to-month"] == {"confirmed", "contradicted"}
    assert found["gender", "Female"] == found["gender", "Male"] == {"assumption"}


def test_the_contract_of_telco_stands_beside_what_goes_together_with_it(real_data: RealData) -> None:
    index = SegmentIndex(open_book(real_data("telco_ibm")))
    monthly = index.rows(FieldTest("contract", "in", ("Month-to-month",)))
    others = {
        "fibre": index.rows(FieldTest("internet_service", "in", ("Fiber optic",))),
        "check": index.rows(FieldTest("payment_method", "in", ("Electronic check",))),
        "senior": index.rows(FieldTest("senior_citizen", "is", True)),
    }
    contract = held_fixed(index, monthly, others, "retention_12m")
    assert contract is not None and (contract.standing, contract.strata) == ("stands", 8)
    # Paying by electronic check is mostly being on fibre and from month to month.
    check = others.pop("check")
    paying = held_fixed(index, check, {"monthly": monthly, **others}, "retention_12m")
    assert paying is not None and paying.crude is not None and paying.adjusted is not None
    assert abs(paying.adjusted) < 0.6 * abs(paying.crude)


def test_a_book_of_customers_only_says_what_it_cannot_know(real_data: RealData) -> None:
    for name in ("telco_ibm", "ravenstack"):
        said = survivorship(open_book(real_data(name)))
        assert said is not None and "nothing about who would be won" in said
    assert survivorship(open_book(real_data("maven_crm"))) is None


def test_the_known_figures_come_out(real_data: RealData) -> None:
    maven = compare(SegmentIndex(open_book(real_data("maven_crm"))), {})
    won, cycle = maven.cell("all", "win_rate"), maven.cell("all", "sales_cycle_days")
    assert (won.estimate, won.n, won.accounts) == (pytest.approx(4_238 / 6_711), 6_711, 85)
    assert cycle.estimate == 57
    assert maven.cell("all", "deal_size").effect["mean"] == pytest.approx(2_360.91, abs=0.005)
    telco = compare(SegmentIndex(open_book(real_data("telco_ibm"))), {})
    assert telco.cell("all", "churn_rate").estimate == 1_869 / 7_043
    assert telco.cell("all", "retention_12m").estimate == pytest.approx(0.843, abs=0.0005)
