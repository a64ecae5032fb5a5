"""A spec as plain text for a person."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from icp_workbench.conditions.wording import in_words
from icp_workbench.render.dates import day, period
from icp_workbench.render.figures import count, counted, figure, interval
from icp_workbench.render.tables import plain_table
from icp_workbench.render.text import printable
from icp_workbench.render.verdicts import verdict_text
from icp_workbench.spec.digest import digest_note
from icp_workbench.spec.files import read_spec
from icp_workbench.spec.model import Figure, IdealCustomerProfile, ProfileCoverage, SpecCriterion, content_of
from icp_workbench.spec.reading import fields_of

_WIDTH = 96
_HEADINGS = {"icp": "ICP", "ok_if": "OK-if", "anti_icp": "Anti-ICP"}
_SLOTS = {
    "stage": "Stage",
    "pain": "Pain",
    "buyer_context": "Buyer context",
    "operating_gap": "Operating gap",
    "reason_to_act": "Reason to act",
}


def show(profile: IdealCustomerProfile) -> str:
    """Statement, criteria with their evidence, data and lineage; every line safe for a terminal."""
    lines = [*_head(profile), "", *_statement(profile)]
    for criterion in profile.criteria:
        lines += ["", *_criterion(profile, criterion)]
    if derived := list(_derived(profile)):
        lines += ["", "Derived attributes", *derived]
    lines += ["", *_data(profile)]
    if note := digest_note(profile):
        lines += ["", note]
    return "\n".join(printable(line) for line in lines)


def validate(path: Path) -> list[str]:
    """Notes on a spec file that is right: whether it was changed by hand. WorkbenchError as `read_spec`."""
    note = digest_note(read_spec(path))
    return [note] if note else []


def _head(profile: IdealCustomerProfile) -> Iterator[str]:
    about = profile.metadata
    yield f"{about.name} {about.version} ({about.status})"
    facts = [f"saved {day(about.created.date())}"]
    if about.review_by:
        facts.append(f"review by {day(about.review_by)}")
    if about.owner:
        facts.append(f"owner {about.owner}")
    facts.append(f"after {about.parent.version}" if about.parent else "the first version")
    yield ", ".join(facts)
    if about.summary_of_changes:
        yield f"Changes: {about.summary_of_changes}"


def _statement(profile: IdealCustomerProfile) -> Iterator[str]:
    yield from _wrapped(profile.statement.text)
    for name, label in _SLOTS.items():
        if text := getattr(profile.statement.slots, name):
            yield f"  {label}: {text}"


def _criterion(profile: IdealCustomerProfile, criterion: SpecCriterion) -> Iterator[str]:
    fields = fields_of(content_of(profile)["fields"])
    facts = [_HEADINGS[criterion.verdict], criterion.signal]
    facts += [f"{criterion.points} points"] if criterion.points is not None else []
    facts += ["required"] if criterion.required else []
    facts += ["disqualifies"] if criterion.disqualify else []
    yield f"{criterion.id}  [{', '.join(facts)}]"
    yield f"  {in_words(criterion.when, fields)}; a blank counts as {criterion.missing.replace('_', ' ')}"
    if criterion.reason:
        yield f"  Reason: {criterion.reason}"
    evidence = criterion.evidence
    if evidence is None:
        return
    accounts = count(evidence.accounts) if isinstance(evidence.accounts, int) else evidence.accounts
    looks = f" after {count(evidence.looks)} looks" if evidence.looks is not None else ""
    yield f"  {accounts} accounts; {evidence.strength}{looks}"
    if evidence.metrics:
        rows = [_figures(name, one) for name, one in evidence.metrics.items()]
        table = plain_table(["metric", "here", "95 %", "n", "rest", "verdict"], rows, right=(1, 2, 3, 4))
        yield from (f"    {line}" for line in table.splitlines())


def _derived(profile: IdealCustomerProfile) -> Iterator[str]:
    fields = fields_of(content_of(profile)["fields"])
    for name, described in profile.fields.items():
        if described.definition is not None:
            yield f"  {name}: yes where {in_words(described.definition, fields)}"
        for case in described.cases:
            yield f"  {name}: {case.value} where {in_words(case.when, fields)}"
        if described.otherwise:
            yield f"  {name}: else what {described.otherwise} says"
        if described.note:
            yield f"  {name}: {described.note}"


def _figures(name: str, one: Figure) -> list[str]:
    unit = one.unit
    return [
        name.replace("_", " "),
        figure(one.estimate, unit),
        interval(one.low, one.high, unit),
        count(one.n),
        figure(one.rest, unit),
        verdict_text(one.verdict),
    ]


def _data(profile: IdealCustomerProfile) -> Iterator[str]:
    data = profile.data
    tables = ", ".join(f"{file.table} ({count(file.rows)} rows)" for file in data.files)
    yield f"Data: {data.book}" + (f": {tables}" if tables else "")
    if data.period:
        yield f"  outcomes {period(data.period.from_, data.period.to)}, as of {day(data.as_of)}"
    elif data.as_of:
        yield f"  as of {day(data.as_of)}"
    if data.coverage is not None and data.coverage.accounts is not None:
        yield _covered(data.coverage)


def _covered(coverage: ProfileCoverage) -> str:
    accounts = coverage.accounts
    shown = counted(accounts, "account") if isinstance(accounts, int) else f"{accounts} accounts"
    return f"  the profile covers {shown}, {figure(coverage.share_of_accounts, 'share')} of all"


def _wrapped(text: str) -> Iterator[str]:
    import textwrap

    yield from textwrap.wrap(" ".join(text.split()), _WIDTH)
