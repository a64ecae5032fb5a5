"""Minutes of a workshop as Markdown: what was believed, found, decided and left open. Confidential: they name
people and accounts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from icp_workbench.conditions.condition import Condition
from icp_workbench.conditions.expression import to_text
from icp_workbench.errors import WorkbenchError
from icp_workbench.render.dates import day
from icp_workbench.render.figures import counted
from icp_workbench.render.tables import markdown_table, markdown_text
from icp_workbench.spec.criterion import Criterion
from icp_workbench.spec.model import IdealCustomerProfile
from icp_workbench.spec.statement.slots import slots_of
from icp_workbench.spec.statement.versions import fields_in
from icp_workbench.workshop.agenda.agenda import Agenda
from icp_workbench.workshop.deliberation.records import (
    NOTE_KINDS,
    Hypothesis,
    Question,
    function_words,
)
from icp_workbench.workshop.deliberation.wording import BUILT_WORDS, CHOICE_WORDS
from icp_workbench.workshop.events import Event
from icp_workbench.workshop.journal import FILE, readable_part
from icp_workbench.workshop.log import LogLine, log_line
from icp_workbench.workshop.room_record import dissent_on, votes_in_words
from icp_workbench.workshop.session import replay
from icp_workbench.workshop.state import Workshop

CONFIDENTIAL = "**Confidential.** These minutes name people and accounts: they stay in the company."
_ASKED = {
    "buys": "Do they buy?",
    "stays": "Do they stay?",
    "expands": "Do they expand?",
    "pays": "Do they pay?",
}
_TITLES = (("icp", "ICP"), ("ok_if", "OK-if"), ("anti_icp", "Anti-ICP"))


@dataclass(frozen=True, slots=True)
class Told:
    """A session as its journal tells it: the state it is in, the log, and how many lines were unreadable."""

    state: Workshop
    log: tuple[LogLine, ...]
    lost: int


def told_by(folder: Path) -> Told:
    """What a session's journal tells, read and left as it is; of a damaged one the good part. WorkbenchError
    where there is none."""
    try:
        content = (folder / FILE).read_bytes()
    except OSError:
        raise WorkbenchError(
            "No such session",
            f"There is no session in {folder}.",
            "Name a session of the sessions folder (--sessions), or its folder.",
        ) from None
    found, _, lost = readable_part(folder / FILE, content)
    times = iter([at for at, _ in found])
    log: list[LogLine] = []

    def heard(before: Workshop, event: Event) -> None:
        line = log_line(before, event, next(times))
        if line is not None:
            log.append(line)

    return Told(replay([event for _, event in found], heard), tuple(log), lost)


def minutes(told: Told, newest: IdealCustomerProfile | None = None) -> str:
    """The minutes as Markdown. `newest` is the newest version, if it can be read: its statement is told, and
    what the statement leaves open."""
    state = told.state
    lines = [f"# Minutes: {_t(state.name or 'workshop')}", "", CONFIDENTIAL, ""]
    if told.lost:
        lost = counted(told.lost, "line")
        lines += [f"The journal is damaged: {lost} at its end could not be read and are missing here.", ""]
    if told.log:
        first, last = told.log[0].at, told.log[-1].at
        when = day(first.date()) + ("" if first.date() == last.date() else f" to {day(last.date())}")
        lines += [f"{when} · book {_t(state.book)} · {state.mode}. Times are UTC.", ""]
    for section in (_room, _believed, _found, _decided):
        lines += section(state)
    if newest is not None and newest.statement.text:
        lines += ["### In one breath", "", f"> {_t(newest.statement.text)}", ""]
    lines += [*_known(state), *_open(state, newest), *_versions(state)]
    lines += _log(told.log)
    return "\n".join(lines).rstrip() + "\n"


def _room(state: Workshop) -> Iterator[str]:
    people = state.deliberation.participants
    if people:
        yield from ("## Who was there", "")
        rows = [(one.name or "–", function_words(one.function)) for one in people]
        yield from (markdown_table(["Name", "Function"], rows).rstrip(), "")
    if state.agenda is not None:
        yield from (f"## Agenda: {_t(state.agenda.name)}", "")
        yield from (_agenda(state.agenda).rstrip(), "")


def _agenda(agenda: Agenda) -> str:
    rows = []
    for at, item in enumerate(agenda.items):
        given = item.minutes + agenda.extra[at]
        took = "skipped" if agenda.skipped[at] else f"{round(agenda.spent[at] / 60)}"
        rows.append((item.title, str(given), took))
    return markdown_table(["Item", "Minutes given", "Minutes taken"], rows)


def _believed(state: Workshop) -> Iterator[str]:
    stated, hypotheses = state.beliefs.stated, state.beliefs.hypotheses
    yield from ("## What was believed", "")
    if not stated.words and not hypotheses:
        yield from ("Nothing was written down before the data.", "")
        return
    if stated.words:
        tested = f" – as a condition: {_code(stated.when)}" if stated.when is not None else ""
        yield from (f"Whom we said we want: {_t(stated.words)}{tested}", "")
    for one in hypotheses:
        by = f" ({function_words(one.by)})" if one.by else ""
        yield f"- {_t(one.claim)}{by}: {_tested(one)}"
    yield from ([""] if hypotheses else [])


def _tested(one: Hypothesis) -> str:
    if one.when is None:
        return "never turned into a condition"
    metric = one.metric.replace("_", " ") or "every core metric"
    late = f", typed after {counted(one.looks, 'look')}" if one.looks else ""
    return f"{_code(one.when)} is {one.direction} by {metric}{late}"


def _found(state: Workshop) -> Iterator[str]:
    if state.reveal is None:
        if state.beliefs.hypotheses:
            yield from ("## What was found", "", "The hypotheses were never held against the data.", "")
        return
    yield from ("## What was found", "")
    for finding in state.reveal.findings:
        claim = state.beliefs.hypothesis(finding.hypothesis).claim
        yield f"- **{_t(claim)}** – {finding.verdict} ({finding.strength}). {_t(finding.sentence)}"
    for untested in (one for one in state.beliefs.hypotheses if one.when is None):
        yield f"- **{_t(untested.claim)}** – not tested: it was never turned into a condition."
    if state.reveal.findings or state.beliefs.hypotheses:
        yield ""
    if state.reveal.stated:
        yield from ("Whom we said we want, against everyone else:", "")
        for figure in state.reveal.stated:
            yield f"- {_ASKED[figure.question]} {figure.verdict.replace('_', ' ')}. {_t(figure.sentence)}"
        yield ""


def _decided(state: Workshop) -> Iterator[str]:
    yield from ("## What was decided", "")
    for verdict, title in _TITLES:
        of_kind = [one for one in state.criteria if one.verdict == verdict]
        if of_kind:
            yield from (f"### {title}", "")
            for criterion in of_kind:
                yield from _criterion(state, criterion)
            yield ""
    parked = [one for one in state.deliberation.decisions if one.verdict == "parked"]
    if parked:
        yield from ("### Parked", "")
        for decision in parked:
            candidate = state.deliberation.candidate(decision.candidate)
            what = _code(candidate.when) if candidate is not None else ""
            yield f"- **{_t(decision.candidate)}** {what}".rstrip()
            yield from _about(state, decision.candidate, "parked")
        yield ""
    if not state.criteria and not parked:
        yield from ("Nothing was decided.", "")


def _criterion(state: Workshop, criterion: Criterion) -> Iterator[str]:
    binding = ", required" if criterion.required else ", disqualifies" if criterion.disqualify else ""
    yield f"- **{_t(criterion.id)}** {_code(criterion.when)} ({criterion.signal}{binding})"
    yield from _about(state, criterion.id, criterion.verdict, criterion.reason)


def _about(state: Workshop, name: str, verdict: str, reason: str = "") -> Iterator[str]:
    said = state.deliberation
    decision = said.decision_on(name)
    reason = reason or (decision.reason if decision is not None else "")
    if reason:
        yield f"  - why: {_t(reason)}"
    if decision is not None:
        owner = f"{_t(decision.owner)}, " if decision.owner else ""
        yield f"  - owner: {owner or 'nobody, '}confidence {decision.confidence}"
    if name in said.opened:
        for ballot in said.ballots_on(name):
            split = ", ".join(f"{many} {CHOICE_WORDS[choice]}" for choice, many in ballot.votes if many)
            yield f"  - votes of {function_words(ballot.function)}: {split}"
    elif said.ballots_on(name):
        yield f"  - votes never opened: {votes_in_words(said, name)}"
    for function, note in dissent_on(said, name, verdict):
        yield f"  - dissent, {function_words(function)}: {_t(note)}"
    readiness = said.readiness_for(name)
    if readiness is not None:
        note = f": {_t(readiness.note)}" if readiness.note else ""
        yield f"  - are we built to serve it? {BUILT_WORDS[readiness.answer]}{note}"


def _known(state: Workshop) -> Iterator[str]:
    said = state.deliberation
    if not said.notes and not said.disputes:
        return
    yield from ("## What people know", "")
    for about in dict.fromkeys(note.about for note in said.notes):
        yield from (f"### {_t(about) or 'In general'}", "")
        for kind in NOTE_KINDS:
            for known in (one for one in said.notes_on(about) if one.kind == kind):
                words = f" “{_t(known.words)}”" if known.words else ""
                by = f" ({function_words(known.by)})" if known.by else ""
                yield f"- {kind}: {_t(known.text)}{words}{by}"
        yield ""
    if said.disputes:
        yield from ("### Disputed accounts", "")
        for one in said.disputes:
            note = f": {_t(one.note)}" if one.note else ""
            wanted, regretted = function_words(one.wanted_by), function_words(one.regretted_by)
            yield f"- **{_t(one.account)}** wanted by {wanted}, regretted by {regretted}{note}"
        yield ""


def _open(state: Workshop, newest: IdealCustomerProfile | None) -> Iterator[str]:
    said = state.deliberation
    undecided = [
        one
        for one in said.candidates
        if said.decision_on(one.id) is None and all(one.id != other.id for other in state.criteria)
    ]
    still_open = [one for one in said.questions if not one.answer]
    lines = [f"- {_question(question)}" for question in still_open]
    lines += [f"- not decided: **{_t(one.id)}** {_code(one.when)}" for one in undecided]
    lines += [
        f"- not tested, for it has no condition: {_t(one.claim)}"
        for one in state.beliefs.hypotheses
        if one.when is None
    ]
    if newest is not None:
        slots = slots_of(state.criteria, fields_in(newest), state.writing.slots)
        lines += [f"- for the statement: {slot.question.text}" for slot in slots if slot.is_open]
    elif state.criteria:
        lines.append("- no version was saved")
    yield from ("## What is left open", "", *(lines or ["Nothing."]), "")
    answered = [one for one in said.questions if one.answer]
    if answered:
        yield from ("Answered on the way:", "")
        yield from (f"- {_t(one.question)} – {_t(one.answer)}" for one in answered)
        yield ""


def _question(question: Question) -> str:
    owner = f" – {_t(question.owner)}" if question.owner else " – nobody's yet"
    return f"{_t(question.question)}{owner}{f', by {day(question.by)}' if question.by else ''}"


def _versions(state: Workshop) -> Iterator[str]:
    if state.versions:
        yield from ("## Versions saved", "")
        yield from (f"- {one.version}, {_t(one.file)}, {_moment(one.at)}" for one in state.versions)
        yield ""


def _log(log: Sequence[LogLine]) -> Iterable[str]:
    rows = [(_moment(line.at), line.words) for line in log]
    return ["## Decision log", "", markdown_table(["When", "What"], rows)] if rows else []


def _moment(at: dt.datetime) -> str:
    utc = at.astimezone(dt.UTC)
    return f"{day(utc.date())} {utc.hour:02d}:{utc.minute:02d}"


def _t(text: str) -> str:
    return markdown_text(" ".join(text.split()))


def _code(when: Condition | None) -> str:
    """A condition in SQL's notation, as code that Markdown leaves alone."""
    text = "" if when is None else " ".join(to_text(when).split())
    fence = "``" if "`" in text else "`"
    return f"{fence}{text}{fence}" if text else ""
