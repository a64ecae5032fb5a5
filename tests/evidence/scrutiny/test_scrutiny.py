"""A criterion under scrutiny: on which metric, in which words, and stopped at any moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from icp_workbench.conditions.condition import EVERYONE, AllOf, FieldTest
from icp_workbench.evidence.scrutiny.confounding import held_fixed
from icp_workbench.evidence.scrutiny.scrutiny import Scrutiny, scrutiny_of
from icp_workbench.evidence.scrutiny.sensitivity import sensitivity
from icp_workbench.evidence.strength import Strength, strength_of
from icp_workbench.segments.index import SegmentIndex
from tests.evidence.books import typical_book
from tests.evidence.scrutiny.books import NAMES, SEGMENT, others_of, simulated

THIRD = FieldTest("third", "in", ("yes",))


def looked_at(index: SegmentIndex, condition: FieldTest, strength: Strength) -> Scrutiny | None:
    others = {"hiring": index.rows(FieldTest("hiring", "is", True))}
    return scrutiny_of(index, index.rows(condition), others, strength)


def test_it_is_on_the_metric_that_decided() -> None:
    index = SegmentIndex(typical_book(seed=2, accounts=900, lift=0.2))
    strength = strength_of(index, index.rows(THIRD), {})
    found = looked_at(index, THIRD, strength)
    assert found is not None and found.metric == strength.metric == "win_rate"
    assert found.held_fixed is not None and found.held_fixed.standing == "stands"
    assert found.sentences == (found.held_fixed.sentence, found.sensitivity.sentence)


def test_without_one_it_is_on_the_first_core_metric() -> None:
    index = SegmentIndex(typical_book())
    assumption = Strength("assumption", 3, "", "")
    found = looked_at(index, THIRD, assumption)
    assert found is not None and found.metric == "win_rate"
    without = SegmentIndex(replace(index.book, metrics=()))
    assert looked_at(without, THIRD, assumption) is None


def test_a_single_criterion_has_no_others_to_hold() -> None:
    index = SegmentIndex(typical_book())
    found = scrutiny_of(index, index.rows(THIRD), {}, Strength("assumption", 3, "", ""))
    assert found is not None and found.held_fixed is None
    assert found.sentences == (found.sensitivity.sentence,)


def test_a_book_of_customers_only_says_what_it_cannot_know() -> None:
    book = typical_book()
    customers = {"customer": book.observations["customer"]}
    kept = tuple(metric for metric in book.metrics if metric.grain == "customer")
    index = SegmentIndex(replace(book, observations=customers, metrics=kept))
    found = looked_at(index, THIRD, Strength("assumption", 1, "", ""))
    assert found is not None and "nothing about who would be won" in found.sentences[-1]


def stopped_at(ask: int) -> tuple[list[int], Callable[[], bool]]:
    """A question that is answered with yes from the n-th time on, and how often it was asked."""
    asked: list[int] = []

    def cancelled() -> bool:
        asked.append(len(asked))
        return len(asked) >= ask

    return asked, cancelled


@pytest.mark.parametrize("metric", NAMES)
def test_it_can_be_stopped_at_every_question(metric: str) -> None:
    index = SegmentIndex(simulated(np.random.default_rng(6), accounts=300, own=0.2))
    rows, others = index.rows(SEGMENT), others_of(index)
    asked, never = stopped_at(10**9)
    assert held_fixed(index, rows, others, metric, cancelled=never) is not None
    assert len(asked) >= 6
    for ask in range(1, len(asked) + 1):
        again, cancelled = stopped_at(ask)
        assert held_fixed(index, rows, others, metric, cancelled=cancelled) is None
        assert len(again) <= ask + 1  # nothing is begun after a yes


def test_the_variants_of_a_condition_can_be_stopped_between_each_other() -> None:
    index = SegmentIndex(typical_book(accounts=600, lift=0.2))
    condition = AllOf((THIRD, FieldTest("employees", "between", (5, 500))))
    rows = index.rows(condition)
    asked, never = stopped_at(10**9)
    whole = sensitivity(index, rows, "win_rate", cancelled=never)
    assert whole is not None and len(whole.variants) == 5 and len(asked) >= 5
    for ask in range(1, len(asked) + 1):
        again, cancelled = stopped_at(ask)
        assert sensitivity(index, rows, "win_rate", cancelled=cancelled) is None
        assert len(again) <= ask + 2


def test_a_scrutiny_that_was_stopped_is_none_at_all() -> None:
    index = SegmentIndex(typical_book(lift=0.2))
    strength = Strength("assumption", 3, "", "")
    others = {"hiring": index.rows(FieldTest("hiring", "is", True))}
    asked, never = stopped_at(10**9)
    assert scrutiny_of(index, index.rows(THIRD), others, strength, cancelled=never) is not None
    for ask in range(1, len(asked) + 1):
        _, cancelled = stopped_at(ask)
        assert scrutiny_of(index, index.rows(THIRD), others, strength, cancelled=cancelled) is None


def test_everyone_as_a_criterion_has_words() -> None:
    index = SegmentIndex(typical_book())
    found = scrutiny_of(
        index, index.rows(EVERYONE), {"third": index.rows(THIRD)}, Strength("assumption", 0, "", "")
    )
    assert found is not None
    assert found.sentences == (
        "There is no difference in win rate that the others could explain.",
        "There is no rest whose win rate it could be compared with.",
    )
