"""Numbers as people write them → float64: currency signs, thousands, k and M, (300), 12 %, 1.200,00."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from icp_workbench.book.cleaning.shapes import Parts, Shapes, string_buffers
from icp_workbench.book.vocabulary import words

CURRENCY_CODES = words(
    "USD EUR GBP JPY INR CHF CAD AUD NZD SEK NOK DKK PLN CZK HUF BRL MXN ZAR SGD HKD CNY KRW TRY ILS AED "
    "SAR RON BGN THB IDR MYR PHP VND CLP COP ARS PEN EGP KES NGN UAH TWD"
)
CURRENCIES = {
    "US$": "USD", "CA$": "CAD", "AU$": "AUD", "NZ$": "NZD", "HK$": "HKD", "R$": "BRL", "C$": "CAD",
    "A$": "AUD", "$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₩": "KRW", "₪": "ILS",
    "₺": "TRY", "zł": "PLN",
}  # fmt: skip
_SCALES = {
    "k": 1e3, "tsd": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "mm": 1e6, "mio": 1e6, "million": 1e6,
    "b": 1e9, "bn": 1e9, "mrd": 1e9, "billion": 1e9, "lakh": 1e5, "lac": 1e5, "crore": 1e7, "cr": 1e7,
}  # fmt: skip
LARGEST = 1e100  # beyond it squares and sums overflow, and nothing a company counts comes near
_LONGEST = 60  # characters: nobody writes a longer number
_PLAIN_BYTE = np.isin(np.arange(256), np.frombuffer(b"0123456789.+-", np.uint8))
_BLANKS = " \u00a0\u2009\u202f"
_GAPS = _BLANKS + "'\u2019"  # what stands between thousands, beside a comma or a point
_SPACE = f"[{_BLANKS}\\t]*"
_SIGN = "[-+−]"
_UNIT = (
    "|".join(sign.replace("$", r"\$") for sign in CURRENCIES)
    + "|(?i:"
    + "|".join(sorted(CURRENCY_CODES))
    + ")"
)
_ABOUT = r"~|≈|(?i:ca\.|(?:ca|circa|approx\.?|about|around|roughly|etwa|env\.?|environ) )"
_COUNTED = "people|persons|employees|staff|ftes?|heads|users|seats|mitarbeiter|personen|salariés|empleados"
_SCALE = "|".join(sorted(_SCALES, key=len, reverse=True))

_PLAIN = r"^(?P<figure>[-+]?(?:\d+\.?\d*|\.\d+))$"
_WRITTEN = (
    rf"^(?P<about>{_ABOUT})?{_SPACE}(?P<open>\()?{_SPACE}"
    rf"(?P<sign>{_SIGN})?{_SPACE}(?P<before>{_UNIT})?\.?{_SPACE}(?P<sign2>{_SIGN})?{_SPACE}"
    rf"(?P<digits>\d[\d.,{_GAPS}]*|[.,]\d+)(?P<power>[eE][-+]?\d{{1,3}})?"
    rf"{_SPACE}(?P<scale>(?i:{_SCALE})\.?)?{_SPACE}(?P<after>%|{_UNIT})?{_SPACE}(?P<close>\))?(?P<trail>[-−])?"
    rf"(?:{_SPACE}(?i:{_COUNTED})\.?)?$"
)
_THOUSANDS = rf"(?:[{_BLANKS}]\d{{3}})+|(?:['\x{{2019}}]\d{{3}})+"
_LAKHS = r"\d{1,3}(?:,\d{2})+,\d{3}"  # and crores: 12,34,567
_GROUPED = {
    ".": rf"^(?:\d+(?:\.\d*)?|\.\d+|\d{{1,3}}(?:(?:,\d{{3}})+|{_THOUSANDS})(?:\.\d*)?|{_LAKHS}(?:\.\d*)?)$",
    ",": rf"^(?:\d+(?:,\d*)?|,\d+|\d{{1,3}}(?:(?:\.\d{{3}})+|{_THOUSANDS})(?:,\d*)?)$",
}


@dataclass(frozen=True)
class Quantities:
    """The numbers of a column's distinct texts: float64, NaN where a text is none, `rough` where it is an
    estimate ("~50"). `units` are currency codes
    and "%", commonest first; `unit_of[i]` points into them, -1 for none. `decimal_mark` is what was settled
    on where a comma was met, else empty.
    """

    values: npt.NDArray[np.float64]
    units: tuple[str, ...]
    unit_of: npt.NDArray[np.int8]
    decimal_mark: str
    rough: npt.NDArray[np.bool_]


def parse_numbers(
    texts: pa.Array, counts: npt.NDArray[np.int64], decimal_mark: str | None = None
) -> Quantities:
    """The numbers written in `texts` (distinct values of one column, `counts[i]` rows each).

    Whether a comma is a decimal mark or groups thousands is settled by what the whole column allows: the
    reading under which fewer rows stay unread, the point as decimal mark on a tie; `decimal_mark` decides it
    beforehand. Percentages keep their figure: "12 %" is 12.
    """
    figures = _all_plain(texts) if decimal_mark != "," else None
    if figures is not None:
        return _without_units(figures)
    values = np.full(len(texts), np.nan)
    shapes = Shapes(texts, _LONGEST)
    plain = shapes.match(_PLAIN)
    values[plain.at] = _cast(plain["figure"])
    others = shapes.match(_WRITTEN, ~shapes.matching(_PLAIN))
    if not len(others.at) and decimal_mark is None:
        return _without_units(values)
    digits = pc.utf8_trim(others["digits"], _GAPS)
    mark = decimal_mark or "."
    read = _values(others, digits, mark)
    if decimal_mark is None and np.isnan(read).any():
        comma, plain_too = _values(others, digits, ","), _values_of_plain(plain, ",")
        unread = counts[others.at][np.isnan(comma)].sum() + counts[plain.at][np.isnan(plain_too)].sum()
        if unread < counts[others.at][np.isnan(read)].sum():
            mark, read, values[plain.at] = ",", comma, plain_too
    elif decimal_mark == ",":
        values[plain.at] = _values_of_plain(plain, ",")
    values[others.at] = read
    values = _bounded(values)
    units, unit_of = _units(others, counts, values)
    met = mark == "," or bool(pc.any(pc.match_substring(digits, ",")).as_py())
    rough = np.zeros(len(texts), dtype=bool)
    rough[others.at] = np.asarray(pc.not_equal(others["about"], "")) & np.isfinite(values[others.at])
    return Quantities(values, units, unit_of, mark if met or decimal_mark else "", rough)


def _without_units(values: npt.NDArray[np.float64]) -> Quantities:
    none = np.full(len(values), -1, np.int8)
    return Quantities(_bounded(values), (), none, "", np.zeros(len(values), dtype=bool))


def _all_plain(texts: pa.Array) -> npt.NDArray[np.float64] | None:
    """All texts at once where each is a figure without a unit or a group: what clean exports hold."""
    if not len(texts) or texts.type != pa.string() or pc.max(pc.binary_length(texts)).as_py() > _LONGEST:
        return None
    starts, data = string_buffers(texts)
    if not _PLAIN_BYTE[data[starts[0] : starts[-1]]].all():
        return None
    try:
        return _cast(texts)
    except pa.ArrowInvalid:
        return None


def _values(parts: Parts, digits: pa.Array, mark: str) -> npt.NDArray[np.float64]:
    """The number of each text under a decimal mark, NaN where it is written against it."""
    values = np.full(len(parts.at), np.nan)
    paired = pc.equal(pc.equal(parts["open"], "("), pc.equal(parts["close"], ")"))
    readable = np.flatnonzero(np.asarray(pc.and_(_grouped(digits, mark), paired)))
    figures = digits.take(pa.array(readable))
    for gap in _GAPS + ("," if mark == "." else "."):
        figures = pc.replace_substring(figures, gap, "")
    figures = pc.replace_substring(figures, ",", ".")
    power = parts["power"].take(pa.array(readable))
    values[readable] = _cast(pc.binary_join_element_wise(figures, power, ""))
    return values * _factor(parts)


def _values_of_plain(plain: Parts, mark: str) -> npt.NDArray[np.float64]:
    """The same of texts without a unit or a group: "1.234" is 1234 where the comma is the decimal mark."""
    values = np.full(len(plain.at), np.nan)
    digits = pc.utf8_ltrim(plain["figure"], "+-")
    readable = np.asarray(_grouped(digits, mark))
    figures = pc.replace_substring(plain["figure"].filter(pa.array(readable)), ".", "")
    values[readable] = _cast(figures)
    return values


def _grouped(digits: pa.Array, mark: str) -> pa.Array:
    shapes = Shapes(digits, _LONGEST)
    fits = np.zeros(len(digits), dtype=bool)
    fits[shapes.match(_GROUPED[mark]).at] = True
    return pa.array(fits)


def _factor(parts: Parts) -> npt.NDArray[np.float64]:
    scale = pc.utf8_rtrim(pc.utf8_lower(parts["scale"]), ".").dictionary_encode()
    factors = np.array([_SCALES.get(name, 1.0) for name in scale.dictionary.to_pylist()], np.float64)
    signs = pc.binary_join_element_wise(parts["sign"], parts["sign2"], parts["trail"], parts["open"], "")
    signs = signs.dictionary_encode()
    below = np.array([bool(set("-−(") & set(held)) for held in signs.dictionary.to_pylist()], dtype=bool)
    factor = factors[np.asarray(scale.indices)]
    return np.where(below[np.asarray(signs.indices)], -factor, factor)


def _units(
    parts: Parts, counts: npt.NDArray[np.int64], values: npt.NDArray[np.float64]
) -> tuple[tuple[str, ...], npt.NDArray[np.int8]]:
    """The units of what was read, commonest first, and which of them each of all texts has."""
    unit_of = np.full(len(values), -1, np.int8)
    spelt = pc.if_else(pc.equal(parts["before"], ""), parts["after"], parts["before"]).dictionary_encode()
    names = [CURRENCIES.get(sign, sign.upper()) for sign in spelt.dictionary.to_pylist()]
    weight = np.where(np.isnan(values[parts.at]), 0, counts[parts.at])
    sums = np.bincount(np.asarray(spelt.indices), weights=weight, minlength=len(names))
    rows: dict[str, float] = {}
    for name, held in zip(names, sums.tolist(), strict=True):
        if name and held:
            rows[name] = rows.get(name, 0.0) + held
    units = tuple(sorted(rows, key=lambda name: (-rows[name], name)))
    if units:
        spot = np.array([units.index(name) if name in rows else -1 for name in names], np.int8)
        unit_of[parts.at] = spot[np.asarray(spelt.indices)]
    return units, unit_of


def _cast(texts: pa.Array) -> npt.NDArray[np.float64]:
    return np.array(pc.cast(texts, pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)


def _bounded(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.where(np.abs(values) <= LARGEST, values, np.nan)
