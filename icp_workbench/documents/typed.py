"""A tree of texts → a pydantic model, or every problem at once: where, what was found, what was expected."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from icp_workbench.conditions.condition import Problem
from icp_workbench.conditions.fields import nearest
from icp_workbench.documents.tree import MOST_COUNTED, Kind, Tree, Where, not_readable, path_in, shown_path

Found = tuple[Where, str, str]  # where, what was found, what was expected
Model = TypeVar("Model", bound=BaseModel)

_EXPECTED = {
    "missing": "this key",
    "string_type": "a text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a whole number of a usual size",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "too_short": "at least one",
    "string_too_short": "a text that is not empty",
    "string_too_long": "a shorter text",
}
_LIMITS = {"ge": "at least", "gt": "more than", "le": "at most", "max_length": "at most this long:"}


def typed(
    tree: Tree,
    model: type[Model],
    kind: Kind,
    *,
    further: Iterable[Found] = (),
    pattern: Callable[[str], str] = str,
) -> Model:
    """The model a tree means.

    WorkbenchError with every problem, those `further` ones with it. Unknown keys are problems unless they
    begin with `x-`. `pattern` says in words what a regular expression of the model expects.
    """
    problems = [*wrong_in(tree.root, model, pattern=pattern), *further]
    if problems:
        raise not_readable([placed(tree, problem) for problem in problems], kind)
    return model.model_validate(tree.root)


def wrong_in(
    root: Any, model: type[BaseModel], *, newer: bool = False, pattern: Callable[[str], str] = str
) -> list[Found]:
    """Everything in which a plain mapping is not as `model` wants it; in a `newer` one unknown keys are no
    problem."""
    try:
        model.model_validate(root, extra="allow" if newer else "forbid")
    except ValidationError as error:
        errors = error.errors(include_url=False)
        told = (_told(found, model, pattern) for found in errors)
        return list(islice((found for found in told if found is not None), MOST_COUNTED))
    return []


def placed(tree: Tree, found: Found) -> Problem | str:
    """A problem with its line: that of what is wrong, or of the nearest thing around it."""
    where, what, expected = found
    path = shown_path(where)
    line = tree.line_of(where) or tree.line_of(path_in(path))
    at = f"line {line}, {path}" if line else path
    return Problem(at, what, expected) if expected else f"{at}: {what}"


def shown(value: object) -> str:
    """A value found in a document, short enough for a sentence."""
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    if value is None or value == "":
        return "nothing"
    text = str(value)
    return f"`{text}`" if len(text) <= 60 else f"`{text[:57]}…`"


def _told(error: ErrorDetails, model: type[BaseModel], pattern: Callable[[str], str]) -> Found | None:
    # Where several kinds of value are allowed, the path ends in the kind that was tried.
    tried = len(error["loc"]) > 1 and str(error["loc"][-1]).startswith(("constrained-", "literal["))
    where, kind = error["loc"][: -1 if tried else None], error["type"]
    context = error.get("ctx", {})
    if kind == "extra_forbidden":
        key = str(where[-1])
        if key.startswith("x-"):
            return None
        known = _known_keys(model, where[:-1])
        near = nearest(key, known)
        others = f"one of {', '.join(known)}" if known else "no such key"
        return where, "an unknown key", f"`{near}`, perhaps" if near else others
    if kind == "missing":
        return where, "nothing", _EXPECTED[kind]
    if kind in ("day", "moment", "condition", "function"):
        return where, shown(error["input"]), error["msg"]
    if kind == "literal_error":
        return where, shown(error["input"]), str(context["expected"])
    if kind == "string_pattern_mismatch":
        return where, shown(error["input"]), pattern(str(context["pattern"]))
    limits = [f"{words} {context[key]}" for key, words in _LIMITS.items() if key in context]
    expected = _EXPECTED.get(kind) or " and ".join(limits) or error["msg"]
    return where, shown(error["input"]), expected


def _known_keys(model: type[BaseModel], where: Where) -> list[str]:
    """The keys known at a path of the model, for a near miss."""
    here: Any = model
    for part in where:
        if isinstance(here, type) and issubclass(here, BaseModel):
            fields = {field.alias or name: field.annotation for name, field in here.model_fields.items()}
            here = _unwrapped(fields.get(str(part)))
        else:  # a mapping or a list: what it holds
            here = _unwrapped(([kind for kind in get_args(here) if kind is not Ellipsis] or [None])[-1])
    if isinstance(here, type) and issubclass(here, BaseModel):
        return [field.alias or name for name, field in here.model_fields.items()]
    return []


def _unwrapped(kind: Any) -> Any:
    """The kind of value behind `Annotated` and `… | None`."""
    if get_origin(kind) is Annotated:
        return _unwrapped(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        return _unwrapped(next((one for one in get_args(kind) if one is not type(None)), None))
    return kind
