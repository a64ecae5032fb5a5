"""The keys as a person may have them: the registry's, or those of the settings by action id."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from textual.keys import Keys, _character_to_key, key_to_character

from icp_workbench.tui.actions import ACTIONS, Action

# What moves the cursor stays: a list one cannot walk through is a dead end. ctrl+c always leaves.
KEPT = frozenset(
    {"up", "down", "k", "j", "pageup", "pagedown", "home", "end", "g", "G", "ctrl+c", "escape", "upper_g"}
)
_MAY_STAY = {"facets.all": {"escape"}}
_BESIDE = {  # what is offered with a place: a room's panes with the room
    "slice": ("facets", "board", "criteria"),
    "decide": ("beliefs", "candidates", "detail", "lot", "voting", "clock"),
    "clock": ("beliefs", "candidates", "detail", "lot", "voting"),
    "voting": ("candidates", "detail"),
    "spec": ("checks",),
}
_NAMED = frozenset(key.value for key in Keys)
_MODIFIERS = frozenset({"ctrl", "alt", "shift", "super", "meta", "hyper"})
_SHOWN = {
    "space": "space", "enter": "⏎", "escape": "esc", "backspace": "⌫", "delete": "del", "tab": "tab",
    "plus": "+", "minus": "-", "slash": "/", "left": "←", "right": "→", "up": "↑", "down": "↓",
    "pageup": "pgup", "pagedown": "pgdn",
}  # fmt: skip


@dataclass(frozen=True)
class Keymap:
    """Action id → its keys as Textual names them, comma-separated: those that differ from the registry."""

    changed: Mapping[str, str] = field(default_factory=dict)

    def of(self, actions: Iterable[Action]) -> list[Action]:
        """The same actions with the keys they have here."""
        return [self._of(action) for action in actions]

    def _of(self, action: Action) -> Action:
        keys = self.changed.get(action.id)
        return action if keys is None else replace(action, keys=keys, shown=shown_key(keys.split(",")[0]))


def keymap_of(asked: Mapping[str, Sequence[str]]) -> tuple[Keymap, tuple[str, ...]]:
    """The keymap that the settings ask for, and a sentence for each part of it that cannot be.

    An action with an unknown key, with one that moves the cursor, or with one that another action of the same
    place has, keeps the keys it had.
    """
    known = {action.id: action for action in ACTIONS}
    changed: dict[str, str] = {}
    problems: list[str] = []
    for id_, keys in asked.items():
        if id_ not in known:
            near = difflib.get_close_matches(id_, known, 1)
            hint = f" Is `{near[0]}` meant?" if near else " `icp keys` lists them."
            problems.append(f"There is no action `{id_}`.{hint}")
            continue
        wrong = [key for key in keys if not _is_key(key)]
        named = [_named(key) for key in keys if _is_key(key)]
        kept = [key for key in named if key in KEPT - _MAY_STAY.get(id_, set())]
        if wrong:
            problems.append(f"`{wrong[0]}` is no key ({id_}).")
        elif kept:
            problems.append(f"`{kept[0]}` is kept for moving and leaving ({id_}).")
        elif not named:
            problems.append(f"{id_} has no key left; it keeps `{known[id_].keys}`.")
        else:
            changed[id_] = ",".join(named)
    while (clash := _clash(changed)) is not None:
        id_, other, key = clash
        problems.append(f"`{key}` would mean {id_} and {other} in one place; {id_} keeps its keys.")
        del changed[id_]
    return Keymap(changed), tuple(problems)


def reachable(actions: Iterable[Action]) -> list[Action]:
    """The actions without those of which every key has another meaning nearer to the focus; nearest first."""
    found: list[Action] = []
    taken: set[str] = set()
    for action in actions:
        keys = set(action.keys.split(","))
        if not keys <= taken:
            found.append(action)
            taken |= keys
    return found


def shown_key(key: str) -> str:
    """A key as a person reads it: `^r`, `⏎`, `?`."""
    *modifiers, last = key.split("+")
    name = _SHOWN.get(last) or key_to_character(last) or last
    marks = {"ctrl": "^", "shift": "⇧", "alt": "alt+"}
    return "".join(marks.get(modifier, f"{modifier}+") for modifier in modifiers) + name


def _clash(changed: Mapping[str, str]) -> tuple[str, str, str] | None:
    """An action that was changed, another one of the same place, and the key both would have."""
    for action in ACTIONS:
        if action.id not in changed:
            continue
        mine = set(changed[action.id].split(","))
        for other in ACTIONS:
            if other.id == action.id or not _meet(action, other):
                continue
            shared = mine & set(changed.get(other.id, other.keys).split(","))
            if shared:
                return action.id, other.id, sorted(shared)[0]
    return None


def _meet(action: Action, other: Action) -> bool:
    """Whether both are offered at one time."""
    mine, others = set(action.places), set(other.places)
    if "everywhere" in mine | others or mine & others:
        return True
    return any(its in _BESIDE.get(one, ()) or one in _BESIDE.get(its, ()) for one in mine for its in others)


def _is_key(key: str) -> bool:
    *modifiers, last = key.split("+") if key != "+" else ["+"]
    return set(modifiers) <= _MODIFIERS and (
        len(last) == 1 or last in _NAMED or key_to_character(last) is not None
    )


def _named(key: str) -> str:
    if len(key) == 1:
        return _character_to_key(key)
    *modifiers, last = key.split("+")
    return "+".join([*modifiers, _character_to_key(last) if len(last) == 1 else last])
