"""Names in what people wrote (reasons, slots, notes): of accounts and persons in the book, and domains."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
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
_FEWEST_LETTERS = 3  # what is called by fewer is met in any text
_LONGEST = 8  # words of a name that are looked up; a longer one is searched for
_TOLD = 10  # names in one refusal
_THERE = "somebody who was there"
_WORD = re.compile(r"\w+")

# What is not written by a person: it was read from the data or computed, and is looked at where that is done.
_NOT_WRITTEN = frozenset(
    {"fields", "data", "evidence", "when", "tested_as", "grades", "id", "digest", "metadata.name"}
)


def refuse_named(
    content: Mapping[str, Any],
    book: AccountBook,
    people: Collection[Field],
    allowed: Collection[str],
    there: Iterable[str] = (),
) -> None:
    """WorkbenchError naming each text in a spec's content that names an account of the book, a value of an
    attribute of people, somebody who was `there` (the name or a part of it), or a domain that is no value of
    the book's. `allowed` are the values its conditions read, case-folded: the statement repeats them, and
    for names of the book they were looked at before.

    A name of one word counts as it is written, another whatever its case; both only as whole words, and not
    where many accounts have it as a value. A domain that begins with a capital, such as Monday.com, is the
    name of a product.
    """
    texts = list(_written(content, ""))
    words = [field for field in book.fields.values() if field not in people]
    said = _Said(texts)
    names = [("an account", name) for name in book.account_names]
    names += [("a person", level) for field in people for level in field.levels]
    names += [
        (_THERE, part) for name in there for part in dict.fromkeys((name.strip(), *_WORD.findall(name)))
    ]
    known = {level.casefold() for field in book.fields.values() for level in field.levels}
    found: dict[str, str] = {}  # by name: whoever is a person and an account is told of once
    for whom, name in names:
        own = name.casefold()
        if name in found or (own in allowed and (whom != _THERE or own in known)):
            continue
        where = said.place_of(name)
        if where is not None and not _is_ordinary(name, words, book):
            found[name] = f"{where} names {whom}: `{_short(name)}`"
    for where, text in texts:
        for domain in _DOMAIN.findall(text):
            if not domain[0].isupper() and domain.casefold() not in known:
                found.setdefault(domain, f"{where} names a domain: `{_short(domain)}`")
    if found:
        told = "; ".join([*found.values()][:_TOLD])
        raise WorkbenchError(
            "A spec names nobody",
            f"{told}. A spec may leave the building, so it never holds a name.",
            "Say it without the name; the journal of the session keeps what was said.",
        )


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


def _is_ordinary(name: str, words: Iterable[Field], book: AccountBook) -> bool:
    """Whether a name is also a value that many have: `Retail`, though an account may be called so. `words`
    are the attributes that do not name people."""
    own = name.casefold()
    return any(
        level.casefold() == own and not is_rare(field, level, book)
        for field in words
        for level in field.levels
    )


class _Said:
    """Texts, to look names up in: every run of words in them, as it is written."""

    def __init__(self, texts: Sequence[tuple[str, str]]) -> None:
        self._runs: dict[str, list[tuple[str, str]]] = {}  # by folded run: how it is written, and where
        self._texts = texts
        for where, text in texts:
            words = [found.span() for found in _WORD.finditer(text)]
            for at, (start, _) in enumerate(words):
                for _, end in words[at : at + _LONGEST]:
                    run = " ".join(text[start:end].split())
                    self._runs.setdefault(run.casefold(), []).append((run, where))

    def place_of(self, name: str) -> str | None:
        """Where a name is met first, as whole words; None where it is not."""
        bare = " ".join(name.split())
        if not (bare[:1].isalnum() and bare[-1:].isalnum()):
            bare = re.sub(r"^\W+|\W+$", "", bare)
        if len(bare) < _FEWEST_LETTERS:
            return None
        met = self._runs.get(bare.casefold())
        if met is not None:
            of_one_word = " " not in bare
            return next((where for run, where in met if run == bare or not of_one_word), None)
        # That many words take twice as many characters: most names need not be taken apart.
        if len(bare) <= 2 * _LONGEST or len(_WORD.findall(bare)) <= _LONGEST:
            return None
        own = bare.casefold()
        return next((where for where, text in self._texts if own in text.casefold()), None)


def _short(name: str) -> str:
    return name if len(name) <= 60 else name[:57] + "…"


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
