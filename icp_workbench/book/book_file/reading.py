"""A book file's text → what it remembers, or one error with every problem in it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, cast, get_args

from icp_workbench.book.book_file.model import (
    API_VERSION,
    BookFile,
    ColumnDecision,
    ColumnEntry,
    ObservedEntry,
    SeenEntry,
    TableDecision,
    TableEntry,
)
from icp_workbench.book.book_file.remembered import (
    OBEYED_COLUMN_ROLES,
    OBEYED_TABLE_ROLES,
    Remembered,
    Seen,
    SeenColumn,
    SeenFile,
    SeenSource,
    SeenTable,
)
from icp_workbench.book.mapping import BookMapping, ColumnMapping, CustomMetric, JoinMapping, TableMapping
from icp_workbench.book.observed import (
    Bins,
    Definition,
    Expression,
    Groups,
    ObservedAttribute,
    SecondFile,
    Tag,
    Words,
)
from icp_workbench.book.raw import ReadAs
from icp_workbench.conditions.checking import collect
from icp_workbench.conditions.condition import EVERYONE, Condition, Problem, collect_plain, fields_read
from icp_workbench.conditions.fields import Field, Fields, FieldType, snake_case
from icp_workbench.documents.tree import Kind, Tree, not_readable, yaml_tree
from icp_workbench.documents.typed import Found, shown, typed
from icp_workbench.errors import WorkbenchError

BOOK_FILE = Kind("a book file", "or open the data without it (--no-book). docs/book-file.md shows its shape.")
_WAYS = ("bins", "groups", "words", "when", "accounts", "column")


def remembered_of(text: str, name: str = "") -> Remembered:
    """What a book file says. WorkbenchError with every problem in it, and for one of a newer version."""
    tree = yaml_tree(text, BOOK_FILE)
    if not isinstance(tree.root, dict):
        wanted = f"a mapping that begins with apiVersion: {API_VERSION}"
        raise not_readable([Problem("the file", shown(tree.root), wanted)], BOOK_FILE)
    _refuse_newer(tree.root)
    further: list[Found] = []
    definitions = _definitions(tree, further)
    file = typed(tree, BookFile, BOOK_FILE, further=further)
    return Remembered(
        mapping=_mapping(file, definitions),
        seen=_seen(file),
        digest=digest_of(text),
        name=name,
        further=dict(_further(tree.root)),
    )


def digest_of(text: str) -> str:
    """The digest by which a book file is known again."""
    return "sha256:" + hashlib.sha256(text.encode("utf-8")).hexdigest()


def _refuse_newer(root: Mapping[str, Any]) -> None:
    version = root.get("apiVersion")
    number = version.removeprefix("icp-book/v") if isinstance(version, str) else ""
    if number != version and number.isascii() and number.isdigit() and number.lstrip("0") not in ("", "1"):
        raise WorkbenchError(
            "A newer book file",
            f"The file is written as `{str(version)[:40]}`; this version of ICP Workbench reads up to "
            f"`{API_VERSION}`. Nothing was changed.",
            "Open it with a newer ICP Workbench, or open the data without it (--no-book).",
        )


def _mapping(file: BookFile, definitions: Mapping[str, Definition]) -> BookMapping:
    return BookMapping(
        churn_source=file.churn_source,
        tables={name: _table(entry) for name, entry in file.tables.items()},
        stages={label: entry.is_ for label, entry in _obeyed_stages(file).items()},
        as_of=file.as_of,
        period=(file.period.from_, file.period.to) if file.period is not None else None,
        currency=file.currency,
        rates=file.rates,
        margins=file.margins,
        metrics=tuple(CustomMetric(name, **entry.model_dump()) for name, entry in file.metrics.items()),
        observed=tuple(
            ObservedAttribute(name, definitions[name], entry.label, entry.note, entry.known_before_sale)
            for name, entry in file.observed.items()
        ),
        market=file.market,
        presets=file.presets,
        guessed=frozenset({"churn_source"} if file.churn_source and not file.decided else ()),
        guessed_stages=frozenset(label for label, entry in _obeyed_stages(file).items() if not entry.decided),
    )


def _obeyed_stages(file: BookFile) -> dict[str, Any]:
    """Guesses about stages stand for the column of labels alone: flags decide row by row."""
    columns = (column for table in file.tables.values() for column in table.columns.values())
    flags = any(column.part in ("won flag", "closed flag") for column in columns)
    return {label: entry for label, entry in file.stages.items() if entry.decided or not flags}


def _table(entry: TableEntry) -> TableMapping:
    decided = frozenset(entry.decided)
    role = entry.role if "role" in decided or entry.role in OBEYED_TABLE_ROLES else None
    read = ReadAs(
        entry.read.delimiter, entry.read.encoding, entry.read.header_line, frozenset(entry.read.reinclude)
    )
    columns = {header: _column(column) for header, column in {**entry.columns, **entry.gone}.items()}
    for header, held in entry.held.items():
        if held.values:
            columns[header] = _with_levels(columns.get(header, ColumnMapping()), held.values)
    table = TableMapping(
        role=role,
        file=entry.file,
        key=entry.key,
        read=read,
        duplicates=entry.duplicates,
        joins=tuple(JoinMapping(join.by, join.table, join.key) for join in entry.joins),
        accepted=entry.accepted,
        columns=columns,
    )
    return _with_guesses(table, get_args(TableDecision), decided)


def _column(entry: ColumnEntry) -> ColumnMapping:
    decided = frozenset(entry.decided)
    values = entry.model_dump(exclude={"decided"})
    if "role" not in decided and entry.role not in OBEYED_COLUMN_ROLES:
        values["role"] = None
    if values["role"] in ("key", "leak"):  # shown, and no role a person can give
        values["role"] = None
    if "type" not in decided and entry.type == "blank":
        values["type"] = None
    if "unit" not in decided:
        values["unit"] = None
    return _with_guesses(ColumnMapping(**values), get_args(ColumnDecision), decided)


def _with_guesses(mapping: Any, names: tuple[str, ...], decided: frozenset[str]) -> Any:
    guessed = frozenset(name for name in names if getattr(mapping, name) and name not in decided)
    return replace(mapping, guessed=guessed)


def _with_levels(column: ColumnMapping, levels: tuple[str, ...]) -> ColumnMapping:
    return replace(column, levels=levels)


def _seen(file: BookFile) -> Seen:
    outcomes = file.found.outcomes
    return Seen(
        accounts=file.found.accounts,
        as_of=file.found.as_of,
        period=(outcomes.from_, outcomes.to) if outcomes and outcomes.from_ and outcomes.to else None,
        currency=file.found.currency,
        files={name: SeenFile(entry.rows, entry.digest) for name, entry in file.files.items()},
        tables={
            name: SeenTable(
                entry.file or "",
                entry.role or "",
                entry.rows,
                {header: _seen_column(entry, header) for header in entry.columns},
            )
            for name, entry in file.tables.items()
            if entry.rows is not None
        },
        stages={label: entry.is_ for label, entry in file.stages.items() if entry.deals is not None},
        deals={label: entry.deals for label, entry in file.stages.items() if entry.deals is not None},
        churn_sources={name: SeenSource(one.churned, one.of) for name, one in file.found.churn.items()},
    )


def _seen_column(table: TableEntry, header: str) -> SeenColumn:
    column = table.columns.get(header, ColumnEntry())
    held = table.held.get(header, SeenEntry())
    filled = held.filled if held.filled is not None or not table.rows else 1.0
    return SeenColumn(column.role or "", column.type or "", column.unit or "", filled, held.unreadable)


def _definitions(tree: Tree, problems: list[Found]) -> dict[str, Definition]:
    """The definitions of observed attributes; what is wrong with their conditions goes to `problems`."""
    root = tree.root
    entries = root.get("observed")
    if not isinstance(entries, dict):
        return {}
    fields = _fields(root)
    found: dict[str, Definition] = {}
    for name, entry in entries.items():
        where = ("observed", name)
        if not isinstance(entry, dict):
            continue  # the model says so
        ways = [way for way in _WAYS if way in entry]
        if len(ways) != 1:
            told = ", ".join(f"`{way}`" for way in ways) or "none of them"
            problems.append((where, told, f"exactly one of {', '.join(_WAYS)}"))
            continue
        needs = {"bins": "cuts", "groups": "values", "words": "in", "column": "file"}.get(ways[0])
        if needs and needs not in entry:
            problems.append(((*where, needs), "nothing", f"this key beside `{ways[0]}`"))
            continue
        if ways[0] == "when":
            condition = _condition(entry["when"], f"observed.{name}.when", fields, problems)
            found[name] = Expression(condition)
        else:
            try:
                found[name] = _definition(ObservedEntry.model_validate(entry))
            except ValueError:
                continue  # the model says what is wrong
    return found


def _definition(entry: ObservedEntry) -> Definition:
    if entry.bins is not None:
        return Bins(entry.bins, entry.cuts, entry.labels)
    if entry.groups is not None:
        return Groups(entry.groups, entry.values, entry.other)
    if entry.words is not None:
        return Words(entry.in_ or "", entry.words)
    if entry.accounts is not None:
        return Tag(entry.accounts)
    return SecondFile(entry.file or "", entry.column or "", entry.key, entry.accepted)


def _condition(plain: object, path: str, fields: Fields, problems: list[Found]) -> Condition:
    wrong: list[Problem] = []
    condition = collect_plain(plain, path, wrong)
    problems += [((problem.path,), problem.found, problem.expected) for problem in wrong]
    if wrong:
        return EVERYONE
    if not set(fields_read(condition)) <= set(fields):
        return condition  # typed when the attribute is made, or refused there by name
    misfits: list[str] = []
    fitted = collect(condition, fields, path, misfits, levels_must_exist=False)
    return condition if misfits else fitted


def _fields(root: Mapping[str, Any]) -> Fields:
    """What the columns and the observed attributes of the file are called, and of which type they are."""
    found: dict[str, Field] = {}
    tables = root.get("tables")
    for table in tables.values() if isinstance(tables, dict) else ():
        columns = table.get("columns") if isinstance(table, dict) else None
        for header, column in columns.items() if isinstance(columns, dict) else ():
            if isinstance(column, dict):
                kind: Any = "text" if column.get("type") == "identifier" else column.get("type")
                name = column.get("name") or snake_case(header)
                if kind in get_args(FieldType) and isinstance(name, str):
                    found.setdefault(name, Field(name, header, kind))
    for name, entry in cast("dict[str, Any]", root["observed"]).items():
        if isinstance(entry, dict) and "column" not in entry:
            made: FieldType = "category" if "bins" in entry or "groups" in entry else "boolean"
            found.setdefault(name, Field(name, name, made))
    return Fields(tuple(found.values()))


def _further(root: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Keys that are anyone's, at the three places where people leave them: the file, a table, a column."""
    places: list[tuple[tuple[str, ...], Any]] = [((), root)]
    for name, table in root.get("tables", {}).items():
        places.append((("tables", name), table))
        for header, column in table.get("columns", {}).items():
            places.append((("tables", name, "columns", header), column))
    for path, place in places:
        for key, value in place.items():
            if key.startswith("x-"):
                yield (*path, key), value
