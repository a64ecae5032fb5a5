"""Keys between tables, found by name and by overlap of values; one-to-many never fanned out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from icp_workbench.book.book import JoinSummary, NearMiss
from icp_workbench.book.cleaning import Codes, Column
from icp_workbench.book.roles import Table, is_unique
from icp_workbench.book.vocabulary import ACCOUNT, NAMES_ONE, NUMBERING

_KEY_TYPES = frozenset(["identifier", "text", "category"])
_SYNONYMS = {word: "account" for word in ACCOUNT} | {
    "associated": "",
    "salesforce": "",
    "hubspot": "",
    "record": "",
}
_MOST_NEAR_MISSES = 200
_MOST_CANDIDATES = 20_000  # beyond, only case, blanks and points are overlooked
_NEAR = 85


@dataclass(frozen=True)
class Link:
    """A key of `child` that names rows of `parent`: `rows[i]` is that of child row i, -1 if none."""

    child: Table
    key: Column
    parent: Table
    parent_key: Column
    rows: Codes
    overlap: float

    def summary(self) -> JoinSummary:
        """The join's counts on both sides and its near misses."""
        blank = int((self.key.codes < 0).sum())
        matched = int((self.rows >= 0).sum())
        used = np.zeros(self.parent.rows, dtype=bool)
        used[self.rows[self.rows >= 0]] = True
        return JoinSummary(
            left=self.child.name, left_key=self.key.header, right=self.parent.name,
            right_key=self.parent_key.header,
            left_rows=self.child.rows, matched=matched,
            unmatched=self.child.rows - matched - blank, blank_keys=blank,
            right_unmatched=int((~used).sum()), near_misses=near_misses(self),
        )  # fmt: skip


def find_link(
    child: Table,
    parent: Table,
    accepted: Mapping[tuple[str, str], Mapping[str, str]],
    *,
    least: float = 0.3,
) -> Link | None:
    """The best key from `child` to `parent`, or None.

    A key needs the share `least` of its filled rows to name a row of the parent; any match will do where the
    headers alike. Identifiers are preferred to names, which are not always unique.
    """
    best: Link | None = None
    best_score = 0.0
    for parent_key in parent.columns:
        if parent_key.type not in _KEY_TYPES or not is_unique(parent_key, 0.9):
            continue
        known: dict[int | None, dict[str, int]] = {}
        for key in child.columns:
            if key.type not in _KEY_TYPES or key.filled == 0:
                continue
            cut = _common_length(key, parent_key)
            if cut not in known:
                at = first_rows(parent_key)
                known[cut] = {level[:cut]: int(at[code]) for code, level in enumerate(parent_key.levels)}
            alike = likeness(key, parent_key)
            meant = accepted.get((child.name, key.header), {})
            found = [known[cut].get(meant.get(level, level)[:cut], -1) for level in key.levels]
            place = np.array([*found, -1], np.int32)
            rows = place[key.codes]
            overlap = float((rows >= 0).sum()) / key.filled
            if overlap < least and not (alike >= 0.5 and overlap > 0):
                continue
            both_ids = key.type == parent_key.type == "identifier"
            score = 2 * overlap + 0.5 * alike + 0.5 * both_ids
            if score > best_score:
                best, best_score = Link(child, key, parent, parent_key, rows, overlap), score
    return best


def likeness(key: Column, other: Column) -> float:
    """How alike two headers are, 0 to 1: shared words over all words, company and account being one word."""
    left, right = _normal(key), _normal(other)
    return len(left & right) / len(left | right) if left | right else 0.0


def account_key(table: Table) -> Column | None:
    """The column of a table without accounts beside it that names the account: an identifier, else a name."""
    held = [
        c
        for c in table.columns
        if c.type in _KEY_TYPES
        and c.words & ACCOUNT
        and c.words <= ACCOUNT | NAMES_ONE | NUMBERING
        and c.filled
    ]
    identifiers = [column for column in held if column.type == "identifier"]
    return next(iter(identifiers or held), None)


def near_misses(link: Link, rows: Codes | None = None) -> tuple[NearMiss, ...]:
    """Keys that name no row of the parent, each with the parent's key it may have meant, most rows first."""
    matched = rows if rows is not None else link.rows
    lost = link.key.codes[(matched < 0) & (link.key.codes >= 0)]
    if not len(lost) or link.key.type == "identifier":
        return ()  # identifiers near each other mean different things
    from rapidfuzz import fuzz, process

    counts: npt.NDArray[np.int64] = np.bincount(lost, minlength=link.key.distinct)
    order = [int(at) for at in np.argsort(-counts, kind="stable")[:_MOST_NEAR_MISSES] if counts[at]]
    candidates = link.parent_key.levels
    squeezed = [_squeezed(level) for level in candidates]
    same = {text: at for at, text in enumerate(squeezed)}
    found: list[NearMiss] = []
    for at in order:
        level = link.key.levels[at]
        hit = same.get(_squeezed(level))
        if hit is None and len(squeezed) <= _MOST_CANDIDATES:
            near = process.extractOne(_squeezed(level), squeezed, scorer=fuzz.ratio, score_cutoff=_NEAR)
            hit = near[2] if near is not None else None
        if hit is not None:
            found.append(NearMiss(level, candidates[hit], int(counts[at])))
    return tuple(found)


def repeated_levels(column: Column) -> tuple[Sequence[str], int]:
    """The values that occur in more than one row, and how many rows are repeats of an earlier one."""
    counts: npt.NDArray[np.int64] = np.bincount(column.codes[column.codes >= 0], minlength=column.distinct)
    again = np.flatnonzero(counts > 1)
    return [column.levels[at] for at in again], int((counts[again] - 1).sum())


def first_rows(column: Column) -> Codes:
    """The first row in which each level stands."""
    first = np.full(column.distinct + 1, -1, np.int32)
    first[column.codes[::-1]] = np.arange(column.rows - 1, -1, -1, dtype=np.int32)
    return first


def _common_length(key: Column, other: Column) -> int | None:
    """15 where one side has Salesforce's ids of 15 characters and the other those of 18."""
    if not key.levels or not other.levels or {len(key.levels[0]), len(other.levels[0])} != {15, 18}:
        return None
    lengths = [{len(level) for level in column.levels} for column in (key, other)]
    if sorted(map(sorted, lengths)) != [[15], [18]]:
        return None
    return 15 if all(level.isalnum() for column in (key, other) for level in column.levels) else None


def _normal(column: Column) -> frozenset[str]:
    words = {_SYNONYMS.get(word, word.removesuffix("s") if len(word) > 3 else word) for word in column.words}
    return frozenset(words - {""})


def _squeezed(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())
