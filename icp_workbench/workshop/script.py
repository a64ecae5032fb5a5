"""A short workshop that plays itself: for a machine without a terminal, and to see what the parts do
together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from icp_workbench.book.book import AccountBook
from icp_workbench.book.metric import Metric
from icp_workbench.conditions.condition import EVERYONE, Condition
from icp_workbench.conditions.wording import in_words
from icp_workbench.evidence.comparison import AVERAGE, Comparison, compare
from icp_workbench.evidence.looks import looks_of
from icp_workbench.evidence.sentences import sentence
from icp_workbench.evidence.strength import strength_of
from icp_workbench.render.figures import count, figure, percent_of
from icp_workbench.segments.filter import Filter
from icp_workbench.segments.index import SegmentIndex
from icp_workbench.spec.coverage import coverage
from icp_workbench.spec.criterion import Criterion, CriterionVerdict, Signal
from icp_workbench.workshop.events import CriterionMarked, FilterChanged, LooksTaken, SegmentAdded
from icp_workbench.workshop.names import criterion_id
from icp_workbench.workshop.session import SavedSpec, Session
from icp_workbench.workshop.standouts import Search, StandOut

Say = Callable[[str], None]
_HEADLINES = ("win_rate", "retention_12m", "churn_rate")


def play(
    book: AccountBook, root: Path, name: str, say: Say, clock: Callable[[], dt.datetime] | None = None
) -> SavedSpec | None:
    """Play a workshop on a book and save its spec; say in plain sentences what is done.

    Looks at every value of every attribute by the headline metric, marks up to two ICP criteria and one
    anti-ICP criterion that the evidence allows, and saves. None, and nothing saved, where nothing stands out.
    A session of that name is gone on with. WorkbenchError as `Session.open_or_start` and `save`.
    """
    index = SegmentIndex(book)
    with Session.open_or_start(root, name, book, index, clock) as session:
        for note in session.notes:
            say(note)
        if session.state.versions and session.state.criteria:
            return _already_played(session, say)
        metric = _headline(book)
        say(f"Opened {book.name}: {_things(book, metric)}.")
        ideal, anti = _search(session, metric, say)
        if not ideal and not anti:
            say(
                f"Nothing stands out: no value of any attribute moves the {metric.label.lower()} further "
                "than chance does. That is an answer, too; nothing was marked and no spec was saved."
            )
            return None
        _compare(session, [*ideal, *anti], metric, say)
        for found in ideal:
            _mark(session, found, "icp", "fit", metric, say)
        for found in anti:
            _mark(session, found, "anti_icp", "disqualification", metric, say)
        _tell_coverage(session, say)
        saved = session.save()
        say(f"In one breath: {saved.profile.statement.text}")
        say(f"Saved {saved.path}")
        return saved


def _already_played(session: Session, say: Say) -> SavedSpec:
    from icp_workbench.spec.files import read_spec

    newest = session.state.versions[-1]
    path = session.folder / newest.file
    profile = read_spec(path)
    say(f"This workshop was played before; nothing changed since version {newest.version}.")
    say(f"In one breath: {profile.statement.text}")
    say(f"Saved {path}")
    return SavedSpec(path, newest.version, profile)


def _headline(book: AccountBook) -> Metric:
    known = {metric.name: metric for metric in book.metrics}
    return next((known[name] for name in _HEADLINES if name in known), book.metrics[0])


def _things(book: AccountBook, metric: Metric) -> str:
    offered = sum(field.kept_out is None for field in book.fields.values())
    kept_out = len(book.fields) - offered
    parts = [f"{count(len(book.accounts))} accounts", f"{offered} attributes"]
    parts += [f"{kept_out} kept out because they are known only after the outcome"] if kept_out else []
    return ", ".join(parts) + f"; the headline is {metric.label.lower()}"


def _search(session: Session, metric: Metric, say: Say) -> tuple[list[StandOut], list[StandOut]]:
    """Up to two attributes to pursue, the second judged within the first, and one to turn away."""
    everything = _stand_outs(session, EVERYONE, metric)
    say(f"Looked at {count(len(session.state.looks))} values and ranges by {metric.label.lower()}.")
    better = [found for found in everything if found.verdict == "better" and _holds(session, found, metric)]
    worse = [found for found in everything if found.verdict == "worse" and _holds(session, found, metric)]
    ideal = better[:1]
    for first in better[:1]:
        # What only goes along with the first shows nothing more inside it.
        inside = _stand_outs(session, first.condition, metric)
        others = [found for found in inside if found.verdict == "better" and found.field != first.field]
        ideal += [found for found in others if _holds(session, found, metric)][:1]
    # To turn away exactly those who are not pursued would say one thing twice.
    worse = [found for found in worse if not any(_is_the_rest(session, found, one) for one in ideal)]
    return ideal, worse[:1]


def _is_the_rest(session: Session, found: StandOut, other: StandOut) -> bool:
    one, two = (session.index.rows(which.condition) for which in (found, other))
    return bool(((one.accounts ^ two.accounts) | one.unknown | two.unknown).all())


def _stand_outs(session: Session, within: Condition, metric: Metric) -> list[StandOut]:
    search = Search(session.index, within, metric)
    found = search.stand_outs()
    session.record(LooksTaken(search.looks))
    return found


def _holds(session: Session, found: StandOut, metric: Metric) -> bool:
    """Whether the evidence allows marking it: confirmed or suggestive, on the side it claims."""
    rows = session.index.rows(found.condition)
    strength = strength_of(session.index, rows, session.state.looks, anti=found.verdict == "worse")
    return strength.name in ("confirmed", "suggestive")


def _compare(session: Session, found: Sequence[StandOut], metric: Metric, say: Say) -> None:
    """Put what was found on the board, side by side with the average customer."""
    index = session.index
    board = _board(session, found)
    session.record(LooksTaken(looks_of(board)))
    say(f"The average customer: {sentence(board.cell(AVERAGE, metric.name), metric)}")
    for letter, one in zip("ABC", found, strict=False):
        chosen = Filter().with_expression(one.condition)
        if letter == "A":
            session.record(FilterChanged("A", chosen))
        elif letter not in {segment.id for segment in session.state.segments}:
            session.record(SegmentAdded(letter, None, chosen))
        words = in_words(one.condition, index.book.fields)
        cell = board.cell(letter, metric.name)
        say(f"{letter}, {words}: {sentence(cell, metric)} {_also(board, letter, metric)}".rstrip())


def _board(session: Session, found: Sequence[StandOut]) -> Comparison:
    segments: Mapping[str, Condition] = {
        letter: one.condition for letter, one in zip("ABC", found, strict=False)
    }
    return compare(session.index, {name: session.index.rows(one) for name, one in segments.items()})


def _also(board: Comparison, letter: str, metric: Metric) -> str:
    others = [
        f"{other.label.lower()} {figure(cell.estimate, other.unit)} ({cell.verdict})"
        for other in board.metrics
        if other.name != metric.name
        and (cell := board.cell(letter, other.name)).verdict in ("better", "worse")
    ]
    return f"Also: {', '.join(others)}." if others else ""


def _reason(session: Session, found: StandOut, metric: Metric) -> str:
    board = compare(session.index, {"it": session.index.rows(found.condition)}, [metric.name])
    cell = board.cell("it", metric.name)
    own, rest = figure(cell.estimate, metric.unit), figure(cell.rest, metric.unit)
    return f"{metric.label} {own} against {rest} in the rest."


def _mark(
    session: Session, found: StandOut, verdict: CriterionVerdict, signal: Signal, metric: Metric, say: Say
) -> None:
    if any(known.when == found.condition for known in session.state.criteria):
        say(f"{in_words(found.condition, session.book.fields)} was marked before.")
        return  # when a save failed, say, and the workshop is played again
    index = session.index
    rows = index.rows(found.condition)
    strength = strength_of(index, rows, session.state.looks, anti=verdict == "anti_icp")
    taken = [criterion.id for criterion in session.state.criteria]
    criterion = Criterion(
        id=criterion_id(found.condition, taken),
        verdict=verdict,
        when=found.condition,
        signal=signal,
        decided_at=session.clock().astimezone(dt.UTC),
        reason=_reason(session, found, metric),
    )
    sure = strength.name == "confirmed"  # what is only suggestive must not keep anyone out
    criterion = replace(
        criterion, required=sure and verdict == "icp", disqualify=sure and verdict == "anti_icp"
    )
    session.record(CriterionMarked(criterion))
    name = "ICP" if verdict == "icp" else "anti-ICP"
    say(f"Marked {criterion.id} as {name}. {strength.sentence}")


def _tell_coverage(session: Session, say: Say) -> None:
    covered = coverage(session.index, session.state.criteria)
    if not any(criterion.verdict == "icp" for criterion in session.state.criteria):
        say(f"{count(covered.anti_accounts)} accounts are ruled out; nothing was found to pursue.")
        return
    share = percent_of(covered.share_of_accounts, 1)
    text = f"The profile covers {count(covered.accounts)} accounts, {share} of all"
    if covered.share_of_won_revenue is not None:
        text += f", and {percent_of(covered.share_of_won_revenue, 1)} of the won revenue"
    say(text + ".")
