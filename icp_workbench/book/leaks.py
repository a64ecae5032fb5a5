"""Attributes known only after the outcome: by name, by what they are made of, and by what they give away."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from icp_workbench.book.cleaning.column import Column
from icp_workbench.book.vocabulary import (
    CHANGED,
    ENDINGS,
    FORECASTS,
    LAST,
    LEAVING,
    SAYS_HOW_SURE,
    SAYS_WHY,
    TOUCHED,
    WORKED_ON,
    WRITTEN_LATER,
)

Floats = npt.NDArray[np.float64]
Moments = npt.NDArray[np.datetime64]
_FEWEST = 25  # rows of either outcome below which the data cannot give a leak away
_SEPARATES = 0.97
_MOST = 200_000
_NEARLY = 0.05  # off the product of tenure and another column
_FEW_FACTORS = 100  # numbers, of which every pair is looked at
_MOST_FACTORS = 1_000
_SOME_ROWS = 48
_NO_CHANCE = 1e-9  # of every row of a level having the same outcome


def leak_by_name(column: Column) -> str | None:
    """The reason when the header itself speaks of the outcome: loss reason, churn score, competitor won.

    In English or another language that `vocabulary.RUN_TOGETHER` knows the words of.
    """
    words = column.words
    if words & SAYS_WHY and words & ENDINGS:
        return "its name says that it is written down once the outcome is known"
    if words & LEAVING:
        return "its name says that it is about churn itself"
    if (words & SAYS_HOW_SURE and words & ENDINGS) or words & FORECASTS:
        return "its name says that it is a forecast of the outcome"
    if any(written <= words for written in WRITTEN_LATER):
        return "its name says that it follows the outcome: a CRM writes it as deals are closed"
    touched = (words & LAST and words & TOUCHED) or (words & CHANGED and column.type == "date")
    if touched and (column.type == "date" or words >= {"days", "since"}):
        return "its name says that it goes on changing after the outcome is known"
    if column.type == "number" and any(counted <= words for counted in WORKED_ON):
        return "its name says that it goes on growing while somebody works on the deal"
    return None


def leak_of(column: Column, outcomes: Sequence[tuple[Floats, tuple[str, str]]]) -> str | None:
    """The reason when the header, or else the values of `column` against any of `outcomes` (each as
    `leak_by_value` takes it), speak of the outcome."""
    reasons = (leak_by_value(column, outcome, what) for outcome, what in outcomes)
    return leak_by_name(column) or next((reason for reason in reasons if reason is not None), None)


def leak_by_value(column: Column, outcome: Floats, what: tuple[str, str]) -> str | None:
    """The reason when the values of `column` give `outcome` (1, 0, NaN unknown) away.

    Either it is filled for one outcome and blank for the other, or a number or level separates the two almost
    perfectly (area under the ROC curve at least 0.97; levels are scored on one half of the rows and judged on
    the other). `what` names the outcomes 1 and 0.
    """
    yes, no = outcome == 1.0, outcome == 0.0
    if min(yes.sum(), no.sum()) < _FEWEST:
        return None
    filled = column.filled_mask
    share = filled[yes].mean(), filled[no].mean()
    for at, other in ((0, 1), (1, 0)):
        if share[at] >= 0.9 and share[other] <= 0.1:
            return f"filled for {share[at]:.0%} of {what[at]} and {share[other]:.0%} of {what[other]}"
    known = (yes | no) & filled
    if min((yes & filled).sum(), (no & filled).sum()) < _FEWEST:
        return None
    if column.type in ("number", "date") and column.values is not None:
        numbers = column.moments.astype(float) if column.type == "date" else column.numbers
        area = _area(*_sampled(numbers[known], yes[known]))
        if max(area, 1 - area) >= _SEPARATES:
            return f"separates {what[0]} from {what[1]} almost perfectly"
    elif column.type in ("category", "boolean", "set") and column.distinct <= known.sum() / 10:
        codes, won = column.codes[known], yes[known]
        half = np.random.default_rng(len(codes)).random(len(codes)) < 0.5
        wins = np.bincount(codes[half], weights=won[half], minlength=column.distinct)
        rows = np.bincount(codes[half], minlength=column.distinct)
        rate = (wins + won.mean()) / (rows + 1)
        if _area(rate[codes[~half]], won[~half]) >= _SEPARATES:
            return f"separates {what[0]} from {what[1]} almost perfectly"
        all_yes = np.bincount(codes, weights=~won, minlength=column.distinct) == 0
        held = np.bincount(codes, minlength=column.distinct)
        pure = np.flatnonzero(all_yes & (held >= _FEWEST) & (won.mean() ** held < _NO_CHANCE))
        if len(pure) and column.type != "set":
            return f"all {held[pure[0]]:,} with `{column.levels[int(pure[0])]}` are {what[0]}"
    return None


def leak_by_date(column: Column, ended: Moments, what: str) -> str | None:
    """The reason when the dates of `column` nearly all fall on or after the day of the outcome (`ended`, one
    a row, NaT unknown): a last invoice, a hand-over. `what` says in words what day that is."""
    if column.type != "date":
        return None
    days, end = column.moments.astype("datetime64[D]"), ended.astype("datetime64[D]")
    known = ~np.isnat(days) & ~np.isnat(end)
    if known.sum() < _FEWEST:
        return None
    later = float((days[known] >= end[known]).mean())
    return f"{later:.0%} of its dates are not before {what}" if later >= 0.95 else None


def made_of_tenure(column: Column, tenure: Column, others: Sequence[Column]) -> str | None:
    """The reason when a number is nearly tenure times another column (total charges): it holds the tenure."""
    if column.type != "number" or column.values is None or tenure.values is None:
        return None
    values, months = column.numbers, tenure.numbers
    for other in others:
        if other.header in (column.header, tenure.header) or other.type != "number" or other.values is None:
            continue
        product = months * other.numbers
        known = np.isfinite(values) & np.isfinite(product) & (product != 0) & (values != 0)
        if known.sum() < 2 * _FEWEST or np.std(months[known]) == 0:
            continue
        if np.median(np.abs(values[known] / product[known] - 1)) < _NEARLY:
            return f"nearly {tenure.header} × {other.header}: it grows as long as the customer stays"
    return None


class Factors:
    """The columns that others may be tenure times: every number; of many, to spare looking at every pair of
    them, the first thousand, and of those the ones that some rows speak for."""

    def __init__(self, tenure: Column, columns: Sequence[Column]) -> None:
        numbers = [column for column in columns if column.type == "number" and column.values is not None]
        self._numbers = numbers[:_MOST_FACTORS]
        self._few = len(numbers) <= _FEW_FACTORS
        months = tenure.numbers
        rows = np.flatnonzero(np.isfinite(months) & (months != 0))
        self._rows = rows[np.linspace(0, len(rows) - 1, min(len(rows), _SOME_ROWS)).astype(np.int64)]
        if not self._few:
            held = np.array([column.numbers[self._rows] for column in self._numbers])
            held[held == 0] = np.nan
            self._products = months[self._rows] * held

    def likely(self, column: Column) -> Sequence[Column]:
        """Those that a number may be tenure times."""
        if self._few or column.type != "number" or column.values is None:
            return self._numbers
        with np.errstate(all="ignore"):
            ratio = column.numbers[self._rows] / self._products
            near = (np.abs(ratio - 1) < _NEARLY).sum(axis=1)
            known = (np.isfinite(ratio) & (ratio != 0)).sum(axis=1)
        return [self._numbers[at] for at in np.flatnonzero((near >= 2) & (near >= 0.25 * known))]


def is_the_duration(column: Column, days: Floats) -> str | None:
    """The reason when a number is the days (NaN unknown) that each row took from open to closed: Salesforce's
    Age."""
    if column.type != "number" or column.values is None:
        return None
    known = np.isfinite(column.numbers) & np.isfinite(days)
    if known.sum() < _FEWEST or np.std(days[known]) == 0:
        return None
    same = np.abs(column.numbers[known] - days[known]) <= 1
    return "it is the sales cycle itself: known once the deal has closed" if same.mean() >= 0.95 else None


def _sampled(scores: Floats, positive: npt.NDArray[np.bool_]) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Some of very many rows: an area of 0.97 is known well enough from them, and they are sorted at once."""
    if len(scores) <= _MOST:
        return scores, positive
    rows = np.random.default_rng(len(scores)).integers(0, len(scores), _MOST)
    return scores[rows], positive[rows]


def _area(scores: Floats, positive: npt.NDArray[np.bool_]) -> float:
    """Area under the ROC curve (Mann–Whitney U over n₁·n₀), ties counted half."""
    ones, zeros = int(positive.sum()), int((~positive).sum())
    if not ones or not zeros:
        return 0.5
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = np.cumsum(counts) - (counts - 1) / 2
    return float((ranks[inverse][positive].sum() - ones * (ones + 1) / 2) / (ones * zeros))
