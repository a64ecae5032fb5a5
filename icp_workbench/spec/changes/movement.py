"""Which accounts entered and left the profile and its anti-ICP between two versions, on one export."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:  # two versions are compared without any data, and without what data needs
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
        if not _small(self.before, self.after, left):
            return counts
        told = _label(entered, left)
        if _gives_away(self.before, self.after):
            told = (None, None)
        return {
            "before": "<5" if 0 < self.before < FEWEST else self.before,
            "after": "<5" if 0 < self.after < FEWEST else None,
            "entered": told[0],
            "left": told[1],
        }


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
    old = {before.ids[row]: before.names[row] for row in was.nonzero()[0]}
    new = {after.ids[row]: after.names[row] for row in now.nonzero()[0]}
    return Movement(what, len(old), len(new), _only(new, old), _only(old, new))


def _only(these: Mapping[str, str], those: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(name or account for account, name in these.items() if account not in those)


def _small(before: int, after: int, left: int) -> bool:
    """Whether a group is under five: of all before, all after, those who entered, left, and stayed."""
    stayed = before - left
    return any(0 < group < FEWEST for group in (before, after, after - stayed, left, stayed))


def _label(entered: int, left: int) -> tuple[Told, Told]:
    return "<5" if entered < FEWEST else None, "<5" if left < FEWEST else None


def _small_ones(before: int, after: int) -> list[tuple[int, int]]:
    """Every (entered, left) with a group under five that leads from one total to the other."""
    near = (0, before - after, before - FEWEST + 1)
    lefts = {start + more for start in near for more in range(FEWEST)}
    return [
        (after - before + left, left)
        for left in sorted(lefts)
        if 0 <= left <= before and after - before + left >= 0 and _small(before, after, left)
    ]


def _gives_away(before: int, after: int) -> bool:
    """Whether `<5` here and there would, between these totals, leave but one pair for one of its readings:
    then none of them is told."""
    labels = [_label(*one) for one in _small_ones(before, after)]
    return any(labels.count(label) < 2 for label in labels)
