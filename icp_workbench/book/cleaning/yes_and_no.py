"""Yes and no in words, ticks and figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from icp_workbench.book.vocabulary import words

_YES = words(
    "yes y true t on ja oui si sí sì sim tak ano kyllä wahr vrai vero verdadero verdadeiro waar ✓ ✔ ☑ ✅"
)
_NO = words("no n false f off nein non não nao nee nej nie ne ei falsch faux falso onwaar ✗ ✘ ✕ ❌ ☐")
_TICKS = words("x ✓ ✔ ☑ ✅ ✗ ✘ ✕")
_MOST = 12  # spellings of two answers in one column


def flags_of(
    texts: pa.Array, spelt: Mapping[str, Sequence[str]] | None = None, *, decided: bool = False
) -> npt.NDArray[np.int8] | None:
    """1 for yes, 0 for no, -1 for neither: one for each text. None where they are not all answers of one
    kind, unless it is `decided` that the column is one of yes and no.

    1 and 0 are yes and no where both are there and nothing else. `spelt` gives further spellings of "true"
    and "false". Ticks are yes where nothing says no.
    """
    if not decided and not 0 < len(texts) <= _MOST:
        return None
    known = _known(spelt) if spelt else _KNOWN
    names = [text.strip().casefold() for text in texts.to_pylist()]
    flags = np.array([known.get(name, known.get(name.rstrip("."), -1)) for name in names], np.int8)
    if (flags >= 0).all():
        return flags
    if set(names) <= _TICKS:
        return np.ones(len(names), np.int8)
    numeric = [{"1": 1, "1.0": 1, "0": 0, "0.0": 0}.get(name, -1) for name in names]
    if set(numeric) == {0, 1}:
        return np.array(numeric, np.int8)
    if not decided:
        return None
    ticked = np.array([name in _TICKS for name in names], dtype=bool)
    rest = np.where(ticked, np.int8(1), np.array(numeric, np.int8))
    return np.where(flags >= 0, flags, rest).astype(np.int8)


def only_ticks(texts: pa.Array) -> bool:
    """Whether nothing but ticks was found, so that only empty cells could mean no."""
    return len(texts) <= _MOST and {text.casefold() for text in texts.to_pylist()} <= _TICKS


def _known(spelt: Mapping[str, Sequence[str]]) -> dict[str, int]:
    known = dict.fromkeys(_YES, 1) | dict.fromkeys(_NO, 0)
    for word, flag in (("true", 1), ("false", 0)):
        known |= {text.strip().casefold(): flag for text in spelt.get(word, ())}
    return known


_KNOWN = _known({})
