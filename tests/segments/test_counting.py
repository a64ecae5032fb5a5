"""Counts and sums per value."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from icp_workbench.conditions.evaluation import Column
from icp_workbench.segments import counting
from icp_workbench.segments.counting import leveled
from icp_workbench.segments.index import SegmentIndex
from tests.synthetic import make_book

ROWS = st.lists(
    st.tuples(st.sampled_from(["a", "b", "c", None]), st.booleans(), st.integers(-5, 5), st.integers(0, 3)),
    max_size=30,
)


@pytest.mark.parametrize("marks", [1_000_000, 0], ids=["marked", "sorted"])
@given(ROWS)
def test_counts_and_sums_agree_with_pandas(marks: int, rows: list[tuple[str | None, bool, int, int]]) -> None:
    frame = pd.DataFrame(rows, columns=["level", "chosen", "value", "account"])
    levels = ("a", "b", "c")
    codes = np.array([-1 if row[0] is None else levels.index(row[0]) for row in rows], np.int32)
    field = leveled("x", "account", Column("category", codes, levels))
    mask = frame["chosen"].to_numpy(bool)
    chosen = frame.assign(level=frame["level"].astype(object).fillna("blank"))[mask]
    grouped = chosen.groupby("level")
    order = ["a", "b", "c", "blank"]
    assert field.counts(mask).tolist() == grouped.size().reindex(order, fill_value=0).tolist()
    values = frame["value"].to_numpy(float)
    assert field.sums(values, mask).tolist() == grouped["value"].sum().reindex(order, fill_value=0).tolist()
    owners = frame["account"].to_numpy(np.int32)
    distinct = grouped["account"].nunique().reindex(order, fill_value=0).tolist()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(counting, "_MOST_MARKS", marks)
        assert field.accounts(owners, 4, mask).tolist() == distinct
    assert field.counts().sum() == len(rows)


def test_members_of_sets_are_counted_each() -> None:
    combinations = (frozenset({"dbt", "Snowflake"}), frozenset({"dbt"}), frozenset())
    codes = np.array([0, 1, 1, 2, -1, 0], np.int32)
    field = leveled("tech", "deal", Column("set", codes, combinations), order=("Snowflake", "dbt", "gone"))
    assert field.levels == ("Snowflake", "dbt")
    assert field.counts().tolist() == [2, 4, 1]
    mask = np.array([True, True, False, True, True, False])
    assert field.counts(mask).tolist() == [1, 2, 1]
    assert field.sums(np.array([1.0, 2, 4, 8, 16, 32])).tolist() == [33.0, 39.0, 16.0]
    owners = np.array([0, 0, 1, 1, 2, 2], np.int32)
    assert field.accounts(owners, 3).tolist() == [2, 3, 1]
    assert field.holds(1).tolist() == [True, True, True, False, False, True]
    assert field.holds(2).tolist() == [False, False, False, False, True, False]


def test_yes_no_and_blank() -> None:
    field = leveled("hiring", "account", Column("boolean", np.array([1, 0, -1, 1], np.int8)))
    assert field.levels == (False, True)
    assert field.counts().tolist() == [1, 2, 1]
    assert field.holds(1).tolist() == [True, False, False, True]


def test_several_quantities_at_once() -> None:
    field = leveled("x", "account", Column("category", np.array([0, 1, 0], np.int32), ("a", "b")))
    both = field.sums(np.array([[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]]))
    assert both.tolist() == [[4.0, 2.0, 0.0], [40.0, 20.0, 0.0]]


def test_numbers_and_dates_have_no_levels() -> None:
    with pytest.raises(TypeError):
        leveled("employees", "account", Column("number", np.array([1.0])))


def test_the_index_prepares_a_field_once_for_each_grain() -> None:
    accounts = pd.DataFrame({"industry": pd.Categorical(["SaaS", None])})
    deals = pd.DataFrame({"account": [0, 0, 1], "won": [1.0, 0.0, 1.0]})
    index = SegmentIndex(make_book(accounts, deals=deals))
    assert index.levels("industry").counts().tolist() == [1, 1]
    assert index.levels("industry", "deal").counts().tolist() == [2, 1]
    assert index.levels("industry", "deal") is index.levels("industry", "deal")
    with pytest.raises(KeyError):
        index.levels("nothing")
