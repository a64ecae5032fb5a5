"""A statement edited by hand against the criteria: what it no longer names, and names that are gone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from icp_workbench.conditions.condition import FieldTest, tests_of
from icp_workbench.conditions.describing import MOST_VALUES, said
from icp_workbench.conditions.fields import Field, Fields
from icp_workbench.conditions.phrases import is_about_people
from icp_workbench.conditions.wording import field_words, in_words, value_words
from icp_workbench.render.text import clip, printable
from icp_workbench.spec.criterion import Criterion

_MOST_LEVELS = 500  # of one attribute: beyond it the values are names, not kinds
_SHORTEST = 3  # letters of a value that is looked for although no criterion ever had it
_SAY_LITTLE = frozenset(
    {"yes", "no", "true", "false", "other", "none", "unknown", "all", "new", "the", "and"}
)
_SHORT_WORDS = frozenset(
    {"of", "in", "at", "to", "for", "per", "by", "is", "are", "has", "have", "a", "the", "no"}
)


@dataclass(frozen=True, slots=True)
class Drift:
    """What came apart: `unnamed` are criteria the text does not name (id → what is missing, in words), `gone`
    the values it names though no criterion does; `sentences` say both."""

    unnamed: Mapping[str, str]
    gone: tuple[str, ...]
    sentences: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.sentences)


def drift_of(
    text: str, criteria: Sequence[Criterion], fields: Fields, before: Sequence[Criterion] = ()
) -> Drift:
    """How far an edited text has drifted from the criteria. `before` are those that stood when it was edited:
    what they had is told as "still"; values of the book's attributes that no criterion has are told too.

    A criterion is named by its values (of a long list: by one of them), the ends of its range, or the words
    of its attribute where it has no value to name. Case and the way of writing letters do not matter.
    """
    heard = _Heard(text)
    unnamed: dict[str, str] = {}
    sentences = []
    for one in criteria:
        missing = _missing(one, fields, heard)
        if missing:
            unnamed[one.id] = missing
            sentences.append(f"The text does not name {missing} ({one.id}: {_words(one, fields)}).")
    held = {_plain(value) for one in criteria for value in _values_of(one)}
    once = dict.fromkeys(value for one in before for value in _values_of(one))
    known = dict.fromkeys(
        level for field in fields.values() for level in _levels(field) if heard.as_written(level)
    )
    gone = [value for value in (*once, *known) if _plain(value) not in held and heard.says(value)]
    # `B2B SaaS` says `SaaS` too: only what is not part of something else that is held or gone.
    inside = [*gone, *(value for one in criteria for value in _values_of(one) if heard.says(value))]
    gone = [one for one in dict.fromkeys(gone) if not any(_is_part(one, other) for other in inside)]
    sentences += [
        f"The text {'still ' if value in once else ''}says {said(value)}; no criterion does."
        for value in gone
    ]
    numbers = dict.fromkeys(end for one in before for end in _ends(one, fields))
    now = {end for one in criteria for end in _ends(one, fields)}
    sentences += [
        f"The text still says {end}; no criterion does."
        for end in numbers
        if end not in now and heard.says_number(end)
    ]
    return Drift(unnamed, tuple(gone), tuple(printable(one) for one in sentences))


class _Heard:
    """A text as it is searched: folded, its words apart."""

    def __init__(self, text: str) -> None:
        self.text = f" {' '.join(_words_in(_plain(text)))} "
        self._written = f" {' '.join(_words_in(unicodedata.normalize('NFC', text)))} "
        self.numbers = set(re.findall(r"\d+(?:[.,]\d+)*[kmb]?", _plain(text)))

    def says(self, value: str) -> bool:
        """Whether a value is named, a plural or a genitive of it included."""
        words = " ".join(_words_in(_plain(value)))
        return bool(words) and any(f" {words}{end} " in self.text for end in ("", "s", "es"))

    def as_written(self, value: str) -> bool:
        """Whether it is named with its capitals: `Retail`, not the retail of a sentence."""
        words = " ".join(_words_in(unicodedata.normalize("NFC", value)))
        return bool(words) and f" {words} " in self._written

    def says_number(self, end: str) -> bool:
        """Whether a bound is named: `40`, `1,000` or `7M`."""
        plain = end.casefold().split(" ")[0]
        return bool(
            {plain, plain.replace(",", "")} & (self.numbers | {one.replace(",", "") for one in self.numbers})
        )


def _missing(criterion: Criterion, fields: Fields, heard: _Heard) -> str:
    """What of a criterion the text does not name, in words; empty where it names it."""
    missing: list[str] = []
    for test in tests_of(criterion.when):
        field = fields.get(test.field)
        values = test.value if isinstance(test.value, tuple) else (test.value,)
        texts = [value for value in values if isinstance(value, str)]
        if texts:
            unsaid = [value for value in texts if not heard.says(value)]
            if unsaid and (len(texts) <= MOST_VALUES or len(unsaid) == len(texts)):
                missing += [said(value) for value in unsaid[:MOST_VALUES]]
        elif test.value is None or isinstance(test.value, bool):
            name = field_words(test.field, fields)
            if not _says_name(name, heard):
                missing.append(printable(name))
        else:
            ends = list(_ends_of(test, field))
            if not all(heard.says_number(end) or heard.says(end) for end in ends):
                what = "people" if is_about_people(test) else printable(field_words(test.field, fields))
                missing.append(f"{'–'.join(ends)} {what}")
    return ", ".join(dict.fromkeys(missing))


def _says_name(name: str, heard: _Heard) -> bool:
    """Whether every word that matters of an attribute's name is there, whatever its ending."""
    words = [word for word in _words_in(_plain(name)) if word not in _SHORT_WORDS]
    return all(f" {word[: max(len(word) - 3, 3)]}" in heard.text for word in words)


def _ends(criterion: Criterion, fields: Fields) -> Iterator[str]:
    for test in tests_of(criterion.when):
        if test.operator in ("between", "at_least", "at_most"):
            yield from _ends_of(test, fields.get(test.field))


def _ends_of(test: FieldTest, field: Field | None) -> Iterator[str]:
    values = test.value if isinstance(test.value, tuple) else (test.value,)
    yield from (
        value_words(value, field) for value in values if value is not None and not isinstance(value, str)
    )


def _values_of(criterion: Criterion) -> Iterator[str]:
    for test in tests_of(criterion.when):
        values = test.value if isinstance(test.value, tuple) else (test.value,)
        yield from (value for value in values if isinstance(value, str))


def _levels(field: Field) -> Iterator[str]:
    if field.type not in ("category", "set") or len(field.levels) > _MOST_LEVELS:
        return
    for level in field.levels:
        plain = _plain(level)
        if len(plain) >= _SHORTEST and plain not in _SAY_LITTLE and level != level.lower():
            yield level


def _is_part(one: str, other: str) -> bool:
    short, long = (" ".join(_words_in(_plain(text))) for text in (one, other))
    return short != long and f" {short} " in f" {long} "


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _words_in(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text)


def _words(criterion: Criterion, fields: Fields) -> str:
    return clip(printable(in_words(criterion.when, fields)), 80)
