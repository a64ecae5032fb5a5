"""Text from data, before it reaches a terminal."""

import json
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icp_workbench.render.text import clip, display_width, json_printable, pad, printable, to_ascii


def _is_safe(text: str) -> bool:
    return not any(
        unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")
        or (unicodedata.category(char) == "Cf" and char not in "\u200c\u200d")
        for char in text
    )


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Acme", "Acme"),
        ("日本語 Größe 👍", "日本語 Größe 👍"),
        ("\x1b[2J\x1b]0;x\x07", "␛[2J␛]0;x␇"),
        ("a\0b", "a␀b"),
        ("a\tb\r\nc", "a␉b␍␊c"),
        ("\x9b31m", "\\x9b31m"),
        ("\x7f", "␡"),
        ("abc\u202edef", "abc\\u202edef"),
        ("\u2028", "\\u2028"),
        ("\ufeff", "\\ufeff"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
        ("👩\u200d👩", "👩\u200d👩"),
    ],
)
def test_controls_become_visible_and_words_stay(raw: str, shown: str) -> None:
    assert printable(raw) == shown


def test_newlines_may_be_kept() -> None:
    assert printable("a\nb\x1b", keep_newlines=True) == "a\nb␛"


@given(st.text(st.characters(codec=None)))
def test_nothing_that_steers_a_terminal_comes_through(raw: str) -> None:
    shown = printable(raw)
    assert _is_safe(shown)
    shown.encode()  # lone surrogates are gone too
    assert printable(shown) == shown


def test_hostile_cells_and_naughty_strings_become_safe(real_data: Callable[[str], Path]) -> None:
    hostile = json.loads((real_data("hostile") / "hostile_cells.json").read_text())
    naughty = [path for path in real_data("naughty_strings").rglob("*.json")]
    strings = [*(hostile.values() if isinstance(hostile, dict) else hostile)]
    for path in naughty:
        strings += json.loads(path.read_text())
    texts = [text for text in strings if isinstance(text, str)]
    assert len(texts) > 500
    assert all(_is_safe(printable(text)) for text in texts)


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("abc", 3),
        ("日本語", 6),
        ("e\u0301", 1),
        ("ＡＢ", 4),
        ("▲ better", 8),
        ("\uac01", 2),
        ("\u1100\u1161\u11a8", 2),
        ("👍", 2),
        ("", 0),
    ],
)
def test_width_is_counted_in_cells(text: str, cells: int) -> None:
    assert display_width(text) == cells


@pytest.mark.parametrize(
    ("text", "width", "clipped"),
    [
        ("Fintech", 7, "Fintech"),
        ("Fintech", 6, "Finte…"),
        ("日本語です", 6, "日本…"),
        ("日本語", 6, "日本語"),
        ("ab cd", 4, "ab…"),
        ("abc", 1, "…"),
        ("abc", 0, ""),
        ("e\u0301e\u0301e\u0301", 2, "e\u0301…"),
    ],
)
def test_clipping_counts_cells_and_never_splits_a_character(text: str, width: int, clipped: str) -> None:
    assert clip(text, width) == clipped


@given(st.text(), st.integers(0, 20))
def test_clipped_and_padded_text_fills_its_cells(text: str, width: int) -> None:
    assert display_width(clip(text, width)) <= width
    assert display_width(pad(clip(text, width), width, right=True)) == width


def test_our_signs_have_ascii_forms() -> None:
    assert to_ascii("▲ 34–48% −19 d 1.9× …") == "+ 34-48% -19 d 1.9x ..."


@pytest.mark.parametrize(
    "text", ["a\x7fb\x9b31m", "\u202eabc", "\U000e0001", "日本 👩\u200d👧", "\udc9b", "a\nb"]
)
def test_json_shows_what_a_terminal_would_obey_and_parses_to_the_same(text: str) -> None:
    document = json_printable(json.dumps({text: text}, ensure_ascii=False, indent=2))
    assert json.loads(document) == {text: text}
    assert printable(document, keep_newlines=True) == document
    document.encode("utf-8")
