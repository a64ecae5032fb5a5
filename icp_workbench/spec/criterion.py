"""A criterion: a condition the room decided on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from icp_workbench.conditions.condition import Condition

CriterionVerdict = Literal["icp", "ok_if", "anti_icp"]
Signal = Literal["fit", "economic", "retention", "buying", "situation", "disqualification"]
Missing = Literal["unknown", "match", "no_match"]

VERDICTS: tuple[CriterionVerdict, ...] = ("icp", "ok_if", "anti_icp")
SIGNALS: tuple[Signal, ...] = ("fit", "economic", "retention", "buying", "situation", "disqualification")


@dataclass(frozen=True, slots=True)
class Criterion:
    """One decision: which accounts (`when`), how they are judged, and why.

    `points` None means "from the evidence". `missing` says what a blank counts as. `required` holds for ICP
    criteria, `disqualify` for anti-ICP ones. `decided_at` is timezone-aware.
    """

    id: str
    verdict: CriterionVerdict
    when: Condition
    signal: Signal
    decided_at: dt.datetime
    reason: str = ""
    points: int | None = None
    missing: Missing = "unknown"
    required: bool = False
    disqualify: bool = False
