"""Stage labels → won, lost, open or neither: by flags first, then by words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from icp_workbench.book.cleaning.column import Column
from icp_workbench.book.vocabulary import (
    FLAGGED_WON,
    LOOKS_CLOSED,
    LOST,
    LOST_CODES,
    NEITHER,
    NOT,
    NOT_YET_WON,
    RESULT,
    WON,
    WON_CODES,
    plain_words,
)

StageOutcome = Literal["won", "lost", "open", "neither"]
OUTCOMES: tuple[StageOutcome, ...] = ("won", "lost", "open", "neither")


def outcome_of_label(label: str, *, of_result: bool = False) -> StageOutcome:
    """What a stage's name says: "Closed Won" → won, "Disqualified" → neither; open where it says nothing.

    `of_result`: the label stands in a column called Result, Outcome or Won, where W, Y and 1 say won.
    """
    held = plain_words(label)
    if of_result and len(held) == 1 and held & (WON_CODES | LOST_CODES):
        return "won" if held & WON_CODES else "lost"
    if held & NEITHER:
        return "neither"
    if held & LOST or (held & WON and held & NOT):
        return "lost"
    return "won" if held & WON and not held & NOT_YET_WON else "open"


def speaks_of_winning(labels: Sequence[str], *, of_result: bool = False) -> bool:
    """True when some label says won: a column with such labels tells the outcome of a deal."""
    return any(outcome_of_label(label, of_result=of_result) == "won" for label in labels[:100])


def tells_losses(labels: Sequence[str], *, of_result: bool = False) -> bool:
    """True when some label says lost."""
    return any(outcome_of_label(label, of_result=of_result) == "lost" for label in labels[:100])


def speaks_of_result(column: Column) -> bool:
    """True for a header such as Result, Outcome or Won, under which W, Y and 1 say won."""
    return bool(column.words & (RESULT | FLAGGED_WON))


def looks_closed(label: str) -> bool:
    """True for a label that seems to end a deal without saying how: Closed, Dropped, Abgeschlossen."""
    return bool(plain_words(label) & LOOKS_CLOSED)


def counts_of(stage: Column | None) -> dict[str, int]:
    """How many deals stand under each label, most first."""
    if stage is None:
        return {}
    counts = np.bincount(stage.codes[stage.codes >= 0], minlength=stage.distinct)
    return {stage.levels[at]: int(counts[at]) for at in np.argsort(-counts, kind="stable") if counts[at]}


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
    of_result = stage is not None and speaks_of_result(stage)
    by_label = {
        label: outcome_of_label(label, of_result=of_result) for label in (stage.levels if stage else ())
    }
    result = np.full(rows, OUTCOMES.index("open"), np.int8)
    if stage is not None:
        said = np.array([OUTCOMES.index(by_label[label]) for label in stage.levels] + [2], np.int8)
        result = said[stage.codes]
    if won is not None:
        result = _by_flags(result if stage is not None else None, won, closed, closed_date)
    elif closed is not None:
        result[(closed.numbers == 1) & (result == OUTCOMES.index("open"))] = OUTCOMES.index("lost")
    if stage is None:
        return result, {}
    result = _as_chosen(result, stage, chosen)
    known = stage.codes >= 0
    cells = stage.codes[known].astype(np.int64) * len(OUTCOMES) + result[known]
    tally = np.bincount(cells, minlength=stage.distinct * len(OUTCOMES)).reshape(-1, len(OUTCOMES))
    shown = {
        label: OUTCOMES[int(counts.argmax())]
        for label, counts in zip(stage.levels, tally, strict=True)
        if counts.any()
    }
    return result, shown


def _as_chosen(
    result: npt.NDArray[np.int8], stage: Column, chosen: Mapping[str, str]
) -> npt.NDArray[np.int8]:
    """The outcomes with those of labels that a person mapped, case-blind, as the person said."""
    folded = {label.strip().casefold(): outcome for label, outcome in chosen.items()}
    wanted = np.full(stage.distinct + 1, -1, np.int8)
    for at, label in enumerate(stage.levels):
        outcome = folded.get(label.casefold())
        if outcome in OUTCOMES:
            wanted[at] = OUTCOMES.index(outcome)
    own = wanted[stage.codes]
    return np.where(own >= 0, own, result).astype(np.int8)


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
