"""How a book was read where a person decided otherwise than the guess."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class BookMapping:
    """Decisions that stand above what is inferred.

    `churn_source` names the outcome source to use where several disagree. `table_roles` gives a table's role
    by its name; `column_roles` a column's by ("table", "header"): "ignore", or "attribute" to let a leak in.
    `stages` maps a stage label to won, lost, open or neither. `accepted_near_misses` maps ("table", "header")
    of a key to {text found: text meant}.
    """

    churn_source: str | None = None
    table_roles: Mapping[str, str] = field(default_factory=dict)
    column_roles: Mapping[tuple[str, str], str] = field(default_factory=dict)
    stages: Mapping[str, str] = field(default_factory=dict)
    accepted_near_misses: Mapping[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)
