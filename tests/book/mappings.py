"""Mappings made by hypothesis: every decision a book file can hold."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from hypothesis import strategies as st

from icp_workbench.book.book_file.remembered import OBEYED_COLUMN_ROLES, OBEYED_TABLE_ROLES
from icp_workbench.book.mapping import (
    BookMapping,
    ColumnMapping,
    CustomMetric,
    JoinMapping,
    TableMapping,
)
from icp_workbench.book.observed import (
    Bins,
    Expression,
    Groups,
    ObservedAttribute,
    SecondFile,
    Tag,
    Words,
)
from icp_workbench.book.raw import ReadAs
from icp_workbench.conditions.condition import AllOf, AnyOf, FieldTest, Not

# Whatever a header or a value may be: other scripts, controls, YAML's own signs; no lone surrogates.
texts = st.one_of(
    st.sampled_from(
        ["no", "NO", "~", "1.10", "2026-01-01", "a: b", "- x", "# y", "{z}", "<<", "*a", "=", "y"]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12),
    st.text("ab \n\t\"'\\\u2028\x85\ufeff\x7f", min_size=1, max_size=6),
    st.just("long " * 300),
)
numbers = st.floats(allow_nan=False, allow_infinity=False)
several = st.lists(texts, max_size=3, unique=True).map(tuple)
some = st.lists(texts, min_size=1, max_size=3, unique=True).map(tuple)
days = st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1))
_COLUMN_NAMES = tuple(
    name for name in ColumnMapping.__dataclass_fields__ if name not in ("levels", "guessed")
)


def maybe(values: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    """A value or None."""
    return st.none() | values


@st.composite
def columns(draw: st.DrawFn) -> ColumnMapping:
    """A column, some of it decided and some guessed; only guesses that may be obeyed."""
    column = ColumnMapping(
        role=draw(maybe(st.sampled_from(["id", "name", "attribute", "outcome", "date", "text", "ignore"]))),
        part=draw(maybe(texts.filter(lambda text: "flag" not in text))),
        type=draw(maybe(st.sampled_from(["category", "number", "boolean", "set", "date", "identifier"]))),
        kind=draw(maybe(st.sampled_from(["firmographic", "situation", "other"]))),
        name=draw(maybe(texts)),
        unit=draw(maybe(texts)),
        scale=draw(maybe(numbers.filter(bool))),
        date_order=draw(maybe(st.sampled_from(["D/M/Y", "M/D/Y"]))),
        decimal_mark=draw(maybe(st.sampled_from([".", ","]))),
        separator=draw(maybe(texts)),
        blank=draw(several),
        kept=draw(several),
        groups=draw(st.dictionaries(texts, some, max_size=2)),
        levels=draw(several),
    )
    could = [name for name in _COLUMN_NAMES if getattr(column, name) and name != "unit"]
    guessed = set(draw(st.lists(st.sampled_from(could), unique=True))) if could else set()
    if column.role not in OBEYED_COLUMN_ROLES:
        guessed.discard("role")
    return replace(column, guessed=frozenset(guessed))


@st.composite
def tables(draw: st.DrawFn) -> TableMapping:
    """A table, as `columns`."""
    role = draw(maybe(st.sampled_from(["accounts", "deals", "subscriptions", "lookup", "unused"])))
    key = draw(maybe(texts))
    joins = draw(st.lists(st.builds(JoinMapping, texts, texts, texts), max_size=2).map(tuple))
    could = {"role": role in OBEYED_TABLE_ROLES, "key": bool(key), "joins": bool(joins)}
    return TableMapping(
        role=role,
        file=draw(maybe(texts)),
        key=key,
        read=draw(
            st.builds(
                ReadAs,
                delimiter=st.sampled_from(["", ",", ";", "\t", "|"]),
                encoding=st.sampled_from(["", "cp1252"]),
                header_line=maybe(st.integers(1, 10**6)),
                reinclude=st.frozensets(st.integers(1, 10**9), max_size=3),
            )
        ),
        duplicates=draw(maybe(st.sampled_from(["refuse", "first", "last"]))),
        joins=joins,
        accepted=draw(st.dictionaries(texts, st.dictionaries(texts, texts, max_size=3), max_size=2)),
        columns=draw(st.dictionaries(texts, columns(), max_size=4)),
        guessed=frozenset(name for name, may in could.items() if may and draw(st.booleans())),
    )


# What conditions ask of text fields whose type the file does not know stays as it stands there: text.
tests = st.one_of(
    st.builds(FieldTest, texts, st.just("in"), some),
    st.builds(FieldTest, texts, st.sampled_from(["is", "at_least"]), texts),
    st.builds(FieldTest, texts, st.just("is_known")),
    st.builds(FieldTest, texts, st.just("mentions"), some),
)
conditions = st.recursive(
    tests,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: AllOf(tuple(parts))),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: AnyOf(tuple(parts))),
        inner.map(Not),
    ),
    max_leaves=5,
)
definitions = st.one_of(
    st.builds(Bins, texts, st.lists(numbers, min_size=1, max_size=3).map(tuple), several),
    st.builds(Groups, texts, st.dictionaries(texts, some, max_size=2), maybe(texts)),
    st.builds(Words, texts, some),
    st.builds(Expression, conditions),
    st.builds(Tag, several),
    st.builds(SecondFile, texts, texts, maybe(texts), st.dictionaries(texts, texts, max_size=2)),
)
metrics = st.builds(
    CustomMetric, texts, texts, texts, st.sampled_from(["share", "median", "ratio", "survival"]),
    st.sampled_from(["higher", "lower"]), texts, texts, maybe(texts), maybe(texts), maybe(texts),
    maybe(numbers), numbers, st.booleans(), maybe(st.sampled_from(["sells", "succeeds", "pays"])),
)  # fmt: skip


@st.composite
def mappings(draw: st.DrawFn) -> BookMapping:
    """Everything that may be decided about a book."""
    churn = draw(maybe(texts))
    stages = draw(st.dictionaries(texts, st.sampled_from(["won", "lost", "open", "neither"]), max_size=4))
    return BookMapping(
        churn_source=churn,
        tables=draw(st.dictionaries(texts, tables(), max_size=3)),
        stages=stages,
        as_of=draw(maybe(days)),
        period=draw(maybe(st.tuples(maybe(days), maybe(days)))),
        currency=draw(maybe(texts)),
        rates=draw(st.dictionaries(texts, numbers, max_size=2)),
        margins=draw(st.dictionaries(texts, numbers, max_size=2)),
        metrics=tuple({one.name: one for one in draw(st.lists(metrics, max_size=2))}.values()),
        observed=tuple(
            ObservedAttribute(name, *draw(st.tuples(definitions, texts, texts, st.booleans())))
            for name in draw(several)
        ),
        market=draw(maybe(texts)),
        presets=draw(several),
        guessed=frozenset({"churn_source"} if churn and draw(st.booleans()) else ()),
        guessed_stages=frozenset(label for label in stages if draw(st.booleans())),
    )
