"""ICP009: who voted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from icp_workbench.spec.model import Decided, Dissent, IdealCustomerProfile, Metadata
from tests.spec.checks.subjects import SAAS, checked, icp, spec
from tests.spec.examples import MOMENT


def voted(votes: dict[str, int], mode: Any = "workshop", against: Sequence[str] = ()) -> IdealCustomerProfile:
    """A profile of one criterion on which these functions voted."""
    about = Metadata(name="a", version="1.0.0", created=MOMENT, mode=mode)
    decided = Decided(at=MOMENT, votes=votes, dissent=[Dissent(function=name) for name in against])
    return spec(icp("saas", SAAS, decided=decided), metadata=about)


def test_no_vote_and_votes_of_one_function_only() -> None:
    (nobody,) = checked(voted({}))["ICP009"]
    assert nobody.sentence == "`saas`: Nobody voted on it." and nobody.criteria == ("saas",)
    (one,) = checked(voted({"customer_success": 3}))["ICP009"]
    assert one.sentence == "`saas`: Only customer success voted on it (3 votes)."
    assert one.figures == {"votes": {"customer_success": 3}, "dissent": []}
    assert "ICP009" in checked(voted({"sales": 3, "marketing": 0}))


def test_two_functions_are_enough() -> None:
    assert "ICP009" not in checked(voted({"sales": 3, "marketing": 1}))


def test_who_voted_otherwise_was_heard_too() -> None:
    assert "ICP009" not in checked(voted({"sales": 3}, against=["marketing"]))
    (one,) = checked(voted({"sales": 3}, against=["sales"]))["ICP009"]
    assert one.sentence == "`saas`: Only sales voted on it (3 votes)."
    (nobody,) = checked(voted({}, against=["sales", "customer_success", "sales"]))["ICP009"]
    assert nobody.sentence == "`saas`: Nobody voted for it; sales and customer success saw it differently."


def test_one_person_alone_need_not_vote() -> None:
    assert "ICP009" not in checked(voted({}, mode="solo"))
