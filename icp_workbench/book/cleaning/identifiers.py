"""Columns whose digits are names, not figures: ids, telephone numbers, postal codes, 007."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from icp_workbench.book.cleaning.distinct_texts import DistinctTexts
from icp_workbench.book.vocabulary import (
    ACCOUNT_ITSELF,
    IDENTIFIER,
    NAMES_ONE,
    NUMBERING,
    RUN_TOGETHER,
    words,
)

_POSTAL = words("zip zipcode postal postcode plz postleitzahl")
_TELEPHONE = words("phone telephone tel mobile fax telefon")
_LONGEST_FIGURE = 15  # digits that a float64 surely holds
_LONG_ENOUGH = 7  # digits of a telephone number


def named_identifier(name: str, header: frozenset[str]) -> bool:
    """Whether the header (its snake_case `name`, its words) alone says so: Account ID, uuid, Account ID
    (18)."""
    last = _last(name)
    return last in IDENTIFIER or (last in ("15", "18") and "id" in header)


def is_identifier(name: str, header: frozenset[str], held: DistinctTexts) -> bool:
    """By the header; "number" and "code" where nearly every row has its own, or of an account; account names
    that are digits; whole numbers so long that a float64 would change them."""
    if named_identifier(name, header):
        return True
    if _last(name) in NUMBERING and not header & (_POSTAL | _TELEPHONE):
        return len(held) > 0.9 * held.rows or bool(header & ACCOUNT_ITSELF)
    if name.startswith("id_") and (len(held) > 0.9 * held.rows or header & ACCOUNT_ITSELF):
        return True  # ID de la cuenta
    if header & ACCOUNT_ITSELF and header <= ACCOUNT_ITSELF | NAMES_ONE:
        return bool(pc.all(pc.utf8_is_digit(held.texts)).as_py())
    return _share(held, rf"^\d{{{_LONGEST_FIGURE + 1},}}$") > 0.5


def digits_are_labels(header: frozenset[str], held: DistinctTexts) -> bool:
    """Whether digits stand for something else than a figure: postal codes, telephone numbers, codes with
    zeros in front."""
    if header & _POSTAL:
        return True
    if header & _TELEPHONE:
        return _share(held, rf"^\+?[\d ().\-/]{{{_LONG_ENOUGH},}}$") > 0.5
    zero_first = _share(held, r"^0\d+$")
    if not zero_first:
        return False
    digits = held.texts.filter(pc.utf8_is_digit(held.texts))
    return zero_first >= 0.01 or len(pc.unique(pc.utf8_length(digits))) == 1


def _last(name: str) -> str:
    last = name.rsplit("_", 1)[-1]
    return RUN_TOGETHER.get(last, last).rsplit(" ", 1)[-1]


def _share(held: DistinctTexts, pattern: str) -> float:
    """The share of the filled rows whose text is as the pattern says."""
    alike = np.asarray(pc.match_substring_regex(held.texts, pattern))
    return float(held.counts[alike].sum()) / max(held.rows, 1)


def whole_names(array: pa.ChunkedArray) -> bool:
    """Whether a stored column of whole numbers holds some so large that a float64 would change them."""
    if not pa.types.is_integer(array.type):
        return False
    ends = pc.min_max(array).as_py()
    return any(end is not None and abs(end) > 2**53 for end in ends.values())
