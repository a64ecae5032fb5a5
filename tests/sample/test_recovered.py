"""The truth planted in the sample comes back out of our own floors: book, board, strength, leaks."""

from __future__ import annotations

from functools import cache

import pytest

from icp_workbench.book.book import AccountBook
from icp_workbench.book.opening import open_book
from icp_workbench.conditions.condition import Condition
from icp_workbench.conditions.expression import parse
from icp_workbench.evidence.comparison import Comparison, compare
from icp_workbench.evidence.facets import facets
from icp_workbench.evidence.looks import level_condition, looks_of, looks_of_facets
from icp_workbench.evidence.strength import strength_of
from icp_workbench.sample import sample_paths
from icp_workbench.segments.index import SegmentIndex

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


def test_the_confounded_attribute_loses_its_advantage_inside_what_explains_it() -> None:
    (confounded,) = sample().truth["confounded"]
    alone = confounded["condition"]
    explained_by = SEGMENTS[confounded["with"]]["condition"]
    outside = compare(
        index(),
        {
            "alone": index().rows(parse(alone, book().fields)),
            "outside": index().rows(parse(f"({alone}) AND NOT ({explained_by})", book().fields)),
        },
        ["win_rate"],
    )
    assert outside.cell("alone", "win_rate").verdict == "better"
    # Away from the segment that explains it, having the same tool says nothing good about an account.
    assert outside.cell("outside", "win_rate").verdict != "better"
