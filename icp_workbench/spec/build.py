"""The room's criteria and the book's figures → a profile to save."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal

from icp_workbench.book.book import AccountBook
from icp_workbench.book.derived.definitions import Cases, Meaning, meanings_behind, read_by
from icp_workbench.book.raw import Progress, silent
from icp_workbench.conditions.condition import Condition, fields_read
from icp_workbench.conditions.fields import Field, HowRead
from icp_workbench.errors import WorkbenchError
from icp_workbench.evidence.comparison import AVERAGE, Cell, Comparison, compare
from icp_workbench.evidence.looks import Looks
from icp_workbench.evidence.strength import Strength, strength_of
from icp_workbench.segments.index import SegmentIndex
from icp_workbench.spec.coverage import FIT_CUT_OFFS, coverage
from icp_workbench.spec.criterion import Criterion
from icp_workbench.spec.digest import with_digest
from icp_workbench.spec.ideal import IDEAL, ideal_board
from icp_workbench.spec.model import (
    API_VERSION,
    SCHEMA_VERSION,
    AcceptedCheck,
    Data,
    Decided,
    DefinedCase,
    Evidence,
    FieldDescription,
    Figure,
    Grades,
    IdealCustomerProfile,
    Metadata,
    Parent,
    Period,
    Plays,
    ProfileCoverage,
    Reading,
    Slots,
    SourceFile,
    SpecCriterion,
    Statement,
)
from icp_workbench.spec.points import points_of
from icp_workbench.spec.privacy import refuse_names, refuse_texts
from icp_workbench.spec.room import RoomRecord
from icp_workbench.spec.statement import statement_of
from icp_workbench.spec.suppression import FEWEST_REPORTED, RULED_OUT, kept_back_of
from icp_workbench.spec.values import Accounts

_DIGITS = 7  # significant; more would suggest a precision no interval has
_SUBJECT = "criterion"
_TAGGED = "A tag on accounts by name: it stays with the book, and is unknown to whoever has this file alone."


def build_profile(
    *,
    book: AccountBook,
    index: SegmentIndex,
    criteria: Sequence[Criterion],
    looks: Looks,
    name: str,
    version: str,
    parent: Parent | None,
    created: dt.datetime,
    mode: Literal["workshop", "solo"] = "solo",
    slots: Mapping[str, str] | None = None,
    text: str | None = None,
    plays: Plays | None = None,
    known_by_people: Mapping[str, Mapping[str, int]] | None = None,
    summary_of_changes: str = "",
    review_days: int = 90,
    accepted_checks: Sequence[AcceptedCheck] = (),
    boards: Mapping[str, Comparison] | None = None,
    room: RoomRecord | None = None,
    strengths: Mapping[str, Strength] | None = None,
    draft: bool = False,
    earlier: Sequence[IdealCustomerProfile] = (),
    progress: Progress = silent,
) -> IdealCustomerProfile:
    """The profile of these criteria on this book, its digest included.

    `looks` is everything shown so far (look key → p-value), `created` timezone-aware. `text` is a statement
    edited by hand (None: as the criteria say), `known_by_people` counts by criterion id; `room` what the room
    said beside its criteria (its mode stands above `mode`). Each criterion is weighed alone against its rest;
    its strength includes a resampling test, which may take a second or two, in very large books ten for each:
    `progress` hears of it, and what it raises stops the work. A `draft`, which is looked at and never saved,
    does without that test, withholds no figure, and is not looked through for what must not leave the
    building. `boards` are such comparisons, and `strengths` of a draft, that are known already, by criterion
    id. `earlier` are versions saved before: what would give a small group away beside theirs is withheld too.
    WorkbenchError without a criterion, for one the book cannot answer, and for what must not leave the
    building (privacy.py).
    """
    if not criteria:
        raise WorkbenchError(
            "Nothing to save",
            "No criterion was marked yet.",
            "Mark a condition ICP, OK-if or anti-ICP first.",
        )
    if not draft:
        refuse_names(criteria, book)
    boards = dict(boards or {})
    for one in criteria:
        if one.id not in boards:
            boards[one.id] = compare(index, {_SUBJECT: index.rows(one.when)}, resample=not draft)
    said = (room or RoomRecord(mode)).without_what_names(book)
    points = points_of(index, criteria, boards)
    judged = strengths if draft and strengths is not None else {}
    files = _files(book)
    same_data = [one for one in earlier if one.data.files == files]
    kept_back = {} if draft else kept_back_of(index, criteria, boards[criteria[0].id].metrics, same_data)
    known = known_by_people or {}
    requires = any(criterion.required for criterion in criteria if criterion.verdict == "icp")
    profile = IdealCustomerProfile(
        api_version=API_VERSION,
        schema_version=SCHEMA_VERSION,
        kind="IdealCustomerProfile",
        metadata=Metadata(
            name=name,
            version=version,
            parent=parent,
            created=created,
            review_by=created.date() + dt.timedelta(days=review_days),
            mode=said.mode,
            participants=dict(sorted(said.participants.items())),
            summary_of_changes=summary_of_changes,
        ),
        statement=Statement(
            text=text or statement_of(criteria, book.fields, slots),
            edited=bool(text),
            slots=Slots(**(slots or {})),
        ),
        data=_data(
            book,
            boards[criteria[0].id],
            _coverage(index, criteria, kept_back),
            _ideal(index, criteria, kept_back),
        ),
        fields=_fields(book, [*(one.when for one in criteria), *said.conditions]),
        criteria=[
            _criterion(
                index,
                one,
                boards[one.id],
                points.get(one.id),
                looks,
                known.get(one.id, {}),
                heard,
                draft,
                kept_back,
                judged.get(one.id),
                said,
            )
            for one, heard in zip(criteria, _parts(len(criteria), progress), strict=True)
        ],
        # Without a required criterion the cut-offs say whom the profile selects.
        grades=None if requires else Grades(fit=dict(FIT_CUT_OFFS)),
        accepted_checks=list(accepted_checks),
        plays=plays,
        hypotheses=list(said.hypotheses),
        open_questions=list(said.open_questions),
    )
    if not draft:
        refuse_texts(profile, book, said.names)
    return with_digest(profile)


def _criterion(
    index: SegmentIndex,
    criterion: Criterion,
    board: Comparison,
    points: int | None,
    looks: Looks,
    known_by_people: Mapping[str, int],
    heard: Callable[[float], None],
    draft: bool,
    kept_back: Mapping[str | None, frozenset[str]],
    judged: Strength | None,
    said: RoomRecord,
) -> SpecCriterion:
    rows = index.rows(criterion.when)
    anti = criterion.verdict == "anti_icp"
    strength = judged or strength_of(
        index, rows, looks, anti=anti, board=board, resample=not draft, progress=heard
    )
    segment = board.segments[1]
    return SpecCriterion(
        id=criterion.id,
        verdict=criterion.verdict,
        when=criterion.when,
        missing=criterion.missing,
        signal=criterion.signal,
        points=points,
        required=criterion.required,
        disqualify=criterion.disqualify,
        reason=criterion.reason,
        decided=said.decided.get(criterion.id) or Decided(at=criterion.decided_at),
        evidence=Evidence(
            accounts=_reported(segment.accounts, index.n_accounts, criterion.id in kept_back.get(None, ())),
            strength=strength.name,
            looks=strength.looks,
            metrics={
                metric.name: _figure(
                    board.cell(segment.name, metric.name), criterion.id in kept_back.get(metric.name, ())
                )
                for metric in board.metrics
            },
            known_by_people=_known(known_by_people, said.known_by_people.get(criterion.id, {})),
        ),
    )


def _known(counted: Mapping[str, int], noted: Mapping[str, int]) -> dict[str, int]:
    """What people know, by kind: as counted by hand, or as written down one by one, whichever is more."""
    kinds = sorted(counted.keys() | noted.keys())
    found = {kind: max(counted.get(kind, 0), noted.get(kind, 0)) for kind in kinds}
    return {kind: number for kind, number in found.items() if number}


def _coverage(
    index: SegmentIndex, criteria: Sequence[Criterion], kept_back: Mapping[str | None, frozenset[str]]
) -> ProfileCoverage:
    """What the criteria select, as it may be written down."""
    covered = coverage(index, criteria)
    anti = _reported(covered.anti_accounts, index.n_accounts, RULED_OUT in kept_back.get(None, ()))
    if IDEAL in kept_back.get(None, ()):
        return ProfileCoverage(
            accounts=_reported(covered.accounts, index.n_accounts, True), anti_accounts=anti
        )
    return ProfileCoverage(
        accounts=covered.accounts,
        share_of_accounts=_rounded(covered.share_of_accounts),
        share_of_won_revenue=_rounded(covered.share_of_won_revenue),
        share_of_churned=_rounded(covered.share_of_churned),
        anti_accounts=anti,
    )


def _ideal(
    index: SegmentIndex, criteria: Sequence[Criterion], kept_back: Mapping[str | None, frozenset[str]]
) -> dict[str, Figure]:
    """The profile's figures; only their verdicts where they would tell those of a few accounts."""
    board = ideal_board(index, criteria)
    if board is None:
        return {}
    return {
        metric.name: _figure(board.cell(IDEAL, metric.name), IDEAL in kept_back.get(metric.name, ()))
        for metric in board.metrics
    }


def _parts(criteria: int, progress: Progress) -> Iterator[Callable[[float], None]]:
    """For each criterion what hears its share of the work."""
    for at in range(criteria):
        what = f"Weighing criterion {at + 1} of {criteria}: shuffling accounts"
        progress(what, at / criteria)
        yield lambda share, at=at, what=what: progress(what, (at + share) / criteria)  # type: ignore[misc]


def _reported(accounts: int, of: int, kept_back: bool) -> Accounts:
    """A count of accounts; not of a group under five, nor of one whose rest is, nor one that gives such a
    group away beside others."""
    if not kept_back:
        return accounts
    if 0 < accounts < FEWEST_REPORTED:
        return "<5"
    return "all but <5" if 0 < of - accounts < FEWEST_REPORTED else "withheld"


def _figure(cell: Cell, kept_back: bool) -> Figure:
    """A cell as it may be written down: of a group under five accounts, or one that gives such a group away,
    only the verdict."""
    if kept_back:
        return Figure(unit=cell.unit, verdict=cell.verdict)
    return Figure(
        unit=cell.unit,
        estimate=_rounded(cell.estimate),
        low=_rounded(cell.low),
        high=_rounded(cell.high),
        n=cell.n,
        accounts=cell.accounts,
        average=_rounded(cell.average),
        rest=_rounded(cell.rest),
        difference=_rounded(cell.difference),
        difference_low=_rounded(cell.difference_low),
        difference_high=_rounded(cell.difference_high),
        effect={
            name: rounded
            for name, value in sorted(cell.effect.items())
            if (rounded := _rounded(value)) is not None
        },
        p_value=_rounded(cell.p_value),
        q_value=_rounded(cell.q_value),
        verdict=cell.verdict,
        reason=cell.reason,
    )


def _data(book: AccountBook, board: Comparison, covered: ProfileCoverage, ideal: dict[str, Figure]) -> Data:
    average: dict[str, float] = {"accounts": len(book.accounts)}
    for metric in board.metrics:
        estimate = _rounded(board.cell(AVERAGE, metric.name).estimate)
        if estimate is not None:
            average[metric.name] = estimate
    return Data(
        book=_last_part(book.name),
        as_of=book.as_of,
        period=Period(from_=book.period[0], to=book.period[1]) if book.period else None,
        files=_files(book),
        joins=[f"{join.left}.{join.left_key} = {join.right}.{join.right_key}" for join in book.joins],
        average_customer=average,
        coverage=covered,
        ideal_customer=ideal,
    )


def _files(book: AccountBook) -> list[SourceFile]:
    return [
        SourceFile(
            table=_last_part(table.name),
            rows=table.rows,
            rejected=table.report.rejected,
            digest=table.digest or book.fingerprint,
        )
        for table in book.tables
        if table.role != "unused"
    ]


def _fields(book: AccountBook, conditions: Sequence[Condition]) -> dict[str, FieldDescription]:
    asked = [book.fields.find(name).name for one in conditions for name in fields_read(one)]
    made = meanings_behind(asked, book)
    behind = [name for meaning in made.values() if meaning is not None for name in read_by(meaning)]
    return {name: _field(book, book.fields[name], made) for name in dict.fromkeys([*asked, *behind])}


def _field(book: AccountBook, field: Field, made: Mapping[str, Meaning | None]) -> FieldDescription:
    meaning = made.get(field.name)
    cases = meaning if isinstance(meaning, Cases) else Cases(())
    return FieldDescription(
        type=field.type,
        unit=field.unit,
        grain=field.grain,
        kind=field.kind,
        known_before_sale=field.known_before_sale,
        source=field.source or None,
        reading=_reading(field.reading, _kept(book, field)),
        definition=None if isinstance(meaning, Cases) else meaning,
        cases=[DefinedCase(value=case.value, when=case.when) for case in cases.cases],
        otherwise=cases.otherwise,
        note=_TAGGED if field.name in made and meaning is None else "",
    )


def _kept(book: AccountBook, field: Field) -> tuple[str, ...]:
    """Usual spellings of nothing that somebody said are answers in this column."""
    for name, table in book.mapping.tables.items():
        if field.source.startswith(f"{name}."):
            decided = table.columns.get(field.source.removeprefix(f"{name}."))
            if decided is not None:
                return decided.kept
    return ()


def _reading(reading: HowRead | None, kept: tuple[str, ...]) -> Reading | None:
    if reading is None:
        return None if not kept else Reading(kept=list(kept))
    return Reading(
        date_order=reading.date_order,
        decimal_mark=reading.decimal_mark,
        separator=reading.separator,
        scale=None if reading.scale == 1.0 else reading.scale,
        blank=list(reading.blank),
        kept=list(kept),
        groups={value: list(spelt) for value, spelt in reading.groups},
    )


def _last_part(name: str) -> str:
    """A name without the folders it came from."""
    return name.replace("\\", "/").rstrip("/").rpartition("/")[2] or "book"


def _rounded(value: float | None) -> float | None:
    if value is None or not math.isfinite(value):
        return None
    return float(f"{value:.{_DIGITS}g}")
