"""Groups under five accounts: not reported, nor to be had by adding and subtracting what is."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from icp_workbench.conditions.condition import AllOf, Condition, FieldTest, Not
from icp_workbench.segments.index import SegmentIndex
from icp_workbench.spec.criterion import Criterion
from icp_workbench.spec.model import IdealCustomerProfile
from icp_workbench.spec.show import show
from icp_workbench.spec.suppression import withheld
from tests.spec.examples import MOMENT
from tests.spec.test_build import built
from tests.synthetic import make_book


def sets(*sizes: tuple[int, int], of: int = 100) -> dict[str, np.ndarray]:
    """Groups of accounts by their first and the one after their last."""
    rows = np.arange(of)
    return {f"g{at}": (rows >= first) & (rows < end) for at, (first, end) in enumerate(sizes)}


EVERYBODY = np.ones(100, bool)


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ([(0, 40)], 0), ([(0, 4)], 1), ([(0, 95)], 0), ([(0, 96)], 1), ([(0, 0)], 0), ([(0, 100)], 0),
        ([(0, 40), (0, 35)], 0),  # five are left of the first
        ([(0, 40), (0, 36)], 1),  # four are
        ([(0, 40), (40, 95)], 0),
        ([(0, 40), (40, 96)], 1),  # four that are in neither
        ([(0, 30), (30, 60), (60, 97)], 1),
        ([(0, 40), (20, 60), (20, 40), (0, 58)], 1),  # the first two, their overlap, and most of both
        ([(0, 40), (0, 40)], 0),  # the same twice says nothing more
    ],
)  # fmt: skip
def test_what_gives_a_small_group_away_is_withheld(groups: list[tuple[int, int]], expected: int) -> None:
    assert len(withheld(sets(*groups), EVERYBODY)) == expected


@settings(max_examples=60)
@given(st.lists(st.lists(st.booleans(), min_size=24, max_size=24), min_size=1, max_size=4))
def test_no_sum_of_what_is_reported_is_a_small_group(drawn: list[list[bool]]) -> None:
    groups = {f"g{at}": np.array(one) for at, one in enumerate(drawn)}
    everybody = np.ones(24, bool)
    kept_back = withheld(groups, everybody)
    reported = [np.ones(24, int)] + [groups[name].astype(int) for name in groups if name not in kept_back]
    for signs in itertools.product((-1, 0, 1), repeat=len(reported)):
        total = sum(sign * one for sign, one in zip(signs, reported, strict=True))
        if isinstance(total, np.ndarray) and set(total.tolist()) <= {0, 1}:
            assert not 0 < total.sum() < 5


def test_many_groups_cost_little_and_are_held_two_by_two() -> None:
    rows = np.arange(2_000)
    groups = {f"g{at}": rows < 40 * at + 3 * (at == 30) for at in range(1, 60)}
    groups["inside"] = rows < 40 * 30 + 1
    assert withheld(groups, np.ones(2_000, bool))


def numbered(size: int = 200) -> SegmentIndex:
    """Accounts with 1, 2, 3 … employees, each with a won or a lost deal; the last hundred have none."""
    deals = pd.DataFrame({"account": range(100), "won": [float(at % 3 == 0) for at in range(100)]})
    return SegmentIndex(make_book(pd.DataFrame({"employees": np.arange(1.0, size + 1)}), deals=deals))


def spec_of(*whens: Condition) -> IdealCustomerProfile:
    index = numbered()
    criteria = [Criterion(f"c{at}", "icp", when, "fit", MOMENT) for at, when in enumerate(whens)]
    return built(criteria, book=index.book, index=index)


def at_most(many: int) -> Condition:
    return FieldTest("employees", "at_most", many)


def test_two_criteria_that_differ_by_four_accounts_do_not_both_carry_figures() -> None:
    profile = spec_of(at_most(60), at_most(56), at_most(30))
    counts = [one.evidence.accounts for one in profile.criteria if one.evidence is not None]
    assert counts == ["withheld", 56, 30]  # who is wanted, by points, are the 56
    figures = [one.evidence.metrics["win_rate"] for one in profile.criteria if one.evidence is not None]
    assert [figure.estimate is None for figure in figures] == [True, False, False]
    assert "withheld" in show(profile)


def test_five_accounts_between_them_are_reported() -> None:
    profile = spec_of(at_most(60), at_most(55))
    assert [one.evidence and one.evidence.accounts for one in profile.criteria] == [60, 55]


def test_what_is_left_between_criteria_and_everybody_is_no_way_in() -> None:
    profile = spec_of(at_most(100), AllOf((Not(at_most(100)), at_most(197))))
    assert [one.evidence and one.evidence.accounts for one in profile.criteria].count("withheld") == 1


def test_outcomes_are_counted_among_those_who_have_one() -> None:
    """Ten accounts lie between the two, of whom three ever had a deal."""
    profile = spec_of(at_most(107), at_most(97))
    assert [one.evidence and one.evidence.accounts for one in profile.criteria] == [107, 97]
    reported = [one.evidence.metrics["win_rate"].n for one in profile.criteria if one.evidence is not None]
    assert reported == [None, None] or reported.count(None) >= 1


def test_two_versions_that_differ_by_four_accounts_do_not_both_carry_figures() -> None:
    index = numbered()

    def version(many: int, *earlier: IdealCustomerProfile) -> IdealCustomerProfile:
        decided = [Criterion("c", "icp", at_most(many), "fit", MOMENT, required=True)]
        return built(decided, book=index.book, index=index, earlier=earlier)

    def told(profile: IdealCustomerProfile) -> tuple[object, object, object]:
        (one,) = profile.criteria
        assert one.evidence is not None and profile.data.coverage is not None
        return (
            one.evidence.accounts,
            profile.data.coverage.accounts,
            one.evidence.metrics["win_rate"].estimate,
        )

    first = version(60)
    assert told(version(56, first)) == ("withheld", "withheld", None)
    assert told(version(55, first))[:2] == (55, 55) and told(version(60, first)) == told(first)
    assert told(version(60, version(56, first)))[:2] == (60, 60)  # what was not told gives nothing away
    other = first.model_copy(update={"data": first.data.model_copy(update={"files": []})})
    assert told(version(56, other))[:2] == ((56, 56) if first.data.files else ("withheld", "withheld"))
