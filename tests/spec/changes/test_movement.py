"""Accounts that entered and left, and what of it may be written down."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from icp_workbench.spec.changes.comparing import compare_specs
from icp_workbench.spec.changes.movement import Movement, movements
from icp_workbench.spec.changes.telling import as_markdown, as_payload, as_text
from icp_workbench.spec.selection import Selection
from tests.spec.examples import profile


def selection(ids: str, profile: str, anti: str = "") -> Selection:
    """Accounts of one letter each, those in the profile and in its anti-ICP."""
    masks = [np.array([letter in chosen for letter in ids]) for chosen in (profile, anti)]
    names = tuple(f"Firm {letter}" for letter in ids)
    return Selection(tuple(ids), names, masks[0], masks[0], masks[1], {}, {})


def moved(before: int, entered: int, left: int) -> Movement:
    """A movement of so many accounts."""
    names = [tuple(f"Canary {at}" for at in range(size)) for size in (entered, left)]
    return Movement("profile", before, before - left + entered, names[0], names[1])


def test_accounts_are_followed_by_their_ids_whatever_their_order() -> None:
    profile, anti = movements(selection("abcdef", "abc", "f"), selection("fedcba", "bcd", ""))
    assert (profile.before, profile.after) == (3, 3)
    assert (profile.entered, profile.left) == (("Firm d",), ("Firm a",))
    assert (anti.before, anti.after, anti.entered, anti.left) == (1, 0, (), ("Firm f",))


@pytest.mark.parametrize(
    ("before", "entered", "left", "told"),
    [
        (50, 10, 20, {"before": 50, "after": 40, "entered": 10, "left": 20}),
        (50, 0, 20, {"before": 50, "after": 30, "entered": 0, "left": 20}),
        (50, 3, 20, {"before": 50, "after": None, "entered": "<5", "left": None}),
        (50, 0, 3, {"before": 50, "after": None, "entered": "<5", "left": "<5"}),
        (50, 0, 4, {"before": 50, "after": None, "entered": None, "left": None}),  # what else makes 4 less?
        (50, 4, 5, {"before": 50, "after": None, "entered": None, "left": None}),
        (3, 20, 0, {"before": "<5", "after": None, "entered": None, "left": "<5"}),
        (10, 20, 8, {"before": 10, "after": None, "entered": None, "left": None}),  # two stayed
        (0, 0, 0, {"before": 0, "after": 0, "entered": 0, "left": 0}),
    ],
)
def test_small_groups_are_not_told(before: int, entered: int, left: int, told: dict[str, object]) -> None:
    assert moved(before, entered, left).reported == told


def test_no_small_group_can_be_told_by_subtraction_even_with_the_totals_in_the_files() -> None:
    """All movements of a small profile: whoever knows both totals and sees what is reported must think two
    sizes possible of each group of one to four."""
    totals = [0, *range(5, 31)]  # a total under five is told by nobody
    for before, after in itertools.product(totals, totals):
        reported: dict[str, list[tuple[int, int]]] = {}
        for left in range(max(0, before - after), before + 1):
            entered = after - before + left
            reported.setdefault(str(moved(before, entered, left).reported), []).append((entered, left))
        for possible in reported.values():
            for group in (0, 1):
                sizes = {pair[group] for pair in possible}
                given_away = sizes & {1, 2, 3, 4} if len(sizes) == 1 else set()
                assert not given_away, (before, after, possible)


def test_names_are_on_the_screen_alone() -> None:
    diff = compare_specs(profile(), profile())
    few, many = moved(50, 3, 20), moved(500, 30, 20)
    for found in (few, many):
        written = as_markdown(diff, [found]), str(as_payload(diff, [found])), as_text(diff, [found])
        assert not any("Canary" in text for text in written)
        assert "Canary 0" in as_text(diff, [found], names=True)
    assert "< 5" in as_markdown(diff, [few]) and "not told" in as_markdown(diff, [few])
    assert "and 18 more" in as_text(diff, [many], names=True)
    assert "accounts" not in as_payload(diff)


def test_what_a_terminal_would_obey_is_shown() -> None:
    hostile = Movement("profile", 9, 10, ("[/]\x1b[31m\u202e",), ())
    text = as_text(compare_specs(profile(), profile()), [hostile], names=True)
    assert "\x1b" not in text and "\u202e" not in text and "[/]␛" in text
