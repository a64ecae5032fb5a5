"""What a room said beside its criteria, as a spec may hold it: functions and counts, never names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from icp_workbench.book.book import AccountBook
from icp_workbench.conditions.condition import Condition, fields_read
from icp_workbench.errors import WorkbenchError
from icp_workbench.spec.criterion import Criterion
from icp_workbench.spec.model import Decided, HypothesisRecord, OpenQuestion
from icp_workbench.spec.privacy import refuse_names


@dataclass(frozen=True, slots=True)
class RoomRecord:
    """`decided` and `known_by_people` are by criterion id; what is not there was decided without a
    vote. `names` are the people who were there: nothing that is written may hold one."""

    mode: Literal["workshop", "solo"] = "solo"
    participants: Mapping[str, int] = field(default_factory=dict)
    decided: Mapping[str, Decided] = field(default_factory=dict)
    known_by_people: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    hypotheses: Sequence[HypothesisRecord] = ()
    open_questions: Sequence[OpenQuestion] = ()
    names: Sequence[str] = ()

    def without_what_names(self, book: AccountBook) -> RoomRecord:
        """The same, where a claim was tested on an attribute that names people or accounts (or that this book
        does not have) without saying how: the claim stays."""
        kept = [
            one if one.tested_as is None or _may_leave(one.tested_as.when, book) else _untold(one)
            for one in self.hypotheses
        ]
        return replace(self, hypotheses=kept)

    @property
    def conditions(self) -> list[Condition]:
        """What the hypotheses were tested as."""
        return [one.tested_as.when for one in self.hypotheses if one.tested_as is not None]


def _untold(record: HypothesisRecord) -> HypothesisRecord:
    return record.model_copy(update={"tested_as": None})


def _may_leave(when: Condition, book: AccountBook) -> bool:
    if not set(fields_read(when)) <= set(book.fields):
        return False
    try:
        refuse_names([_as_criterion(when)], book)
    except WorkbenchError:
        return False
    return True


def _as_criterion(when: Condition) -> Criterion:
    return Criterion("hypothesis", "icp", when, "fit", dt.datetime.fromtimestamp(0, dt.UTC))
