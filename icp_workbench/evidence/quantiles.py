"""Quantiles and tail probabilities of the normal and Student's t distribution.

scipy.special rather than scipy.stats, and imported when first asked: a front end that only needs the types of
this floor pays for neither.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

NORMAL_975 = 1.959963984540054
NORMAL_80 = 0.8416212335729143


def t_975(degrees_of_freedom: npt.ArrayLike) -> FloatArray:
    """The 97.5 % quantile of Student's t; infinite without a degree of freedom."""
    from scipy.special import stdtrit

    df = np.asarray(degrees_of_freedom, dtype=float)
    with np.errstate(invalid="ignore"):
        return np.where(df > 0, stdtrit(np.maximum(df, 1e-9), 0.975), np.inf)


def two_sided_normal(z: npt.ArrayLike) -> FloatArray:
    """P(|Z| ≥ |z|) for a standard normal Z."""
    from scipy.special import ndtr

    result: Any = 2 * ndtr(-np.abs(np.asarray(z, dtype=float)))
    return np.asarray(result, dtype=float)


def two_sided_t(statistic: npt.ArrayLike, degrees_of_freedom: npt.ArrayLike) -> FloatArray:
    """P(|T| ≥ |statistic|) for Student's t."""
    from scipy.special import stdtr

    result: Any = 2 * stdtr(np.asarray(degrees_of_freedom, float), -np.abs(np.asarray(statistic, float)))
    return np.asarray(result, dtype=float)
