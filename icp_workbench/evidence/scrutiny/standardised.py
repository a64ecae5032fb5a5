"""Figures of observations that count more or less, so that two sides can have the same mix of strata.

Every observation of one side weighs what the other side has of its stratum (overlap weights: Li, Morgan &
Zaslavsky 2018, JASA 113:390); for a share the difference is then Mantel and Haenszel's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from icp_workbench.evidence.estimates import FloatArray, sums_by, wilson
from icp_workbench.evidence.outcomes import BoolArray
from icp_workbench.evidence.quantiles import NORMAL_975, t_975

Positions = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Standardised:
    """One side's figure with 95 % limits, and each account's influence on it, (accounts,). NaN where there is
    none."""

    value: float
    low: float
    high: float
    influence: FloatArray


def nothing(accounts: int) -> Standardised:
    """A side without a figure."""
    return Standardised(np.nan, np.nan, np.nan, np.zeros(accounts))


def weighted_median(
    values: FloatArray, weight: FloatArray, account: Positions, accounts: int
) -> Standardised:
    """The weighted median with Woodruff's interval: `estimates.median`, each observation counting `weight`.

    `values` (n,) ascending; `weight` (n,) positive; `account` (n,) in 0…accounts − 1. The rank of the median
    is a share of a half whose design effect has in it the accounts and the weights. `influence` is of the
    rank, signed as the median moves.
    """
    n = len(values)
    if not n:
        return nothing(accounts)
    upto = np.cumsum(weight)
    total = upto[-1]
    first = int(np.searchsorted(upto, total / 2 * (1 - 1e-12)))
    last = int(np.searchsorted(upto, total / 2 * (1 + 1e-12), "right"))
    middle = float(values[min(first, n - 1)] / 2 + values[min(last, n - 1)] / 2)
    below = (values < middle) + 0.5 * (values == middle)
    residual = below - float(weight @ below) / total
    per_account = sums_by(account, weight * residual, accounts) / total
    there = int(np.count_nonzero(np.bincount(account, minlength=accounts)))
    effect, shrink = 1.0, 1.0
    squares = float(residual @ residual)
    if there > 1 and squares > 0:
        clustered = there / (there - 1) * float(per_account @ per_account)
        effect = max(1.0, clustered / (squares / (n * (n - 1))))
    if there < n:
        shrink = float(t_975(n - 1) / t_975(there - 1))
    ranks = np.array(wilson(0.5, n / effect * shrink**2))
    low, high = np.interp(ranks, (upto - weight / 2) / total, values)
    return Standardised(middle, float(low), float(high), -per_account)


def weighted_survival(
    time: Positions, ended: BoolArray, weight: FloatArray, account: Positions, accounts: int, times: int
) -> Standardised:
    """The weighted share still there at the horizon (Xie & Liu 2005, Stat. Med. 24:3089) with the log(−log)
    interval.

    `time` (n,) is the column of `times` (their number) at which each was last seen, `times` itself for after
    the horizon; `ended` (n,) whether its end was. With equal weights and one observation an account it is
    Kaplan–Meier with Greenwood's variance. Where all or nothing ended, Wilson's limits on those at risk at
    the horizon stand in.
    """
    if not len(time):
        return nothing(accounts)
    width = times + 1
    leaving = sums_by(time, weight, width)
    seen = ended & (time < times)
    ends = sums_by(time[seen], weight[seen], width)
    at_risk = np.cumsum(leaving[::-1])[::-1]
    tiny = 1e-12 * at_risk[0]
    with np.errstate(divide="ignore", invalid="ignore"):
        hazard = np.where(at_risk > tiny, ends / at_risk, 0.0)
        left = at_risk - ends
        step = np.where(left > tiny, hazard / left, 0.0)
        mine = np.where(left > tiny, 1 / left, 0.0)
    survival = float(np.prod(np.where(left > tiny, 1 - hazard, np.where(ends > tiny, 0.0, 1.0))[:times]))
    risen = np.cumsum(np.append(step[:times], 0.0))
    own = weight * (seen * mine[time] - risen[time])
    influence = sums_by(account, own, accounts)
    variance = float(influence @ influence)
    if not 0.0 < survival < 1.0:
        still = weight[time >= times - 1]
        size = still.sum() ** 2 / float(still @ still) if len(still) else 0.0
        low, high = wilson(survival, size)
    else:
        spread = np.exp(NORMAL_975 * variance**0.5 / abs(np.log(survival)))
        low, high = np.array(survival**spread), np.array(survival ** (1 / spread))
    return Standardised(survival, float(low), float(high), -survival * influence)
