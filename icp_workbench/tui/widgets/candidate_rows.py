"""The candidates before the room, and all that is known of the one under the cursor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from icp_workbench.conditions.condition import Condition
from icp_workbench.render import figures, verdicts
from icp_workbench.tui.lines import Piece
from icp_workbench.tui.safe import clean
from icp_workbench.tui.theme import VERDICT_INK
from icp_workbench.tui.widgets.criteria_rows import INKS, MARKS, Weighed
from icp_workbench.tui.widgets.decide_rows import DecideRow, Rows
from icp_workbench.workshop.account_record import AccountRecord
from icp_workbench.workshop.deliberation.records import CHOICES, NOTE_KINDS, Choice, Dispute, function_words
from icp_workbench.workshop.deliberation.state import Deliberation
from icp_workbench.workshop.deliberation.wording import BUILT_WORDS, CHOICE_WORDS
from icp_workbench.workshop.room_record import dissent_on, known_by_people, votes_in_words
from icp_workbench.workshop.state import Workshop

FEWEST_INTERVIEWS = 10
_SECTIONS = (
    ("", "Before the room"),
    ("icp", "ICP"),
    ("ok_if", "OK-if"),
    ("anti_icp", "Anti-ICP"),
    ("parked", "Parked"),
)
_ALL_MARKS = {**MARKS, "": "○", "parked": "▫"}
_ALL_INKS = {**INKS, "": "accent", "parked": "muted"}


@dataclass(frozen=True)
class Subject:
    """A candidate or a criterion as the room sees it: `verdict` "" while nothing is decided."""

    id: str
    when: Condition
    verdict: str
    by: str = ""


def subjects_of(state: Workshop) -> list[Subject]:
    """What is before the room: candidates that were put to it, and criteria marked while slicing."""
    marked = {one.id: one for one in state.criteria}
    said = state.deliberation
    found = []
    for candidate in said.candidates:
        criterion = marked.pop(candidate.id, None)
        decision = said.decision_on(candidate.id)
        verdict = (
            criterion.verdict if criterion is not None else decision.verdict if decision is not None else ""
        )
        when = criterion.when if criterion is not None else candidate.when
        found.append(Subject(candidate.id, when, verdict, candidate.by))
    return [*found, *(Subject(one.id, one.when, one.verdict) for one in marked.values())]


def candidate_rows(
    state: Workshop, words: Mapping[str, str], weighed: Mapping[str, Weighed], headline: str, width: int
) -> list[DecideRow]:
    """The candidates by what was decided on them, each with its headline figure and its votes."""
    rows, subjects = Rows(width), subjects_of(state)
    for verdict, title in _SECTIONS:
        of_kind = [one for one in subjects if one.verdict == verdict]
        if not of_kind and verdict in ("ok_if", "parked"):
            continue
        if not of_kind and verdict == "" and subjects:
            continue
        if rows.made:
            rows.say()
        rows.say((title, f"{_ALL_INKS[verdict]}!"), ("" if of_kind else "  nothing yet", "muted"))
        if not subjects and verdict == "":
            rows.say(("n", "accent!"), (" puts a condition to the room", "muted"))
            rows.say(("b", "accent!"), (" in Slice puts what is sliced", "muted"))
        for one in of_kind:
            mark = (_ALL_MARKS[verdict], f"{_ALL_INKS[verdict]}!")
            rows.pick("candidate", one.id, mark, words.get(one.id, one.id))
            for facts in (_headline(weighed.get(one.id), headline), _votes(state.deliberation, one)):
                if pieces := list(facts):
                    rows.say(("  ", "text"), *pieces)
    return rows.made


def _headline(weighed: Weighed | None, headline: str) -> Iterator[Piece]:
    if weighed is None:
        return
    yield (f"{figures.count(weighed.accounts)} accounts", "muted")
    board = weighed.comparison
    metric = next((one for one in board.metrics if one.name == headline), None)
    if metric is not None:
        cell = board.cell(board.segments[1].name, metric.name)
        shown = figures.figure(cell.estimate, metric.unit)
        yield (f" · {clean(metric.label.lower(), 30)} {shown} ", "muted")
        yield (verdicts.verdict_text(cell.verdict), VERDICT_INK[cell.verdict])


def _votes(said: Deliberation, one: Subject) -> Iterator[Piece]:
    if not said.ballots_on(one.id):
        return
    if one.id not in said.opened:
        yield (f"{votes_in_words(said, one.id)}, sealed", "warn")
        return
    totals = [(choice, sum(ballot.of(choice) for ballot in said.ballots_on(one.id))) for choice in CHOICES]
    shown = ", ".join(f"{many} {CHOICE_WORDS[choice]}" for choice, many in totals if many)
    yield (f"votes: {shown}", "text")


def detail_rows(
    state: Workshop,
    subject: Subject | None,
    weighed: Weighed | None,
    beyond: Sequence[str],
    records: Mapping[str, AccountRecord],
    width: int,
) -> list[DecideRow]:
    """What the records and the people say of one candidate; `beyond` where it leaves the book's range,
    `records` are those of disputed accounts, by dispute."""
    rows, said = Rows(width), state.deliberation
    if subject is None:
        rows.tell(
            "Beside a candidate stand here the votes, what people know of it, and what the records say.",
            indent=0,
        )
        return rows.made
    _decision(rows, state, subject)
    _known(rows, said, subject)
    for dispute in said.disputes:
        if dispute.candidate in ("", subject.id):
            _dispute(rows, dispute, records.get(dispute.id))
    if weighed is not None:
        rows.say(("What the records say", "text!"))
        if subject.verdict and subject.verdict != "parked":  # until then it claims neither side
            rows.tell(weighed.strength.sentence, "text")
        board = weighed.comparison
        for metric in board.metrics:
            cell = board.cell(board.segments[1].name, metric.name)
            own, rest = (figures.figure(one, metric.unit) for one in (cell.estimate, cell.rest))
            told = f" {clean(metric.label.lower(), 40)} {own}, rest {rest}"
            verdict = verdicts.verdict_text(cell.verdict)
            rows.say(("  ", "text"), (f"{verdict:<9}", VERDICT_INK[cell.verdict]), (told, "muted"))
    for one in beyond:
        rows.tell(f"Beyond the book: {one}. Are we built to serve it? (b)", "warn")
    readiness = said.readiness_for(subject.id)
    if readiness is not None:
        note = f": {readiness.note}" if readiness.note else ""
        rows.tell(f"Are we built to serve it? {BUILT_WORDS[readiness.answer]}{note}", "text")
    return rows.made


def _decision(rows: Rows, state: Workshop, subject: Subject) -> None:
    said = state.deliberation
    decision = said.decision_on(subject.id)
    criterion = next((one for one in state.criteria if one.id == subject.id), None)
    if decision is not None:
        owner = clean(decision.owner, 60) or "nobody yet"
        rows.say(
            ("Decided: ", "text!"),
            (CHOICE_WORDS[decision.verdict], f"{_ALL_INKS[decision.verdict]}!"),
            (f" · owner {owner} · confidence {decision.confidence}", "muted"),
        )
    reason = (criterion.reason if criterion is not None else "") or (decision.reason if decision else "")
    if reason:
        rows.tell(f"“{reason}”", "text")
    if subject.id in said.opened:
        rows.say(("Votes", "text!"))
        for ballot in said.ballots_on(subject.id):
            pieces: list[Piece] = [(f"  {function_words(ballot.function):<17}", "text")]
            for choice in CHOICES:
                pieces += _dots(choice, ballot.of(choice))
            rows.say(*pieces)
    for function, note in dissent_on(said, subject.id, subject.verdict) if subject.verdict else ():
        rows.tell(f"dissent, {function_words(function)}: {note}", "warn")


def _dots(choice: Choice, many: int) -> list[Piece]:
    if not many:
        return []
    return [("●" * min(many, 12), f"{_ALL_INKS[choice]}!"), (f" {many} {CHOICE_WORDS[choice]}  ", "muted")]


def _known(rows: Rows, said: Deliberation, subject: Subject) -> None:
    counts = known_by_people(said, subject.id)
    shown = ", ".join(_many(kind, many) for kind, many in counts.items()) or "nothing written down (t)"
    rows.say(("What people know", "text!"), (f"  {shown}", "muted"))
    interviews = counts.get("interviews", 0)
    if interviews < FEWEST_INTERVIEWS:
        rows.tell(
            f"{interviews} of {FEWEST_INTERVIEWS} interviews: too few to know why they chose us", "warn"
        )
    for kind in NOTE_KINDS:
        for note in said.notes_on(subject.id):
            if note.kind == kind:
                words = f" “{note.words}”" if note.words else ""
                by = f" ({function_words(note.by)})" if note.by else ""
                rows.tell(f"{kind}: {note.text}{words}{by}", "text")


def _many(kinds: str, many: int) -> str:
    return f"{many} {kinds}" if kinds == "feedback" else figures.counted(many, kinds.removesuffix("s"))


def _dispute(rows: Rows, dispute: Dispute, record: AccountRecord | None) -> None:
    rows.say(("! ", "warn!"), (clean(dispute.account, 80), "text!"))
    wanted, regretted = function_words(dispute.wanted_by), function_words(dispute.regretted_by)
    note = f": {dispute.note}" if dispute.note else ""
    rows.tell(f"{wanted} wants it, {regretted} regrets it{note}", "text")
    if record is None:
        return
    rows.tell(" · ".join(record.known), "muted", most=4)
    for kind, lines in record.records:
        rows.tell(kind, "muted")
        for line in lines[:4]:
            rows.tell(line, "muted", 4, most=2)
        if len(lines) > 4:
            rows.tell(f"and {len(lines) - 4} more", "muted", 4)
