"""Hypotheses at the reveal: five verdicts, strength among themselves, and how often chance supports one."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.multitest import multipletests

from icp_workbench.conditions.condition import EVERYONE, AnyOf, FieldTest, Not
from icp_workbench.errors import WorkbenchError
from icp_workbench.evidence.comparison import compare
from icp_workbench.evidence.looks import look_key
from icp_workbench.evidence.stated import strength_of_stated
from icp_workbench.evidence.strength import strength_of
from icp_workbench.segments.index import SegmentIndex
from tests.evidence.books import deals_of, typical_book
from tests.synthetic import WIN_RATE, make_book

THIRD = FieldTest("third", "in", ("yes",))
NOT_THIRD = FieldTest("third", "in", ("no",))
HIRING = FieldTest("hiring", "is", True)
SAAS = FieldTest("industry", "in", ("SaaS",))


@pytest.fixture(scope="module")
def index() -> SegmentIndex:
    return SegmentIndex(typical_book(seed=2, accounts=900, lift=0.2))


def test_each_hypothesis_has_a_verdict_and_a_strength(index: SegmentIndex) -> None:
    found = strength_of_stated(
        index,
        {"thirds win": THIRD, "thirds lose": THIRD, "the others win": NOT_THIRD, "the others lose": NOT_THIRD,
         "nobody": AnyOf(()), "everyone": EVERYONE, "hiring": HIRING},
        anti={"thirds lose", "the others lose"},
    )  # fmt: skip
    assert {name: one.verdict for name, one in found.items()} == {
        "thirds win": "supported", "thirds lose": "contradicted", "the others win": "contradicted",
        "the others lose": "supported", "nobody": "too few accounts", "everyone": "too few accounts",
        "hiring": "unclear",
    }  # fmt: skip
    assert [one.strength.name for one in found.values()] == [
        "confirmed", "contradicted", "contradicted", "confirmed", "assumption", "assumption", "assumption"
    ]  # fmt: skip


def test_the_family_is_hypotheses_times_core_metrics(index: SegmentIndex) -> None:
    claims = {"third": THIRD, "hiring": HIRING, "saas": SAAS}
    found = strength_of_stated(index, claims)
    core = ["win_rate", "sales_cycle_days", "retention_12m"]
    board = compare(index, {name: index.rows(claim) for name, claim in claims.items()}, core)
    p_values = [board.cell(name, metric).p_value for name in claims for metric in core]
    corrected = multipletests(p_values, method="holm")[1]
    assert all(one.strength.looks == 9 for one in found.values())
    assert found["third"].strength.adjusted_p == pytest.approx(corrected[0])
    assert found["third"].looks == {
        look_key(THIRD, metric): board.cell("third", metric).p_value for metric in core
    }


def test_what_is_looked_at_afterwards_does_not_weaken_what_was_said_before() -> None:
    index = SegmentIndex(replace(typical_book(seed=13, lift=0.15), metrics=(WIN_RATE,)))
    looks: dict[str, float | None] = {f"{n}": 0.5 for n in range(2_000)}
    assert strength_of(index, index.rows(THIRD), looks).name == "suggestive"
    stated = strength_of_stated(index, {"third": THIRD, "hiring": HIRING})["third"]
    assert (stated.verdict, stated.strength.name, stated.strength.looks) == ("supported", "confirmed", 2)
    assert stated.sentence.startswith("Supported and confirmed: win rate ")
    assert "after correction for 2 tests" in stated.sentence


def test_one_condition_said_twice_is_one_test(index: SegmentIndex) -> None:
    once = strength_of_stated(index, {"a": THIRD, "b": HIRING})
    twice = strength_of_stated(
        index, {"a": THIRD, "b": HIRING, "c": Not(Not(THIRD)), "all": THIRD}, anti={"c"}
    )
    assert twice["a"] == once["a"] == twice["all"]
    assert twice["c"].verdict == "contradicted" and twice["c"].strength.looks == once["a"].strength.looks


def test_rows_and_conditions_are_the_same_claim(index: SegmentIndex) -> None:
    assert strength_of_stated(index, {"a": index.rows(THIRD)}) == strength_of_stated(index, {"a": THIRD})


def test_a_difference_too_small_to_act_on_is_no_difference() -> None:
    random = np.random.default_rng(4)
    group = pd.DataFrame({"third": pd.Categorical(np.where(np.arange(30_000) % 3 == 0, "yes", "no"))})
    deals = deals_of(random, np.full(30_000, 0.3), 1)
    index = SegmentIndex(make_book(group, deals=deals, metrics=(WIN_RATE,)))
    found = strength_of_stated(index, {"third": THIRD})["third"]
    assert found.verdict == "no difference"
    assert found.sentence.startswith("No difference: win rate ") and "in the rest" in found.sentence


def test_a_supported_claim_need_not_be_confirmed() -> None:
    """Four attributes, each worth 8 points and p = 0.02: together Benjamini and Hochberg keep them all, Holm
    keeps none of four."""
    kinds = list(itertools.product([False, True], repeat=4))
    won_of_50 = {-4: 17, -2: 21, 0: 25, 2: 29, 4: 33}
    won = np.concatenate([np.arange(50) < won_of_50[2 * sum(kind) - 4] for kind in kinds]).astype(float)
    held = np.repeat(kinds, 50, axis=0)
    attributes = pd.DataFrame({f"a{at}": pd.array(held[:, at], dtype="boolean") for at in range(4)})
    deals = pd.DataFrame({"account": range(800), "won": won, "amount": 1.0, "cycle_days": 1.0})
    index = SegmentIndex(make_book(attributes, deals=deals, metrics=(WIN_RATE,)))
    found = strength_of_stated(index, {f"a{at}": FieldTest(f"a{at}", "is", True) for at in range(4)})
    for one in found.values():
        assert one.strength.p_value == pytest.approx(0.02, abs=0.005)
        assert (one.verdict, one.strength.name) == ("supported", "suggestive")
        assert one.sentence.startswith(
            "Supported: win rate 54.0% against 46.0% in the rest, but it does not "
        )


def test_too_few_accounts_take_no_part_in_the_correction(index: SegmentIndex) -> None:
    few = {f"{at}": FieldTest("employees", "at_least", 100_000 + at) for at in range(3)}
    alone = strength_of_stated(index, {"third": THIRD})["third"].strength
    beside = strength_of_stated(index, {"third": THIRD, **few})
    assert beside["third"].strength.adjusted_p == alone.adjusted_p
    assert {one.verdict for name, one in beside.items() if name != "third"} == {"too few accounts"}


def test_the_sentences_read_as_they_are_meant(index: SegmentIndex) -> None:
    found = strength_of_stated(index, {"a": NOT_THIRD, "b": AnyOf(()), "c": HIRING, "d": EVERYONE})
    assert found["a"].sentence.startswith("Contradicted: win rate ")
    assert found["b"].sentence == (
        "Too few accounts: win rate: 0 accounts with an outcome; 10 are needed; sales cycle: 0 accounts with "
        "an outcome; 10 are needed; retention: 0 accounts with an outcome; 10 are needed."
    )
    assert found["c"].sentence.startswith("Unclear: win rate ")
    assert found["c"].sentence.endswith("in the rest; the data cannot tell.")
    assert "there is no rest to compare with" in found["d"].sentence
    assert all("nan" not in one.sentence and "None" not in one.sentence for one in found.values())


def test_a_book_without_a_core_metric_leaves_every_claim_unclear(index: SegmentIndex) -> None:
    without = SegmentIndex(replace(index.book, metrics=()))
    found = strength_of_stated(without, {"a": THIRD})["a"]
    assert (found.verdict, found.strength.name) == ("unclear", "assumption")
    assert found.sentence == "Unclear: the book has no core metric to judge it by."
    assert strength_of_stated(index, {}) == {}


def test_wrong_names_are_refused(index: SegmentIndex) -> None:
    with pytest.raises(KeyError, match="nobody said this"):
        strength_of_stated(index, {"a": THIRD}, anti={"nobody said this"})
    with pytest.raises(WorkbenchError):
        strength_of_stated(index, {"a": FieldTest("thrid", "in", ("yes",))})


def test_evidence_that_is_saved_survives_shuffling_too(index: SegmentIndex) -> None:
    found = strength_of_stated(index, {"a": THIRD, "b": HIRING}, resample=True, shuffles=999)
    assert [one.strength.name for one in found.values()] == ["confirmed", "assumption"]


def test_claims_about_nothing_are_supported_in_one_reveal_of_twenty() -> None:
    """Six claims on three core metrics, none of them true."""
    supported = confirmed = 0
    claims = {"third": THIRD, "hiring": HIRING, "saas": SAAS, "big": FieldTest("employees", "at_least", 60),
              "dbt": FieldTest("tools", "contains_any", ("dbt",)),
              "inbound": FieldTest("source", "in", ("inbound",))}  # fmt: skip
    for seed in range(100):
        found = strength_of_stated(
            SegmentIndex(typical_book(seed, accounts=250)), claims, anti={"saas", "inbound"}
        )
        supported += any(one.verdict in ("supported", "contradicted") for one in found.values())
        confirmed += any(one.strength.name == "confirmed" for one in found.values())
    assert confirmed <= 5 and supported <= 12


def test_a_true_claim_is_confirmed_as_often_as_promised() -> None:
    """300 accounts, three deals each, 22 against 37 % in a third of them, stated alone."""
    confirmed = 0
    for seed in range(100):
        third = np.arange(300) % 3 == 0
        random = np.random.default_rng(1_000 + seed)
        deals = deals_of(random, np.where(third, 0.37, 0.22), 3, 0.1)
        group = pd.DataFrame({"third": pd.Categorical(np.where(third, "yes", "no"))})
        index = SegmentIndex(make_book(group, deals=deals, metrics=(WIN_RATE,)))
        confirmed += strength_of_stated(index, {"third": THIRD})["third"].strength.name == "confirmed"
    assert confirmed >= 90


def test_a_claim_about_one_metric_is_judged_by_it_alone(index: SegmentIndex) -> None:
    """Thirds win more; whoever claims that they close sooner is not supported by that."""
    claims = {"wins": THIRD, "sooner": THIRD, "bigger": THIRD}
    about = {"wins": "win_rate", "sooner": "sales_cycle_days", "bigger": "deal_size"}
    found = strength_of_stated(index, claims, about=about)
    board = compare(index, {"it": index.rows(THIRD)})
    assert found["wins"].verdict == "supported" and found["wins"].strength.metric == "win_rate"
    for name in ("sooner", "bigger"):
        assert board.cell("it", about[name]).verdict not in ("better", "worse")
        assert (
            found[name].verdict in ("unclear", "no difference") and found[name].strength.name == "assumption"
        )
    assert found["wins"].strength.looks == 4  # three core metrics of one condition, and deal size
    with pytest.raises(KeyError):
        strength_of_stated(index, claims, about={"wins": "beauty"})
    with pytest.raises(KeyError):
        strength_of_stated(index, claims, about={"nobody": "win_rate"})
