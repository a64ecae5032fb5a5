"""ICP011: an effect that is another's."""

from __future__ import annotations

import numpy as np

from icp_workbench.conditions.condition import FieldTest
from icp_workbench.segments.index import SegmentIndex
from tests.spec.checks.subjects import SAAS, book_of, checked, icp, index_of, not_run, spec

HUBSPOT = FieldTest("crm", "in", ("HubSpot",))
BOTH = spec(icp("saas", SAAS), icp("hubspot", HUBSPOT))


def book(own: float) -> SegmentIndex:
    """SaaS wins 60 % against 20 %, and four of five of it use HubSpot, of the others one of five. HubSpot
    itself adds `own`."""
    rows = np.arange(2_000)
    saas = rows < 1_000
    hubspot = np.where(saas, rows % 5 != 0, rows % 5 == 0)
    rate = np.where(saas, 0.6, 0.2) + np.where(hubspot, own, 0.0)
    won = ((rows * 7_919) % 1_000) / 1_000 < rate
    return index_of(
        book_of(
            {
                "industry": np.where(saas, "SaaS", "Retail").tolist(),
                "crm": np.where(hubspot, "HubSpot", "None").tolist(),
            },
            won.astype(float).tolist(),
        )
    )


def test_an_effect_that_is_the_others_is_explained() -> None:
    (found,) = checked(BOTH, book(0.0))["ICP011"]
    assert found.criteria == ("hubspot",) and found.figures["by"] == "`saas`"
    assert found.figures["difference"] > 0.15 and abs(found.figures["difference_held_fixed"]) < 0.05
    assert found.sentence.startswith("`hubspot`: Explained by `saas`: with the other criterion held fixed")


def test_an_effect_of_its_own_stands_beside_the_others() -> None:
    assert "ICP011" not in checked(BOTH, book(0.15))


def test_alone_there_is_nothing_to_hold_fixed() -> None:
    alone = spec(icp("hubspot", HUBSPOT))
    assert "ICP011" not in checked(alone, book(0.0)) and not not_run(alone, "ICP011")


def test_without_the_book_it_cannot_be_run() -> None:
    assert not_run(BOTH, "ICP011") and "ICP011" not in checked(BOTH)


def test_what_the_book_does_not_have_is_said_and_the_others_are_looked_at() -> None:
    more = spec(*BOTH.criteria, icp("size", FieldTest("employees", "at_least", 3)))
    (left,) = not_run(more, "ICP011", book(0.0))
    assert left.criteria == ("size",)
    assert len(checked(more, book(0.0))["ICP011"]) == 1
