"""The evidence version: because, although, assumed."""

from __future__ import annotations

from icp_workbench.evidence.strength import StrengthName
from icp_workbench.evidence.verdicts import Verdict
from icp_workbench.spec.model import Figure
from icp_workbench.spec.statement.because import Grounds, with_evidence
from tests.spec.test_statement import FIELDS, made


def shown(estimate: float, rest: float, unit: str, verdict: Verdict = "better") -> Figure:
    """A figure against its rest."""
    return Figure(unit=unit, estimate=estimate, rest=rest, verdict=verdict)


def said(strength: StrengthName, figures: dict[str, Figure], **known: int) -> str:
    """What is said of companies in France on these grounds."""
    criteria = [made("country = 'France'", id="france")]
    text = with_evidence(criteria, FIELDS, {"france": Grounds(strength, figures, known)})
    return text.removeprefix("We win best with accounts in France, ")


END = " Each figure is set against all other accounts."


def test_confirmed_says_because_with_the_figures() -> None:
    figures = {"win_rate": shown(0.412, 0.2204, "share"), "sales_cycle_days": shown(55, 83, "days")}
    assert said("confirmed", figures) == (
        "because they are won 41 % of the time against 22 % and a typical deal closes in 55 days against 83."
        + END
    )


def test_what_speaks_against_it_is_not_kept_back() -> None:
    figures = {"win_rate": shown(0.412, 0.22, "share"), "deal_size": shown(9100, 14000, "USD", "worse")}
    assert said("confirmed", figures) == (
        "because they are won 41 % of the time against 22 %, although a typical deal is worth 9,100 USD "
        "against "
        "14.0k." + END
    )


def test_an_assumption_is_called_one() -> None:
    unclear = {"win_rate": shown(0.3, 0.22, "share", "unclear")}
    assert said("assumption", unclear) == "which is assumed: the data does not show it."
    assert said("assumption", unclear, interviews=11, objections=0, experiments=1) == (
        "which is assumed: the data does not show it; beside the figures there are 11 interviews and 1 "
        "experiment."
    )


def test_suggestive_and_contradicted_are_named() -> None:
    better, worse = shown(1.12, 0.98, "ratio"), shown(0.1, 0.22, "share", "worse")
    assert said("suggestive", {"net_revenue_retention": better}) == (
        "because they pay 1.12 times what they paid a year before against 0.98 (suggestive, not confirmed)."
        + END
    )
    assert said("contradicted", {"win_rate": worse, "net_revenue_retention": better}) == (
        "which the data contradicts: they are won 10 % of the time against 22 %, although they pay 1.12 "
        "times what they paid a year before against 0.98." + END
    )


def test_figures_that_round_alike_keep_their_digits() -> None:
    assert "41.2 % of the time against 40.8 %" in said(
        "confirmed", {"win_rate": shown(0.412, 0.408, "share")}
    )
    assert "is 3 against 5" in said("confirmed", {"seats_in_use": shown(3, 5, "count")})
    assert "closes in 1 day against 2." in said("confirmed", {"sales_cycle_days": shown(1, 2, "days")})


def test_a_group_too_small_to_report_has_no_figures() -> None:
    assert said("confirmed", {"win_rate": Figure(unit="share", verdict="better")}) == (
        "as the figures suggest."
    )


def test_each_criterion_has_its_own_grounds() -> None:
    criteria = [
        made("industry = 'Fintech'", id="a"),
        made("number_of_employees BETWEEN 40 AND 120", id="b"),
        made("country = 'France'", id="c", required=False),
        made("new_leader", id="d", required=False, signal="buying"),
        made("pricing = 'Flat'", "ok_if", id="e", reason="They agree to seats."),
        made("industry = 'Public sector'", "anti_icp", id="f"),
    ]
    grounds = {
        "a": Grounds("confirmed", {"win_rate": shown(0.41, 0.22, "share")}),
        "b": Grounds("suggestive", {"churn_rate": shown(0.04, 0.12, "share")}),
        "c": Grounds("assumption", {}),
        "f": Grounds("confirmed", {"win_rate": shown(0.09, 0.25, "share", "worse")}),
    }
    assert with_evidence(criteria, FIELDS, grounds) == (
        "We win best with Fintech companies, because they are won 41 % of the time against 22 %. "
        "We pursue only those with 40–120 employees, because 4 % churn against 12 % (suggestive, not "
        "confirmed). "
        "The best of them are those in France, which is assumed: the data does not show it. "
        "Most ready to buy are those with a new leader, which is not weighed yet. "
        "We take accounts whose pricing is Flat if they agree to seats. "
        "We do not pursue Public sector companies, because they are won 9 % of the time against 25 %." + END
    )
