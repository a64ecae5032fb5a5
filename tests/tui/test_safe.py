"""Nothing that came from data is obeyed, by Textual or by the terminal."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.content import Content

from icp_workbench.conditions.fields import Field, Fields
from icp_workbench.evidence.facets import FacetValue
from icp_workbench.segments.filter import Choice
from icp_workbench.segments.index import SegmentIndex
from icp_workbench.tui.lines import fit, wrapped
from icp_workbench.tui.safe import LONGEST, clean, plain
from icp_workbench.tui.widgets.facet_rows import Heading, ValueRow
from icp_workbench.workshop.events import SegmentRenamed
from tests.synthetic import make_book
from tests.tui.workbench import Open, press, running, screen_text, settle, strips

RealData = Callable[[str], Path]


def hostile(real_data: RealData) -> list[str]:
    """Every hostile cell and naughty string."""
    cells = json.loads((real_data("hostile") / "hostile_cells.json").read_text("utf-8"))
    naughty = json.loads((real_data("naughty_strings") / "strings.json").read_text("utf-8"))
    return [text for text in (*_texts(cells), *_texts(naughty)) if text]


def _texts(found: object) -> Iterator[str]:
    if isinstance(found, str):
        yield found
    elif isinstance(found, dict):
        for value in found.values():
            yield from _texts(value)
    elif isinstance(found, list):
        for value in found:
            yield from _texts(value)


def _is_unicode(text: str) -> bool:
    return text == text.encode("utf-8", "ignore").decode("utf-8")


def is_raw(char: str) -> bool:
    """Would a terminal obey it, or be unable to encode it?"""
    return unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") or char in BIDI


BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        ("plain", "plain"),
        ("日本語", "日本語"),
        ("a\x1b[31mb", "a␛[31mb"),
        ("a\nb\x00", "a␊b␀"),
        ("\x9b2J", "\\x9b2J"),
        ("abc\u202edef", "abc\\u202edef"),
        ("\ud800x", "\\ud800x"),
        ("e\u0301\u0302\u0303\u0304", "e\u0301\u0302"),
        ("\ue000", "\ufffd"),
        ("[/]", "[/]"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("x\ufe0f", "x"),
    ],
)
def test_what_a_terminal_would_obey_becomes_visible(given_text: str, shown: str) -> None:
    assert clean(given_text) == shown


@given(st.text(st.characters(), max_size=80), st.integers(1, 60))
def test_cleaned_text_is_one_line_of_plain_characters_within_its_limit(text: str, limit: int) -> None:
    shown = clean(text, limit)
    assert not any(is_raw(char) for char in shown)
    assert len(shown) <= limit
    shown.encode("utf-8")


@given(st.text(st.characters(), max_size=60), st.integers(0, 40))
def test_a_fitted_text_takes_exactly_its_cells(text: str, width: int) -> None:
    assert cell_len(fit(clean(text), width)) == width
    assert all(cell_len(line) <= max(width, 2) for line in wrapped(clean(text), max(width, 2)))


def test_a_very_long_text_is_cut() -> None:
    assert len(clean("x" * 1_000_000)) == LONGEST


def test_plain_text_holds_markup_as_text() -> None:
    assert plain("[@click=app.quit]x[/]").plain == "[@click=app.quit]x[/]"
    assert isinstance(plain("[/]"), Content) and not plain("[b]x[/b]").spans


async def test_hostile_strings_are_shown_as_text_wherever_data_appears(
    opened: Open, real_data: RealData
) -> None:
    texts = hostile(real_data)
    # Lone surrogates cannot be in a book (Arrow holds UTF-8), but can be typed: they come as names below.
    values = [text for text in dict.fromkeys(texts) if _is_unicode(text)]
    rows = np.arange(len(values) * 2)
    accounts = pd.DataFrame({"cell": pd.Categorical([values[row % len(values)] for row in rows])})
    deals = pd.DataFrame(
        {"account": rows, "won": (rows % 2).astype(float), "amount": 10.0, "cycle_days": rows % 30 + 1.0}
    )
    book = make_book(accounts, deals=deals)
    chosen = values[:: max(len(values) // 30, 1)]
    fields = [book.fields["cell"]]
    for at, text in enumerate(chosen):  # headers and levels
        fields.append(Field(f"cell_{at}", text, "category", levels=(text,)))
        accounts[f"cell_{at}"] = pd.Categorical([text] * len(rows))
    index = SegmentIndex(replace(book, accounts=accounts, fields=Fields(tuple(fields)), name=chosen[0]))
    app = opened(index)
    async with running(app, (120, 60)) as pilot:
        for text in [*texts[:30], *chosen]:  # the hostile cells, and a sample of the naughty strings
            app.record(SegmentRenamed("A", text))
            app.tell(text)
            app.screen.query_one("#left").border_title = plain(text)
            await pilot.pause()
            assert_nothing_raw(app)
            app.clear_notifications()
        await settle(pilot)
        for key in ("c", "space", "i", "escape", "n", "escape", "1", "5", "2", "question_mark"):
            await press(pilot, key)
            assert_nothing_raw(app)
        assert app.is_running and app.return_code is None


def test_hostile_values_are_shown_row_by_row(real_data: RealData) -> None:
    for text in hostile(real_data):
        field = Field(text, text, "category")
        value = FacetValue(text, text, 10, 10, 0.5, "better")
        for row in (
            ValueRow(field, value, "in", 1.0, "share", 100),
            Heading(field, Choice(), True, 3, ""),
        ):
            drawn = "".join(piece for piece, _ in row.line(50, True))
            assert not any(is_raw(char) for char in drawn), ascii(text)


def assert_nothing_raw(app: object) -> None:
    for strip in strips(app):  # type: ignore[arg-type]
        for segment in strip:
            text = segment.text  # type: ignore[attr-defined]
            assert not any(is_raw(char) for char in text), ascii(text)
            assert not segment.style or not (segment.style.meta or {}).get("@click")  # type: ignore[attr-defined]


async def test_a_segment_named_with_markup_shows_the_markup(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        app.record(SegmentRenamed("A", "[@click=app.leave]x[/] [/]"))
        await settle(pilot)
        assert "[@click" in screen_text(app)
