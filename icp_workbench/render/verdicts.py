"""Verdicts as a glyph and a word: never by colour alone."""

from __future__ import annotations

from typing import NamedTuple


class Shown(NamedTuple):
    """How a verdict is shown: one cell of glyph, its word, and a glyph for terminals with ASCII only."""

    glyph: str
    word: str
    ascii: str


SHOWN: dict[str, Shown] = {
    "better": Shown("▲", "better", "+"),
    "worse": Shown("▼", "worse", "-"),
    "similar": Shown("≈", "similar", "~"),
    "unclear": Shown("?", "unclear", "?"),
    "too_few": Shown("·", "too few", "."),
    "none": Shown("–", "none", "-"),
}


def glyph(verdict: str, *, ascii_only: bool = False) -> str:
    """The glyph of a verdict; KeyError for a word that is not a verdict."""
    shown = SHOWN[verdict]
    return shown.ascii if ascii_only else shown.glyph


def word(verdict: str) -> str:
    """The word of a verdict; KeyError for one that is not a verdict."""
    return SHOWN[verdict].word


def verdict_text(verdict: str, *, ascii_only: bool = False) -> str:
    """Glyph and word, as they stand in a cell: `▲ better`. Without a comparison the glyph alone."""
    mark = glyph(verdict, ascii_only=ascii_only)
    return mark if verdict == "none" else f"{mark} {word(verdict)}"
