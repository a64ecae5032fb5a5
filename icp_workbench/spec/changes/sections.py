"""What changed in every other section: grades by their cut-offs, all else in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from icp_workbench.render.figures import bound
from icp_workbench.spec.changes.change import Change

_AXES = ("fit", "problem")
# What is new each time a version is saved, or is how the file is written, is no change.
_FRESH = frozenset({"version", "digest", "parent", "created", "review_by", "summary_of_changes", "migrated"})
_HANDLED = frozenset({"apiVersion", "schema", "kind", "metadata", "fields", "criteria", "grades"})
_WORDS = {
    "statement": "the statement was changed",
    "plays": "what teams do with it was changed",
    "hypotheses": "what was believed, or what came of it, was changed",
    "open_questions": "the open questions were changed",
    "accepted_checks": "the accepted warnings were changed",
}


def changed_sections(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    """Every change outside criteria and fields (plain data)."""
    yield from _grades(before.get("grades", {}), after.get("grades", {}))
    yield from _metadata(before["metadata"], after["metadata"])
    for key in dict.fromkeys([*after, *before]):
        if key not in _HANDLED and before.get(key) != after.get(key):
            words = _WORDS.get(key, f"`{key}` was changed")
            yield Change(key, "", "changed", "patch", _data(before, after) if key == "data" else words)


def _data(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    old, new = before["data"], after["data"]
    if any(old.get(key) != new.get(key) for key in ("files", "as_of", "period", "joins")):
        return "it rests on other data"
    same = {**old, "coverage": None} == {**new, "coverage": None}
    return "what the profile covers was counted anew" if same else "its figures were brought up to date"


def _grades(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for axis in _AXES:
        old, new = before.get(axis, {}), after.get(axis, {})
        for name in dict.fromkeys([*new, *old]):
            where = f"{axis}.{name}"
            if name not in old:
                words = f"added, from {bound(new[name])} on"
                yield Change("grades", where, "added", "minor", words, None, new[name])
            elif name not in new:
                yield Change("grades", where, "removed", "major", "removed", old[name], None)
            elif old[name] != new[name]:
                words = f"cut-off: {bound(old[name])} → {bound(new[name])}"
                yield Change("grades", where, "cut_off", "minor", words, old[name], new[name])
    others = [{key: one[key] for key in one if key not in _AXES} for one in (before, after)]
    if others[0] != others[1]:
        yield Change("grades", "backtest", "changed", "patch", "how past deals would have done was changed")


def _metadata(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for key in dict.fromkeys([*after, *before]):
        if key not in _FRESH and before.get(key) != after.get(key):
            told = [one.get(key) for one in (before, after)]
            plain = all(isinstance(value, str) or value is None for value in told)
            words = f"{told[0] or 'none'} → {told[1] or 'none'}" if plain else "changed"
            yield Change("metadata", key, "changed", "patch", f"{key.replace('_', ' ')}: {words}")
