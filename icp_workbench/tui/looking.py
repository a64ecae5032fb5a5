"""An app that looks as its person and its terminal want it: theme, keys, signs, colours, names hidden."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence

from textual.app import App
from textual.await_remove import AwaitRemove
from textual.dom import DOMNode
from textual.filter import LineFilter, Monochrome, NoColor
from textual.widget import Widget

from icp_workbench.tui.actions import Action
from icp_workbench.tui.limits import AsciiSigns, FewColours, Limits, NearestOf256, limits_of
from icp_workbench.tui.settings import Settings, remember
from icp_workbench.tui.theme import THEMES, in_sixteen

LONGEST_COPY = 100_000  # characters; terminals drop more without a word


def _forget_lines(removed: Iterable[DOMNode]) -> None:
    """Textual keeps the caches of the last thousand widgets alive, with every line that was drawn in them."""
    for widget in removed:
        if isinstance(widget, Widget):
            widget._styles_cache.clear()


class LookingApp(App[None]):
    """`limits` None: what the terminal says of itself; without a terminal (in tests) there are none."""

    names_hidden = False  # names of accounts are not for the room
    tell: Callable[..., None]
    refresh_rooms: Callable[[set[str]], None]

    def set_looks(self, settings: Settings, limits: Limits | None = None) -> None:
        """Take over the settings; called once, when the app is made."""
        self.settings = settings
        self._asked_limits, self._limits = limits, Limits()
        self._own_filters: tuple[str, tuple[LineFilter, ...]] = ("", ())
        for theme in THEMES.values():
            self.register_theme(theme)
        self.theme = THEMES[settings.theme].name
        self.set_keymap(dict(settings.keymap.changed))

    @property
    def limits(self) -> Limits:
        """What the terminal can show."""
        return self._limits

    def find_limits(self) -> None:
        """Look at the terminal; called once it is there."""
        found = self._asked_limits
        if found is None and self.is_headless:
            found = Limits()
        elif found is None:
            encoding = getattr(sys.__stdout__, "encoding", None)
            colours = self.console.color_system
            found = limits_of(os.environ, encoding, colours, no_colour=self.no_color)
        if self.settings.ascii is not None and self._asked_limits is None:
            found = Limits(self.settings.ascii, found.colours)
        self._limits, self._own_filters = found, ("", ())

    def _prune(self, *nodes: Widget, parent: DOMNode | None = None) -> AwaitRemove:
        removed = [widget for node in nodes for widget in node.walk_children(with_self=True)]
        removing = super()._prune(*nodes, parent=parent)
        self.call_later(_forget_lines, removed)
        return removing

    def get_line_filters(self) -> Sequence[LineFilter]:
        usual = [one for one in super().get_line_filters() if not isinstance(one, Monochrome | NoColor)]
        if self._limits == Limits():
            return usual
        if self._own_filters[0] != self.theme:
            self._own_filters = self.theme, tuple(self._filters_of(self._limits))
        return [*usual, *self._own_filters[1]]

    def _filters_of(self, limits: Limits) -> Iterable[LineFilter]:
        if limits.ascii:
            yield AsciiSigns()
        if limits.colours == "256":
            yield NearestOf256()
        elif limits.colours != "all":
            theme = self.current_theme
            named = in_sixteen(theme) if limits.colours == "16" and self.theme.startswith("workbench") else {}
            yield FewColours(named, (theme.variables.get("cursor", ""), theme.primary))

    def with_keys(self, actions: Iterable[Action]) -> list[Action]:
        """Actions with the keys they have for this person."""
        return self.settings.keymap.of(actions)

    def action_next_theme(self) -> None:
        """Look another way, and remember it."""
        names = list(THEMES)
        at = next((at for at, name in enumerate(names) if THEMES[name].name == self.theme), -1)
        name = names[(at + 1) % len(names)]
        self.theme = THEMES[name].name
        told = f"Theme: {name}"
        if self.settings.path is not None:
            try:
                remember(self.settings.path, "theme", name)
            except OSError as error:
                told += f"\nNot remembered: {self.settings.path}: {error.strerror or error}"
        self.tell(told, 2.5)

    def action_hide_names(self) -> None:
        """Hide the names of accounts in every room, or show them again."""
        self.names_hidden = not self.names_hidden
        self.refresh_rooms({"state", "book", "names"})
        self.tell("Names of accounts are hidden." if self.names_hidden else "Names of accounts are shown.", 2)

    def copy(self, text: str, what: str) -> None:
        """Put a text on the clipboard of the terminal's person, and say so."""
        if not text:
            self.tell("Nothing to copy here.", 2)
            return
        kept = text[:LONGEST_COPY]
        # What a terminal's clipboard cannot hold (a lone surrogate) is left out rather than an error.
        self.copy_to_clipboard(kept.encode("utf-8", "replace").decode("utf-8"))
        cut = "" if len(kept) == len(text) else f", cut to {LONGEST_COPY:,} characters"
        self.tell(f"Copied {what}{cut}.", 2)
