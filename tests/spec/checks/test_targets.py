"""ICP015: the limits of SQL, Salesforce and HubSpot."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icp_workbench.conditions.condition import AllOf, AnyOf, Condition, FieldTest, Not
from icp_workbench.spec.checks.targets import _alternatives, why_not_hubspot, why_not_salesforce, why_not_sql
from icp_workbench.spec.model import DefinedCase, FieldDescription
from tests.spec.checks.subjects import MIDDLE, SAAS, anti, checked, icp, spec
from tests.spec.examples import FIELDS

SOURCED = {name: one.model_copy(update={"source": f"accounts.{name}"}) for name, one in FIELDS.items()}
TAG = FieldDescription(
    type="boolean", grain="account", kind="observed", known_before_sale=True, note="A tag."
)
MADE = TAG.model_copy(update={"definition": SAAS, "note": ""})
OF_TAG = TAG.model_copy(update={"definition": FieldTest("tag", "is", True)})
CASES = FieldDescription(
    type="category", grain="account", kind="observed", known_before_sale=True,
    cases=[DefinedCase(value="mid", when=MIDDLE)], otherwise="INDUSTRY",
)  # fmt: skip
ALL = {**SOURCED, "tag": TAG, "made": MADE, "of_tag": OF_TAG, "band": CASES}


def reasons(condition: Condition) -> list[bool]:
    """Whether SQL, Salesforce, HubSpot can run it."""
    return [why(condition, ALL) is None for why in (why_not_sql, why_not_salesforce, why_not_hubspot)]


@pytest.mark.parametrize(
    "condition",
    [
        SAAS, MIDDLE, FieldTest("industry", "not_in", ("A", "B")), FieldTest("employees", "at_least", 5),
        FieldTest("industry", "is_known"), FieldTest("tech", "contains_any", tuple("abcdefghijklmnopqrst")),
        FieldTest("tech", "contains_all", tuple("abc")), FieldTest("about", "mentions", ("one", "two words")),
        AllOf((SAAS, AnyOf((MIDDLE, Not(FieldTest("hiring", "is", True)))))),
    ],
)  # fmt: skip
def test_every_target_runs_what_the_table_says(condition: Condition) -> None:
    assert reasons(condition) == [True, True, True]


def test_a_tag_runs_nowhere_and_a_derived_attribute_in_sql_alone() -> None:
    assert reasons(FieldTest("tag", "is", True)) == [False, False, False]
    assert reasons(FieldTest("of_tag", "is", True)) == [False, False, False]
    assert reasons(FieldTest("made", "is", True)) == [True, False, False]
    assert reasons(FieldTest("band", "is", "mid")) == [True, False, False]


def test_a_list_view_has_ten_filters_and_a_range_takes_two() -> None:
    def ranges(many: int) -> Condition:
        return AllOf(tuple(FieldTest("employees", "between", (at, at + 50)) for at in range(many)))

    assert reasons(ranges(5)) == [True, True, True]
    assert reasons(ranges(6)) == [True, False, True]
    assert reasons(AllOf((ranges(5), SAAS))) == [True, False, True]
    words = [FieldTest("about", "mentions", tuple(f"w{at}" for at in range(many))) for many in (10, 11)]
    assert [reasons(one)[1] for one in words] == [True, False]


def test_a_list_has_eighteen_filters_as_or_of_ands() -> None:
    def product(left: int, right: int) -> Condition:
        any_of = [
            AnyOf(tuple(FieldTest(name, "is", at) for at in range(many)))
            for name, many in (("employees", left), ("industry", right))
        ]
        return AllOf(tuple(any_of))

    assert reasons(product(3, 3)) == [True, True, True]  # nine pairs: 18
    assert reasons(product(2, 5)) == [True, True, False]  # ten pairs: 20
    tools = [FieldTest("tech", "contains_all", tuple(f"t{at}" for at in range(many))) for many in (18, 19)]
    assert [reasons(one)[2] for one in tools] == [True, False]


def test_alternatives_beyond_counting_are_said_at_once() -> None:
    wide = AllOf(tuple(AnyOf((FieldTest("employees", "is", at), SAAS)) for at in range(3_000)))
    assert "very many" in (why_not_hubspot(wide, ALL) or "")


def test_what_no_target_can_run_fires() -> None:
    (found,) = checked(spec(icp("tag", FieldTest("tag", "is", True)), fields=ALL))["ICP015"]
    assert found.sentence == (
        "`tag` cannot be run as it stands, not in SQL, Salesforce or HubSpot: `tag` has neither a column "
        "nor a definition."
    )
    assert "ICP015" not in checked(spec(icp("made", FieldTest("made", "is", True)), fields=ALL))
    assert "ICP015" not in checked(spec(icp("saas", SAAS), fields=SOURCED))


def test_a_crm_that_the_file_names_must_run_it() -> None:
    named = {**ALL, "industry": ALL["industry"].model_copy(update={"crm": {"hubspot": "industry"}})}
    made = anti("made", FieldTest("made", "is", True))
    (found,) = checked(spec(made, fields=named))["ICP015"]
    assert found.sentence == "`made` cannot be run as it stands, not in HubSpot: `made` is derived."
    assert found.figures["targets"]["sql"] is None and found.criteria == ("made",)
    many = AllOf(tuple(FieldTest("employees", "between", (at, at + 50)) for at in range(6)))
    assert "ICP015" not in checked(spec(icp("many", many), fields=named))  # ten filters bind Salesforce


def alternatives(condition: Condition, denied: bool = False) -> list[list[str]]:
    """The condition written out as OR of ANDs, of tests that take one filter each."""
    match condition:
        case Not(part):
            return alternatives(part, not denied)
        case AllOf(parts) | AnyOf(parts):
            each = [alternatives(part, denied) for part in parts]
            if isinstance(condition, AllOf) != denied:
                return [list(itertools.chain(*chosen)) for chosen in itertools.product(*each)]
            return list(itertools.chain(*each))
    return [["filter"]]


nested = st.recursive(
    st.just(SAAS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: AllOf(tuple(parts))),
        st.lists(inner, max_size=3).map(lambda parts: AnyOf(tuple(parts))),
        st.builds(Not, inner),
    ),
    max_leaves=7,
)


@given(nested)
def test_the_size_is_that_of_what_is_written_out(condition: Condition) -> None:
    written = alternatives(condition)
    assert _alternatives(condition, False) == (len(written), sum(map(len, written)))
