"""The statement with its evidence: `… because they are won 41 % of the time against 22 % …`, or `assumed`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from icp_workbench.conditions.describing import Speech, after_noun, companies, listed, those
from icp_workbench.conditions.fields import Fields
from icp_workbench.evidence.words import StrengthName, Verdict
from icp_workbench.render.figures import counted, figure, is_currency, percent_of
from icp_workbench.render.text import printable
from icp_workbench.spec.criterion import Criterion
from icp_workbench.spec.ideal_table import Shown
from icp_workbench.spec.statement.sentences import distinct, exception, is_timely

_MOST_FIGURES = 3  # of one criterion: a sentence is no table


@dataclass(frozen=True)
class Grounds:
    """What a criterion rests on: its strength, its figures by metric, and what people know of it (interviews,
    objections, experiments)."""

    strength: StrengthName
    figures: Mapping[str, Shown]
    known_by_people: Mapping[str, int] = field(default_factory=dict)


def with_evidence(criteria: Sequence[Criterion], fields: Fields, grounds: Mapping[str, Grounds]) -> str:
    """The statement, each criterion with its grounds (by id): what the figures show on the side it claims and
    on the other; `assumed` where its strength is assumption. Criteria without grounds are said to be not
    weighed yet. Empty without criteria."""
    criteria, speech = distinct(criteria), Speech(fields)
    ideal = sorted((one for one in criteria if one.verdict == "icp"), key=lambda one: not one.required)
    sentences, begun = [], ""
    for at, one in enumerate(ideal):
        if at == 0:
            start = f"We win best with {companies([one.when], speech)}"
        else:
            how, whom = _further(one, ideal[0].required, speech)
            start, begun = f"{_AGAIN.get(how, how) if how == begun else how} {whom}", how
        sentences.append(f"{start}, {_grounds(one, grounds.get(one.id))}.")
    sentences += [exception(one, speech) for one in criteria if one.verdict == "ok_if"]
    start = "We do not pursue"
    for one in criteria:
        if one.verdict == "anti_icp":
            whom = companies([one.when], speech)
            sentences.append(f"{start} {whom}, {_grounds(one, grounds.get(one.id))}.")
            start = "Nor do we pursue"
    if any(" against " in _grounds(one, grounds.get(one.id)) for one in criteria if one.verdict != "ok_if"):
        sentences.append("Each figure is set against all other accounts.")
    return printable(" ".join(" ".join(sentences).split())) if criteria else ""


def known_in_words(counts: Mapping[str, int]) -> str:
    """Counts of what people know: `11 interviews and 1 experiment`; empty where nobody asked."""
    known = [
        counted(number, kind.removesuffix("s").replace("_", " ")) for kind, number in counts.items() if number
    ]
    return listed(known, "and")


_AGAIN = {  # how the same is begun once more
    "Most ready to buy are": "So are",
    "We pursue only": "And of these only",
    "The best of them are": "So are",
}


def _further(criterion: Criterion, within: bool, speech: Speech) -> tuple[str, str]:
    """How a further criterion is added, and whom it names: `within` those of the first, or beside them."""
    whom = those(after_noun([criterion.when], speech))
    if is_timely(criterion):
        return "Most ready to buy are", whom
    if criterion.required:
        return "We pursue only", whom
    if within:
        return "The best of them are", whom
    return "We also win with", companies([criterion.when], speech)


def _grounds(criterion: Criterion, grounds: Grounds | None) -> str:
    if grounds is None:
        return "which is not weighed yet"
    wanted: Verdict = "worse" if criterion.verdict == "anti_icp" else "better"
    other: Verdict = "better" if wanted == "worse" else "worse"
    match grounds.strength:
        case "assumption":
            return f"which is assumed: the data does not show it{_asked(grounds)}"
        case "contradicted":
            against, found = _said(grounds, other), _said(grounds, wanted, most=1)
            text = "which the data contradicts" + (f": {against}" if against else "")
            return text + (f", although {found}" if found else "") + _asked(grounds)
    found = _said(grounds, wanted)
    text = f"because {found}" if found else "as the figures suggest"
    if against := _said(grounds, other, most=1):
        text += f", although {against}"
    return (
        text + (" (suggestive, not confirmed)" if grounds.strength == "suggestive" else "") + _asked(grounds)
    )


def _asked(grounds: Grounds) -> str:
    """What people know, kept apart from the figures."""
    known = known_in_words(grounds.known_by_people)
    return f"; beside the figures there are {known}" if known else ""


def _said(grounds: Grounds, verdict: Verdict, most: int = _MOST_FIGURES) -> str:
    """The figures of one verdict as clauses, the first ones of the book's order."""
    told = [
        _clause(name, one.estimate, one.rest, one.unit)
        for name, one in grounds.figures.items()
        if one.verdict == verdict and one.estimate is not None and one.rest is not None
    ]
    return listed(told[:most], "and", roomy=True)


_CLAUSES = {
    "win_rate": "they are won {value} of the time against {rest}",
    "sales_cycle_days": "a typical deal closes in {value} against {rest}",
    "deal_size": "a typical deal is worth {value} against {rest}",
    "deal_size_spread": "their deals differ in size by {value} of the median against {rest}",
    "retention_12m": "{value} are still customers after 12 months against {rest}",
    "churn_rate": "{value} churn against {rest}",
    "net_revenue_retention": "they pay {value} times what they paid a year before against {rest}",
    "revenue_kept_since_start": "they pay {value} times what they paid at the start against {rest}",
    "expansion_rate": "{value} expand against {rest}",
    "gross_margin": "they leave a margin of {value} against {rest}",
    "onboarding_days": "half of them are live within {value} against {rest}",
    "tickets_per_month": "they open {value} tickets a month against {rest}",
    "resolution_hours": "half of their tickets are solved within {value} against {rest}",
    "cost_to_win": "winning a deal costs {value} against {rest}",
    "lifetime_value": "each brings a margin of {value} over its lifetime against {rest}",
}
_NOUNS = {"days": "day", "months": "month", "hours": "hour"}


def _clause(name: str, value: float | None, rest: float | None, unit: str | None) -> str:
    words = _CLAUSES.get(name, f"{name.replace('_', ' ')} is {{value}} against {{rest}}")
    first, second = _figure(value, unit), _figure(rest, unit)
    if first == second:  # rounded alike: the digits that tell them apart
        first, second = (re.sub(r"(?<=\d)%", " %", figure(one, unit)) for one in (value, rest))
    if unit in _NOUNS:
        first = f"{first} {_NOUNS[unit]}{'' if first == '1' else 's'}"
    elif is_currency(unit) and unit != "currency":
        first = f"{first} {unit}"
    return words.format(value=first, rest=second)


def _figure(value: float | None, unit: str | None) -> str:
    if unit == "share":
        return percent_of(value, 1).replace("%", " %")
    return figure(value, unit, with_unit=False).removesuffix(".0")
