"""Attributes known only after the outcome: by name, by what they are made of, and by what they give away."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from icp_workbench.book.cleaning import Column
from icp_workbench.book.vocabulary import ENDINGS, SAYS_HOW_SURE, SAYS_WHY

Floats = npt.NDArray[np.float64]
_FEWEST = 25  # rows of either outcome below which the data cannot give a leak away
_SEPARATES = 0.97


def leak_by_name(column: Column) -> str | None:
    """The reason when the header itself speaks of the outcome: loss reason, churn score, competitor won."""
    words = column.words
    if words & SAYS_WHY and words & ENDINGS:
        return "its name says that it is written down once the outcome is known"
    if words & {"churn", "churned", "attrition"}:
        return "its name says that it is about churn itself"
    if words & SAYS_HOW_SURE and words & ENDINGS:
        return "its name says that it is a forecast of the outcome"
    if words & {"probability", "forecast"}:
        return "its name says that it is a forecast of the outcome"
    return None


def leak_by_value(column: Column, outcome: Floats, what: tuple[str, str]) -> str | None:
    """The reason when the values of `column` give `outcome` (1, 0, NaN unknown) away.

    Either it is filled for one outcome and blank for the other, or a number or level separates the two almost
    perfectly (area under the ROC curve at least 0.97; levels are scored on one half of the rows and judged on
    the other). `what` names the outcomes 1 and 0.
    """
    yes, no = outcome == 1.0, outcome == 0.0
    if min(yes.sum(), no.sum()) < _FEWEST:
        return None
    filled = column.codes >= 0
    share = filled[yes].mean(), filled[no].mean()
    for at, other in ((0, 1), (1, 0)):
        if share[at] >= 0.9 and share[other] <= 0.1:
            return f"filled for {share[at]:.0%} of {what[at]} and {share[other]:.0%} of {what[other]}"
    known = (yes | no) & filled
    if min((yes & filled).sum(), (no & filled).sum()) < _FEWEST:
        return None
    if column.type in ("number", "date") and column.values is not None:
        numbers = column.moments.astype(float) if column.type == "date" else column.numbers
        area = _area(numbers[known], yes[known])
        if max(area, 1 - area) >= _SEPARATES:
            return f"separates {what[0]} from {what[1]} almost perfectly"
    elif column.type in ("category", "boolean", "set") and column.distinct <= known.sum() / 10:
        codes, won = column.codes[known], yes[known]
        half = np.arange(len(codes)) % 2 == 0
        wins = np.bincount(codes[half], weights=won[half], minlength=column.distinct)
        rows = np.bincount(codes[half], minlength=column.distinct)
        rate = (wins + won.mean()) / (rows + 1)
        if _area(rate[codes[~half]], won[~half]) >= _SEPARATES:
            return f"separates {what[0]} from {what[1]} almost perfectly"
    return None


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
        if np.median(np.abs(values[known] / product[known] - 1)) < 0.05:
            return f"nearly {tenure.header} × {other.header}: it grows as long as the customer stays"
    return None


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


def _area(scores: Floats, positive: npt.NDArray[np.bool_]) -> float:
    """Area under the ROC curve (Mann–Whitney U over n₁·n₀), ties counted half."""
    ones, zeros = int(positive.sum()), int((~positive).sum())
    if not ones or not zeros:
        return 0.5
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = np.cumsum(counts) - (counts - 1) / 2
    return float((ranks[inverse][positive].sum() - ones * (ones + 1) / 2) / (ones * zeros))
