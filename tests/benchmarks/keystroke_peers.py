"""The work of one keystroke on the large book, done with pandas' groupby and in DuckDB's SQL.

Each peer is given what it likes best before the clock starts: every account's own sums (deals closed and won,
margin, revenue …) beside its attributes, one row an account, and won deals in a table of their own. Each
returns the same figures, so that a run can check that all three did the same work:

- for every value of every attribute under the filter: accounts, and Σn, Σy, Σn², Σny, Σy² of the win rate;
- for the segment and its rest: those sums for six shares and ratios; for two medians the median, the squared
  sums by account of "below it" (Woodruff) and of the placements among the other side (Cliff's delta); for
  retention the counts by month and end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from icp_workbench.book.book import AccountBook
from icp_workbench.book.metric import Metric

Chosen = Mapping[str, Sequence[str]]  # attribute → the values taken in
SUMS = ("n", "y", "nn", "ny", "yy")


Sums = tuple[float, ...]
Levels = dict[str, dict[Any, Sums]]  # attribute → value → accounts, Σn, Σy, …


@dataclass(frozen=True)
class Board:
    """`sums`: metric → side → the sums of a share or a ratio; `medians`: metric → side → median, spread by
    account, placements by account."""

    sums: dict[str, dict[bool, Sums]]
    medians: dict[str, dict[bool, Sums]]


class Tables:
    """The frames both peers start from."""

    def __init__(self, book: AccountBook) -> None:
        self.attributes = list(book.accounts.columns)
        self.accounts = book.accounts.copy()
        self.sums = [m for m in book.metrics if m.estimator in ("share", "ratio")]
        self.ranked = [m for m in book.metrics if m.estimator == "median"]
        for metric in self.sums:
            n, y = _per_account(book, metric)
            columns = {"n": n, "y": y, "nn": n * n, "ny": n * y, "yy": y * y}
            for name, values in columns.items():
                self.accounts[f"{metric.name}_{name}"] = values
        self.observed = {metric.name: _observations(book, metric) for metric in self.ranked}
        (survival,) = (metric for metric in book.metrics if metric.estimator == "survival")
        seen = book.observations[survival.grain]
        self.customers = pd.DataFrame(
            {"account": seen.account, "tenure": seen.values["tenure"], "churned": seen.values["churned"]}
        )


def _per_account(book: AccountBook, metric: Metric) -> tuple[np.ndarray, np.ndarray]:
    seen = book.observations[metric.grain]
    frame = pd.DataFrame({"account": seen.account, "y": seen.values[metric.value]})
    frame["n"] = 1.0 if metric.denominator is None else seen.values[metric.denominator]
    sums = frame.groupby("account")[["n", "y"]].sum().reindex(range(len(book.accounts)), fill_value=0.0)
    return sums["n"].to_numpy(), sums["y"].to_numpy()


def _observations(book: AccountBook, metric: Metric) -> pd.DataFrame:
    seen = book.observations[metric.grain]
    frame = pd.DataFrame({"account": seen.account, "value": seen.values[metric.value]})
    if metric.where is not None:
        frame = frame[seen.values[metric.where] == 1]
    return frame.reset_index(drop=True)


class ByPandas:
    """The work by pandas' groupby."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables

    def _mask(self, chosen: Chosen) -> np.ndarray:
        accounts = self.tables.accounts
        mask = np.ones(len(accounts), bool)
        for name, values in chosen.items():
            mask &= accounts[name].isin(values).to_numpy()
        return mask

    def values(self, chosen: Chosen) -> Levels:
        """Every value of every attribute under the filter."""
        kept = self.tables.accounts[self._mask(chosen)]
        wanted = [f"win_rate_{name}" for name in SUMS]
        found: Levels = {}
        for name in self.tables.attributes:
            grouped = kept.groupby(name, observed=False, dropna=False)[wanted]
            sizes, sums = grouped.size(), grouped.sum()
            found[name] = {
                None if isinstance(level, float) else level: (float(sizes[level]), *sums.loc[level])
                for level in sizes.index
            }
        return found

    def board(self, chosen: Chosen) -> Board:
        """The segment and its rest on every metric."""
        tables, mask = self.tables, self._mask(chosen)
        own_columns = {metric.name: [f"{metric.name}_{name}" for name in SUMS] for metric in tables.sums}
        columns = [column for own in own_columns.values() for column in own]
        by_side = tables.accounts.groupby(mask)[columns].sum()
        sums = {
            name: {side: tuple(by_side.loc[side, own]) for side in (False, True)}
            for name, own in own_columns.items()
        }
        medians = {name: _ranks_by_pandas(frame, mask) for name, frame in tables.observed.items()}
        customers = tables.customers
        customers.groupby([mask[customers["account"].to_numpy()], "tenure", "churned"]).size()
        return Board(sums, medians)


def _ranks_by_pandas(frame: pd.DataFrame, mask: np.ndarray) -> dict[bool, tuple[float, ...]]:
    side = mask[frame["account"].to_numpy()]
    value = frame["value"]
    middle = value.groupby(side).median()
    at = np.where(side, middle[True], middle[False])
    below = (value < at) + 0.5 * (value == at)
    residual = below - below.groupby(side).transform("mean")
    spread = residual.groupby([side, frame["account"]]).sum()
    own_rank = value.groupby(side).rank()
    sizes = np.bincount(side, minlength=2)
    placed = (value.rank() - own_rank) / sizes[1 - side.astype(int)]
    centred = placed - placed.groupby(side).transform("mean")
    placements = centred.groupby([side, frame["account"]]).sum()
    return {
        one: (float(middle[one]), float((spread[one] ** 2).sum()), float((placements[one] ** 2).sum()))
        for one in (False, True)
    }


class ByDuckDb:
    """The work in DuckDB's SQL, on the same tables."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.connection = duckdb.connect()
        accounts = tables.accounts.reset_index(names="account")  # noqa: F841 - DuckDB finds it by name
        self.connection.execute("CREATE TABLE accounts AS SELECT * FROM accounts")
        customers = tables.customers  # noqa: F841
        self.connection.execute("CREATE TABLE customers AS SELECT * FROM customers")
        for name, frame in tables.observed.items():  # noqa: B007
            self.connection.execute(f"CREATE TABLE {name} AS SELECT * FROM frame")

    def _where(self, chosen: Chosen) -> str:
        quoted = {name: ", ".join(f"'{value}'" for value in values) for name, values in chosen.items()}
        return " AND ".join(f"{name} IN ({values})" for name, values in quoted.items()) or "true"

    def values(self, chosen: Chosen) -> Levels:
        """Every value of every attribute under the filter."""
        names = self.tables.attributes
        sums = ", ".join(f"sum(win_rate_{name})" for name in SUMS)
        rows = self.connection.execute(
            f"SELECT {', '.join(f'grouping({name}), {name}' for name in names)}, count(*), {sums} "
            f"FROM accounts WHERE {self._where(chosen)} "
            f"GROUP BY GROUPING SETS ({', '.join(f'({name})' for name in names)})"
        ).fetchall()
        found: Levels = {name: {} for name in names}
        for row in rows:
            at = next(at for at in range(len(names)) if row[2 * at] == 0)
            found[names[at]][row[2 * at + 1]] = tuple(map(float, row[2 * len(names) :]))
        return found

    def board(self, chosen: Chosen) -> Board:
        """The segment and its rest on every metric."""
        inside = f"coalesce({self._where(chosen)}, false)"
        columns = [f"sum({metric.name}_{name})" for metric in self.tables.sums for name in SUMS]
        by_side = self.connection.execute(
            f"SELECT {inside} AS side, {', '.join(columns)} FROM accounts GROUP BY side"
        ).fetchall()
        sums: dict[str, dict[bool, Sums]] = {metric.name: {} for metric in self.tables.sums}
        for side, *values in by_side:
            for at, metric in enumerate(self.tables.sums):
                sums[metric.name][side] = tuple(map(float, values[at * len(SUMS) : (at + 1) * len(SUMS)]))
        medians = {name: self._ranks(name, inside) for name in self.tables.observed}
        self.connection.execute(
            f"SELECT {inside} AS side, tenure, churned, count(*) FROM customers "
            "JOIN accounts USING (account) GROUP BY ALL"
        ).fetchall()
        return Board(sums, medians)

    def _ranks(self, table: str, inside: str) -> dict[bool, tuple[float, ...]]:
        rows = self.connection.execute(
            f"""
            WITH seen AS (
                SELECT account, value, {inside} AS side FROM {table} JOIN accounts USING (account)
            ), middles AS (
                SELECT side, median(value) AS middle, count(*) AS n FROM seen GROUP BY side
            ), ranked AS (
                SELECT account, side, value,
                    rank() OVER everyone + (count(*) OVER (PARTITION BY value) - 1) / 2.0
                    - rank() OVER own - (count(*) OVER (PARTITION BY side, value) - 1) / 2.0 AS among_others
                FROM seen WINDOW everyone AS (ORDER BY value), own AS (PARTITION BY side ORDER BY value)
            ), scored AS (
                SELECT account, side, middle,
                    among_others / (SELECT sum(n) FROM middles m WHERE m.side <> r.side) AS placed,
                    CASE WHEN value < middle THEN 1.0 WHEN value = middle THEN 0.5 ELSE 0.0 END AS below
                FROM ranked r JOIN middles USING (side)
            ), means AS (
                SELECT side, avg(placed) AS placed, avg(below) AS below FROM scored GROUP BY side
            ), by_account AS (
                SELECT s.side, any_value(s.middle) AS middle, sum(s.below - m.below) AS below,
                    sum(s.placed - m.placed) AS placed
                FROM scored s JOIN means m USING (side) GROUP BY s.side, s.account
            )
            SELECT side, any_value(middle), sum(below * below), sum(placed * placed)
            FROM by_account GROUP BY side
            """
        ).fetchall()
        return {side: tuple(map(float, values)) for side, *values in rows}
