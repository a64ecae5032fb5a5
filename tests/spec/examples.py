"""Profiles for the tests: one written by hand with every section, and any that can be thought of."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from hypothesis import strategies as st

from icp_workbench.conditions.condition import AllOf, AnyOf, Condition, FieldTest, Not
from icp_workbench.spec.model import (
    Data,
    Decided,
    DefinedCase,
    Dissent,
    Evidence,
    FieldDescription,
    Figure,
    IdealCustomerProfile,
    Metadata,
    OpenQuestion,
    Parent,
    Plays,
    Reading,
    Slots,
    SourceFile,
    SpecCriterion,
    Statement,
)

GOLDEN = Path(__file__).parent / "golden"
MOMENT = dt.datetime(2026, 11, 22, 10, 42, tzinfo=dt.UTC)
DIGEST = "sha256:" + "0" * 64

FIELDS = {
    "industry": FieldDescription(
        type="category", grain="account", kind="firmographic", known_before_sale=True
    ),
    "employees": FieldDescription(
        type="number", unit="people", grain="account", kind="firmographic", known_before_sale=True
    ),
    "tech": FieldDescription(type="set", grain="account", kind="technographic", known_before_sale=True),
    "funded": FieldDescription(type="date", grain="account", kind="situation", known_before_sale=True),
    "hiring": FieldDescription(type="boolean", grain="account", kind="situation", known_before_sale=True),
    "about": FieldDescription(type="text", grain="account", kind="other", known_before_sale=True),
}


def criterion(name: str, when: Condition, **changes: object) -> SpecCriterion:
    """A plain ICP criterion."""
    plain = {
        "id": name,
        "verdict": "icp",
        "when": when,
        "missing": "unknown",
        "signal": "fit",
        "points": 50,
        "decided": Decided(at=MOMENT),
        "evidence": Evidence(accounts=12, strength="assumption"),
    }
    return SpecCriterion(**{**plain, **changes})  # type: ignore[arg-type]


def profile(*criteria: SpecCriterion, **changes: object) -> IdealCustomerProfile:
    """A profile of these criteria (one on the industry if none is given)."""
    chosen = criteria or (criterion("industry-saas", FieldTest("industry", "in", ("SaaS",))),)
    plain = {
        "api_version": "icp/v1",
        "schema_version": "1.0",
        "kind": "IdealCustomerProfile",
        "metadata": Metadata(name="acme", version="1.0.0", created=MOMENT, mode="solo"),
        "statement": Statement(text="We win best with SaaS companies."),
        "data": Data(book="acme", files=[SourceFile(table="accounts", rows=40, rejected=0, digest=DIGEST)]),
        "fields": FIELDS,
        "criteria": list(chosen),
    }
    return IdealCustomerProfile(**{**plain, **changes})  # type: ignore[arg-type]


# Texts YAML and TOML bite with, and any others a file can hold.
BITING = (
    "NO", "no", "y", "on", "~", "null", "1.10", "1_000", "012", "0o14", "0x1F", "12:30:45", "1e3", ".5",
    "-", "- a", "a: b", "a #b", "#a", "'a'", '"a"', "\\", "{a}", "[a]", "&a", "*a", "!a", "|", ">", "%a",
    "@a", "`a`", "<<", "=", "2025-06-01", "true", " a", "a ", "a\nb", "a\tb", "a\r\nb", "\u2028", "\x85",
    "日本語", "e\u0301", "\U0001f600", "\u202egpj", "[/]", "\x1b[31m", "?", "? a", ",", "nan", ".inf", "---",
    "...", "\ufeffa", "x" * 200, "w " * 90,
)  # fmt: skip
texts = st.sampled_from(BITING) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30
)
lines = texts.filter(bool)
numbers = st.integers(-(10**12), 10**12) | st.floats(-1e9, 1e9, allow_nan=False).map(lambda x: round(x, 6))
days = st.dates(dt.date(1970, 1, 1), dt.date(2100, 1, 1))
moments = st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2100, 1, 1), timezones=st.just(dt.UTC))
counts = st.integers(0, 10**9)


def some(values: st.SearchStrategy) -> st.SearchStrategy:
    """A tuple of one to three."""
    return st.lists(values, min_size=1, max_size=3).map(tuple)


tests = st.one_of(
    st.builds(FieldTest, st.just("industry"), st.sampled_from(["in", "not_in"]), some(texts)),
    st.builds(FieldTest, st.just("industry"), st.just("is"), texts),
    st.builds(FieldTest, st.just("employees"), st.sampled_from(["at_least", "at_most", "is"]), numbers),
    st.builds(
        FieldTest,
        st.just("employees"),
        st.just("between"),
        st.tuples(numbers, numbers).map(sorted).map(tuple),
    ),
    st.builds(FieldTest, st.just("tech"), st.sampled_from(["contains_any", "contains_all"]), some(texts)),
    st.builds(FieldTest, st.just("funded"), st.sampled_from(["at_least", "at_most", "is"]), days),
    st.builds(FieldTest, st.just("hiring"), st.just("is"), st.booleans()),
    st.builds(FieldTest, st.just("about"), st.just("mentions"), some(texts)),
    st.builds(FieldTest, st.sampled_from(list(FIELDS)), st.sampled_from(["is_known", "is_unknown"])),
)
conditions = st.recursive(
    tests,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: AllOf(tuple(parts))),
        st.lists(inner, max_size=3).map(lambda parts: AnyOf(tuple(parts))),
        st.builds(Not, inner),
    ),
    max_leaves=5,
)
figures = st.none() | st.floats(-1e9, 1e9, allow_nan=False)
evidence = st.builds(
    Evidence,
    accounts=counts | st.sampled_from(["<5", "all but <5"]),
    strength=st.sampled_from(["confirmed", "suggestive", "assumption", "contradicted"]),
    looks=st.none() | counts,
    metrics=st.dictionaries(
        lines,
        st.builds(
            Figure,
            estimate=figures,
            low=figures,
            n=st.none() | counts,
            verdict=st.sampled_from(["better", "none"]),
            effect=st.dictionaries(lines, st.floats(0, 9), max_size=2),
            reason=texts,
        ),
        max_size=2,
    ),
    known_by_people=st.dictionaries(lines, counts, max_size=2),
)
decisions = st.builds(
    Decided,
    at=moments,
    votes=st.dictionaries(lines, counts, max_size=2),
    dissent=st.lists(st.builds(Dissent, function=lines, note=texts), max_size=2),
)


@st.composite
def profiles(draw: st.DrawFn) -> IdealCustomerProfile:
    """Any profile a file can hold."""
    verdicts = draw(st.lists(st.sampled_from(["icp", "ok_if", "anti_icp"]), min_size=1, max_size=3))
    criteria = [
        criterion(
            f"criterion-{at}",
            draw(conditions),
            verdict=verdict,
            missing=draw(st.sampled_from(["unknown", "match", "no_match"])),
            points=draw(st.none() | st.integers(0, 1000)),
            required=verdict == "icp" and draw(st.booleans()),
            disqualify=verdict == "anti_icp" and draw(st.booleans()),
            reason=draw(texts),
            decided=draw(decisions),
            evidence=draw(st.none() | evidence),
        )
        for at, verdict in enumerate(verdicts)
    ]
    described = dict(FIELDS)
    described["derived"] = FieldDescription(
        type="boolean",
        grain="account",
        kind="observed",
        known_before_sale=True,
        source=draw(lines),
        definition=draw(conditions),
        crm={draw(lines): draw(texts)},
        reading=Reading(blank=draw(st.lists(texts, max_size=2)), groups={draw(lines): [draw(texts)]}),
    )
    described["by cases"] = FieldDescription(
        type="category",
        grain="account",
        kind="observed",
        known_before_sale=True,
        cases=draw(st.lists(st.builds(DefinedCase, value=lines, when=conditions), min_size=1, max_size=3)),
        otherwise=draw(st.none() | st.just("industry")),
        note=draw(texts),
    )
    metadata = Metadata(
        name=draw(lines),
        version="2.0.1",
        created=draw(moments),
        review_by=draw(days),
        owner=draw(texts),
        mode="solo",
        parent=Parent(version="2.0.0", digest=DIGEST),
        summary_of_changes=draw(texts),
    )
    statement = Statement(
        text=draw(texts), edited=draw(st.booleans()), slots=Slots(pain=draw(texts), stage=draw(texts))
    )
    plays = Plays(
        positioning=draw(texts),
        messages=draw(st.lists(texts, max_size=2)),
        motions={draw(lines): draw(texts)},
        customer_success_priorities=draw(st.lists(lines, max_size=2)),
    )
    questions = draw(st.lists(st.builds(OpenQuestion, question=lines, by=st.none() | days), max_size=2))
    return profile(
        *criteria,
        fields=described,
        metadata=metadata,
        statement=statement,
        plays=plays,
        open_questions=questions,
    )
