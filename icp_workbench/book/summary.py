"""The book's understanding as plain data: the JSON of `icp data`."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence
from typing import Any

from icp_workbench.book.book import AccountBook, Market
from icp_workbench.book.raw import ReadingReport, SetAside


def summary(book: AccountBook) -> dict[str, Any]:
    """`tables`, `columns`, `joins`, `metrics`, `leaks` and what else was understood, JSON-able, missing =
    None.

    `smallest_difference` of a metric is None here: it takes the evidence floor to know it.
    """
    return {
        "name": book.name,
        "fingerprint": book.fingerprint,
        "accounts": len(book.account_ids),
        "as_of": _iso(book.as_of),
        "period": [_iso(day) for day in book.period] if book.period else None,
        "currency": book.currency,
        "tables": [
            {
                "name": table.name,
                "file": table.file,
                "role": table.role,
                "rows": table.rows,
                "columns": table.columns,
                "digest": table.digest,
                "report": _report(table.report),
            }
            for table in book.tables
        ],
        "columns": [_plain(column) for column in book.columns],
        "joins": [_plain(join) for join in book.joins],
        "metrics": _metrics(book),
        "leaks": [_plain(leak) for leak in book.leaks],
        "outcome_sources": [_plain(source) for source in book.outcome_sources],
        "stages": dict(book.stages),
        "stage_counts": dict(book.stage_counts),
        "observations": {grain: len(held.account) for grain, held in book.observations.items()},
        "duplicates": [_plain(one) for one in book.duplicates],
        "set_aside": {table: _by_kind(records) for table, records in book.set_aside.items()},
        "market": _market(book.market),
        "differences": list(book.differences),
        "notes": list(book.notes),
        "warnings": list(book.warnings),
    }


def _market(market: Market | None) -> dict[str, Any] | None:
    if market is None:
        return None
    return {
        "name": market.name,
        "accounts": len(market.accounts),
        "missing": list(market.missing),
        "warnings": list(market.warnings),
    }


def _by_kind(records: Sequence[SetAside]) -> dict[str, int]:
    """How many records of each kind stand aside."""
    return dict(Counter(record.kind for record in records))


def _metrics(book: AccountBook) -> list[dict[str, Any]]:
    available = [
        {
            "name": metric.name,
            "label": metric.label,
            "available": True,
            "missing": None,
            "smallest_difference": None,
            "unit": metric.unit,
            "grain": metric.grain,
            "core": metric.core,
            "margin": metric.margin,
            "margin_is_relative": metric.margin_is_relative,
            "note": metric.note,
        }
        for metric in book.metrics
    ]
    lacking = [
        {"name": name, "available": False, "missing": reason, "smallest_difference": None}
        for name, reason in book.unavailable.items()
    ]
    return available + lacking


def _report(report: ReadingReport) -> dict[str, Any]:
    plain = _plain(report)
    return {key: value for key, value in plain.items() if key not in ("table", "file")}


def _plain(value: Any) -> Any:
    plain = dataclasses.asdict(value)
    return {key: _lists(held) for key, held in plain.items()}


def _lists(held: Any) -> Any:
    return [_lists(one) for one in held] if isinstance(held, tuple) else held


def _iso(day: Any) -> str | None:
    return None if day is None else day.isoformat()
