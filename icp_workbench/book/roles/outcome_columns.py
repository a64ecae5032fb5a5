"""Columns that tell an outcome by themselves: stages, won flags, and flags of customers who left."""

from __future__ import annotations

from icp_workbench.book.cleaning.column import Column
from icp_workbench.book.roles.stages import speaks_of_result, speaks_of_winning, tells_losses
from icp_workbench.book.vocabulary import (
    ACTIVE,
    CHURN,
    FLAGGED_WON,
    LEFT,
    RESULT,
    STAGE,
)
from icp_workbench.conditions.fields import snake_case

MOST_STAGES = 1000  # labels; a column with more is no stage
_BESIDE_CHURN = frozenset(["flag", "is", "has", "customer", "account", "label", "value", "status"])
_BESIDE_WON = frozenset(["is", "hs", "closed", "flag", "deal", "opportunity"]) | RESULT | FLAGGED_WON


def is_stage(column: Column) -> bool:
    """True for a column whose header speaks of a stage or a result, and some of whose labels say won."""
    if column.distinct > MOST_STAGES:
        return False
    of_result = speaks_of_result(column)
    return (of_result or bool(column.words & STAGE)) and speaks_of_winning(column.levels, of_result=of_result)


def tells_both(column: Column) -> bool:
    """True for a stage some of whose labels say won, and some lost."""
    return is_stage(column) and tells_losses(column.levels, of_result=speaks_of_result(column))


def is_won_flag(column: Column) -> bool:
    """True for a yes/no column that says whether a deal was won: IsWon, Won, hs_is_closed_won, Result."""
    return column.type == "boolean" and speaks_of_result(column) and column.words <= _BESIDE_WON


def churn_flag(column: Column) -> bool:
    """True for a column that says whether the customer left: yes or no, or active against churned."""
    if column.type == "boolean":
        return bool(column.words & CHURN) and not column.words - CHURN - _BESIDE_CHURN
    if column.type == "category" and column.words & (CHURN | {"status"}):
        if column.distinct > 6:
            return False
        levels = [snake_case(level).split("_")[0] for level in column.levels]
        return bool(set(levels) & CHURN) and set(levels) <= ACTIVE | LEFT
    return False


def left_levels(column: Column) -> frozenset[str]:
    """The labels of a status column that mean the customer left."""
    return frozenset(level for level in column.levels if snake_case(level).split("_")[0] in LEFT)
