"""How many accounts segments have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from icp_workbench.render.figures import count, percent_of
from icp_workbench.segments.index import RowSet


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two segments, the accounts of each, and those in `both`."""

    first: str
    second: str
    first_accounts: int
    second_accounts: int
    both: int

    @property
    def sentence(self) -> str:
        """`A and B share 12 accounts (8% of A, 9% of B)`; without one, that they share none."""
        if not self.both:
            return f"{self.first} and {self.second} share no account"
        own, other = percent_of(self.both, self.first_accounts), percent_of(self.both, self.second_accounts)
        noun = "account" if self.both == 1 else "accounts"
        return (
            f"{self.first} and {self.second} share {count(self.both)} {noun} "
            f"({own} of {self.first}, {other} of {self.second})"
        )


def overlaps(segments: Mapping[str, RowSet]) -> tuple[Overlap, ...]:
    """Every pair of segments, in the order given. An account with deals in either is in both."""
    sizes = {name: int(rows.accounts.sum()) for name, rows in segments.items()}
    return tuple(
        Overlap(
            first, second, sizes[first], sizes[second],
            int(np.count_nonzero(segments[first].accounts & segments[second].accounts)),
        )
        for first, second in combinations(segments, 2)
    )  # fmt: skip
