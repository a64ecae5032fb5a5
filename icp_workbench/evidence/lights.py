"""The three lights of a segment: an ideal customer must pass all three at once."""

from __future__ import annotations

from typing import Literal

from icp_workbench.evidence.comparison import Comparison

Light = Literal["lit", "red", "hollow", "dark"]
LIGHTS = ("sells", "succeeds", "pays")


def lights(comparison: Comparison, segment: str) -> dict[str, Light]:
    """sells, succeeds, pays → lit (one of its metrics better, none worse), red (any worse), hollow
    (neither), dark (the board has no such metric). KeyError for a segment that is not on the board."""
    verdicts: dict[str, list[str]] = {light: [] for light in LIGHTS}
    for metric in comparison.metrics:
        if metric.light is not None:
            verdicts[metric.light].append(comparison.cell(segment, metric.name).verdict)
    return {light: _light(found) for light, found in verdicts.items()}


def _light(verdicts: list[str]) -> Light:
    if not verdicts:
        return "dark"
    if "worse" in verdicts:
        return "red"
    return "lit" if "better" in verdicts else "hollow"
