"""What stands out among the values of every attribute, by one metric: for the workshop that plays itself.

Everything that is tested here is shown, so everything is returned as a look.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from icp_workbench.book.metric import Metric
from icp_workbench.conditions.condition import AllOf, Condition, FieldTest, Operator, simplified
from icp_workbench.conditions.fields import Field
from icp_workbench.evidence.contrasts.bands import FEWEST, bands_of, runs
from icp_workbench.evidence.correction import benjamini_hochberg
from icp_workbench.evidence.facets import Facet, facets
from icp_workbench.evidence.looks import level_condition, look_key, looks_of_facets
from icp_workbench.evidence.outcomes import observations_of, outcome_of
from icp_workbench.evidence.verdicts import Verdict
from icp_workbench.evidence.weighing import weigh_masks
from icp_workbench.evidence.weighings import verdict_of
from icp_workbench.segments.index import SegmentIndex

_CERTAIN = 1e-12  # below this a p-value ranks nothing: the size of the difference does


@dataclass(frozen=True, slots=True)
class StandOut:
    """A condition on one attribute that is better or worse than the rest, the p-value of that, and the size
    of the difference in the metric's unit."""

    field: str
    condition: Condition
    verdict: Verdict
    p_value: float
    size: float


@dataclass
class Search:
    """A search inside one condition, and the looks it takes (key → p-value)."""

    index: SegmentIndex
    within: Condition
    metric: Metric
    looks: dict[str, float | None] = field(default_factory=dict)

    def stand_outs(self) -> list[StandOut]:
        """Attributes with values better or worse than the rest of `within`, the clearest first: values that
        go the same way are taken together, as are neighbouring bands of a number, and weighed as what they
        are then."""
        rows = self.index.rows(self.within)
        shown = facets(self.index, rows, self.metric.name)
        self.looks |= looks_of_facets(shown, self.within)
        candidates = [pair for facet in shown.facets for pair in _levels(facet)]
        for described in self.index.book.fields.values():
            if described.type == "number" and described.kept_out is None and described.grain == "account":
                candidates += self._bands(described)
        conditions = [condition for _, condition in candidates]
        found = [
            StandOut(name, condition, *weighed)
            for (name, condition), weighed in zip(candidates, self._weigh(conditions), strict=True)
            if weighed[0] in ("better", "worse")
        ]
        return sorted(found, key=lambda one: (max(one.p_value, _CERTAIN), -one.size))

    def _bands(self, described: Field) -> Iterator[tuple[str, Condition]]:
        """Runs of neighbouring eighths that stand out the same way, each as one range."""
        bands = bands_of(self.index, self.index.rows(self.within), described)
        if bands is None:
            return
        verdicts = [
            verdict for verdict, _, _ in self._weigh([bands.condition(i, i) for i in range(bands.count)])
        ]
        for wanted in ("better", "worse"):
            for first, last in runs([verdict == wanted for verdict in verdicts]):
                if (first, last) != (0, bands.count - 1):
                    yield described.name, bands.condition(first, last)

    def _weigh(self, conditions: Sequence[Condition]) -> list[tuple[Verdict, float, float]]:
        """Each against the rest of `within`, corrected over all of them (Benjamini–Hochberg)."""
        outcome = outcome_of(self.index, self.metric)
        everyone = observations_of(self.index.rows(self.within), outcome)
        weighed = []
        for condition in conditions:
            both = simplified(AllOf((self.within, condition)))
            selected = observations_of(self.index.rows(both), outcome)
            weighed.append(weigh_masks(outcome, selected, everyone & ~selected))
            if self.metric.core:
                self.looks[look_key(both, self.metric.name)] = weighed[-1].p_value
        p_values = [1.0 if one.p_value is None else one.p_value for one in weighed]
        corrected = benjamini_hochberg(p_values).tolist() if p_values else []
        return [
            (verdict_of(self.metric, one, q_value), p_value, abs(one.difference or 0.0))
            for one, p_value, q_value in zip(weighed, p_values, corrected, strict=True)
        ]


def _levels(facet: Facet) -> Iterator[tuple[str, Condition]]:
    """The values of an attribute that stand out the same way, as one condition."""
    for wanted in ("better", "worse"):
        levels = [
            value.value
            for value in facet.values
            if value.verdict == wanted and value.value is not None and value.accounts >= FEWEST
        ]
        if len(levels) == 1:
            yield facet.field.name, level_condition(facet.field, levels[0])
        elif levels:
            operator: Operator = "contains_any" if facet.field.type == "set" else "in"
            yield facet.field.name, FieldTest(facet.field.name, operator, tuple(levels))
