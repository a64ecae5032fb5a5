"""What changed among the attributes that conditions read, and in how each is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from icp_workbench.spec.changes.change import Change
from icp_workbench.spec.lineage import Effect

_PART = "fields"
_RETYPED = ("type", "grain")
_MADE = ("definition", "cases", "otherwise")
_SAID = {
    "known_before_sale": "whether it is known before the sale was changed",
    "kind": "kind: {} → {}",
    "note": "the note was changed",
}
_MARKS = ("date_order", "decimal_mark", "separator")


def changed_fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    """Every change between two `fields` sections (plain data)."""
    for name, described in after.items():
        if name in before:
            yield from _changes(name, before[name], described)
        else:
            yield Change(_PART, name, "added", "minor", f"added, a {described['type']}", None, described)
    for name, described in before.items():
        if name not in after:
            yield Change(_PART, name, "removed", "major", "removed", described, None)


def _changes(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    def change(aspect: str, effect: Effect, words: str) -> Change:
        return Change(_PART, name, aspect, effect, words, old.get(aspect), new.get(aspect))

    for aspect in _RETYPED:
        if old[aspect] != new[aspect]:
            yield change(aspect, "major", f"{aspect}: {old[aspect]} → {new[aspect]}")
    if old.get("unit") != new.get("unit"):
        both = old.get("unit") is not None and new.get("unit") is not None
        words = f"unit: {old.get('unit') or 'none'} → {new.get('unit') or 'none'}"
        yield change("unit", "major" if both else "minor", words)
    if old.get("reading") != new.get("reading"):
        yield _reading(change, old.get("reading", {}), new.get("reading", {}))
    if any(old.get(aspect) != new.get(aspect) for aspect in _MADE):
        aspect = next(aspect for aspect in _MADE if old.get(aspect) != new.get(aspect))
        yield change(aspect, "minor", "what it is made from was changed")
    if old.get("source") != new.get("source"):
        # A table is named after its file, and files are named by the quarter.
        same = _header(old.get("source")) == _header(new.get("source"))
        words = f"source: {old.get('source') or 'none'} → {new.get('source') or 'none'}"
        yield change("source", "patch" if same else "minor", words)
    if old.get("crm") != new.get("crm"):
        yield change("crm", "minor", "its names in a CRM were changed")
    for aspect, words in _SAID.items():
        if old.get(aspect) != new.get(aspect):
            yield change(aspect, "patch", words.format(old.get(aspect), new.get(aspect)))
    known = {*_RETYPED, *_MADE, *_SAID, "unit", "reading", "source", "crm"}
    if {key: old[key] for key in old.keys() - known} != {key: new[key] for key in new.keys() - known}:
        yield Change(_PART, name, "others", "patch", "a key that is not ours was changed")


def _reading(change: Any, old: Mapping[str, Any], new: Mapping[str, Any]) -> Change:
    """Major where one text means two things to two versions. Spellings that only one of them met, or a mark
    that only one of them needed, are not that: the other was never asked."""
    was, now = _meanings(old), _meanings(new)
    differ = [asked for asked in was.keys() & now.keys() if was[asked] != now[asked]]
    if not differ:
        found: Change = change("reading", "patch", "how it is read was completed")
        return found
    kind, asked = min(differ)
    what = asked.replace("_", " ") if kind == "" else f"`{asked}`"
    words = f"{what} is read as {_meant(now[kind, asked])}, not {_meant(was[kind, asked])}"
    found = change("reading", "major", words)
    return found


def _meanings(reading: Mapping[str, Any]) -> dict[tuple[str, str], Any]:
    found: dict[tuple[str, str], Any] = {("", mark): reading[mark] for mark in _MARKS if mark in reading}
    found["", "scale"] = reading.get("scale", 1)
    found |= {("=", text): value for value, texts in reading.get("groups", {}).items() for text in texts}
    found |= {("=", text): text for text in reading.get("kept", ())}
    return found | {("=", text): None for text in reading.get("blank", ())}


def _meant(value: Any) -> str:
    return "blank" if value is None else f"`{value}`"


def _header(source: str | None) -> str:
    """Of `table.Header`, the header; a table's name may hold dots, a header more: the first decides."""
    return (source or "").partition(".")[2]
