"""Accounts by a part of their name or id."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from icp_workbench.book.book import AccountBook


class AccountNames:
    """The names and ids of a book's accounts, folded once so that each further search is one pass."""

    def __init__(self, book: AccountBook) -> None:
        names = pa.array(book.account_names, pa.large_string())
        self._folded = [pc.utf8_lower(names)]
        if book.account_ids != book.account_names:
            self._folded.append(pc.utf8_lower(pa.array(book.account_ids, pa.large_string())))

    def row_of(self, name: str) -> int | None:
        """The row number of the first account called so, or with that id (case-blind); None without one."""
        wanted = _folded(name)
        found = (pc.index(names, pa.scalar(wanted, pa.large_string())).as_py() for names in self._folded)
        return next((row for row in found if row >= 0), None)

    def find(self, part: str, most: int) -> tuple[tuple[int, ...], int]:
        """The row numbers of the first `most` accounts whose name or id contains `part` (case-blind), in the
        book's order, and how many there are in all."""
        wanted = _folded(part)
        if not wanted:
            return (), 0
        matches = [pc.match_substring(names, wanted) for names in self._folded]
        found = matches[0] if len(matches) == 1 else pc.or_kleene(*matches)
        rows = pc.indices_nonzero(found.fill_null(False))
        return tuple(rows.slice(0, most).to_pylist()), len(rows)


def _folded(text: str) -> str:
    # What is half a character cannot be compared: it is left out.
    return text.strip().lower().encode("utf-8", "ignore").decode("utf-8")
