"""Verdicts and dates as text."""

import datetime as dt
import subprocess
import sys
from typing import get_args

import pytest

from icp_workbench.evidence.comparison import Verdict
from icp_workbench.render.dates import day, month, period
from icp_workbench.render.verdicts import SHOWN, glyph, verdict_text, word


def test_every_verdict_has_its_own_glyph_and_word() -> None:
    assert set(SHOWN) == set(get_args(Verdict))
    assert (
        len({shown.glyph for shown in SHOWN.values()}) == len({shown.word for shown in SHOWN.values()}) == 6
    )
    assert all(shown.ascii.isascii() for shown in SHOWN.values())


@pytest.mark.parametrize(
    ("verdict", "text", "in_ascii"),
    [
        ("better", "▲ better", "+ better"),
        ("worse", "▼ worse", "- worse"),
        ("similar", "≈ similar", "~ similar"),
        ("unclear", "? unclear", "? unclear"),
        ("too_few", "· too few", ". too few"),
        ("none", "–", "-"),
    ],
)
def test_verdicts_are_glyph_and_word(verdict: str, text: str, in_ascii: str) -> None:
    assert verdict_text(verdict) == text
    assert verdict_text(verdict, ascii_only=True) == in_ascii


def test_what_is_no_verdict_is_refused() -> None:
    for shown in (glyph, word):
        with pytest.raises(KeyError):
            shown("good")


def test_dates() -> None:
    first, last = dt.date(2024, 1, 31), dt.date(2026, 10, 1)
    assert day(last) == "2026-10-01"
    assert day(dt.datetime(2026, 10, 1, 12)) == "2026-10-01"
    assert month(first) == "Jan 2024"
    assert period(first, last) == "Jan 2024 – Oct 2026"
    assert period(first, dt.date(2024, 1, 1)) == "Jan 2024"
    assert day(None) == month(None) == period(first, None) == "–"


def test_rendering_loads_no_library() -> None:
    code = (
        "import sys, icp_workbench.render.figures, icp_workbench.render.tables, icp_workbench.render.dates,"
        " icp_workbench.render.verdicts; print({'numpy', 'pandas', 'rich', 'textual'} & set(sys.modules))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "set()"
