"""Attributes made by people from what the book holds: what they are, without any data.

Each becomes an attribute of kind `observed`. Its definition is kept in the book file, and travels in a spec
whose criteria read it, so that an export alone is enough to compute it; tags on named accounts cannot.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from icp_workbench.conditions.condition import Condition


@dataclass(frozen=True)
class Bins:
    """A number cut into bands: value < cuts[0], cuts[0] ≤ value < cuts[1], …, cuts[-1] ≤ value.

    `labels` has one more than `cuts`; empty: made from the cuts.
    """

    field: str
    cuts: tuple[float, ...]
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Groups:
    """Values of a category taken together: {name of the group: values}. Others keep their own name, or the
    name `other` where it is given."""

    field: str
    groups: Mapping[str, tuple[str, ...]]
    other: str | None = None


@dataclass(frozen=True)
class Words:
    """Yes where a text mentions any of `words` (whole words or phrases, case-blind; no regular
    expressions)."""

    field: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Expression:
    """Yes where a condition over other attributes is true; blank where it is unknown."""

    when: Condition


@dataclass(frozen=True)
class Tag:
    """Yes for the named accounts (by id, else by name), no for the others. It stays in the book file."""

    accounts: tuple[str, ...]


@dataclass(frozen=True)
class SecondFile:
    """A column of another file, joined to the accounts by `key` (a header of that file; None: found).

    `path` is as a person wrote it: relative to the book file.
    """

    path: str
    column: str
    key: str | None = None
    accepted: Mapping[str, str] = field(default_factory=dict)  # near misses of the key: found → meant


Definition = Bins | Groups | Words | Expression | Tag | SecondFile


@dataclass(frozen=True)
class ObservedAttribute:
    """An attribute made in the workbench: `name` in snake_case and unique in its book."""

    name: str
    definition: Definition
    label: str = ""
    note: str = ""
    known_before_sale: bool = True
