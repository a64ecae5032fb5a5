"""Where the ideal fails: inside a segment that wins the sub-groups that do not, outside it those that do.

The other way round where the segment itself does worse than its rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from icp_workbench.book.metric import BOOTSTRAPPED, Metric
from icp_workbench.conditions.condition import EVERYONE, AllOf, Condition, simplified
from icp_workbench.conditions.wording import in_words
from icp_workbench.evidence.contrasts.sides import rest_rows, within
from icp_workbench.evidence.contrasts.subgroups import Candidate, candidates, taken_together
from icp_workbench.evidence.correction import benjamini_hochberg
from icp_workbench.evidence.look_keys import look_key
from icp_workbench.evidence.outcomes import Outcome, observations_of, outcome_of, rest_of
from icp_workbench.evidence.verdicts import Verdict, gain
from icp_workbench.evidence.weighing import weigh_masks
from icp_workbench.evidence.weighings import Figure, Weighed, verdict_of
from icp_workbench.render.figures import count, counted, figure, probability
from icp_workbench.segments.index import RowSet, SegmentIndex

Side = Literal["inside", "outside"]
SIDES: tuple[Side, Side] = ("inside", "outside")
_IDEAL: Mapping[Side, Verdict] = {"inside": "worse", "outside": "better"}
_ANTI: Mapping[Side, Verdict] = {"inside": "better", "outside": "worse"}
STRENGTH: Mapping[Verdict, str] = {"worse": "weaker", "better": "stronger"}
_CERTAIN = 1e-6  # below this a q ranks nothing: the size of the difference does
_ALIKE = 0.9  # of the accounts in either of two groups, how many must be in both to call them the same


@dataclass(frozen=True, slots=True)
class SubGroup:
    """Accounts that do worse than the others inside a segment, or better than the others outside it; the
    other way round for a segment that does worse.

    `condition` is the sub-group's own, `whole` that and the segment's (or its opposite) together, which
    selects these accounts. `accounts` counts them, with an outcome or not; `own` is their figure, `others`
    that of the others on the same side. `p_value` is that of the direct comparison, uncorrected; `q_value` is
    corrected over everything compared, see `where_it_fails`. `beyond_average`: what is weaker does no better
    than the average customer either, what is stronger does better than that, too. `said` are its figures in
    words; `alike` are other sub-groups of nearly the same accounts.
    """

    side: Side
    condition: Condition
    whole: Condition
    words: str
    accounts: int
    own: Figure
    others: Figure
    difference: float | None
    verdict: Verdict
    p_value: float
    q_value: float
    beyond_average: bool
    said: str = ""
    alike: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """What it is, and its figures."""
        return f"{self.words}: {self.said}."


@dataclass(frozen=True, slots=True)
class Exceptions:
    """Where a segment does not hold on one metric: first what fails, or wins, against the average customer,
    too, the clearest on top. `itself` is the segment against its rest, `verdict` that of this one comparison.
    `compared` counts the sub-groups tested on each side, `hidden` those found but not listed; `looks` are
    those to be counted in the session (key → p; none unless the metric is core)."""

    metric: Metric
    average: Figure
    itself: Weighed
    verdict: Verdict
    inside: tuple[SubGroup, ...]
    outside: tuple[SubGroup, ...]
    compared: Mapping[Side, int]
    hidden: Mapping[Side, int]
    looks: Mapping[str, float | None]

    @property
    def wanted(self) -> Mapping[Side, Verdict]:
        """What an exception is on either side: the opposite of what the segment is."""
        return _ANTI if self.verdict == "worse" else _IDEAL

    @property
    def groups(self) -> tuple[SubGroup, ...]:
        """Those inside, then those outside."""
        return (*self.inside, *self.outside)

    @property
    def looked_at(self) -> int:
        """How many sub-groups were compared with the others on their side."""
        return sum(self.compared.values())

    @property
    def standing(self) -> str:
        """How the segment itself stands, and so what its exceptions are. Empty where no test was made."""
        own, rest = (figure(one.value, self.metric.unit) for one in (self.itself.inside, self.itself.outside))
        figures = f"{self.metric.label.lower()} {own} against {rest} outside"
        if self.metric.estimator in BOOTSTRAPPED:
            return ""
        match self.verdict:
            case "better":
                return f"The segment itself does better: {figures}."
            case "worse":
                return (
                    f"The segment itself does worse: {figures}. So its exceptions are those inside that do "
                    "better than the others there, and those outside that do worse."
                )
            case "similar":
                return f"The segment itself does as well as the rest: {figures}."
            case "unclear":
                return f"The segment itself is not clearly better: {figures}."
            case "too_few":
                return f"Too few to judge the segment itself: {self.itself.too_few}."
            case _:
                return f"There is nothing outside to compare with: {self.metric.label.lower()} {own}."

    @property
    def sentence(self) -> str:
        """How much was compared, and how much was found."""
        if self.metric.estimator in BOOTSTRAPPED:
            return (
                f"{self.metric.label} has no test that is quick enough for so many sub-groups; "
                "choose another metric."
            )
        if not self.looked_at:
            return "No sub-group has outcomes enough to be compared with the others on its side."
        their = "its" if self.looked_at == 1 else "their"
        compared = f"{counted(self.looked_at, 'sub-group')} compared with the others on {their} side"
        if not self.groups:
            return f"{compared}: none differs by more than chance would make one differ."
        listed: dict[Side, int] = {"inside": len(self.inside), "outside": len(self.outside)}
        found = [
            f"{counted(listed[side] + self.hidden[side], f'{STRENGTH[self.wanted[side]]} group')} {side}"
            for side in SIDES
        ]
        return f"{compared}: {', '.join(found)}."

    def title(self, side: Side) -> str:
        """What stands over the groups of a side."""
        return f"{side.capitalize()}, but {STRENGTH[self.wanted[side]]} than the others {side}"

    def nothing(self, side: Side) -> str:
        """What to say of a side without a group."""
        if self.compared[side]:
            return f"none of {count(self.compared[side])} that stands out"
        return "none has outcomes enough to be compared"


def where_it_fails(
    index: SegmentIndex,
    rows: RowSet,
    metric: str,
    *,
    top: int = 8,
    cancelled: Callable[[], bool] = lambda: False,
) -> Exceptions:
    """The values listed of every attribute, and up to eight bands of every number and date, against the
    others inside the segment, and against the others outside it. Unknown accounts are outside.

    An exception is weaker inside and stronger outside; where the segment itself is worse than its rest (an
    anti-ICP), stronger inside and weaker outside.

    One correction (Benjamini–Hochberg) over all that could be tested on both sides. Values of one attribute,
    and neighbouring bands, that are found the same way are taken together, and weighed as one for their
    figures. They were chosen for how they look, so their joint p is smaller than an honest one: it is shown
    for what it is, and plays no part in whether they are listed. Each of them passed on its own; the q of
    them together is the largest of theirs, which stands for "every one of these". On a book where nothing
    differs something is therefore listed in at most 5 % of cases, joined or not.

    At most `top` on either side. When `cancelled`, what comes back is incomplete and not to be shown.
    KeyError for a metric the book does not have.
    """
    outcome = outcome_of(index, index.book.metric(metric))
    average = Figure.each(outcome.book_estimate)[0]
    itself = weigh_masks(outcome, observations_of(rows, outcome), rest_of(rows, outcome))
    looks: dict[str, float | None] = {}
    if rows.condition != EVERYONE:
        looks[look_key(rows.condition, metric)] = itself.p_value
    sides: dict[Side, RowSet] = {"inside": rows, "outside": rest_rows(rows, outcome.metric.grain)}
    quick = outcome.metric.estimator not in BOOTSTRAPPED
    tested = {
        side: list(candidates(index, part, rows.grain, outcome, cancelled)) if quick else []
        for side, part in sides.items()
    }
    everything = [(side, one) for side in SIDES for one in tested[side]]
    q_values = benjamini_hochberg([one.p_value for _, one in everything]).tolist()
    verdict = verdict_of(outcome.metric, itself, itself.p_value)
    wanted = _ANTI if verdict == "worse" else _IDEAL
    chosen: dict[Side, list[tuple[Candidate, float]]] = {"inside": [], "outside": []}
    for (side, one), q_value in zip(everything, q_values, strict=True):
        whole = simplified(AllOf((sides[side].condition, one.condition)))
        looks[look_key(whole, metric)] = one.p_value
        if verdict_of(outcome.metric, one.weighed, q_value) == wanted[side]:
            chosen[side].append((one, q_value))
    found: dict[Side, list[SubGroup]] = {}
    for side, part in sides.items():
        search = _Search(index, outcome, part, side, wanted[side], average)
        groups = list(search.groups(chosen[side]))
        looks |= {look_key(group.whole, metric): group.p_value for group in groups}
        found[side] = _folded(index, part, groups)
    return Exceptions(
        outcome.metric, average, itself, verdict,
        tuple(found["inside"][:top]), tuple(found["outside"][:top]),
        {side: len(tested[side]) for side in SIDES},
        {side: max(len(found[side]) - top, 0) for side in SIDES},
        looks if outcome.metric.core else {},
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Search:
    """One side of a segment, and what is looked for there."""

    index: SegmentIndex
    outcome: Outcome
    part: RowSet
    side: Side
    wanted: Verdict
    average: Figure

    def groups(self, chosen: Sequence[tuple[Candidate, float]]) -> Iterator[SubGroup]:
        """What was chosen (with its q), taken together where it belongs together."""
        q_values = {one.condition: q_value for one, q_value in chosen}
        for condition, members in taken_together([one for one, _ in chosen]):
            group = self.group(condition, max(q_values[one.condition] for one in members))
            if group is not None:
                yield group
                continue
            for one in members:  # together they leave too few others, or differ too little from them
                alone = self.group(one.condition, q_values[one.condition])
                if alone is not None:
                    yield alone

    def group(self, condition: Condition, q_value: float) -> SubGroup | None:
        """The sub-group a condition selects here; None where it is not what is looked for."""
        metric, rows = self.outcome.metric, within(self.part, self.index.rows(condition))
        selected = observations_of(rows, self.outcome)
        others = observations_of(self.part, self.outcome) & ~selected
        weighed = weigh_masks(self.outcome, selected, others)
        verdict = verdict_of(metric, weighed, weighed.p_value)
        if verdict != self.wanted or weighed.p_value is None:
            return None
        beats = _gain(metric, weighed.inside, self.average) > 0
        found = SubGroup(
            self.side, condition, rows.condition, in_words(condition, self.index.book.fields),
            int(np.count_nonzero(rows.accounts)), weighed.inside, weighed.outside, weighed.difference,
            verdict, weighed.p_value, q_value, beats if verdict == "better" else not beats,
        )  # fmt: skip
        return replace(found, said=_said(found, metric, self.average))


def _gain(metric: Metric, own: Figure, average: Figure) -> float:
    if own.value is None or average.value is None:
        return 0.0
    return gain(metric, own.value - average.value, average.value) or 0.0


def against_average(group: SubGroup, average: str) -> str:
    """How a sub-group stands beside the average customer, whose figure is given as text."""
    others = f"the others {group.side}"
    match group.verdict, group.beyond_average:
        case "worse", True:
            return f"no better than the average customer ({average})"
        case "worse", False:
            return f"weaker than {others}, but still better than the average customer ({average})"
        case _, True:
            return f"better than the average customer ({average}), too"
        case _:
            return f"better than {others}, but not than the average customer ({average})"


def _said(group: SubGroup, metric: Metric, average: Figure) -> str:
    own, others, whole = (figure(one.value, metric.unit) for one in (group.own, group.others, average))
    return (
        f"{metric.label.lower()} {own} over {counted(group.own.accounts, 'account')}, "
        f"the others {group.side} {others} (q {probability(group.q_value)}); {against_average(group, whole)}"
    )


def _folded(index: SegmentIndex, part: RowSet, groups: Iterable[SubGroup]) -> list[SubGroup]:
    """What stands out against the average customer first, then the clearest; those of nearly the same
    accounts as one before are named with it."""
    kept: list[tuple[SubGroup, RowSet]] = []
    for group in sorted(groups, key=_clearest):
        rows = within(part, index.rows(group.condition))
        for at, (other, known) in enumerate(kept):
            either = np.count_nonzero(rows.accounts | known.accounts)
            if either and np.count_nonzero(rows.accounts & known.accounts) >= _ALIKE * either:
                kept[at] = replace(other, alike=(*other.alike, group.words)), known
                break
        else:
            kept.append((group, rows))
    return [group for group, _ in kept]


def _clearest(group: SubGroup) -> tuple[bool, float, float, int]:
    certain = max(group.q_value, _CERTAIN)
    return not group.beyond_average, certain, -abs(group.difference or 0.0), -group.accounts
