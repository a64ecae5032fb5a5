"""The bootstrapped figures themselves, for many weightings of the observations at once.

A weighting says how often each observation counts: once each for the estimate, as often as its account was
drawn for a resample.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from icp_workbench.evidence.estimates import FloatArray

Counts = npt.NDArray[np.int64]


def spread(values: FloatArray, counts: Counts) -> FloatArray:
    """(Q3 − Q1) ÷ median for each weighting, shape (k,); NaN where the median is not positive.

    `values` (n,) ascending, `counts` (k, n) how often each one is there. Quantiles by linear interpolation
    between order statistics (Hyndman & Fan 1996, definition 7), as `numpy.quantile` has them.
    """
    if not len(values):
        return np.full(len(counts), np.nan)
    upto = np.cumsum(counts, axis=1)
    size = upto[:, -1]
    # One ascending array for all weightings, so that one search finds the order statistics of them all.
    shift = np.concatenate([[0], np.cumsum(size)[:-1]])
    everything = (upto + shift[:, None]).ravel()
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
    with np.errstate(divide="ignore", invalid="ignore"):
        found = (quantile(0.75) - quantile(0.25)) / middle
    return np.where((size > 0) & (middle > 0), found, np.nan)


def lifetime_value(
    time: npt.NDArray[np.integer], ended: npt.NDArray[np.bool_], amount: FloatArray, counts: Counts,
    times: FloatArray, horizon: float, months: float,
) -> FloatArray:  # fmt: skip
    """Mean amount a month × months expected up to the horizon, for each weighting, shape (k,).

    Months expected: the area under Kaplan–Meier from 0 to `horizon` (the restricted mean survival time, Irwin
    1949) × `months`, the length of the time unit. `time` (n,) is the column of `times` (ascending) at which
    an observation was last seen, `amount` (n,) what it brings a month, `counts` (k, n). NaN without
    observations.
    """
    if not len(time):
        return np.full(len(counts), np.nan)
    width, weightings = len(times), len(counts)
    cells = (np.arange(weightings)[:, None] * width + time[None, :]).ravel()
    weights = counts.ravel().astype(float)
    left = np.bincount(cells, weights, weightings * width).reshape(weightings, width)
    gone = np.bincount(
        cells, (counts * ended[None, :]).ravel().astype(float), weightings * width
    ).reshape(weightings, width)  # fmt: skip
    at_risk = np.cumsum(left[:, ::-1], axis=1)[:, ::-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        survival = np.cumprod(np.where(at_risk > 0, 1 - gone / at_risk, 1.0), axis=1)
    inner = times < horizon
    edges = np.concatenate([[0.0], times[inner], [horizon]])
    height = np.hstack([np.ones((weightings, 1)), survival[:, inner]])
    area = height @ np.diff(edges)
    size = counts.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = (counts @ amount) / size
    return np.where(size > 0, mean * area * months, np.nan)
