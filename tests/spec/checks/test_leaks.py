"""ICP013: what is only known after the outcome."""

from __future__ import annotations

from dataclasses import replace

from icp_workbench.conditions.condition import FieldTest
from icp_workbench.conditions.fields import Fields
from icp_workbench.spec.model import FieldDescription
from tests.spec.checks.subjects import SAAS, anti, book_of, checked, every, icp, index_of, spec
from tests.spec.examples import FIELDS

TIER = FieldTest("tier", "in", ("Gold",))


def described(known: bool) -> dict[str, FieldDescription]:
    tier = FieldDescription(
        type="category", grain="account", kind="other", known_before_sale=known, source="c.Tier"
    )
    gold = FieldDescription(
        type="boolean", grain="account", kind="observed", known_before_sale=True, definition=TIER
    )
    return {**FIELDS, "tier": tier, "gold": gold}


def test_the_file_says_what_is_known_too_late() -> None:
    (found,) = checked(spec(icp("tier", TIER), icp("saas", SAAS), fields=described(False)))["ICP013"]
    assert found.criteria == ("tier",) and "`tier`" in found.sentence
    assert "ICP013" not in checked(spec(icp("tier", TIER), fields=described(True)))


def test_a_leak_does_not_hide_behind_a_definition() -> None:
    gold = icp("gold", FieldTest("gold", "is", True))
    assert "tier" in checked(spec(gold, fields=described(False)))["ICP013"][0].figures["attributes"]
    assert "ICP013" not in checked(spec(gold, fields=described(True)))


def test_an_anti_icp_must_not_read_one_either() -> None:
    assert "ICP013" in checked(spec(anti("tier", TIER), fields=described(False)))


def test_the_book_knows_leaks_that_the_file_does_not() -> None:
    book = book_of({"tier": ["Gold", "None"] * 20}, every(0.5, 40))
    kept_out = Fields(
        tuple(replace(one, kept_out="filled for 98% of who bought.") for one in book.fields.values())
    )
    leaky, sound = index_of(replace(book, fields=kept_out)), index_of(book)
    reading = spec(icp("tier", TIER), fields=described(True))
    (found,) = checked(reading, leaky)["ICP013"]
    assert "filled for 98% of who bought" in found.sentence
    assert "ICP013" not in checked(reading, sound)
