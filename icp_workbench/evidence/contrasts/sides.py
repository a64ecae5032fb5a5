"""The two sides of a segment, and what a condition selects on one of them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from icp_workbench.conditions.condition import AllOf, AnyOf, Condition, FieldTest, Not, simplified
from icp_workbench.segments.index import ACCOUNT, RowSet


def rest_rows(rows: RowSet, grain: str) -> RowSet:
    """The rest of a segment as a row set of its own, for a metric at `grain`; the unknown included.

    At the segment's own grain (deals, say) the other observations; at any other the accounts without one of
    the segment's. The second cannot be said by a condition on deals: then the condition of the row set reads
    as that of the other deals.
    """
    known = rows.grain == ACCOUNT and not rows.unknown.any()
    condition = simplified(Not(rows.condition)) if known else opposite(rows.condition)
    if rows.grain == ACCOUNT or grain != rows.grain:
        accounts = ~rows.accounts
        return RowSet(condition, ACCOUNT, accounts, _nobody(rows), accounts, rows.account_of)
    return _at(condition, rows, rows.grain, ~rows.own)


def within(side: RowSet, rows: RowSet) -> RowSet:
    """What both select: at the finer grain of the two, where there is one. The unknown are not counted."""
    condition = simplified(AllOf((side.condition, rows.condition)))
    grain = side.grain if rows.grain == ACCOUNT else rows.grain
    return _at(condition, side, grain, side.observations(grain) & rows.observations(grain))


def opposite(condition: Condition) -> Condition:
    """True exactly where the condition is not true: where it is false, and where it is unknown for want of a
    value. A test is unknown where its attribute is blank, and nowhere else."""
    return simplified(_not_true(condition))


def _not_true(condition: Condition) -> Condition:
    match condition:
        case AllOf(parts):
            return AnyOf(tuple(map(_not_true, parts)))
        case AnyOf(parts):
            return AllOf(tuple(map(_not_true, parts)))
        case Not(part):
            return _not_false(part)
        case FieldTest():
            return _or_blank(condition, Not(condition))


def _not_false(condition: Condition) -> Condition:
    match condition:
        case AllOf(parts):
            return AllOf(tuple(map(_not_false, parts)))
        case AnyOf(parts):
            return AnyOf(tuple(map(_not_false, parts)))
        case Not(part):
            return _not_true(part)
        case FieldTest():
            return _or_blank(condition, condition)


def _or_blank(test: FieldTest, asked: Condition) -> Condition:
    if test.operator in ("is_known", "is_unknown"):
        return asked
    return AnyOf((asked, FieldTest(test.field, "is_unknown")))


def _at(condition: Condition, like: RowSet, grain: str, own: npt.NDArray[np.bool_]) -> RowSet:
    if grain == ACCOUNT:
        return RowSet(condition, grain, own, _nobody(like), own, like.account_of)
    accounts = np.zeros(len(like.accounts), dtype=bool)
    accounts[like.account_of(grain)[own]] = True
    return RowSet(condition, grain, accounts, _nobody(like), own, like.account_of)


def _nobody(like: RowSet) -> npt.NDArray[np.bool_]:
    return np.zeros(len(like.accounts), dtype=bool)
