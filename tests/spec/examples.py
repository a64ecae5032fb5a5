"""Profiles for the tests: one written by hand with every section, and any that can be thought of."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from hypothesis import strategies as st

from icp_workbench.conditions.condition import AllOf, AnyOf, Condition, FieldTest, Not
from icp_workbench.spec.model import (
    SCHEMA_VERSION,
    AcceptedCheck,
    Backtest,
    Data,
    Decided,
    DefinedCase,
    Dissent,
    Evidence,
    FieldDescription,
    Figure,
    GradeFigures,
    Grades,
    HypothesisRecord,
    IdealCustomerProfile,
    Metadata,
    Migrated,
    OpenQuestion,
    Parent,
    Part,
    Period,
    Plays,
    ProfileCoverage,
    Reading,
    Slots,
    SourceFile,
    SpecCriterion,
    Statement,
    TestedAs,
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
zones = st.sampled_from(
    [dt.UTC, dt.timezone(dt.timedelta(hours=5, minutes=30)), dt.timezone(-dt.timedelta(hours=8))]
)
moments = st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2100, 1, 1), timezones=zones)
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
# Of others: kept on rewrite, as text, since nothing says what it is.
strangers = st.dictionaries(
    texts.map(lambda text: f"x-{text}"),
    texts | st.lists(texts, max_size=2) | st.dictionaries(lines, texts, max_size=2),
    max_size=1,
)


def made(part: type[Part], **keys: st.SearchStrategy) -> st.SearchStrategy:
    """Any part of a spec with these keys, and with keys of others."""
    return st.tuples(st.fixed_dictionaries({}, optional=keys), strangers).map(
        lambda found: part.model_validate({**found[0], **found[1]})
    )


def required(
    part: type[Part], needed: dict[str, st.SearchStrategy], **keys: st.SearchStrategy
) -> st.SearchStrategy:
    """The same of a part some keys of which must be there."""
    return st.tuples(st.fixed_dictionaries(needed, optional=keys), strangers).map(
        lambda found: part.model_validate({**found[0], **found[1]})
    )


figures = st.none() | st.floats(-1e9, 1e9, allow_nan=False)
accounts = counts | st.sampled_from(["<5", "all but <5", "withheld"])
votes = st.dictionaries(lines, counts, max_size=2)
few_texts = st.lists(texts, max_size=2)
figure_parts = required(
    Figure,
    {"verdict": st.sampled_from(["better", "worse", "similar", "unclear", "too_few", "none"])},
    **{name: figures for name in ("estimate", "low", "high", "average", "rest", "difference")},
    **{name: figures for name in ("difference_low", "difference_high", "p_value", "q_value")},
    unit=st.none() | texts,
    n=st.none() | counts,
    accounts=st.none() | counts,
    effect=st.dictionaries(lines, st.floats(0, 9), max_size=2),
    reason=texts,
)
evidence = required(
    Evidence,
    {
        "accounts": accounts,
        "strength": st.sampled_from(["confirmed", "suggestive", "assumption", "contradicted"]),
    },
    looks=st.none() | counts,
    metrics=st.dictionaries(lines, figure_parts, max_size=2),
    known_by_people=votes,
)
decisions = required(
    Decided,
    {"at": moments},
    votes=votes,
    dissent=st.lists(required(Dissent, {"function": lines}, note=texts), max_size=2),
)
readings = made(
    Reading,
    date_order=st.sampled_from(["D/M/Y", "M/D/Y"]),
    decimal_mark=st.sampled_from([".", ","]),
    separator=texts,
    scale=st.floats(1e-6, 1e6),
    blank=few_texts,
    kept=few_texts,
    groups=st.dictionaries(lines, few_texts, max_size=2),
)
metadatas = required(
    Metadata,
    {"name": lines, "version": st.sampled_from(["0.0.1", "2.0.1", "10.20.30"]), "created": moments,
     "mode": st.sampled_from(["workshop", "solo"])},
    status=st.sampled_from(["draft", "published"]),
    digest=st.none() | st.just(DIGEST),
    parent=st.none() | required(Parent, {"version": st.just("2.0.0"), "digest": st.just(DIGEST)}),
    review_by=st.none() | days,
    owner=texts,
    participants=votes,
    summary_of_changes=texts,
    migrated=st.lists(required(Migrated, {"from": st.just("1.0"), "digest": st.just(DIGEST)}), max_size=2),
)  # fmt: skip
datas = required(
    Data,
    {"book": lines},
    as_of=st.none() | days,
    period=st.none() | required(Period, {"from": days, "to": days}),
    files=st.lists(
        required(SourceFile, {"table": lines, "rows": counts, "rejected": counts, "digest": st.just(DIGEST)}),
        max_size=2,
    ),
    joins=few_texts,
    average_customer=st.dictionaries(lines, numbers.map(float), max_size=3),
    coverage=st.none()
    | made(
        ProfileCoverage,
        accounts=st.none() | accounts,
        share_of_accounts=figures,
        share_of_won_revenue=figures,
        share_of_churned=figures,
        anti_accounts=st.none() | accounts,
    ),
    ideal_customer=st.dictionaries(lines, figure_parts, max_size=2),
)
plays = st.none() | made(
    Plays,
    positioning=texts,
    messages=few_texts,
    channels=few_texts,
    motions=st.dictionaries(lines, texts, max_size=2),
    discovery_questions=few_texts,
    customer_success_priorities=few_texts,
)
grade_figures = required(GradeFigures, {"accounts": accounts}, win_rate=figures, low=figures, high=figures)
grades = st.none() | made(
    Grades,
    fit=st.dictionaries(lines, numbers.map(float), max_size=3),
    problem=votes,
    backtest=st.none()
    | required(
        Backtest,
        {"method": lines},
        trained_to=st.none() | days,
        grades=st.dictionaries(lines, grade_figures, max_size=2),
    ),
)
hypotheses = required(
    HypothesisRecord,
    {"claim": lines,
     "verdict": st.sampled_from(["supported", "contradicted", "no_difference", "unclear", "too_few"])},
    by=texts,
    tested_as=st.none()
    | required(
        TestedAs,
        {"when": conditions, "metric": lines, "direction": st.sampled_from(["better", "worse"])},
    ),
)  # fmt: skip
questions = required(OpenQuestion, {"question": lines}, owner=texts, by=st.none() | days)
checks = required(AcceptedCheck, {"check": st.sampled_from(["ICP001", "ICP016"]), "note": lines})
statements = required(
    Statement,
    {"text": texts},
    edited=st.booleans(),
    slots=made(Slots, **{name: texts for name in Slots.model_fields}),
)


@st.composite
def profiles(draw: st.DrawFn) -> IdealCustomerProfile:
    """Any profile a file can hold, every key of the model among them."""
    verdicts = draw(st.lists(st.sampled_from(["icp", "ok_if", "anti_icp"]), min_size=1, max_size=3))
    criteria = [
        criterion(
            f"criterion-{at}",
            draw(conditions),
            verdict=verdict,
            missing=draw(st.sampled_from(["unknown", "match", "no_match"])),
            signal=draw(st.sampled_from(["fit", "economic", "retention", "buying", "situation"])),
            points=draw(st.none() | st.integers(0, 1000)),
            required=verdict == "icp" and draw(st.booleans()),
            disqualify=verdict == "anti_icp" and draw(st.booleans()),
            reason=draw(texts),
            decided=draw(decisions),
            evidence=draw(st.none() | evidence),
            **draw(strangers),
        )
        for at, verdict in enumerate(verdicts)
    ]
    described = dict(FIELDS)
    described["derived"] = FieldDescription(
        type="boolean",
        grain="account",
        kind="observed",
        known_before_sale=draw(st.booleans()),
        unit=draw(st.none() | texts),
        source=draw(st.none() | lines),
        definition=draw(st.none() | conditions),
        crm={draw(lines): draw(texts)},
        reading=draw(st.none() | readings),
        **draw(strangers),
    )
    described["by cases"] = FieldDescription(
        type="category",
        grain="account",
        kind="observed",
        known_before_sale=True,
        cases=draw(
            st.lists(required(DefinedCase, {"value": lines, "when": conditions}), min_size=1, max_size=3)
        ),
        otherwise=draw(st.none() | st.just("industry")),
        note=draw(texts),
    )
    return profile(
        *criteria,
        fields=described,
        metadata=draw(metadatas),
        statement=draw(statements),
        data=draw(datas),
        plays=draw(plays),
        grades=draw(grades),
        hypotheses=draw(st.lists(hypotheses, max_size=2)),
        open_questions=draw(st.lists(questions, max_size=2)),
        accepted_checks=draw(st.lists(checks, max_size=2)),
        schema_version=draw(st.sampled_from(["1.0", "1.1", SCHEMA_VERSION])),
        **draw(strangers),
    )


@st.composite
def mutated_specs(draw: st.DrawFn) -> tuple[str, str]:
    """The suffix and text of a golden file with up to four pieces put in, or put in place of others."""
    suffix = draw(st.sampled_from(["yaml", "toml"]))
    text = (GOLDEN / f"acme-core-3.1.0.icp.{suffix}").read_text("utf-8")
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        end = at + draw(st.sampled_from([0, 0, 1, 2, 30]))
        piece = draw(st.sampled_from([*BITING, "{", "}", "\n", "  ", "!!", "&a ", "*a", "[[", '"""', "="]))
        text = text[:at] + piece + text[end:]
    return suffix, text
