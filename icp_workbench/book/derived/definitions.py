"""What an attribute that people made means: one condition, or a value for each of several.

The same meaning makes the attribute in the book, in a market file and, written into a spec, anywhere else.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from icp_workbench.book.book import AccountBook
from icp_workbench.book.observed import Bins, Definition, Expression, Groups, ObservedAttribute, Words
from icp_workbench.conditions.checking import Misfit, check, fitted
from icp_workbench.conditions.condition import AllOf, Condition, FieldTest, Not, Operator, fields_read
from icp_workbench.conditions.evaluation import words_of
from icp_workbench.conditions.fields import Field, Fields, FieldType, fold, snake_case
from icp_workbench.errors import WorkbenchError


@dataclass(frozen=True, slots=True)
class Case:
    """The value of an attribute where a condition holds."""

    value: str
    when: Condition


@dataclass(frozen=True, slots=True)
class Cases:
    """An attribute by cases: the value of the first that is true; where all are false, that of the attribute
    `otherwise` (None: blank)."""

    cases: tuple[Case, ...]
    otherwise: str | None = None


Meaning = Condition | Cases


def meaning_of(definition: Definition, fields: Fields, *, levels_must_exist: bool = True) -> Meaning | None:
    """What a definition means on these fields, names and values typed by them; None for what no condition
    can say: a tag, a column of another file.

    WorkbenchError for an attribute the book does not have (naming the nearest), one of the wrong type, cuts
    that do not rise, and, with `levels_must_exist`, a value that is never found.
    """
    match definition:
        case Bins():
            return _bands(definition, _field(fields, definition.field, ("number",), "cut into bands"))
        case Groups():
            field = _field(fields, definition.field, ("category", "text"), "grouped")
            return _grouped(definition, field, levels_must_exist)
        case Words():
            field = _field(fields, definition.field, ("category", "text"), "searched for words")
            return _mentioning(definition, field)
        case Expression(when):
            return check(when, open_fields(fields), path="its condition", levels_must_exist=levels_must_exist)
    return None


def reads(definition: Definition) -> tuple[str, ...]:
    """The names of the attributes a definition reads, as they were written."""
    if isinstance(definition, Expression):
        return fields_read(definition.when)
    return (definition.field,) if isinstance(definition, Bins | Groups | Words) else ()


def read_by(meaning: Meaning) -> tuple[str, ...]:
    """The names of the attributes a meaning reads, each once."""
    if not isinstance(meaning, Cases):
        return fields_read(meaning)
    names = [name for case in meaning.cases for name in fields_read(case.when)]
    return tuple(dict.fromkeys([*names, *([meaning.otherwise] if meaning.otherwise else [])]))


def conditions_in(meaning: Meaning) -> tuple[Condition, ...]:
    """Every condition of a meaning."""
    return tuple(case.when for case in meaning.cases) if isinstance(meaning, Cases) else (meaning,)


def type_of(meaning: Meaning) -> FieldType:
    """What an attribute of this meaning holds: yes or no, or one of several values."""
    return "category" if isinstance(meaning, Cases) else "boolean"


def meanings_behind(names: Iterable[str], book: AccountBook) -> dict[str, Meaning | None]:
    """The meaning of each observed attribute among `names` and of all they are made from, the first made
    first; None for a tag. Attributes that are columns of a file are not in it."""
    known = {one.name: one for one in book.mapping.observed if _is_made(one, book.fields)}
    found: dict[str, Meaning | None] = {}

    def follow(name: str) -> None:
        field = book.fields.find(name)
        if field.name in known and field.name not in found:
            meaning = meaning_of(known[field.name].definition, book.fields, levels_must_exist=False)
            for inner in read_by(meaning) if meaning is not None else ():
                follow(inner)
            found[field.name] = meaning

    for name in names:
        follow(name)
    return found


def open_fields(fields: Fields) -> Fields:
    """The same fields, none kept out: an attribute made from one that is, is kept out in its turn."""
    return Fields(tuple(replace(field, kept_out=None) for field in fields.values()))


def refuse_name(name: str, fields: Fields) -> None:
    """WorkbenchError where an attribute may not be called so: not snake_case, or taken."""
    if not name or name != snake_case(name) or len(name) > 60:
        proposed = snake_case(name)[:60] if name else "segment_size"
        raise WorkbenchError(
            "Not a name",
            f"An attribute cannot be called `{name}`.",
            f"Use small letters, digits and underscores, such as `{proposed}`.",
        )
    taken = next((field for field in fields.values() if fold(field.name) == fold(name)), None)
    if taken is not None:
        raise WorkbenchError(
            "The name is taken",
            f"There is an attribute `{taken.name}` already"
            + (f", from {taken.source}." if taken.source else "."),
            f"Call the new one something else, such as `{free_name(name, fields)}`.",
        )


def free_name(wanted: str, fields: Fields) -> str:
    """`wanted` as a name no attribute has: numbered if need be."""
    base = snake_case(wanted)[:50]
    taken = {fold(name) for name in fields}
    numbered = (f"{base}_{number}" for number in itertools.count(2))
    return next(name for name in itertools.chain([base], numbered) if fold(name) not in taken)


def band_labels(cuts: Sequence[float]) -> tuple[str, ...]:
    """Names of the bands between cuts: under 10, 10 to under 50, 50 or more."""
    shown = [f"{cut:,.15g}" for cut in cuts]
    between = [f"{low} to under {high}" for low, high in itertools.pairwise(shown)]
    return (f"under {shown[0]}", *between, f"{shown[-1]} or more")


def _is_made(attribute: ObservedAttribute, fields: Fields) -> bool:
    field = fields.get(attribute.name)
    return field is not None and field.kind == "observed" and not field.source


def _field(fields: Fields, name: str, types: tuple[FieldType, ...], what: str) -> Field:
    field = fields.find(name)
    if field.type not in types:
        wanted = " or ".join(f"a {kind}" for kind in types)
        raise WorkbenchError(
            "The attribute is of another type",
            f"`{field.name}` is a {field.type}; only {wanted} can be {what}.",
            "Choose another attribute, or write a condition instead.",
        )
    return replace(field, kept_out=None)


def _bands(definition: Bins, field: Field) -> Cases:
    cuts = definition.cuts
    rising = all(low < high for low, high in itertools.pairwise(cuts))
    if not cuts or not rising or not all(map(math.isfinite, cuts)):
        raise WorkbenchError(
            "Cuts must rise",
            f"`{field.name}` cannot be cut at {', '.join(f'{cut:g}' for cut in cuts) or 'nothing'}.",
            "Give one number or more, each higher than the one before, such as 10, 50, 200.",
        )
    labels = definition.labels or band_labels(cuts)
    if len(labels) != len(cuts) + 1 or len(set(labels)) != len(labels) or not all(map(str.strip, labels)):
        raise WorkbenchError(
            "One label for each band",
            f"{len(cuts)} cuts make {len(cuts) + 1} bands; the labels are {', '.join(labels)}.",
            "Give one label more than there are cuts, each another, or none.",
        )
    first = Case(labels[0], Not(_test(field, "at_least", cuts[0])))
    between = [
        Case(label, AllOf((_test(field, "at_least", low), Not(_test(field, "at_least", high)))))
        for label, (low, high) in zip(labels[1:-1], itertools.pairwise(cuts), strict=True)
    ]
    return Cases((first, *between, Case(labels[-1], _test(field, "at_least", cuts[-1]))))


def _test(field: Field, operator: Operator, cut: float) -> FieldTest:
    return FieldTest(field.name, operator, int(cut) if float(cut).is_integer() else float(cut))


def _grouped(definition: Groups, field: Field, levels_must_exist: bool) -> Cases:
    cases: list[Case] = []
    seen: dict[str, str] = {}
    exact, known = set(field.levels), {fold(level): level for level in reversed(field.levels)}
    for name, values in definition.groups.items():
        if not name.strip() or not values:
            raise WorkbenchError(
                "An empty group",
                f"Group `{name}` of `{field.name}` has no value." if name.strip() else "A group has no name.",
                "Name each group and give it one value or more.",
            )
        try:
            meant = tuple(value if value in exact else known.get(fold(value), value) for value in values)
            test = fitted(FieldTest(field.name, "in", meant), field, levels_must_exist=levels_must_exist)
        except Misfit as misfit:
            raise WorkbenchError("A value that is not there", misfit.what, misfit.what_to_do) from None
        for value in test.value if isinstance(test.value, tuple) else ():
            other = seen.setdefault(str(value), name)
            if other != name:
                raise WorkbenchError(
                    "A value in two groups",
                    f"'{value}' is in `{other}` and in `{name}`.",
                    "Leave it in one of them.",
                )
        cases.append(Case(name, test))
    if not cases:
        raise WorkbenchError("No group", f"No values of `{field.name}` are grouped.", "Choose some first.")
    if definition.other is None:
        return Cases(tuple(cases), field.name)
    rest = FieldTest(field.name, "not_in", tuple(seen))
    return Cases((*cases, Case(definition.other, rest)))


def _mentioning(definition: Words, field: Field) -> Condition:
    words = tuple(word.strip() for word in definition.words)
    if not words or not all(map(words_of, words)):
        raise WorkbenchError(
            "No word to look for",
            f"`{field.name}` is searched for words of letters or digits.",
            "Give one word or phrase, or several with commas between them.",
        )
    return FieldTest(field.name, "mentions", words)
