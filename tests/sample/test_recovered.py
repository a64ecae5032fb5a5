"""The truth planted in the sample comes back out of our own floors: book, board, strength, leaks."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from statsmodels.stats.contingency_tables import StratifiedTable

from icp_workbench.book.book import AccountBook
from icp_workbench.book.opening import open_book
from icp_workbench.conditions.condition import Condition
from icp_workbench.conditions.expression import parse
from icp_workbench.errors import WorkbenchError
from icp_workbench.evidence.comparison import Comparison, compare
from icp_workbench.evidence.facets import facets
from icp_workbench.evidence.lights import lights
from icp_workbench.evidence.looks import level_condition, looks_of, looks_of_facets
from icp_workbench.evidence.scrutiny.cautions import cautions
from icp_workbench.evidence.scrutiny.confounding import held_fixed
from icp_workbench.evidence.scrutiny.sensitivity import sensitivity
from icp_workbench.evidence.stated import strength_of_stated
from icp_workbench.evidence.strength import strength_of
from icp_workbench.sample import sample_paths
from icp_workbench.segments.index import RowSet, SegmentIndex

from .frames import sample

SEGMENTS = {segment["name"]: segment for segment in sample().truth["segments"]}
WINNERS = [name for name, segment in SEGMENTS.items() if segment["kind"] == "winner"]


@cache
def book() -> AccountBook:
    return open_book(*sample_paths())


@cache
def index() -> SegmentIndex:
    return SegmentIndex(book())


def condition_of(name: str) -> Condition:
    return parse(SEGMENTS[name]["condition"], book().fields)


@cache
def board() -> Comparison:
    return compare(index(), {name: index().rows(condition_of(name)) for name in SEGMENTS})


def verdicts(segment: str) -> dict[str, str]:
    return {metric.name: board().cell(segment, metric.name).verdict for metric in board().metrics}


@pytest.mark.parametrize("name", SEGMENTS)
def test_each_condition_selects_the_accounts_that_pandas_selects(name: str) -> None:
    by_hand = int(sample().companies[name].sum())
    assert next(s.accounts for s in board().segments if s.name == name) == by_hand
    by_hand_rate = sample().deals.loc[sample().deals[name], "won"].mean()
    assert board().cell(name, "win_rate").estimate == pytest.approx(by_hand_rate)


@pytest.mark.parametrize("name", WINNERS)
def test_the_winners_win_faster_and_keep_their_customers(name: str) -> None:
    found = verdicts(name)
    assert [found[metric] for metric in ("win_rate", "sales_cycle_days", "retention_12m")] == ["better"] * 3


def test_the_trap_looks_big_and_does_worse() -> None:
    found = verdicts("enterprise")
    assert found["deal_size"] == "better"
    assert [found[metric] for metric in ("win_rate", "sales_cycle_days", "retention_12m")] == ["worse"] * 3


def test_the_anti_icp_does_worse() -> None:
    found = verdicts("public_sector")
    assert [found[metric] for metric in ("win_rate", "sales_cycle_days", "retention_12m")] == ["worse"] * 3


def test_what_was_planted_is_confirmed_after_everything_was_looked_at() -> None:
    everyone = index().rows(parse("number_of_employees >= 0 OR number_of_employees IS NULL", book().fields))
    seen = facets(index(), everyone, "win_rate")
    looks = {**looks_of_facets(seen, everyone.condition), **looks_of(board())}
    for name in WINNERS:
        rows = index().rows(condition_of(name))
        assert strength_of(index(), rows, looks, resample=True).name == "confirmed", name
    assert strength_of(index(), index().rows(condition_of("enterprise")), looks).name == "contradicted"
    public = index().rows(condition_of("public_sector"))
    assert strength_of(index(), public, looks, anti=True, resample=True).name == "confirmed"
    assert strength_of(index(), public, looks).name == "contradicted"


def test_the_leaks_are_kept_out_and_nothing_else() -> None:
    planted = {leak["field"] for leak in sample().truth["leaks"]}
    assert {leak.field for leak in book().leaks} == planted
    assert {name for name, field in book().fields.items() if field.kept_out} == planted


def test_no_level_of_a_noise_attribute_is_confirmed() -> None:
    noise = {name for names in sample().truth["noise"].values() for name in names}
    fields = [name for name in noise if book().fields[name].type in ("category", "boolean")]
    assert len(fields) >= 8
    everyone = index().rows(parse("number_of_employees >= 0 OR number_of_employees IS NULL", book().fields))
    seen = facets(index(), everyone, "win_rate")
    looks = looks_of_facets(seen, everyone.condition)
    for facet in seen.facets:
        if facet.field.name not in fields:
            continue
        for value in facet.values:
            rows = index().rows(level_condition(facet.field, value.value))
            for anti in (False, True):
                strength = strength_of(index(), rows, looks, anti=anti)
                assert strength.name != "confirmed", (facet.field.name, value.label, strength.sentence)


def confounded() -> tuple[RowSet, RowSet]:
    """The attribute that does nothing, and the segment it goes together with."""
    (planted,) = sample().truth["confounded"]
    alone, cause = planted["condition"], SEGMENTS[planted["with"]]["condition"]
    return index().rows(parse(alone, book().fields)), index().rows(parse(cause, book().fields))


def test_the_confounded_attribute_loses_its_advantage_inside_what_explains_it() -> None:
    alone, cause = confounded()
    board = compare(index(), {"alone": alone}, ["win_rate"])
    assert board.cell("alone", "win_rate").verdict == "better"
    found = held_fixed(index(), alone, {"growing SaaS and fintech": cause}, "win_rate")
    assert found is not None and (found.standing, found.by) == ("explained", "growing SaaS and fintech")
    assert found.odds_ratio == pytest.approx(1.06, abs=0.005)
    assert found.crude == pytest.approx(0.067, abs=0.001) and found.adjusted == pytest.approx(
        0.010, abs=0.001
    )
    assert found.p_value is not None and found.p_value > 0.4
    assert found.sentence.startswith(
        "Explained by growing SaaS and fintech: with the other criterion held fixed"
    )


def test_the_odds_ratio_with_the_segment_held_fixed_is_statsmodels() -> None:
    """Read again from the files without any code of the package; what is unknown is a stratum of its own."""
    deals = sample().deals
    segment = deals["growing_saas_fintech"].astype(int)
    # What can neither be said to lie in the segment nor outside: one of its two attributes is blank, and the
    # other would fit.
    industry = deals["Industry"].isin(["B2B SaaS", "Fintech"])
    fits = deals["Number of Employees"].between(40, 120)
    blank_industry, blank_size = deals["Industry"].isna(), deals["Number of Employees"].isna()
    unknown = (blank_industry & (fits | blank_size)) | (blank_size & industry)
    stratum = np.where(unknown, 2, segment)
    uses = (deals["CRM in Use"] == "HubSpot").to_numpy()
    won = deals["won"].to_numpy()
    tables = [
        np.array([[np.sum((stratum == s) & (uses == u) & (won == w)) for w in (1, 0)] for u in (True, False)])
        for s in np.unique(stratum)
    ]
    alone, cause = confounded()
    found = held_fixed(index(), alone, {"segment": cause}, "win_rate")
    assert found is not None and found.strata == 3
    assert found.odds_ratio == pytest.approx(StratifiedTable(tables).oddsratio_pooled, abs=1e-9)


@pytest.mark.parametrize("metric", ["win_rate", "sales_cycle_days", "retention_12m", "gross_margin"])
def test_what_wins_stands_beside_what_only_goes_together_with_it(metric: str) -> None:
    alone, cause = confounded()
    others = {name: index().rows(condition_of(name)) for name in SEGMENTS if name != "growing_saas_fintech"}
    found = held_fixed(index(), cause, {"hubspot": alone, **others}, metric)
    assert found is not None and (found.standing, found.by) == ("stands", None)


@pytest.mark.parametrize("name", SEGMENTS)
def test_every_planted_segment_stands_beside_the_others(name: str) -> None:
    others = {other: index().rows(condition_of(other)) for other in SEGMENTS if other != name}
    found = held_fixed(index(), index().rows(condition_of(name)), others, "win_rate")
    assert found is not None and found.standing == "stands"


@pytest.mark.parametrize("name", SEGMENTS)
def test_the_win_rates_planted_hang_on_no_account_and_no_threshold(name: str) -> None:
    found = sensitivity(index(), index().rows(condition_of(name)), "win_rate")
    assert found is not None and found.stands
    thresholds = {"growing_saas_fintech": 4, "enterprise": 2}.get(name, 0)
    assert len(found.variants) == 1 + thresholds


def test_the_trap_is_warned_of_and_nothing_else_that_was_planted() -> None:
    warned = {name: cautions(board(), name) for name in SEGMENTS}
    (caution,) = warned.pop("enterprise")
    assert (caution.code, caution.name) == ("ICP002", "revenue only")
    for told in ("gross margin", "sales cycle", "retention", "tickets", "onboarding"):
        assert told in caution.sentence
    assert set(warned.values()) == {()}
    alone, cause = confounded()
    both = compare(index(), {"hubspot": alone, "winner": cause})
    assert cautions(both, "hubspot") == cautions(both, "winner") == ()


def test_an_ideal_customer_passes_all_three_lights_and_the_trap_none() -> None:
    for name in WINNERS:
        assert set(lights(board(), name).values()) == {"lit"}
    for name in ("enterprise", "public_sector"):
        assert set(lights(board(), name).values()) == {"red"}


def test_what_was_planted_is_supported_when_it_was_said_before() -> None:
    claims = {name: condition_of(name) for name in SEGMENTS}
    found = strength_of_stated(index(), claims, anti={"public_sector"}, resample=True)
    assert {name: one.verdict for name, one in found.items()} == {
        "growing_saas_fintech": "supported",
        "data_ready_operators": "supported",
        "enterprise": "contradicted",
        "public_sector": "supported",
    }
    assert all(one.strength.name == "confirmed" for one in found.values() if one.verdict == "supported")


@pytest.mark.parametrize("typed", ["onboarding_tier = 'Standard'", "loss_reason IS NOT NULL"])
def test_a_leak_is_in_no_facet_and_in_no_condition(typed: str) -> None:
    everyone = index().rows(parse("number_of_employees >= 0 OR number_of_employees IS NULL", book().fields))
    shown = {facet.field.name for facet in facets(index(), everyone, "win_rate").facets}
    assert shown and not shown & {leak["field"] for leak in sample().truth["leaks"]}
    with pytest.raises(WorkbenchError, match="kept out"):
        parse(typed, book().fields)
