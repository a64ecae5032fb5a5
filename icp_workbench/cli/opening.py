"""Opening a book for a command: the book file, what was asked above it, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from icp_workbench.cli.decisions import Decisions, accepting_all, decided, refuse_without_effect

if TYPE_CHECKING:
    from icp_workbench.book.asked import Asked
    from icp_workbench.book.book import AccountBook
    from icp_workbench.book.opening import ReadFiles
    from icp_workbench.book.raw import Progress


NOTHING = Decisions()


@dataclass(frozen=True)
class Opened:
    """A book, and the files it was read from."""

    book: AccountBook
    files: ReadFiles


def opened(paths: tuple[str, ...], asked: Asked, tell: Progress, typed: Decisions = NOTHING) -> Opened:
    """The book in `paths`, with what was asked and decided.

    WorkbenchError as `open_book`, and for decisions about what is not there. What `tell` raises comes
    through.
    """
    from icp_workbench.book.asked import with_asked
    from icp_workbench.book.market import read_market
    from icp_workbench.book.opening import book_of, read_files

    def understanding(what: str, share: float) -> None:
        tell(what, 0.7 + 0.3 * share)

    files = read_files(
        *paths, book_file=asked.book_file, progress=lambda what, share: tell(what, 0.7 * share)
    )
    mapping = decided(with_asked(files.mapping, asked, files.folder), typed, files)
    book = book_of(files, mapping, progress=understanding)
    if asked.market is not None and book.market is None:
        read_market(asked.market, book, Path())  # raises: what was asked for by name is no mere warning
    refuse_without_effect(typed, files, book)
    if typed.accept_all:
        book = book_of(files, accepting_all(mapping, typed, files, book), progress=understanding)
    return Opened(book, files)
