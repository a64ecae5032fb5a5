"""Conditions read from a file, typed by a schema."""

import datetime as dt

import pytest
from hypothesis import given

from icp_workbench.conditions.checking import check, grain_of
from icp_workbench.conditions.condition import AllOf, Condition, FieldTest, Not, from_plain
from icp_workbench.conditions.fields import Field, Fields
from icp_workbench.errors import WorkbenchError
from tests.conditions.books import CONDITIONS, FIELDS


@given(CONDITIONS)
def test_a_condition_that_fits_stays_as_it_is(condition: Condition) -> None:
    assert check(condition, FIELDS) == condition


def test_text_scalars_of_a_file_get_their_fields_type() -> None:
    read = from_plain(
        {
            "all": [
                {"field": "Employees", "between": ["40", "120.5"]},
                {"field": "last_funding", "at_least": "2025-06-01"},
                {"field": "hiring", "is": "true"},
                {"field": "industry", "in": ["fintech"]},
                {"not": {"field": "tech", "contains_all": ["dbt"]}},
            ]
        }
    )
    assert check(read, FIELDS) == AllOf(
        (
            FieldTest("employees", "between", (40, 120.5)),
            FieldTest("last_funding", "at_least", dt.date(2025, 6, 1)),
            FieldTest("hiring", "is", True),
            FieldTest("industry", "in", ("Fintech",)),
            Not(FieldTest("tech", "contains_all", ("dbt",))),
        )
    )


def test_norway_and_version_numbers_stay_texts() -> None:
    fields = Fields((Field("country", "Country", "category"), Field("release", "Release", "category")))
    kept = AllOf((FieldTest("country", "is", "NO"), FieldTest("release", "is", "1.10")))
    assert check(kept, fields) == kept


def test_a_whole_number_may_name_a_level_made_of_digits() -> None:
    fields = Fields((Field("floor", "Floor", "category", levels=("1", "2")),))
    assert check(FieldTest("floor", "is", 2), fields) == FieldTest("floor", "is", "2")
    with pytest.raises(WorkbenchError, match="not a text"):
        check(FieldTest("floor", "is", 7), fields)


def test_every_misfit_is_reported_with_its_path() -> None:
    wrong = AllOf(
        (
            FieldTest("industy", "is", "Fintech"),
            Not(FieldTest("employees", "at_least", "many")),
            FieldTest("tech", "is", "dbt"),
            FieldTest("last_funding", "between", ("2025-02-01", "2025-01-01")),
            FieldTest("hiring", "is", "maybe"),
        )
    )
    with pytest.raises(WorkbenchError) as caught:
        check(wrong, FIELDS, path="criteria[0].when")
    for expected in (
        "criteria[0].when.all[0].field: There is no attribute `industy`; did you mean `industry`?",
        "criteria[0].when.all[1].not: `employees` is a number; 'many' is none.",
        "criteria[0].when.all[2]: `tech` is a set of values; = cannot be asked of it.",
        "criteria[0].when.all[3]: `last_funding` cannot lie between 2025-02-01 and 2025-01-01",
        "criteria[0].when.all[4]: `hiring` is yes or no; 'maybe' is neither.",
    ):
        assert expected in caught.value.what_happened


@pytest.mark.parametrize("value", ["nan", "inf", "1e999", "0x10", " 4", "٣", "", True, float("nan"), 10**400])
def test_only_finite_plain_numbers_are_numbers(value: object) -> None:
    with pytest.raises(WorkbenchError, match="is a number"):
        check(FieldTest("employees", "is", value), FIELDS)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", ["20250601", "2025-W23-1", "2025-6-1", 45000, "2025-02-29"])
def test_only_iso_days_are_dates(value: object) -> None:
    with pytest.raises(WorkbenchError, match="is a date"):
        check(FieldTest("last_funding", "is", value), FIELDS)  # type: ignore[arg-type]


def test_a_value_the_export_lost_is_no_error_where_it_need_not_exist() -> None:
    gone = FieldTest("industry", "is", "Public sector")
    assert check(gone, FIELDS, levels_must_exist=False) == gone
    with pytest.raises(WorkbenchError, match="is never 'Public sector'"):
        check(gone, FIELDS)


def test_text_attributes_and_mentions_take_any_words() -> None:
    for test in (
        FieldTest("description", "is", "anything"),
        FieldTest("industry", "mentions", ("anything",)),
    ):
        assert check(test, FIELDS) == test


def test_the_grain_of_a_condition_is_its_finest() -> None:
    fields = Fields(
        (Field("region", "Region", "category"), Field("product", "Product", "category", grain="deal"))
    )
    region, product = FieldTest("region", "is_known"), FieldTest("product", "is_known")
    assert grain_of(region, fields) == "account"
    assert grain_of(AllOf((region, Not(product))), fields) == "deal"
    assert grain_of(AllOf(()), fields) == "account"
