"""The book's understanding as plain data: the JSON of `icp data`."""

from __future__ import annotations

import dataclasses
from typing import Any

from icp_workbench.book.book import AccountBook
from icp_workbench.book.raw import ReadingReport


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
        "observations": {grain: len(held.account) for grain, held in book.observations.items()},
        "notes": list(book.notes),
        "warnings": list(book.warnings),
    }


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
    return {key: list(held) if isinstance(held, tuple) else held for key, held in plain.items()}


def _iso(day: Any) -> str | None:
    return None if day is None else day.isoformat()
