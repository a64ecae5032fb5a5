"""Every value of every attribute: count, headline metric, verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from icp_workbench.book.book import Metric
from icp_workbench.conditions.fields import Field
from icp_workbench.evidence.correction import benjamini_hochberg
from icp_workbench.evidence.histograms import Histogram as Histogram
from icp_workbench.evidence.histograms import count_blank, histogram, rows_at
from icp_workbench.evidence.levels import weigh_levels
from icp_workbench.evidence.outcomes import outcome_of
from icp_workbench.evidence.weighing import Verdict, Weighed, verdict_of
from icp_workbench.segments.index import RowSet, SegmentIndex


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
    supported = {known.name: known for known in book.metrics}
    headline = supported.get(metric)
    levels = {field.name: levels_shown(index, rows, field) for field in chosen}
    weighed: dict[str, list[Weighed]] = {}
    if headline is not None:
        outcome = outcome_of(index, headline)
        wanted = {name: [level.position for level in shown] for name, (shown, _) in levels.items() if shown}
        weighed = weigh_levels(index, rows, outcome, wanted)
    verdicts = _verdicts(headline, weighed)
    found = []
    for field in chosen:
        shown, hidden = levels[field.name]
        values = tuple(
            _facet_value(level, *judged)
            for level, judged in zip(shown, verdicts.get(field.name, [_UNJUDGED] * len(shown)), strict=True)
        )
        found.append(Facet(field, values, histogram(index, rows, field), hidden))
    core = headline is not None and headline.core
    return Facets(metric, int(rows.accounts.sum()), index.n_accounts, tuple(found), core)


@dataclass(frozen=True, slots=True)
class _LevelShown:
    position: int  # among the attribute's levels; the blank is one past the last
    value: str | bool | None
    accounts: int


_Judged = tuple[Weighed | None, float | None, Verdict]
_UNJUDGED: _Judged = (None, None, "none")


def levels_shown(index: SegmentIndex, rows: RowSet, field: Field) -> tuple[list[_LevelShown], int]:
    """The levels listed, most frequent first and the blank last, and how many more there are."""
    if field.type == "text":
        return [], len(field.levels)
    if field.type in ("number", "date"):
        blank = count_blank(index, rows, field)
        return ([_LevelShown(0, None, blank)] if blank else []), 0
    levels = index.levels(field.name)
    mask = rows_at(rows, field.grain)
    if mask is None:
        return [], len(levels.levels)
    if field.grain == "account":
        counts = levels.counts(mask).tolist()
    else:
        counts = levels.accounts(index.account_of(field.grain), index.n_accounts, mask).tolist()
    order = sorted(range(len(levels.levels)), key=lambda position: -counts[position])
    shown = [_LevelShown(at, levels.levels[at], counts[at]) for at in order[:MOST_LEVELS]]
    if counts[-1]:
        shown.append(_LevelShown(len(levels.levels), None, counts[-1]))
    return shown, max(0, len(order) - MOST_LEVELS)


def _verdicts(metric: Metric | None, weighed: Mapping[str, list[Weighed]]) -> dict[str, list[_Judged]]:
    if metric is None:
        return {}
    every = [(name, value) for name, values in weighed.items() for value in values]
    p_values = [value.p_value for _, value in every if value.p_value is not None]
    q_values = iter(benjamini_hochberg(p_values).tolist())
    judged: dict[str, list[_Judged]] = {name: [] for name in weighed}
    for name, value in every:
        q_value = None if value.p_value is None else next(q_values)
        judged[name].append((value, q_value, verdict_of(metric, value, q_value)))
    return judged


def _facet_value(
    level: _LevelShown, weighed: Weighed | None, q_value: float | None, verdict: Verdict
) -> FacetValue:
    label = BLANK_LABEL if level.value is None else level.value
    if isinstance(label, bool):
        label = "yes" if label else "no"
    if weighed is None:
        return FacetValue(level.value, label, level.accounts, 0, None, verdict)
    inside = weighed.inside
    return FacetValue(
        level.value, label, level.accounts, inside.n, inside.value, verdict, weighed.p_value, q_value
    )
