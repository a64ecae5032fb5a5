"""The workbench's own look: a dark theme to be read from the back of a room, and the inks drawn with it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from rich.style import Style
from textual.theme import Theme

if TYPE_CHECKING:
    from textual.app import App

NIGHT = Theme(
    name="workbench-night",
    primary="#7aa2f7",
    secondary="#bb9af7",
    accent="#7aa2f7",
    foreground="#d5dbf5",
    background="#161925",
    surface="#1a1e2d",
    panel="#232940",
    success="#9ece6a",
    warning="#e8b465",
    error="#f7768e",
    dark=True,
    variables={
        "muted": "#8b95bf",
        "faint": "#505a82",
        "rule": "#3a4468",
        "cursor": "#303a5e",
        "cursor-resting": "#252b42",
        "segment-a": "#7aa2f7",
        "segment-b": "#ff9e64",
        "segment-c": "#bb9af7",
        "segment-d": "#4fd6be",
        "segment-e": "#ff85c0",
        "segment-f": "#d7c59a",
        "border": "#7aa2f7",
        "border-blurred": "#3a4468",
        "input-cursor-background": "#d5dbf5",
        "scrollbar": "#3a4468",
        "scrollbar-hover": "#505a82",
        "scrollbar-active": "#7aa2f7",
        "scrollbar-background": "#161925",
        "scrollbar-background-hover": "#161925",
        "scrollbar-background-active": "#161925",
        "scrollbar-corner-color": "#161925",
    },
)

VERDICT_INK = {
    "better": "good",
    "worse": "bad",
    "similar": "muted",
    "unclear": "muted",
    "too_few": "faint",
    "none": "faint",
}
SEGMENT_INK = {letter: f"segment-{letter.lower()}" for letter in "ABCDEF"}


@dataclass(frozen=True)
class Inks:
    """Styles by name, on the theme's background: what every line of a room is drawn with."""

    background: str
    cursor: str
    resting: str
    colours: tuple[tuple[str, str], ...]

    def style(self, name: str, ground: str | None = None) -> Style:
        """A style by a colour's name: `!` after it is bold, `_` underlined, `@panel` puts it on that colour.

        Without `@…` the ground is the one given, else the theme's background.
        """
        return _style(self, name, ground or self.background)


@lru_cache(maxsize=4096)
def _style(inks: Inks, name: str, ground: str) -> Style:
    colours = dict(inks.colours)
    ink, _, own_ground = name.partition("@")
    colour = ink.rstrip("!_")
    marks = ink[len(colour) :]
    return Style(
        color=colours[colour],
        bgcolor=colours[own_ground] if own_ground else ground,
        bold="!" in marks,
        underline="_" in marks,
    )


_inks: dict[str, Inks] = {}


def inks_of(app: App[Any]) -> Inks:
    """The inks of the app's theme. Every painted line asks, so they are made once for each theme."""
    if app.theme not in _inks:
        _inks[app.theme] = _inks_from(app.theme_variables)
    return _inks[app.theme]


def _inks_from(variables: dict[str, str]) -> Inks:

    def colour(name: str, otherwise: str) -> str:
        found = variables.get(name, variables.get(otherwise, "#d5dbf5"))
        return found if found.startswith("#") else variables.get(otherwise, "#d5dbf5")

    named = {
        "text": colour("foreground", "foreground"),
        "muted": colour("muted", "foreground"),
        "faint": colour("faint", "foreground"),
        "rule": colour("rule", "foreground"),
        "accent": colour("primary", "primary"),
        "good": colour("success", "primary"),
        "bad": colour("error", "primary"),
        "warn": colour("warning", "primary"),
        "ground": colour("background", "background"),
        "panel": colour("panel", "background"),
        "cursor": colour("cursor", "panel"),
        "resting": colour("cursor-resting", "panel"),
    }
    named |= {ink: colour(ink, "primary") for ink in SEGMENT_INK.values()}
    return Inks(
        colour("background", "background"),
        colour("cursor", "panel"),
        colour("cursor-resting", "panel"),
        tuple(named.items()),
    )
