"""All attributes counted at once: what each attribute says alone."""

import numpy as np
import pandas as pd
import pytest

from icp_workbench.conditions.condition import EVERYONE, NOBODY, Condition, FieldTest, Not
from icp_workbench.segments.index import SegmentIndex
from icp_workbench.segments.rows import EVERYBODY
from tests.evidence.books import typical_book

INDEX = SegmentIndex(typical_book(3, accounts=400))
CONDITIONS = [
    EVERYONE, NOBODY, FieldTest("industry", "in", ("SaaS",)), Not(FieldTest("industry", "in", ("SaaS",))),
    FieldTest("employees", "at_least", 20),
]  # fmt: skip


@pytest.mark.parametrize("condition", CONDITIONS, ids=str)
def test_accounts_by_level_are_those_of_each_attribute_alone(condition: Condition) -> None:
    tabulation, rows = INDEX.tabulation, INDEX.rows(condition)
    cells = tabulation.counted(rows.fewer)
    if rows.fewer.is_rest:
        cells = [whole - part for whole, part in zip(tabulation.everybody, cells, strict=True)]
    found = tabulation.by_level(cells)
    assert set(found) == {"third", "industry", "tools", "hiring", "employees", "founded"}
    for name in ("third", "industry", "tools", "hiring"):
        assert found[name][:, 0].tolist() == INDEX.levels(name).counts(rows.accounts).tolist()
    for name in ("employees", "founded"):
        binned = INDEX.bins(name)
        by_hand = np.bincount(binned.codes[rows.accounts], minlength=binned.bins + 1)
        assert found[name][:, 0].tolist() == by_hand.tolist()
        assert found[name][-1, 0] == INDEX.book.accounts[name].isna().to_numpy()[rows.accounts].sum()


def test_accounts_by_level_and_kind_are_a_cross_table() -> None:
    kinds = (np.arange(INDEX.n_accounts) % 4).astype(np.uint8)
    rows = INDEX.rows(FieldTest("third", "in", ("yes",)))
    found = INDEX.tabulation.by_level(INDEX.tabulation.counted(rows.fewer, kinds, 4))
    held = INDEX.book.accounts["industry"][rows.accounts]
    table = pd.crosstab(held.astype(object).fillna("blank"), kinds[rows.accounts])
    wanted = table.reindex([*held.cat.categories, "blank"], fill_value=0).to_numpy()
    assert found["industry"].tolist() == wanted.tolist()


def test_sums_by_level_are_those_of_pandas() -> None:
    values = np.random.default_rng(1).normal(size=INDEX.n_accounts)
    rows = INDEX.rows(FieldTest("third", "in", ("yes",)))
    few = rows.fewer
    cells = INDEX.tabulation.summed(few, [few.of(values), np.ones(rows.size)])
    found = INDEX.tabulation.by_level(cells)["hiring"]
    held = INDEX.book.accounts["hiring"][rows.accounts]
    by_hand = pd.Series(values[rows.accounts]).groupby(held.to_numpy(dtype=bool)).agg(["sum", "count"])
    assert found[:2] == pytest.approx(by_hand.to_numpy())


def test_a_set_that_is_blank_is_no_member_and_has_a_row_of_its_own() -> None:
    held = pd.Categorical([frozenset({"dbt"}), None, frozenset({"dbt", "Jira"}), frozenset()])
    from tests.synthetic import make_book

    index = SegmentIndex(make_book(pd.DataFrame({"tools": held})))
    found = index.tabulation.by_level(index.tabulation.counted(EVERYBODY))["tools"]
    assert index.levels("tools").levels == ("Jira", "dbt")
    assert found[:, 0].tolist() == [1, 2, 1]


def test_too_many_kinds_for_one_pass_are_told() -> None:
    assert INDEX.tabulation.counts_kinds(100)
    assert not INDEX.tabulation.counts_kinds(1_000_000)
