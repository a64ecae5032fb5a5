"""Where the ideal fails: inside a segment the sub-groups that do not win, outside it those that do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from icp_workbench.book.book import Metric
from icp_workbench.conditions.condition import AllOf, Condition, FieldTest, Not, Operator, simplified
from icp_workbench.conditions.fields import Field
from icp_workbench.conditions.wording import in_words
from icp_workbench.evidence.contrasts.bands import bands, joined_band, runs
from icp_workbench.evidence.correction import benjamini_hochberg
from icp_workbench.evidence.facets import levels_shown
from icp_workbench.evidence.levels import weigh_levels
from icp_workbench.evidence.look_keys import look_key
from icp_workbench.evidence.looks import level_condition
from icp_workbench.evidence.outcomes import observations_of, outcome_of
from icp_workbench.evidence.verdicts import SIGNIFICANT, Verdict, gain
from icp_workbench.evidence.weighing import weigh_masks
from icp_workbench.evidence.weighings import Figure, Weighed, verdict_of
from icp_workbench.render.figures import count, counted, figure, probability
from icp_workbench.segments.index import RowSet, SegmentIndex

Side = Literal["inside", "outside"]
_ALIKE = 0.9  # of the accounts in either of two groups, how many must be in both to call them the same


@dataclass(frozen=True, slots=True)
class SubGroup:
    """Accounts inside a segment that do worse than the others inside, or outside it that do better.

    `condition` is the sub-group's own, without the segment's; `own` its figure, `others` that of the others
    on the same side. `beyond_average`: inside, it does no better than the average customer either (it fails;
    else it is only weaker); outside, it beats the average customer. `q_value` is corrected over everything
    looked at. `alike` are other sub-groups of nearly the same accounts.
    """

    side: Side
    condition: Condition
    words: str
    accounts: int
    own: Figure
    others: Figure
    verdict: Verdict
    p_value: float
    q_value: float
    beyond_average: bool
    sentence: str
    alike: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exceptions:
    """Where a segment does not hold on one metric: the clearest first. `looked_at` counts what was compared;
    `looks` are those to be counted in the session (key → p; none unless the metric is core)."""

    metric: Metric
    average: Figure
    inside: tuple[SubGroup, ...]
    outside: tuple[SubGroup, ...]
    looked_at: int
    looks: Mapping[str, float | None]

    @property
    def sentence(self) -> str:
        """How much was looked at, and how much was found."""
        looked = f"{count(self.looked_at)} sub-groups were compared"
        if not self.inside and not self.outside:
            return f"{looked}; none differs from the others on its side by more than chance."
        inside = counted(len(self.inside), "weaker group")
        outside = counted(len(self.outside), "stronger group")
        return f"{looked}: {inside} inside, {outside} outside."


@dataclass(frozen=True, slots=True)
class _Candidate:
    side: Side
    field: Field
    position: int  # among the bands of a number; −1 for a level
    condition: Condition
    weighed: Weighed


def where_it_fails(index: SegmentIndex, rows: RowSet, metric: str, *, top: int = 8) -> Exceptions:
    """Every value of every attribute, and eight bands of every number, against the others inside the segment,
    and against the others outside it.

    One correction (Benjamini–Hochberg) over all of it; then values of one attribute, and neighbouring bands,
    that go the same way are taken together and weighed as one. At most `top` on either side. Unknown accounts
    are outside. KeyError for a metric the book does not have.
    """
    outcome = outcome_of(index, index.book.metric(metric))
    average = Figure.each(outcome.book_estimate)[0]
    sides: dict[Side, RowSet] = {"inside": rows, "outside": rest_rows(rows)}
    candidates = [one for side, part in sides.items() for one in _candidates(index, part, side, metric)]
    p_values = [1.0 if one.weighed.p_value is None else one.weighed.p_value for one in candidates]
    q_values = benjamini_hochberg(p_values).tolist() if p_values else []
    told = {
        id(one): q
        for one, q in zip(candidates, q_values, strict=True)
        if verdict_of(outcome.metric, one.weighed, q) == ("worse" if one.side == "inside" else "better")
    }
    looks = {
        look_key(simplified(AllOf((sides[one.side].condition, one.condition))), metric): one.weighed.p_value
        for one in candidates
        if outcome.metric.core
    }
    found: dict[Side, tuple[SubGroup, ...]] = {}
    for side, part in sides.items():
        chosen = [one for one in candidates if one.side == side and id(one) in told]
        groups = [
            _group(
                index, part, side, condition, outcome.metric, average, min(told[id(one)] for one in members)
            )
            for condition, members in _taken_together(index, chosen)
        ]
        found[side] = _folded(index, [group for group in groups if group is not None])[:top]
    return Exceptions(outcome.metric, average, found["inside"], found["outside"], len(candidates), looks)


def rest_rows(rows: RowSet) -> RowSet:
    """The rest of a segment as a row set of its own: everything where the condition is not true, the unknown
    included."""
    own = ~rows.own
    if rows.grain == "account":
        accounts = own
    else:
        accounts = np.zeros(len(rows.accounts), dtype=bool)
        accounts[rows.account_of(rows.grain)[own]] = True
    nobody = np.zeros(len(accounts), dtype=bool)
    return RowSet(simplified(Not(rows.condition)), rows.grain, accounts, nobody, own, rows.account_of)


def _candidates(index: SegmentIndex, side_rows: RowSet, side: Side, metric: str) -> Iterator[_Candidate]:
    outcome = outcome_of(index, index.book.metric(metric))
    fields = [
        field
        for field in index.book.fields.values()
        if field.kept_out is None
        and (field.grain == "account" or side_rows.grain in ("account", field.grain))
    ]
    shown = {field.name: levels_shown(index, side_rows, field)[0] for field in fields}
    wanted = {name: [level.position for level in levels] for name, levels in shown.items() if levels}
    weighed = weigh_levels(index, side_rows, outcome, wanted)
    one_by_one = iter([] if weighed is None else weighed.each())
    for field in fields:
        for level in shown[field.name]:
            yield _Candidate(side, field, -1, level_condition(field, level.value), next(one_by_one))
    everyone = observations_of(side_rows, outcome)
    for field in fields:
        if field.type != "number" or field.grain != "account":
            continue
        for position, condition in enumerate(bands(index, side_rows, field)):
            selected = observations_of(index.rows(condition), outcome) & everyone
            yield _Candidate(
                side, field, position, condition, weigh_masks(outcome, selected, everyone & ~selected)
            )


def _taken_together(
    index: SegmentIndex, chosen: Sequence[_Candidate]
) -> Iterator[tuple[Condition, list[_Candidate]]]:
    """Values of one attribute as one condition, neighbouring bands as one range."""
    for name in dict.fromkeys(one.field.name for one in chosen):
        own = [one for one in chosen if one.field.name == name]
        blank = [one for one in own if isinstance(one.condition, FieldTest) and one.condition.value is None]
        levels = [one for one in own if one.position < 0 and one not in blank]
        in_order = {one.position: one for one in own if one.position >= 0}
        for one in blank:
            yield one.condition, [one]
        if len(levels) == 1:
            yield levels[0].condition, levels
        elif levels:
            field = levels[0].field
            values = tuple(value for one in levels for value in _values(one.condition))
            operator: Operator = "contains_any" if field.type == "set" else "in"
            yield FieldTest(field.name, operator, values), levels
        last = max(in_order, default=-1)
        for first, end in runs([at in in_order for at in range(last + 1)]):
            members = [in_order[at] for at in range(first, end + 1)]
            yield joined_band([one.condition for one in members]), members


def _values(condition: Condition) -> tuple[str, ...]:
    value = condition.value if isinstance(condition, FieldTest) else ()
    return value if isinstance(value, tuple) else (value,)  # type: ignore[return-value]


def _group(
    index: SegmentIndex, side_rows: RowSet, side: Side, condition: Condition, metric: Metric, average: Figure,
    q_value: float,
) -> SubGroup | None:  # fmt: skip
    outcome = outcome_of(index, metric)
    everyone = observations_of(side_rows, outcome)
    rows = index.rows(condition)
    selected = observations_of(rows, outcome) & everyone
    weighed = weigh_masks(outcome, selected, everyone & ~selected)
    verdict = verdict_of(metric, weighed, weighed.p_value)
    p_value = weighed.p_value
    if verdict != ("worse" if side == "inside" else "better") or p_value is None or p_value > SIGNIFICANT:
        return None
    own, others = weighed.inside, weighed.outside
    better_than_average = _gain(metric, own, average) > 0
    beyond = better_than_average if side == "outside" else not better_than_average
    words = in_words(condition, index.book.fields)
    accounts = int(np.count_nonzero(rows.accounts & side_rows.accounts))
    group = SubGroup(side, condition, words, accounts, own, others, verdict, p_value, q_value, beyond, "")
    return replace(group, sentence=_sentence(group, metric, average))


def _gain(metric: Metric, own: Figure, average: Figure) -> float:
    if own.value is None or average.value is None:
        return 0.0
    return gain(metric, own.value - average.value, average.value) or 0.0


def _sentence(group: SubGroup, metric: Metric, average: Figure) -> str:
    own, others, whole = (figure(one.value, metric.unit) for one in (group.own, group.others, average))
    if group.side == "inside":
        stands = (
            f"no better than the average customer ({whole})"
            if group.beyond_average
            else f"weaker, but still better than the average customer ({whole})"
        )
    else:
        stands = (
            f"better than the average customer ({whole}) without being in the segment"
            if group.beyond_average
            else f"better than the others outside, but not than the average customer ({whole})"
        )
    return (
        f"{group.words}: {metric.label.lower()} {own} over {counted(group.own.accounts, 'account')}, the "
        f"others {group.side} {others} (q {probability(group.q_value)}); {stands}."
    )


def _folded(index: SegmentIndex, groups: Sequence[SubGroup]) -> tuple[SubGroup, ...]:
    """The clearest first; those of nearly the same accounts as a clearer one are named with it."""
    kept: list[SubGroup] = []
    for group in sorted(groups, key=lambda one: (one.q_value, one.p_value, -one.accounts)):
        accounts = index.rows(group.condition).accounts
        for at, other in enumerate(kept):
            known = index.rows(other.condition).accounts
            either = np.count_nonzero(accounts | known)
            if either and np.count_nonzero(accounts & known) >= _ALIKE * either:
                kept[at] = replace(other, alike=(*other.alike, group.words))
                break
        else:
            kept.append(group)
    return tuple(kept)
