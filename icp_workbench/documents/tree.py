"""A document as a tree of mappings, lists and texts: what YAML and TOML have in common, before any typing.

Scalars stay text: `NO` is `NO` and 1.10 is `1.10` until the schema says what they are.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import yaml

from icp_workbench.conditions.condition import Problem
from icp_workbench.documents.toml_lines import toml_lines
from icp_workbench.errors import WorkbenchError
from icp_workbench.render.text import printable

DEEPEST = 50
Where = tuple[str | int, ...]
_MOST_PROBLEMS = 50
_PARTS = re.compile(r"(\[?)([^.\[\]]+)")
MOST_COUNTED = 1_000  # problems after which a file is not looked at further


@dataclass
class Tree:
    """`root` holds dicts, lists and str; `find_lines` says on which line each path begins: it is asked once
    something is wrong."""

    root: Any
    find_lines: Callable[[], Mapping[Where, int]] = dict

    @cached_property
    def lines(self) -> Mapping[Where, int]:
        """The line on which each path begins."""
        return self.find_lines()

    def line_of(self, where: Where) -> int | None:
        """The line of a path, or of the nearest thing around it; None where only the whole file is."""
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where) if where else None


def path_in(shown: str) -> Where:
    """`criteria[2].when.in` as `("criteria", 2, "when", "in")`; a key that holds a dot is cut there."""
    return tuple(
        int(part) if part.isdecimal() and len(part) < 10 and bracket else part
        for bracket, part in _PARTS.findall(shown)
    )


def shown_path(path: Where) -> str:
    """`("criteria", 2, "when", "in")` as `criteria[2].when.in`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text or "the file"


@dataclass(frozen=True, slots=True)
class Kind:
    """What a document is, for its errors: "a spec", and what shows how it must look."""

    what: str
    help: str


SPEC = Kind("a spec", "`icp schema` prints the shape it must have.")


def yaml_tree(text: str, kind: Kind = SPEC) -> Tree:
    """The tree of a YAML text of one document.

    WorkbenchError with every alias, merge key, tag, duplicate or compound key in it, and for what is no YAML.
    """
    problems: list[Problem] = []
    reader = _YamlReader(text, problems, kind)
    try:
        tree = reader.document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "the file"
        problems.append(
            Problem(where, (error.problem or "no YAML").removeprefix("found "), "well-formed YAML")
        )
    except yaml.YAMLError as error:
        problems.append(Problem("the file", str(error).splitlines()[0], "well-formed YAML"))
    except _TooMany:
        pass
    except _TooDeep as error:
        problems.append(Problem(f"line {error.line}", f"more than {DEEPEST} levels", f"at most {DEEPEST}"))
    if problems:
        raise not_readable(problems, kind)
    return tree


def toml_tree(text: str, kind: Kind = SPEC) -> Tree:
    """The tree of a TOML text; numbers and dates as they are written. WorkbenchError for what is no TOML."""
    if line := _too_deep(text):
        problem = Problem(f"line {line}", f"more than {DEEPEST} levels", f"at most {DEEPEST}")
        raise not_readable([problem], kind)
    try:
        return Tree(_as_text(tomllib.loads(text, parse_float=str), 1), partial(toml_lines, text))
    except _TooDeep:
        raise not_readable(
            [Problem("the file", f"more than {DEEPEST} levels", f"at most {DEEPEST}")], kind
        ) from None
    except (ValueError, RecursionError) as error:
        said, _, where = str(error).partition(" (at ")
        where = where.rstrip(")") or "the file"
        raise not_readable([Problem(where, said[:200] or "no TOML", "well-formed TOML")], kind) from None


def not_readable(problems: Sequence[Problem | str], kind: Kind = SPEC) -> WorkbenchError:
    """The one error for a file, with all its problems, one a line."""
    shown = [printable(str(problem)) for problem in problems[:_MOST_PROBLEMS]]
    some = "at least " if len(problems) >= MOST_COUNTED else ""
    if len(problems) > _MOST_PROBLEMS:
        shown.append(f"and {some}{len(problems) - _MOST_PROBLEMS} more.")
    count = "One problem" if len(problems) == 1 else f"{some.capitalize()}{len(problems)} problems"
    return WorkbenchError(
        f"Not {kind.what} that can be read",
        f"{count}:\n  " + "\n  ".join(shown),
        f"Mend the file; {kind.help}",
    )


class _TooMany(Exception):
    """Enough is wrong: to name the rest would take long and help nobody."""


class _TooDeep(Exception):
    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class _YamlReader:
    """Builds the tree from YAML's events, so that nothing is resolved or constructed behind our back."""

    def __init__(self, text: str, problems: list[Problem], kind: Kind) -> None:
        self.kind = kind
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        self.events: Iterator[Any] = iter(yaml.parse(text, Loader=loader))
        self.problems = problems
        self.lines: dict[Where, int] = {}

    def document(self) -> Tree:
        root: Any = None
        documents = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self.problem(event, (), "a second document", "one document")
                    break
                root = self.node(next(self.events), (), 1)
        if not documents:
            self.problems.append(Problem("the file", "nothing", self.kind.what))
        return Tree(root, lambda: self.lines)

    def node(self, event: Any, path: Where, depth: int) -> Any:
        if depth > DEEPEST:
            raise _TooDeep(event.start_mark.line + 1)
        self.lines[path] = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            self.problem(event, path, f"an alias (*{event.anchor})", "the value itself")
            return None
        if event.tag is not None:
            self.problem(event, path, f"a tag ({event.tag[:60]})", "a value without a tag")
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping(path, depth)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(path, depth)
        return event.value

    def mapping(self, path: Where, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self.key(event, path, depth)
            inner = (*path, key)
            if key in found:
                self.problem(event, inner, "the key a second time", "each key once")
            value = self.node(next(self.events), inner, depth + 1)
            found.setdefault(key, value)
        return found

    def key(self, event: Any, path: Where, depth: int) -> str:
        if isinstance(event, yaml.ScalarEvent):
            if event.tag is not None:
                self.problem(event, path, f"a tag ({event.tag[:60]}) on a key", "a key without a tag")
            if event.value == "<<" and event.implicit[0]:
                self.problem(event, path, "a merge key (<<)", "the keys themselves")
            return str(event.value)
        self.problem(event, path, "a key that is no text", "a text as key")
        self.node(event, (*path, "?"), depth + 1)
        return "?"

    def sequence(self, path: Where, depth: int) -> list[Any]:
        found: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            found.append(self.node(event, (*path, len(found)), depth + 1))
        return found

    def problem(self, event: Any, path: Where, found: str, expected: str) -> None:
        where = f"line {event.start_mark.line + 1}, {shown_path(path)}"
        self.problems.append(Problem(where, found, expected))
        if len(self.problems) >= MOST_COUNTED:
            raise _TooMany


def _as_text(value: Any, depth: int) -> Any:
    if depth > DEEPEST:
        raise _TooDeep(0)
    if isinstance(value, dict):
        return {key: _as_text(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list):
        return [_as_text(inner, depth + 1) for inner in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)


def _too_deep(text: str) -> int:
    """The line on which brackets or a dotted key nest too deep, found before a recursive parser sees it; else
    0."""
    depth = dots = at = 0
    line = 1
    while at < len(text):
        char = text[at]
        if char == "#":
            at = _until(text, at, "\n")
            continue
        if char in "\"'":
            quote = char * 3 if text.startswith(char * 3, at) else char
            end = _end_of_string(text, at + len(quote), quote)
            line += text.count("\n", at, end)
            at = end
            continue
        if char == "\n":
            line, dots = line + 1, 0
        depth += (char in "[{") - (char in "]}")
        dots = 0 if char in "=,[{" else dots + (char == ".")
        if depth > DEEPEST or dots > DEEPEST:
            return line
        at += 1
    return 0


def _end_of_string(text: str, at: int, quote: str) -> int:
    while at < len(text):
        if text[at] == "\\" and quote[0] == '"':
            at += 2
        elif text.startswith(quote, at):
            return at + len(quote)
        elif text[at] == "\n" and len(quote) == 1:
            return at
        else:
            at += 1
    return at


def _until(text: str, at: int, end: str) -> int:
    found = text.find(end, at)
    return len(text) if found < 0 else found
