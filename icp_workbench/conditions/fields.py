"""The attributes a condition may read: a schema, without any data."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from icp_workbench.errors import WorkbenchError

FieldType = Literal["category", "number", "boolean", "set", "date", "text"]
FieldKind = Literal["firmographic", "technographic", "behavioural", "buyer", "situation", "observed", "other"]


@dataclass(frozen=True, slots=True)
class HowRead:
    """How a column's text became values, so that another tool can read the same column alike. Cells are
    trimmed first; what cannot be read as the column's type is blank.

    `blank`: the spellings of nothing that were found. `groups`: spellings by the value they stand for, such
    as those of true. `separator` stands between the members of a set, `date_order` is D/M/Y or M/D/Y where
    dates do not say it themselves, `decimal_mark` is given where a comma was met in numbers.
    """

    blank: tuple[str, ...] = ()
    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()
    separator: str = ""
    date_order: str = ""
    decimal_mark: str = ""
    scale: float = 1.0  # what each number was multiplied with: 0.01 for cents


@dataclass(frozen=True, slots=True)
class Field:
    """One attribute of an account (or of a finer grain such as a deal).

    `name` is the header in snake_case and unique in its book; `header` is the text found in the file.
    `levels` are the distinct values of a category (or members of a set), most frequent first; `low` and
    `high` the range of a number or a date. `kept_out` is the reason why the attribute is not offered for
    slicing (a leak: known only after the outcome), or None. `reading` None: nothing had to be decided.
    """

    name: str
    header: str
    type: FieldType
    kind: FieldKind = "firmographic"
    grain: str = "account"
    source: str = ""
    unit: str | None = None
    known_before_sale: bool = True
    kept_out: str | None = None
    levels: tuple[str, ...] = ()
    low: float | dt.date | None = None
    high: float | dt.date | None = None
    reading: HowRead | None = None


class Fields(Mapping[str, Field]):
    """Fields by name, in the order in which they are shown."""

    def __init__(self, fields: tuple[Field, ...] = ()) -> None:
        self._by_name = {field.name: field for field in fields}

    def __getitem__(self, name: str) -> Field:
        return self._by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    def find(self, name: str, position: int | None = None) -> Field:
        """The field of that name (snake_case, case-blind) or header, as a person writes it.

        WorkbenchError naming the nearest match if there is none; `position` is the column in the typed text.
        """
        field = self.get(name) or self._by_any_name().get(fold(name))
        if field is not None:
            return field
        near = nearest(name, [*self, *(field.header for field in self.values())])
        where = f" at column {position}" if position is not None else ""
        meant = self._by_any_name()[fold(near)].name if near else None
        raise WorkbenchError(
            "Unknown attribute",
            f"There is no attribute `{name}`{where}" + (f"; did you mean `{meant}`?" if meant else "."),
            "Attributes: " + _listed(self) if self else "This book has no attributes.",
        )

    def _by_any_name(self) -> dict[str, Field]:
        by_name = {fold(field.header): field for field in reversed(list(self.values()))}
        by_name |= {fold(snake_case(field.header)): field for field in reversed(list(self.values()))}
        return by_name | {fold(name): field for name, field in self.items()}


@lru_cache(4096)
def snake_case(header: str) -> str:
    """A header as a name: `Deal Region` → `deal_region`, `NumberOfEmployees` → `number_of_employees`.

    Letters and digits of any script stay; everything else becomes one underscore. Never empty: `column`.
    """
    parts: list[str] = []
    previous = ""
    text = unicodedata.normalize("NFC", header.strip())
    for at, char in enumerate(text):
        if not (char.isalnum() or unicodedata.combining(char)):
            parts.append("_")
        else:
            following = text[at + 1 : at + 2]
            starts = following.islower() and not _is_plural(text[at + 1 : at + 3])
            if char.isupper() and (previous.islower() or (previous.isupper() and starts)):
                parts.append("_")
            parts.append(char.lower())
        previous = char
    return "_".join(part for part in "".join(parts).split("_") if part) or "column"


def _is_plural(following: str) -> bool:
    """True for the s of `IDs` and `URLs`: the word ends after it."""
    return following[:1] == "s" and not following[1:].isalnum()


def fold(name: str) -> str:
    """A name for case-blind comparison: NFC, case-folded, outer blanks gone."""
    return unicodedata.normalize("NFC", name.strip()).casefold()


def nearest(text: str, candidates: Iterable[str]) -> str | None:
    """The candidate a person most likely meant, case-blind; None if none is near."""
    from rapidfuzz import fuzz, process, utils

    found = process.extractOne(
        text[:200], list(candidates), scorer=fuzz.ratio, processor=utils.default_process, score_cutoff=60
    )
    return found[0] if found else None


def _listed(names: Iterable[str], most: int = 12) -> str:
    shown = list(names)
    return ", ".join(shown[:most]) + (f" and {len(shown) - most} more." if len(shown) > most else ".")
