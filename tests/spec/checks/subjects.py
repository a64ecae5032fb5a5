"""Specs and books for the checks: each test changes the one thing its check looks at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from icp_workbench.book.book import AccountBook
from icp_workbench.conditions.condition import Condition, FieldTest
from icp_workbench.segments.index import SegmentIndex
from icp_workbench.spec.checks.findings import Finding, NotRun
from icp_workbench.spec.checks.running import checks_of
from icp_workbench.spec.model import Evidence, Figure, IdealCustomerProfile, SpecCriterion
from tests.spec.examples import criterion, profile
from tests.synthetic import make_book

TODAY = dt.date(2026, 11, 29)  # a week after the examples were saved
SAAS = FieldTest("industry", "in", ("SaaS",))
PUBLIC = FieldTest("industry", "in", ("Public sector",))
MIDDLE = FieldTest("employees", "between", (40, 120))


def checked(
    spec: IdealCustomerProfile, index: SegmentIndex | None = None, today: dt.date = TODAY
) -> dict[str, list[Finding]]:
    """What fires, by code."""
    found: dict[str, list[Finding]] = {}
    for one in checks_of(spec, index, today).findings:
        found.setdefault(one.code, []).append(one)
    return found


def sentences(spec: IdealCustomerProfile, code: str, index: SegmentIndex | None = None) -> list[str]:
    """What one check says."""
    return [one.sentence for one in checked(spec, index).get(code, [])]


def not_run(spec: IdealCustomerProfile, code: str, index: SegmentIndex | None = None) -> list[NotRun]:
    """What one check could not look at."""
    return [one for one in checks_of(spec, index, TODAY).not_run if one.code == code]


def icp(name: str, when: Condition, **changes: Any) -> SpecCriterion:
    """An ICP criterion."""
    return criterion(name, when, **changes)


def anti(name: str, when: Condition, **changes: Any) -> SpecCriterion:
    """An anti-ICP criterion that disqualifies."""
    return criterion(name, when, **{"verdict": "anti_icp", "signal": "disqualification",
                                    "disqualify": True, "points": None, **changes})  # fmt: skip


def evidence(
    strength: str = "confirmed", accounts: int = 120, looks: int | None = None, **verdicts: Any
) -> Evidence:
    """Evidence with a figure for each metric: a verdict, or a Figure."""
    metrics = {
        name: one if isinstance(one, Figure) else Figure(estimate=0.4, rest=0.2, p_value=0.01, verdict=one)
        for name, one in verdicts.items()
    }
    return Evidence(accounts=accounts, strength=strength, looks=looks, metrics=metrics)  # type: ignore[arg-type]


def spec(*criteria: SpecCriterion, **changes: Any) -> IdealCustomerProfile:
    """A profile of these criteria."""
    return profile(*criteria, **changes)


def index_of(book: AccountBook) -> SegmentIndex:
    """The index of a book."""
    return SegmentIndex(book)


def book_of(columns: dict[str, Any], won: Sequence[float], **deals: Sequence[float]) -> AccountBook:
    """A book of accounts with these columns (texts as categories) and one deal each, won (1) or lost (0)."""
    typed = {
        name: pd.Categorical(values) if any(isinstance(one, str) for one in values) else values
        for name, values in columns.items()
    }
    frame = pd.DataFrame({"account": np.arange(len(won)), "won": np.asarray(won, float), **deals})
    return make_book(pd.DataFrame(typed), deals=frame)


def every(share: float, many: int) -> list[float]:
    """Outcomes of `many` accounts: so large a share of them 1, spread evenly."""
    return [float(int((at + 1) * share) > int(at * share)) for at in range(many)]
