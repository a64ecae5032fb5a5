"""Which lines are plain records of the table's width: proved over the bytes, many at a time.

What is proved here may be parsed by any reader of CSV: there is one right reading of it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from icp_workbench.book.reading.dialects import Dialect

Spans = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
LONGEST = 64 << 20  # bytes of a span that is looked at; a longer one is not called exact
_CHUNK = 8 << 20  # bytes looked at in one go


def exact_spans(
    data: npt.NDArray[np.uint8],
    starts: Spans,
    ends: Spans,
    dialect: Dialect,
    width: int,
    tell: Callable[[float], None] = lambda share: None,
) -> tuple[Mask, npt.NDArray[np.uint8]]:
    """Per span data[starts[i]:ends[i]] of UTF-8: is it exactly one record of `width` cells? Quotes modulo 2.

    True where every quote opens at the start of a cell, closes at its end or is doubled within it, the
    delimiters outside of quotes number width - 1, and there is no NUL and no escape character. Spans are in
    order and apart by line endings only.
    """
    count = len(starts)
    exact = np.zeros(count, bool)
    odd = np.zeros(count, np.uint8)
    if dialect.skip_space or dialect.delimiter == " ":
        return exact, odd
    at = 0
    while at < count:
        if ends[at] - starts[at] > LONGEST:
            at += 1
            continue
        until = max(at + 1, int(np.searchsorted(ends, starts[at] + _CHUNK, "right")))
        exact[at:until], odd[at:until] = _chunk(data, starts[at:until], ends[at:until], dialect, width)
        at = until
        tell(at / count)
    return exact & (ends - starts <= LONGEST), odd


def _chunk(
    data: npt.NDArray[np.uint8], starts: Spans, ends: Spans, dialect: Dialect, width: int
) -> tuple[Mask, npt.NDArray[np.uint8]]:
    first = int(starts[0])
    part = data[first : int(ends[-1])]
    starts, ends = starts - first, ends - first
    delimiters = np.flatnonzero(part == ord(dialect.delimiter))
    quotes = np.flatnonzero(part == ord(dialect.quote))
    odd = np.zeros(len(starts), np.uint8)
    wrong: list[Spans] = []
    quoted: Spans | None = None
    if len(quotes):
        number = np.searchsorted(quotes, ends) - np.searchsorted(quotes, starts)
        odd = (number & 1).astype(np.uint8)
        if odd.any():
            quotes = quotes[np.repeat(odd == 0, number)]
        # With an even number in every span they take turns: one opens, the next closes.
        opens, closes = quotes[0::2], quotes[1::2]
        wrong.append(_misplaced(part, opens, closes, starts, ends, dialect))
        held = np.searchsorted(delimiters, closes) - np.searchsorted(delimiters, opens)
        if held.any():
            sums = np.concatenate(([0], np.cumsum(held)))
            quoted = sums[np.searchsorted(closes, ends)] - sums[np.searchsorted(opens, starts)]
    if not part.all():
        wrong.append(np.flatnonzero(part == 0))
    if dialect.escape:
        wrong.append(np.flatnonzero(part == ord(dialect.escape)))
    exact = _have(delimiters, starts, ends, width - 1, quoted) & (odd == 0) & (ends > starts)
    for places in wrong:
        exact[np.searchsorted(starts, places, "right") - 1] = False
    return exact, odd


def _misplaced(
    part: npt.NDArray[np.uint8], opens: Spans, closes: Spans, starts: Spans, ends: Spans, dialect: Dialect
) -> Spans:
    """Quotes that open within a cell, or close before its end."""
    quote, delimiter = ord(dialect.quote), ord(dialect.delimiter)
    previous = part[np.maximum(opens - 1, 0)]
    ill = (previous != delimiter) & (previous != quote)
    ill[ill] = ~_among(opens[ill], starts)
    following = part[np.minimum(closes + 1, len(part) - 1)]
    bad = (following != delimiter) & (following != quote)
    bad[bad] = ~_among(closes[bad] + 1, ends)
    return np.concatenate((opens[ill], closes[bad]))


def _among(values: Spans, ordered: Spans) -> Mask:
    places = np.minimum(np.searchsorted(ordered, values), len(ordered) - 1)
    return np.asarray(ordered[places] == values)


def _have(places: Spans, starts: Spans, ends: Spans, number: int, less: Spans | None) -> Mask:
    """Which spans hold exactly `number` of the ordered places, `less` of each span not counted."""
    count = len(starts)
    if less is None and number and len(places) == count * number:
        grid = places.reshape(count, number)
        if (grid[:, 0] >= starts).all() and (grid[:, -1] < ends).all():
            return np.ones(count, bool)
    held = np.searchsorted(places, ends) - np.searchsorted(places, starts)
    return np.asarray((held if less is None else held - less) == number)
