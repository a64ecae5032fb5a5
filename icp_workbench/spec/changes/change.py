"""One change between two versions, and how much it asks of those who rely on the spec."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from icp_workbench.spec.lineage import EFFECTS, Effect


@dataclass(frozen=True, slots=True)
class Change:
    """`part` is the section of the file ("criteria", "fields", "grades", "statement" …), `id` the criterion,
    field or key in it, `aspect` what of it changed ("added" and "removed" for the whole). `words` is a
    sentence without its subject; `before` and `after` are plain data, None where there is none.
    """

    part: str
    id: str
    aspect: str
    effect: Effect
    words: str
    before: Any = None
    after: Any = None


def greatest(changes: Iterable[Change]) -> Effect | None:
    """The effect of all changes together; None without any."""
    return max((change.effect for change in changes), key=EFFECTS.index, default=None)
