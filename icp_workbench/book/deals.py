"""A deals table → what happened to each deal, under standard names."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from icp_workbench.book.cleaning import Column
from icp_workbench.book.mapping import BookMapping
from icp_workbench.book.roles import Table, closed_flag, stage_column, won_flag
from icp_workbench.book.stages import OUTCOMES, deal_outcomes
from icp_workbench.book.vocabulary import words

_OPENED = (
    "created",
    "create",
    "createdate",
    "opened",
    "open",
    "engage",
    "engaged",
    "entered",
    "start",
    "started",
)
_CLOSED = ("closed", "close", "closedate", "won", "signed", "end", "ended")
_NOT_AN_AMOUNT = words(
    "cost cac discount margin probability percent list acquisition expected weighted annual"
)
Moments = npt.NDArray[np.datetime64]


@dataclass(frozen=True)
class DealOutcomes:
    """`values`: won, amount, cycle_days, cost (float64, NaN: no observation), opened, closed; `outcome[i]`
    indexes stages.OUTCOMES; `inputs` are the columns they were made from, by part; `currencies` those found,
    by code.
    """

    values: pd.DataFrame
    outcome: npt.NDArray[np.int8]
    stages: dict[str, str]
    inputs: dict[str, Column]
    currencies: tuple[str, ...]
    negative_cycles: int
    last: Moments

    def count(self, outcome: str) -> int:
        """Deals of that outcome."""
        return int((self.outcome == OUTCOMES.index(outcome)).sum())  # type: ignore[arg-type]


def deal_inputs(table: Table) -> dict[str, Column]:
    """The columns of a deals table that say how each deal ended, by part."""
    dates, numbers = ("date",), ("number",)
    duration = table.find(("sales cycle", "cycle days", "days close", "days won", "deal duration"), numbers)
    parts = {
        "stage": stage_column(table),
        "won flag": won_flag(table),
        "closed flag": closed_flag(table),
        "opened": table.find(_OPENED, dates),
        "closed": table.find(_CLOSED, dates),
        "amount": table.find(
            ("amount", "close value", "deal value", "deal size", "contract value", "value", "acv", "tcv",
             "arr", "revenue", "price", "total"),
            numbers,
            lambda column: not column.words & _NOT_AN_AMOUNT,
        ),
        "cost": table.find(("acquisition cost", "cac", "cost"), numbers),
        "currency": table.find(("currency",), ("category", "identifier", "text")),
        "duration": duration,
    }  # fmt: skip
    return {part: column for part, column in parts.items() if column is not None}


def deal_outcomes_of(table: Table, mapping: BookMapping) -> DealOutcomes | None:
    """What happened to each deal of `table`; None when neither a stage nor a flag tells."""
    inputs = deal_inputs(table)
    if "stage" not in inputs and "won flag" not in inputs:
        return None
    outcome, stages = deal_outcomes(
        inputs.get("stage"),
        inputs.get("won flag"),
        inputs.get("closed flag"),
        inputs.get("closed"),
        mapping.stages,
    )
    won, lost, still_open = (outcome == OUTCOMES.index(name) for name in ("won", "lost", "open"))  # type: ignore[arg-type]
    decided = won | lost
    blank = np.full(table.rows, np.datetime64("NaT"), dtype="datetime64[s]")
    opened = _moments(inputs.get("opened"), blank)
    closed = np.where(still_open, np.datetime64("NaT", "s"), _moments(inputs.get("closed"), blank))
    if "duration" in inputs:
        cycle = np.where(decided, _numbers(inputs["duration"], table.rows), np.nan)
    else:
        days = (closed.astype("datetime64[D]") - opened.astype("datetime64[D]")).astype(float)
        days[np.isnat(closed) | np.isnat(opened)] = np.nan
        cycle = np.where(decided, days, np.nan)
    negative = cycle < 0
    cycle[negative] = np.nan
    values = pd.DataFrame(
        {
            "won": np.where(won, 1.0, np.where(lost, 0.0, np.nan)),
            "amount": np.where(won, _numbers(inputs.get("amount"), table.rows), np.nan),
            "cycle_days": cycle,
            "cost": np.where(decided, _numbers(inputs.get("cost"), table.rows), np.nan),
            "opened": opened,
            "closed": closed,
        }
    )
    return DealOutcomes(
        values, outcome, dict(stages), inputs, _currencies(inputs, won), int(negative.sum()),
        np.concatenate([opened, closed[decided]]),
    )  # fmt: skip


def _currencies(inputs: dict[str, Column], won: npt.NDArray[np.bool_]) -> tuple[str, ...]:
    if "currency" in inputs:
        column = inputs["currency"]
        used = np.unique(column.codes[won & (column.codes >= 0)])
        return tuple(column.levels[at] for at in used)
    return tuple(unit for unit in inputs["amount"].units if unit != "%") if "amount" in inputs else ()


def _moments(column: Column | None, blank: Moments) -> Moments:
    return blank if column is None else column.moments


def _numbers(column: Column | None, rows: int) -> npt.NDArray[np.float64]:
    return np.full(rows, np.nan) if column is None else column.numbers
