"""Names that are safe as names of files, on any system; ids of criteria."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Collection, Iterable

from icp_workbench.conditions.condition import AllOf, AnyOf, Condition, FieldTest, Not, Scalar

_LONGEST, _MOST_BYTES = 60, 120
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{digit}" for port in ("com", "lpt") for digit in "0123456789")}
)
_LONGEST_ID = 40


def safe_name(text: str, otherwise: str = "workshop") -> str:
    """A session's name as the name of a folder: letters and digits of any script, `-` and `_`.

    Everything else becomes one `-`; what has no letter or digit is named `otherwise`. Never a path, never
    hidden, never a name Windows keeps for itself, at most 60 characters and 120 bytes; a longer name is cut
    and ends in eight digits of its digest, so that two long names stay two.
    """
    normal = unicodedata.normalize("NFKC", text)
    name = _dashed(char if _in_name(char) else "-" for char in normal).strip("-_")
    name = unicodedata.normalize("NFC", name)
    if not any(char.isalnum() for char in name):
        name = otherwise
    if name.casefold() in _RESERVED:
        name = f"{name}-{otherwise}"
    if len(name) > _LONGEST or len(name.encode()) > _MOST_BYTES:
        digest = hashlib.sha256(name.encode()).hexdigest()[:8]
        room = _MOST_BYTES - len(digest) - 1
        cut = name[: _LONGEST - len(digest) - 1].encode()[:room].decode(errors="ignore")
        name = f"{cut.rstrip('-_')}-{digest}"
    return name


def criterion_id(condition: Condition, taken: Collection[str] = ()) -> str:
    """A short readable id that is not taken: `industry-b2b-saas-fintech`, `employees-40-120`; at most 40
    ASCII characters."""
    words = "-".join(_test_words(test, negated) for test, negated in _signed(condition, False))
    slug = _slug(words) or "criterion"
    if len(slug) > _LONGEST_ID:
        slug = slug[: _LONGEST_ID + 1].rpartition("-")[0] or slug[:_LONGEST_ID]
    found, number = slug, 2
    while found in taken:
        suffix = f"-{number}"
        found = slug[: _LONGEST_ID - len(suffix)].rstrip("-") + suffix
        number += 1
    return found


def free_id(letter: str, taken: Collection[str]) -> str:
    """The first of `h1`, `h2` … that is not taken."""
    number = 1
    while f"{letter}{number}" in taken:
        number += 1
    return f"{letter}{number}"


def _in_name(char: str) -> bool:
    return char.isalnum() or char in "-_" or unicodedata.category(char) in ("Mn", "Mc")


def _dashed(characters: Iterable[str]) -> str:
    return "-".join(part for part in "".join(characters).split("-") if part)


def _signed(condition: Condition, negated: bool) -> list[tuple[FieldTest, bool]]:
    match condition:
        case AllOf(parts) | AnyOf(parts):
            return [pair for part in parts for pair in _signed(part, negated)]
        case Not(part):
            return _signed(part, not negated)
        case FieldTest():
            return [(condition, negated)]


def _test_words(test: FieldTest, negated: bool) -> str:
    values = test.value if isinstance(test.value, tuple) else () if test.value is None else (test.value,)
    shown = "-".join(map(_value_words, values))
    sign = {"at_least": "from", "at_most": "to", "not_in": "not", "is_known": "known", "is_unknown": "blank"}
    word = sign.get(test.operator, "")
    return f"{'not ' if negated else ''}{test.field} {word} {shown}"


def _value_words(value: Scalar) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return _dashed(char if char.isalnum() else "-" for char in plain)
