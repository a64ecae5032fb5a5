"""Names of accounts in what people wrote: a spec may leave the building, so it holds none."""

from __future__ import annotations

import re
from collections.abc import Iterator

from icp_workbench.book.book import AccountBook
from icp_workbench.errors import WorkbenchError
from icp_workbench.spec.model import IdealCustomerProfile, content_of

_LONGEST_NAME = 8  # words
_SHORTEST_NAME = 4  # letters of a name of one word
_WRITTEN = ("statement", "plays")


def refuse_accounts_in_texts(profile: IdealCustomerProfile, book: AccountBook) -> None:
    """WorkbenchError naming where the statement or a play says the name of an account of the book, spelt as
    there. A name that is also a value of an attribute (an account called `Retail`) is taken for the value."""
    content = content_of(profile)
    texts = [(where, text) for key in _WRITTEN for where, text in _texts(content.get(key), key)]
    spoken = {name for _, text in texts for name in _runs(text)}
    if not spoken:
        return
    values = {level.casefold() for field in book.fields.values() for level in field.levels}
    named = {name for name in book.account_names if _normal(name) in spoken and name.casefold() not in values}
    for where, text in texts:
        runs = set(_runs(text))
        for name in sorted(named):
            if _normal(name) in runs:
                raise WorkbenchError(
                    "A spec names nobody",
                    f"{where} says `{name}`, which is the name of an account; a spec may leave the building, "
                    "so it never holds any.",
                    "Say it without the name; notes of the session may hold it.",
                )


def _runs(text: str) -> Iterator[str]:
    """Every run of words that may be a name."""
    words = _words(text)
    for start in range(len(words)):
        for end in range(start + 1, min(start + _LONGEST_NAME, len(words)) + 1):
            run = " ".join(words[start:end])
            if end - start > 1 or (len(run) >= _SHORTEST_NAME and not run.islower()):
                yield run


def _normal(name: str) -> str:
    return " ".join(_words(name))


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text)


def _texts(value: object, where: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(inner, f"{where}.{key}")
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from _texts(inner, f"{where}[{at}]")
