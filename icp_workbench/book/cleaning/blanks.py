"""Which texts stand for nothing.

Three degrees. What says nothing in any column (`n/a`, `-`, `Select`) is always blank. `None`, and `NA`, say
nothing among numbers, dates and yes/no; elsewhere `None` is an answer ("CRM in use: None") and `NA` one among
short names of places. `Unknown` and its like say nothing among numbers, dates and yes/no; among labels they
do where no cell of the column is empty, since a system that writes Unknown where nothing was filled in leaves
none empty. Where empty cells stand beside it somebody chose it, and it is a level, as it is where the column
is about knowing or holds "Known" too.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from icp_workbench.book.cleaning.distinct_texts import DistinctTexts
from icp_workbench.book.vocabulary import PLACE, words

_ALWAYS = (
    "", "n/a", "#n/a", "n.a.", "#n/a n/a", "null", "nan", "nil", "nat", "<na>", "<null>", "(null)", "[null]",
    "\\n", "#null!", "#ref!", "#value!", "#div/0!", "#name?", "#num!", "-", "--", "---", "–", "—", ".", "?",
    "(blank)", "(empty)", "(no value)", "no value", "no data", "[]", "{}", "k.a.", "keine angabe",
    "tbd", "t.b.d.", "tba", "to be determined",
)  # fmt: skip
_DEFAULTS = (
    "select", "select...", "select one", "please select", "choose", "choose one", "please choose",
    "-- select --", "- select -", "--select--", "-select-", "--none--", "-- none --", "-none-", "- none -",
    "bitte wählen", "bitte auswählen", "auswählen", "sélectionner", "seleccionar", "selecteer",
)  # fmt: skip
_NOT_KNOWN = (
    "unknown", "(unknown)", "not known", "not specified", "not provided", "not available", "not set",
    "not applicable", "unspecified", "undefined", "unbekannt", "inconnu", "desconocido", "desconhecido",
    "sconosciuto", "onbekend",
)  # fmt: skip
_NOT_SAID = ("na", "none")
_KNOWING = words("known knowledge knows aware awareness certainty confidence familiarity")
_KNOWN = ("known", "bekannt", "connu", "aware", "unaware", "unsure", "don't know", "undecided")
_LONGEST = 20  # characters of the longest of all these
_SOME = 0.01  # empty cells, as a share of the rows, from which on they mean something beside Unknown


def says_nothing(texts: pa.Array, blank: Collection[str], kept: Collection[str]) -> npt.NDArray[np.bool_]:
    """Which texts are blank in a column of any type: bool, one for each. `blank` and `kept` are what a person
    decided, upper and lower case alike; `kept` is stronger."""
    return _among(texts, (*_ALWAYS, *_DEFAULTS, *blank)) & ~_among(texts, kept)


def says_nothing_of_values(texts: pa.Array, kept: Collection[str]) -> npt.NDArray[np.bool_]:
    """Which texts are blank besides where the others are numbers, dates or yes/no."""
    return _among(texts, (*_NOT_SAID, *_NOT_KNOWN)) & ~_among(texts, kept)


def says_nothing_of_labels(
    held: DistinctTexts, header: frozenset[str], kept: Collection[str]
) -> npt.NDArray[np.bool_]:
    """Which texts are blank besides where the others are labels; `header` are the words of the header."""
    nothing = np.zeros(len(held), dtype=bool)
    if not _na_is_a_place(held, header):
        nothing |= _among(held.texts, ("na",))
    empty = len(held.codes) - held.rows
    about_knowing = bool(header & _KNOWING) or bool(_among(held.texts, _KNOWN).any())
    if not about_knowing and empty < _SOME * len(held.codes):
        nothing |= _among(held.texts, _NOT_KNOWN)
    return nothing & ~_among(held.texts, kept)


def _na_is_a_place(held: DistinctTexts, header: frozenset[str]) -> bool:
    """NA is a blank, unless its column names places in short capitals (EMEA, APAC, NA; DE, FR, NA)."""
    others = ~_among(held.texts, ("na",))
    if others.all() or not others.any():
        return False
    shape = pc.and_(pc.less_equal(pc.utf8_length(held.texts), 5), pc.utf8_is_upper(held.texts))
    short = int((np.asarray(shape) & others).sum())
    return bool(header & PLACE or short >= 0.8 * others.sum()) and short >= 0.5 * others.sum()


def _among(texts: pa.Array, spellings: Collection[str]) -> npt.NDArray[np.bool_]:
    found = np.zeros(len(texts), dtype=bool)
    if not spellings or not len(texts):
        return found
    known, longest = _known(tuple(spellings))
    short = np.asarray(pc.binary_length(texts)) <= longest
    if short.any():
        lowered = pc.utf8_lower(texts if short.all() else texts.filter(pa.array(short)))
        found[short] = np.asarray(pc.is_in(lowered, value_set=known.cast(lowered.type)))
    return found


@lru_cache(256)
def _known(spellings: tuple[str, ...]) -> tuple[pa.Array, int]:
    """Spellings in small letters, and the bytes that the longest may take."""
    longest = max(_LONGEST, *(len(spelling) for spelling in spellings)) * 4
    return pa.array([spelling.strip().lower() for spelling in spellings], pa.string()), longest
