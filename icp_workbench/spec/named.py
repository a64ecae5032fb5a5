"""Names in what people wrote (reasons, slots, notes): of accounts and persons in the book, and domains."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from icp_workbench.book.book import AccountBook
from icp_workbench.conditions.fields import Field
from icp_workbench.errors import WorkbenchError
from icp_workbench.spec.suppression import FEWEST_REPORTED

# Endings under which companies have their sites; others would be met in ordinary words and file names.
_ENDINGS = (
    "com|net|org|edu|gov|io|co|ai|app|dev|cloud|tech|info|biz|eu|uk|de|fr|nl|be|ch|at|es|it|pt|se|no|dk|fi|pl|"
    "cz|ie|us|ca|mx|br|au|nz|in|jp|cn|kr|sg|za|test|example"
)
_DOMAIN = re.compile(
    rf"(?<![\w@.-])(?:[^\W_][\w-]{{0,62}}\.){{1,4}}(?:{_ENDINGS})(?![\w-]|\.\w)", re.IGNORECASE
)
_SHORTEST = 3  # letters; what is called by fewer is met in any text

# What is not written by a person: it was read from the data or computed, and is looked at where that is done.
_NOT_WRITTEN = frozenset(
    {"fields", "data", "evidence", "when", "tested_as", "grades", "id", "digest", "metadata.name"}
)


def refuse_named(
    content: Mapping[str, Any], book: AccountBook, people: Iterable[Field], allowed: Collection[str]
) -> None:
    """WorkbenchError naming the first text in a spec's content that names an account of the book, a value of
    an attribute of people, or a domain that is no value of the book's. `allowed` are the values its
    conditions read, case-folded: these were looked at before, and the statement repeats them.

    A name of one word counts as it is written, another whatever its case; both only as whole words, and not
    where many accounts have it as a value. A domain that begins with a capital, such as Monday.com, is the
    name of a product.
    """
    texts = list(_written(content, ""))
    names = [("an account", name) for name in book.account_names]
    names += [("a person", level) for field in people for level in field.levels]
    together = "\n".join(text for _, text in texts)
    folded = together.casefold()
    for whom, name in names:
        own = name.casefold()
        if len(name) < _SHORTEST or own not in folded or own in allowed:
            continue
        for where, text in texts:
            if _named(name, text):
                raise _refusal(where, whom, name)
    known = {level.casefold() for field in book.fields.values() for level in field.levels}
    for where, text in texts:
        for found in _DOMAIN.findall(text):
            if not found[0].isupper() and found.casefold() not in known:
                raise _refusal(where, "a domain", found)


def is_domain(text: str) -> bool:
    """Whether a text is a domain and nothing else."""
    return _DOMAIN.fullmatch(text.strip()) is not None


def is_rare(field: Field, value: str, book: AccountBook) -> bool:
    """Whether under five rows have a value: what more have is a word of the trade, though an account may be
    called so."""
    frame = book.accounts if field.grain == "account" else book.observations[field.grain].attributes
    if field.name not in frame:
        return True
    counts: dict[Any, int] = frame[field.name].value_counts().to_dict()
    if field.type == "set":
        return sum(rows for members, rows in counts.items() if value in members) < FEWEST_REPORTED
    return counts.get(value, 0) < FEWEST_REPORTED


def _is_ordinary(name: str, book: AccountBook) -> bool:
    """Whether a name is also a value that many have: `Retail`, though an account may be called so."""
    own = name.casefold()
    return any(
        level.casefold() == own and not is_rare(field, level, book)
        for field in book.fields.values()
        for level in field.levels
    )


def _named(name: str, text: str) -> bool:
    flags = re.IGNORECASE if len(name.split()) > 1 else re.NOFLAG
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, flags) is not None


def _written(value: Any, where: str) -> Iterator[tuple[str, str]]:
    """What people wrote, with its path."""
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            path = f"{where}.{key}" if where else str(key)
            if key not in _NOT_WRITTEN and path not in _NOT_WRITTEN:
                yield from _written(inner, path)
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from _written(inner, f"{where}[{at}]")


def _refusal(where: str, whom: str, name: str) -> WorkbenchError:
    shown = name if len(name) <= 60 else name[:57] + "…"
    return WorkbenchError(
        "A spec names nobody",
        f"{where} names {whom}: `{shown}`. A spec may leave the building, so it never holds a name.",
        "Say it without the name; the journal of the session keeps what was said.",
    )
