"""Writing the book file after each change: off the message pump, one after the other, the newest last."""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from icp_workbench.book.book import AccountBook


class BookFile:
    """The book file as this window last read or wrote it; `known` is its digest (None: there was none)."""

    def __init__(self, path: Path, known: str | None) -> None:
        self.path = path
        self._known = known
        self._newest = 0
        self._asked = 0
        self._writing = Lock()

    def next_turn(self) -> int:
        """The turn of a change, to be handed to `keep`; called on the message pump."""
        self._asked += 1
        return self._asked

    def keep(self, book: AccountBook, turn: int) -> None:
        """Write what was understood and decided. A turn that was overtaken is left out. WorkbenchError where
        it cannot be written, or was changed by another hand."""
        from icp_workbench.book.book_file.files import write_book_file

        with self._writing:
            if turn < self._newest:
                return
            self._newest = turn
            self._known = write_book_file(self.path, book, self._known).digest
