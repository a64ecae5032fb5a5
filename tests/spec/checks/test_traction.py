"""ICP001 and ICP010: evidence, and evidence that does not last."""

from __future__ import annotations

from icp_workbench.segments.index import SegmentIndex
from icp_workbench.spec.model import Figure
from tests.spec.checks.subjects import (
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


def book(saas: float, others: float, many: int = 200) -> SegmentIndex:
    """Half of the accounts are SaaS."""
    industry = ["SaaS"] * (many // 2) + ["Retail"] * (many - many // 2)
    return index_of(book_of({"industry": industry}, every(saas, many // 2) + every(others, many - many // 2)))


WISH = spec(icp("saas", SAAS))


def test_no_better_than_the_rest_is_a_wish() -> None:
    (found,) = checked(WISH, book(0.3, 0.3))["ICP001"]
    assert "win rate 30.0% against 30.0%" in found.sentence and found.criteria == ("saas",)
    assert found.figures["win_rate"]["estimate"] == found.figures["win_rate"]["rest"] == 0.3


def test_a_little_better_that_the_data_can_tell_is_none() -> None:
    assert "ICP001" not in checked(WISH, book(0.5, 0.3))


def test_too_few_outcomes_are_a_wish_and_ten_accounts_with_five_of_either_are_not() -> None:
    def with_saas(many: int, won: int) -> SegmentIndex:
        wins = [1.0] * won + [0.0] * (many - won)
        return index_of(book_of({"industry": ["SaaS"] * many + ["Retail"] * 200}, wins + every(0.05, 200)))

    (found,) = checked(WISH, with_saas(9, 5))["ICP001"]
    assert "too few outcomes" in found.sentence and "10 are needed" in found.sentence
    assert "ICP001" not in checked(WISH, with_saas(10, 5))


def test_what_the_book_does_not_have_matches_nobody() -> None:
    assert "too few outcomes" in sentences(spec(icp("x", SAAS)), "ICP001", index_of(
        book_of({"industry": ["Retail"] * 40}, every(0.5, 40))))[0]  # fmt: skip


def test_only_icp_criteria_can_be_wishes() -> None:
    assert "ICP001" not in checked(spec(icp("saas", SAAS, verdict="ok_if")), book(0.3, 0.3))
    assert "ICP001" not in checked(spec(anti("saas", SAAS)), book(0.3, 0.3))


def test_the_files_own_figures_do_without_the_book() -> None:
    better = evidence(win_rate="better", sales_cycle_days="worse")
    assert "ICP001" not in checked(spec(icp("saas", SAAS, evidence=better)))
    bigger = evidence(win_rate="unclear", deal_size="better")
    assert "on no core metric" in sentences(spec(icp("saas", SAAS, evidence=bigger)), "ICP001")[0]
    few = evidence(win_rate="too_few")
    assert "too few outcomes" in sentences(spec(icp("saas", SAAS, evidence=few)), "ICP001")[0]


def test_churn_counts_where_there_is_no_retention() -> None:
    assert "ICP001" not in checked(spec(icp("saas", SAAS, evidence=evidence(churn_rate="better"))))
    both = evidence(churn_rate="better", retention_12m="unclear")
    assert "ICP001" in checked(spec(icp("saas", SAAS, evidence=both)))


def test_without_figures_the_strength_decides() -> None:
    for strength, fires in (("assumption", True), ("contradicted", True), ("suggestive", False)):
        found = checked(spec(icp("saas", SAAS, evidence=evidence(strength))))
        assert ("ICP001" in found) is fires, strength


def test_without_any_evidence_it_cannot_be_run() -> None:
    assert not_run(spec(icp("saas", SAAS, evidence=None)), "ICP001")[0].criteria == ("saas",)


def test_suggestive_is_what_does_not_survive_all_looks() -> None:
    seen = evidence("suggestive", looks=84, win_rate="better")
    (found,) = checked(spec(icp("saas", SAAS, evidence=seen)))["ICP010"]
    assert found.sentence == (
        "`saas` rests on win rate 40.0% against 20.0% (better): p 0.010 does not survive correction "
        "for 84 looks."
    )
    assert found.figures["looks"] == 84 and found.figures["win_rate"]["p_value"] == 0.01


def test_confirmed_after_as_many_looks_is_quiet() -> None:
    seen = evidence("confirmed", looks=84, win_rate="better")
    assert "ICP010" not in checked(spec(icp("saas", SAAS, evidence=seen)))


def test_a_small_p_that_did_not_hold_again_is_not_called_many_looks() -> None:
    figure = Figure(estimate=0.4, rest=0.2, p_value=0.0001, verdict="better")
    (found,) = checked(spec(icp("saas", SAAS, evidence=evidence("suggestive", looks=84, win_rate=figure))))[
        "ICP010"
    ]
    assert "did not hold when looked at again" in found.sentence


def test_an_anti_icp_rests_on_what_is_worse() -> None:
    seen = evidence("suggestive", looks=9, win_rate="worse", gross_margin="better")
    (found,) = checked(spec(icp("saas", SAAS), anti("public", PUBLIC, evidence=seen)))["ICP010"]
    assert "win rate" in found.sentence and found.criteria == ("public",)
