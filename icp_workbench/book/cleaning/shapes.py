"""Texts by their shape: alike but for their digits. A million amounts have some dozen shapes, and what a
pattern finds in a shape it has found in all its texts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

_DIGITS_AS_ZERO = np.arange(256, dtype=np.uint8)
_DIGITS_AS_ZERO[ord("1") : ord("9") + 1] = ord("0")
_FEW = 64  # shapes: as many as columns of a wide table have in common, and the search of them is remembered


@dataclass(frozen=True)
class Parts:
    """The texts that a pattern matches, at `at` among all, and what its named groups found in each: ""
    where a group found nothing."""

    at: npt.NDArray[np.int64]
    found: dict[str, pa.Array]

    def __getitem__(self, name: str) -> pa.Array:
        return self.found[name]

    def __contains__(self, name: str) -> bool:
        return name in self.found


class Shapes:
    """The shapes of some texts no longer than `longest` characters; longer ones match nothing."""

    def __init__(self, texts: pa.Array, longest: int) -> None:
        short = np.asarray(pc.less_equal(pc.utf8_length(texts), longest))
        self._at = np.flatnonzero(short)
        held = pa.concat_arrays([texts if short.all() else texts.take(pa.array(self._at))]).cast(pa.string())
        self._starts, self._bytes = string_buffers(held)
        shapes = pa.StringArray.from_buffers(
            len(held),
            pa.py_buffer(self._starts - self._starts[0]),
            pa.py_buffer(_DIGITS_AS_ZERO[self._bytes[self._starts[0] : self._starts[-1]]]),
        ).dictionary_encode()
        self._shape = np.asarray(shapes.indices)
        self.distinct = shapes.dictionary

    def match(self, pattern: str, among: npt.NDArray[np.bool_] | None = None) -> Parts:
        """The texts (of those `among`: bool, one for each shape) that a pattern matches, taken apart. Every
        digit is 0 to the pattern. It is read by RE2, whose time is linear in the text whatever the pattern.
        """
        candidates = np.arange(len(self.distinct)) if among is None else np.flatnonzero(among)
        spans = _spans(self.distinct.take(pa.array(candidates)), pattern)
        alike = np.asarray(spans.is_valid())
        matched = candidates[alike]
        place = np.full(len(self.distinct), -1, np.int32)
        place[matched] = np.arange(len(matched), dtype=np.int32)
        which = place[self._shape]
        held = np.flatnonzero(which >= 0)
        spans = spans.filter(pa.array(alike))
        found = {
            part.name: self._cut(held, which[held], spans.field(number))
            for number, part in enumerate(spans.type)
        }
        return Parts(self._at[held], found)

    def matching(self, pattern: str) -> npt.NDArray[np.bool_]:
        """Which shapes a pattern matches: bool, one for each of `distinct`."""
        return np.asarray(_spans(self.distinct, pattern).is_valid())

    def _cut(self, held: npt.NDArray[np.int64], which: npt.NDArray[np.int32], spans: pa.Array) -> pa.Array:
        """Of each text at `held` the bytes of the span of its shape."""
        if not len(held):
            return pa.array([], pa.string())
        known = np.asarray(spans.is_valid())
        ends = np.zeros((len(spans), 2), np.int32)
        ends[known] = np.asarray(spans.drop_null().flatten()).reshape(-1, 2)
        lengths = ends[which, 1]
        offsets = np.zeros(len(held) + 1, np.int32)
        np.cumsum(lengths, out=offsets[1:])
        shift = self._starts[held] + ends[which, 0] - offsets[:-1]
        data = self._bytes[np.arange(offsets[-1], dtype=np.int32) + np.repeat(shift, lengths)]
        return pa.StringArray.from_buffers(len(held), pa.py_buffer(offsets), pa.py_buffer(data))


def _spans(shapes: pa.Array, pattern: str) -> pa.StructArray:
    """Where each named group of a pattern stands in each shape; null for those it does not match."""
    if len(shapes) <= _FEW:
        return _remembered_spans(tuple(shapes.to_pylist()), pattern)
    return pc.extract_regex_span(shapes, pattern)


@lru_cache(4096)
def _remembered_spans(shapes: tuple[str, ...], pattern: str) -> pa.StructArray:
    """A pattern takes longer to compile than to search a column for."""
    return pc.extract_regex_span(pa.array(shapes, pa.string()), pattern)


def string_buffers(held: pa.StringArray) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.uint8]]:
    """The offsets of a string array (one more than texts) and the bytes they point into."""
    _, offsets, data = held.buffers()
    if offsets is None or not len(held):
        return np.zeros(1, np.int32), np.empty(0, np.uint8)
    starts = np.frombuffer(offsets, np.int32)[held.offset : held.offset + len(held) + 1]
    return starts, np.frombuffer(data, np.uint8) if data is not None else np.empty(0, np.uint8)
