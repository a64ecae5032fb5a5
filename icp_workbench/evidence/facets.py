"""Every value of every attribute: count, headline metric, verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from icp_workbench.conditions.fields import Field
from icp_workbench.evidence.correction import benjamini_hochberg
from icp_workbench.evidence.levels import LevelTables, level_tables, weigh_levels
from icp_workbench.evidence.outcomes import outcome_of
from icp_workbench.evidence.verdicts import Verdict
from icp_workbench.evidence.weighings import Weighings, plain
from icp_workbench.segments.histograms import Histogram as Histogram
from icp_workbench.segments.histograms import count_blank, histogram, of_counts, rows_at
from icp_workbench.segments.index import SegmentIndex
from icp_workbench.segments.rows import RowSet


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of an attribute. `value` None is the blank level. `accounts` counts under the current filter;
    `estimate`/`n`/`verdict` are of the headline metric for the value against the other values."""

    value: str | bool | None
    label: str
    accounts: int
    n: int
    estimate: float | None
    verdict: Verdict
    p_value: float | None = None
    q_value: float | None = None


@dataclass(frozen=True, slots=True)
class Facet:
    """One attribute under the current filter: values (categories, booleans, sets; of a number or a date only
    the blank), plus a histogram for numbers and dates. `hidden` counts further values not listed."""

    field: Field
    values: tuple[FacetValue, ...]
    histogram: Histogram | None = None
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class Facets:
    """All attributes under one filter. `core` says whether the headline is a core metric, so that values
    count as looks."""

    metric: str
    accounts: int
    total: int
    facets: tuple[Facet, ...]
    core: bool = False


MOST_LEVELS = 12
BLANK_LABEL = "(blank)"


def facets(index: SegmentIndex, rows: RowSet, metric: str, fields: Sequence[str] | None = None) -> Facets:
    """Every attribute offered for slicing, counted under a filter, with the headline metric of each value.

    `rows` is the filter, `metric` the headline, `fields` the attributes wanted (default: all that are not
    kept out). A value is weighed against the other values inside `rows`; q is Benjamini–Hochberg's over all
    values shown. The most frequent values are listed (at most 12), the blank level last. A metric the book
    does not support gives counts alone.
    """
    book = index.book
    chosen = [book.fields[name] for name in (book.fields if fields is None else fields)]
    chosen = [field for field in chosen if field.kept_out is None]
    headline = next((known for known in book.metrics if known.name == metric), None)
    outcome = None if headline is None else outcome_of(index, headline)
    tables = level_tables(index, rows, outcome)
    levels = {field.name: levels_shown(index, rows, field, tables) for field in chosen}
    weighed = None
    if outcome is not None:
        wanted = {name: [level.position for level in shown] for name, (shown, _) in levels.items() if shown}
        weighed = weigh_levels(index, rows, outcome, wanted, tables)
    figures = iter([] if weighed is None else _figures(weighed))
    found = []
    for field in chosen:
        shown, hidden = levels[field.name]
        values = tuple(
            FacetValue(level.value, _label(level.value), level.accounts, *next(figures, _UNJUDGED))
            for level in shown
        )
        found.append(Facet(field, values, _histogram(index, rows, field, tables), hidden))
    core = headline is not None and headline.core
    return Facets(metric, rows.size, index.n_accounts, tuple(found), core)


_Judged = tuple[int, float | None, Verdict, float | None, float | None]  # n, estimate, verdict, p, q
_UNJUDGED: _Judged = (0, None, "none", None, None)


def _figures(weighed: Weighings) -> Iterator[_Judged]:
    """What is shown of each value, corrected over all of them."""
    tested = ~np.isnan(weighed.p_values)
    q_values = np.full(len(weighed), np.nan)
    q_values[tested] = benjamini_hochberg(weighed.p_values[tested])
    sizes = np.rint(np.atleast_1d(weighed.inside.n)).astype(int).tolist()
    return zip(
        sizes, plain(weighed.inside.value), weighed.verdicts(q_values), plain(weighed.p_values),
        plain(q_values), strict=True,
    )  # fmt: skip


def _label(value: str | bool | None) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return BLANK_LABEL if value is None else value


def _histogram(index: SegmentIndex, rows: RowSet, field: Field, tables: LevelTables) -> Histogram | None:
    if field.grain == "account" and field.type in ("number", "date"):
        return of_counts(index.bins(field.name).edges, tables.accounts[field.name])
    return histogram(index, rows, field)


@dataclass(frozen=True, slots=True)
class LevelShown:
    """One level of an attribute under a filter, and the accounts that have it."""

    position: int  # among the attribute's levels; the blank is one past the last
    value: str | bool | None
    accounts: int


def levels_shown(
    index: SegmentIndex, rows: RowSet, field: Field, tables: LevelTables | None = None
) -> tuple[list[LevelShown], int]:
    """The levels listed, most frequent first and the blank last, and how many more there are. `tables`: those
    of the filter, where they are known already."""
    if field.type == "text":
        return [], len(field.levels)
    if field.grain == "account":
        tables = level_tables(index, rows) if tables is None else tables
        counts = tables.accounts[field.name]
    if field.type in ("number", "date"):
        blank = int(counts[-1]) if field.grain == "account" else count_blank(index, rows, field)
        return ([LevelShown(0, None, blank)] if blank else []), 0
    levels = index.levels(field.name)
    if field.grain != "account":
        mask = rows_at(rows, field.grain)
        if mask is None:
            return [], len(levels.levels)
        counts = levels.accounts(index.account_of(field.grain), index.n_accounts, mask)
    order = np.argsort(-counts[:-1], kind="stable")
    shown = [LevelShown(at, levels.levels[at], int(counts[at])) for at in order[:MOST_LEVELS].tolist()]
    if counts[-1]:
        shown.append(LevelShown(len(levels.levels), None, int(counts[-1])))
    return shown, max(0, len(order) - MOST_LEVELS)
