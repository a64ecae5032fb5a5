"""ICP009: who voted."""

from __future__ import annotations

from typing import Any

from icp_workbench.spec.model import Decided, IdealCustomerProfile, Metadata
from tests.spec.checks.subjects import SAAS, checked, icp, spec
from tests.spec.examples import MOMENT


def voted(votes: dict[str, int], mode: Any = "workshop") -> IdealCustomerProfile:
    about = Metadata(name="a", version="1.0.0", created=MOMENT, mode=mode)
    return spec(icp("saas", SAAS, decided=Decided(at=MOMENT, votes=votes)), metadata=about)


def test_no_vote_and_votes_of_one_function_only() -> None:
    (nobody,) = checked(voted({}))["ICP009"]
    assert nobody.sentence == "`saas`: Nobody voted on it." and nobody.criteria == ("saas",)
    (one,) = checked(voted({"customer_success": 3}))["ICP009"]
    assert one.sentence == "`saas`: Only customer success voted on it (3 votes)."
    assert one.figures == {"votes": {"customer_success": 3}}
    assert "ICP009" in checked(voted({"sales": 3, "marketing": 0}))


def test_two_functions_are_enough() -> None:
    assert "ICP009" not in checked(voted({"sales": 3, "marketing": 1}))


def test_one_person_alone_need_not_vote() -> None:
    assert "ICP009" not in checked(voted({}, mode="solo"))
