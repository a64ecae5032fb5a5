"""Cells that hold several values: `dbt;Snowflake`, `a | b`, `["a", "b"]` → sets."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from icp_workbench.book.cleaning.distinct_texts import DistinctTexts
from icp_workbench.book.vocabulary import words

SEPARATOR = ";"  # between the members of a set where nobody says otherwise
JSON_LIST = "[]"  # in place of a separator: cells are lists as JSON writes them
_STRONG = (";", "|")  # nobody writes these within a label or a name
_WEAK = (",", "\n")
_FEW = 20  # distinct cells up to which one member that comes back is enough
_SMALL = 20  # members of a vocabulary that is small whatever the number of cells
_LONGEST_LABEL = 30  # characters on average: what is longer are sentences
_MANY = 1000  # distinct cells
_MOST_JSON = 100_000  # distinct cells that are read one by one
_ONE_THING = words(
    "name names address street location city place title owner agent contact person full first last "
    "description comment comments notes note summary text"
)


def separator_of(held: DistinctTexts, header: frozenset[str]) -> str | None:
    """What stands between the members where cells hold several values; None where they hold one.

    They do when some do, from a small vocabulary that comes back in other cells. After a comma more is asked,
    since names and places have commas too: some cells must hold one member alone, and members must come back
    in different positions. `header` are the words of the header.
    """
    if _is_json(held):
        return JSON_LIST
    for separator in (*_STRONG, *_WEAK):
        if separator in _WEAK and header & _ONE_THING:
            continue
        several = np.asarray(pc.match_substring(held.texts, separator))
        if several.any() and held.counts[several].sum() >= 0.02 * held.rows and _are_sets(held, separator):
            return separator
    return None


def members_of(
    texts: pa.Array, separator: str, groups: Mapping[str, Sequence[str]] = MappingProxyType({})
) -> pa.ListArray:
    """The members of each text, trimmed and without empty ones, those of `groups` under their one name."""
    lists = _json_lists(texts) if separator == JSON_LIST else pc.split_pattern(texts, separator)
    offsets = np.asarray(lists.offsets)
    parts = pc.utf8_trim_whitespace(lists.values).dictionary_encode()
    values = grouped(parts.dictionary, groups).take(parts.indices)
    keep = np.asarray(pc.not_equal(values, ""))
    ends = np.concatenate([[0], np.cumsum(keep)])[offsets].astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(ends), values.filter(pa.array(keep)))


def grouped(texts: pa.Array, groups: Mapping[str, Sequence[str]]) -> pa.Array:
    """The texts, those that are spellings of one of `groups` as that value; upper and lower case alike."""
    pairs = [(spelt.strip().lower(), value) for value, held in groups.items() for spelt in held]
    if not pairs:
        return texts
    at = pc.index_in(pc.utf8_lower(texts), value_set=pa.array([spelt for spelt, _ in pairs], texts.type))
    return pc.coalesce(pa.array([value for _, value in pairs], texts.type).take(at), texts)


def _are_sets(held: DistinctTexts, separator: str) -> bool:
    if (separator in _WEAK and len(held) > max(_MANY, 0.5 * held.rows)) or _sentences(held, separator):
        return False
    members = members_of(held.texts, separator)
    sizes = np.diff(np.asarray(members.offsets))
    encoded = members.values.dictionary_encode()
    size = len(encoded.dictionary)
    if size > max(_SMALL, 0.5 * len(held)) or not (sizes > 1).any():
        return False
    part = np.asarray(encoded.indices).astype(np.int64)
    cell = np.repeat(np.arange(len(held)), sizes)
    cells_with = np.bincount(np.unique(cell * size + part) % size, minlength=size)
    listed = np.unique(part[np.repeat(sizes > 1, sizes)])
    returning = float((cells_with[listed] > 1).mean())
    if separator in _STRONG:
        return returning >= 0.5 or (len(held) <= _FEW and returning > 0)
    first = np.zeros(len(part), dtype=bool)
    first[np.concatenate([[0], np.cumsum(sizes)[:-1]])[sizes > 0]] = True
    moving = np.isin(listed, np.intersect1d(part[first], part[~first])).mean()
    # A member that stands alone in some cell and beside others elsewhere: places and names do not.
    alone = np.unique(part[np.repeat(sizes == 1, sizes)])
    return bool(
        returning >= 0.6 and moving >= 0.3 and np.isin(alone, listed).any() and _short(encoded.dictionary)
    )


def _sentences(held: DistinctTexts, separator: str) -> bool:
    """Whether what stands between separators is too long for labels, or hardly any of it comes back in many
    cells: a look at some spares the splitting of all."""
    parts = pc.split_pattern(held.by_frequency().texts.slice(0, _MANY), separator).flatten()
    if pc.mean(pc.utf8_length(pc.utf8_trim_whitespace(parts))).as_py() > _LONGEST_LABEL:
        return True
    return len(held) > _MANY and len(parts.unique()) > 0.5 * _MANY


def _short(labels: pa.Array) -> bool:
    return bool(pc.all(pc.less_equal(pc.count_substring(labels, " "), 2)).as_py())


def _is_json(held: DistinctTexts) -> bool:
    listed = np.asarray(pc.and_(pc.starts_with(held.texts, "["), pc.ends_with(held.texts, "]")))
    return len(held) <= _MOST_JSON and bool(listed.any()) and held.counts[listed].sum() >= 0.9 * held.rows


def _json_lists(texts: pa.Array) -> pa.ListArray:
    return pa.array([_listed(text) for text in texts.to_pylist()], pa.list_(pa.string()))


def _listed(text: str) -> list[str]:
    """The members of one list as JSON writes it, or as Python does with single quotes."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return [part.strip().strip("'\"") for part in text.strip("[]").split(",")]
    if not isinstance(found, list):
        return [text]
    return [part if isinstance(part, str) else json.dumps(part) for part in found if part is not None]
