"""An Arrow column as found → its distinct texts, trimmed, and which of them each row has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from icp_workbench.book.cleaning.column import Codes, Texts

_MANY = 2**31 - 2**20  # bytes beyond which a string array needs long offsets
_SEPARATORS = (";", "|", "\u241e")


@dataclass(frozen=True)
class DistinctTexts:
    """`codes[row]` (-1: null) points into `texts`, Arrow strings without repeats; `counts[i]` rows have i."""

    codes: Codes
    texts: pa.Array
    counts: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def rows(self) -> int:
        """Rows that have a text."""
        return int(self.counts.sum())

    def without(self, gone: npt.NDArray[np.bool_]) -> DistinctTexts:
        """The same with some texts (bool, one for each) taken for nothing."""
        if not gone.any():
            return self
        kept = np.flatnonzero(~gone)
        place = np.full(len(self) + 1, -1, np.int32)
        place[kept] = np.arange(len(kept), dtype=np.int32)
        return DistinctTexts(place[self.codes], self.texts.take(pa.array(kept)), self.counts[kept])

    def only_at(self, rows: npt.NDArray[np.bool_]) -> DistinctTexts:
        """The same with nothing in any other row."""
        if rows[self.codes >= 0].all():
            return self
        return _counted(np.where(rows, self.codes, -1).astype(np.int32), self.texts)

    def spelt_as(self, texts: pa.Array) -> DistinctTexts:
        """The same rows with `texts[i]` in place of text i; what became alike is one."""
        return _counted(self.codes, texts)

    def by_frequency(self) -> DistinctTexts:
        """The most frequent first, those of the same frequency as they were found."""
        falling = self.counts[:-1] >= self.counts[1:]
        if falling.all():
            return self
        backwards = self.counts.max() - self.counts
        small = backwards.astype(np.uint16) if backwards.max() < 2**16 else backwards  # sorted in linear time
        order = np.argsort(small, kind="stable")
        place = np.full(len(self) + 1, -1, np.int32)
        place[order] = np.arange(len(order), dtype=np.int32)
        return DistinctTexts(place[self.codes], self.texts.take(pa.array(order)), self.counts[order])

    def as_texts(self, members: pa.ListArray | None = None) -> Texts:
        """As a Column holds them."""
        return Texts.of(self.codes, self.texts, members)


def distinct_texts(array: pa.ChunkedArray) -> DistinctTexts:
    """The distinct texts of a column of any Arrow type: numbers, dates and lists as they are written out."""
    if pa.types.is_null(array.type):
        array = array.cast(pa.string())
    if is_list(array.type):
        array = _joined(array)
    if pa.types.is_nested(array.type) or _is_bytes(array.type):
        array = _shown(array)
    made_here = not pa.types.is_dictionary(array.type)  # then its texts do not repeat
    if made_here:
        array = array.dictionary_encode()
    if not made_here:
        array = array.unify_dictionaries()
    if not array.num_chunks:
        return DistinctTexts(np.empty(0, np.int32), pa.array([], pa.string()), np.empty(0, np.int64))
    # All chunks have the dictionary in common: putting the chunks together would hash it once more for each.
    indices = [_without_null(chunk.indices) for chunk in array.chunks]
    codes = np.concatenate(indices)
    found = array.chunk(0).dictionary
    texts = _written(found)
    trimmed = _unwrapped(pc.utf8_trim(texts, _TRIMMED)) if is_text(found.type) else texts
    alike = trimmed is texts or pc.all(pc.equal(trimmed, texts)).as_py()
    if made_here and alike and not pa.types.is_floating(found.type):  # -0.0 and 0.0 are written alike
        counts = np.bincount(codes + 1, minlength=len(texts) + 1)[1:].astype(np.int64)
        return DistinctTexts(codes, texts, counts)
    return _counted(codes, trimmed)


def _without_null(indices: pa.Array) -> Codes:
    held = indices.fill_null(-1) if indices.null_count else indices
    return np.asarray(held).astype(np.int32, copy=False)


def is_text(kind: pa.DataType) -> bool:
    """Whether a column of that Arrow type holds text."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)


def _counted(codes: Codes, texts: pa.Array) -> DistinctTexts:
    """Texts that may repeat, be null or stand for no row → distinct ones."""
    again = texts.dictionary_encode()
    if len(again.dictionary) < len(texts) or again.null_count:
        place = np.append(np.asarray(again.indices.fill_null(-1)), -1).astype(np.int32)
        codes, texts = place[codes], again.dictionary
    counts = np.bincount(codes + 1, minlength=len(texts) + 1)[1:].astype(np.int64)
    return DistinctTexts(codes, texts, counts).without(counts == 0)


# What Python's str.strip takes away, and the mark of byte order that some files begin with.
_TRIMMED = "".join(chr(code) for code in range(0x3001) if chr(code).isspace()) + "\ufeff"


# How exports keep a spreadsheet from reading a text as a number or a formula: ="007", '007, '=1+1.
_KEPT_AS_TEXT = r"^(?:=\"([^\"]*)\"|'([-+=@0-9].*))$"


def _unwrapped(texts: pa.Array) -> pa.Array:
    guarded = pc.or_(pc.starts_with(texts, '="'), pc.starts_with(texts, "'"))
    if not pc.any(guarded).as_py():
        return texts
    return pc.replace_substring_regex(texts, _KEPT_AS_TEXT, r"\1\2")


def _written(values: pa.Array) -> pa.Array:
    kind = values.type
    if pa.types.is_floating(kind) and _whole(values):
        values = values.cast(pa.int64())
    elif pa.types.is_timestamp(kind) and _midnights(values):
        values = pc.cast(values, pa.date32(), safe=False)
    elif pa.types.is_duration(kind):
        values = pc.cast(values, pa.int64())
    text = pc.cast(values, pa.large_string() if pa.types.is_large_string(kind) else pa.string())
    return text.cast(pa.string()) if text.type != pa.string() and text.nbytes < _MANY else text


def _whole(values: pa.Array) -> bool:
    numbers = values.drop_null().to_numpy(zero_copy_only=False)
    return bool((np.abs(numbers) < 2**53).all() and (np.floor(numbers) == numbers).all())


def _midnights(values: pa.Array) -> bool:
    moments = values.drop_null().to_numpy(zero_copy_only=False)
    return bool((moments == moments.astype("datetime64[D]")).all())


def is_list(kind: pa.DataType) -> bool:
    """Whether a column of that Arrow type holds lists."""
    return pa.types.is_list(kind) or pa.types.is_large_list(kind)


def _is_bytes(kind: pa.DataType) -> bool:
    return pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind)


def list_separator(array: pa.ChunkedArray) -> str:
    """A separator that no member of a column of lists contains."""
    members = pc.list_flatten(array)
    if not is_text(members.type):
        return _SEPARATORS[0]
    return next(
        (mark for mark in _SEPARATORS if not pc.any(pc.match_substring(members, mark)).as_py()),
        _SEPARATORS[-1],
    )


def _joined(array: pa.ChunkedArray) -> pa.ChunkedArray:
    members = array.type.value_type
    if pa.types.is_nested(members) or _is_bytes(members):
        return _shown(array)
    separator = list_separator(array)
    written = pc.cast(array, pa.list_(pa.string()))
    chunks = [pc.binary_join(_without_nulls(chunk), separator) for chunk in written.chunks]
    return pa.chunked_array(chunks, pa.string())


def _without_nulls(lists: pa.ListArray) -> pa.ListArray:
    """A null member would make its whole list null."""
    if not lists.flatten().null_count:
        return lists
    held = [None if one is None else [part for part in one if part is not None] for one in lists.to_pylist()]
    return pa.array(held, pa.list_(pa.string()))


def _shown(array: pa.ChunkedArray) -> pa.ChunkedArray:
    """Structures and bytes, which are rare and not for analysis, as Python shows them."""
    held = [None if item is None else str(item) for item in array.to_pylist()]
    return pa.chunked_array([pa.array(held, pa.string())])
