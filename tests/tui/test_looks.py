"""Themes that can be read, and what terminals with less are shown."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.color import Color as RichColour
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

import icp_workbench
from icp_workbench.tui.limits import (
    FewColours,
    Limits,
    NearestOf256,
    contrast,
    in_ascii,
    limits_of,
    luminance,
)
from icp_workbench.tui.safe import clean
from icp_workbench.tui.settings import Settings
from icp_workbench.tui.theme import SEGMENT_INK, THEMES, in_sixteen
from tests.tui.workbench import Open, press, running, screen_text, strips

THEME = pytest.mark.parametrize("name", list(THEMES))


@THEME
def test_what_is_written_can_be_read_on_the_ground_and_under_the_cursor(name: str) -> None:
    theme = THEMES[name]
    inks = {
        "text": theme.foreground, "accent": theme.primary, "good": theme.success, "bad": theme.error,
        "warn": theme.warning,
    }  # fmt: skip
    inks |= {ink: theme.variables[ink] for ink in (*SEGMENT_INK.values(), "muted", "faint")}
    assert inks["text"] and theme.background and theme.panel
    assert contrast(inks["text"], theme.background) >= 7  # WCAG 2.1, AAA
    for ink, colour in inks.items():
        assert colour is not None
        least = 3.0 if ink == "faint" else 4.5
        assert contrast(colour, theme.background) >= least, ink
        if ink != "faint":
            assert contrast(colour, theme.variables["cursor"]) >= 3.0, ink


def as_seen_without(missing: str, colour: str) -> tuple[float, float, float]:
    """A colour as an eye without red (protan) or green (deutan) cones sees it.

    Machado, Oliveira and Fernandes 2009, severity 1, on linear sRGB.
    """
    matrices = {
        "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216),
                   (-0.003882, -0.048116, 1.051998)),
        "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413),
                   (-0.011820, 0.042940, 0.968881)),
    }  # fmt: skip
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    seen = [sum(a * b for a, b in zip(row, linear, strict=True)) for row in matrices[missing]]
    return tuple(min(max(part, 0.0), 1.0) for part in seen)  # type: ignore[return-value]


def apart(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """How far two linear colours are from each other."""
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5


@pytest.mark.parametrize("missing", ["protan", "deutan"])
def test_in_the_clear_theme_good_and_bad_stay_apart_for_colour_blind_eyes(missing: str) -> None:
    clear, night = THEMES["clear"], THEMES["night"]
    assert clear.success and clear.error and night.success and night.error
    far = apart(as_seen_without(missing, clear.success), as_seen_without(missing, clear.error))
    near = apart(as_seen_without(missing, night.success), as_seen_without(missing, night.error))
    assert far > 0.6 and far > 1.5 * near


def own_signs() -> Iterator[str]:
    """Every sign beyond ASCII that the program itself can write on a screen."""
    package = Path(icp_workbench.__file__).parent
    for folder in ("tui", "render", "evidence", "segments"):
        for path in (package / folder).rglob("*.py"):
            for char in path.read_text("utf-8"):
                if not char.isascii() and not char.isalpha():
                    yield char


def test_every_sign_of_our_own_has_a_likeness_in_ascii() -> None:
    unknown = {char for char in own_signs() if in_ascii(char) == "?"}
    assert unknown <= set("␛␊␡§½√")  # control characters made visible, and what only comments say


@given(st.text(st.characters(), max_size=60))
def test_ascii_keeps_the_width(text: str) -> None:
    shown = clean(text)
    drawn = in_ascii(shown)
    assert drawn.isascii() and drawn.isprintable()
    if "≥ " not in shown and "≤ " not in shown:
        assert len(drawn) == cell_len(shown)


def test_a_bound_keeps_its_meaning_in_ascii() -> None:
    assert in_ascii("B ≥ 1,000") == "B >=1,000" and in_ascii("q ≤ 0.05") == "q <=0.05"


@pytest.mark.parametrize(
    ("environment", "encoding", "colours", "no_colour", "limits"),
    [
        ({"TERM": "xterm-256color"}, "utf-8", "truecolor", False, Limits()),
        ({"TERM": "xterm-256color"}, "UTF-8", "256", False, Limits(colours="256")),
        ({"TERM": "xterm"}, "utf-8", "standard", False, Limits(colours="16")),
        ({"TERM": "xterm"}, "utf-8", "standard", True, Limits(colours="none")),
        ({"TERM": "vt100"}, "utf-8", "standard", False, Limits(ascii=True, colours="16")),
        ({"TERM": "vt220"}, "utf-8", None, False, Limits(ascii=True, colours="none")),
        ({"TERM": "xterm"}, "iso8859-1", "standard", False, Limits(ascii=True, colours="16")),
        ({"TERM": "xterm-256color", "LC_ALL": "C"}, "utf-8", "256", False, Limits(ascii=True, colours="256")),
        ({"TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}, "utf-8", "256", False, Limits(colours="256")),
    ],
)
def test_a_terminals_limits_are_seen_from_what_it_says(
    environment: dict[str, str], encoding: str, colours: str | None, no_colour: bool, limits: Limits
) -> None:
    assert limits_of(environment, encoding, colours, no_colour=no_colour) == limits


GROUND = Color.parse("#161925")


def shown(filter_: FewColours | NearestOf256, style: Style) -> Style:
    found = filter_.apply([Segment("x", style)], GROUND)[0].style
    assert found is not None
    return found


def test_without_colours_the_cursor_is_reversed_and_what_is_quiet_is_dim() -> None:
    theme = THEMES["night"]
    none = FewColours({}, (theme.variables["cursor"],))
    plain = shown(none, Style(color="#d5dbf5", bgcolor="#161925", bold=True))
    assert plain.bold and not plain.reverse and plain.color is None and plain.bgcolor is None
    assert shown(none, Style(color="#d5dbf5", bgcolor=theme.variables["cursor"])).reverse
    assert shown(none, Style(color="#161925", bgcolor=theme.primary)).reverse  # a badge
    assert shown(none, Style(color=theme.variables["rule"], bgcolor="#161925")).dim


def test_of_sixteen_colours_the_verdicts_have_their_own() -> None:
    for name, good, bad in (("night", "green", "red"), ("clear", "cyan", "yellow")):
        theme = THEMES[name]
        few = FewColours(in_sixteen(theme), (theme.variables["cursor"],))
        drawn = theme.to_color_system().generate()
        colours = [
            shown(few, Style(color=drawn[mark], bgcolor="#161925")).color for mark in ("success", "error")
        ]
        assert colours == [RichColour.parse(good), RichColour.parse(bad)]


def test_of_256_colours_the_cursor_and_the_ground_stay_apart() -> None:
    for theme in THEMES.values():
        grounds = [theme.background, theme.variables["cursor-resting"], theme.variables["cursor"]]
        found = [shown(NearestOf256(), Style(bgcolor=ground)).bgcolor for ground in grounds if ground]
        assert len({colour.number for colour in found if colour is not None}) == 3


def test_luminance_is_that_of_wcag() -> None:
    assert luminance("#ffffff") == pytest.approx(1) and luminance("#000000") == 0
    assert contrast("#ffffff", "#000000") == pytest.approx(21)


@THEME
async def test_a_theme_is_switched_by_a_key_and_remembered(opened: Open, tmp_path: Path, name: str) -> None:
    from icp_workbench.tui.settings import read_settings

    path = tmp_path / "config.yaml"
    path.write_text("# mine\nkeys:\n  facets.exclude: z\n", "utf-8")
    app = opened()
    app.set_looks(Settings(path))
    async with running(app) as pilot:
        for _ in range(list(THEMES).index(name) or len(THEMES)):
            await press(pilot, "T")
        assert app.theme == THEMES[name].name
        backgrounds = {segment.style.bgcolor.name for strip in strips(app) for segment in strip  # type: ignore[attr-defined]
                       if segment.style and segment.style.bgcolor}  # type: ignore[attr-defined]  # fmt: skip
        assert THEMES[name].background in backgrounds
    assert read_settings(path).theme == name
    assert path.read_text("utf-8").startswith("# mine\nkeys:\n  facets.exclude: z\n")


EVERYWHERE = (
    ("slash", "'saas", "enter", "space", "i", "enter"), ("'why", "enter", "p"), ("escape", "1"), ("5",),
    ("question_mark",), ("escape", "2", "colon"), ("escape", "ctrl+p"),
)  # fmt: skip


async def test_ascii_is_ascii_on_every_line_of_every_room(opened: Open) -> None:
    app = opened()
    app.set_looks(Settings(ascii=True))
    async with running(app) as pilot:
        for keys in EVERYWHERE:
            await press(pilot, *keys)
            text = screen_text(app)
            assert text.isascii(), {char for char in text if not char.isascii()}


async def test_figures_do_not_jitter_when_they_are_counted_anew(opened: Open) -> None:
    """Where a figure stands depends on nothing but its column: only digits change between two filters."""
    app = opened()
    columns = []
    async with running(app) as pilot:
        for key in ("space", "space"):
            await press(pilot, "slash", "'saas", "enter", key, "escape")
            lines = screen_text(app).splitlines()
            retail = next(line for line in lines if "Retail" in line)
            columns.append([found.end() for found in re.finditer(r"\d+(?=\s+\d)", retail[:50])][:1])
    assert columns[0] == columns[1] != []


if sys.platform != "win32":
    from tests.tui.terminals import Terminal

    COLOURED = re.compile(
        rb"\x1b\[(?:[0-9]+;)*(?:3[0-7]|4[0-7]|9[0-7]|10[0-7]|[34]8;[25];[0-9;]*?)(?:;[0-9]+)*m"
    )

    @pytest.mark.parametrize(
        ("options", "environment"),
        [
            (["--ascii"], {}),
            ([], {"TERM": "vt100"}),
            ([], {"NO_COLOR": "1"}),
            ([], {"TERM": "xterm", "COLORTERM": None}),
        ],
        ids=["ascii", "vt100", "no colour", "sixteen"],
    )
    def test_on_a_terminal_with_less_only_that_is_sent(
        tmp_path: Path, options: list[str], environment: dict[str, str | None]
    ) -> None:
        (tmp_path / "accounts.csv").write_text(
            "account,industry,won\n"
            + "".join(f"Co {at},{('Säge', 'B')[at % 2]},{('yes', 'no')[at % 3 // 2]}\n" for at in range(60))
        )
        config = {"XDG_CONFIG_HOME": str(tmp_path), "COLORTERM": "truecolor", **environment}
        terminal = Terminal.icp(
            "open", str(tmp_path / "accounts.csv"), "--sessions", str(tmp_path / "s"), *options, **config
        )
        try:
            terminal.wait_for("match")
            terminal.send("\tjp")
            terminal.quiet()
            terminal.send("\x1b")
            terminal.quiet()
            terminal.send("q")
            assert terminal.end() == 0
        finally:
            terminal.kill()
        if options or environment.get("TERM") == "vt100":
            assert terminal.text.isascii()
        if "NO_COLOR" in environment:
            assert not COLOURED.search(terminal.shown)
            assert b";7" in terminal.shown or b"[7" in terminal.shown  # the cursor
        if environment.get("TERM") == "xterm":
            assert b"38;2;" not in terminal.shown and b"38;5;" not in terminal.shown
            assert COLOURED.search(terminal.shown)
        assert terminal.left_on == []
