"""What a metric is: its name, its unit, how it is computed and from which columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Estimator = Literal["share", "median", "ratio", "survival", "spread", "lifetime"]
BOOTSTRAPPED: frozenset[Estimator] = frozenset({"spread", "lifetime"})  # no formula gives their interval


@dataclass(frozen=True)
class Metric:
    """One outcome metric the book supports: how it is computed, and from which columns.

    `value`, `event`, `denominator` and `where` name columns of `observations[grain].values`, all float64 with
    NaN for "no observation": `value` is 0/1 for a share, the amount or duration for a median, the duration
    for survival, the numerator for a ratio; `event` (survival) is 1 where the end was seen, 0 where it was
    not yet; only rows where `where` equals 1 count, if it is given. A spread is (Q3 − Q1) ÷ median of
    `value`; a lifetime value is the mean of `denominator` (an amount a month) × the months that Kaplan–Meier
    on `value` and `event` expects up to a horizon, `horizon` being twelve months in the unit of `value`.
    `margin` is the smallest difference worth acting on: in the metric's own unit, or as a fraction of the
    rest's value when `margin_is_relative`.
    """

    name: str
    label: str
    unit: str  # "share", "days", "months", or a currency such as "USD"; "currency" where it is not known
    better: Literal["higher", "lower"]
    grain: str
    estimator: Estimator
    value: str
    margin: float
    margin_is_relative: bool = False
    core: bool = False
    light: Literal["sells", "succeeds", "pays"] | None = None
    event: str | None = None
    denominator: str | None = None
    where: str | None = None
    horizon: float | None = None  # survival: in the unit of `value`, inclusive
    horizon_label: str | None = None  # "12 months"
    note: str | None = None  # what a reader must know, e.g. which source of churn was chosen
