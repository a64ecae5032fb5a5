"""Does a verdict hang on one account, or on where a threshold was put?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from icp_workbench.book.metric import Metric
from icp_workbench.evidence.estimates import sums_by
from icp_workbench.evidence.outcomes import BoolArray, Outcome, observations_of, outcome_of, rest_of
from icp_workbench.evidence.scrutiny.judged import judged_metric
from icp_workbench.evidence.scrutiny.thresholds import moved
from icp_workbench.evidence.verdicts import Verdict
from icp_workbench.evidence.weighing import weigh, weigh_masks
from icp_workbench.evidence.weighings import Weighed, verdict_of
from icp_workbench.render.figures import difference
from icp_workbench.render.verdicts import word
from icp_workbench.segments.index import RowSet, SegmentIndex

_TOLD = ("better", "worse")


@dataclass(frozen=True, slots=True)
class Variant:
    """The difference (metric's unit) where something is slightly other: without the largest account, or with
    one threshold moved. `what` says it in words that name no account; `accounts` are the segment's with an
    outcome."""

    what: str
    accounts: int
    difference: float | None
    p_value: float | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """A verdict (of the criterion alone: q = p) and what becomes of it under each variant."""

    metric: str
    verdict: Verdict
    variants: tuple[Variant, ...]
    sentence: str

    @property
    def stands(self) -> bool:
        """Whether no variant makes it another: what was better or worse stays so, and nothing else becomes
        it."""
        return not _others(self.verdict, self.variants)


def _others(verdict: Verdict, variants: Sequence[Variant]) -> list[Variant]:
    return [
        variant
        for variant in variants
        if variant.verdict != verdict and (variant.verdict in _TOLD or verdict in _TOLD)
    ]


def sensitivity(
    index: SegmentIndex, rows: RowSet, metric: str, *, cancelled: Callable[[], bool] = lambda: False
) -> Sensitivity | None:
    """The row set against its rest again without the largest account, and with each threshold of a number or
    a date moved by a tenth either way (`moved`).

    The largest account is the one, among those with most observations and with the largest sums on either
    side, without which the verdict is another, else the difference changes most. None when cancelled.
    KeyError for a metric the book does not have, WorkbenchError for one that only resampling can test.
    """
    outcome = outcome_of(index, judged_metric(index, metric))
    weighed = weigh(outcome, rows)
    verdict = _verdict(outcome.metric, weighed)
    variants: list[Variant] = []
    for variant in _variants(index, outcome, rows, weighed, verdict, cancelled):
        if cancelled():
            return None
        variants.append(variant)
    if cancelled():
        return None
    return Sensitivity(metric, verdict, tuple(variants), _sentence(outcome.metric, verdict, variants))


def _variants(
    index: SegmentIndex, outcome: Outcome, rows: RowSet, weighed: Weighed, verdict: Verdict,
    cancelled: Callable[[], bool],
) -> Iterator[Variant]:  # fmt: skip
    yield from _without_largest(outcome, rows, weighed, verdict, cancelled)
    for what, condition in moved(rows.condition, index):
        if cancelled():
            return
        yield _variant(outcome.metric, what, weigh(outcome, index.rows(condition)))


def _verdict(metric: Metric, weighed: Weighed) -> Verdict:
    return verdict_of(metric, weighed, weighed.p_value)


def _variant(metric: Metric, what: str, weighed: Weighed) -> Variant:
    return Variant(
        what, weighed.inside.accounts, weighed.difference, weighed.p_value, _verdict(metric, weighed)
    )


def _without_largest(
    outcome: Outcome, rows: RowSet, weighed: Weighed, verdict: Verdict, cancelled: Callable[[], bool]
) -> Iterator[Variant]:
    before = weighed.difference
    if before is None:
        return
    selected, rest = observations_of(rows, outcome), rest_of(rows, outcome)
    found = []
    for account in _largest(outcome, selected) | _largest(outcome, rest):
        if cancelled():
            return
        kept = outcome.account != account
        without = weigh_masks(outcome, selected & kept, rest & kept)
        moved_by = np.inf if without.difference is None else abs(without.difference - before)
        other = _verdict(outcome.metric, without) != verdict
        found.append((other, moved_by, account, without))
    if found:
        *_, without = max(found, key=lambda one: one[:3])
        yield _variant(outcome.metric, "without the largest account", without)


def _largest(outcome: Outcome, selected: BoolArray) -> set[int]:
    """The accounts with most observations, and with the largest sums, among the observations selected."""
    account = outcome.account[selected]
    if not len(account):
        return set()
    sums = [np.bincount(account, minlength=1).astype(float)]
    for values in (outcome.value, outcome.weight):
        sums.append(np.abs(sums_by(account, values[selected], len(sums[0]))))
    return {int(each.argmax()) for each in sums}


def _sentence(metric: Metric, verdict: Verdict, variants: Sequence[Variant]) -> str:
    label = metric.label.lower()
    if verdict == "none":
        return f"There is no rest whose {label} it could be compared with."
    others = "; ".join(_told(variant, metric) for variant in _others(verdict, variants))
    if others and verdict in _TOLD:
        return f"{metric.label} does not stay {word(verdict)}: {others}."
    subject = f"Too few to judge by {label}" if verdict == "too_few" else f"{metric.label} is {word(verdict)}"
    if others:
        return f"{subject}, but {others}."
    if verdict == "too_few":
        return f"{subject}, wherever the thresholds are put." if len(variants) > 1 else f"{subject}."
    also = " and with each threshold moved by a tenth" if len(variants) > 1 else ""
    return f"{metric.label} stays {word(verdict)} without the largest account{also}."


def _told(variant: Variant, metric: Metric) -> str:
    if variant.verdict == "none":
        return f"nothing is left to compare {variant.what}"
    if variant.verdict == "too_few":
        return f"too few to judge {variant.what}"
    return f"{word(variant.verdict)} {variant.what} ({difference(variant.difference, metric.unit)})"
