"""A comparison as data for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from dataclasses import fields as dataclass_fields
from typing import Any

from icp_workbench.conditions.expression import to_text
from icp_workbench.conditions.fields import Fields
from icp_workbench.evidence.comparison import AVERAGE, Cell, Comparison
from icp_workbench.evidence.contrasts.overlap import Overlap
from icp_workbench.evidence.scrutiny.cautions import cautions
from icp_workbench.segments.market import MarketCount


def comparison_payload(
    comparison: Comparison,
    fields: Fields,
    market: Mapping[str, MarketCount] | None = None,
    shared: Sequence[Overlap] = (),
) -> dict[str, Any]:
    """What `icp compare --format json` prints: segments, cells, looks, overlaps, cautions. Only None, text,
    numbers, lists and dicts; missing is None, never NaN. The average customer's condition is the empty text.
    A segment that `market` counts carries its match, unknown and of."""
    return {
        "segments": [
            {
                "name": segment.name,
                "condition": "" if segment.name == AVERAGE else to_text(segment.condition, fields),
                "accounts": segment.accounts,
                "unknown": segment.unknown,
                **({"market": market[segment.name]._asdict()} if market and segment.name in market else {}),
            }
            for segment in comparison.segments
        ],
        "cells": [cell_payload(cell) for cell in comparison.cells],
        "looks": comparison.looks,
        "overlaps": [asdict(overlap) for overlap in shared],
        "cautions": [
            asdict(caution)
            for segment in comparison.segments[1:]
            for caution in cautions(comparison, segment.name)
        ],
    }


def cell_payload(cell: Cell) -> dict[str, Any]:
    """One cell, every figure under its own name and unrounded; effects in alphabetical order."""
    figures = {column.name: getattr(cell, column.name) for column in dataclass_fields(cell)}
    order = (
        "segment", "metric", "estimate", "low", "high", "n", "accounts", "unit", "average", "rest",
        "difference", "difference_low", "difference_high", "effect", "p_value", "q_value", "verdict",
        "reason",
    )  # fmt: skip
    figures["effect"] = dict(sorted(cell.effect.items()))
    return {name: figures[name] for name in order}
