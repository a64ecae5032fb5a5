"""Numbers as people write them → float64: currency signs, thousands, k and M, (300), 12 %, 1.200,00."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from icp_workbench.book.vocabulary import words

CURRENCIES = {"$": "USD", "US$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR"}
CURRENCY_CODES = words(
    "USD EUR GBP JPY INR CHF CAD AUD NZD SEK NOK DKK PLN CZK HUF BRL MXN ZAR SGD HKD CNY KRW TRY ILS AED"
)
_SCALES = {"k": 1e3, "m": 1e6, "mn": 1e6, "mm": 1e6, "b": 1e9, "bn": 1e9}
_GAPS = " \u00a0\u2009\u202f'\u2019"  # what stands between thousands, beside a comma or a point
_WRITTEN = re.compile(
    r"(?P<open>\()?\s*(?P<sign>[-+−])?\s*(?P<before>US\$|[$€£¥₹]|[A-Z]{3})?\s*(?P<sign2>[-+−])?\s*"
    rf"(?P<digits>\d[\d.,{_GAPS}]*|[.,]\d+)(?P<power>[eE][-+]?\d{{1,3}})?"
    r"\s*(?P<scale>[kKmMbB]|mn|bn|mm|MM|Mn|Bn)?\s*(?P<after>%|[$€£¥₹]|[A-Z]{3})?\s*(?P<close>\))?(?P<trail>-)?"
)
_GROUPED = {
    ".": re.compile(
        rf"\d{{1,3}}(?P<g>,|[{_GAPS}])\d{{3}}(?:(?P=g)\d{{3}})*(?:\.\d*)?"
        r"|\d{1,3}(?:,\d{2})+,\d{3}(?:\.\d*)?"  # lakh and crore: 12,34,567
    ),
    ",": re.compile(rf"\d{{1,3}}(?P<g>\.|[{_GAPS}])\d{{3}}(?:(?P=g)\d{{3}})*(?:,\d*)?"),
}
_LONGEST = 60  # characters: nobody writes a longer number
_PLAIN = {".": re.compile(r"\d+(?:\.\d*)?|\.\d+"), ",": re.compile(r"\d+(?:,\d*)?|,\d+")}


def parse_numbers(
    texts: Sequence[str], counts: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.float64], tuple[str, ...], str]:
    """The numbers written in `texts` (distinct values of one column, `counts[i]` rows each), their units, and
    the decimal mark that was settled on where a comma was met (else "").

    NaN where a text is no number. Whether a comma is a decimal mark or groups thousands is settled by what
    the whole column allows: the reading under which fewer rows stay unread, the point as decimal mark on a
    tie. Units: currency codes and "%", commonest first. Percentages keep their figure: "12 %" is 12.
    """
    plain = _plain_numbers(texts)
    if plain is not None:
        return plain, (), ""
    matches = [_WRITTEN.fullmatch(text) if len(text) <= _LONGEST else None for text in texts]
    readings = {mark: np.array([_value(match, mark) for match in matches], float) for mark in (".", ",")}
    unread = {mark: int(counts[np.isnan(values)].sum()) for mark, values in readings.items()}
    mark = "," if unread[","] < unread["."] else "."
    units: Counter[str] = Counter()
    for match, value, count in zip(matches, readings[mark], counts, strict=True):
        if match is not None and not np.isnan(value):
            for group in ("before", "after"):
                sign = match[group]
                if sign:
                    units[CURRENCIES.get(sign, sign)] += int(count)
    settled = mark if any("," in match["digits"] for match in matches if match) or mark == "," else ""
    return readings[mark], tuple(unit for unit, _ in units.most_common()), settled


def _plain_numbers(texts: Sequence[str]) -> npt.NDArray[np.float64] | None:
    try:
        values = pc.cast(pa.array(texts, pa.string()), pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        return None
    return values if np.isfinite(values).all() else None


def _value(match: re.Match[str] | None, mark: str) -> float:
    if match is None or bool(match["open"]) != bool(match["close"]):
        return np.nan
    for group in ("before", "after"):
        sign = match[group]
        if sign and sign.isalpha() and sign not in CURRENCY_CODES:
            return np.nan
    digits = match["digits"].strip(_GAPS)
    if not (_PLAIN[mark].fullmatch(digits) or _GROUPED[mark].fullmatch(digits)):
        return np.nan
    for gap in _GAPS + ("," if mark == "." else "."):
        digits = digits.replace(gap, "")
    value = float(digits.replace(",", ".") + (match["power"] or ""))
    value *= _SCALES.get((match["scale"] or "").lower(), 1.0)
    negative = bool(match["open"]) or bool(match["trail"]) or "-" in _signs(match) or "−" in _signs(match)
    return -value if negative else value


def _signs(match: re.Match[str]) -> str:
    return (match["sign"] or "") + (match["sign2"] or "")
