"""All checks together: codes, acceptance, and what programs read."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings

from icp_workbench.conditions.condition import FieldTest
from icp_workbench.segments.index import SegmentIndex
from icp_workbench.spec.checks.registry import CHECKS
from icp_workbench.spec.checks.running import checks_of
from icp_workbench.spec.checks.writing import checks_payload, checks_text
from icp_workbench.spec.model import AcceptedCheck, FieldDescription, IdealCustomerProfile
from tests.spec.checks.subjects import (
    SAAS,
    TODAY,
    anti,
    checked,
    every,
    icp,
    index_of,
    not_run,
    spec,
)
from tests.spec.examples import FIELDS, profiles
from tests.synthetic import make_book

DOCS = Path(__file__).resolve().parents[3] / "docs" / "checks.md"


def test_the_codes_are_sixteen_in_order_each_once() -> None:
    assert [check.code for check in CHECKS] == [f"ICP{number:03}" for number in range(1, 17)]


def test_the_document_has_a_section_for_each_check_and_no_other() -> None:
    text = DOCS.read_text("utf-8")
    sections = re.findall(r"^## (ICP\d{3}) (.+)$", text, re.MULTILINE)
    assert sections == [(check.code, check.name) for check in CHECKS]
    for check, body in zip(CHECKS, re.split(r"^## ICP\d{3} .+$", text, flags=re.MULTILINE)[1:], strict=True):
        assert check.what_to_do in " ".join(body.split()), check.code
        assert "**Fires when**" in body and "**Says**" in body, check.code


def test_an_accepted_check_is_shown_with_its_reason_and_is_not_open() -> None:
    noted = spec(accepted_checks=[AcceptedCheck(check="ICP005", note="Next quarter.")])
    found = checks_of(noted, None, TODAY)
    (accepted,) = [one for one in found.findings if one.code == "ICP005"]
    assert accepted.accepted == "Next quarter."
    assert "ICP005" not in {one.code for one in found.open} and found.open
    assert "Accepted: Next quarter." in checks_text(noted, found)


def test_what_is_printed_obeys_nothing() -> None:
    noted = spec(accepted_checks=[AcceptedCheck(check="ICP005", note="see \x1b[2J \u202eand \x9b")])
    text = checks_text(noted, checks_of(noted, None, TODAY))
    assert "\x1b" not in text and "\u202e" not in text and "\x9b" not in text and "␛" in text


def test_what_was_accepted_and_does_not_fire_is_said() -> None:
    idle = spec(
        icp("saas", SAAS), anti("public", FieldTest("industry", "is", "Public")),
        accepted_checks=[AcceptedCheck(check="ICP005", note="x"), AcceptedCheck(check="ICP999", note="x")],
    )  # fmt: skip
    found = checks_of(idle, None, TODAY)
    assert found.idle == ("ICP005", "ICP999")
    text = checks_text(idle, found)
    assert "ICP005 no anti-ICP was accepted, and does not fire." in text and "there is no such check" in text


@settings(max_examples=120, suppress_health_check=list(HealthCheck))
@given(profiles())
def test_any_spec_can_be_checked(profile: IdealCustomerProfile) -> None:
    found = checks_of(profile, None, TODAY)
    json.dumps(checks_payload(profile, found, "2026-11-29", False), allow_nan=False)
    assert all(line == line.rstrip("\n") for line in checks_text(profile, found).splitlines())
    assert checks_of(profile, None, TODAY) == found


def every_kind() -> SegmentIndex:
    """100 accounts with an attribute of each type the generated specs read, and a deal each."""
    rows = np.arange(100)
    tools = [frozenset({"a"}), frozenset({"a", "b"}), None]
    accounts = pd.DataFrame(
        {
            "industry": pd.Categorical(["SaaS", "Retail", "Media", None] * 25),
            "employees": rows.astype(float),
            "tech": pd.Categorical([tools[at % 3] for at in rows]),
            "funded": pd.to_datetime("2025-01-01") + pd.to_timedelta(rows * 7, unit="D"),
            "hiring": pd.array([(True, False, None)[at % 3] for at in rows], dtype="boolean"),
            "about": pd.Categorical([f"text {at % 7}" for at in rows]),
        }
    )
    deals = pd.DataFrame(
        {"account": rows, "won": every(0.4, 100), "amount": rows + 1.0, "cycle_days": rows % 9 + 1.0}
    )
    lives = pd.DataFrame({"account": rows[:60], "churned": every(0.3, 60), "tenure": rows[:60] % 20 + 1.0})
    return index_of(make_book(accounts, deals=deals, customers=lives))


BOOK = every_kind()


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(profiles())
def test_any_spec_can_be_held_against_a_book(profile: IdealCustomerProfile) -> None:
    found = checks_of(profile, BOOK, TODAY)
    json.dumps(checks_payload(profile, found, "2026-11-29", True), allow_nan=False)
    assert checks_text(profile, found)


def test_a_derived_attribute_that_the_book_lacks_is_counted_by_its_definition() -> None:
    def derived(**changes: object) -> FieldDescription:
        plain = {"type": "boolean", "grain": "account", "kind": "observed", "known_before_sale": True}
        return FieldDescription(**{**plain, **changes})  # type: ignore[arg-type]

    fields = {
        **FIELDS,
        "soft": derived(definition=SAAS),
        "softer": derived(definition=FieldTest("soft", "is", True)),
        "tag": derived(),
    }
    some = spec(icp("gone", FieldTest("softer", "is", False), required=True), fields=fields)
    assert not not_run(some, "ICP016", BOOK)
    assert "`industry`, which is required, is blank for 25%" in checked(some, BOOK)["ICP016"][0].sentence
    tagged = spec(icp("tag", FieldTest("tag", "is", True), required=True), fields=fields)
    assert not_run(tagged, "ICP016", BOOK)[0].criteria == ("tag",)


@pytest.mark.parametrize("wanted", [("large",), ("small",), ("Media",), ("large", "Media")])
def test_a_derived_category_is_counted_by_its_cases(wanted: tuple[str, ...]) -> None:
    from icp_workbench.spec.model import DefinedCase

    size = FieldDescription(
        type="category", grain="account", kind="observed", known_before_sale=True, otherwise="industry",
        cases=[
            DefinedCase(value="small", when=FieldTest("employees", "at_most", 20)),
            DefinedCase(value="large", when=FieldTest("employees", "at_least", 80)),
        ],
    )  # fmt: skip
    from icp_workbench.spec.checks.ground import Ground

    asked = spec(icp("it", FieldTest("size", "in", wanted)), fields={**FIELDS, "size": size})
    expected = 0
    for at in range(100):
        industry = ("SaaS", "Retail", "Media", None)[at % 4]
        value = "small" if at <= 20 else "large" if at >= 80 else industry
        expected += value in wanted
    assert Ground(asked, BOOK).matches("it").sum() == expected
