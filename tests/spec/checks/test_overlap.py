"""ICP012: criteria that contradict, or repeat, each other."""

from __future__ import annotations

from icp_workbench.conditions.condition import NOBODY, AllOf, FieldTest, Not
from icp_workbench.segments.index import SegmentIndex
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
    sentences,
    spec,
)
from tests.spec.examples import FIELDS

LARGE = FieldTest("employees", "at_least", 100)
WITH_REGION = {**FIELDS, "region": FIELDS["industry"]}
SMALL = FieldTest("employees", "at_most", 30)


def book(large_saas: int = 0) -> SegmentIndex:
    """100 accounts of SaaS with 50 employees, so many of them with 200; 200 of Retail with 20, some of them
    with 60 and 500."""
    return index_of(
        book_of(
            {
                "industry": ["SaaS"] * 100 + ["Retail"] * 200,
                "employees": [200.0] * large_saas
                + [50.0] * (100 - large_saas)
                + [20.0] * 160
                + [60.0] * 20
                + [500.0] * 20,
            },
            every(0.5, 300),
        )
    )


def test_one_account_wanted_and_turned_away() -> None:
    both = spec(icp("saas", SAAS, required=True), anti("large", LARGE))
    assert "ICP012" not in checked(both, book(0))
    (found,) = checked(both, book(1))["ICP012"]
    assert found.criteria == ("saas", "large") and found.figures["accounts"] == 1
    assert found.sentence == (
        "1 account that the ICP criteria select (1% of 100) matches the anti-ICP criterion `large` too."
    )


def test_only_who_matches_all_that_is_required_is_wanted() -> None:
    required = [icp("saas", SAAS, required=True), icp("size", MIDDLE, required=True)]
    assert "ICP012" not in checked(
        spec(*required, anti("large", FieldTest("employees", "at_least", 121))), book(9)
    )


def test_an_ideal_that_lies_within_what_is_ruled_out() -> None:
    narrow = AllOf((PUBLIC, MIDDLE))
    inside = spec(icp("saas", SAAS, required=True), icp("public", narrow), anti("government", PUBLIC))
    assert sentences(inside, "ICP012") == [
        "All that `public` matches is ruled out by `government`: it is wanted and turned away at once."
    ]
    beside = spec(icp("saas", AllOf((SAAS, MIDDLE))), anti("government", PUBLIC))
    assert "ICP012" not in checked(beside)


def test_a_criterion_that_matches_nothing() -> None:
    gone = spec(icp("saas", SAAS), icp("energy", FieldTest("industry", "is", "Energy")))
    assert sentences(gone, "ICP012", book()) == ["`energy` matches no account."]
    assert "ICP012" not in checked(spec(icp("saas", SAAS), icp("size", SMALL)), book())
    assert sentences(spec(icp("x", SAAS, evidence=evidence(accounts=0))), "ICP012") == [
        "`x` matches no account."
    ]


def test_a_condition_that_contradicts_itself() -> None:
    for when in (AllOf((LARGE, SMALL)), AllOf((SAAS, PUBLIC)), AllOf((SAAS, Not(SAAS))), NOBODY):
        assert "contradicts itself" in sentences(spec(icp("x", when)), "ICP012")[0], when
    assert "ICP012" not in checked(spec(icp("x", AllOf((LARGE, MIDDLE)))))


def test_required_criteria_that_never_meet() -> None:
    never = [icp("small", SMALL, required=True), icp("large", LARGE, required=True)]
    together = "No account matches all required ICP criteria together."
    assert sentences(spec(*never), "ICP012") == [together]
    meet_nobody = spec(icp("saas", SAAS, required=True), icp("small", SMALL, required=True))
    assert sentences(meet_nobody, "ICP012", book()) == [together]
    assert "ICP012" not in checked(spec(*(one.model_copy(update={"required": False}) for one in never)))


def test_one_of_two_that_implies_the_other() -> None:
    wide = FieldTest("employees", "between", (30, 200))
    assert sentences(spec(icp("narrow", MIDDLE), icp("wide", wide)), "ICP012") == [
        "`narrow` implies `wide`: whatever matches the first matches the second."
    ]
    assert "ICP012" not in checked(
        spec(icp("a", MIDDLE), icp("b", FieldTest("employees", "between", (41, 200))))
    )
    assert "ICP012" not in checked(spec(icp("narrow", MIDDLE), icp("wide", wide, verdict="ok_if")))
    assert (
        "select the same accounts" in sentences(spec(icp("a", SAAS), icp("b", AllOf((SAAS,)))), "ICP012")[0]
    )


def test_the_book_shows_what_the_conditions_do_not_say() -> None:
    """All SaaS has over 30 employees."""
    larger = spec(icp("saas", SAAS), icp("larger", Not(SMALL)))
    assert "`saas` implies `larger`" in sentences(larger, "ICP012", book())[0]
    assert "ICP012" not in checked(larger)


def test_a_few_accounts_inside_a_wide_criterion_are_chance() -> None:
    def with_few(many: int) -> SegmentIndex:
        return index_of(
            book_of(
                {
                    "industry": ["SaaS"] * many + ["Retail"] * 200,
                    "employees": [50.0] * many + [50.0] * 140 + [500.0] * 60,
                    "region": ["EMEA"] * (many + 170) + ["Americas"] * 30,
                },
                every(0.5, 200 + many),
            )
        )

    inside = spec(icp("saas", SAAS), icp("size", MIDDLE))
    assert "ICP012" not in checked(inside, with_few(9))
    assert "`saas` implies `size`" in sentences(inside, "ICP012", with_few(12))[0]
    # Of a criterion that covers 85 of 100 accounts, 12 lie inside by chance in one of seven books.
    wide = FieldTest("region", "is", "EMEA")
    chance = spec(icp("saas", SAAS), icp("wide", wide), fields=WITH_REGION)
    assert not sentences(chance, "ICP012", with_few(12))


def test_without_the_book_it_says_what_it_could_not_count() -> None:
    assert not_run(spec(icp("saas", SAAS)), "ICP012")
    assert not_run(spec(icp("x", FieldTest("tech", "is_known"))), "ICP012", book())[0].criteria == ("x",)


def test_hundreds_of_criteria_take_no_time() -> None:
    many = [icp(f"c{at}", FieldTest("employees", "between", (at, at + 1))) for at in range(600)]
    assert any("first 200" in one.why for one in not_run(spec(*many), "ICP012"))


def test_two_questions_about_deals_may_meet_in_one_account() -> None:
    source = FIELDS["industry"].model_copy(update={"grain": "deal"})
    both = [
        icp("event", FieldTest("source", "is", "Event"), required=True),
        icp("partner", FieldTest("source", "is", "Partner"), required=True),
    ]
    assert "ICP012" not in checked(spec(*both, fields={**FIELDS, "source": source}))
    of_accounts = spec(*both, fields={**FIELDS, "source": FIELDS["industry"]})
    assert sentences(of_accounts, "ICP012") == ["No account matches all required ICP criteria together."]
