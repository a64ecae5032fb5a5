"""Pre-work: what people believed before the workshop, from a YAML or CSV file, every problem told at once."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from icp_workbench.conditions.checking import check
from icp_workbench.conditions.condition import Condition, from_plain
from icp_workbench.conditions.expression import parse
from icp_workbench.conditions.fields import Fields, nearest
from icp_workbench.documents.day import Day
from icp_workbench.documents.files import text_of
from icp_workbench.documents.tree import Kind, Tree, not_readable, yaml_tree
from icp_workbench.documents.typed import Found, shown, typed
from icp_workbench.errors import WorkbenchError
from icp_workbench.workshop.deliberation.records import (
    FUNCTIONS,
    Hypothesis,
    Participant,
    Question,
    StatedProfile,
    function_named,
)
from icp_workbench.workshop.names import free_id

PREWORK = Kind("a pre-work file", "docs/workshop.md shows the shape it must have.")
_MOST_CELL = 2_000


def _function(value: object) -> object:
    named = function_named(value) if isinstance(value, str) else None
    if named is None and value != "":
        near, told = nearest(str(value), FUNCTIONS), f"one of {', '.join(FUNCTIONS)}"
        raise PydanticCustomError("function", "{near}", {"near": f"`{near}`, perhaps" if near else told})
    return named or ""


Function = Annotated[str, BeforeValidator(_function)]
Words = Annotated[str, Field(min_length=1, max_length=_MOST_CELL)]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class ParticipantEntry(_Entry):
    """Somebody who will be there."""

    function: Function
    name: Annotated[str, Field(max_length=120)] = ""


class StatedEntry(_Entry):
    """Whom we say we want."""

    words: Words
    when: Any = None


class HypothesisEntry(_Entry):
    """A claim; `when` is a condition in SQL's notation or as a spec writes it."""

    claim: Words
    by: Function = ""
    when: Any = None
    metric: str = ""
    direction: Literal["better", "worse"] = "better"


class QuestionEntry(_Entry):
    """Something for the parking lot."""

    question: Words
    owner: Annotated[str, Field(max_length=120)] = ""
    by: Day | None = None


class PreworkFile(_Entry):
    """A pre-work file."""

    apiVersion: Literal["icp-prework/v1"]
    agenda: str = ""
    participants: Annotated[list[ParticipantEntry], Field(max_length=200)] = []
    stated_icp: StatedEntry | None = None
    hypotheses: Annotated[list[HypothesisEntry], Field(max_length=500)] = []
    questions: Annotated[list[QuestionEntry], Field(max_length=500)] = []


@dataclass(frozen=True, slots=True)
class Prework:
    """What a pre-work file says. Ids are given when it is taken into a session."""

    participants: tuple[Participant, ...] = ()
    stated: StatedProfile | None = None
    hypotheses: tuple[Hypothesis, ...] = ()
    questions: tuple[Question, ...] = ()
    agenda: str = ""


def read_prework(path: Path, fields: Fields, metrics: Sequence[str]) -> Prework:
    """The pre-work in a `.csv` file (one hypothesis a row: claim, by, when, metric, direction, name), else in
    YAML. WorkbenchError with every problem: its line and place, what was found, what was expected."""
    text = text_of(path, PREWORK)
    tree = _csv_tree(text) if path.suffix.lower() == ".csv" else yaml_tree(text, PREWORK)
    return prework_of(tree, fields, metrics)


def prework_of(tree: Tree, fields: Fields, metrics: Sequence[str]) -> Prework:
    """The pre-work a tree of texts means, its conditions those of a book with these attributes."""
    wrong: list[Found] = []
    root = tree.root if isinstance(tree.root, dict) else {}
    conditions: dict[tuple[str | int, ...], Condition | None] = {}
    for where, plain in _conditions_in(root):
        conditions[where] = _condition(plain, where, fields, wrong)
    for where, metric in _metrics_in(root):
        if metric and metric not in metrics:
            near = nearest(metric, metrics)
            expected = f"`{near}`, perhaps" if near else f"one of {', '.join(metrics)}, or nothing"
            wrong.append((where, shown(metric), expected))
    file = typed(tree, PreworkFile, PREWORK, further=wrong)
    stated = None
    if file.stated_icp is not None:
        stated = StatedProfile(file.stated_icp.words, conditions.get(("stated_icp", "when")))
    return Prework(
        participants=tuple(Participant("", one.function, one.name.strip()) for one in file.participants),
        stated=stated,
        hypotheses=tuple(
            Hypothesis(
                "", one.claim.strip(), one.by, conditions.get(("hypotheses", at, "when")), one.metric,
                one.direction,
            )
            for at, one in enumerate(file.hypotheses)
        ),
        questions=tuple(Question("", one.question.strip(), one.owner, one.by) for one in file.questions),
        agenda=file.agenda,
    )  # fmt: skip


def _conditions_in(root: Mapping[str, Any]) -> Iterable[tuple[tuple[str | int, ...], Any]]:
    stated = root.get("stated_icp")
    if isinstance(stated, dict) and stated.get("when"):
        yield ("stated_icp", "when"), stated["when"]
    hypotheses = root.get("hypotheses")
    for at, one in enumerate(hypotheses) if isinstance(hypotheses, list) else ():
        if isinstance(one, dict) and one.get("when"):
            yield ("hypotheses", at, "when"), one["when"]


def _metrics_in(root: Mapping[str, Any]) -> Iterable[tuple[tuple[str | int, ...], str]]:
    hypotheses = root.get("hypotheses")
    for at, one in enumerate(hypotheses) if isinstance(hypotheses, list) else ():
        if isinstance(one, dict) and isinstance(one.get("metric"), str):
            yield ("hypotheses", at, "metric"), one["metric"]


def _condition(
    plain: Any, where: tuple[str | int, ...], fields: Fields, wrong: list[Found]
) -> Condition | None:
    try:
        if isinstance(plain, str):
            return parse(plain, fields)
        # A value nobody has yet is what a hypothesis may be about.
        return check(from_plain(plain), fields, levels_must_exist=False)
    except WorkbenchError as error:
        wrong.append((where, f"{shown(plain)}: {error.what_happened.splitlines()[0][:300]}", ""))
        return None


# A form's columns, by what people call them.
_COLUMNS = {
    "claim": "claim",
    "hypothesis": "claim",
    "belief": "claim",
    "by": "by",
    "function": "by",
    "team": "by",
    "when": "when",
    "condition": "when",
    "metric": "metric",
    "direction": "direction",
    "name": "name",
}


def _csv_tree(text: str) -> Tree:
    """The rows of a CSV as the tree of a YAML file; whoever gave a name is a participant."""
    try:
        rows = list(csv.reader(io.StringIO(text), strict=True))
    except csv.Error as error:
        raise not_readable([f"the file: {error}"], PREWORK) from None
    headers = [_COLUMNS.get(header.strip().casefold(), "") for header in rows[0]] if rows else []
    if headers.count("claim") != 1:
        raise not_readable(["line 1: found no column `claim`, expected claim, by, when …"], PREWORK)
    doubled = sorted({name for name in headers if name and headers.count(name) > 1})
    unknown = [header for header, name in zip(rows[0], headers, strict=True) if not name and header.strip()]
    if doubled or unknown:
        told = [f"line 1: the column `{name}` twice" for name in doubled]
        told += [f"line 1: found a column `{header}`, expected {', '.join(sorted(set(_COLUMNS.values())))}"
                 for header in unknown]  # fmt: skip
        raise not_readable(told, PREWORK)
    hypotheses: list[dict[str, str]] = []
    participants: dict[str, dict[str, str]] = {}
    lines: dict[tuple[str | int, ...], int] = {}
    line = 1
    for at, row in enumerate(rows):
        began, line = line, line + 1 + sum(cell.count("\n") for cell in row)
        cells = {name: cell.strip() for name, cell in zip(headers, row, strict=False) if name}
        if not at or not any(cells.values()):
            continue
        named = cells.pop("name", "")
        if named:
            participants.setdefault(named.casefold(), {"name": named, "function": cells.get("by", "")})
        kept = {name: cell for name, cell in cells.items() if cell or name == "claim"}
        kept["direction"] = cells.get("direction", "").casefold() or "better"
        for name in ("", *kept):
            lines[("hypotheses", len(hypotheses), *([name] if name else []))] = began
        hypotheses.append(kept)
    there = [one for one in participants.values() if function_named(one["function"])]
    root = {"apiVersion": "icp-prework/v1", "participants": there, "hypotheses": hypotheses}
    return Tree(root, lambda: lines)


def numbered(prework: Prework, taken: Iterable[str], looks: int) -> Prework:
    """The pre-work with ids nobody has, its hypotheses typed after that many looks."""
    ids = set(taken)

    def free(letter: str) -> str:
        found = free_id(letter, ids)
        ids.add(found)
        return found

    return replace(
        prework,
        participants=tuple(replace(one, id=free("p")) for one in prework.participants),
        hypotheses=tuple(replace(one, id=free("h"), looks=looks) for one in prework.hypotheses),
        questions=tuple(replace(one, id=free("q")) for one in prework.questions),
    )
