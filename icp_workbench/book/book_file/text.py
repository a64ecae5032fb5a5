"""What is remembered of a book → the text of its file, made for git diff: one column, one line."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from icp_workbench.book.book_file.model import API_VERSION
from icp_workbench.book.book_file.remembered import Seen, SeenColumn, SeenTable
from icp_workbench.book.mapping import BookMapping, ColumnMapping, CustomMetric, TableMapping
from icp_workbench.book.observed import (
    Bins,
    Definition,
    Expression,
    Groups,
    ObservedAttribute,
    Tag,
    Words,
)
from icp_workbench.conditions.condition import to_plain
from icp_workbench.documents.yaml_text import OneLine, OnePerLine, yaml_lines

HEAD = """\
# How ICP Workbench reads these files. CONFIDENTIAL: it may name accounts and people; keep it with the data.
# Opening the files obeys what stands here. `decided` names what a person decided, the rest was inferred; what
# stands under `found`, `files` and `held` decides nothing and tells what changed since.
"""
_COLUMN_KEYS = (
    "role", "part", "type", "kind", "name", "unit", "scale", "date_order", "decimal_mark", "separator",
    "blank", "kept", "groups",
)  # fmt: skip
_SECTIONS = ("apiVersion", "files", "stages", "metrics", "observed", "tables")


def text_of(
    mapping: BookMapping,
    seen: Seen,
    book: str = "",
    further: Mapping[tuple[str, ...], Any] | None = None,
) -> str:
    """The file's text; `further` are keys of anyone's, by their path, put back where their place is."""
    content: dict[str, Any] = {
        "apiVersion": API_VERSION,
        "book": book,
        "found": _found(seen),
        "churn_source": mapping.churn_source,
        "as_of": mapping.as_of,
        "period": _span(mapping.period) if mapping.period is not None else None,
        "currency": mapping.currency,
        "rates": OneLine(mapping.rates),
        "margins": OneLine(mapping.margins),
        "market": mapping.market,
        "presets": list(mapping.presets),
        "decided": [
            name for name in ("churn_source",) if mapping.churn_source and name not in mapping.guessed
        ],
        "files": {
            name: OneLine(_filled({"rows": file.rows, "digest": file.digest}))
            for name, file in seen.files.items()
        },
        "stages": _stages(mapping, seen),
        "metrics": {metric.name: _metric(metric) for metric in mapping.metrics},
        "observed": {one.name: _observed(one) for one in mapping.observed},
        "tables": {
            name: _table(mapping.table(name), seen.tables.get(name))
            for name in {**seen.tables, **mapping.tables}
        },
    }
    kept = {key: value for key, value in content.items() if value is not None and value not in ("", {}, [])}
    if mapping.period is not None:
        kept["period"] = content["period"]
    for path, value in (further or {}).items():
        _put(kept, path, value)
    return HEAD + "\n".join(_spaced(kept)) + "\n"


def _spaced(content: Mapping[str, Any]) -> Iterable[str]:
    """A blank line before each section and each table."""
    for key, value in content.items():
        if key in _SECTIONS:
            yield ""
        if key != "tables":
            yield from yaml_lines({key: value})
            continue
        yield "tables:"
        for at, (name, table) in enumerate(value.items()):
            if at:
                yield ""
            yield from yaml_lines({name: table}, "  ")


def _found(seen: Seen) -> dict[str, Any]:
    sources = {
        name: OneLine(churned=source.churned, of=source.of) for name, source in seen.churn_sources.items()
    }
    return _filled(
        {
            "accounts": seen.accounts,
            "as_of": seen.as_of,
            "outcomes": _span(seen.period) if seen.period else None,
            "currency": seen.currency,
            "churn": sources,
        }
    )


def _span(period: tuple[Any, Any]) -> OneLine:
    return OneLine(_filled({"from": period[0], "to": period[1]}))


def _stages(mapping: BookMapping, seen: Seen) -> dict[str, Any]:
    by_label = {**seen.stages, **mapping.stages}
    return {
        label: OneLine(
            _filled({
                "is": meaning,
                "deals": seen.deals.get(label, 0) if label in seen.stages else None,
                "decided": True if label in mapping.stages.keys() - mapping.guessed_stages else None,
            })
        )
        for label, meaning in by_label.items()
    }  # fmt: skip


def _table(table: TableMapping, seen: SeenTable | None) -> dict[str, Any]:
    seen = seen or SeenTable()
    read = dataclasses.asdict(table.read)
    read["reinclude"] = sorted(table.read.reinclude)
    decided = [
        name for name in ("role", "key", "joins") if getattr(table, name) and name not in table.guessed
    ]
    headers = {**seen.columns, **table.columns}
    content = _filled({
        "role": table.role or seen.role or None,
        "file": table.file or seen.file,
        "rows": seen.rows,
        "key": table.key,
        "duplicates": table.duplicates,
        "read": OneLine(_filled(read)),
        "joins": OnePerLine(
            OneLine(by=join.header, table=join.to_table, key=join.to_header) for join in table.joins
        ),
        "accepted": {header: dict(meant) or OneLine() for header, meant in table.accepted.items()},
        "decided": decided,
    })  # fmt: skip
    columns = {header: _column(table.columns.get(header), seen.columns.get(header)) for header in headers}
    held = {
        header: entry
        for header in headers
        if (entry := _held(table.columns.get(header), seen.columns.get(header)))
    }
    gone = {header: columns.pop(header) for header in headers if seen.columns and header not in seen.columns}
    return content | _filled({"columns": columns, "gone": gone, "held": held}) or OneLine()


def _column(column: ColumnMapping | None, seen: SeenColumn | None) -> OneLine:
    column, seen = column or ColumnMapping(), seen or SeenColumn()
    values: dict[str, Any] = {key: getattr(column, key) for key in _COLUMN_KEYS}
    decided = [key for key, value in values.items() if _says(value) and key not in column.guessed]
    for key in ("role", "type", "unit"):
        values[key] = values[key] or getattr(seen, key)
    values["blank"], values["kept"] = list(column.blank), list(column.kept)
    values["groups"] = {name: list(spelt) for name, spelt in column.groups.items()}
    return OneLine(_filled({**values, "decided": decided}))


def _held(column: ColumnMapping | None, seen: SeenColumn | None) -> OneLine | None:
    """What is worth a line: a column without blanks and of many values goes without saying."""
    said = {
        "filled": seen.filled if seen is not None and seen.filled != 1.0 else None,
        "unreadable": (seen.unreadable or None) if seen is not None else None,
        "values": list(column.levels) if column is not None else [],
    }
    return OneLine(_filled(said)) if _filled(said) else None


def _metric(metric: CustomMetric) -> OneLine:
    values = {key: value for key, value in dataclasses.asdict(metric).items() if key != "name"}
    usual = {field.name: field.default for field in dataclasses.fields(CustomMetric)}
    return OneLine({key: value for key, value in values.items() if value != usual[key]})


def _observed(one: ObservedAttribute) -> dict[str, Any]:
    said = _filled({"label": one.label, "note": one.note})
    if not one.known_before_sale:
        said["known_before_sale"] = False
    how = _definition(one.definition)
    long = any(isinstance(value, OnePerLine) for value in how.values())
    return {**how, **said} if long else OneLine({**how, **said})


def _definition(definition: Definition) -> dict[str, Any]:
    match definition:
        case Bins(field, cuts, labels):
            said: dict[str, Any] = {"bins": field, "cuts": list(cuts)}
            return said | ({"labels": list(labels)} if labels else {})
        case Groups(field, groups, other):
            values = {name: list(held) for name, held in groups.items()}
            return {"groups": field, "values": values} | ({} if other is None else {"other": other})
        case Words(field, words):
            return {"words": list(words), "in": field}
        case Expression(when):
            return {"when": to_plain(when)}
        case Tag(accounts):
            return {"accounts": OnePerLine(accounts)}
    said = {"column": definition.column, "file": definition.path}
    said |= {} if definition.key is None else {"key": definition.key}
    return said | ({"accepted": dict(definition.accepted)} if definition.accepted else {})


def _says(value: object) -> bool:
    return value is not None and value != () and value != {} and value != ""


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None and value not in ("", [], {})}


def _put(content: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    here: Any = content
    for part in path[:-1]:
        here = here.get(part) if isinstance(here, dict) else None
    if isinstance(here, dict):
        here.setdefault(path[-1], value if not isinstance(value, dict) else OneLine(value))
