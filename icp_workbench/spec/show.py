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
from icp_workbench.spec.show_written import ideal_lines, play_lines, statement_lines
from icp_workbench.spec.statement.because import known_in_words
from icp_workbench.spec.units import with_units

_HEADINGS = {"icp": "ICP", "ok_if": "OK-if", "anti_icp": "Anti-ICP"}


def show(profile: IdealCustomerProfile) -> str:
    """Statement, the ideal against the average, criteria with their evidence, plays, data and lineage; every
    line safe for a terminal."""
    lines = [*_head(profile), "", *statement_lines(profile)]
    if ideal := list(ideal_lines(profile)):
        lines += ["", *ideal]
    for criterion in profile.criteria:
        lines += ["", *_criterion(profile, criterion)]
    if derived := list(_derived(profile)):
        lines += ["", "Derived attributes", *derived]
    if plays := list(play_lines(profile)):
        lines += ["", "What each team does with it", *plays]
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
    accounts = (
        f"{count(evidence.accounts) if isinstance(evidence.accounts, int) else evidence.accounts} accounts"
    )
    if evidence.accounts == "withheld":
        accounts = "number of accounts withheld: beside others it would give a group under five away"
    looks = f" after {count(evidence.looks)} looks" if evidence.looks is not None else ""
    yield f"  {accounts}; {evidence.strength}{looks}"
    if known := known_in_words(evidence.known_by_people):
        yield f"  Known by people: {known}"
    if evidence.metrics:
        rows = [_figures(name, one) for name, one in with_units(evidence.metrics).items()]
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
