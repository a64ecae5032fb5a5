"""The Condition tree and its plain mapping."""

import datetime as dt

import pytest
from hypothesis import given

from icp_workbench.conditions.condition import (
    EVERYONE,
    NOBODY,
    AllOf,
    AnyOf,
    Condition,
    FieldTest,
    Not,
    fields_read,
    from_plain,
    simplified,
    to_plain,
)
from icp_workbench.errors import WorkbenchError
from tests.conditions.books import CONDITIONS

A, B, C = FieldTest("a", "is", 1), FieldTest("b", "is", 2), FieldTest("c", "is_known")

EXAMPLE = {
    "all": [
        {"field": "industry", "in": ["B2B SaaS", "Fintech"]},
        {"field": "employees", "between": [40, 120]},
        {
            "any": [
                {"field": "last_funding", "at_least": dt.date(2025, 6, 1)},
                {"field": "leader", "is": True},
            ]
        },
        {"not": {"field": "description", "mentions": ["reseller"]}},
        {"field": "region", "is_known": True},
    ]
}


@given(CONDITIONS)
def test_the_plain_mapping_reads_back_as_the_same_condition(condition: Condition) -> None:
    assert from_plain(to_plain(condition)) == condition


def test_the_mapping_of_the_spec_format_is_read_as_written() -> None:
    condition = from_plain(EXAMPLE)
    assert condition == AllOf(
        (
            FieldTest("industry", "in", ("B2B SaaS", "Fintech")),
            FieldTest("employees", "between", (40, 120)),
            AnyOf(
                (FieldTest("last_funding", "at_least", dt.date(2025, 6, 1)), FieldTest("leader", "is", True))
            ),
            Not(FieldTest("description", "mentions", ("reseller",))),
            FieldTest("region", "is_known"),
        )
    )
    assert to_plain(condition) == EXAMPLE


def test_scalars_stay_as_given() -> None:
    assert from_plain({"field": "code", "is": "1.10"}) == FieldTest("code", "is", "1.10")
    assert from_plain({"field": "code", "is_unknown": "true"}) == FieldTest("code", "is_unknown")


def test_every_problem_is_reported_with_its_path() -> None:
    wrong = {
        "all": [
            {"field": "a", "like": "x"},
            {"field": "b", "between": [1]},
            {"any": [{"field": "c", "in": "x"}, {"field": "", "is": 1}, "text"]},
            {"not": {"field": "d", "is": {}}},
            {"field": "e", "is": 1, "in": [1]},
            {"both": []},
            {"field": "f", "is_known": False},
            {"all": {"field": "g", "is": 1}},
        ]
    }
    with pytest.raises(WorkbenchError) as caught:
        from_plain(wrong, "criteria[2].when")
    for path in (
        "criteria[2].when.all[0]: found 'like'",
        "criteria[2].when.all[1].between: found 1 values",
        "criteria[2].when.all[2].any[0].in: found 'x'",
        "criteria[2].when.all[2].any[1].field: found nothing",
        "criteria[2].when.all[2].any[2]: found 'text'",
        "criteria[2].when.all[3].not.is: found a mapping",
        "criteria[2].when.all[4]: found 'is', 'in'",
        "criteria[2].when.all[5]: found 'both'",
        "criteria[2].when.all[6].is_known: found False",
        "criteria[2].when.all[7].all: found a mapping",
    ):
        assert path in caught.value.what_happened


@pytest.mark.parametrize(
    "wrong", [None, [], "x", {}, {"all": None}, {"field": None}, {1: 2}, {"field": "a", "in": []}]
)
def test_what_is_no_condition_gives_one_error(wrong: object) -> None:
    with pytest.raises(WorkbenchError):
        from_plain(wrong)


def _nested(levels: int) -> dict[str, object]:
    plain: dict[str, object] = {"field": "a", "is": 1}
    for _ in range(levels - 1):
        plain = {"not": plain}
    return plain


def test_fifty_levels_are_read_and_more_are_refused() -> None:
    from_plain(_nested(50))
    with pytest.raises(WorkbenchError, match="more levels"):
        from_plain(_nested(51))
    with pytest.raises(WorkbenchError, match="more levels"):
        from_plain(_nested(5000))


def test_fields_are_listed_once_in_reading_order() -> None:
    assert fields_read(AllOf((B, Not(AnyOf((A, B))), C))) == ("b", "a", "c")
    assert fields_read(EVERYONE) == ()


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (AllOf((A, AllOf((B, AllOf((C,)))))), AllOf((A, B, C))),
        (AnyOf((AnyOf((A,)), B)), AnyOf((A, B))),
        (AllOf((A,)), A),
        (Not(Not(A)), A),
        (AllOf((A, EVERYONE)), A),
        (AllOf((A, NOBODY)), NOBODY),
        (AnyOf((A, EVERYONE)), EVERYONE),
        (Not(NOBODY), EVERYONE),
        (AllOf((A, B, A)), AllOf((A, B))),
        (AllOf((A, AnyOf((B, C)))), AllOf((A, AnyOf((B, C))))),
    ],
)
def test_simplified_keeps_only_what_matters(condition: Condition, expected: Condition) -> None:
    assert simplified(condition) == expected
