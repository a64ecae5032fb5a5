"""Whether a header says that its figures are dates."""

from __future__ import annotations

from icp_workbench.book.vocabulary import DATE, words

_MOMENTS = words(
    "created updated modified closed started ended expires renewed cancelled canceled period end start"
)
_NO_DATES = words("update candidate mandate validate up")  # words that end like one that speaks of dates
_HOW_LONG = words(
    "days hours minutes seconds hrs mins secs duration elapsed spent response resolution handle cycle length "
    "to per average avg mean median count total amount value revenue price cost number employees headcount "
    "people users seats orders units contacts licenses mrr arr acv spend budget balance fee score size"
)


def speaks_of_dates(header: frozenset[str]) -> bool:
    """Whether figures under a header with these words may be dates: Close Date, createdate, created_at;
    not Response Time, Days to Close."""
    if header & _HOW_LONG:
        return False
    run_together = any(word.endswith("date") and word not in _NO_DATES for word in header)
    return bool(header & (DATE | _MOMENTS)) or run_together
