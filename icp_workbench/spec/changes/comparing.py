"""Two versions → what changed, the effect of it, and the version that asks for."""

from __future__ import annotations

from dataclasses import dataclass

from icp_workbench.spec.changes.change import Change, greatest
from icp_workbench.spec.changes.criteria import changed_criteria
from icp_workbench.spec.changes.fields import changed_fields
from icp_workbench.spec.changes.sections import changed_sections
from icp_workbench.spec.digest import digest_note, digests_of
from icp_workbench.spec.lineage import Effect, parsed, raised
from icp_workbench.spec.model import IdealCustomerProfile, content_of


@dataclass(frozen=True)
class SpecDiff:
    """Two versions side by side. `effect` None: nothing changed. `notes` are sentences a reader must know."""

    before: IdealCustomerProfile
    after: IdealCustomerProfile
    changes: tuple[Change, ...]
    effect: Effect | None
    notes: tuple[str, ...]

    @property
    def proposed(self) -> str:
        """The version the changes ask for, after `before`'s."""
        version = self.before.metadata.version
        return version if self.effect is None else raised(version, self.effect)

    @property
    def is_unannounced(self) -> bool:
        """True where a change is breaking and the major version did not move."""
        old, new = (parsed(one.metadata.version) for one in (self.before, self.after))
        return self.effect == "major" and new[0] <= old[0]

    @property
    def is_too_low(self) -> bool:
        """True where the version of `after` is lower than the changes ask for."""
        return parsed(self.after.metadata.version) < parsed(self.proposed)


def compare_specs(before: IdealCustomerProfile, after: IdealCustomerProfile) -> SpecDiff:
    """What changed from one version to another: criteria by id, fields by name; orders say nothing."""
    changes = changes_between(before, after)
    return SpecDiff(before, after, changes, greatest(changes), tuple(_notes(before, after)))


def changes_between(before: IdealCustomerProfile, after: IdealCustomerProfile) -> tuple[Change, ...]:
    """Every change, criteria first. Major: a field or criterion removed or replaced, a field retyped or a
    text of it read as something else, what a blank counts as, `required`, `disqualify` or the verdict
    changed, a grade removed. Minor: a criterion, field or grade added, a condition, signal, points or cut-off
    moved, what a field is made from or called in a file or CRM. Patch: evidence, reasons, dates, words.
    """
    old, new = content_of(before), content_of(after)
    return (
        *changed_criteria(before, after),
        *changed_fields(old["fields"], new["fields"]),
        *changed_sections(old, new),
    )


def effect_of(before: IdealCustomerProfile, after: IdealCustomerProfile) -> Effect | None:
    """How much changed, by what it does to whoever relies on the spec; None if nothing did."""
    return greatest(changes_between(before, after))


def changes_in_words(before: IdealCustomerProfile, after: IdealCustomerProfile) -> str:
    """What changed between two versions as one line, criterion by criterion; empty if nothing did."""
    changes = changes_between(before, after)
    ours = [change for change in changes if change.part == "criteria" and change.aspect not in _NOT_DECIDED]
    said = []
    for verb in ("added", "removed"):
        if names := sorted(change.id for change in ours if change.aspect == verb):
            said.append(f"{verb.capitalize()} {', '.join(names)}")
    for name in dict.fromkeys(change.id for change in ours):
        aspects = [_ASPECTS.get(one.aspect, one.aspect) for one in ours if one.id == name]
        if aspects[0] not in ("added", "removed"):
            said.append(f"{name}: {', '.join(aspects)} changed")
    if said:
        return "; ".join(said) + "."
    others = [change.words for change in changes if change.part not in ("criteria", "fields", "data")]
    if others:
        return f"{others[0][0].upper()}{others[0][1:]}" + "".join(f"; {words}" for words in others[1:]) + "."
    return "The evidence was brought up to date." if changes else ""


_NOT_DECIDED = frozenset({"evidence", "decided", "others"})
_ASPECTS = {"when": "condition", "missing": "what a blank counts as"}


def _notes(before: IdealCustomerProfile, after: IdealCustomerProfile) -> list[str]:
    old, new = before.metadata, after.metadata
    notes = [
        f"{one.metadata.name} {one.metadata.version}: {note}"
        for one in (before, after)
        if (note := digest_note(one))
    ]
    if old.name != new.name:
        notes.append(f"These are two profiles, {old.name} and {new.name}, not two versions of one.")
    elif parsed(new.version) < parsed(old.version):
        notes.append(f"{new.version} is older than {old.version}: this is read backwards.")
    elif (
        new.parent is not None
        and new.parent.version == old.version
        and new.parent.digest not in digests_of(before)
    ):
        notes.append(f"{new.version} names another {old.version} as its parent than this file holds.")
    return notes
