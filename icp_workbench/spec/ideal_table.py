"""The ideal against the average customer as lines of text, from a board or from a file."""

from __future__ import annotations

from typing import Protocol

from icp_workbench.evidence.words import Verdict
from icp_workbench.render.figures import difference, figure, interval, unit_words
from icp_workbench.render.verdicts import verdict_text


class Shown(Protocol):
    """A figure against everyone and the rest, as a board and a spec file hold it."""

    @property
    def unit(self) -> str | None: ...
    @property
    def estimate(self) -> float | None: ...
    @property
    def low(self) -> float | None: ...
    @property
    def high(self) -> float | None: ...
    @property
    def average(self) -> float | None: ...
    @property
    def rest(self) -> float | None: ...
    @property
    def difference(self) -> float | None: ...
    @property
    def verdict(self) -> Verdict: ...


HEADS = ("metric", "ideal", "95 %", "everyone", "the rest", "difference", "verdict")


def table_row(label: str, shown: Shown) -> tuple[str, ...]:
    """One line of the table under `HEADS`, as text; the unit stands behind the label."""
    unit = shown.unit
    words = unit_words(unit)
    return (
        f"{label}, {words}" if words else label,
        figure(shown.estimate, unit, with_unit=False),
        interval(shown.low, shown.high, unit),
        figure(shown.average, unit, with_unit=False),
        figure(shown.rest, unit, with_unit=False),
        difference(shown.difference, unit, with_unit=unit == "share"),
        verdict_text(shown.verdict),
    )
