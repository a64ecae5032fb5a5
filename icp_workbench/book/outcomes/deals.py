"""A deals table → what happened to each deal, under standard names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from icp_workbench.book.cleaning.column import Column
from icp_workbench.book.mapping import BookMapping
from icp_workbench.book.outcomes.money import Money, money_of
from icp_workbench.book.outcomes.shares import margin_amounts
from icp_workbench.book.roles.stages import OUTCOMES, counts_of, deal_outcomes, looks_closed
from icp_workbench.book.roles.table import Table
from icp_workbench.render.figures import counted

Moments = npt.NDArray[np.datetime64]
Floats = npt.NDArray[np.float64]
_NEVER = np.datetime64("NaT", "s")


@dataclass(frozen=True)
class DealOutcomes:
    """`values`: won, amount, cycle_days, cost, margin, margin_revenue (float64, NaN: no observation), opened,
    closed; `outcome[i]` indexes stages.OUTCOMES; `inputs` are the columns they were made from, by part.

    `currencies`: those that could not be brought together, or the one all amounts are in, by code;
    `cost_currencies` the same of what deals cost. `outside` counts decided deals that were closed outside the
    book's period: they have no values.
    """

    values: pd.DataFrame
    outcome: npt.NDArray[np.int8]
    stages: dict[str, str]
    inputs: Mapping[str, Column]
    currencies: tuple[str, ...]
    negative_cycles: int
    last: Moments
    stage_counts: Mapping[str, int]
    outside: int = 0
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    cost_currencies: tuple[str, ...] = ()

    def count(self, outcome: str) -> int:
        """Deals of that outcome."""
        return int((self.outcome == OUTCOMES.index(outcome)).sum())


def deal_outcomes_of(table: Table, mapping: BookMapping) -> DealOutcomes | None:
    """What happened to each deal of `table`; None when neither a stage nor a flag tells."""
    inputs = table.parts
    stage, flag = inputs.get("stage"), inputs.get("won flag")
    if flag is not None and flag.type != "boolean":  # told by labels: Won, Lost
        stage, flag = flag, None
    if stage is None and flag is None:
        return None
    outcome, stages = deal_outcomes(
        stage, flag, inputs.get("closed flag"), inputs.get("closed"), mapping.stages
    )
    opened = _moments(inputs.get("opened"), table.rows)
    still_open = outcome == OUTCOMES.index("open")
    closed = _moments(inputs.get("closed"), table.rows)
    closed = np.where(np.isnat(closed), _moments(inputs.get("lost on"), table.rows), closed)
    closed = np.where(still_open, _NEVER, closed)
    won, lost = (outcome == OUTCOMES.index(name) for name in ("won", "lost"))
    counts = _within(closed, mapping)
    outside = int(((won | lost) & ~counts).sum())
    won, lost = won & counts, lost & counts
    decided = won | lost
    cycle = np.where(decided, _cycle(inputs, opened, closed, table.rows), np.nan)
    negative = cycle < 0
    cycle[negative] = np.nan
    money, amount = _amounts(inputs, mapping, won, table.rows)
    costs, cost = _in_one_currency(inputs, "cost", mapping, decided, table.rows)
    _, margin_rate = _in_one_currency(inputs, "margin", mapping, won, table.rows)
    margin, revenue = margin_amounts(inputs.get("margin"), None, amount, margin_rate)
    values = pd.DataFrame(
        {
            "won": np.where(won, 1.0, np.where(lost, 0.0, np.nan)),
            "amount": np.where(won, amount, np.nan),
            "cycle_days": cycle,
            "cost": np.where(decided, _numbers(inputs.get("cost"), table.rows) * cost, np.nan),
            "margin": np.where(won, margin, np.nan),
            "margin_revenue": np.where(won, revenue, np.nan),
            "opened": opened,
            "closed": closed,
        },
        copy=False,
    )
    labels = counts_of(stage)
    return DealOutcomes(
        values, outcome, dict(stages), inputs, _currencies(money), int(negative.sum()),
        np.concatenate([opened, closed[decided]]), labels, outside,
        tuple(_notes(outside, money)), tuple(_unsettled(stages, labels, mapping)), _currencies(costs),
    )  # fmt: skip


def _cycle(inputs: Mapping[str, Column], opened: Moments, closed: Moments, rows: int) -> Floats:
    if "duration" in inputs:
        return _numbers(inputs["duration"], rows)
    days = (closed.astype("datetime64[D]") - opened.astype("datetime64[D]")).astype(float)
    days[np.isnat(closed) | np.isnat(opened)] = np.nan
    return days


def _within(closed: Moments, mapping: BookMapping) -> npt.NDArray[np.bool_]:
    """Which close dates lie in the book's period, both ends included; all where no period was chosen, none
    that is blank where one was."""
    inside = np.ones(len(closed), dtype=bool)
    first, last = mapping.period or (None, None)
    days = closed.astype("datetime64[D]")
    if first is not None:
        inside &= days >= np.datetime64(first, "D")
    if last is not None:
        inside &= days <= np.datetime64(last, "D")
    return inside


def _amounts(
    inputs: Mapping[str, Column], mapping: BookMapping, won: npt.NDArray[np.bool_], rows: int
) -> tuple[Money | None, Floats]:
    """The amounts in one currency. An amount the system has converted itself is taken where the others are
    in several currencies that nobody gave rates for."""
    money = money_of(inputs.get("amount"), inputs.get("currency"), mapping, won)
    converted = inputs.get("converted amount")
    if converted is not None and (money is None or money.several):
        return (
            money_of(converted, inputs.get("converted currency"), mapping, won),
            converted.numbers,
        )
    if money is None:
        return None, np.full(rows, np.nan)
    return money, inputs["amount"].numbers * money.rate


def _in_one_currency(
    inputs: Mapping[str, Column], part: str, mapping: BookMapping, counted: npt.NDArray[np.bool_], rows: int
) -> tuple[Money | None, Floats]:
    """What brings the figures of a part, in the currency of their own rows, into one."""
    money = money_of(inputs.get(part), inputs.get("currency"), mapping, counted)
    return money, np.ones(rows) if money is None else money.rate


def _currencies(money: Money | None) -> tuple[str, ...]:
    if money is None:
        return ()
    return money.several or ((money.currency,) if money.currency else ())


def _notes(outside: int, money: Money | None) -> list[str]:
    found = []
    if outside:
        found.append(
            f"{counted(outside, 'deal')} left out: closed outside the period, or without a close date."
        )
    if money is not None and money.converted:
        found.append(f"Amounts of {counted(money.converted, 'won deal')} were converted to {money.currency}.")
    if money is not None and money.left_out:
        found.append(
            f"Amounts of {counted(money.left_out, 'won deal')} left out: not in {money.currency}, and "
            "without a rate."
        )
    return found


def _unsettled(stages: Mapping[str, str], counts: Mapping[str, int], mapping: BookMapping) -> list[str]:
    return [
        f"The stage `{label}` ({counted(counts.get(label, 0), 'deal')}) is read as open, though it seems to "
        "end a deal: say whether it means won, lost or neither."
        for label, outcome in stages.items()
        if outcome == "open" and label not in mapping.stages and looks_closed(label)
    ]


def _moments(column: Column | None, rows: int) -> Moments:
    return np.full(rows, _NEVER) if column is None else column.moments


def _numbers(column: Column | None, rows: int) -> Floats:
    return np.full(rows, np.nan) if column is None else column.numbers
