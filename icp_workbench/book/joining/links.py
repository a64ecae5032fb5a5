"""Keys between tables, found by name and by overlap of values; one-to-many never fanned out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from icp_workbench.book.book import JoinSummary
from icp_workbench.book.cleaning.column import Codes, Column
from icp_workbench.book.joining.keys import common_length, cut, first_rows, positions, rows_per_text, text_of
from icp_workbench.book.joining.near_misses import near_misses
from icp_workbench.book.mapping import JoinMapping
from icp_workbench.book.roles.table import Table, is_unique
from icp_workbench.book.vocabulary import ACCOUNT, NAMES_ONE, NUMBERING

Accepted = Mapping[tuple[str, str], Mapping[str, str]]
KEY_TYPES = frozenset(["identifier", "text", "category"])
_SYNONYMS = {word: "account" for word in ACCOUNT} | {
    "associated": "",
    "salesforce": "",
    "hubspot": "",
    "record": "",
}
_MOST_EXAMPLES = 200
_PROBED = 500  # of the commonest keys, and as many spread over the others


@dataclass(frozen=True)
class Link:
    """A key of `child` that names rows of `parent`: `rows[i]` is that of child row i, -1 if none. `accepted`
    of them do so by a near miss that a person accepted."""

    child: Table
    key: Column
    parent: Table
    parent_key: Column
    rows: Codes
    overlap: float
    accepted: int = 0

    def summary(self) -> JoinSummary:
        """The join's counts on both sides, examples of what did not match, and near misses."""
        named = self.key.codes >= 0
        blank = int((~named).sum())
        matched = int((self.rows >= 0).sum())
        lost = np.bincount(self.key.codes[named & (self.rows < 0)], minlength=self.key.distinct)
        order = np.argsort(-lost, kind="stable")[:_MOST_EXAMPLES]
        used = np.zeros(self.parent.rows, dtype=bool)
        used[self.rows[self.rows >= 0]] = True
        unused = self.parent_key.codes[~used]
        return JoinSummary(
            left=self.child.name, left_key=self.key.header, right=self.parent.name,
            right_key=self.parent_key.header,
            left_rows=self.child.rows, matched=matched,
            unmatched=self.child.rows - matched - blank, blank_keys=blank,
            right_unmatched=int((~used).sum()), near_misses=near_misses(self.key, lost, self.parent_key),
            accepted=self.accepted,
            unmatched_examples=tuple((text_of(self.key, at), int(lost[at])) for at in order if lost[at]),
            right_unmatched_examples=tuple(
                text_of(self.parent_key, code) for code in unused[unused >= 0][:_MOST_EXAMPLES]
            ),
        )  # fmt: skip


def find_link(
    child: Table,
    parent: Table,
    accepted: Accepted,
    *,
    least: float = 0.3,
    decided: Sequence[JoinMapping] = (),
) -> Link | None:
    """The key from `child` to `parent` that was `decided`, if it names any row; else the best one found, else
    None. `accepted` are near misses, {text found: text meant} by (table, header) of the key.

    A key needs the share `least` of its filled rows to name a row of the parent; any match will do where the
    headers are alike, or where a person says so. Identifiers are preferred to names, which are not always
    unique.
    """
    pair = _decided(child, parent, decided)
    if pair is not None:
        link = _link(child, pair[0], parent, pair[1], accepted)
        if link.overlap:
            return link
    best: Link | None = None
    best_score = 0.0
    keys = [key for key in child.columns if key.type in KEY_TYPES and key.distinct]
    probes = {key.header: _probe(key) for key in keys}
    for parent_key in parent.columns:
        if parent_key.type not in KEY_TYPES or not is_unique(parent_key, 0.9):
            continue
        for key in keys:
            alike = likeness(key, parent_key)
            mended = (child.name, key.header) in accepted
            if alike < 0.5 and not mended and not _may_meet(probes[key.header], key, parent_key):
                continue
            link = _link(child, key, parent, parent_key, accepted)
            if link.overlap < least and not (alike >= 0.5 and link.overlap > 0):
                continue
            both_ids = key.type == parent_key.type == "identifier"
            score = 2 * link.overlap + 0.5 * alike + 0.5 * both_ids
            if score > best_score:
                best, best_score = link, score
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
        if c.type in KEY_TYPES
        and c.words & ACCOUNT
        and c.words <= ACCOUNT | NAMES_ONE | NUMBERING
        and c.distinct
    ]
    identifiers = [column for column in held if column.type == "identifier"]
    return next(iter(identifiers or held), None)


def _decided(child: Table, parent: Table, decided: Sequence[JoinMapping]) -> tuple[Column, Column] | None:
    """The pair of columns a person, or an earlier opening, joined by; None where one is there no more."""
    for join in decided:
        if join.to_table != parent.name:
            continue
        key = next((column for column in child.columns if column.header == join.header), None)
        other = next((column for column in parent.columns if column.header == join.to_header), None)
        if key is not None and other is not None and key.distinct and other.distinct:
            return key, other
    return None


def _link(child: Table, key: Column, parent: Table, parent_key: Column, accepted: Accepted) -> Link:
    means = accepted.get((child.name, key.header), {})
    length = common_length(key, parent_key)
    known = cut(parent_key.dictionary, length)
    at = positions(cut(key.dictionary, length), known)
    meant = 0
    if means:
        own = positions(pa.array(list(means), pa.string()), key.dictionary)
        to = positions(cut(pa.array(list(means.values()), pa.string()), length), known)
        held = own >= 0
        at[own[held]] = to[held]
        meant = int(rows_per_text(key)[own[held & (to >= 0)]].sum())
    place = np.append(first_rows(parent_key)[at], np.int32(-1)).astype(np.int32)
    rows = place[key.codes]
    filled = int((key.codes >= 0).sum())
    return Link(child, key, parent, parent_key, rows, float((rows >= 0).sum()) / max(filled, 1), meant)


def _probe(key: Column) -> pa.Array:
    """Some of a key's texts: the commonest, and others from first to last."""
    held = key.dictionary
    if len(held) <= 2 * _PROBED:
        return held
    chosen = np.linspace(0, len(held) - 1, _PROBED).astype(np.int64)
    if len(held) < 0.5 * key.rows:
        chosen = np.union1d(chosen, np.argpartition(-rows_per_text(key), _PROBED)[:_PROBED])
    return held.take(pa.array(chosen))


def _may_meet(probe: pa.Array, key: Column, parent_key: Column) -> bool:
    """Whether any of the probed texts is a key of the parent: a look that costs no index of all of them."""
    length = common_length(key, parent_key)
    known = cut(parent_key.dictionary, length)
    return bool(pc.any(pc.is_in(known, value_set=cut(probe, length).cast(known.type))).as_py())


def _normal(column: Column) -> frozenset[str]:
    words = {_SYNONYMS.get(word, word.removesuffix("s") if len(word) > 3 else word) for word in column.words}
    return frozenset(words - {""})
