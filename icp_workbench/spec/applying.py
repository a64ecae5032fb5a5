"""A spec and a raw export, and nothing else → the accounts with the attributes the spec describes.

Each column is read as the spec says, whatever the export alone would suggest; what was derived is made anew
from the definitions in the spec.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from graphlib import TopologicalSorter
from typing import Any

import pandas as pd

from icp_workbench.book.book import AccountBook
from icp_workbench.book.derived.definitions import Case, Cases, Meaning, read_by, type_of
from icp_workbench.book.derived.encoding import encoded
from icp_workbench.book.derived.making import field_of, values_of
from icp_workbench.book.derived.second_file import header_like
from icp_workbench.book.mapping import BookMapping
from icp_workbench.book.opening import ReadFiles, book_of, table_shapes
from icp_workbench.book.raw import Progress, RawTable
from icp_workbench.conditions.evaluation import Column
from icp_workbench.conditions.fields import Field, Fields, fold
from icp_workbench.errors import WorkbenchError
from icp_workbench.segments.index import ACCOUNT, SegmentIndex
from icp_workbench.spec.criterion import Criterion
from icp_workbench.spec.decided import criteria_in
from icp_workbench.spec.model import FieldDescription, IdealCustomerProfile, Reading

Place = tuple[str, str]  # table, header
_MOST_NAMED = 5
_EMPTY = {"number": "float64", "date": "datetime64[s]", "boolean": "boolean"}


@dataclass(frozen=True)
class Applied:
    """A spec's criteria, ready to be asked of an export. `notes` say what cannot be known of any account, and
    what is read otherwise than in the workshop."""

    index: SegmentIndex
    criteria: tuple[Criterion, ...]
    notes: tuple[str, ...]


class Export:
    """Files that were read once, opened as each spec says."""

    def __init__(self, files: ReadFiles) -> None:
        self._files = files
        self._shapes = table_shapes(files)
        self._opened: tuple[BookMapping, AccountBook] | None = None

    def as_described(self, profile: IdealCustomerProfile, progress: Progress | None = None) -> Applied:
        """The accounts of the export with the attributes of a spec.

        An attribute that the export does not have, and a tag put on accounts by name, is unknown of everyone.
        WorkbenchError as `open_book`, but for files without an outcome: none is needed; and for files that
        have none of the columns the spec reads: they are of something else.
        """
        places = _places(profile.fields, self._shapes)
        sources = [one.source for one in profile.fields.values() if one.source is not None]
        if sources and not places:
            raise WorkbenchError(
                "Another export",
                f"None of the columns the spec reads is in these files: {', '.join(sources[:_MOST_NAMED])}"
                f"{' and others' if len(sources) > _MOST_NAMED else ''}.",
                "Name the export of the system the spec was made from.",
            )
        mapping = self._files.mapping
        for name, place in places.items():
            mapping = mapping.with_column(*place, **_as_decided(profile.fields[name]))
        book = self._book(mapping, progress)
        if hidden := [place for place in places.values() if _field_at(book, place) is None]:
            for place in hidden:
                mapping = mapping.with_column(*place, role="attribute")
            book = self._book(mapping, progress)
        return _applied(profile, book, places)

    def _book(self, mapping: BookMapping, progress: Progress | None) -> AccountBook:
        if self._opened is None or self._opened[0] != mapping:
            self._opened = mapping, book_of(self._files, mapping, progress, outcome_needed=False)
        return self._opened[1]


def _places(described: Mapping[str, FieldDescription], shapes: Sequence[RawTable]) -> dict[str, Place]:
    """Where each column is now: in the table of its name, else in the one that has most of the headers which
    the spec knows from one table (files are renamed every quarter)."""
    found: dict[str, Place] = {}
    elsewhere: dict[str, dict[str, str]] = {}
    for name, one in described.items():
        if one.source is None:
            continue
        place = _exact(one.source, shapes)
        if place is not None:
            found[name] = place
        else:
            table, _, header = one.source.partition(".")
            elsewhere.setdefault(table, {})[name] = header
    for wanted in elsewhere.values():
        by_table: list[dict[str, Place]] = [
            {name: (raw.name, here) for name, header in wanted.items() if (here := _header(header, raw))}
            for raw in shapes
        ]
        by_table.sort(key=len, reverse=True)
        found |= by_table[0] if by_table else {}
    return found


def _exact(source: str, shapes: Sequence[RawTable]) -> Place | None:
    for raw in shapes:
        if source.startswith(f"{raw.name}."):
            header = _header(source.removeprefix(f"{raw.name}."), raw)
            if header is not None:
                return raw.name, header
    return None


def _header(header: str, raw: RawTable) -> str | None:
    return header_like(header, raw.frame.column_names)


def _as_decided(described: FieldDescription) -> dict[str, Any]:
    """How a spec says a column is read, as decisions about it."""
    reading = described.reading or Reading()
    return {
        "type": described.type,
        "date_order": reading.date_order or None,
        "decimal_mark": reading.decimal_mark or None,
        "separator": reading.separator or None,
        "scale": reading.scale,
        "blank": tuple(text for text in reading.blank if text),
        "kept": tuple(reading.kept),
        "groups": {value: tuple(texts) for value, texts in reading.groups.items()},
    }


def _field_at(book: AccountBook, place: Place) -> Field | None:
    source = ".".join(place)
    return next((field for field in book.fields.values() if field.source == source), None)


def _applied(profile: IdealCustomerProfile, book: AccountBook, places: Mapping[str, Place]) -> Applied:
    making = _Making(book)
    for name in _in_order(profile.fields):
        described = profile.fields[name]
        meaning = _meaning(described)
        if meaning is not None:
            making.derive(name, described, meaning)
        else:
            own = _own_field(name, described, book, places)
            making.take(name, described, own)
    index = SegmentIndex(making.book())
    return Applied(index, criteria_in(profile), tuple(making.notes))


def _own_field(
    name: str, described: FieldDescription, book: AccountBook, places: Mapping[str, Place]
) -> Field | None:
    """The attribute of the book that the spec means; a tag only where the book file still has it."""
    if described.source is not None:
        return _field_at(book, places[name]) if name in places else None
    own = book.fields.get(name)
    return own if own is not None and own.kind == "observed" and not own.source else None


def _meaning(described: FieldDescription) -> Meaning | None:
    if described.cases:
        cases = tuple(Case(case.value, case.when) for case in described.cases)
        return Cases(cases, described.otherwise)
    return described.definition


def _in_order(described: Mapping[str, FieldDescription]) -> list[str]:
    """Every attribute after those it is made from; `read_spec` has refused circles."""
    names = {fold(name): name for name in described}
    behind: dict[str, list[str]] = {}
    for name, one in described.items():
        meaning = _meaning(one)
        sources = read_by(meaning) if meaning is not None else ()
        behind[name] = [names[fold(source)] for source in sources if fold(source) in names]
    return list(TopologicalSorter(behind).static_order())


class _Making:
    """A book of the attributes that a spec describes, and of no others."""

    def __init__(self, book: AccountBook) -> None:
        self._book = book
        self._fields: dict[str, Field] = {}
        self._names: dict[str, str] = {}  # as `fold` spells them
        self._frames: dict[str, dict[str, pd.Series[Any]]] = {ACCOUNT: {}}
        self.notes: list[str] = []

    def take(self, name: str, described: FieldDescription, own: Field | None) -> None:
        """An attribute of the export; unknown of everyone where it has none of that type."""
        if own is None or own.type != described.type:
            why = "is in none of these files" if own is None else f"is a {own.type} here"
            if described.source is None:
                why = "stays with the book: it was put on accounts by name"
            self._blank(name, described, why)
            return
        if described.unit and own.unit and described.unit != own.unit:
            self.notes.append(f"`{name}` is in {own.unit} here, and in {described.unit} in the spec.")
        frame = self._book.accounts
        if own.grain != ACCOUNT:
            frame = self._book.observations[own.grain].attributes
        self._keep(replace(own, name=name), frame[own.name])

    def derive(self, name: str, described: FieldDescription, meaning: Meaning) -> None:
        """An attribute made from others by the spec's definition."""
        grains = {self._found(source).grain for source in read_by(meaning)} - {ACCOUNT}
        if len(grains) > 1:
            self._blank(name, described, f"is made from {' and '.join(sorted(grains))} at once")
            return
        grain = next(iter(grains), ACCOUNT)
        rows = len(self._book.accounts) if grain == ACCOUNT else len(self._book.observations[grain].account)

        def column(source: str) -> Column:
            field = self._found(source)
            found = encoded(self._frames[field.grain][field.name], field)
            return found if field.grain == grain else found.take(self._book.observations[grain].account)

        field = Field(name, name, type_of(meaning), "observed", grain)
        self._keep(field, values_of(meaning, column, rows))

    def book(self) -> AccountBook:
        """The book with these attributes alone."""
        observations = {
            grain: replace(seen, attributes=pd.DataFrame(self._frames.get(grain, {})))
            for grain, seen in self._book.observations.items()
        }
        size = pd.RangeIndex(len(self._book.accounts))
        return replace(
            self._book,
            accounts=pd.DataFrame(self._frames[ACCOUNT], index=size),
            fields=Fields(tuple(self._fields.values())),
            observations=observations,
        )

    def _found(self, name: str) -> Field:
        return self._fields[self._names[fold(name)]]

    def _blank(self, name: str, described: FieldDescription, why: str) -> None:
        self.notes.append(f"`{name}` {why}: unknown of every account.")
        blank = pd.Series([None] * len(self._book.accounts), dtype=_EMPTY.get(described.type, "category"))
        self._keep(Field(name, name, described.type), blank)

    def _keep(self, field: Field, values: pd.Series[Any]) -> None:
        values = values.reset_index(drop=True)
        self._fields[field.name] = field_of(field.name, values, replace(field, kept_out=None))
        self._names.setdefault(fold(field.name), field.name)
        self._frames.setdefault(field.grain, {})[field.name] = values
