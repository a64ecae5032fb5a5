"""Prospects beside the book: a file without outcomes, read as the book was, in which conditions count too."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from icp_workbench.book.book import AccountBook, Market
from icp_workbench.book.cleaning.clean import clean_column
from icp_workbench.book.cleaning.column import Column
from icp_workbench.book.columns import unreadable_cells
from icp_workbench.book.derived.definitions import Case, Cases, Meaning, meanings_behind, read_by
from icp_workbench.book.derived.encoding import blank_column, encoded
from icp_workbench.book.derived.making import field_of, values_of
from icp_workbench.book.derived.second_file import header_like, in_folder
from icp_workbench.book.mapping import ColumnMapping
from icp_workbench.book.raw import Progress, RawTable
from icp_workbench.book.sources import read_tables
from icp_workbench.conditions.condition import AllOf, AnyOf, Condition, FieldTest, Not
from icp_workbench.conditions.evaluation import Column as AskedColumn
from icp_workbench.conditions.fields import Field, HowRead, nearest
from icp_workbench.errors import WorkbenchError
from icp_workbench.render.figures import counted

ACCOUNT = "account"
_SEPARATORS = (";", "|", ",", "\n")
UNKNOWN = FieldTest("", "is", True)  # asked of a column of blanks


def with_market(book: AccountBook, folder: Path, progress: Progress | None = None) -> AccountBook:
    """The book with the market its mapping names; without it, and a warning, where it cannot be read."""
    path = book.mapping.market
    if path is None:
        return book
    try:
        market = read_market(Path(path), book, folder, progress)
        return replace(book, market=market, warnings=(*book.warnings, *market.warnings))
    except WorkbenchError as error:
        return replace(book, warnings=(*book.warnings, f"The market was left out: {error.what_happened}"))


def read_market(path: Path, book: AccountBook, folder: Path, progress: Progress | None = None) -> Market:
    """The prospects in a file (`path` relative to `folder`), their columns typed as the book's were.

    A column belongs to the account-level attribute with its header or name (case-blind), or the one the
    book's mapping gives it; one that is only like an attribute, or in another unit, is named in `warnings`,
    not taken. Values are the book's whatever their upper and lower case; those the book does not have are
    named, and so is how many prospects are accounts of the book. Observed attributes are made for prospects
    as for accounts. WorkbenchError for a file that cannot be read, and for one without an attribute of the
    book.
    """
    tables = read_tables(in_folder(str(path), folder), progress=progress)
    fields = [field for field in book.fields.values() if field.grain == ACCOUNT]
    meanings = meanings_behind([field.name for field in fields if field.kind == "observed"], book)
    columns = [field for field in fields if field.name not in meanings]
    found = [(raw, _matched(raw, columns, book)) for raw in tables]
    raw, headers = max(found, key=lambda pair: len(pair[1]))
    if not headers:
        raise _nothing_shared(path, raw, columns)
    frame: dict[str, pd.Series[Any]] = {}
    warnings: list[str] = []
    for field in columns:
        if field.name in headers:
            header = headers[field.name]
            column = clean_column(raw.name, header, raw.frame[header], _wish(field, raw, header, book))
            if column.type != field.type and column.filled:
                warnings.append(f"{raw.name}.{header} is no {field.type} as `{field.name}` is: not taken.")
                continue
            if said := _in_another_unit(raw, column, field):
                warnings.append(said)
                if field.unit or len(column.units) > 1:
                    continue
            frame[field.name] = _series(column, field)
            warnings += [*unreadable_cells(column), *_unsure(raw, column)]
            warnings += _new_values(raw, header, field_of(field.name, frame[field.name], field), field)
    rows = raw.frame.num_rows
    _make_observed(frame, meanings, book, rows)
    lacking = tuple(field.name for field in fields if field.name not in frame)
    warnings += _near(raw, headers, [book.fields[name] for name in lacking])
    warnings += _customers(raw, book)
    accounts = pd.DataFrame(frame, index=pd.RangeIndex(rows))
    return Market(raw.name, accounts, lacking, raw.report, tuple(warnings))


def answerable(condition: Condition, known: Container[str]) -> Condition:
    """The condition with every test of an attribute that is not `known` replaced by `UNKNOWN`: whether it is
    blank there is unknown too. The caller gives the column `""` as blank yes/no."""
    match condition:
        case AllOf(parts):
            return AllOf(tuple(answerable(part, known) for part in parts))
        case AnyOf(parts):
            return AnyOf(tuple(answerable(part, known) for part in parts))
        case Not(part):
            return Not(answerable(part, known))
        case FieldTest(name):
            return condition if name in known else UNKNOWN


def _matched(raw: RawTable, columns: Sequence[Field], book: AccountBook) -> dict[str, str]:
    """The header of each attribute that the file has."""
    named = {
        mapped.name: header
        for header, mapped in book.mapping.table(raw.name).columns.items()
        if mapped.name and header in raw.frame.column_names
    }
    found: dict[str, str] = {}
    for field in columns:
        header = (
            named.get(field.name)
            or header_like(field.header, raw.frame.column_names)
            or header_like(field.name, raw.frame.column_names)
        )
        if header is not None and header not in found.values():
            found[field.name] = header
    return found


def _wish(field: Field, raw: RawTable, header: str, book: AccountBook) -> ColumnMapping:
    """How the book read the attribute, as a wish for the prospects' column; what was decided about that
    column itself goes first."""
    own_table, _, own_header = field.source.partition(".")
    book_column = book.mapping.column(own_table, own_header)
    read = field.reading or HowRead()
    own = book.mapping.column(raw.name, header)
    groups = own.groups or book_column.groups or dict(read.groups)
    if field.type in ("category", "set"):
        groups = _with_the_books_values(groups, field)
    return ColumnMapping(
        type=field.type,
        unit=own.unit,
        scale=own.scale or (read.scale if read.scale != 1.0 else book_column.scale),
        date_order=own.date_order or _of(read.date_order),
        decimal_mark=own.decimal_mark or _of(read.decimal_mark),
        separator=own.separator or (_separator(raw, header, field) if field.type == "set" else None),
        blank=own.blank or tuple(dict.fromkeys([*book_column.blank, *read.blank])),
        kept=own.kept or book_column.kept,
        groups=groups,
    )


def _with_the_books_values(groups: Mapping[str, Sequence[str]], field: Field) -> dict[str, tuple[str, ...]]:
    """The groups, and each value of the book for itself in any case, unless two differ by case alone."""
    spelt: dict[str, list[str]] = {}
    for level in field.levels:
        spelt.setdefault(level.strip().lower(), []).append(level)
    own = {levels[0]: (levels[0],) for levels in spelt.values() if len(levels) == 1}
    return {**own, **{value: (*own.get(value, ()), *texts) for value, texts in groups.items()}}


def _separator(raw: RawTable, header: str, field: Field) -> str | None:
    """The book's where prospects have it, else another that they have and no value of the book."""
    own = field.reading.separator if field.reading is not None else ""
    others = [mark for mark in _SEPARATORS if not any(mark in level for level in field.levels)]
    texts = pc.cast(raw.frame[header], pa.string())
    for mark in (own, *others):
        begins = mark[:1]  # of a list as JSON writes it: "["
        if begins and pc.any(pc.match_substring(texts, begins)).as_py():
            return mark
    return own or None


def _of(text: str) -> Any:
    return text or None


def _series(column: Column, field: Field) -> pd.Series[Any]:
    if column.type == field.type:
        return column.series()
    empty = {"number": "float64", "date": "datetime64[s]", "boolean": "boolean"}
    return pd.Series([None] * column.rows, dtype=empty.get(field.type, "category"))


def _unsure(raw: RawTable, column: Column) -> list[str]:
    if not column.ambiguous_dates:
        return []
    return [f"{raw.name}.{column.header}: nothing tells day from month: read as {column.date_order}."]


def _in_another_unit(raw: RawTable, column: Column, field: Field) -> str | None:
    if set(column.units) <= {field.unit}:
        return None
    own = f"is in {field.unit}" if field.unit else "says no unit"
    taken = "not taken" if field.unit or len(column.units) > 1 else "taken as they stand"
    return f"{raw.name}.{column.header} is in {', '.join(column.units)}, `{field.name}` {own}: {taken}."


def _new_values(raw: RawTable, header: str, found: Field, field: Field) -> list[str]:
    """Values that the book's attribute never has: no condition made on the book finds them."""
    if field.type not in ("category", "set"):
        return []
    known = set(field.levels)
    new = [level for level in found.levels if level not in known]
    if not new:
        return []
    near = [(level, nearest(level, field.levels)) for level in new[:3]]
    shown = ", ".join(f"'{level}'" + (f" (perhaps '{meant}')" if meant else "") for level, meant in near)
    more = f" and {len(new) - 3:,} more" if len(new) > 3 else ""
    return [f"{raw.name}.{header} has values that `{field.name}` has not: {shown}{more}."]


def _customers(raw: RawTable, book: AccountBook) -> list[str]:
    """How many prospects are accounts of the book, by the header of its ids or names."""
    known = _folded(pa.array([*book.account_ids, *book.account_names], pa.string()))
    for column in book.columns:
        header = header_like(column.header, raw.frame.column_names) if column.role in ("id", "name") else None
        if header is not None:
            found = int(pc.sum(pc.is_in(_folded(raw.frame[header]), value_set=known)).as_py() or 0)
            if found:
                are = f"{counted(found, 'prospect')} of {raw.name} {'is' if found == 1 else 'are'}"
                return [f"{are} in the book already (by {header}), and counted all the same."]
    return []


def _folded(texts: Any) -> Any:
    return pc.utf8_lower(pc.utf8_trim_whitespace(pc.cast(texts, pa.string())))


def _make_observed(
    frame: dict[str, pd.Series[Any]], meanings: Mapping[str, Meaning | None], book: AccountBook, rows: int
) -> None:
    """Observed attributes, the first made first; one of whose sources the market has none is lacking too."""

    def column(name: str) -> AskedColumn:
        return encoded(frame[name], book.fields[name]) if name in frame else blank_column("boolean", rows)

    for name, meaning in meanings.items():
        if meaning is not None and any(source in frame for source in read_by(meaning)):
            frame[name] = values_of(_answerable_meaning(meaning, frame), column, rows)


def _answerable_meaning(meaning: Meaning, known: Container[str]) -> Meaning:
    if not isinstance(meaning, Cases):
        return answerable(meaning, known)
    cases = tuple(Case(case.value, answerable(case.when, known)) for case in meaning.cases)
    return Cases(cases, meaning.otherwise if meaning.otherwise in known else None)


def _near(raw: RawTable, headers: Mapping[str, str], lacking: Sequence[Field]) -> list[str]:
    free = [header for header in raw.frame.column_names if header not in headers.values()]
    said = []
    for field in lacking:
        near = nearest(field.header, free)
        if near is not None:
            said.append(
                f"The market has no `{field.name}`; its column `{near}` may be meant, and is not taken."
            )
    return said


def _nothing_shared(path: Path, raw: RawTable, columns: Sequence[Field]) -> WorkbenchError:
    headers = ", ".join(raw.frame.column_names[:8])
    wanted = ", ".join(field.header for field in columns[:8])
    return WorkbenchError(
        "No attribute in common",
        f"`{path.name}` has none of the book's attributes; its columns are {headers}.",
        f"Name its columns as the book does, such as {wanted}.",
    )
