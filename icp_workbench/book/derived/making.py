"""Observed attributes made part of a book: bins, groups, words, conditions, tags, columns of another file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from icp_workbench.book.book import AccountBook, Leak
from icp_workbench.book.derived.definitions import (
    Cases,
    Meaning,
    conditions_in,
    meaning_of,
    open_fields,
    read_by,
    reads,
    refuse_name,
    type_of,
)
from icp_workbench.book.derived.encoding import encoded
from icp_workbench.book.derived.second_file import Brought, bring
from icp_workbench.book.observed import ObservedAttribute, SecondFile, Tag
from icp_workbench.book.raw import Progress
from icp_workbench.conditions.checking import grain_of
from icp_workbench.conditions.condition import AllOf, Condition, FieldTest, tests_of
from icp_workbench.conditions.evaluation import Column, evaluate
from icp_workbench.conditions.fields import Field, Fields, fold, nearest
from icp_workbench.errors import WorkbenchError
from icp_workbench.render.figures import counted

ACCOUNT = "account"
_MOST_NAMED = 5
_MOST_COMPARED = 20_000  # names beyond which a near one is not looked for


def with_observed(
    book: AccountBook,
    attributes: Sequence[ObservedAttribute],
    folder: Path,
    progress: Progress | None = None,
) -> AccountBook:
    """The book with these attributes, each made after those it reads, whatever their order.

    `folder` is where the paths of second files begin. An attribute that cannot be made (its column is gone,
    its file is, its name is taken, it goes round in a circle) is left out, and a warning says why.
    """
    making = _Making(book)
    for at, (attribute, circle) in enumerate(_in_order(attributes)):
        if progress is not None:
            progress(f"Making {attribute.name}", at / len(attributes))
        try:
            if circle:
                raise _circle(circle)
            making.add(attribute, folder, progress)
        except WorkbenchError as error:
            making.warnings.append(f"`{attribute.name}` was left out: {error.what_happened}")
    return making.book_so_far()


def with_one_more(book: AccountBook, attribute: ObservedAttribute, folder: Path) -> AccountBook:
    """The book with one attribute more. WorkbenchError where it cannot be made: an attribute, value, account
    or file that is not there (the nearest is named), a name that is taken."""
    making = _Making(book, strict=True)
    making.add(attribute, folder)
    return making.book_so_far()


def values_of(meaning: Meaning, column: Callable[[str], Column], rows: int) -> pd.Series[Any]:
    """The values of an attribute, row by row, as `AccountBook.accounts` holds them; `column` gives each
    attribute it reads, `rows` long. Blank where the meaning is unknown."""
    if not isinstance(meaning, Cases):
        truth = evaluate(meaning, column, rows)
        return pd.Series(pd.arrays.BooleanArray(truth.true, truth.unknown))
    names = list(dict.fromkeys(case.value for case in meaning.cases))
    codes = np.full(rows, -1, np.int32)
    undecided, unknown = np.ones(rows, bool), np.zeros(rows, bool)
    for case in meaning.cases:
        truth = evaluate(case.when, column, rows)
        codes[undecided & truth.true] = names.index(case.value)
        undecided &= ~truth.true
        unknown |= truth.unknown
    if meaning.otherwise is not None:
        source = column(meaning.otherwise)
        levels = [str(level) for level in source.levels]
        place = {name: at for at, name in enumerate(names)}
        own = np.array([place.setdefault(level, len(place)) for level in levels] + [-1], np.int32)
        names = list(place)
        kept = undecided & ~unknown
        codes[kept] = own[source.values[kept]]
    return pd.Series(_by_frequency(codes, names))


def field_of(name: str, values: pd.Series[Any], field: Field) -> Field:
    """`field` under a name, with the levels or the range that its values have."""
    if field.type in ("category", "set", "text"):
        counts = values.value_counts(sort=False)
        found: dict[str, int] = {}
        for level, count in zip(counts.index, counts, strict=True):
            for member in sorted(level) if field.type == "set" else [str(level)]:
                found[member] = found.get(member, 0) + int(count)
        ordered = sorted((level for level in found if found[level]), key=lambda level: -found[level])
        return replace(field, name=name, levels=() if field.type == "text" else tuple(ordered))
    known = values.dropna()
    if not len(known) or field.type == "boolean":
        return replace(field, name=name)
    if field.type == "date":
        return replace(field, name=name, low=known.min().date(), high=known.max().date())
    return replace(field, name=name, low=float(known.min()), high=float(known.max()))


class _Making:
    """A book to which attributes are being added: its fields and columns, old and new."""

    def __init__(self, book: AccountBook, strict: bool = False) -> None:
        self._book, self._strict = book, strict
        self._fields: dict[str, Field] = dict(book.fields)
        self._made: dict[str, dict[str, pd.Series[Any]]] = {}  # by grain
        self._encoded: dict[tuple[str, str], Column] = {}
        self._brought: list[Brought] = []
        self._leaks: list[Leak] = []
        self.warnings: list[str] = []

    @property
    def fields(self) -> Fields:
        """All fields so far."""
        return Fields(tuple(self._fields.values()))

    def add(self, attribute: ObservedAttribute, folder: Path, progress: Progress | None = None) -> None:
        """One attribute more. WorkbenchError where it cannot be made."""
        refuse_name(attribute.name, self.fields)
        field = Field(
            attribute.name, attribute.label or attribute.name, "boolean", "observed",
            known_before_sale=attribute.known_before_sale,
            kept_out=None if attribute.known_before_sale else "it is said to be known only after the sale",
        )  # fmt: skip
        match attribute.definition:
            case Tag(accounts):
                self._keep(field, self._tagged(attribute.name, accounts))
            case SecondFile():
                brought = bring(attribute.definition, self._book, folder, progress)
                self._brought.append(brought)
                self.warnings += brought.warnings
                self._keep(_as_read(field, brought), brought.values)
            case definition:
                meaning = meaning_of(definition, self.fields, levels_must_exist=self._strict)
                assert meaning is not None
                self._say_what_vanished(attribute.name, meaning)
                self._keep(self._derived(field, meaning), self._values(meaning))

    def book_so_far(self) -> AccountBook:
        """The book with all that was added."""
        book = self._book
        observations = dict(book.observations)
        for grain, made in self._made.items():
            if grain != ACCOUNT:
                seen = observations[grain]
                observations[grain] = replace(seen, attributes=_beside(seen.attributes, made))
        tables = {table.digest for table in book.tables}
        new = [one for one in {one.table.digest: one for one in self._brought}.values()
               if one.table.digest not in tables]  # fmt: skip
        return replace(
            book,
            accounts=_beside(book.accounts, self._made.get(ACCOUNT, {})),
            fields=self.fields,
            observations=observations,
            leaks=(*book.leaks, *self._leaks),
            tables=(*book.tables, *(one.table for one in new)),
            reports=(*book.reports, *(one.table.report for one in new)),
            columns=(*book.columns, *(one.column for one in self._brought)),
            joins=(*book.joins, *(one.join for one in new)),
            warnings=(*book.warnings, *self.warnings),
        )  # fmt: skip

    def _keep(self, field: Field, values: pd.Series[Any]) -> None:
        self._fields[field.name] = field_of(field.name, values, field)
        self._made.setdefault(field.grain, {})[field.name] = values
        if field.kept_out is not None:
            self._leaks.append(Leak(field.name, field.kept_out))

    def _derived(self, field: Field, meaning: Meaning) -> Field:
        sources = [self._fields[name] for name in read_by(meaning)]
        leak = next((source for source in sources if source.kept_out is not None), None)
        why = field.kept_out
        if leak is not None:
            why = f"made from `{leak.name}`, which is kept out: {leak.kept_out}"
        return replace(
            field,
            type=type_of(meaning),
            grain=self._grain(meaning),
            kept_out=why,
            known_before_sale=field.known_before_sale and all(one.known_before_sale for one in sources),
        )

    def _grain(self, meaning: Meaning) -> str:
        tests: list[Condition] = [FieldTest(name, "is_known") for name in read_by(meaning)]
        return grain_of(AllOf(tuple(tests)), open_fields(self.fields))

    def _values(self, meaning: Meaning) -> pd.Series[Any]:
        grain = self._grain(meaning)
        rows = len(self._book.accounts if grain == ACCOUNT else self._book.observations[grain].account)
        return values_of(meaning, lambda name: self._column(name, grain), rows)

    def _column(self, name: str, grain: str) -> Column:
        key = name, grain
        if key not in self._encoded:
            field = self._fields[name]
            if field.grain != grain:
                own = self._column(name, field.grain)
                self._encoded[key] = own.take(self._book.observations[grain].account)
            else:
                made = self._made.get(grain, {})
                frame = self._book.accounts if grain == ACCOUNT else self._book.observations[grain].attributes
                self._encoded[key] = encoded(made[name] if name in made else frame[name], field)
        return self._encoded[key]

    def _say_what_vanished(self, name: str, meaning: Meaning) -> None:
        gone: dict[str, dict[str, None]] = {}
        for condition in conditions_in(meaning):
            for test in tests_of(condition):
                field = self._fields[test.field]
                if field.type in ("category", "set") and test.value is not None:
                    values = test.value if isinstance(test.value, tuple) else (test.value,)
                    known = set(field.levels)
                    new = {str(value): None for value in values if str(value) not in known}
                    gone.setdefault(field.name, {}).update(new)
        for source, never in gone.items():
            if never:
                self.warnings.append(f"`{name}`: `{source}` is never {_listed(list(never))}.")

    def _tagged(self, name: str, accounts: Sequence[str]) -> pd.Series[Any]:
        """Yes for accounts with one of these ids, else of these names, case-blind where nothing else fits."""
        book = self._book
        wanted = {account.strip() for account in accounts if account.strip()}
        tagged: npt.NDArray[np.bool_] = np.zeros(len(book.accounts), bool)
        for known in (book.account_ids, book.account_names):
            if wanted:
                texts = pd.Index(known, dtype=object)
                holds = texts.isin(list(wanted))
                tagged |= holds
                wanted -= set(texts[holds])
        folded = {fold(account): account for account in wanted}
        if folded:
            texts = pd.Index(list(map(fold, book.account_names)), dtype=object)
            holds = texts.isin(list(folded))
            tagged |= holds
            for found in set(texts[holds]):
                wanted.discard(folded[found])
        if wanted:
            said = f"{counted(len(wanted), 'account')} of the tag not found: {self._with_near(wanted)}"
            if self._strict:
                raise WorkbenchError("Unknown account", f"{said}.", "Name accounts by id or by name.")
            self.warnings.append(f"`{name}`: {said}.")
        return pd.Series(pd.arrays.BooleanArray(tagged, np.zeros(len(tagged), bool)))

    def _with_near(self, wanted: set[str]) -> str:
        names = self._book.account_names
        found = sorted(wanted)
        said = []
        for one in found[:_MOST_NAMED]:
            near = nearest(one, names) if len(names) <= _MOST_COMPARED else None
            said.append(f"'{one}'" + (f" (perhaps '{near}')" if near else ""))
        return ", ".join(said) + _and_more(len(found))


def _beside(frame: pd.DataFrame, made: Mapping[str, pd.Series[Any]]) -> pd.DataFrame:
    """The frame with more columns, put there at once: thousands, one by one, take minutes."""
    return pd.concat([frame, pd.DataFrame(made, index=frame.index)], axis=1) if made else frame


def _as_read(field: Field, brought: Brought) -> Field:
    """What the second file says of its column, under the attribute's own name and kind."""
    read = brought.field
    return replace(
        field, header=read.header, type=read.type, source=read.source, unit=read.unit, reading=read.reading,
        kept_out=field.kept_out or read.kept_out,
        known_before_sale=field.known_before_sale and read.known_before_sale,
    )  # fmt: skip


def _by_frequency(codes: npt.NDArray[np.int32], names: Sequence[str]) -> pd.Categorical:
    used = np.bincount(codes[codes >= 0], minlength=len(names))
    order = np.argsort(-used, kind="stable")
    order = order[used[order] > 0]
    place = np.full(len(names) + 1, -1, np.int32)
    place[order] = np.arange(len(order))
    return pd.Categorical.from_codes(place[codes], pd.Index([names[at] for at in order], dtype="str"))


def _in_order(
    attributes: Sequence[ObservedAttribute],
) -> list[tuple[ObservedAttribute, tuple[str, ...]]]:
    """Each attribute after those it reads; with it the names of the circle it is part of, if it is."""
    waiting = [(fold(one.name), set(map(fold, reads(one.definition))), one) for one in attributes]
    done: list[tuple[ObservedAttribute, tuple[str, ...]]] = []
    while waiting:
        names = {name for name, _, _ in waiting}
        at = next((at for at, (_, needs, _) in enumerate(waiting) if needs.isdisjoint(names)), None)
        if at is not None:
            done.append((waiting.pop(at)[2], ()))
            continue
        circle = _a_circle([one for _, _, one in waiting])
        done += [(one, circle) for _, _, one in waiting if one.name in circle]
        waiting = [held for held in waiting if held[2].name not in circle]
    return done


def _a_circle(waiting: Sequence[ObservedAttribute]) -> tuple[str, ...]:
    """Names that lead back to the first; every attribute in `waiting` reads another of them."""
    by_name: Mapping[str, ObservedAttribute] = {fold(one.name): one for one in waiting}
    path: list[str] = []
    at = next(iter(by_name))
    while at not in path:
        path.append(at)
        at = next(name for name in map(fold, reads(by_name[at].definition)) if name in by_name)
    return tuple(by_name[name].name for name in path[path.index(at) :])


def _circle(names: Sequence[str]) -> WorkbenchError:
    shown = " from ".join(f"`{name}`" for name in [*names, names[0]])
    return WorkbenchError(
        "Attributes in a circle", f"it is made in a circle, {shown}.", "Make one of them from columns alone."
    )


def _listed(values: Sequence[str]) -> str:
    shown = ", ".join(f"'{value}'" for value in values[:_MOST_NAMED])
    return shown + _and_more(len(values))


def _and_more(found: int) -> str:
    return f" and {found - _MOST_NAMED:,} more" if found > _MOST_NAMED else ""
