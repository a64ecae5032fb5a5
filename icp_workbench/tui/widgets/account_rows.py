"""Accounts found by name, under the attributes and values that were found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from icp_workbench.render import figures
from icp_workbench.tui.lines import Line, fit
from icp_workbench.tui.safe import clean
from icp_workbench.tui.widgets.rows_view import Row, TextRow


@dataclass(frozen=True)
class FoundAccounts:
    """The first accounts (row numbers and names) of all that were found, and how many those are."""

    first: tuple[tuple[int, str], ...] = ()
    total: int = 0


@dataclass(frozen=True)
class AccountRow:
    """An account; opening it shows its record."""

    account: int
    name: str

    selectable = True

    @property
    def key(self) -> tuple[str, int]:
        return ("account", self.account)

    def line(self, width: int, here: bool) -> Line:
        hint = "  ⏎ record" if here else ""
        return [
            ("  ", "text"),
            (fit(clean(self.name, 120), max(width - 2 - len(hint), 4)), "text"),
            (hint, "muted"),
        ]


def account_rows(found: FoundAccounts, *, hidden: bool) -> list[Row]:
    """A heading and the accounts; only how many there are where names are hidden."""
    if not found.total:
        return []
    many = figures.counted(found.total, "account")
    rows: list[Row] = [
        TextRow(("accounts", "gap")),
        TextRow(("accounts", "head"), (("Accounts  ", "text!"), (many + " of that name", "muted"))),
    ]
    if hidden:
        return [*rows, TextRow(("accounts", "hidden"), (("  names are hidden (N shows them)", "muted"),))]
    rows += [AccountRow(account, name) for account, name in found.first]
    if found.total > len(found.first):
        rest = figures.count(found.total - len(found.first))
        rows.append(TextRow(("accounts", "more"), ((f"  +{rest} more: type more of the name", "muted"),)))
    return rows


def names_of(names: Sequence[str], accounts: Sequence[int]) -> tuple[tuple[int, str], ...]:
    """Row numbers with their names."""
    return tuple((account, names[account]) for account in accounts)
