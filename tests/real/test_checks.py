"""The checks on public data: a false find is called a wish, and a true effect is not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from icp_workbench.book.opening import open_book
from icp_workbench.conditions.expression import parse
from icp_workbench.segments.index import SegmentIndex
from icp_workbench.spec.build import build_profile
from icp_workbench.spec.checks.findings import Finding
from icp_workbench.spec.checks.running import checks_of
from icp_workbench.spec.criterion import Criterion, CriterionVerdict
from tests.spec.examples import MOMENT


def findings(folder: Path, *marked: tuple[str, CriterionVerdict, str]) -> list[Finding]:
    book = open_book(folder, book_file=False)
    index = SegmentIndex(book)
    criteria = [
        Criterion(name, verdict, parse(text, book.fields), "fit", MOMENT) for name, verdict, text in marked
    ]
    spec = build_profile(
        book=book, index=index, criteria=criteria, looks={}, name="real", version="1.0.0", parent=None,
        created=MOMENT, draft=True,
    )  # fmt: skip
    return list(checks_of(spec, index, MOMENT.date()).findings)


def of(found: list[Finding], code: str) -> list[tuple[str, ...]]:
    return [one.criteria for one in found if one.code == code]


def test_where_nothing_separates_winners_every_criterion_is_a_wish(real_data: Callable[[str], Path]) -> None:
    found = findings(
        real_data("maven_crm"),
        ("retail", "icp", "sector = 'retail'"),
        ("east", "icp", "regional_office = 'East'"),
    )
    assert of(found, "ICP001") == [("retail",), ("east",)]
    assert of(found, "ICP014") == [()] and not of(found, "ICP011")


def test_churn_tells_contracts_apart_and_gender_not(real_data: Callable[[str], Path]) -> None:
    found = findings(
        real_data("telco_ibm"),
        ("two-year", "icp", "contract = 'Two year'"),
        ("female", "icp", "gender = 'Female'"),
        ("electronic", "anti_icp", "payment_method = 'Electronic check'"),
    )
    assert of(found, "ICP001") == [("female",)]
    assert not of(found, "ICP011") and not of(found, "ICP014")
    assert any("two-year" in criteria or "female" in criteria for criteria in of(found, "ICP012"))
