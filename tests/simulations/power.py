"""Is a difference that is there found?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from icp_workbench.book.book import AccountBook
from icp_workbench.conditions.condition import FieldTest
from icp_workbench.evidence.stated import strength_of_stated
from icp_workbench.evidence.strength import strength_of
from icp_workbench.segments.index import SegmentIndex
from tests.evidence.books import customers_of, deals_of
from tests.simulations.simulation import Simulation
from tests.synthetic import WIN_RATE, make_book

ACCOUNTS, LOOKS = 300, 36
CONFIRMED = "confirmed"
THIRD = FieldTest("third", "in", ("yes",))


@dataclass(frozen=True, slots=True)
class Planted:
    """A trial: 300 accounts with three deals each, alike by 0.1, of which 37 % are won in a third of the
    accounts and 22 % in the others; confirmed as it would be saved, shuffles and all."""

    stated: bool
    one_metric: bool

    def __call__(self, seed: int) -> dict[str, bool]:
        """Whether the third was confirmed: stated beforehand, or after 36 looks."""
        index = SegmentIndex(self.book(seed))
        rows = index.rows(THIRD)
        if self.stated:
            found = strength_of_stated(index, {"third": rows}, resample=True)["third"].strength
        else:
            core = sum(metric.core for metric in index.book.metrics)
            others = np.random.default_rng(seed + 1_000_000).random(LOOKS - core)
            looks = {f"look {at}": float(p_value) for at, p_value in enumerate(others)}
            found = strength_of(index, rows, looks, resample=True)
        return {CONFIRMED: found.name == "confirmed"}

    def book(self, seed: int) -> AccountBook:
        """With the win rate alone, or with cycle, size and retention, which have nothing to do with it."""
        random = np.random.default_rng(seed)
        third = pd.Categorical(np.where(np.arange(ACCOUNTS) % 3 == 0, "yes", "no"))
        deals = deals_of(random, np.where(third == "yes", 0.37, 0.22), 3, 0.1)
        frame = pd.DataFrame({"third": third})
        if self.one_metric:
            return make_book(frame, deals=deals, metrics=(WIN_RATE,))
        return make_book(frame, deals=deals, customers=customers_of(random, ACCOUNTS))


_NAME = "22 → 37 % of deals won in a third of 300 accounts"
POWER = [
    Simulation(_NAME, "stated beforehand", Planted(True, True), 2_000, {CONFIRMED: (0.90, 1.0)}),
    Simulation(_NAME, "after 36 looks", Planted(False, True), 2_000, {CONFIRMED: (0.75, 1.0)}),
    Simulation(_NAME, "stated, in a book with three core metrics", Planted(True, False), 2_000, {}),
    Simulation(_NAME, "after 36 looks, in a book with three core metrics", Planted(False, False), 2_000, {}),
]
