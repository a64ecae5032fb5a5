"""What a condition selects: accounts, and at a finer grain their observations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from icp_workbench.book.derived.encoding import frozen
from icp_workbench.conditions.condition import Condition
from icp_workbench.conditions.evaluation import Mask

ACCOUNT = "account"


@dataclass(frozen=True, slots=True, eq=False)
class Fewer:
    """The smaller of the two sides into which accounts fall: their positions, and whether they are the rest.

    What is added up over one side gives the other by subtraction from the whole, so that no question costs
    more than half the book. `positions` None: no account is left out, and the whole is asked for.
    """

    positions: npt.NDArray[np.intp] | None
    is_rest: bool

    def of(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """The values (n_accounts,) of the accounts on this side."""
        return values if self.positions is None else np.take(values, self.positions)

    def sides(self, part: Any, whole: Any) -> tuple[Any, Any]:
        """What was added up over this side, and over everybody → over the segment, and over its rest."""
        return (whole - part, part) if self.is_rest else (part, whole - part)


EVERYBODY = Fewer(None, False)


@dataclass(frozen=True, eq=False)
class RowSet:
    """What a condition selects. Arrays are shared and read-only.

    `grain` is "account", or the finer grain the condition reads. `accounts` is bool (n_accounts,): where the
    condition is true, or, for a finer grain, true of at least one of the account's observations. `unknown` is
    bool (n_accounts,): not selected, but the condition is unknown there (for one observation at least).
    """

    condition: Condition
    grain: str
    accounts: Mask
    unknown: Mask
    own: Mask  # at `grain`, bool (n_obs,): where the condition is true
    account_of: Callable[[str], npt.NDArray[np.int32]] = field(repr=False)
    _masks: dict[str, Mask] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def size(self) -> int:
        """How many accounts are selected."""
        return int(np.count_nonzero(self.accounts))

    @cached_property
    def fewer(self) -> Fewer:
        """The accounts selected, or where they are more than half, those that are not."""
        if self.size == len(self.accounts):
            return EVERYBODY
        is_rest = self.size * 2 > len(self.accounts)
        return Fewer(np.flatnonzero(~self.accounts if is_rest else self.accounts), is_rest)

    def observations(self, grain: str) -> Mask:
        """Which observations of a grain belong to the segment: bool (n_obs,).

        At the condition's own grain those where it is true; at any other those of the selected accounts.
        KeyError for a grain the book does not have.
        """
        if grain == ACCOUNT:
            return self.accounts
        if grain == self.grain:
            return self.own
        if grain not in self._masks:
            self._masks[grain] = frozen(np.take(self.accounts, self.account_of(grain)))
        return self._masks[grain]

    def rest(self, grain: str) -> Mask:
        """Which observations of a grain are the rest, the unknown included: bool (n_obs,).

        At the condition's own grain the other observations; at any other those of accounts without one of the
        segment's observations.
        """
        return ~self.observations(grain)
