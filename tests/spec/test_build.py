"""What a profile says: figures from the comparison, and nothing that must not leave the building."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest

from icp_workbench.conditions.condition import Condition, FieldTest, Not
from icp_workbench.errors import WorkbenchError
from icp_workbench.evidence.comparison import compare
from icp_workbench.segments.index import SegmentIndex
from icp_workbench.spec.build import build_profile
from icp_workbench.spec.coverage import coverage
from icp_workbench.spec.criterion import Criterion
from icp_workbench.spec.digest import verify_digest
from icp_workbench.spec.model import IdealCustomerProfile, Parent
from icp_workbench.spec.points import points_of
from icp_workbench.spec.show import show
from icp_workbench.spec.writing import toml_text, yaml_text
from tests.spec.books import small_book

NOW = dt.datetime(2026, 11, 22, 10, 42, tzinfo=dt.UTC)
BOOK = small_book()
INDEX = SegmentIndex(BOOK)
SAAS: Condition = FieldTest("industry", "in", ("SaaS",))
PUBLIC: Condition = FieldTest("industry", "in", ("Public sector",))


def criterion(name: str, when: Condition, **changes: object) -> Criterion:
    """A plain ICP criterion."""
    plain = {"id": name, "verdict": "icp", "when": when, "signal": "fit", "decided_at": NOW}
    return Criterion(**{**plain, **changes})  # type: ignore[arg-type]


def built(criteria: Sequence[Criterion], **changes: object) -> IdealCustomerProfile:
    """A profile of these criteria on the small book."""
    plain = {
        "book": BOOK, "index": INDEX, "criteria": criteria, "looks": {}, "name": "small", "version": "1.0.0",
        "parent": None, "created": NOW,
    }  # fmt: skip
    return build_profile(**{**plain, **changes})  # type: ignore[arg-type]


def test_the_evidence_is_the_comparison() -> None:
    profile = built([criterion("saas", SAAS, required=True)])
    board = compare(INDEX, {"it": INDEX.rows(SAAS)})
    for metric in board.metrics:
        cell = board.cell("it", metric.name)
        found = profile.criteria[0].evidence.metrics[metric.name]  # type: ignore[union-attr]
        for name in ("estimate", "low", "high", "average", "rest", "difference", "q_value"):
            assert getattr(found, name) == pytest.approx(getattr(cell, name), rel=1e-6), (metric.name, name)
        assert (found.n, found.accounts, found.verdict) == (cell.n, cell.accounts, cell.verdict)
    win_rate = profile.criteria[0].evidence.metrics["win_rate"]  # type: ignore[union-attr]
    assert win_rate.estimate == 45 / 60 and win_rate.rest == (24 + 6 + 24) / 180
    assert profile.criteria[0].evidence.strength == "confirmed"  # type: ignore[union-attr]
    assert profile.data.average_customer["accounts"] == 240
    assert profile.data.average_customer["win_rate"] == 99 / 240


def test_a_profile_says_where_it_comes_from() -> None:
    parent = Parent(version="1.0.0", digest="sha256:1")
    profile = built(
        [criterion("saas", SAAS, required=True)], parent=parent, version="1.1.0", slots={"pain": "chaos"}
    )
    assert profile.metadata.parent == parent and profile.metadata.review_by == dt.date(2027, 2, 20)
    assert verify_digest(profile) is True
    assert list(profile.fields) == ["industry"] and profile.fields["industry"].source == "accounts.Industry"
    assert [(file.table, file.rows) for file in profile.data.files] == [("accounts", 240)]
    assert profile.statement.slots.pain == "chaos" and "struggle with chaos" in profile.statement.text
    assert profile.grades is None
    assert built([criterion("saas", SAAS)]).grades is not None  # the cut-offs say who is in


def test_no_name_and_no_path_is_in_a_spec() -> None:
    profile = built(
        [criterion("saas", SAAS), criterion("public", PUBLIC, verdict="anti_icp", disqualify=True)]
    )
    for text in (yaml_text(profile), toml_text(profile), show(profile)):
        assert "Canary" not in text and "someone" not in text and "/home" not in text


@pytest.mark.parametrize(
    "reason",
    ["ask jo@acme.io first", "see https://crm.acme.io/1", "in /home/jo/deals.csv", r"in C:\deals.csv", "~/x"],
)
def test_an_address_in_a_reason_is_refused(reason: str) -> None:
    with pytest.raises(WorkbenchError, match=r"criteria\[0\]\.reason"):
        built([criterion("saas", SAAS, reason=reason)])


def test_a_reason_in_plain_words_is_not_taken_for_an_address() -> None:
    reason = "B2B/B2C and 3:1 odds; Monday.com, Node.js, and/or @ scale ~40 %"
    assert built([criterion("saas", SAAS, reason=reason)]).criteria[0].reason == reason


def test_people_and_accounts_are_not_named() -> None:
    with pytest.raises(WorkbenchError, match="names of people"):
        built([criterion("agent", FieldTest("sales_agent", "in", ("Agent 1",)))])
    named = small_book()
    object.__setattr__(named, "account_names", ("SaaS", "Retail", "Energy"))
    with pytest.raises(WorkbenchError, match="names of accounts"):
        built([criterion("saas", SAAS)], book=named)


def test_groups_under_five_are_not_reported_nor_left_over() -> None:
    few: Condition = FieldTest("employees", "at_least", 600)  # the largest account of each industry: 4
    for when, accounts in ((few, "<5"), (Not(few), 235)):
        evidence = built([criterion("few", when)]).criteria[0].evidence
        assert evidence is not None and evidence.accounts == accounts
        figure = evidence.metrics["win_rate"]
        if when is few:
            assert (figure.estimate, figure.n, figure.rest, figure.verdict) == (None, None, None, "too_few")
    known: Condition = FieldTest("employees", "is_known")  # all but one
    evidence = built([criterion("known", known)]).criteria[0].evidence
    assert evidence is not None and evidence.accounts == "all but <5"
    assert evidence.metrics["win_rate"].estimate is None


def test_points_of_the_icp_sum_to_a_hundred_and_follow_the_evidence() -> None:
    large: Condition = FieldTest("employees", "at_least", 300)
    criteria = [
        criterion("saas", SAAS),
        criterion("large", large),
        criterion("buying", large, signal="buying"),
    ]
    points = points_of(INDEX, criteria)
    assert points["saas"] + points["large"] == 100 and points["saas"] > 80 and "buying" not in points
    given = points_of(INDEX, [criterion("saas", SAAS, points=30), *criteria[1:]])
    assert given == {"saas": 30, "large": 70}
    anti = points_of(INDEX, [*criteria, criterion("public", PUBLIC, verdict="anti_icp")])
    assert 0 < anti["public"] <= 100
    assert points_of(INDEX, []) == {}


def test_coverage_counts_what_the_required_criteria_select() -> None:
    covered = coverage(INDEX, [criterion("saas", SAAS, required=True)])
    assert (covered.accounts, covered.share_of_accounts) == (60, 0.25)
    assert covered.share_of_won_revenue == 45 / 99 and covered.share_of_churned is None
    large = criterion("large", FieldTest("employees", "at_least", 310), required=True)
    public = criterion("public", PUBLIC, verdict="anti_icp", disqualify=True)
    covered = coverage(INDEX, [large, public])
    assert (covered.accounts, covered.anti_accounts) == (90, 60)
    assert covered.by_criterion == {"large": 120, "public": 60}
    assert coverage(INDEX, [public]).accounts == coverage(INDEX, []).accounts == 0


@pytest.mark.parametrize(("missing", "accounts"), [("unknown", 239), ("no_match", 239), ("match", 240)])
def test_a_blank_counts_as_the_criterion_says(missing: str, accounts: int) -> None:
    everyone = criterion("any", FieldTest("employees", "at_least", 0), missing=missing, required=True)
    assert coverage(INDEX, [everyone]).accounts == accounts


def test_without_a_required_criterion_the_profile_is_fit_a_and_b() -> None:
    saas = criterion("saas", SAAS, points=60)
    large = criterion("large", FieldTest("employees", "at_least", 310), points=40)
    assert coverage(INDEX, [saas, large]).accounts == 60  # 40 points are a C
    costly = criterion("costly", FieldTest("employees", "at_most", 100), verdict="anti_icp", points=20)
    assert (
        coverage(INDEX, [saas, large, costly]).accounts == 60 - 9
    )  # 40 left; the blank one is not ruled out
    assert coverage(INDEX, [criterion("large", large.when, signal="buying")]).accounts == 120


def test_a_criterion_on_deals_brings_only_those_deals() -> None:
    covered = coverage(
        INDEX, [criterion("agent", FieldTest("sales_agent", "in", ("Agent 0",)), required=True)]
    )
    assert covered.accounts == 60
    won = BOOK.observations["deal"].values["won"].to_numpy()
    assert covered.share_of_won_revenue == won[::4].sum() / won.sum()


def test_an_empty_room_has_nothing_to_save() -> None:
    with pytest.raises(WorkbenchError, match="Nothing to save"):
        built([])


def test_show_is_for_a_person() -> None:
    text = show(built([criterion("saas", SAAS, required=True, reason="They stay\x1b[31m")]))
    assert "We win best with SaaS companies." in text and "75.0%" in text and "▲ better" in text
    assert "\x1b" not in text and "the first version" in text


def test_what_the_profile_covers_is_in_the_file() -> None:
    large: Condition = FieldTest("employees", "at_least", 310)
    public = criterion("public", PUBLIC, verdict="anti_icp", disqualify=True)
    covered = built([criterion("large", large, required=True), public]).data.coverage
    assert covered is not None and (covered.accounts, covered.anti_accounts) == (90, 60)
    assert covered.share_of_accounts == 90 / 240
    assert "the profile covers 90 accounts, 37.5% of all" in show(
        built([criterion("large", large, required=True), public])
    )


def test_coverage_tells_of_no_small_group_beside_the_other_counts() -> None:
    few: Condition = FieldTest("employees", "at_least", 600)  # one of each industry
    out = criterion("few", few, verdict="anti_icp", disqualify=True)
    covered = built([criterion("saas", SAAS, required=True), out]).data.coverage
    assert covered is not None and covered.accounts == "withheld"  # 59 of 60
    assert covered.share_of_accounts is None
    assert covered.anti_accounts == "<5"
    covered = built([criterion("few", few, required=True)]).data.coverage
    assert covered is not None and covered.accounts == "<5" and covered.share_of_accounts is None
    assert covered.anti_accounts == 0
