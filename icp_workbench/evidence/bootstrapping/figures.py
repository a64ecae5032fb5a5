"""The bootstrapped figures themselves, for many weightings of the observations at once.

A weighting says how often each observation counts: once each for the estimate, as often as its account was
drawn for a resample.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from icp_workbench.evidence.estimates import FloatArray

Counts = npt.NDArray[np.integer[Any]]


def spread(values: FloatArray, counts: Counts) -> FloatArray:
    """(Q3 − Q1) ÷ median for each weighting, shape (k,); NaN where the median is not positive.

    `values` (n,) ascending, `counts` (k, n) how often each one is there. Quantiles by linear interpolation
    between order statistics (Hyndman & Fan 1996, definition 7), as `numpy.quantile` has them.
    """
    if not len(values):
        return np.full(len(counts), np.nan)
    upto = np.cumsum(counts, axis=1, dtype=np.int64)
    size = upto[:, -1].copy()
    # One ascending array for all weightings, so that one search finds the order statistics of them all.
    shift = np.concatenate([[0], np.cumsum(size)[:-1]])
    upto += shift[:, None]
    everything = upto.ravel()
    first = np.arange(len(counts)) * len(values)

    def order_statistic(position: Counts) -> FloatArray:
        found = np.searchsorted(everything, position + shift, "right") - first
        return values[np.clip(found, 0, len(values) - 1)]

    def quantile(share: float) -> FloatArray:
        at = np.maximum(size - 1, 0) * share
        below = np.floor(at).astype(np.int64)
        low, high = order_statistic(below), order_statistic(np.minimum(below + 1, np.maximum(size - 1, 0)))
        return low + (high - low) * (at - below)

    middle = quantile(0.5)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        found = (quantile(0.75) - quantile(0.25)) / middle
    return np.where((size > 0) & (middle > 0), found, np.nan)


def lifetime_value(
    duration: FloatArray, ended: npt.NDArray[np.bool_], amount: FloatArray, counts: Counts,
    horizon: float, months: float,
) -> FloatArray:  # fmt: skip
    """Mean amount a month × months expected up to the horizon, for each weighting, shape (k,).

    Months expected: the area under Kaplan–Meier from 0 to `horizon` (the restricted mean survival time, Irwin
    1949) × `months`, the length of the time unit. `duration` (n,) ascending is when an observation was last
    seen, `ended` (n,) whether its end was, `amount` (n,) what it brings a month, `counts` (k, n). NaN without
    observations.
    """
    if not len(duration):
        return np.full(len(counts), np.nan)
    weights = counts.astype(float)
    size = weights.sum(axis=1)
    inner = int(np.searchsorted(duration, horizon, "left"))  # nobody's end from the horizon on counts
    starts = np.flatnonzero(np.diff(duration[:inner], prepend=-np.inf))
    survival = np.ones((len(counts), len(starts)))
    if len(starts):
        left = np.add.reduceat(weights[:, :inner], starts, axis=1)
        gone = np.add.reduceat(weights[:, :inner] * ended[:inner], starts, axis=1)
        at_risk = size[:, None] - np.cumsum(left, axis=1) + left
        survival = np.cumprod(1 - gone / np.maximum(at_risk, 1.0), axis=1)
    widths = np.diff(np.concatenate([[0.0], duration[starts], [horizon]]))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        expected = (widths[0] + survival @ widths[1:]) * months
        mean = (weights @ amount) / size
        return np.where(size > 0, mean * expected, np.nan)
