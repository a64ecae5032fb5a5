"""Whom a spec selects in an export, account by account, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from icp_workbench.spec.applying import Applied
from icp_workbench.spec.coverage import least_fit_of, matching, possible_accounts, profile_accounts
from icp_workbench.spec.model import IdealCustomerProfile

Mask = npt.NDArray[np.bool_]
Standing = Literal["profile", "anti_icp", "unknown", "outside"]


@dataclass(frozen=True, eq=False)
class Selection:
    """Masks over the accounts of an export, bool (n_accounts,).

    `profile`: selected. `possible`: selected, were what is unknown in their favour. `anti`: an anti-ICP
    criterion matches. `matched` and `unknown` by criterion id: a blank counts as its `missing` says.
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    profile: Mask
    possible: Mask
    anti: Mask
    matched: Mapping[str, Mask]
    unknown: Mapping[str, Mask]

    def standing(self, row: int) -> Standing:
        """Where an account stands: in the profile, else in the anti-ICP, else not known, else outside."""
        if self.profile[row]:
            return "profile"
        if self.anti[row]:
            return "anti_icp"
        return "unknown" if self.possible[row] else "outside"

    def reasons(self, row: int) -> dict[str, list[str]]:
        """The ids of the criteria an account matches, misses, and of which it is not known."""
        told: dict[str, list[str]] = {"matched": [], "missed": [], "unknown": []}
        for name, mask in self.matched.items():
            which = "matched" if mask[row] else "unknown" if self.unknown[name][row] else "missed"
            told[which].append(name)
        return told

    def payload(self) -> Iterator[dict[str, Any]]:
        """Every account as plain data: id, where it stands, and the criteria behind it."""
        masks = [self.profile, self.possible, self.anti, *self.matched.values(), *self.unknown.values()]
        bits = np.packbits(np.array(masks).T, axis=1)
        # A million accounts differ in a handful of ways: each is put into words once.
        _, first, which = np.unique(bits, axis=0, return_index=True, return_inverse=True)
        told = [{"standing": self.standing(row), **self.reasons(row)} for row in first.tolist()]
        for account, way in zip(self.ids, which.ravel().tolist(), strict=True):
            yield {"account": account, **told[way]}


def select(profile: IdealCustomerProfile, applied: Applied) -> Selection:
    """The accounts of an export as a spec sees them, by the spec's own points and cut-offs."""
    index, criteria = applied.index, applied.criteria
    least = least_fit_of(profile)
    anti = np.zeros(index.n_accounts, bool)
    matched: dict[str, Mask] = {}
    unknown: dict[str, Mask] = {}
    for criterion in criteria:
        matched[criterion.id] = matching(index, criterion)
        open_to_both = criterion.missing == "unknown"
        unknown[criterion.id] = index.rows(criterion.when).unknown & open_to_both
        if criterion.verdict == "anti_icp":
            anti |= matched[criterion.id]
    return Selection(
        ids=index.book.account_ids,
        names=index.book.account_names,
        profile=profile_accounts(index, criteria, least),
        possible=possible_accounts(index, criteria, least),
        anti=anti,
        matched=matched,
        unknown=unknown,
    )
