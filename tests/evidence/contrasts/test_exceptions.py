"""Where the ideal fails: what is planted is found, with the figures of a direct comparison."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from icp_workbench.book.book import AccountBook
from icp_workbench.conditions.condition import (
    NOBODY,
    AllOf,
    AnyOf,
    Condition,
    FieldTest,
    Not,
    simplified,
)
from icp_workbench.evidence.contrasts.exceptions import Exceptions, where_it_fails
from icp_workbench.evidence.correction import benjamini_hochberg
from icp_workbench.evidence.look_keys import look_key
from icp_workbench.evidence.outcomes import Outcome, outcome_of
from icp_workbench.evidence.weighing import weigh_masks
from icp_workbench.evidence.weighings import Figure
from icp_workbench.segments.index import SegmentIndex
from tests.evidence.books import typical_book
from tests.evidence.contrasts.planted import (
    THIRD,
    book_of,
    by_words,
    fails,
    frame_of,
    planted,
    strong_book,
    values_of,
)
from tests.synthetic import make_book

Mask = npt.NDArray[np.bool_]


# What is planted is found

PLANTED: dict[str, tuple[Condition, str]] = {
    "category": (FieldTest("industry", "in", ("Retail",)), "industry is Retail"),
    "blank": (FieldTest("industry", "is_unknown"), "industry is blank"),
    "set": (FieldTest("tools", "contains_any", ("dbt",)), "tools includes dbt"),
    "boolean": (FieldTest("hiring", "is", True), "hiring is yes"),
    "whole number": (FieldTest("seats", "in", (2.0,)), "seats is 2"),
    "number": (FieldTest("employees", "at_least", 150.0), "employees at least"),
    "date": (FieldTest("founded", "at_most", dt.date(2003, 12, 31)), "founded up to 200"),
}


@pytest.mark.parametrize("what", PLANTED)
def test_a_subgroup_that_fails_inside_is_found_and_named_with_its_figures(what: str) -> None:
    condition, words = PLANTED[what]
    attributes = book_of(3, 1_200)
    truth = SegmentIndex(make_book(attributes)).rows(condition).accounts
    third = (attributes["third"] == "yes").to_numpy()
    index = planted(np.where(third, np.where(truth, 0.12, 0.5), 0.2), attributes)
    found = fails(index)
    assert found.verdict == "better"
    group = found.inside[0]
    assert group.words.startswith(words) and group.side == "inside" and group.verdict == "worse"
    assert group.beyond_average and group.q_value <= 0.05
    assert group.sentence.startswith(f"{group.words}: win rate ")
    assert "no better than the average customer" in group.sentence


def test_a_subgroup_that_wins_outside_is_found_and_said_to_be_so() -> None:
    attributes = book_of(4, 1_200)
    third, retail = (
        (attributes[name] == value).to_numpy() for name, value in (("third", "yes"), ("industry", "Retail"))
    )
    found = fails(planted(np.where(third, 0.5, np.where(retail, 0.45, 0.15)), attributes))
    assert not found.inside
    (group,) = found.outside
    assert (group.words, group.verdict, group.beyond_average) == ("industry is Retail", "better", True)
    assert "better than the average customer" in group.said


def test_what_is_weaker_inside_but_still_better_than_the_average_says_so() -> None:
    attributes = book_of(5, 1_200)
    third, retail = (
        (attributes[name] == value).to_numpy() for name, value in (("third", "yes"), ("industry", "Retail"))
    )
    found = fails(planted(np.where(third, np.where(retail, 0.45, 0.75), 0.15), attributes))
    group = by_words(found.inside)["industry is Retail"]
    assert not group.beyond_average
    assert "weaker than the others inside, but still better than the average customer" in group.said


def test_what_fails_against_the_average_comes_before_what_is_only_weaker_though_that_is_clearer() -> None:
    attributes = book_of(6, 1_800)
    third = (attributes["third"] == "yes").to_numpy()
    rare = np.isin(np.arange(1_800), np.flatnonzero(third)[:14])
    attributes = attributes.assign(region=pd.Categorical(np.where(rare, "far", "near")))
    inside = np.select([rare, attributes["industry"] == "Retail"], [0.25, 0.5], 0.85)
    found = fails(planted(np.where(third, inside, 0.2), attributes)).inside
    assert [group.words for group in found[:2]] == ["region is far", "industry is Retail"]
    assert [group.beyond_average for group in found[:2]] == [True, False]
    assert found[0].q_value > found[1].q_value


def test_of_a_segment_that_does_worse_the_exceptions_are_those_that_do_better() -> None:
    attributes = book_of(7, 1_200)
    third, retail = (
        (attributes[name] == value).to_numpy() for name, value in (("third", "yes"), ("industry", "Retail"))
    )
    found = fails(
        planted(np.where(third, np.where(retail, 0.5, 0.1), np.where(retail, 0.15, 0.45)), attributes)
    )
    assert found.verdict == "worse" and "does worse" in found.standing
    assert {group.words: group.verdict for group in found.groups} == {"industry is Retail": "better"} | {
        group.words: "worse" for group in found.outside
    }
    assert found.inside[0].beyond_average and found.outside[0].words == "industry is Retail"
    assert "1 stronger group inside, 1 weaker group outside" in found.sentence
    assert found.title("inside") == "Inside, but stronger than the others inside"


# Figures are those of the direct comparison


def direct(outcome: Outcome, side: Mask, sub: Mask) -> tuple[Figure, Figure, float | None]:
    weighed = weigh_masks(outcome, side & sub, side & ~sub)
    return weighed.inside, weighed.outside, weighed.p_value


def test_every_group_has_the_figures_that_pandas_counts() -> None:
    index = SegmentIndex(typical_book(seed=8, accounts=900, lift=0.3, correlation=0.3))
    deals = frame_of(index, "deal")
    chance = np.where(deals["industry"] == "Retail", 0.05, 0.5)
    won = (np.random.default_rng(9).random(len(deals)) < chance).astype(float)
    index = SegmentIndex(with_values(index.book, "deal", won=won))
    found = fails(index)
    deals = frame_of(index, "deal")
    inside = deals["third"] == "yes"
    group = by_words(found.inside)["industry is Retail"]
    sub = deals["industry"] == "Retail"
    assert group.own.value == pytest.approx(deals["won"][inside & sub].mean())
    assert group.others.value == pytest.approx(deals["won"][inside & ~sub].mean())
    assert (group.own.n, group.others.n) == ((inside & sub).sum(), (inside & ~sub).sum())
    assert group.own.accounts == deals["account"][inside & sub].nunique()
    accounts = index.book.accounts
    assert group.accounts == ((accounts["industry"] == "Retail") & (accounts["third"] == "yes")).sum()
    assert group.difference == pytest.approx((group.own.value or 0) - (group.others.value or 0))


def with_values(book: AccountBook, grain: str, **columns: npt.NDArray[np.float64]) -> AccountBook:
    seen = book.observations[grain]
    changed = replace(seen, values=seen.values.assign(**columns))
    return replace(book, observations={**book.observations, grain: changed})


@pytest.mark.parametrize("metric", ["win_rate", "deal_size", "retention_12m", "churn_rate"])
@pytest.mark.parametrize(
    "segment", [THIRD, FieldTest("source", "in", ("inbound",)), AllOf((THIRD, Not(NOBODY)))]
)
def test_a_group_is_cell_for_cell_the_conjunction_against_the_rest_of_its_side(
    metric: str, segment: Condition
) -> None:
    book = strong_book()
    index = SegmentIndex(book)
    rows = index.rows(simplified(segment))
    found = where_it_fails(index, rows, metric)
    outcome = outcome_of(index, book.metric(metric))
    assert found.groups
    for group in found.groups:
        grain = outcome.metric.grain
        inside = rows.observations(grain)
        side = inside if group.side == "inside" else rows.rest(grain)
        if group.side == "inside":
            sub = index.rows(simplified(AllOf((rows.condition, group.condition)))).observations(grain)
        else:
            sub = index.rows(group.condition).observations(grain)
        own, others, p_value = direct(outcome, outcome.within(side), outcome.within(sub))
        assert (group.own, group.others, group.p_value) == (own, others, p_value)


def test_as_a_segment_of_its_own_a_group_selects_the_same_accounts_the_unknown_included() -> None:
    index = SegmentIndex(strong_book())
    segment = AnyOf((FieldTest("employees", "at_least", 60.0), FieldTest("hiring", "is", True)))
    found = where_it_fails(index, index.rows(segment), "churn_rate")
    assert index.rows(segment).unknown.any()  # they count as outside
    assert found.groups
    for group in found.groups:
        assert index.rows(group.whole).accounts.sum() == group.accounts


def test_for_customers_of_a_segment_of_deals_outside_are_the_accounts_without_one() -> None:
    index = SegmentIndex(strong_book())
    inbound = FieldTest("source", "in", ("inbound",))
    found = where_it_fails(index, index.rows(inbound), "churn_rate")
    customers, deals = frame_of(index, "customer"), frame_of(index, "deal")
    with_inbound = customers["account"].isin(deals["account"][deals["source"] == "inbound"])
    assert found.itself.inside.n == with_inbound.sum() and found.itself.outside.n == (~with_inbound).sum()
    assert found.compared["outside"] > 0
    for group in found.outside:
        assert group.own.n + group.others.n == (~with_inbound).sum()


# What is taken together


def test_values_that_fail_alike_are_one_group_with_the_largest_of_their_qs() -> None:
    attributes = book_of(11, 1_500)
    third = (attributes["third"] == "yes").to_numpy()
    industry = attributes["industry"]
    inside = np.select([industry == "Retail", industry == "Public"], [0.1, 0.28], 0.55)
    index = planted(np.where(third, inside, 0.2), attributes)
    found = fails(index)
    group = found.inside[0]
    assert group.condition in (
        FieldTest("industry", "in", ("Retail", "Public")),
        FieldTest("industry", "in", ("Public", "Retail")),
    )
    alone = {key: found.looks[key] for key in map(key_of, ("Retail", "Public"))}
    assert None not in alone.values()
    assert group.p_value < max(p for p in alone.values() if p is not None) / 100
    tested = [p for key, p in found.looks.items() if p is not None and key not in joined_keys(found)]
    assert len(tested) == found.looked_at
    q_values = dict(zip(tested, benjamini_hochberg(tested).tolist(), strict=True))
    low, high = sorted(q_values[p] for p in alone.values() if p is not None)
    assert low < high <= 0.05 and group.q_value == pytest.approx(high)
    deals = frame_of(index, "deal")
    both = (deals["third"] == "yes") & deals["industry"].isin(["Retail", "Public"])
    assert group.own.value == pytest.approx(deals["won"][both].mean())


def key_of(industry: str) -> str:
    return look_key(AllOf((THIRD, FieldTest("industry", "in", (industry,)))), "win_rate")


def joined_keys(found: Exceptions) -> set[str]:
    """Looks that are not one of the sub-groups compared: groups taken together, and the segment itself."""
    joined = {look_key(group.whole, found.metric.name) for group in found.groups if len(values_of(group)) > 1}
    return {*joined, look_key(THIRD, found.metric.name)}


def test_neighbouring_bands_are_one_range_weighed_as_one() -> None:
    attributes = book_of(12, 1_500).assign(
        employees=np.random.default_rng(13).permutation(1_500) / 1_500 * 800
    )
    attributes["employees"] = np.ceil(attributes["employees"])
    third = (attributes["third"] == "yes").to_numpy()
    low = (attributes["employees"] < 300).to_numpy()
    index = planted(np.where(third, np.where(low, 0.1, 0.55), 0.2), attributes)
    group = fails(index).inside[0]
    test = group.condition
    assert isinstance(test, FieldTest) and (test.field, test.operator) == ("employees", "at_most")
    assert isinstance(test.value, float) and 290 <= test.value <= 310
    deals = frame_of(index, "deal")
    inside, sub = deals["third"] == "yes", deals["employees"] <= test.value
    assert group.own.value == pytest.approx(deals["won"][inside & sub].mean())
    assert group.others.value == pytest.approx(deals["won"][inside & ~sub].mean())


def test_values_that_leave_nobody_to_compare_with_are_shown_one_by_one() -> None:
    # X and Y lose against Z, which has so few accounts that X and Y together have no others to stand against.
    group = np.repeat(["X", "Y", "Z"], [120, 120, 9])
    outside = np.repeat(["X", "Y"], 60)
    accounts = pd.DataFrame(
        {
            "group": pd.Categorical(np.concatenate([group, outside])),
            "third": pd.Categorical(np.repeat(["yes", "no"], [len(group), len(outside)])),
        }
    )
    chance = np.select([accounts["group"] == "Z"], [0.5], 0.0)
    deals = pd.DataFrame(
        {"account": np.arange(len(accounts)), "won": chance, "amount": 1.0, "cycle_days": 1.0}
    )
    rounds = [deals.assign(won=(np.arange(len(deals)) % 10 < 3).astype(float)) for _ in range(2)]
    many = pd.DataFrame({"account": np.flatnonzero(accounts["group"] == "Z").repeat(60), "won": 1.0})
    deals = pd.concat([*rounds, many.assign(amount=1.0, cycle_days=1.0)], ignore_index=True)
    index = SegmentIndex(make_book(accounts, deals=deals))
    found = fails(index)
    assert [one.words for one in found.inside] in (["group is X", "group is Y"], ["group is Y", "group is X"])


def test_groups_of_nearly_the_same_accounts_are_told_together() -> None:
    attributes = book_of(14, 1_200)
    retail = (attributes["industry"] == "Retail").to_numpy()
    attributes = attributes.assign(shop=pd.array(retail, dtype="boolean"))
    third = (attributes["third"] == "yes").to_numpy()
    found = fails(planted(np.where(third, np.where(retail, 0.1, 0.55), 0.2), attributes))
    named = {group.words: group.alike for group in found.inside}
    assert named in ({"industry is Retail": ("shop is yes",)}, {"shop is yes": ("industry is Retail",)})


def test_alike_means_alike_inside_the_segment_not_in_the_whole_book() -> None:
    attributes = book_of(15, 1_200)
    third = (attributes["third"] == "yes").to_numpy()
    retail = (attributes["industry"] == "Retail").to_numpy()
    shop = np.where(third, retail, ~retail)  # the same inside, the opposite outside
    attributes = attributes.assign(shop=pd.array(shop, dtype="boolean"))
    found = fails(planted(np.where(third, np.where(retail, 0.1, 0.55), 0.2), attributes))
    assert len(found.inside) == 1 and len(found.inside[0].alike) == 1


def test_at_most_so_many_are_listed_and_the_others_counted() -> None:
    index = SegmentIndex(strong_book())
    whole, cut = (where_it_fails(index, index.rows(THIRD), "deal_size", top=top) for top in (50, 1))
    assert len(whole.inside) > 1
    assert cut.inside == whole.inside[:1] and cut.hidden["inside"] == len(whole.inside) - 1
    assert cut.sentence == whole.sentence
