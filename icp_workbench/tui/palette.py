"""Every action by name, for ctrl+p."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import Any

from textual.await_complete import AwaitComplete
from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider

from icp_workbench.tui.actions import Action, offered


class Commands(Provider):
    """The actions of the room behind the palette, by group."""

    async def discover(self) -> Hits:
        for action in self._actions():
            yield DiscoveryHit(_name(action), partial(self.screen.run_action, action.call), help=action.what)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for action in self._actions():
            text = f"{_name(action)} {action.what}"
            score = matcher.match(text)
            if score > 0:
                yield Hit(
                    score,
                    matcher.highlight(_name(action)),
                    partial(self.screen.run_action, action.call),
                    text=_name(action),
                    help=action.what,
                )

    def _actions(self) -> list[Action]:
        room = getattr(self.screen, "NAME", "")
        inside = {
            "slice": ["facets", "board", "criteria"],
            "decide": ["beliefs", "candidates", "detail", "lot", "voting"],
            "spec": ["checks"],
        }.get(room, [])
        places = [room] if room in ("home", "present") else [*inside, room, "everywhere"]
        found = getattr(self.app, "with_keys", list)(offered(places))
        return [action for action in found if action.id != "app.palette"]


class Palette(CommandPalette):
    """Textual's palette; a page up or down before its list has lines does nothing instead of breaking it."""

    def dismiss(self, result: Any = None) -> AwaitComplete:
        """Close; a second time (two clicks in one breath) nothing happens."""
        return super().dismiss(result) if self in self.app.screen_stack else AwaitComplete()

    def _action_command_list(self, action: str) -> None:
        with suppress(KeyError):
            super()._action_command_list(action)


def _name(action: Action) -> str:
    return f"{action.group}: {action.label}  ({action.shown})"
