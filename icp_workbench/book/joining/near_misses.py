"""Keys that join to nothing, each with the key it may have meant: offered, never taken unasked."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from icp_workbench.book.book import NearMiss
from icp_workbench.book.cleaning.column import Codes, Column
from icp_workbench.book.joining.keys import positions, text_of

MOST = 200
_MOST_CANDIDATES = 20_000  # beyond, only case, signs and legal forms are overlooked
_NEAR = 85  # of 100: the share of letters that two spellings have in common
_LEGAL_FORM = (
    r"[\s,.]+(incorporated|inc|llc|llp|ltd|limited|plc|corp|corporation|company|co|gmbh|mbh|ag|kg|ug|se|ohg|"
    r"sa|sas|sarl|srl|spa|sl|bv|nv|oy|ab|as|aps|pty|pte|kk|lda|ltda|s\.?a\.?s?|s\.?r\.?l|s\.?p\.?a|b\.?v|n\.?v)"
    r"[.\s]*$"
)
_SIGNS = r"[^\p{L}\p{N}]+"


def near_misses(key: Column, lost: npt.NDArray[np.int64], parent_key: Column) -> tuple[NearMiss, ...]:
    """Texts of `key` that name no row of the parent, each with the parent's text it may have meant, most rows
    first and at most 200. `lost[i]` is the number of rows with text i that joined to nothing.

    Overlooked are case, blanks and signs, `&` for `and`, and legal forms (Inc, GmbH …); where the parent has
    at most 20,000 keys also letters that differ. Identifiers near each other mean different things: none.
    """
    if key.type == "identifier" or not lost.any():
        return ()
    order = np.argsort(-lost, kind="stable")[:MOST]
    order = order[lost[order] > 0]
    sought = squeezed(key.dictionary.take(pa.array(order)))
    known = squeezed(parent_key.dictionary)
    hits = positions(sought, known)
    if len(known) <= _MOST_CANDIDATES:
        hits = _by_letters(sought, known, hits)
    return tuple(
        NearMiss(text_of(key, at), text_of(parent_key, hit), int(lost[at]))
        for at, hit in zip(order.tolist(), hits.tolist(), strict=True)
        if hit >= 0
    )


def squeezed(names: pa.Array) -> pa.Array:
    """Names without what people write now one way, now another: case, signs, blanks, legal form."""
    lowered = pc.utf8_lower(pc.utf8_normalize(names.cast(pa.string()), form="NFKC"))
    lowered = pc.replace_substring(lowered, pattern="&", replacement=" and ")
    for _ in range(3):  # GmbH & Co. KG
        shorter = pc.replace_substring_regex(lowered, pattern=_LEGAL_FORM, replacement="")
        shorter = pc.replace_substring_regex(shorter, pattern=r"\s+and\s*$", replacement="")
        lowered = pc.if_else(pc.equal(pc.utf8_length(shorter), 0), lowered, shorter)
    bare = pc.replace_substring_regex(lowered, pattern=_SIGNS, replacement="")
    return pc.if_else(pc.equal(pc.utf8_length(bare), 0), lowered, bare)


def _by_letters(sought: pa.Array, known: pa.Array, hits: Codes) -> Codes:
    from rapidfuzz import fuzz, process

    candidates = known.to_pylist()
    result = hits.copy()
    for at in np.flatnonzero(hits < 0):
        near = process.extractOne(sought[int(at)].as_py(), candidates, scorer=fuzz.ratio, score_cutoff=_NEAR)
        if near is not None:
            result[at] = near[2]
    return result
