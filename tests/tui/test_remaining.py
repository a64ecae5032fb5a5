"""How long it still takes."""

from __future__ import annotations

from icp_workbench.tui.remaining import Remaining


def test_it_is_said_once_it_is_known_and_not_more_often_than_once_a_second() -> None:
    now = 100.0
    left = Remaining(lambda: now)
    assert left.words(0.5) == ""  # just begun
    now = 104.0
    assert left.words(0.02) == ""  # too little is done to know
    assert left.words(0.25) == "about 10 s left"  # 4 s for a quarter: 12 s, rounded to 5
    now = 104.5
    assert left.words(0.5) == "about 10 s left"  # no flicker
    now = 105.5
    assert left.words(0.5) == "about 6 s left"
    now = 400.0
    assert left.words(0.5) == "about 5 min left"
    assert left.words(1.0) == ""
