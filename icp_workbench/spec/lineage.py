"""Versions: which there are in a folder, and which number a change asks for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from icp_workbench.spec.model import IdealCustomerProfile, content_of

Effect = Literal["major", "minor", "patch"]
EFFECTS: tuple[Effect, ...] = ("patch", "minor", "major")
SUFFIXES = {"yaml": ".icp.yaml", "toml": ".icp.toml"}
FIRST = "1.0.0"

_FRESH_EVERY_TIME = ("version", "digest", "parent", "created", "review_by", "summary_of_changes")


def parsed(version: str) -> tuple[int, int, int]:
    """`3.10.0` as numbers that sort; ValueError for anything else."""
    parts = version.split(".")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) < 10 for part in parts):
        raise ValueError(f"{version!r} is no version")
    major, minor, patch = map(int, parts)
    return major, minor, patch


def file_name(name: str, version: str, format: Literal["yaml", "toml"]) -> str:
    """`acme-3.0.0.icp.yaml`."""
    return f"{name}-{version}{SUFFIXES[format]}"


def versions_in(folder: Path) -> list[tuple[str, Path]]:
    """The versions of a session's spec, oldest first: files named after the folder, NAME-1.0.0.icp.yaml.

    OSError as `Path.iterdir`.
    """
    found = []
    for path in folder.iterdir():
        for suffix in SUFFIXES.values():
            name, _, version = path.name.removesuffix(suffix).rpartition("-")
            if path.name.endswith(suffix) and name == folder.name:
                try:
                    found.append((parsed(version), version, path))
                except ValueError:
                    continue
    return [(version, path) for _, version, path in sorted(found)]


def effect_of(parent: IdealCustomerProfile, profile: IdealCustomerProfile) -> Effect | None:
    """How much changed, by what it does to whoever relies on the spec; None if nothing did.

    Major: a field or criterion removed, a field retyped or a spelling of it read as something else, what a
    blank counts as, `required`, `disqualify` or the verdict changed, a grade removed. Minor: a criterion,
    field or grade added, a condition, signal, points or cut-off moved. Patch: all else. The order of
    criteria, dates of saving and the number of looks
    are no change.
    """
    before, after = content_of(parent), content_of(profile)
    if _lasting(before) == _lasting(after):
        return None
    old, new = _by_id(before), _by_id(after)
    old_grades, new_grades = before.get("grades", {}), after.get("grades", {})
    if (
        before["fields"].keys() - after["fields"].keys()
        or old.keys() - new.keys()
        or _changed(before["fields"], after["fields"], ("type", "grain"))
        or _read_otherwise(before["fields"], after["fields"])
        or _changed(old, new, ("verdict", "missing", "required", "disqualify"))
        or any(
            old_grades.get(axis, {}).keys() - new_grades.get(axis, {}).keys() for axis in ("fit", "problem")
        )
    ):
        return "major"
    if (
        after["fields"].keys() - before["fields"].keys()
        or new.keys() - old.keys()
        or _changed(before["fields"], after["fields"], ("unit", "definition", "cases", "otherwise"))
        or _changed(old, new, ("when", "signal", "points"))
        or any(old_grades.get(axis) != new_grades.get(axis) for axis in ("fit", "problem"))
    ):
        return "minor"
    return "patch"


def raised(version: str, effect: Effect) -> str:
    """The next version after `version` by an effect."""
    major, minor, patch = parsed(version)
    match effect:
        case "major":
            return f"{major + 1}.0.0"
        case "minor":
            return f"{major}.{minor + 1}.0"
        case "patch":
            return f"{major}.{minor}.{patch + 1}"


def _lasting(content: Mapping[str, Any]) -> dict[str, Any]:
    metadata = {key: value for key, value in content["metadata"].items() if key not in _FRESH_EVERY_TIME}
    criteria = []
    for criterion in sorted(content["criteria"], key=lambda one: str(one["id"])):
        evidence = {key: value for key, value in criterion.get("evidence", {}).items() if key != "looks"}
        criteria.append({**criterion, "evidence": evidence})
    return {**content, "metadata": metadata, "criteria": criteria}


def _by_id(content: Mapping[str, Any]) -> dict[str, Any]:
    return {criterion["id"]: criterion for criterion in content["criteria"]}


def _changed(before: Mapping[str, Any], after: Mapping[str, Any], keys: tuple[str, ...]) -> bool:
    return any(
        before[name].get(key) != after[name].get(key) for name in before.keys() & after.keys() for key in keys
    )


def _read_otherwise(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether one text means two things to two versions. Spellings that only one of them met, or a mark that
    only one of them needed, are not that: the other was never asked."""
    for name in before.keys() & after.keys():
        old, new = (_meanings(fields[name].get("reading", {})) for fields in (before, after))
        if any(old[asked] != new[asked] for asked in old.keys() & new.keys()):
            return True
    return False


def _meanings(reading: Mapping[str, Any]) -> dict[tuple[str, str], Any]:
    marks = ("date_order", "decimal_mark", "separator")
    found: dict[tuple[str, str], Any] = {("", mark): reading[mark] for mark in marks if mark in reading}
    found |= {("=", text): value for value, texts in reading.get("groups", {}).items() for text in texts}
    return found | {("=", text): None for text in reading.get("blank", ())}


def changes_in_words(parent: IdealCustomerProfile, profile: IdealCustomerProfile) -> str:
    """What changed between two versions, criterion by criterion, as one line; empty if no criterion did."""
    old, new = _by_id(content_of(parent)), _by_id(content_of(profile))
    said = []
    for verb, names in (("Added", new.keys() - old.keys()), ("Removed", old.keys() - new.keys())):
        if names:
            said.append(f"{verb} {', '.join(sorted(names))}")
    for name in new:
        if name in old:
            changed = [words for key, words in _DECIDED.items() if old[name].get(key) != new[name].get(key)]
            if changed:
                said.append(f"{name}: {', '.join(changed)} changed")
    return "; ".join(said) + "." if said else "The evidence was brought up to date." if old else ""


_DECIDED = {
    "when": "condition",
    "verdict": "verdict",
    "missing": "what a blank counts as",
    "signal": "signal",
    "required": "required",
    "disqualify": "disqualify",
    "points": "points",
    "reason": "reason",
}
