"""A book as it may be shown to a room that is not to read the names of accounts."""

from __future__ import annotations

from dataclasses import replace

from icp_workbench.book.book import AccountBook, ColumnSummary, JoinSummary, NearMiss

HIDDEN = "(hidden)"
_NAMING = frozenset({"id", "key", "name", "text"})  # a text (notes, a subject) may name anybody


def veiled(book: AccountBook) -> AccountBook:
    """The same book to be looked at: what columns and joins quote of names, ids and texts is hidden, as are
    the names of its accounts. Counts stay as they are."""
    hidden = (HIDDEN,) * len(book.account_names)
    return replace(
        book,
        account_ids=hidden,
        account_names=hidden,
        columns=tuple(map(_column, book.columns)),
        joins=tuple(map(_join, book.joins)),
        duplicates=tuple(replace(one, account=HIDDEN) for one in book.duplicates),
    )


def _column(column: ColumnSummary) -> ColumnSummary:
    if column.role not in _NAMING:
        return column
    return replace(
        column,
        examples=_all_hidden(column.examples),
        unreadable_examples=_all_hidden(column.unreadable_examples),
        levels=(),
        counts=(),
    )


def _join(join: JoinSummary) -> JoinSummary:
    return replace(
        join,
        near_misses=tuple(NearMiss(HIDDEN, HIDDEN, near.rows) for near in join.near_misses),
        unmatched_examples=tuple((HIDDEN, rows) for _, rows in join.unmatched_examples),
        right_unmatched_examples=_all_hidden(join.right_unmatched_examples),
    )


def _all_hidden(examples: tuple[str, ...]) -> tuple[str, ...]:
    return (HIDDEN,) if examples else ()
