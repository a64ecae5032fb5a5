"""Which outcomes count, by the day they were closed."""

from __future__ import annotations

import datetime as dt

from icp_workbench.tui.dialogs.form import FormDialog, Typed

Period = tuple[dt.date | None, dt.date | None]


class PeriodDialog(FormDialog):
    """Answers `first` and `last` as typed; `period_of` reads each."""

    def __init__(self, held: Period | None, chosen: Period | None) -> None:
        low, high = (day.isoformat() if day else "" for day in held or (None, None))
        first, last = (day.isoformat() if day else "" for day in chosen or (None, None))
        super().__init__(
            "Outcomes counted",
            f"Those closed from {low} to {high} count now. Both ends count; an empty one is open.",
            [Typed("first", "from", first, low), Typed("last", "to", last, high)],
        )

    def wrong(self, answer: dict[str, str]) -> tuple[str, str] | None:
        ends = []
        for end in ("first", "last"):
            try:
                ends.append(period_of(answer[end]))
            except ValueError:
                return end, f"“{answer[end]}” is not a date such as 2025-06-01."
        if ends[0] is not None and ends[1] is not None and ends[0] > ends[1]:
            return "last", "The period ends before it begins."
        return None


def period_of(text: str) -> dt.date | None:
    """An end of the period as typed; None for an empty line. ValueError for anything else."""
    return dt.date.fromisoformat(text) if text else None
