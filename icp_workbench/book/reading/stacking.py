"""Files of one kind, such as one export a year or the parts of a large one → one table."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from icp_workbench.book.mapping import BookMapping, TableMapping
from icp_workbench.book.raw import RawTable, ReadingReport
from icp_workbench.book.vocabulary import ENTITIES, IDENTIFIER, header_words, words
from icp_workbench.conditions.fields import snake_case
from icp_workbench.render.figures import counted

_SHARED = 0.8  # of the headers of the wider table
_FEWEST_HEADERS = 3
_TELLING_HEADERS = 5  # so many in common, all alike, and names need not resemble each other
_NUMBERED_APART = words(
    "part page export exported sheet tabelle file old new archive archived current previous backup copy of "
    "final all rejected rejects mended fixed set aside reincluded q h fy year month week "
    "jan feb mar apr may jun jul aug sep oct nov dec january february march april june july august "
    "september october november december"
)
_OTHER_PEOPLE = words("prospect prospects lead leads target targets market universe tam list wishlist")
_SHARED_ROWS, _FEW_REPEATS = 0.5, 2
_UPDATED = words("modified updated changed edited")
_STAGES = words("stage deal_stage stage_name dealstage won is_won")
_MANY_AN_ACCOUNT = words("deals subscriptions tickets usage")


@dataclass(frozen=True)
class Stacked:
    """The tables to understand, in the order of the files; notes and warnings; and the mapping with what was
    decided about a stack under its name, whichever of its files it was decided for."""

    tables: tuple[RawTable, ...]
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    mapping: BookMapping


def stack(tables: Sequence[RawTable], mapping: BookMapping) -> Stacked:
    """Lay tables of one kind on each other: those that share at least 80 % of their headers and are called
    alike but for numbers, dates and words such as "part"; called anything where the headers are the same.

    A column that only some have is blank in the others. A row that a later file repeats to the letter under
    the same id is dropped; one that differs under the same id stands for its later state and replaces it.
    """
    groups: list[list[RawTable]] = []
    for table in tables:
        home = next((group for group in groups if _of_one_kind(group[0], table, mapping)), None)
        if home is None:
            groups.append([table])
        else:
            home.append(table)
    taken = {snake_case(group[0].name) for group in groups}
    result: list[RawTable] = []
    notes: list[str] = []
    warnings: list[str] = []
    decided = dict(mapping.tables)
    for group in groups:
        if len(group) == 1:
            result.append(group[0])
            continue
        name = _common_name(group, taken - {snake_case(group[0].name)})
        if any(table.frame.num_rows for table in group):  # of shapes alone, none is a copy of another
            group, told = _without_copies(group)
            warnings += told
        if len(group) == 1:
            result.append(group[0])
            continue
        table, repeats, replaced = _laid_on_each_other(name, group)
        result.append(table)
        shown = ", ".join(member.name for member in group[:4]) + (", …" if len(group) > 4 else "")
        notes.append(f"{len(group)} tables of one kind read as one table `{name}`: {shown}.")
        if repeats:
            notes.append(f"{counted(repeats, 'row')} of {name} stood in several files alike: counted once.")
        if replaced:
            warnings.append(
                f"{counted(replaced, 'row')} of {name} stood in several files and differed: the last file's "
                "was kept."
            )
        if name not in decided:
            earlier = next((decided[member.name] for member in group if member.name in decided), None)
            if earlier is not None:
                decided[name] = earlier
    return Stacked(tuple(result), tuple(notes), tuple(warnings), replace(mapping, tables=decided))


def _without_copies(group: Sequence[RawTable]) -> tuple[list[RawTable], list[str]]:
    """The tables of a group without those whose rows all stand in a larger one, and warnings on what repeats.

    Where an id numbers the rows, nothing is done here: repeats are found by it.
    """
    together: list[pa.Table] = []
    for table in group:
        headers = sorted(table.frame.column_names, key=snake_case)
        together.append(table.frame.select(headers).rename_columns(list(map(snake_case, headers))))
    numbered = all(
        _identifier(table.name, frame, np.array([0, frame.num_rows])) is not None
        for table, frame in zip(group, together, strict=True)
    )
    kept: list[int] = []
    told: list[str] = []
    for at in sorted(range(len(group)), key=lambda at: -together[at].num_rows):
        table, rows = group[at], together[at].num_rows
        repeats = {other: 0 if numbered else _rows_within(together[at], together[other]) for other in kept}
        most = max(repeats, key=lambda other: repeats[other], default=at)
        again = repeats.get(most, 0)
        if again == rows:
            told.append(
                f"All {counted(rows, 'row')} of {table.name} stand in {group[most].name} too: left out, so "
                "that nothing counts twice."
            )
            continue
        if again > max(_FEW_REPEATS, _SHARED_ROWS * rows):
            told.append(
                f"{counted(again, 'row')} of {table.name} stand in {group[most].name} too, and no id tells "
                "whether they are the same: they count twice."
            )
        kept.append(at)
    return [group[at] for at in sorted(kept)], told


def _rows_within(small: pa.Table, large: pa.Table) -> int:
    """How many rows of a table stand in the other to the letter; 0 where their columns differ."""
    if small.schema.names != large.schema.names:
        return 0
    try:
        rows, others = (
            pc.binary_join_element_wise(
                *(column.cast(pa.string()) for column in table.columns), "\x1f",
                null_handling="replace", null_replacement="",
            )
            for table in (small, large)
        )  # fmt: skip
    except pa.ArrowException:  # lists or records are no text
        return 0
    return int(pc.sum(pc.is_in(rows, value_set=others)).as_py() or 0)


def _of_one_kind(table: RawTable, other: RawTable, mapping: BookMapping) -> bool:
    roles = {mapping.tables.get(held.name, TableMapping()).role for held in (table, other)} - {None}
    if len(roles) > 1 or "unused" in roles:
        return False
    headers, others = _headers(table), _headers(other)
    shared = len(headers & others)
    if shared < min(_FEWEST_HEADERS, len(headers)) or shared < _SHARED * max(len(headers), len(others)):
        return False
    called, also = _own_words(table.name), _own_words(other.name)
    if (called & _OTHER_PEOPLE) != (also & _OTHER_PEOPLE):
        return False
    if called <= also or also <= called:
        return bool(called and also) or called == also or shared >= _TELLING_HEADERS
    return headers == others and shared >= _TELLING_HEADERS


def _headers(table: RawTable) -> frozenset[str]:
    return frozenset(map(snake_case, table.frame.column_names))


def _own_words(name: str) -> frozenset[str]:
    """The words of a table's name that do not merely number it."""
    found = (word.rstrip("0123456789") for word in snake_case(name).split("_"))
    return frozenset(word for word in found if word and word not in _NUMBERED_APART)


def _common_name(group: Sequence[RawTable], taken: set[str]) -> str:
    """What the names have in common but for numbers: deals_2024 and deals_2025 → deals."""
    shared = frozenset.intersection(*(_own_words(table.name) for table in group))
    ordered = [word for word in snake_case(group[0].name).split("_") if word.rstrip("0123456789") in shared]
    name = "_".join(dict.fromkeys(word.rstrip("0123456789") for word in ordered))
    return name if name and name not in taken else group[0].name


def _laid_on_each_other(name: str, group: Sequence[RawTable]) -> tuple[RawTable, int, int]:
    headers: dict[str, str] = {}  # by snake_case: as first written
    for table in group:
        for header in table.frame.column_names:
            headers.setdefault(snake_case(header), header)
    by_name = [{snake_case(h): h for h in table.frame.column_names} for table in group]
    columns = {
        header: _joined([
            table.frame[own[key]] if key in own else pa.nulls(table.frame.num_rows)
            for table, own in zip(group, by_name, strict=True)
        ])
        for key, header in headers.items()
    }  # fmt: skip
    frame = pa.table(columns)
    starts = np.cumsum([0, *(table.frame.num_rows for table in group)])
    keep, repeats, replaced = _kept(name, frame, starts)
    lines = None
    if all(table.lines is not None for table in group):
        lines = np.concatenate([table.lines for table in group if table.lines is not None])
    if repeats or replaced:
        frame = frame.filter(pa.array(keep))
        lines = None if lines is None else lines[keep]
    digest = "sha256:" + hashlib.sha256("\n".join(t.digest for t in group).encode("ascii")).hexdigest()
    held = RawTable(
        name, frame, _summed(name, group), digest, lines, tuple(s for t in group for s in t.set_aside)
    )
    return held, repeats, replaced


def _joined(parts: Sequence[pa.ChunkedArray | pa.Array]) -> pa.ChunkedArray:
    """The parts one after the other, in the one type they all have, else as text."""
    kinds = {part.type.value_type if pa.types.is_dictionary(part.type) else part.type for part in parts} - {
        pa.null()
    }
    kind = kinds.pop() if len(kinds) == 1 else None
    if kind is None and kinds and all(pa.types.is_integer(k) or pa.types.is_floating(k) for k in kinds):
        kind = pa.float64() if any(map(pa.types.is_floating, kinds)) else pa.int64()
    kind = kind or (pa.string() if kinds else pa.null())
    chunks: list[pa.Array] = []
    for part in parts:
        whole = _as(part, kind)
        chunks += whole.chunks if isinstance(whole, pa.ChunkedArray) else [whole]
    return pa.chunked_array(chunks, kind)


def _as(part: pa.ChunkedArray | pa.Array, kind: pa.DataType) -> pa.ChunkedArray | pa.Array:
    try:
        return part.cast(kind)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):  # lists, records or bytes beside text
        shown = (";".join(map(str, held)) if isinstance(held, list) else held for held in part.to_pylist())
        return pa.array([None if held is None else str(held) for held in shown], kind)


def _kept(
    name: str, frame: pa.Table, starts: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.bool_], int, int]:
    """Which rows stand; how many repeat an earlier file's row to the letter, and how many earlier rows a
    later file replaces."""
    keep = np.ones(frame.num_rows, dtype=bool)
    key = _identifier(name, frame, starts)
    if key is None:
        return keep, 0, 0
    repeats = replaced = 0
    ids = frame[key].combine_chunks()
    for start, end in itertools.pairwise(starts[1:]):
        standing = np.flatnonzero(keep[:start])
        found = pc.index_in(ids.slice(start, end - start), ids.take(pa.array(standing)), skip_nulls=True)
        again = np.flatnonzero(found.is_valid().to_numpy(zero_copy_only=False)) + start
        if not len(again):
            continue
        earlier = standing[found.drop_null().to_numpy()]
        same = _alike(frame, again, earlier)
        newer = ~same & _newer_or_unknown(frame, again, earlier)
        older = ~same & ~newer
        keep[again[same | older]] = False
        keep[earlier[newer]] = False
        repeats += int(same.sum())
        replaced += int((newer | older).sum())
    return keep, repeats, replaced


def _identifier(name: str, frame: pa.Table, starts: npt.NDArray[np.int64]) -> str | None:
    """The header of the column that numbers the rows of each file, by its name and by its values.

    Where files hold one deal of each account, its account numbers them too: an id of what the table holds
    comes first, then the one with most values; that of an account never numbers what accounts have many of.
    """
    held = _entity(header_words(snake_case(name)))
    if any(snake_case(header) in _STAGES for header in frame.column_names):
        held = "deals"
    found: list[tuple[bool, int, str]] = []
    for header in map(str, frame.column_names):
        if snake_case(header).rsplit("_", 1)[-1] not in IDENTIFIER:
            continue
        of = _entity(header_words(snake_case(header)))
        if of == "accounts" and held in _MANY_AN_ACCOUNT:
            continue
        column = frame[header]
        parts = [column.slice(start, end - start) for start, end in itertools.pairwise(starts)]
        if all(len(part) and pc.count_distinct(part).as_py() >= 0.98 * len(part) for part in parts):
            found.append((of is not None and of == held, pc.count_distinct(column).as_py(), header))
    return max(found, key=lambda one: one[:2])[2] if found else None


def _entity(named: frozenset[str]) -> str | None:
    return next((role for role, known in ENTITIES if named & known), None)


def _alike(
    frame: pa.Table, rows: npt.NDArray[np.int64], others: npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    same = np.ones(len(rows), dtype=bool)
    for column in frame.columns:
        left, right = column.take(pa.array(rows)), column.take(pa.array(others))
        if pa.types.is_nested(column.type):
            equal = np.array([a == b for a, b in zip(left.to_pylist(), right.to_pylist(), strict=True)])
        else:
            both_blank = pc.and_(left.is_null(), right.is_null())
            equal = pc.or_(pc.fill_null(pc.equal(left, right), False), both_blank).to_numpy()
        same &= equal
    return same


def _newer_or_unknown(
    frame: pa.Table, rows: npt.NDArray[np.int64], others: npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    """False where the earlier file's row was changed later, by a date that Parquet or ISO text gives."""
    for header in frame.column_names:
        if not frozenset(snake_case(header).split("_")) & _UPDATED:
            continue
        column = frame[header]
        if pa.types.is_temporal(column.type) or _all_iso(column):
            left, right = column.take(pa.array(rows)), column.take(pa.array(others))
            return np.asarray(pc.fill_null(pc.greater_equal(left, right), True).to_numpy())
    return np.ones(len(rows), dtype=bool)


def _all_iso(column: pa.ChunkedArray) -> bool:
    """True for dates written so that their text sorts as they do."""
    if not pa.types.is_string(column.type):
        return False
    return bool(pc.all(pc.match_substring_regex(column.drop_null(), r"^\d{4}-\d{2}-\d{2}")).as_py())


def _summed(name: str, group: Sequence[RawTable]) -> ReadingReport:
    reports = [table.report for table in group]
    more = f" and {len(reports) - 1} more" if len(reports) > 2 else f" and {reports[1].file}"
    dialects = list(dict.fromkeys(report.dialect for report in reports))
    return ReadingReport(
        table=name, file=reports[0].file + more,
        records=sum(report.records for report in reports), loaded=sum(report.loaded for report in reports),
        header=sum(report.header for report in reports), preamble=sum(r.preamble for r in reports),
        footer=sum(report.footer for report in reports), blank=sum(report.blank for report in reports),
        rejected=sum(report.rejected for report in reports),
        issues=tuple(issue for report in reports for issue in report.issues),
        dialect=dialects[0] if len(dialects) == 1 else "several",
    )  # fmt: skip
