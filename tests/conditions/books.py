"""A small schema with every type, rows for it, and a slow three-valued reading to compare with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import numpy as np
from hypothesis import strategies as st

from icp_workbench.conditions.condition import AllOf, AnyOf, Condition, FieldTest, Not
from icp_workbench.conditions.evaluation import Column
from icp_workbench.conditions.fields import Field, Fields

INDUSTRIES = ("B2B SaaS", "Fintech", "O'Reilly & Sons", "日本語", "")
TOOLS = ("dbt", "Snowflake", "C++")
WORDS = ("reseller", "cloud", "partner", "Straße")
FIELDS = Fields(
    (
        Field("industry", "Industry", "category", levels=INDUSTRIES),
        Field("employees", "Number of Employees", "number"),
        Field("hiring", "Hiring", "boolean"),
        Field("tech", "Tech Stack", "set", levels=TOOLS),
        Field("last_funding", "Last Funding", "date"),
        Field("description", "About us", "text"),
        Field("in", "IN", "number"),
        Field("2024_10", "2024_10", "boolean"),
    )
)
DAYS = st.dates(dt.date(2024, 1, 1), dt.date(2024, 1, 6))
NUMBERS = st.sampled_from([-3, 0, 40, 40.5, 120, 1e6, 7])
SENTENCES = st.lists(st.sampled_from(WORDS), max_size=4).flatmap(
    lambda words: st.sampled_from([" ", ", ", "--", "/"]).map(lambda gap: gap.join(words))
)

Value = str | float | bool | dt.date | frozenset[str] | None
Row = Mapping[str, Value]

ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "industry": st.none() | st.sampled_from(INDUSTRIES),
            "employees": st.none() | NUMBERS,
            "hiring": st.none() | st.booleans(),
            "tech": st.none() | st.frozensets(st.sampled_from(TOOLS)),
            "last_funding": st.none() | DAYS,
            "description": st.none() | SENTENCES,
            "in": st.none() | NUMBERS,
            "2024_10": st.none() | st.booleans(),
        }
    ),
    max_size=6,
)


def _listed(values: st.SearchStrategy[Value]) -> st.SearchStrategy[tuple[Value, ...]]:
    return st.lists(values, min_size=1, max_size=3, unique=True).map(tuple)


def _pair(values: st.SearchStrategy[Value]) -> st.SearchStrategy[tuple[Value, ...]]:
    return st.tuples(values, values).map(lambda pair: tuple(sorted(pair)))


def _tests(name: str, values: st.SearchStrategy[Value], ordered: bool) -> st.SearchStrategy[FieldTest]:
    exact = st.builds(FieldTest, st.just(name), st.just("is"), values) | st.builds(
        FieldTest, st.just(name), st.sampled_from(["in", "not_in"]), _listed(values)
    )
    known = st.builds(FieldTest, st.just(name), st.sampled_from(["is_known", "is_unknown"]))
    if not ordered:
        return exact | known
    one_sided = st.builds(FieldTest, st.just(name), st.sampled_from(["at_least", "at_most"]), values)
    return exact | known | one_sided | st.builds(FieldTest, st.just(name), st.just("between"), _pair(values))


MENTIONED = st.sampled_from([*WORDS, "CLOUD", "cloud partner", "STRASSE"])
TESTS = (
    _tests("industry", st.sampled_from(INDUSTRIES), ordered=False)
    | _tests("employees", NUMBERS, ordered=True)
    | _tests("in", NUMBERS, ordered=True)
    | _tests("hiring", st.booleans(), ordered=False)
    | _tests("2024_10", st.booleans(), ordered=False)
    | _tests("last_funding", DAYS, ordered=True)
    | st.builds(
        FieldTest,
        st.just("tech"),
        st.sampled_from(["contains_any", "contains_all"]),
        _listed(st.sampled_from(TOOLS)),
    )
    | st.builds(FieldTest, st.just("tech"), st.sampled_from(["is_known", "is_unknown"]))
    | st.builds(FieldTest, st.just("description"), st.just("mentions"), _listed(MENTIONED))
)
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    TESTS,
    lambda inner: (
        st.builds(AllOf, st.lists(inner, max_size=3).map(tuple))
        | st.builds(AnyOf, st.lists(inner, max_size=3).map(tuple))
        | st.builds(Not, inner)
    ),
    max_leaves=8,
)


def columns_of(rows: Sequence[Row]) -> dict[str, Column]:
    """The rows as columns, encoded by hand."""
    columns: dict[str, Column] = {}
    for name, field in FIELDS.items():
        found = [row[name] for row in rows]
        if field.type in ("category", "text", "set"):
            levels = tuple(dict.fromkeys(value for value in found if value is not None))
            codes = [-1 if value is None else levels.index(value) for value in found]
            columns[name] = Column(field.type, np.array(codes, np.int32), levels)
        elif field.type == "boolean":
            bits = [-1 if value is None else int(value) for value in found]
            columns[name] = Column("boolean", np.array(bits, np.int8))
        elif field.type == "date":
            columns[name] = Column("date", np.array(found, "datetime64[D]"))
        else:
            numbers = [np.nan if value is None else value for value in found]
            columns[name] = Column("number", np.array(numbers, float))
    return columns


def slow_truth(condition: Condition, row: Row) -> bool | None:
    """Kleene's tables, one row at a time: True, False, or None for unknown."""
    match condition:
        case AllOf(parts):
            found = [slow_truth(part, row) for part in parts]
            return False if False in found else None if None in found else True
        case AnyOf(parts):
            found = [slow_truth(part, row) for part in parts]
            return True if True in found else None if None in found else False
        case Not(part):
            inner = slow_truth(part, row)
            return None if inner is None else not inner
        case FieldTest(name, operator, wanted):
            value = row[name]
            if operator in ("is_known", "is_unknown"):
                return (value is None) == (operator == "is_unknown")
            return None if value is None else _slow_test(operator, value, wanted)
    raise AssertionError(condition)


def _slow_test(operator: str, value: Value, wanted: object) -> bool:
    answers = {
        "is": lambda: value == wanted,
        "in": lambda: value in wanted,
        "not_in": lambda: value not in wanted,
        "at_least": lambda: value >= wanted,
        "at_most": lambda: value <= wanted,
        "between": lambda: wanted[0] <= value <= wanted[1],
        "contains_any": lambda: any(tool in value for tool in wanted),
        "contains_all": lambda: all(tool in value for tool in wanted),
        "mentions": lambda: any(f" {_spaced(entry)} " in f" {_spaced(value)} " for entry in wanted),
    }
    return bool(answers[operator]())


def _spaced(text: str) -> str:
    for sign in ",-/":
        text = text.replace(sign, " ")
    return " ".join(text.casefold().split())
