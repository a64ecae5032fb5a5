"""Facets as rows: a heading for each attribute, its values or its histogram, and what is chosen on them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from rich.cells import cell_len

from icp_workbench.conditions.fields import Field
from icp_workbench.evidence.facets import Facet, Facets, FacetValue, Histogram
from icp_workbench.render import figures, verdicts
from icp_workbench.render.dates import day
from icp_workbench.segments.filter import Bound, Choice, Filter
from icp_workbench.tui.lines import Line, Piece, bar, cut, fit, width_of
from icp_workbench.tui.safe import clean
from icp_workbench.tui.theme import VERDICT_INK

_LEVELS = "▁▂▃▄▅▆▇█"
_ESTIMATE = 6
_WORD = 9  # glyph, blank, word
_BAR = 5  # what a bar keeps where names are long
_LABEL = 13  # what a value's name gets at least before the bar takes room


@dataclass(frozen=True)
class Heading:
    """An attribute: open or closed, how many values, what is chosen."""

    field: Field
    choice: Choice
    is_open: bool
    values: int
    chosen: str

    @property
    def key(self) -> tuple[str, str]:
        return ("heading", self.field.name)

    selectable = True

    def line(self, width: int, here: bool) -> Line:
        pieces: list[Piece] = [("▾ " if self.is_open else "▸ ", "muted")]
        pieces.append((clean(words(self.field.name), 60), "accent!" if not self.choice.is_empty else "text!"))
        extent = f"  {self._extent()}"
        if width_of(pieces) + len(extent) <= width:
            pieces.append((extent, "muted"))
        asides = [] if self.field.grain == "account" else [f" · per {self.field.grain}"]
        if self.field.kind not in ("firmographic", "other") and width >= 36:
            asides.insert(0, f" · {self.field.kind}")
        for aside in asides:
            if width_of(pieces) + len(aside) <= width:
                pieces.append((aside, "muted"))
        if self.chosen:
            room = max(width - len(self.chosen) - 1, 8)
            if width_of(pieces) > room:
                pieces = pieces[:3] if width_of(pieces[:3]) <= room else pieces[:2]
                pieces[1] = (cut(pieces[1][0], max(room - 3, 6)), pieces[1][1])
            pieces.append((" " * max(room - width_of(pieces), 1), "text"))
            pieces.append((self.chosen, "accent!"))
        return pieces

    def _extent(self) -> str:
        if self.field.type in ("number", "date"):
            if self.field.low is None or self.field.high is None:
                return ""
            return f"{bound_text(self.field, self.field.low)} – {bound_text(self.field, self.field.high)}"
        return figures.counted(self.values, "value")


@dataclass(frozen=True)
class ValueRow:
    """One value of an attribute: mark, name, bar, accounts, the headline metric and its verdict."""

    field: Field
    value: FacetValue
    mark: str  # "in", "out", ""
    share: float  # of the largest value of the attribute
    unit: str
    total: int
    longest: int = 0  # cells of the longest name beside it

    @property
    def key(self) -> tuple[str, str, object]:
        return ("value", self.field.name, self.value.value)

    selectable = True

    def line(self, width: int, here: bool) -> Line:
        value = self.value
        counts = max(len(figures.count(self.total)), 3)
        with_word = width >= 47
        fixed = 2 + 1 + counts + 1 + _ESTIMATE + 1 + (_WORD if with_word else 1)
        free = width - fixed
        bars = min(max(free - _LABEL - 1, 0), 12 if width < 60 else 16)
        if bars > _BAR:  # names come before bars
            bars = max(min(bars, free - self.longest - 2), _BAR)
        bars = bars if bars >= 3 else 0
        label = free - bars - (1 if bars else 0)
        ink, bar_ink = {"in": ("accent!", "accent"), "out": ("bad", "bad")}.get(self.mark, ("text", "faint"))
        if value.accounts == 0 and not self.mark:
            ink = "muted"
        verdict_ink = VERDICT_INK[value.verdict]
        estimate_ink = verdict_ink if value.verdict in ("better", "worse", "too_few") else "text"
        verdict = verdicts.verdict_text(value.verdict)
        pieces: list[Piece] = [
            ({"in": "● ", "out": "✕ "}.get(self.mark, "  "), "accent!" if self.mark == "in" else "bad!"),
            (fit(clean(value.label, 120), label), ink if value.value is not None or self.mark else "muted"),
        ]
        if bars:
            pieces += [(" ", "text"), (bar(self.share, bars), bar_ink)]
        pieces += [
            (" " + figures.count(value.accounts).rjust(counts), "text" if value.accounts else "muted"),
            (" " + figures.figure(value.estimate, self.unit, with_unit=False).rjust(_ESTIMATE), estimate_ink),
            (" " + (fit(verdict, _WORD) if with_word else verdict[0]), verdict_ink),
        ]
        return pieces


@dataclass(frozen=True)
class HistogramRow:
    """A number's or date's distribution; the part inside the chosen range stands out."""

    field: Field
    histogram: Histogram
    choice: Choice
    tall: int = 1  # lines in all
    level: int = 0  # which of them this is, the lowest first

    @property
    def key(self) -> tuple[str, str, int]:
        return ("histogram", self.field.name, self.level)

    @property
    def selectable(self) -> bool:
        return self.level == 0

    def line(self, width: int, here: bool) -> Line:
        counts = self.histogram.counts
        most = max(counts, default=0) or 1
        wide = self._wide(width)
        ranged = self.choice.low is not None or self.choice.high is not None
        pieces: list[Piece] = [("  ", "text")]
        for at, count in enumerate(counts):
            eighths = max(round(count / most * self.tall * 8), 1 if count else 0) - self.level * 8
            level = _LEVELS[min(eighths, 8) - 1] if eighths > 0 else " "
            if count == 0 and self.level == 0:
                level = "▁"
            inside = ranged and self._inside(at)
            ink = "accent" if inside else "rule" if count == 0 else "faint"
            pieces.append((level * wide, ink))
        if here:
            pieces.append(("  ⏎ range", "muted"))
        return pieces

    def bar_at(self, x: int, width: int) -> int | None:
        """The number of the bar in (or nearest to) cell `x` of a row `width` wide; None without bars."""
        if not self.histogram.counts:
            return None
        return min(max((x - 2) // self._wide(width), 0), len(self.histogram.counts) - 1)

    def bounds(self, first: int, last: int) -> tuple[Bound, Bound]:
        """The values from one bar to another, whichever is the lower one."""
        low, high = sorted((first, last))
        return self.histogram.edges[low], self.histogram.edges[high + 1]

    def _wide(self, width: int) -> int:
        return max(1, min(3, (width - 4) // max(len(self.histogram.counts), 1)))

    def _inside(self, at: int) -> bool:
        start, end = _number(self.histogram.edges[at]), _number(self.histogram.edges[at + 1])
        middle = (start + end) / 2
        low, high = self.choice.low, self.choice.high
        lowest = _number(low) if low is not None else float("-inf")
        highest = _number(high) if high is not None else float("inf")
        return lowest <= middle <= highest or start <= lowest <= highest <= end


@dataclass(frozen=True)
class MoreRow:
    """How many further values are not listed."""

    field: Field
    hidden: int

    @property
    def key(self) -> tuple[str, str]:
        return ("more", self.field.name)

    selectable = False

    def line(self, width: int, here: bool) -> Line:
        return [(f"  +{figures.count(self.hidden)} more", "muted")]


@dataclass(frozen=True)
class Gap:
    """An empty line, or a sentence where there is nothing to list."""

    key: tuple[str, str]
    text: str = ""

    selectable = False

    def line(self, width: int, here: bool) -> Line:
        return [(self.text, "muted")]


FacetRow = Heading | ValueRow | HistogramRow | MoreRow | Gap


def facet_rows(
    facets: Facets, chosen: Filter, unit: str, opened: Collection[str], find: str = "", *, gaps: bool = False
) -> list[FacetRow]:
    """The rows of all attributes; those named in `opened` show their values.

    With `find`, only attributes and values whose name contains it (case-blind), all open. `gaps` puts an
    empty line between attributes, and gives histograms two lines.
    """
    rows: list[FacetRow] = []
    wanted = find.casefold().strip()
    for facet in facets.facets:
        matching = _matching(facet, wanted)
        if matching is None:
            continue
        is_open = bool(wanted) or facet.field.name in opened
        if rows and gaps and (is_open or not isinstance(rows[-1], Heading)):
            rows.append(Gap(("gap", facet.field.name)))
        choice = chosen.choice(facet.field.name)
        rows += _facet_rows(facet, matching, choice, unit, facets.total, is_open, 2 if gaps else 1)
    if not rows:
        rows.append(Gap(("nothing", ""), "nothing of that name" if wanted else "no attributes to slice by"))
    if wanted:
        rows += [Gap(("all", "")), Gap(("all", "esc"), "esc shows every attribute")]
    return rows


def height_of(facet: Facet, *, gaps: bool = False) -> int:
    """How many rows an open attribute takes, its heading (and the gap above it) included."""
    taller = 2 if gaps else 1
    return (
        taller
        + (taller if facet.histogram is not None else 0)
        + len(facet.values)
        + (1 if facet.hidden else 0)
    )


def words(name: str) -> str:
    """A field's name as words."""
    return name.replace("_", " ")


def bound_text(field: Field, bound: Bound) -> str:
    """One end of a range as a person reads it; years without a thousands separator."""
    if isinstance(bound, dt.date):
        return day(bound)
    if "year" in field.name.split("_"):
        return f"{bound:.0f}"
    return figures.figure(bound, field.unit, with_unit=False)


def range_text(field: Field, choice: Choice) -> str:
    """The chosen range in words; nothing if there is none."""
    if choice.low is not None and choice.high is not None:
        return f"{bound_text(field, choice.low)} – {bound_text(field, choice.high)}"
    if choice.low is not None:
        return f"≥ {bound_text(field, choice.low)}"
    return f"≤ {bound_text(field, choice.high)}" if choice.high is not None else ""


def _facet_rows(
    facet: Facet,
    values: tuple[FacetValue, ...],
    choice: Choice,
    unit: str,
    total: int,
    is_open: bool,
    tall: int,
) -> Iterator[FacetRow]:
    yield Heading(
        facet.field, choice, is_open, len(facet.values) + facet.hidden, _chosen(facet.field, choice)
    )
    if not is_open:
        return
    if facet.histogram is not None:
        for level in range(tall - 1, -1, -1):
            yield HistogramRow(facet.field, facet.histogram, choice, tall, level)
    # Beside a histogram only the blanks are listed: their bar is their share of all accounts.
    most = max((value.accounts for value in facet.values), default=0) if facet.histogram is None else total
    longest = max((cell_len(clean(value.label, 120)) for value in values), default=0)
    for value in values:
        mark = "in" if value.value in choice.included else "out" if value.value in choice.excluded else ""
        yield ValueRow(facet.field, value, mark, value.accounts / (most or 1), unit, total, longest)
    if facet.hidden:
        yield MoreRow(facet.field, facet.hidden)


def _matching(facet: Facet, wanted: str) -> tuple[FacetValue, ...] | None:
    if not wanted or wanted in words(facet.field.name).casefold() or wanted in facet.field.header.casefold():
        return facet.values
    found = tuple(value for value in facet.values if wanted in value.label.casefold())
    return found or None


def _chosen(field: Field, choice: Choice) -> str:
    parts = [range_text(field, choice)]
    if choice.included:
        parts.append(f"● {len(choice.included)}")
    if choice.excluded:
        parts.append(f"✕ {len(choice.excluded)}")
    return " ".join(part for part in parts if part)


def _number(bound: Bound) -> float:
    return float(bound.toordinal()) if isinstance(bound, dt.date) else float(bound)
