"""Stage labels → won, lost, open or neither: by flags first, then by words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from icp_workbench.book.cleaning import Column
from icp_workbench.book.vocabulary import LOST, NEITHER, NOT_YET_WON, WON
from icp_workbench.conditions.fields import snake_case

StageOutcome = Literal["won", "lost", "open", "neither"]
OUTCOMES: tuple[StageOutcome, ...] = ("won", "lost", "open", "neither")


def outcome_of_label(label: str) -> StageOutcome:
    """What a stage's name says: "Closed Won" → won, "Disqualified" → neither; open where it says nothing."""
    words = frozenset(snake_case(label).split("_"))
    if words & NEITHER:
        return "neither"
    if words & LOST or (words & WON and words & {"not", "no", "un"}):
        return "lost"
    return "won" if words & WON and not words & NOT_YET_WON else "open"


def speaks_of_winning(labels: Sequence[str]) -> bool:
    """True when some label says won: a column with such labels tells the outcome of a deal."""
    return any(outcome_of_label(label) == "won" for label in labels[:100])


def deal_outcomes(
    stage: Column | None,
    won: Column | None,
    closed: Column | None,
    closed_date: Column | None,
    chosen: Mapping[str, str],
) -> tuple[npt.NDArray[np.int8], dict[str, StageOutcome]]:
    """The outcome of each deal as an index into OUTCOMES, and each stage label's (its commonest).

    A person's mapping of a label stands above all; flags (IsWon, IsClosed) above the label's words. Without a
    flag for closing, a deal that is not won is lost once it has a close date, if there is such a column.
    """
    rows = next(column.rows for column in (stage, won) if column is not None)
    by_label = {label: outcome_of_label(label) for label in (stage.levels if stage else ())}
    result = np.full(rows, OUTCOMES.index("open"), np.int8)
    if stage is not None:
        table = np.array([OUTCOMES.index(by_label[label]) for label in stage.levels] + [2], np.int8)
        result = table[stage.codes]
    if won is not None:
        result = _by_flags(result if stage is not None else None, won, closed, closed_date)
    shown: dict[str, StageOutcome] = {}
    if stage is not None:
        for at, label in enumerate(stage.levels):
            held = result[stage.codes == at]
            if label in chosen:
                result[stage.codes == at] = OUTCOMES.index(chosen[label])  # type: ignore[arg-type]
                shown[label] = chosen[label]  # type: ignore[assignment]
            elif len(held):
                shown[label] = OUTCOMES[int(np.bincount(held, minlength=4).argmax())]
    return result, shown


def _by_flags(
    by_stage: npt.NDArray[np.int8] | None, won: Column, closed: Column | None, closed_date: Column | None
) -> npt.NDArray[np.int8]:
    is_won = won.numbers == 1
    known = ~np.isnan(won.numbers)
    if closed is not None:
        is_closed = (closed.numbers == 1) | is_won
    elif by_stage is not None:
        is_closed = (by_stage != OUTCOMES.index("open")) | is_won
    elif closed_date is not None and closed_date.values is not None:
        is_closed = ~np.isnat(closed_date.moments) | is_won
    else:
        is_closed = known
    result = np.full(won.rows, OUTCOMES.index("open"), np.int8)
    result[is_closed & known] = OUTCOMES.index("lost")
    result[is_won] = OUTCOMES.index("won")
    if by_stage is not None:
        neither = (by_stage == OUTCOMES.index("neither")) & ~is_won
        result[neither] = OUTCOMES.index("neither")
        if closed is None:
            unknown = ~known
            result[unknown] = by_stage[unknown]
    return result
