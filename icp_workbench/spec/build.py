"""The room's criteria and the book's figures → a profile to save."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal

from icp_workbench.book.book import AccountBook
from icp_workbench.book.derived.definitions import Cases, Meaning, meanings_behind, read_by
from icp_workbench.book.raw import Progress, silent
from icp_workbench.conditions.condition import fields_read
from icp_workbench.conditions.fields import Field, HowRead
from icp_workbench.errors import WorkbenchError
from icp_workbench.evidence.comparison import AVERAGE, Cell, Comparison, compare
from icp_workbench.evidence.looks import Looks
from icp_workbench.evidence.strength import strength_of
from icp_workbench.segments.index import SegmentIndex
from icp_workbench.spec.coverage import FIT_CUT_OFFS, coverage
from icp_workbench.spec.criterion import Criterion
from icp_workbench.spec.digest import with_digest
from icp_workbench.spec.model import (
    API_VERSION,
    SCHEMA_VERSION,
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
    ProfileCoverage,
    Reading,
    Slots,
    SourceFile,
    SpecCriterion,
    Statement,
    content_of,
)
from icp_workbench.spec.points import points_of
from icp_workbench.spec.privacy import refuse_addresses, refuse_names
from icp_workbench.spec.statement import statement_of

FEWEST_REPORTED = 5
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
    summary_of_changes: str = "",
    review_days: int = 90,
    progress: Progress = silent,
) -> IdealCustomerProfile:
    """The profile of these criteria on this book, its digest included.

    `looks` is everything shown so far (look key → p-value), `created` timezone-aware. Each criterion is
    weighed alone against its rest; its strength includes a resampling test, which may take a second or two,
    in very large books ten for each: `progress` hears of it, and what it raises stops the work.
    WorkbenchError without a criterion, for one the book cannot answer, and for what must not leave the
    building (privacy.py).
    """
    if not criteria:
        raise WorkbenchError(
            "Nothing to save",
            "No criterion was marked yet.",
            "Mark a condition ICP, OK-if or anti-ICP first.",
        )
    refuse_names(criteria, book)
    boards = {one.id: compare(index, {_SUBJECT: index.rows(one.when)}) for one in criteria}
    points = points_of(index, criteria, boards)
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
            mode=mode,
            summary_of_changes=summary_of_changes,
        ),
        statement=Statement(text=statement_of(criteria, book.fields, slots), slots=Slots(**(slots or {}))),
        data=_data(book, boards[criteria[0].id], coverage_reported(index, criteria)),
        fields=_fields(book, criteria),
        criteria=[
            _criterion(index, one, boards[one.id], points.get(one.id), looks, heard)
            for one, heard in zip(criteria, _parts(len(criteria), progress), strict=True)
        ],
        # Without a required criterion the cut-offs say whom the profile selects.
        grades=None if requires else Grades(fit=dict(FIT_CUT_OFFS)),
    )
    refuse_addresses(content_of(profile))
    return with_digest(profile)


def _criterion(
    index: SegmentIndex,
    criterion: Criterion,
    board: Comparison,
    points: int | None,
    looks: Looks,
    heard: Callable[[float], None],
) -> SpecCriterion:
    rows = index.rows(criterion.when)
    anti = criterion.verdict == "anti_icp"
    strength = strength_of(index, rows, looks, anti=anti, board=board, resample=True, progress=heard)
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
        decided=Decided(at=criterion.decided_at),
        evidence=Evidence(
            accounts=_reported(segment.accounts, index.n_accounts),
            strength=strength.name,
            looks=strength.looks,
            metrics={
                metric.name: _figure(board.cell(_SUBJECT, metric.name), board.cell(AVERAGE, metric.name))
                for metric in board.metrics
            },
        ),
    )


def coverage_reported(index: SegmentIndex, criteria: Sequence[Criterion]) -> ProfileCoverage:
    """What the criteria select, as it may be written down: a count from which, beside the others in the file,
    a group under five could be told is left out."""
    covered = coverage(index, criteria)
    counts = [index.n_accounts, *(int(index.rows(one.when).accounts.sum()) for one in criteria)]
    beside = [count for count in counts if isinstance(_reported(count, index.n_accounts), int)]
    profile = _safe_beside(covered.accounts, beside, index.n_accounts)
    anti = _safe_beside(covered.anti_accounts, beside, index.n_accounts)
    if profile is None or isinstance(profile, str):
        return ProfileCoverage(accounts=profile, anti_accounts=anti)
    return ProfileCoverage(
        accounts=profile,
        share_of_accounts=_rounded(covered.share_of_accounts),
        share_of_won_revenue=_rounded(covered.share_of_won_revenue),
        share_of_churned=_rounded(covered.share_of_churned),
        anti_accounts=anti,
    )


def _safe_beside(accounts: int, beside: Sequence[int], of: int) -> int | Literal["<5", "all but <5"] | None:
    told = _reported(accounts, of)
    gives_away = any(0 < abs(accounts - other) < FEWEST_REPORTED for other in beside)
    return None if gives_away and isinstance(told, int) else told


def _parts(criteria: int, progress: Progress) -> Iterator[Callable[[float], None]]:
    """For each criterion what hears its share of the work."""
    for at in range(criteria):
        what = f"Weighing criterion {at + 1} of {criteria}: shuffling accounts"
        progress(what, at / criteria)
        yield lambda share, at=at, what=what: progress(what, (at + share) / criteria)  # type: ignore[misc]


def _reported(accounts: int, of: int) -> int | Literal["<5", "all but <5"]:
    """A count of accounts; not of a group under five, nor of one whose rest is."""
    if 0 < accounts < FEWEST_REPORTED:
        return "<5"
    return "all but <5" if 0 < of - accounts < FEWEST_REPORTED else accounts


def _figure(cell: Cell, average: Cell) -> Figure:
    """A cell as it may be written down: of a group under five accounts, or beside one, only the verdict; the
    average is in the same file, and the small group would be what is left."""
    small = 0 < cell.accounts < FEWEST_REPORTED or 0 < average.accounts - cell.accounts < FEWEST_REPORTED
    if small:
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


def _data(book: AccountBook, board: Comparison, covered: ProfileCoverage) -> Data:
    average: dict[str, float] = {"accounts": len(book.accounts)}
    for metric in board.metrics:
        estimate = _rounded(board.cell(AVERAGE, metric.name).estimate)
        if estimate is not None:
            average[metric.name] = estimate
    return Data(
        book=_last_part(book.name),
        as_of=book.as_of,
        period=Period(from_=book.period[0], to=book.period[1]) if book.period else None,
        files=[
            SourceFile(
                table=_last_part(table.name),
                rows=table.rows,
                rejected=table.report.rejected,
                digest=table.digest or book.fingerprint,
            )
            for table in book.tables
            if table.role != "unused"
        ],
        joins=[f"{join.left}.{join.left_key} = {join.right}.{join.right_key}" for join in book.joins],
        average_customer=average,
        coverage=covered,
    )


def _fields(book: AccountBook, criteria: Sequence[Criterion]) -> dict[str, FieldDescription]:
    asked = [book.fields.find(name).name for one in criteria for name in fields_read(one.when)]
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
