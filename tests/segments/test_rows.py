"""The smaller side of a segment, from which the other follows by subtraction."""

import numpy as np
import pandas as pd

from icp_workbench.conditions.condition import EVERYONE, NOBODY, FieldTest
from icp_workbench.segments.index import SegmentIndex
from tests.synthetic import make_book

INDEX = SegmentIndex(make_book(pd.DataFrame({"size": [1.0, 2.0, 3.0, 4.0, np.nan]})))
VALUES = np.array([1.0, 2, 4, 8, 16])


def at_least(size: float) -> FieldTest:
    return FieldTest("size", "at_least", size)


def test_what_is_added_up_over_the_smaller_side_gives_both() -> None:
    for size, inside in ((1, 15.0), (2, 14.0), (3, 12.0), (4, 8.0), (5, 0.0)):
        few = INDEX.rows(at_least(size)).fewer
        found = few.sides(few.of(VALUES).sum(), VALUES.sum())
        assert found == (inside, 31.0 - inside)


def test_a_segment_of_more_than_half_is_told_by_its_rest() -> None:
    few = INDEX.rows(at_least(2)).fewer
    assert few.is_rest and few.positions is not None and few.positions.tolist() == [0, 4]
    few = INDEX.rows(at_least(3)).fewer
    assert not few.is_rest and few.positions is not None and few.positions.tolist() == [2, 3]


def test_everybody_and_nobody() -> None:
    everyone, nobody = INDEX.rows(EVERYONE), INDEX.rows(NOBODY)
    assert (everyone.size, nobody.size) == (5, 0)
    assert everyone.fewer.positions is None and everyone.fewer.of(VALUES) is VALUES
    assert everyone.fewer.sides(31.0, 31.0) == (31.0, 0.0)
    assert nobody.fewer.sides(nobody.fewer.of(VALUES).sum(), 31.0) == (0.0, 31.0)
