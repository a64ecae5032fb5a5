"""Dates as text: the same in every front end, whatever the machine's language."""

from __future__ import annotations

import datetime as dt

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day(date: dt.date | None) -> str:
    """One day in ISO order: `2026-10-31`; `–` for none."""
    return "–" if date is None else f"{date.year:04d}-{date.month:02d}-{date.day:02d}"


def month(date: dt.date | None) -> str:
    """The month a day lies in: `Oct 2026`; `–` for none."""
    return "–" if date is None else f"{MONTHS[date.month - 1]} {date.year}"


def period(first: dt.date | None, last: dt.date | None) -> str:
    """A period by its months: `Jan 2024 – Oct 2026`, one month alone if both lie in it; `–` for none."""
    if first is None or last is None:
        return "–"
    return month(first) if month(first) == month(last) else f"{month(first)} – {month(last)}"
