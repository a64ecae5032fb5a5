"""Books in which a segment, other conditions, and the outcomes depend on each other as a test wants it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from icp_workbench.book.book import AccountBook
from icp_workbench.book.outcomes.metrics import GROSS_MARGIN
from icp_workbench.conditions.condition import FieldTest
from icp_workbench.segments.index import RowSet, SegmentIndex
from tests.synthetic import RETENTION, SALES_CYCLE, WIN_RATE, make_book

MARGIN = replace(GROSS_MARGIN, grain="deal", denominator="revenue")
METRICS = (WIN_RATE, MARGIN, SALES_CYCLE, RETENTION)
NAMES = [metric.name for metric in METRICS]
SEGMENT = FieldTest("segment", "in", ("yes",))
SOURCE = FieldTest("source", "in", ("partner",))


def yes_no(mask: npt.ArrayLike) -> pd.Categorical:
    """yes where true."""
    return pd.Categorical(np.where(np.asarray(mask, dtype=bool), "yes", "no"), categories=["yes", "no"])


def simulated(
    random: np.random.Generator,
    *,
    accounts: int = 120,
    deals: int = 3,
    correlation: float = 0.2,
    own: float = 0.0,
    others: float = 0.15,
    others_named: Sequence[str] = ("first", "second"),
    overlap: float = 1.2,
) -> AccountBook:
    """About `deals` closed deals an account, and one subscription.

    `own` is what the segment adds to the chance to win (and, scaled, to margin, speed and staying), `others`
    what each of the other conditions adds; `overlap` how strongly these go together with the segment (log
    odds).
    The deals' own attribute `source` goes together with them as the segment does, and adds nothing.
    `correlation` is that of an account's deals.
    """
    held = random.random((accounts, len(others_named))) < 0.35
    level = held.sum(axis=1) - 0.35 * len(others_named)
    chance_inside = 1 / (1 + np.exp(0.8 - overlap * level))
    segment = random.random(accounts) < chance_inside
    sizes = np.maximum(1, random.poisson(deals, accounts))
    account = np.repeat(np.arange(accounts), sizes)
    partner = random.random(len(account)) < chance_inside[account]
    n, within = len(account), np.sqrt(correlation)
    shared, alone = random.normal(0, 1, accounts)[account], random.normal(0, 1, n)
    noise = within * shared + np.sqrt(1 - correlation) * alone
    chance = np.clip(0.28 + others * level, 0.02, 0.98)
    spread = (1 - correlation) / correlation
    wins = random.beta(chance * spread, (1 - chance) * spread)[account]
    inside = segment[account]
    wins = np.clip(wins + own * inside, 0, 1)
    revenue = np.exp(9 + 0.7 * random.normal(0, 1, n))
    share = 0.6 + 0.5 * (others * level[account] + own * inside) + 0.12 * noise
    frame = pd.DataFrame(
        {
            "account": account,
            "won": (random.random(n) < wins).astype(float),
            "amount": revenue,
            "cycle_days": np.round(np.exp(4 - 1.5 * (others * level[account] + own * inside) + 0.5 * noise)),
            "revenue": revenue,
            "margin": revenue * share,
        }
    )
    hazard = 0.03 * np.exp(-4 * (others * level + own * segment))
    ends, seen = random.exponential(1 / hazard), random.uniform(3, 30, accounts)
    customers = pd.DataFrame(
        {
            "account": np.arange(accounts),
            "churned": (ends <= seen).astype(float),
            "tenure": np.ceil(np.minimum(ends, seen)),
        }
    )
    attributes = {"segment": yes_no(segment)}
    attributes |= {name: yes_no(held[:, at]) for at, name in enumerate(others_named)}
    source = pd.DataFrame({"source": pd.Categorical(np.where(partner, "partner", "inbound"))})
    return make_book(
        pd.DataFrame(attributes), deals=frame, customers=customers, deal_attributes=source, metrics=METRICS
    )


def others_of(index: SegmentIndex, names: Sequence[str] = ("first", "second")) -> dict[str, RowSet]:
    """Row sets of the other conditions, by name."""
    return {name: index.rows(FieldTest(name, "in", ("yes",))) for name in names}
