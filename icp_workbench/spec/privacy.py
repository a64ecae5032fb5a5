"""What must not leave the building with a spec: names of people and accounts, addresses, paths."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from icp_workbench.book.book import AccountBook
from icp_workbench.conditions.condition import tests_of
from icp_workbench.conditions.fields import Field
from icp_workbench.errors import WorkbenchError
from icp_workbench.spec.criterion import Criterion

_PEOPLE = frozenset(
    {
        "agent",
        "rep",
        "representative",
        "owner",
        "manager",
        "seller",
        "salesperson",
        "contact",
        "executive",
        "csm",
    }
)
# Ours alone, and linear in the text: no pattern of a user is ever run.
_ADDRESSES = (
    (re.compile(r"[^\s@]{1,64}@[^\s@.]{1,63}\.[^\s@]{2,63}"), "an e-mail address"),
    (re.compile(r"\b[a-zA-Z][a-zA-Z0-9+.-]{1,15}://\S"), "an address on the web or a connection"),
    (re.compile(r"\bwww\.\S"), "an address on the web"),
    (
        re.compile(
            r"(?:^|[\s\"'(])(?:/(?:home|Users|tmp|var|etc|mnt|root|srv|opt|work)/|~/|[A-Za-z]:\\|\\\\)\S"
        ),
        "a path",
    ),
)


def refuse_names(criteria: Sequence[Criterion], book: AccountBook) -> None:
    """WorkbenchError where a condition names people (an attribute such as `sales_agent`) or accounts (an
    attribute most of whose values are accounts of the book)."""
    accounts = {name.casefold() for name in book.account_names}
    for criterion in criteria:
        for test in tests_of(criterion.when):
            field = book.fields.get(test.field)
            values = test.value if isinstance(test.value, tuple) else (test.value,)
            if field is None or not any(isinstance(value, str) for value in values):
                continue
            whom = (
                "people" if _names_people(field) else "accounts" if _names_accounts(field, accounts) else ""
            )
            if whom:
                raise WorkbenchError(
                    "A spec names nobody",
                    f"Criterion `{criterion.id}` reads `{field.name}`, whose values are names of {whom}; a "
                    "spec may leave the building, so it never holds any.",
                    "Unmark it, or say what those have in common by another attribute.",
                )


def refuse_addresses(content: Mapping[str, Any]) -> None:
    """WorkbenchError naming each place in a spec's content that holds an e-mail address, a web address or a
    path."""
    found = [f"{where} holds {what}" for where, text in _texts(content, "") if (what := _address_in(text))]
    if found:
        raise WorkbenchError(
            "A spec holds no addresses",
            "; ".join(found) + "; a spec may leave the building.",
            "Say it without; the journal of the session keeps what was said.",
        )


def _names_people(field: Field) -> bool:
    return field.type in ("category", "text", "set") and bool(_PEOPLE & set(field.name.split("_")))


def _names_accounts(field: Field, accounts: set[str]) -> bool:
    levels = [level.casefold() for level in field.levels if any(char.isalpha() for char in level)]
    return bool(levels) and 2 * sum(level in accounts for level in levels) >= len(levels)


def _texts(value: Any, where: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _texts(inner, f"{where}.{key}" if where else str(key))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from _texts(inner, f"{where}[{at}]")


def _address_in(text: str) -> str | None:
    return next((what for pattern, what in _ADDRESSES if pattern.search(text)), None)
