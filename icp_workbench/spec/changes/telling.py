"""A difference between two versions for a person, a pull request, and a program."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from icp_workbench.render.figures import count, counted
from icp_workbench.render.tables import markdown_table, markdown_text, plain_table
from icp_workbench.render.text import printable
from icp_workbench.spec.changes.change import Change
from icp_workbench.spec.changes.comparing import SpecDiff
from icp_workbench.spec.changes.movement import Movement, Told
from icp_workbench.spec.lineage import EFFECTS, Effect, parsed
from icp_workbench.spec.model import json_values

_MOST_NAMED = 12
_WRAPPED = textwrap.TextWrapper(
    width=100, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False
)
_PARTS = {"criteria": "criterion", "fields": "attribute"}
_WHAT = {"profile": "profile", "anti_icp": "anti-ICP"}
WITHHELD = "not told"


def as_text(diff: SpecDiff, moved: Sequence[Movement] = (), *, names: bool = False) -> str:
    """For a terminal, every line safe for it. `names`: also which accounts moved; never where it is kept."""
    lines = [f"{_versions(diff)}: {_effect(diff)}", verdict(diff)]
    for effect in reversed(EFFECTS):
        if found := [change for change in diff.changes if change.effect == effect]:
            lines += ["", _HEADINGS[effect]]
            lines += [line for change in found for line in _WRAPPED.wrap(f"{_where(change)}: {change.words}")]
    if moved:
        headers = ["accounts", "before", "after", "entered", "left"]
        rows = [[_WHAT[one.what], *(_counts(one, exact=names))] for one in moved]
        lines += ["", *plain_table(headers, rows, right=(1, 2, 3, 4)).splitlines()]
        if names:
            lines += _named(moved)
        elif any(WITHHELD in row for row in rows):
            lines.append(_WHY)
    lines += [line for note in diff.notes for line in ("", f"Note: {note}")]
    return "\n".join(printable(line) for line in lines)


def as_markdown(diff: SpecDiff, moved: Sequence[Movement] = ()) -> str:
    """For a pull request: no name of an account, no count under five."""
    lines = [f"## {markdown_text(_versions(diff))}", "", f"**{_effect(diff).capitalize()}.** {verdict(diff)}"]
    if diff.changes:
        rows = [[change.effect, _where(change), change.words] for change in _by_effect(diff)]
        lines += ["", markdown_table(["effect", "where", "what changed"], rows)]
    if moved:
        headers = ["accounts", "before", "after", "entered", "left"]
        rows = [[_WHAT[one.what], *_counts(one, exact=False)] for one in moved]
        lines += ["", markdown_table(headers, rows, right=(1, 2, 3, 4))]
        if any(WITHHELD in row for row in rows):
            lines += ["", _WHY]
    lines += [line for note in diff.notes for line in ("", f"> {markdown_text(note)}")]
    return "\n".join(lines)


def as_payload(diff: SpecDiff, moved: Sequence[Movement] | None = None) -> dict[str, Any]:
    """For a program; `accounts` only where a book was given."""
    about = {
        which: {"name": one.name, "version": one.version, "digest": one.digest}
        for which, one in (("before", diff.before.metadata), ("after", diff.after.metadata))
    }
    found = {
        **about,
        "effect": diff.effect,
        "proposed_version": diff.proposed,
        "version_is_enough": not diff.is_too_low,
        "breaking": diff.effect == "major",
        "unannounced": diff.is_unannounced,
        "changes": [
            {
                "part": change.part,
                "id": change.id or None,
                "aspect": change.aspect,
                "effect": change.effect,
                "words": change.words,
                "before": json_values(change.before),
                "after": json_values(change.after),
            }
            for change in _by_effect(diff)
        ],
        "notes": list(diff.notes),
    }
    return found if moved is None else {**found, "accounts": {one.what: one.reported for one in moved}}


def verdict(diff: SpecDiff) -> str:
    """Whether the version says what the changes do, as one sentence."""
    version, before = diff.after.metadata.version, diff.before.metadata.version
    if diff.effect is None:
        return "Nothing changed that anyone relies on."
    asked = f"the changes ask for {diff.proposed}"
    if parsed(version) < parsed(before):
        return f"{version} is older than {before}: name the older file first, or raise it; {asked}."
    if diff.is_unannounced:
        return f"A change is breaking and the major version did not move: {asked}, the file says {version}."
    if diff.is_too_low:
        return f"The version is too low: {asked}, the file says {version}."
    return f"The version is right: {asked}" + (
        "." if version == diff.proposed else f", and {version} is higher."
    )


_HEADINGS: dict[Effect, str] = {
    "major": "Major: whoever relies on the spec must look",
    "minor": "Minor: other accounts may be selected",
    "patch": "Patch: evidence, reasons, dates, words",
}
_WHY = "Not told: it would say, by subtraction, how large a group of under five accounts is."


def _versions(diff: SpecDiff) -> str:
    old, new = diff.before.metadata, diff.after.metadata
    name = new.name if new.name == old.name else f"{old.name} → {new.name}"
    return f"{name} {old.version} → {new.version}"


def _effect(diff: SpecDiff) -> str:
    if diff.effect is None:
        return "no change"
    counts = [
        f"{len(found)} {effect}"
        for effect in reversed(EFFECTS)
        if (found := [change for change in diff.changes if change.effect == effect])
    ]
    breaking = ", breaking" if diff.effect == "major" else ""
    return f"{counted(len(diff.changes), 'change')} ({', '.join(counts)}){breaking}"


def _by_effect(diff: SpecDiff) -> list[Change]:
    return sorted(diff.changes, key=lambda change: -EFFECTS.index(change.effect))


def _where(change: Change) -> str:
    return " ".join(filter(None, (_PARTS.get(change.part, change.part), change.id)))


def _counts(moved: Movement, *, exact: bool) -> list[str]:
    if exact:
        return [count(n) for n in (moved.before, moved.after, len(moved.entered), len(moved.left))]
    return [_told(moved.reported[key]) for key in ("before", "after", "entered", "left")]


def _told(value: Told) -> str:
    return WITHHELD if value is None else "< 5" if value == "<5" else count(value)


def _named(moved: Sequence[Movement]) -> Iterator[str]:
    for one in moved:
        for verb, names in (("Entered", one.entered), ("Left", one.left)):
            if names:
                more = f" and {count(len(names) - _MOST_NAMED)} more" if len(names) > _MOST_NAMED else ""
                yield f"{verb} the {_WHAT[one.what]}: {', '.join(names[:_MOST_NAMED])}{more}"
