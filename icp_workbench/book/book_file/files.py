"""The book file: NAME.book.yaml beside the data, so that the next export opens the same way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from icp_workbench.book.book import AccountBook
from icp_workbench.book.book_file.reading import BOOK_FILE, digest_of, remembered_of
from icp_workbench.book.book_file.remembered import Remembered, mapping_of, seen_of
from icp_workbench.book.book_file.text import text_of as _text_of
from icp_workbench.book.derived.definitions import meaning_of
from icp_workbench.book.mapping import BookMapping
from icp_workbench.book.observed import Definition, Expression, Tag
from icp_workbench.book.reading.chosen import split_chosen
from icp_workbench.book.reading.paths import find_files
from icp_workbench.conditions.condition import to_plain
from icp_workbench.conditions.fields import Fields
from icp_workbench.documents.files import replace_file, text_of
from icp_workbench.documents.yaml_text import on_one_line
from icp_workbench.errors import WorkbenchError

SUFFIX = ".book.yaml"
MOST_BYTES = 10_000_000


def book_file_for(paths: Sequence[Path | str]) -> Path:
    """Where the book file of these files is, or would be: in their folder, called by the book's name. A
    folder copied or renamed for the next export may hold that of its old name: if it is alone, it is meant.

    Errors as `open_book` for paths that are not there.
    """
    files, _, name = find_files(paths)
    folder = split_chosen(files[0])[0].parent
    path = folder / f"{name}{SUFFIX}"
    if not path.exists() and len(paths) == 1 and Path(paths[0]).is_dir():
        held = book_files_in(folder)
        return held[0] if len(held) == 1 else path
    return path


def book_files_in(folder: Path) -> list[Path]:
    """The book files in a folder, by name."""
    return sorted(folder.glob(f"*{SUFFIX}"))


def read_book_file(path: Path) -> Remembered:
    """What a book file remembers.

    WorkbenchError, one for the whole file: it cannot be read, is over 10 MB, is of a newer version, uses what
    YAML bites with, or is not as a book file must be: all problems at once.
    """
    return remembered_of(text_of(path, BOOK_FILE, MOST_BYTES), path.name)


def write_book_file(path: Path, book: AccountBook, known: str | None = None) -> Remembered:
    """Write what was understood and decided about `book`; what the file then remembers.

    `known` is the digest of the file as it was last read or written here (`Remembered.digest`), None where
    there was none. The old file is replaced whole; keys of it that begin with `x-` are kept. WorkbenchError
    where it was changed by another hand since, belongs to a newer version, or cannot be written.
    """
    old = _old(path, known)
    text = _text_of(mapping_of(book), seen_of(book), book.name, old.further if old else None)
    remembered = _read_back(text, path.name, book)
    if old is None or old.digest != digest_of(text):
        _old(path, known)  # once more: to write out a large book takes a moment, in which others save too
        try:
            replace_file(path, text.encode("utf-8"))
        except OSError as error:
            raise WorkbenchError(
                "Cannot write the book file",
                f"`{path}` cannot be written: {error.strerror or 'an input/output error'}. "
                "Nothing was changed.",
                "Check the folder's permissions and the space on the disk, or name another file with --book.",
            ) from None
    return remembered


def _old(path: Path, known: str | None) -> Remembered | None:
    if not path.exists():
        return None
    old = read_book_file(path)
    if old.digest != known:
        raise WorkbenchError(
            "The book file was changed",
            f"`{path.name}` is not as it was when this book was opened: somebody else saved or edited it. "
            "It was not overwritten.",
            "Open the files again, so that what it says now is taken in.",
        )
    return old


def _read_back(text: str, name: str, book: AccountBook) -> Remembered:
    """What the text says, once it is written: a file that said something else must not begin."""
    if (size := len(text.encode("utf-8"))) > MOST_BYTES:
        raise WorkbenchError(
            "The book file is too large",
            f"It would take {size / 1e6:,.0f} MB; one of more than {MOST_BYTES // 1_000_000} MB is not read.",
            "Tag fewer accounts, or accept fewer near misses in one file.",
        )
    remembered = remembered_of(text, name)
    if _untyped(remembered.mapping, book.fields) != _untyped(mapping_of(book), book.fields):
        raise WorkbenchError(
            "Cannot be written so that it is read again",
            "Some decision about this book holds what a text file cannot. The file was not written.",
            "Undo the last decision, and save again.",
        )
    return remembered


def _untyped(mapping: BookMapping, fields: Fields) -> tuple[BookMapping, list[Any]]:
    """The mapping without its expressions, and what these mean on this book. Of one whose columns are gone
    the words count alone: whether 3 is a number is known by the columns."""
    made = [one for one in mapping.observed if isinstance(one.definition, Expression)]
    rest = [one for one in mapping.observed if one not in made]
    return replace(mapping, observed=tuple(rest)), [
        (replace(one, definition=Tag(())), _meant(one.definition, fields)) for one in made
    ]


def _meant(definition: Definition, fields: Fields) -> Any:
    try:
        return meaning_of(definition, fields, levels_must_exist=False)
    except WorkbenchError:
        return _texts(to_plain(definition.when)) if isinstance(definition, Expression) else None


def _texts(plain: Any) -> Any:
    if isinstance(plain, dict):
        return {key: _texts(value) for key, value in plain.items()}
    return list(map(_texts, plain)) if isinstance(plain, list) else on_one_line(plain).strip('"')
