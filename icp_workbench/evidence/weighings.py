"""Segments against their rests on one metric, many at once: estimates, differences, tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from math import isfinite

import numpy as np
import numpy.typing as npt

from icp_workbench.book.metric import Metric
from icp_workbench.evidence.differences import Contrast, mover, mover_ratio
from icp_workbench.evidence.estimates import Estimate, FloatArray
from icp_workbench.evidence.verdicts import (
    BoolArray,
    Scale,
    Standing,
    Verdict,
    lacks,
    too_few,
    verdicts,
)


@dataclass(frozen=True, slots=True)
class Figure:
    """An estimate with its 95 % limits (None where there is none), its observations and their accounts."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    accounts: int

    @classmethod
    def each(cls, estimate: Estimate) -> list[Figure]:
        """One for each element of the estimate."""
        columns = (estimate.value, estimate.low, estimate.high)
        sizes = np.rint(np.atleast_1d(estimate.n)).astype(int).tolist()
        accounts = np.rint(np.atleast_1d(estimate.accounts)).astype(int).tolist()
        return list(map(cls, *map(plain, columns), sizes, accounts))


@dataclass(frozen=True, slots=True)
class Weighed:
    """A segment against its rest on one metric; None for every figure that cannot be had.

    `difference` is segment − rest in the metric's unit with limits by MOVER; `ratio_low` and `ratio_high` are
    those of segment ÷ rest by MOVER on the log scale. `direction` is the sign of what was tested (−1, 0, 1).
    `too_few` says in words what is missing, "" if nothing is; then there is no p-value either.
    """

    inside: Figure
    outside: Figure
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    ratio_low: float | None = None
    ratio_high: float | None = None
    direction: int = 0
    effect: Mapping[str, float] = field(default_factory=dict)
    p_value: float | None = None
    too_few: str = ""


@dataclass(frozen=True)
class Weighings:
    """Segments against their rests on one metric, arrays of shape (k,).

    `ratio_name` is what segment ÷ rest is called among the effects; `direction` the sign of what was tested;
    `y` and `other_y` a share's numerators; `p_values` are NaN where either side is too small.
    """

    metric: Metric
    inside: Estimate
    outside: Estimate
    contrast: Contrast
    quotient: Contrast
    ratio_name: str
    direction: FloatArray
    p_values: FloatArray
    too_few: BoolArray
    y: FloatArray | None = None
    other_y: FloatArray | None = None
    effects: Mapping[str, FloatArray] = field(default_factory=dict)  # shown beside the ratio

    def __len__(self) -> int:
        return len(self.p_values)

    def verdicts(self, q_values: FloatArray) -> list[Verdict]:
        """Their verdicts, given q for each (NaN where there is no p)."""
        return verdicts(Scale.of([self.metric]), self._standing(), q_values)

    def _standing(self) -> Standing:
        outside, contrast, quotient = self.outside, self.contrast, self.quotient
        return Standing(
            np.atleast_1d(outside.value), np.rint(np.atleast_1d(outside.n)), contrast.difference,
            contrast.low, contrast.high, quotient.low, quotient.high, self.direction, self.too_few,
        )  # fmt: skip

    def each(self) -> list[Weighed]:
        """One by one."""
        figures, other_figures = Figure.each(self.inside), Figure.each(self.outside)
        own, other = lacks(self.metric, self.inside, self.y), lacks(self.metric, self.outside, self.other_y)
        contrast, quotient = self.contrast, self.quotient
        columns = (contrast.difference, contrast.low, contrast.high, quotient.low, quotient.high)
        missing = [lack or (rest and f"the rest: {rest}") for lack, rest in zip(own, other, strict=True)]
        sizes = {self.ratio_name: self.quotient.difference, **self.effects}
        rows = zip(*map(plain, sizes.values()), strict=True)
        effects = [
            {name: value for name, value in zip(sizes, row, strict=True) if value is not None} for row in rows
        ]
        directions = self.direction.astype(int).tolist()
        return list(
            map(
                Weighed, figures, other_figures, *map(plain, columns), directions, effects,
                plain(self.p_values), missing,
            )
        )  # fmt: skip


def weighings_of(
    metric: Metric, inside: Estimate, outside: Estimate, p_values: npt.ArrayLike, ratio_name: str,
    correlation: npt.ArrayLike = 0.0, y: FloatArray | None = None, other_y: FloatArray | None = None,
    direction: npt.ArrayLike | None = None, effects: Mapping[str, FloatArray] | None = None,
) -> Weighings:  # fmt: skip
    """From the estimates of both sides and the p-values of their differences. `direction` is the sign of
    what was tested (default: of the difference); `effects` are shown beside the ratio."""
    contrast, quotient = mover(inside, outside, correlation), mover_ratio(inside, outside, correlation)
    contrast, quotient = _flat(contrast), _flat(quotient)
    few = too_few(metric, inside, y) | too_few(metric, outside, other_y)
    rest = np.atleast_1d(outside.value)
    nothing = (
        np.isnan(quotient.difference) & (np.atleast_1d(inside.value) == 0) & (rest == rest) & (rest != 0)
    )
    if nothing.any():
        quotient = replace(quotient, difference=np.where(nothing, 0.0, quotient.difference))
    signed = contrast.difference if direction is None else np.atleast_1d(direction)
    sign = np.sign(np.where(np.isnan(signed), 0.0, signed))
    tested = np.where(few, np.nan, np.atleast_1d(p_values))
    return Weighings(
        metric, inside, outside, contrast, quotient, ratio_name, sign, tested, few, y, other_y, effects or {}
    )


def joined(parts: Sequence[Weighings]) -> Weighings:
    """Several of one metric as one; there must be one at least."""
    first = parts[0]

    def of(values: Sequence[npt.ArrayLike | None]) -> FloatArray | None:
        held = [np.atleast_1d(np.asarray(each, dtype=float)) for each in values if each is not None]
        return np.concatenate(held) if len(held) == len(values) else None

    def contrast(values: Sequence[Contrast]) -> Contrast:
        return Contrast(*(np.concatenate([getattr(v, f.name) for v in values]) for f in fields(Contrast)))

    def estimate(values: Sequence[Estimate]) -> Estimate:
        return Estimate(*(of([getattr(v, f.name) for v in values]) for f in fields(Estimate)))  # type: ignore[arg-type]

    return Weighings(
        first.metric, estimate([part.inside for part in parts]), estimate([part.outside for part in parts]),
        contrast([part.contrast for part in parts]), contrast([part.quotient for part in parts]),
        first.ratio_name, np.concatenate([part.direction for part in parts]),
        np.concatenate([part.p_values for part in parts]), np.concatenate([part.too_few for part in parts]),
        of([part.y for part in parts]), of([part.other_y for part in parts]),
        {name: np.concatenate([part.effects[name] for part in parts]) for name in first.effects},
    )  # fmt: skip


def _flat(contrast: Contrast) -> Contrast:
    return Contrast(*(np.atleast_1d(part) for part in (contrast.difference, contrast.low, contrast.high)))


def verdicts_of(
    metrics: Sequence[Metric], weighed: Sequence[Weighed], q_values: Sequence[float | None]
) -> list[Verdict]:
    """The verdicts of figures that were weighed on different metrics, one metric and one q each."""
    rows = [
        (one.outside.value, one.outside.n, one.difference, one.low, one.high, one.ratio_low, one.ratio_high,
         one.direction)
        for one in weighed
    ]  # fmt: skip
    figures = np.array(rows, dtype=float).reshape(len(rows), 8).T
    few = np.array([bool(one.too_few) for one in weighed], dtype=bool)
    return verdicts(Scale.of(metrics), Standing(*(*figures, few)), np.array(q_values, dtype=float))


def verdict_of(metric: Metric, weighed: Weighed, q_value: float | None) -> Verdict:
    """The verdict of one."""
    return verdicts_of([metric], [weighed], [q_value])[0]


def plain(values: npt.ArrayLike) -> list[float | None]:
    """Plain numbers, None for NaN and infinity; a single number gives a list of one."""
    return [value if isfinite(value) else None for value in np.atleast_1d(np.asarray(values, float)).tolist()]
