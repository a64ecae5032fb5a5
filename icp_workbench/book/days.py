"""Dates as people write them → datetime64[s], the order of day and month settled by the whole column."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Order = Literal["D/M/Y", "M/D/Y"]

_TIME = (
    r"(?:[T ,]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?)?\s*(?P<zone>Z|UTC|GMT|[-+]\d{2}:?\d{2})?"
)
_ISO = re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})" + _TIME)
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_SLASHED = re.compile(
    r"(?P<first>\d{1,2})(?P<mark>[-/.])(?P<second_part>\d{1,2})(?P=mark)(?P<year>\d{4}|\d{2})" + _TIME
)
_NAMED = re.compile(
    r"(?:[A-Za-z]{3,9}, +)?(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?[- .]+(?P<name>[A-Za-z]{3,9})\.?"
    r"|(?P<name2>[A-Za-z]{3,9})\.?[- ]+(?P<day2>\d{1,2})(?:st|nd|rd|th)?,?)[-, ]+(?P<year>\d{4}|\d{2})"
    + _TIME
)
_COMPACT = re.compile(r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_LONGEST = 60  # characters: nobody writes a longer date
_EXCEL_EPOCH = dt.datetime(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class Days:
    """Dates of a column's distinct texts (NaT: unreadable). `order` is None where none was needed;
    `ambiguous` when no date of the column tells day from month and `order` is an assumption; `unsettled`
    counts the rows that do not tell day from month on their own.
    """

    values: npt.NDArray[np.datetime64]
    order: Order | None
    ambiguous: bool
    unsettled: int


def parse_days(texts: Sequence[str], counts: npt.NDArray[np.int64], *, is_date_column: bool) -> Days:
    """Read `texts` (distinct values, `counts[i]` rows each) as dates.

    ISO with or without time, D/M/Y and M/D/Y with two- or four-digit years, month names; where the header
    speaks of dates also 20260305 and Excel's serial numbers. Times with an offset are taken to UTC.
    """
    if all(_ISO_DAY.fullmatch(text) for text in texts):
        try:
            return Days(np.array(list(texts), dtype="datetime64[s]"), None, False, 0)
        except ValueError:
            pass  # a day such as 2026-02-30: read one by one
    slashed = [_SLASHED.fullmatch(text) for text in texts]
    order, ambiguous, unsettled = _order(slashed, counts)
    values = np.full(len(texts), np.datetime64("NaT"), dtype="datetime64[s]")
    for row, (text, match) in enumerate(zip(texts, slashed, strict=True)):
        moment = _slashed(match, order) if match else _other(text, is_date_column)
        if moment is not None:
            values[row] = np.datetime64(moment, "s")
    return Days(values, order, ambiguous, unsettled)


def _order(
    matches: Sequence[re.Match[str] | None], counts: npt.NDArray[np.int64]
) -> tuple[Order | None, bool, int]:
    day_first = month_first = unsettled = alike = seen = dotted = 0
    for match, count in zip(matches, counts, strict=True):
        if match is None:
            continue
        seen += 1
        dotted += match["mark"] == "."
        first, second = int(match["first"]), int(match["second_part"])
        if first > 12 >= second:
            day_first += int(count)
        elif second > 12 >= first:
            month_first += int(count)
        else:
            unsettled += int(count)
            alike += int(count) if first == second else 0
    if not seen:
        return None, False, 0
    if day_first or month_first:
        return ("D/M/Y" if day_first >= month_first else "M/D/Y"), False, unsettled
    # Points are written where the day comes first; for strokes the most common export is American.
    return ("D/M/Y" if dotted else "M/D/Y"), unsettled > alike and not dotted, unsettled


def _slashed(match: re.Match[str], order: Order | None) -> dt.datetime | None:
    first, second = int(match["first"]), int(match["second_part"])
    day, month = (first, second) if order == "D/M/Y" else (second, first)
    return _moment(match, _year(match["year"]), month, day)


def _other(text: str, is_date_column: bool) -> dt.datetime | None:
    if len(text) > _LONGEST:
        return None
    if match := _ISO.fullmatch(text):
        return _moment(match, int(match["year"]), int(match["month"]), int(match["day"]))
    if match := _NAMED.fullmatch(text):
        name = (match["name"] or match["name2"]).lower()
        month = _MONTHS.get(name[:3])
        if month is None or (len(name) > 3 and not _is_month(name)):
            return None
        return _moment(match, _year(match["year"]), month, int(match["day"] or match["day2"]))
    if is_date_column and (match := _COMPACT.fullmatch(text)):
        return _moment(None, int(match["year"]), int(match["month"]), int(match["day"]))
    if is_date_column and _SERIAL.fullmatch(text) and 20_000 <= float(text) < 80_000:
        return _EXCEL_EPOCH + dt.timedelta(seconds=round(float(text) * 86_400))
    return None


def _is_month(name: str) -> bool:
    full = "january february march april may june july august september sept october november december"
    return name in full.split()


def _year(text: str) -> int:
    year = int(text)
    return year if len(text) == 4 else year + (2000 if year < 70 else 1900)


def _moment(match: re.Match[str] | None, year: int, month: int, day: int) -> dt.datetime | None:
    hour = minute = second = 0
    if match is not None and match["hour"]:
        hour, minute, second = int(match["hour"]), int(match["minute"]), int(match["second"] or 0)
        half = (match["half"] or "").lower()[:1]
        hour = hour % 12 + (12 if half == "p" else 0) if half else hour
    try:
        moment = dt.datetime(year, month, day, hour, minute, second)
        zone = match["zone"] if match is not None else None
        if zone and zone[0] in "+-":
            offset = dt.timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
            moment -= offset if zone[0] == "+" else -offset
        return moment
    except (ValueError, OverflowError):
        return None
