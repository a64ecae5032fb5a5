"""What changed among the criteria, each found by its id: their order says nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from icp_workbench.conditions.condition import (
    AllOf,
    AnyOf,
    Condition,
    FieldTest,
    Not,
    fields_read,
    to_plain,
)
from icp_workbench.conditions.fields import Fields
from icp_workbench.conditions.wording import in_words
from icp_workbench.render.figures import count
from icp_workbench.spec.changes.change import Change
from icp_workbench.spec.lineage import Effect
from icp_workbench.spec.model import IdealCustomerProfile, SpecCriterion, content_of
from icp_workbench.spec.reading import fields_of

VERDICT_WORDS = {"icp": "ICP", "ok_if": "OK-if", "anti_icp": "anti-ICP"}
_PART = "criteria"
_ANY_ORDER = frozenset({"in", "not_in", "contains_any", "contains_all", "mentions"})
_ASPECTS: dict[Effect, dict[str, str]] = {
    "major": {
        "verdict": "moved from {} to {}",
        "missing": "a blank counts as {1}, not {0}",
        "required": "required: {} → {}",
        "disqualify": "disqualifies: {} → {}",
    },
    "minor": {"signal": "signal: {} → {}", "points": "points: {} → {}"},
    "patch": {"reason": "the reason was changed", "decided": "when or how it was decided was changed"},
}


def changed_criteria(before: IdealCustomerProfile, after: IdealCustomerProfile) -> Iterator[Change]:
    """Every change of a criterion, in the order of `after`, then those removed."""
    old = {criterion.id: criterion for criterion in before.criteria}
    new = {criterion.id: criterion for criterion in after.criteria}
    was, now = (fields_of(content_of(one)["fields"]) for one in (before, after))
    for name, criterion in new.items():
        if name in old:
            yield from _changes(old[name], criterion, was, now)
        else:
            words = f"added as {_what(criterion, now)}"
            yield Change(_PART, name, "added", "minor", words, None, to_plain(criterion.when))
    for name, criterion in old.items():
        if name not in new:
            words = f"removed; it was {_what(criterion, was)}"
            yield Change(_PART, name, "removed", "major", words, to_plain(criterion.when), None)


def _what(criterion: SpecCriterion, fields: Fields) -> str:
    return f"{VERDICT_WORDS[criterion.verdict]}: {in_words(criterion.when, fields)}"


def _changes(old: SpecCriterion, new: SpecCriterion, was: Fields, now: Fields) -> Iterator[Change]:
    if old.when != new.when:
        yield _condition(old, new, was, now)
    for effect, aspects in _ASPECTS.items():
        for aspect, words in aspects.items():
            values = getattr(old, aspect), getattr(new, aspect)
            if values[0] != values[1]:
                said = words.format(*map(_shown, values))
                plain = (None, None) if effect == "patch" else values
                yield Change(_PART, new.id, aspect, effect, said, *plain)
    if said := "; ".join(_evidence(old, new)):
        yield Change(_PART, new.id, "evidence", "patch", said)
    if (old.model_extra or {}) != (new.model_extra or {}):
        yield Change(_PART, new.id, "others", "patch", "a key that is not ours was changed")


def _condition(old: SpecCriterion, new: SpecCriterion, was: Fields, now: Fields) -> Change:
    said = f"{in_words(old.when, was)} → {in_words(new.when, now)}"
    effect: Effect = "minor"
    if in_one_order(old.when) == in_one_order(new.when):
        effect, said = "patch", "the same condition, written in another order"
    elif not set(fields_read(old.when)) & set(fields_read(new.when)):
        # One id for two questions: whoever relies on the first has lost it.
        effect, said = "major", f"replaced under its id: {said}"
    return Change(_PART, new.id, "when", effect, said, to_plain(old.when), to_plain(new.when))


def in_one_order(condition: Condition) -> Condition:
    """The condition with what may stand in any order (parts of all and any, values of a list) sorted."""
    match condition:
        case AllOf(parts) | AnyOf(parts):
            ordered = tuple(sorted({in_one_order(part) for part in parts}, key=repr))
            return AllOf(ordered) if isinstance(condition, AllOf) else AnyOf(ordered)
        case Not(part):
            return Not(in_one_order(part))
        case FieldTest(field, operator, tuple() as values) if operator in _ANY_ORDER:
            return FieldTest(field, operator, tuple(sorted(set(values), key=repr)))
    return condition


def _evidence(old: SpecCriterion, new: SpecCriterion) -> Iterator[str]:
    """What the data says now; the number of looks alone is no change."""
    was, now = old.evidence, new.evidence
    if was is None or now is None:
        if was is not now:
            yield "evidence: " + ("none any more" if now is None else "now there is some")
        return
    if was.model_copy(update={"looks": now.looks}) == now:
        return
    if was.strength != now.strength:
        yield f"strength: {was.strength} → {now.strength}"
    if was.accounts != now.accounts:
        yield f"accounts: {_shown(was.accounts)} → {_shown(now.accounts)}"
    verdicts = [
        f"{name.replace('_', ' ')}: {was.metrics[name].verdict} → {now.metrics[name].verdict}"
        for name in now.metrics
        if name in was.metrics and was.metrics[name].verdict != now.metrics[name].verdict
    ]
    yield from verdicts
    if not verdicts and was.metrics != now.metrics:
        yield "the figures were brought up to date"
    if was.known_by_people != now.known_by_people:
        yield "what people know was brought up to date"


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return count(value)
    return "none" if value is None else VERDICT_WORDS.get(str(value), str(value).replace("_", " "))
