"""How a delimited file is written: its delimiter, its quotes, its escapes; found out as a person would."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

DELIMITERS = {
    ",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe", "^": "caret", "~": "tilde", ":": "colon",
    " ": "space",
}  # fmt: skip
NO_DELIMITER = "\x1f"  # of a list in one column, whose cells may hold any of the others
# What a dialect must be better by than the usual ones before it is believed.
_DOUBT = {"^": 0.01, "~": 0.01, ":": 0.08, " ": 0.3}


@dataclass(frozen=True)
class Dialect:
    """One way of writing delimited text.

    `quote` encloses a cell and is doubled within it; where `escape` is not empty, it takes its meaning from
    the character after it. `skip_space`: blanks after a delimiter are not part of the cell. A space delimits
    in runs.
    """

    delimiter: str = ","
    quote: str = '"'
    escape: str = ""
    skip_space: bool = False

    @property
    def words(self) -> str:
        """The dialect in words for a report: "comma", "semicolon, single quotes"."""
        if self.delimiter == NO_DELIMITER:
            return "one column"
        named = [DELIMITERS.get(self.delimiter, f"`{self.delimiter}`")]
        if self.skip_space:
            named.append("blanks after it")
        if self.quote == "'":
            named.append("single quotes")
        if self.escape:
            named.append("backslash escapes")
        return ", ".join(named)

    @property
    def doubt(self) -> float:
        """Handicap of an unusual dialect in the comparison."""
        return (
            _DOUBT.get(self.delimiter, 0.0)
            + 0.11 * (self.quote == "'")
            + 0.02 * bool(self.escape)
            + 0.02 * self.skip_space
        )

    @cached_property
    def cell(self) -> re.Pattern[str]:
        """One cell from its first character: group 1 the inside of a quoted cell, else group 2 as found.

        Every repeat is possessive: no input makes it look back.
        """
        lead = " *+" if self.skip_space or self.delimiter == " " else ""
        d = re.escape(self.delimiter)
        plain = f"(?:[^{d}\\\\]|\\\\(?:.|\\Z))*+" if self.escape else f"[^{d}]*+"
        trail = "[ ]*+" if self.skip_space else ""
        return re.compile(f"{lead}(?:{self._opened}{self._q}{trail}(?={d}|\\Z)|({plain}))", re.DOTALL)

    @cached_property
    def unclosed(self) -> re.Pattern[str]:
        """A quoted cell that is still open at the end of the text."""
        lead = " *+" if self.skip_space or self.delimiter == " " else ""
        return re.compile(f"{lead}{self._opened}\\Z", re.DOTALL)

    @cached_property
    def inside(self) -> re.Pattern[str]:
        """What of a line belongs to a cell that was opened on a line before."""
        return re.compile(f"({self._body})", re.DOTALL)

    def content(self, inside: str) -> str:
        """The inside of a quoted cell as the text it stands for."""
        if self.escape and self.escape in inside:
            return self._escaped_or_doubled.sub(lambda found: found[1] or self.quote, inside)
        return inside.replace(self.quote * 2, self.quote) if self.quote in inside else inside

    def plain(self, found: str) -> str:
        """A cell without quotes as the text it stands for."""
        if self.escape and self.escape in found:
            return self._escaped.sub(r"\1", found)
        return found

    def has_quote(self, found: str) -> bool:
        """Whether a quote that no escape takes its meaning from stands in a cell without quotes."""
        return self.quote in found and (not self.escape or self.quote in self._escaped.sub("", found))

    @cached_property
    def _escaped(self) -> re.Pattern[str]:
        return re.compile(f"\\\\([\\\\{re.escape(self.delimiter)}{self._q}])")

    @cached_property
    def _escaped_or_doubled(self) -> re.Pattern[str]:
        # In one pass: what an escape stands for may look doubled, and means itself.
        return re.compile(f"{self._escaped.pattern}|{self._q}{self._q}")

    @property
    def _q(self) -> str:
        return re.escape(self.quote)

    @property
    def _body(self) -> str:
        q = self._q
        if self.escape:
            return f"[^{q}\\\\]*+(?:(?:\\\\(?:.|\\Z)|{q}{q})[^{q}\\\\]*+)*+"
        return f"[^{q}]*+(?:{q}{q}[^{q}]*+)*+"

    @property
    def _opened(self) -> str:
        return f"{self._q}({self._body})"


def candidates(sample: str, delimiter: str = "") -> list[Dialect]:
    """The dialects a sample of a file could be in, the usual ones first; `delimiter` where it is known."""
    found = [delimiter] if delimiter else [mark for mark in DELIMITERS if mark in sample]
    result: list[Dialect] = []
    for mark in found or [","]:
        quotes = ['"']
        d = re.escape(mark)
        if re.search(f"(?:^|{d}) ?'", sample, re.MULTILINE) and re.search(f"'(?:{d}|\r|$)", sample, re.M):
            quotes.append("'")
        for quote in quotes:
            result.append(Dialect(mark, quote))
            if f"\\{quote}" in sample:
                result.append(Dialect(mark, quote, "\\"))
        if mark not in " \t" and f"{mark} " in sample:
            result.append(Dialect(mark, '"', skip_space=True))
    return result


def wrapped_in(quote: str, records: Sequence[Sequence[str]]) -> float:
    """Share of records with a cell that still has `quote` on both its ends: quotes not understood."""
    if not records:
        return 0.0
    held = sum(
        any(len(cell) > 1 and cell[0] == quote == cell[-1] for cell in record)
        for record in records
        if quote in "".join(record)  # most hold none, and this is looked at once for each dialect
    )
    return held / len(records)
