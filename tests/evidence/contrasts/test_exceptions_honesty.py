"""Where the ideal fails: nothing where there is nothing, and every look is counted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from icp_workbench.conditions.condition import (
    EVERYONE,
    NOBODY,
    Condition,
    Not,
    simplified,
)
from icp_workbench.evidence.contrasts.exceptions import where_it_fails
from icp_workbench.evidence.facets import facets
from icp_workbench.evidence.look_keys import look_key
from icp_workbench.evidence.looks import looks_of_facets
from icp_workbench.segments.index import SegmentIndex
from tests.evidence.books import typical_book
from tests.evidence.contrasts.planted import (
    THIRD,
    book_of,
    by_words,
    fails,
    frame_of,
    planted,
    strong_book,
    values_of,
)
from tests.synthetic import DEAL_SIZE, WIN_RATE, make_book

# Nothing where there is nothing


def test_books_without_signal_show_nothing_in_nineteen_of_twenty() -> None:
    """50 books; without correction nearly all would show something, with it at most 5 % (7 of 50 is three
    standard errors above). Rates and medians have different tests."""
    found = dict.fromkeys(("win_rate", "sales_cycle_days"), 0)
    for seed in range(50):
        index = SegmentIndex(typical_book(seed=1_000 + seed, accounts=240))
        for metric in found:
            found[metric] += bool(fails(index, metric=metric).groups)
    assert max(found.values()) <= 7


def test_a_segment_that_wins_alike_everywhere_has_no_exceptions() -> None:
    found = fails(SegmentIndex(typical_book(seed=16, accounts=900, lift=0.3)))
    assert found.verdict == "better" and not found.groups
    assert found.sentence == (
        f"{found.looked_at} sub-groups compared with the others on their side: none differs by more than "
        "chance would make one differ."
    )
    assert found.nothing("inside") == f"none of {found.compared['inside']} that stands out"


def test_only_what_was_tested_counts_as_compared() -> None:
    index = SegmentIndex(typical_book(seed=17, accounts=60))
    found = fails(index)
    tested = sum(p is not None for p in found.looks.values()) - 1  # the segment itself
    assert found.looked_at == tested == len(found.looks) - 1


def test_too_small_a_segment_says_that_nothing_could_be_compared() -> None:
    accounts = book_of(18, 300).assign(third=pd.Categorical(np.where(np.arange(300) < 12, "yes", "no")))
    found = fails(planted(np.full(300, 0.3), accounts))
    assert found.compared["inside"] == 0 and found.compared["outside"] > 0
    assert found.nothing("inside") == "none has outcomes enough to be compared"


@pytest.mark.parametrize("condition", [EVERYONE, NOBODY])
def test_everybody_and_nobody_have_defined_answers(condition: Condition) -> None:
    found = fails(SegmentIndex(typical_book(seed=19, accounts=200)), condition)
    empty = "outside" if condition == EVERYONE else "inside"
    assert found.compared[empty] == 0 and found.verdict == ("none" if condition == EVERYONE else "too_few")
    assert found.standing and "None" not in found.standing and "nan" not in found.standing


def test_a_book_of_one_account_has_a_defined_answer() -> None:
    deals = pd.DataFrame({"account": [0, 0], "won": [1.0, 0.0], "amount": 1.0, "cycle_days": 1.0})
    index = SegmentIndex(make_book(pd.DataFrame({"third": pd.Categorical(["yes"])}), deals=deals))
    found = fails(index)
    assert found.sentence == "No sub-group has outcomes enough to be compared with the others on its side."


def test_a_metric_that_takes_resampling_is_not_searched_and_says_so() -> None:
    spread = replace(DEAL_SIZE, name="spread", label="Size spread", unit="ratio", estimator="spread")
    index = SegmentIndex(replace(typical_book(accounts=100), metrics=(WIN_RATE, spread)))
    found = fails(index, metric="spread")
    assert not found.groups and found.looked_at == 0 and found.standing == ""
    assert found.sentence.startswith("Size spread has no test that is quick enough")
    assert not found.looks


def test_an_unknown_metric_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        fails(SegmentIndex(typical_book(accounts=30)), metric="nothing")


# Which attributes, and which looks


def test_attributes_kept_out_are_not_looked_at() -> None:
    book = strong_book()
    index = SegmentIndex(book)
    assert any("industry" in group.words for group in fails(index).groups)
    leaks = [
        replace(f, kept_out="it is the outcome") if f.name == "industry" else f for f in book.fields.values()
    ]
    kept_out = SegmentIndex(replace(book, fields=type(book.fields)(tuple(leaks))))
    assert not any("industry" in group.sentence for group in fails(kept_out).groups)


def test_attributes_of_a_deal_are_looked_at_inside_a_segment_of_accounts() -> None:
    group = by_words(fails(SegmentIndex(strong_book()), metric="deal_size").inside)["type is new"]
    index = SegmentIndex(strong_book())
    deals = frame_of(index, "deal")
    inside = (deals["third"] == "yes") & (deals["won"] == 1)
    assert group.own.value == pytest.approx(deals["amount"][inside & (deals["type"] == "new")].median())
    assert index.rows(group.whole).grain == "deal"


def test_the_looks_are_those_of_the_facets_of_the_segment_and_of_its_rest_and_more() -> None:
    index = SegmentIndex(typical_book(seed=20, accounts=400))
    found = fails(index)
    for side in (THIRD, simplified(Not(THIRD))):
        seen = looks_of_facets(facets(index, index.rows(side), "win_rate"), side)
        tested = {key: p for key, p in seen.items() if p is not None}
        assert tested.items() <= found.looks.items()
    assert len(found.looks) == found.looked_at + 1
    assert found.looks[look_key(THIRD, "win_rate")] == found.itself.p_value


def test_a_group_taken_together_is_one_look_more_under_the_key_of_the_segment_it_becomes() -> None:
    attributes = book_of(11, 1_500)
    third = (attributes["third"] == "yes").to_numpy()
    bad = attributes["industry"].isin(["Retail", "Public"]).to_numpy()
    found = fails(planted(np.where(third, np.where(bad, 0.1, 0.55), 0.2), attributes))
    group = found.inside[0]
    assert len(values_of(group)) == 2
    assert found.looks[look_key(group.whole, "win_rate")] == group.p_value
    assert len(found.looks) == found.looked_at + 1 + sum(len(values_of(one)) > 1 for one in found.groups)


def test_a_metric_that_is_not_core_takes_no_looks() -> None:
    assert not fails(SegmentIndex(typical_book(accounts=200)), metric="deal_size").looks


def test_when_cancelled_it_ends_early() -> None:
    index = SegmentIndex(strong_book())
    asked: list[bool] = []

    def cancelled() -> bool:
        asked.append(True)
        return len(asked) > 2

    cut = where_it_fails(index, index.rows(THIRD), "win_rate", cancelled=cancelled)
    assert 0 < cut.looked_at < fails(index).looked_at
    assert len(asked) == 4  # twice inside, once more there, and once outside
