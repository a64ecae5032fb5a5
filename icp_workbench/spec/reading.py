"""A tree of texts → a profile, typed by the schema, or one error with every problem in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from icp_workbench.conditions.checking import collect
from icp_workbench.conditions.condition import EVERYONE, Condition, Problem, collect_plain, fields_read
from icp_workbench.conditions.fields import Field, Fields, FieldType, nearest
from icp_workbench.documents.tree import Tree, Where, not_readable, shown_path
from icp_workbench.errors import WorkbenchError
from icp_workbench.spec.model import API_VERSION, SCHEMA_VERSION, IdealCustomerProfile

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
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "too_short": "at least one",
    "string_too_short": "a text that is not empty",
    "string_too_long": "a shorter text",
}


def profile_of(tree: Tree) -> IdealCustomerProfile:
    """The profile a tree means.

    WorkbenchError naming the version needed for a newer `apiVersion`, and otherwise one with every problem,
    each with its path, what was found, and what was expected. Unknown keys are problems unless they begin
    with `x-` or the file's schema is newer than ours.
    """
    root = tree.root
    if isinstance(root, dict):
        _refuse_other_versions(root)
    else:
        raise not_readable([Problem("the file", _shown(root), "a mapping that begins with apiVersion")])
    problems: list[tuple[Where, str, str]] = []
    typed = _with_conditions(root, problems)
    newer = _is_newer(root)
    try:
        IdealCustomerProfile.model_validate(typed, extra="allow" if newer else "forbid")
    except ValidationError as error:
        problems += [found for found in map(_problem, error.errors()) if found is not None]
    problems += _repeated_ids(root)
    if problems:
        raise not_readable([_placed(tree, *problem) for problem in problems])
    return IdealCustomerProfile.model_validate(typed)


def fields_of(descriptions: Mapping[str, Any]) -> Fields:
    """The schema that a spec's `fields` section describes; what is not described rightly is left out."""
    found = []
    for name, description in descriptions.items():
        if isinstance(description, Mapping) and description.get("type") in get_args(FieldType):
            grain = description.get("grain")
            unit = description.get("unit")
            found.append(
                Field(
                    name, name, description["type"],
                    grain=grain if isinstance(grain, str) else "account",
                    unit=unit if isinstance(unit, str) else None,
                )
            )  # fmt: skip
    return Fields(tuple(found))


def _refuse_other_versions(root: Mapping[str, Any]) -> None:
    version = root.get("apiVersion")
    if isinstance(version, str) and version != API_VERSION:
        number = version.removeprefix("icp/v")
        if (
            number != version
            and number.isascii()
            and number.isdigit()
            and number.lstrip("0") not in ("", "1")
        ):
            raise WorkbenchError(
                "A newer spec",
                f"The file is written as `{version[:40]}`; this version of ICP Workbench reads up to "
                f"`{API_VERSION}`. Nothing was changed.",
                f"Open it with a version of ICP Workbench that reads `{version[:40]}`.",
            )


def _is_newer(root: Mapping[str, Any]) -> bool:
    major, _, minor = str(root.get("schema", "")).partition(".")
    known = int(SCHEMA_VERSION.partition(".")[2])
    return major == "1" and minor.isascii() and minor.isdigit() and len(minor) < 5 and int(minor) > known


def _with_conditions(root: dict[str, Any], problems: list[tuple[Where, str, str]]) -> dict[str, Any]:
    """The tree with every condition in it read and typed by the `fields` section."""
    described = root.get("fields")
    fields = fields_of(described) if isinstance(described, Mapping) else Fields()
    vague = set(described) - set(fields) if isinstance(described, Mapping) else set()

    def read(found: object, path: str) -> Condition:
        wrong: list[Problem] = []
        condition = collect_plain(found, path, wrong)
        problems.extend(((problem.path,), problem.found, problem.expected) for problem in wrong)
        if wrong:
            return EVERYONE
        if vague.intersection(fields_read(condition)):
            return condition
        misfits: list[str] = []
        typed = collect(condition, fields, path, misfits, levels_must_exist=False)
        for misfit in misfits:
            at, _, what = misfit.partition(": ")
            problems.append(((at,), what, ""))
        return typed

    typed = dict(root)
    if isinstance(described, Mapping):
        typed["fields"] = {
            name: _replaced(one, "definition", f"fields.{name}.definition", read)
            for name, one in described.items()
        }
    for section, key in (("criteria", "when"), ("hypotheses", "tested_as")):
        if isinstance(root.get(section), list):
            typed[section] = [
                _replaced(one, key, f"{section}[{at}].{key}", read)
                if key == "when"
                else _replaced_inside(one, key, f"{section}[{at}].{key}.when", read)
                for at, one in enumerate(root[section])
            ]
    return typed


def _replaced(one: Any, key: str, path: str, read: Any) -> Any:
    return {**one, key: read(one[key], path)} if isinstance(one, dict) and key in one else one


def _replaced_inside(one: Any, key: str, path: str, read: Any) -> Any:
    if not isinstance(one, dict) or key not in one:
        return one
    return {**one, key: _replaced(one[key], "when", path, read)}


def _repeated_ids(root: Mapping[str, Any]) -> Iterator[tuple[Where, str, str]]:
    criteria = root.get("criteria")
    seen: set[str] = set()
    for at, criterion in enumerate(criteria if isinstance(criteria, list) else ()):
        name = criterion.get("id") if isinstance(criterion, dict) else None
        if isinstance(name, str):
            if name in seen:
                yield ("criteria", at, "id"), f"`{name[:60]}` a second time", "an id of its own"
            seen.add(name)


def _problem(error: ErrorDetails) -> tuple[Where, str, str] | None:
    # Where several kinds of value are allowed, the path ends in the kind that was tried.
    tried = len(error["loc"]) > 1 and str(error["loc"][-1]).startswith(("constrained-", "literal["))
    where, kind = error["loc"][: -1 if tried else None], error["type"]
    context = error.get("ctx", {})
    if kind == "extra_forbidden":
        key = str(where[-1])
        if key.startswith("x-"):
            return None
        near = nearest(key, _known_keys(where[:-1]))
        return where, "an unknown key", f"`{near}`, perhaps" if near else "one of the keys `icp schema` lists"
    if kind == "missing":
        return where, "nothing", _EXPECTED[kind]
    if kind in ("day", "moment", "condition"):
        return where, _shown(error["input"]), error["msg"]
    if kind == "literal_error":
        return where, _shown(error["input"]), str(context["expected"])
    if kind == "string_pattern_mismatch":
        return where, _shown(error["input"]), _by_pattern(str(context["pattern"]))
    limits = [f"{words} {context[key]}" for key, words in _LIMITS.items() if key in context]
    expected = _EXPECTED.get(kind) or " and ".join(limits) or error["msg"]
    return where, _shown(error["input"]), expected


_LIMITS = {"ge": "at least", "le": "at most", "max_length": "at most this long:"}


def _by_pattern(pattern: str) -> str:
    if "sha256" in pattern:
        return "a digest such as sha256:41aa…"
    if "ICP" in pattern:
        return "the code of a check, such as ICP007"
    if "a-z0-9" in pattern:
        return "lower-case letters, digits and dashes"
    return "`1.0`" if pattern.startswith("^1") else "a version such as 1.0.0"


def _known_keys(where: Where) -> list[str]:
    """The keys known at a path of the model, for a near miss."""
    from pydantic import BaseModel

    here: Any = IdealCustomerProfile
    for part in where:
        if isinstance(here, type) and issubclass(here, BaseModel):
            known = {field.alias or name: field for name, field in here.model_fields.items()}
            here = known[str(part)].annotation if part in known else None
        inner = [kind for kind in get_args(here) if kind is not type(None) and kind is not str]
        here = inner[0] if (inner and not isinstance(here, type)) or inner else here
    if isinstance(here, type) and issubclass(here, BaseModel):
        return [field.alias or name for name, field in here.model_fields.items()]
    return []


def _placed(tree: Tree, where: Where, found: str, expected: str) -> Problem | str:
    path = shown_path(where)
    line = tree.lines.get(where)
    at = f"line {line}, {path}" if line else path
    return Problem(at, found, expected) if expected else f"{at}: {found}"


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    if value is None or value == "":
        return "nothing"
    text = str(value)
    return f"`{text}`" if len(text) <= 60 else f"`{text[:57]}…`"
