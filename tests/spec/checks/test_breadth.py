"""ICP004: a profile that takes nearly everybody, or does no better."""

from __future__ import annotations

from icp_workbench.conditions.condition import FieldTest
from icp_workbench.evidence.words import Verdict
from icp_workbench.segments.index import SegmentIndex
from icp_workbench.spec.model import Data, Figure, Grades, ProfileCoverage
from icp_workbench.spec.values import Accounts
from tests.spec.checks.subjects import (
    MIDDLE,
    PUBLIC,
    SAAS,
    anti,
    book_of,
    checked,
    every,
    evidence,
    icp,
    index_of,
    not_run,
    spec,
)


def book(saas: int, of: int = 500, better: bool = True) -> SegmentIndex:
    industry = ["SaaS"] * saas + ["Public sector"] * 20 + ["Retail"] * (of - saas - 20)
    rates = (0.6, 0.3) if better else (0.3, 0.3)
    return index_of(book_of({"industry": industry}, every(rates[0], saas) + every(rates[1], of - saas)))


WANTED = spec(icp("saas", SAAS, required=True))


def test_forty_percent_are_not_yet_too_many() -> None:
    assert "ICP004" not in checked(WANTED, book(200))
    (found,) = checked(WANTED, book(201))["ICP004"]
    assert found.sentence == "The profile selects 40% of all accounts (201 of 500)."
    assert found.figures["share"] == 201 / 500


def test_a_small_profile_that_does_no_better() -> None:
    (found,) = checked(WANTED, book(100, better=False))["ICP004"]
    assert "no better than the average customer: win rate 30.0% against 30.0%" in found.sentence


def test_too_few_to_judge_is_not_too_broad() -> None:
    assert "ICP004" not in checked(WANTED, book(9, better=False))
    assert "too few outcomes" in not_run(WANTED, "ICP004", book(9, better=False))[0].why


def test_what_is_ruled_out_is_not_in_it() -> None:
    everybody = icp("all", FieldTest("industry", "is_known"), required=True)
    assert "ICP004" in checked(spec(everybody), book(190))
    narrowed = spec(everybody, anti("retail", FieldTest("industry", "in", ("Retail", "Public sector"))))
    assert "ICP004" not in checked(narrowed, book(190))


def test_without_a_required_criterion_fit_decides() -> None:
    optional = spec(icp("saas", SAAS, points=40), icp("known", FieldTest("industry", "is_known"), points=60))
    assert checked(optional, book(100))["ICP004"][0].figures["accounts"] == 500  # 60 of 100 points are a B
    assert "ICP004" not in checked(spec(icp("saas", SAAS, points=100)), book(100))


def test_without_an_ideal_nothing_is_broad() -> None:
    assert "ICP004" not in checked(spec(anti("public", PUBLIC)), book(100))


def of(*sizes: int, required: bool = True, **verdicts: str) -> list[object]:
    return [
        icp(f"c{at}", SAAS, required=required, evidence=evidence(accounts=size, **verdicts))
        for at, size in enumerate(sizes)
    ]


FORTY = {"data": Data(book="b", average_customer={"accounts": 100})}


def test_one_required_criterion_can_be_judged_from_the_file() -> None:
    assert "ICP004" not in checked(spec(*of(40, win_rate="better"), **FORTY))
    assert len(checked(spec(*of(41, win_rate="better"), **FORTY))["ICP004"]) == 1
    assert len(checked(spec(*of(10, win_rate="similar"), **FORTY))["ICP004"]) == 1
    assert not_run(spec(*of(41, win_rate="better"), **FORTY), "ICP004") == []


def test_without_what_rules_out_the_book_is_not_counted() -> None:
    everybody = icp("all", FieldTest("industry", "is_known"), required=True)
    elsewhere = spec(everybody, anti("far", FieldTest("continent", "is", "Asia")))
    assert "ICP004" not in checked(elsewhere, book(190)) and not_run(elsewhere, "ICP004", book(190))


def test_several_criteria_are_no_larger_than_the_smallest() -> None:
    small, large = (spec(*of(90, size, win_rate="better"), **FORTY) for size in (30, 80))
    assert "ICP004" not in checked(small) and "ICP004" not in checked(large)
    assert [one.why for one in not_run(small, "ICP004")] == [
        "whether the profile does better can only be told from the book"
    ]
    assert len(not_run(large, "ICP004")) == 2


def test_what_is_ruled_out_can_only_be_counted_in_the_book() -> None:
    cut = spec(*of(60, win_rate="better"), anti("public", PUBLIC), **FORTY)
    assert "ICP004" not in checked(cut) and len(not_run(cut, "ICP004")) == 2
    assert not_run(spec(*of(60, required=False), **FORTY), "ICP004")
    assert not_run(spec(icp("size", MIDDLE)), "ICP004")


def of_profile(accounts: Accounts, verdict: Verdict = "better", **changes: object) -> object:
    """A file that says what its profile selects, by two required criteria that do not tell."""
    data = Data(
        book="b",
        average_customer={"accounts": 100},
        coverage=ProfileCoverage(accounts=accounts),
        ideal_customer={"win_rate": Figure(unit="share", estimate=0.4, rest=0.2, verdict=verdict)},
    )
    return spec(*of(90, 80), anti("public", PUBLIC), data=data, **changes)


def test_what_the_file_says_of_the_profile_is_read() -> None:
    assert "ICP004" not in checked(of_profile(40)) and not not_run(of_profile(40), "ICP004")
    (found,) = checked(of_profile(41))["ICP004"]
    assert found.sentence == "The profile selects 41% of all accounts (41 of 100)."
    (found,) = checked(of_profile("all but <5"))["ICP004"]
    assert found.sentence == "The profile selects nearly all of the 100 accounts."
    (found,) = checked(of_profile("<5", "unclear"))["ICP004"]
    assert found.sentence == (
        "The profile does no better than the average customer: win rate 40.0% against 20.0% (unclear)."
    )
    (unknown,) = not_run(of_profile("withheld"), "ICP004")
    assert unknown.why.startswith("how many accounts")


def test_the_cut_off_of_the_file_decides_whom_fit_selects() -> None:
    known = icp("known", FieldTest("industry", "is_known"), points=60)
    strict = spec(icp("saas", SAAS, points=40), known, grades=Grades(fit={"A": 90, "B": 61, "C": 20}))
    assert "ICP004" not in checked(strict, book(100))  # 60 points select nobody but SaaS
