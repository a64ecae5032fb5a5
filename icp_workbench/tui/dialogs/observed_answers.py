"""What was typed in the dialog of a new attribute, as an attribute; and what it would look like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from icp_workbench.book.derived.definitions import Cases, Meaning, meaning_of, read_by, refuse_name, type_of
from icp_workbench.book.derived.making import values_of
from icp_workbench.book.observed import (
    Bins,
    Definition,
    Expression,
    Groups,
    ObservedAttribute,
    SecondFile,
    Tag,
    Words,
)
from icp_workbench.conditions.checking import grain_of
from icp_workbench.conditions.condition import EVERYONE, AllOf, FieldTest
from icp_workbench.conditions.expression import parse
from icp_workbench.conditions.fields import Field, snake_case
from icp_workbench.errors import WorkbenchError
from icp_workbench.render import figures
from icp_workbench.tui.desk import Desk
from icp_workbench.tui.dialogs.range import read_bound

Way = Literal["bands", "group", "words", "condition", "tag", "file"]
WAYS: Mapping[Way, str] = {
    "bands": "bands", "group": "group of values", "words": "words", "condition": "condition", "tag": "tag",
    "file": "another file",
}  # fmt: skip
MOST_TAGGED = 5_000
_MOST_SHOWN = 8


@dataclass(frozen=True)
class Answers:
    """What the dialog holds: `typed` is the line of the way chosen, `marked` the values in the group,
    `beside` the group's name or the file's column."""

    way: Way
    name: str
    typed: str = ""
    marked: tuple[str, ...] = ()
    beside: str = ""


def ways_for(field: Field | None) -> tuple[Way, ...]:
    """How an attribute can be made from this one, the likeliest first."""
    anywhere: tuple[Way, ...] = ("condition", "tag", "file")
    if field is None or field.type not in ("number", "category", "text"):
        return anywhere
    if field.type == "number":
        return ("bands", *anywhere)
    return ("words", *anywhere) if field.type == "text" else ("group", "words", *anywhere)


def proposed_name(answers: Answers, field: Field | None) -> str:
    """A name for what is being made."""
    base = field.name if field is not None else ""
    first = answers.typed.split(",")[0].strip()
    match answers.way:
        case "bands":
            return f"{base}_band"
        case "group":
            return f"{base}_group"
        case "words":
            return f"mentions_{snake_case(first)}" if first else f"{base}_mentions"
        case "file":
            return snake_case(answers.beside) if answers.beside.strip() else "from_file"
        case "tag":
            return "tagged"
    return "observed"


def definition_of(answers: Answers, field: Field | None, desk: Desk) -> Definition:
    """The definition that was answered. WorkbenchError where something is missing or not right."""
    match answers.way:
        case "bands" if field is not None:
            return Bins(field.name, _cuts(answers.typed))
        case "group" if field is not None:
            if not answers.marked:
                raise WorkbenchError("No value", "No value is marked yet.", "Mark some with space.")
            return Groups(field.name, {answers.beside.strip(): answers.marked})
        case "words" if field is not None:
            return Words(field.name, tuple(word.strip() for word in answers.typed.split(",") if word.strip()))
        case "file":
            if not answers.typed.strip() or not answers.beside.strip():
                raise WorkbenchError("No file", "A file and a column of it are needed.", "Type both.")
            return SecondFile(answers.typed.strip(), answers.beside.strip())
        case "tag":
            return _tag(desk)
    if not answers.typed.strip():
        raise WorkbenchError("No condition", "No condition is typed yet.", "Such as employees >= 40.")
    return Expression(parse(answers.typed, desk.fields))


def attribute_of(answers: Answers, field: Field | None, desk: Desk) -> ObservedAttribute:
    """The attribute that was answered. WorkbenchError where it cannot be made, its name among others."""
    name = answers.name.strip()
    definition = definition_of(answers, field, desk)
    meaning_of(definition, desk.fields)
    refuse_name(name, desk.fields)
    return ObservedAttribute(name, definition)


def preview(definition: Definition, desk: Desk) -> str:
    """How many accounts (or deals) would have each value."""
    if isinstance(definition, Tag):
        tagged = figures.counted(len(definition.accounts), "account")
        return f"{tagged} of the current segment: yes; all others: no."
    meaning = meaning_of(definition, desk.fields)
    if meaning is None:
        return "Joined to the accounts by their id or name."
    grain = _grain(meaning, desk)
    rows = desk.index.size(grain)
    counts = values_of(meaning, lambda name: desk.index.column(name, grain), rows).value_counts()
    words = {"True": "yes", "False": "no"} if type_of(meaning) == "boolean" else {}
    by_name = {str(level): int(count) for level, count in counts.items()}
    first = dict.fromkeys(case.value for case in meaning.cases) if isinstance(meaning, Cases) else {}
    order = [level for level in first if level in by_name]
    order += [level for level in by_name if level not in first]
    said = [f"{words.get(level, level)}: {figures.count(by_name[level])}" for level in order[:_MOST_SHOWN]]
    if len(counts) > _MOST_SHOWN:
        said.append(f"{figures.count(len(counts) - _MOST_SHOWN)} more values")
    blank = rows - int(counts.sum())
    if blank:
        said.append(f"blank: {figures.count(blank)}")
    return f"{grain.capitalize()}s  " + " · ".join(said)


def _grain(meaning: Meaning, desk: Desk) -> str:
    return grain_of(AllOf(tuple(FieldTest(name, "is_known") for name in read_by(meaning))), desk.fields)


def _cuts(typed: str) -> tuple[float, ...]:
    """`10, 50, 200`; blanks part numbers too, and 1.5k is 1,500."""
    cuts: list[float] = []
    for part in typed.replace(";", " ").replace(",", " ").split():
        try:
            cut = read_bound(part, is_date=False)
        except ValueError:
            raise WorkbenchError(
                "Not a number", f"“{part}” is not a number.", "Type cuts such as 10, 50, 200 or 1.5k."
            ) from None
        assert isinstance(cut, float)
        cuts.append(cut)
    if not cuts:
        raise WorkbenchError("No cut", "No cut is typed yet.", "Such as 10, 50, 200.")
    return tuple(cuts)


def _tag(desk: Desk) -> Tag:
    condition = desk.condition(desk.state.current_segment)
    if condition == EVERYONE:
        raise WorkbenchError(
            "Everyone is in the segment",
            "The current segment holds every account: a tag on all tells none apart.",
            "Choose some first (space, x), then tag them.",
        )
    rows = np.flatnonzero(desk.index.rows(condition).accounts)
    if not 0 < len(rows) <= MOST_TAGGED:
        raise WorkbenchError(
            "Not to be tagged by name",
            f"The current segment holds {figures.counted(len(rows), 'account')}; a tag names them one by "
            f"one, {figures.count(MOST_TAGGED)} at most.",
            "Make a condition of it instead.",
        )
    ids = desk.book.account_ids
    return Tag(tuple(ids[row] for row in rows))
