"""Several attributes in one code: the same counts as one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from icp_workbench.segments.packing import narrowest, packed


@given(st.lists(st.integers(1, 9), min_size=1, max_size=9), st.integers(0, 40), st.integers(0, 5))
def test_counts_of_packed_attributes_are_those_of_each(widths: list[int], rows: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    columns = {f"a{at}": (random.integers(0, width, rows), width) for at, width in enumerate(widths)}
    groups = packed(columns)
    assert sorted(name for group in groups for name in group.names) == sorted(columns)
    values = random.integers(-5, 5, rows).astype(float)
    for group in groups:
        assert group.codes.max(initial=0) < group.cells
        counts = np.bincount(group.codes, minlength=group.cells)
        sums = np.bincount(group.codes, values, group.cells)
        for name, held in group.by_attribute(np.stack([counts, sums], axis=1)).items():
            codes, width = columns[name]
            assert held[:, 0].tolist() == np.bincount(codes, minlength=width).tolist()
            assert held[:, 1] == pytest.approx(np.bincount(codes, values, width))


def test_an_attribute_too_wide_for_any_group_stands_alone() -> None:
    rows = np.arange(1_000)
    groups = packed({"city": (rows, 1_000), "size": (rows % 3, 3), "region": (rows % 5, 5)})
    assert [group.names for group in groups] == [("city",), ("region", "size")]
    assert groups[0].codes.dtype == np.uint16 and groups[1].codes.dtype == np.uint8


def test_a_book_without_attributes_has_no_groups() -> None:
    assert packed({}) == ()


@pytest.mark.parametrize(
    ("codes", "kind"), [(0, "u1"), (1, "u1"), (256, "u1"), (257, "u2"), (65_536, "u2"), (65_537, "u4")]
)
def test_codes_are_as_narrow_as_can_be(codes: int, kind: str) -> None:
    assert narrowest(codes) == np.dtype(kind)
