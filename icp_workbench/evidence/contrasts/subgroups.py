"""The sub-groups of one side of a segment: every value and every band, each against the others there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from icp_workbench.conditions.condition import Condition, FieldTest, Operator
from icp_workbench.conditions.fields import Field
from icp_workbench.evidence.contrasts.bands import Bands, bands_of, runs
from icp_workbench.evidence.contrasts.sides import within
from icp_workbench.evidence.facets import levels_shown
from icp_workbench.evidence.levels import weigh_levels
from icp_workbench.evidence.looks import level_condition
from icp_workbench.evidence.outcomes import Outcome, observations_of
from icp_workbench.evidence.weighing import weigh_masks
from icp_workbench.evidence.weighings import Weighed
from icp_workbench.segments.index import ACCOUNT, RowSet, SegmentIndex


@dataclass(frozen=True, slots=True)
class Candidate:
    """One value of an attribute, or one band of a number or a date, and how it stands against the others on
    its side. Only what could be tested is a candidate. `band` is its number among `bands`."""

    field: Field
    condition: Condition
    weighed: Weighed
    p_value: float
    bands: Bands | None = None
    band: int = -1


def candidates(
    index: SegmentIndex,
    side: RowSet,
    grain: str,
    outcome: Outcome,
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[Candidate]:
    """Every value that the Slice room lists (the twelve most frequent, and the blank) of every attribute that
    is not kept out, and up to eight bands of every number and date.

    `grain` is the segment's: attributes of a third grain are left out, since no condition could name both.
    Ends early when `cancelled`.
    """
    fields = [
        field
        for field in index.book.fields.values()
        if field.kept_out is None and (field.grain == ACCOUNT or grain in (ACCOUNT, field.grain))
    ]
    shown = {field.name: levels_shown(index, side, field)[0] for field in fields}
    wanted = {name: [level.position for level in levels] for name, levels in shown.items() if levels}
    weighed = weigh_levels(index, side, outcome, wanted)
    one_by_one = iter([] if weighed is None else weighed.each())
    everyone = observations_of(side, outcome)
    for field in fields:
        if cancelled():
            return
        for level in shown[field.name]:
            one = next(one_by_one)
            if one.p_value is not None:
                yield Candidate(field, level_condition(field, level.value), one, one.p_value)
        bands = bands_of(index, side, field)
        for band in range(bands.count if bands is not None else 0):
            assert bands is not None
            condition = bands.condition(band, band)
            selected = observations_of(within(side, index.rows(condition)), outcome)
            one = weigh_masks(outcome, selected, everyone & ~selected)
            if one.p_value is not None:
                yield Candidate(field, condition, one, one.p_value, bands, band)


def taken_together(chosen: Sequence[Candidate]) -> Iterator[tuple[Condition, tuple[Candidate, ...]]]:
    """The values of one attribute as one condition, neighbouring bands as one range; the blank on its own."""
    for name in dict.fromkeys(one.field.name for one in chosen):
        own = [one for one in chosen if one.field.name == name]
        levels = [one for one in own if one.bands is None and not _is_blank(one)]
        yield from ((one.condition, (one,)) for one in own if _is_blank(one))
        if len(levels) == 1:
            yield levels[0].condition, (levels[0],)
        elif levels:
            yield _any_of(levels), tuple(levels)
        in_order = {one.band: one for one in own if one.bands is not None}
        for first, last in runs([at in in_order for at in range(max(in_order, default=-1) + 1)]):
            bands = in_order[first].bands
            assert bands is not None
            yield bands.condition(first, last), tuple(in_order[at] for at in range(first, last + 1))


def _is_blank(one: Candidate) -> bool:
    return (
        one.bands is None and isinstance(one.condition, FieldTest) and one.condition.operator == "is_unknown"
    )


def _any_of(levels: Sequence[Candidate]) -> Condition:
    field = levels[0].field
    if field.type == "boolean":  # yes and no
        return FieldTest(field.name, "is_known")
    values = tuple(
        value
        for one in levels
        if isinstance(one.condition, FieldTest) and isinstance(one.condition.value, tuple)
        for value in one.condition.value
    )
    operator: Operator = "contains_any" if field.type == "set" else "in"
    return FieldTest(field.name, operator, values)
