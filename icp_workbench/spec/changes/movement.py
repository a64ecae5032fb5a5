"""Which accounts entered and left the profile and its anti-ICP between two versions, on one export."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from icp_workbench.spec.selection import Selection

FEWEST = 5
Told = int | Literal["<5"] | None  # None: told, it would give a group under five away by subtraction


@dataclass(frozen=True)
class Movement:
    """What one version selects and the other. `entered` and `left` are names of accounts: for the eyes of
    those at the screen alone; `reported` is what may be written down."""

    what: Literal["profile", "anti_icp"]
    before: int
    after: int
    entered: tuple[str, ...]
    left: tuple[str, ...]

    @property
    def reported(self) -> dict[str, Told]:
        """Counts that may leave the room: none under five, nor one that two others give by subtraction, of
        which those before and after may stand in the files."""
        entered, left = len(self.entered), len(self.left)
        counts: dict[str, Told] = {
            "before": self.before, "after": self.after, "entered": entered, "left": left,
        }  # fmt: skip
        groups = (self.before, self.after, entered, left, self.before - left)
        if not any(0 < group < FEWEST for group in groups):
            return counts
        told: dict[str, Told] = {
            "before": "<5" if 0 < self.before < FEWEST else self.before,
            "after": "<5" if 0 < self.after < FEWEST else None,
            "entered": "<5" if entered < FEWEST else None,
            "left": "<5" if left < FEWEST else None,
        }
        if _could_be(entered < FEWEST, left < FEWEST, entered - left) < 2:
            told |= {"entered": None, "left": None}
        return told


def movements(before: Selection, after: Selection) -> tuple[Movement, ...]:
    """How the profile moved, and its anti-ICP: accounts by their ids."""
    return (
        _movement("profile", before, before.profile, after, after.profile),
        _movement("anti_icp", before, before.anti, after, after.anti),
    )


def _movement(
    what: Literal["profile", "anti_icp"],
    before: Selection,
    was: npt.NDArray[np.bool_],
    after: Selection,
    now: npt.NDArray[np.bool_],
) -> Movement:
    old = {before.ids[row]: before.names[row] for row in np.flatnonzero(was)}
    new = {after.ids[row]: after.names[row] for row in np.flatnonzero(now)}
    return Movement(what, len(old), len(new), _only(new, old), _only(old, new))


def _only(these: Mapping[str, str], those: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(name or account for account, name in these.items() if account not in those)


def _could_be(entered_is_small: bool, left_is_small: bool, net: int) -> int:
    """How many pairs (entered, left) a reader must think possible who knows which of them are under five, and
    by how much they differ."""
    if not (entered_is_small or left_is_small):
        return 2  # neither is told, and nothing bounds them
    found = 0
    for few in range(FEWEST):
        other = few - net if entered_is_small else few + net
        both_small = entered_is_small and left_is_small
        found += 0 <= other < FEWEST if both_small else other >= FEWEST
    return found
