"""Columns → fields and the typed frames behind them, leaks set aside."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd

from icp_workbench.book.book import Leak
from icp_workbench.book.cleaning.column import Column, reading_of
from icp_workbench.book.leaks import (
    Factors,
    is_the_duration,
    leak_by_date,
    leak_of,
    made_of_tenure,
)
from icp_workbench.book.mapping import BookMapping, ColumnMapping
from icp_workbench.book.roles.table import ignored_because, kind_of
from icp_workbench.conditions.fields import Field, FieldType

Floats = npt.NDArray[np.float64]
Moments = npt.NDArray[np.datetime64]
Place = tuple[str, str]  # (table, header)


@dataclass
class Attributes:
    """Fields in the order shown, a typed column for each by grain, and what became of every column."""

    fields: list[Field] = field(default_factory=list)
    frames: dict[str, dict[str, pd.Series]] = field(default_factory=dict)
    leaks: list[Leak] = field(default_factory=list)
    roles: dict[Place, str] = field(default_factory=dict)
    notes: dict[Place, str] = field(default_factory=dict)
    names: dict[Place, str] = field(default_factory=dict)
    mapping: BookMapping = field(default_factory=BookMapping)

    def add(
        self,
        grain: str,
        columns: Sequence[Column],
        taken: Mapping[Place, str],
        outcomes: Sequence[tuple[Floats, tuple[str, str]]],
        wished: Mapping[Place, str],
        tenure: Column | None = None,
        cycle: Floats | None = None,
        known_later: Mapping[Place, str] = MappingProxyType({}),
        ended: tuple[Moments, str] | None = None,
    ) -> None:
        """Take the columns of one grain: `taken` are those that already play a part (key, name, outcome);
        `outcomes` arrays (one value a row, with the names of 1 and 0) against which leaks are looked for;
        `wished` the roles a person gave; `cycle` the days each row took to close; `known_later` the reasons
        for which columns are kept out whatever their values; `ended` when each row's outcome was known, and
        what it was.
        """
        frame = self.frames.setdefault(grain, {})
        used = {held.name for held in self.fields}
        factors = None if tenure is None else Factors(tenure, columns)
        for column in columns:
            place = (column.table, column.header)
            wish = wished.get(place)
            is_tenure = tenure is not None and place == (tenure.table, tenure.header)
            if place in taken and not is_tenure:
                self.roles.setdefault(place, taken[place])
                continue
            decided = self.mapping.column(*place)
            why = ignored_because(column, wish == "attribute" and "role" not in decided.guessed)
            if wish == "ignore" or why is not None or column.type == "identifier":
                self.roles[place] = "id" if column.type == "identifier" and why is None else "ignore"
                self.notes[place] = why or (
                    "left out by the book's mapping" if wish == "ignore" else "an identifier"
                )
                continue
            if wish in ("outcome", "currency", "name", "id"):
                self.roles[place] = wish
                continue
            leak = None if wish == "attribute" else self._leak(column, outcomes, tenure, factors)
            if leak is None and wish != "attribute":
                leak = known_later.get(place)
                if leak is None and cycle is not None:
                    leak = is_the_duration(column, cycle)
                if leak is None and ended is not None:
                    leak = leak_by_date(column, *ended)
            name = decided.name or column.name
            if name in used:
                base = name if grain == "account" else f"{grain}_{name}"
                numbered = (f"{base}_{number}" for number in itertools.count(2))
                name = next(free for free in itertools.chain([base], numbered) if free not in used)
            used.add(name)
            series = column.series()
            self.fields.append(_field(name, column, series, grain, leak, decided))
            frame[name] = series
            self.names[place] = name
            self.roles[place] = "leak" if leak else ("text" if column.type == "text" else "attribute")
            if leak:
                self.leaks.append(Leak(name, leak))
                self.notes[place] = leak

    def _leak(
        self,
        column: Column,
        outcomes: Sequence[tuple[Floats, tuple[str, str]]],
        tenure: Column | None,
        factors: Factors | None,
    ) -> str | None:
        if tenure is not None and (column.table, column.header) == (tenure.table, tenure.header):
            return "it is the outcome itself: how long the customer stayed"
        reason = leak_of(column, outcomes)
        if reason is not None or tenure is None or factors is None:
            return reason
        return made_of_tenure(column, tenure, factors.likely(column))


def _field(
    name: str, column: Column, series: pd.Series, grain: str, leak: str | None, decided: ColumnMapping
) -> Field:
    kind: FieldType = column.type  # type: ignore[assignment]
    levels: tuple[str, ...] = ()
    low: object = None
    high: object = None
    if kind == "category":
        levels = tuple(series.cat.categories)
    elif kind == "set":
        levels = _members(column)
    elif column.filled and kind == "number":
        low, high = float(series.min()), float(series.max())
    elif column.filled and kind == "date":
        low, high = series.min().date(), series.max().date()
    return Field(
        name=name, header=column.header, type=kind, kind=decided.kind or kind_of(column), grain=grain,
        source=f"{column.table}.{column.header}",
        unit=decided.unit or (column.units[0] if column.units else None),
        known_before_sale=leak is None, kept_out=leak, levels=levels, low=low, high=high,  # type: ignore[arg-type]
        reading=reading_of(column),
    )  # fmt: skip


def _members(column: Column) -> tuple[str, ...]:
    counts: dict[str, int] = {}
    used = np.bincount(column.codes[column.codes >= 0], minlength=len(column.levels))
    for members, count in zip(column.sets, used, strict=True):
        for member in members:
            counts[member] = counts.get(member, 0) + int(count)
    return tuple(sorted((m for m in counts if counts[m]), key=lambda member: (-counts[member], member)))
