"""What must not leave the building with a spec: names of people and accounts, addresses, paths."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from icp_workbench.book.book import AccountBook
from icp_workbench.book.derived.definitions import Cases, conditions_in, meanings_behind
from icp_workbench.conditions.condition import FieldTest, fields_read, tests_of
from icp_workbench.conditions.fields import Field, snake_case
from icp_workbench.errors import WorkbenchError
from icp_workbench.spec.criterion import Criterion
from icp_workbench.spec.model import IdealCustomerProfile, content_of
from icp_workbench.spec.named import is_domain, is_rare, refuse_named

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
    """WorkbenchError where a condition, or a definition of what it reads, names people (an attribute such as
    `sales_agent`), domains (an attribute most of whose values are), or accounts (an attribute most of whose
    values are accounts of the book, a value of under five accounts that is one, a word looked for, a group,
    a band or an attribute that people made and called like one)."""
    accounts = {name.casefold() for name in book.account_names}
    people = {level.casefold() for field in people_of(book) for level in field.levels}
    for criterion in criteria:
        for test in _tests_behind(criterion, book):
            field = book.fields.get(test.field)
            values = test.value if isinstance(test.value, tuple) else (test.value,)
            if field is None or not any(isinstance(value, str) for value in values):
                continue
            whom = _whom(field, accounts)
            if whom:
                raise WorkbenchError(
                    "A spec names nobody",
                    f"Criterion `{criterion.id}` reads `{field.name}`, whose values are names of {whom}; a "
                    "spec may leave the building, so it never holds any.",
                    "Unmark it, or say what those have in common by another attribute.",
                )
        for text in _words_of_people(criterion, book, accounts):
            if what := _name_in(text, accounts, people):
                raise WorkbenchError(
                    "A spec names nobody",
                    f"Criterion `{criterion.id}` says `{text}`, which is {what}; a spec may leave the "
                    "building, so it never holds any.",
                    "Call it something else, or unmark the criterion.",
                )


def _name_in(text: str, accounts: set[str], people: set[str]) -> str:
    if text.casefold() in accounts:
        return "the name of an account"
    if text.casefold() in people:
        return "the name of a person"
    return "a domain" if is_domain(text) and not text[0].isupper() else ""


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


def refuse_texts(
    profile: IdealCustomerProfile,
    book: AccountBook,
    there: Iterable[str] = (),
    content: Mapping[str, Any] | None = None,
) -> None:
    """WorkbenchError where anything in a profile holds an address, or what people wrote a name: of an
    account, of a person in the book, or of one who was `there`. `content`: the part of it that was not
    looked at before (None: all of it)."""
    content = content_of(profile) if content is None else content
    refuse_addresses(content)
    values = (test.value for one in profile.criteria for test in tests_of(one.when))
    every = (one for value in values for one in (value if isinstance(value, tuple) else (value,)))
    refuse_named(content, book, people_of(book), {str(one).casefold() for one in every}, there)


def people_of(book: AccountBook) -> list[Field]:
    """The attributes whose values are names of people."""
    return [field for field in book.fields.values() if _names_people(field)]


def _tests_behind(criterion: Criterion, book: AccountBook) -> Iterator[FieldTest]:
    """The tests of a criterion, and those that make the attributes it reads."""
    yield from tests_of(criterion.when)
    known = [name for name in fields_read(criterion.when) if name in book.fields]
    for meaning in meanings_behind(known, book).values():
        for condition in conditions_in(meaning) if meaning is not None else ():
            yield from tests_of(condition)


def _words_of_people(criterion: Criterion, book: AccountBook, accounts: set[str]) -> Iterator[str]:
    """What people made up and a spec would say: words to look for, names of values and of attributes; and
    values that hardly any account has."""
    for test in _tests_behind(criterion, book):
        field = book.fields.get(test.field)
        if test.operator == "mentions" or (field is not None and field.type == "text"):
            values = test.value if isinstance(test.value, tuple) else (test.value,)
            yield from (value for value in values if isinstance(value, str))
        elif field is not None and field.type in ("category", "set"):
            values = test.value if isinstance(test.value, tuple) else (test.value,)
            named = (one for one in values if isinstance(one, str) and one.casefold() in accounts)
            yield from (one for one in named if is_rare(field, one, book))
    known = [name for name in fields_read(criterion.when) if name in book.fields]
    made = meanings_behind(known, book)
    yield from (case.value for how in made.values() if isinstance(how, Cases) for case in how.cases)
    plain = {name.replace("_", "") for name in made}
    yield from (name for name in book.account_names if plain and _plain(name) in plain)


def _whom(field: Field, accounts: set[str]) -> str:
    """Whom or what most values of an attribute name; empty where they name nobody."""
    if _names_people(field):
        return "people"
    if _names_accounts(field, accounts):
        return "accounts"
    levels = [level for level in field.levels if any(char.isalpha() for char in level)]
    return "domains" if levels and 2 * sum(map(is_domain, levels)) >= len(levels) else ""


def _plain(name: str) -> str:
    return snake_case(name).replace("_", "")


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
