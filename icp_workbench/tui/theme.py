"""The workbench's own looks, to be read from the back of a room, and the inks drawn with them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from rich.style import Style
from textual.theme import Theme

if TYPE_CHECKING:
    from textual.app import App

INKS = ("muted", "faint", "rule", "cursor", "cursor-resting", *(f"segment-{letter}" for letter in "abcdef"))


def _theme(
    name: str, *, dark: bool, ground: str, raised: tuple[str, str], text: str, marks: str, inks: str
) -> Theme:
    """`raised`: surface and panel; `marks`: accent, good, warning, bad; `inks`: those of `INKS`, in order."""
    accent, good, warning, bad = marks.split()
    named = dict(zip(INKS, inks.split(), strict=True))
    return Theme(
        name=f"workbench-{name}",
        primary=accent,
        secondary=named["segment-c"],
        accent=accent,
        foreground=text,
        background=ground,
        surface=raised[0],
        panel=raised[1],
        success=good,
        warning=warning,
        error=bad,
        dark=dark,
        variables={
            **named,
            "border": accent,
            "border-blurred": named["rule"],
            "input-cursor-background": text,
            "scrollbar": named["rule"],
            "scrollbar-hover": named["faint"],
            "scrollbar-active": accent,
            "scrollbar-background": ground,
            "scrollbar-background-hover": ground,
            "scrollbar-background-active": ground,
            "scrollbar-corner-color": ground,
        },
    )  # fmt: skip


NIGHT = _theme(
    "night",
    dark=True,
    ground="#161925",
    raised=("#1a1e2d", "#232940"),
    text="#d5dbf5",
    marks="#7aa2f7 #9ece6a #e8b465 #f7768e",
    inks="#8b95bf #626d99 #3a4468 #303a5e #252b42 #7aa2f7 #ff9e64 #bb9af7 #4fd6be #ff85c0 #d7c59a",
)
DAY = _theme(
    "day",
    dark=False,
    ground="#fbfaf6",
    raised=("#f3f1ea", "#e8e5dc"),
    text="#1f2438",
    marks="#2757bd #246b28 #8a5300 #b3263a",
    inks="#555b73 #83879a #cbc8be #d3def7 #e9e8ee #2757bd #a84a00 #6d3fb8 #0a6b5f #a02470 #665510",
)
# For eyes that do not tell red from green: good is blue, bad is orange, and no two inks differ by hue alone.
CLEAR = _theme(
    "clear",
    dark=True,
    ground="#14161c",
    raised=("#191c24", "#242833"),
    text="#e6e8ee",
    marks="#a9b8ff #5ec8ff #f2e24b #ff9a3c",
    inks="#9aa0b0 #6b7182 #434957 #37405c #272c3a #7ea2ff #ffb000 #ff6db3 #d0d6e8 #ff7a1a #a596ff",
)
THEMES = {"night": NIGHT, "day": DAY, "clear": CLEAR}
_MARKS_OF_16 = {
    "night": "bright_blue green yellow red",
    "day": "blue green yellow red",
    "clear": "bright_blue cyan bright_yellow yellow",
}
_SEGMENTS_OF_16 = {True: "bright_blue yellow magenta cyan bright_magenta white",
                   False: "blue bright_red magenta cyan bright_magenta black"}  # fmt: skip


def in_sixteen(theme: Theme) -> dict[str, str]:
    """The theme's colours (#rrggbb as drawn) by the names that a terminal of sixteen has for its own.
    The text and the ground are left to the terminal, which knows whether it is dark."""
    drawn = theme.to_color_system().generate()  # rounded, so not always as they were given
    marks = zip(("primary", "success", "warning", "error"), _marks_of_16(theme), strict=True)
    letters = zip("abcdef", _SEGMENTS_OF_16[theme.dark].split(), strict=True)
    segments = {theme.variables[f"segment-{letter}"].lower(): ansi for letter, ansi in letters}
    return segments | {drawn[mark].lower(): ansi for mark, ansi in marks}


def _marks_of_16(theme: Theme) -> list[str]:
    return _MARKS_OF_16[theme.name.removeprefix("workbench-")].split()


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
