"""Several attributes in one code a row, so that one count serves them all.

A count over n rows costs a pass over n codes, whatever the codes say. Attributes of 4, 6 and 9 levels are
therefore put together as one of 216, counted once, and the count is added up over the others for each: a
quarter of the passes for the same figures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

_FEWEST_CELLS = 256
_MOST_CELLS = 8_192  # what still fits a core's own memory while rows stream past it
_ROWS_A_CELL = 32  # so that adding up the cells costs less than the rows do


@dataclass(frozen=True, slots=True, eq=False)
class Packed:
    """Attributes `names` of `widths` codes each; `codes` (n_rows,) holds all of them, the first slowest."""

    names: tuple[str, ...]
    widths: tuple[int, ...]
    codes: npt.NDArray[np.unsignedinteger[Any]]

    @property
    def cells(self) -> int:
        """How many codes there can be."""
        return prod(self.widths)

    def by_attribute(self, cells: npt.NDArray[Any]) -> dict[str, npt.NDArray[Any]]:
        """Counts or sums for each cell, shape (cells, k) → for each attribute (width, k)."""
        found: dict[str, npt.NDArray[Any]] = {}
        for name, width in zip(self.names, self.widths, strict=True):
            # Of what is left the first attribute varies slowest: the others lie together, and are added up.
            found[name] = cells.reshape(width, -1, cells.shape[-1]).sum(axis=1)
            cells = cells.reshape(width, -1).sum(axis=0).reshape(-1, cells.shape[-1])
        return found


def packed(columns: Mapping[str, tuple[npt.NDArray[Any], int]]) -> tuple[Packed, ...]:
    """Put attributes (name → codes (n_rows,) from 0, and how many codes there are) into as few groups as
    possible: the widest first, each into the first group that has room for it. One too wide for any stands
    alone."""
    rows = max((len(codes) for codes, _ in columns.values()), default=0)
    room = min(max(rows // _ROWS_A_CELL, _FEWEST_CELLS), _MOST_CELLS)
    groups: list[list[str]] = []
    for name in sorted(columns, key=lambda name: -columns[name][1]):
        width = columns[name][1]
        fitting = (group for group in groups if prod(columns[n][1] for n in group) * width <= room)
        group = next(fitting, None)
        if group is None:
            groups.append([name])
        else:
            group.append(name)
    return tuple(_packed(group, columns) for group in groups)


def _packed(names: list[str], columns: Mapping[str, tuple[npt.NDArray[Any], int]]) -> Packed:
    widths = tuple(columns[name][1] for name in names)
    kind = narrowest(prod(widths))
    codes = columns[names[0]][0].astype(kind)
    for name, width in zip(names[1:], widths[1:], strict=True):
        codes *= kind.type(width)
        codes += columns[name][0].astype(kind, copy=False)
    codes.flags.writeable = False
    return Packed(tuple(names), widths, codes)


def narrowest(codes: int) -> np.dtype[Any]:
    """The narrowest unsigned type for so many codes from 0."""
    return np.min_scalar_type(max(codes - 1, 0))
