"""Dates as people write them → datetime64[s], the order of day and month settled by the whole column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from icp_workbench.book.cleaning.months import MONTHS
from icp_workbench.book.cleaning.shapes import Parts, Shapes

Order = Literal["D/M/Y", "M/D/Y"]
Moments = npt.NDArray[np.datetime64]
Whole = npt.NDArray[np.int64]

_LONGEST = 60  # characters: nobody writes a longer date
_YEAR = r"(?P<year>\d{4}|\d{2})"

# To these every digit is 0: see `Shapes`.
_TIME = (
    r"(?:[T ,]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
    r" *(?P<half>[AaPp]\.? ?[Mm]\.?)?)? *(?P<zone>Z|UTC|GMT|[-+]\d{2}(?::?\d{2})?)?(?: *\([^()]*\))?$"
)
_ISO = r"^(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})" + _TIME
_SLASHED = (
    r"^(?P<first>\d{1,2})(?:/(?P<second_stroke>\d{1,2})/|-(?P<second_dash>\d{1,2})-|\.(?P<second_dot>\d{1,2})\.)"
    + _YEAR
    + _TIME
)
_LETTER = r"[^ 0-9.,/:;()-]"  # a class of letters in all scripts would take milliseconds to compile
_WEEKDAY = rf"^(?:{_LETTER}{{2,10}}\.?,? +)?"
_NAME = rf"(?P<name>{_LETTER}{{3,10}})\.?"
_DAY_NAMED = (
    rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|e|º|ª|°)?[-. /]*(?:(?:de|of) )?"
    rf"{_NAME}[-. ,/']*(?:de )?{_YEAR}{_TIME}"
)
_NAMED_DAY = rf"{_WEEKDAY}{_NAME}[-. /]+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[-. ,/]+{_YEAR}{_TIME}"
_MONTH = r"^(?P<year>\d{4})[-/.](?P<month>\d{1,2})$"
_MONTH_FIRST = r"^(?P<month>\d{1,2})[-/.](?P<year>\d{4})$"
_MONTH_NAMED = rf"^{_NAME}[-. ,/']+(?:de )?(?P<year>\d{{4}})$"

# What systems write where there is no date: nought, Excel's day nought, the first and the last day they know.
_PLACEHOLDER = (
    r"^(?:0{4}[-/.]0{1,2}[-/.]0{1,2}|0{1,2}[-/.]0{1,2}[-/.]0{4}|1900[-/.]0?1[-/.]00?|00?[-/.]0?1[-/.]1900"
    r"|0?1[-/.]00?[-/.]1900|0001-01-01|0?1[-/.]0?1[-/.]0001|9999-12-31|31[-/.]12[-/.]9999|12[-/.]31[-/.]9999)"
    r"(?:[T ,]+[\d:.]+ *(?:[AaPp][Mm])? *(?:Z|UTC|[-+][\d:]+)?)?$"
)
_LOOKS_LIKE = r"^[^0]{0,24}0"
_FIRST, _LAST = np.datetime64("0002-01-01", "s"), np.datetime64("9999-12-31", "s")
_EXCEL_EPOCH = np.datetime64("1899-12-30", "s")
_SERIALS = (20_000.0, 80_000.0)  # 1954 to 2119
_SECONDS = (473_385_600.0, 4_102_444_800.0)  # 1985 to 2100


@dataclass(frozen=True, slots=True)
class Days:
    """Dates of a column's distinct texts (NaT: unreadable). `order` is None where none was needed;
    `ambiguous` when no date of the column tells day from month and `order` is an assumption; `unsettled`
    counts the rows that do not tell day from month on their own, `months` those that name a month without a
    day and stand for its first.
    """

    values: Moments
    order: Order | None = None
    ambiguous: bool = False
    unsettled: int = 0
    months: int = 0


def is_placeholder(texts: pa.Array, moments: Moments) -> npt.NDArray[np.bool_]:
    """Which texts are dates that systems write where there is none: bool, one for each. `moments` are what
    they were read as."""
    at = np.flatnonzero(np.isnat(moments) | (moments < _FIRST) | (moments >= _LAST))
    found = np.zeros(len(texts), dtype=bool)
    if len(at):
        found[at] = np.asarray(pc.match_substring_regex(texts.take(pa.array(at)), _PLACEHOLDER))
    return found


def parse_days(texts: pa.Array, counts: npt.NDArray[np.int64], order: Order | None = None) -> Days:
    """Read `texts` (distinct values, `counts[i]` rows each) as dates.

    ISO with or without time, D/M/Y and M/D/Y with two- or four-digit years, names of months in seven
    languages, months without a day. Times with an offset are taken to UTC. `order` decides beforehand which
    of day and month comes first.
    """
    quick = _all_iso(texts)
    if quick is not None:
        return Days(quick)
    values = _none(len(texts))
    shapes = Shapes(texts, _LONGEST)
    rest = shapes.matching(_LOOKS_LIKE)
    found: Days | None = None
    months = 0
    for pattern, part in ((_ISO, ""), (_SLASHED, "slashed"), (_DAY_NAMED, ""), (_NAMED_DAY, ""),
                          (_MONTH, "month"), (_MONTH_FIRST, "month"), (_MONTH_NAMED, "month")):  # fmt: skip
        if not rest.any():
            break
        held = shapes.match(pattern, rest)
        if not len(held.at):
            continue
        rest &= ~shapes.matching(pattern)
        if part == "slashed":
            found = _slashed(held, counts[held.at], order)
            values[held.at] = found.values
            continue
        values[held.at] = _moments(held, whole_month=part == "month")
        if part == "month":
            months += int(counts[held.at][~np.isnat(values[held.at])].sum())
    if found is None:
        return Days(values, months=months)
    return Days(values, found.order, found.ambiguous, found.unsettled, months)


def numeric_days(numbers: npt.NDArray[np.float64]) -> Moments | None:
    """The dates that the figures of a column stand for (NaN: none), where all of them are 20260305, Excel's
    serial numbers, or seconds or milliseconds since 1970. None where they are not."""
    known = np.isfinite(numbers)
    held = numbers[known]
    if not len(held):
        return None
    values = _none(len(numbers))
    low, high = held.min(), held.max()
    if _SERIALS[0] <= low and high < _SERIALS[1]:
        values[known] = _EXCEL_EPOCH + np.round(held * 86_400).astype("timedelta64[s]")
        return values
    if (held != np.floor(held)).any() and low < _SECONDS[0]:
        return None
    if low >= 19_000_101 and high <= 20_991_231:
        whole = held.astype(np.int64)
        found = _civil(whole // 10_000, whole // 100 % 100, whole % 100).astype("datetime64[s]")
        if np.isnat(found).any():
            return None
        values[known] = found
        return values
    for scale in (1.0, 1e3):
        if _SECONDS[0] * scale <= low and high < _SECONDS[1] * scale:
            values[known] = np.floor(held / scale).astype("datetime64[s]")
            return values
    return None


def _all_iso(texts: pa.Array) -> Moments | None:
    """All texts at once where they are ISO without an offset and exist: what clean exports hold."""
    try:
        pc.cast(texts.slice(0, 1), pa.timestamp("us"))  # the whole cast would fail no sooner
        return np.asarray(pc.cast(texts, pa.timestamp("us")).to_numpy(zero_copy_only=False)).astype(
            "datetime64[s]"
        )
    except pa.ArrowInvalid:
        return None


def _whole(texts: pa.Array) -> Whole:
    """Digits → int64, 0 where there are none."""
    if not texts.buffers()[2].size:
        return np.zeros(len(texts), np.int64)
    filled = pc.if_else(pc.equal(texts, ""), "0", texts)
    return np.asarray(pc.cast(filled, pa.int64())).copy()


def _slashed(parts: Parts, counts: npt.NDArray[np.int64], decided: Order | None) -> Days:
    first = _whole(parts["first"])
    second = sum(_whole(parts[f"second_{mark}"]) for mark in ("stroke", "dash", "dot"))
    assert isinstance(second, np.ndarray)
    day_first = counts[(first > 12) & (second <= 12)].sum()
    month_first = counts[(second > 12) & (first <= 12)].sum()
    open_ = (first <= 12) == (second <= 12)
    unsettled, alike = int(counts[open_].sum()), int(counts[open_ & (first == second)].sum())
    # Points are written where the day comes first; for strokes the most common export is American.
    dotted = bool(pc.any(pc.not_equal(parts["second_dot"], "")).as_py())
    order: Order
    ambiguous = False
    if decided:
        order = decided
    elif day_first or month_first:
        order = "D/M/Y" if day_first >= month_first else "M/D/Y"
    else:
        order, ambiguous = ("D/M/Y" if dotted else "M/D/Y"), unsettled > alike and not dotted
    day, month = (first, second) if order == "D/M/Y" else (second, first)
    return Days(_moments(parts, month=month, day=day), order, ambiguous, unsettled)


def _moments(
    parts: Parts, month: Whole | None = None, day: Whole | None = None, whole_month: bool = False
) -> Moments:
    """Parts of dates → datetime64[s] in UTC, NaT where there is no such day or time."""
    year = _whole(parts["year"])
    short = np.asarray(pc.equal(pc.binary_length(parts["year"]), 2))
    year[short] += np.where(year[short] < 70, 2000, 1900)
    if month is None:
        month = _whole(parts["month"]) if "month" in parts else _named(parts["name"])
    if day is None:
        day = _whole(parts["day"]) if "day" in parts else np.ones(len(year), np.int64)
    if whole_month:
        day = np.where((year >= 1900) & (year < 2100), day, 0)  # 4711-10 is no month
    moments = _civil(year, month, day).astype("datetime64[s]")
    if "hour" not in parts:
        return moments
    hour, minute, second = (_whole(parts[name]) for name in ("hour", "minute", "second"))
    half = pc.utf8_slice_codeunits(pc.utf8_lower(parts["half"]), 0, 1)
    by_halves = np.asarray(pc.not_equal(half, ""))
    possible = (hour < 24) & (minute < 60) & (second < 60) & ~(by_halves & ((hour > 12) | (hour == 0)))
    hour = np.where(by_halves, hour % 12 + 12 * np.asarray(pc.equal(half, "p")), hour)
    seconds = hour * 3600 + minute * 60 + second - _offset(parts["zone"])
    moments = moments + seconds.astype("timedelta64[s]")
    moments[~possible] = np.datetime64("NaT")
    return moments


def _offset(zone: pa.Array) -> Whole:
    """ "+05:30" → 19,800 seconds."""
    digits = pc.replace_substring_regex(zone, r"[^\d]", "")
    hours = _whole(pc.utf8_slice_codeunits(digits, 0, 2))
    minutes = _whole(pc.utf8_slice_codeunits(digits, 2, 4))
    sign = np.where(np.asarray(pc.starts_with(zone, "-")), -1, 1)
    return sign * (hours * 3600 + minutes * 60)


def _named(names: pa.Array) -> Whole:
    """The number of each month, 0 for what is no month."""
    encoded = names.dictionary_encode()
    bare = pc.replace_substring_regex(pc.utf8_normalize(encoded.dictionary, "NFD"), r"\pM", "")
    found = pc.index_in(pc.utf8_lower(bare), value_set=pa.array(list(MONTHS), names.type))
    numbers = np.array([*MONTHS.values(), 0], np.int64)[np.asarray(found.fill_null(len(MONTHS)))]
    return numbers[np.asarray(encoded.indices)]


def _civil(year: Whole, month: Whole, day: Whole) -> Moments:
    """Days of the calendar, NaT where there is no such day."""
    possible = (month >= 1) & (month <= 12) & (day >= 1) & (year >= 1)
    start = (year - 1970).astype("datetime64[Y]").astype("datetime64[M]") + np.where(possible, month - 1, 0)
    moments: Any = start.astype("datetime64[D]") + (day - 1)
    moments[~possible | (moments.astype("datetime64[M]") != start)] = np.datetime64("NaT")
    return np.asarray(moments)


def _none(size: int) -> Moments:
    return np.full(size, np.datetime64("NaT"), dtype="datetime64[s]")
