"""A tree of texts → a profile, typed by the schema, or one error with every problem in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from icp_workbench.conditions.checking import collect
from icp_workbench.conditions.condition import EVERYONE, Condition, Problem, collect_plain, fields_read
from icp_workbench.conditions.fields import Field, Fields, FieldType
from icp_workbench.documents.tree import Tree, not_readable
from icp_workbench.documents.typed import Found, placed, shown, wrong_in
from icp_workbench.errors import WorkbenchError
from icp_workbench.spec.definitions import with_definitions
from icp_workbench.spec.model import API_VERSION, SCHEMA_VERSION, IdealCustomerProfile, is_newer


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
        raise not_readable([Problem("the file", shown(root), "a mapping that begins with apiVersion")])
    problems: list[Found] = []
    with_conditions = _with_conditions(root, problems)
    wrong = wrong_in(
        with_conditions,
        IdealCustomerProfile,
        newer=is_newer(str(root.get("schema", ""))),
        pattern=_by_pattern,
    )
    problems += [*wrong, *_repeated_ids(root)]
    if problems:
        raise not_readable([placed(tree, problem) for problem in problems])
    return IdealCustomerProfile.model_validate(with_conditions)


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
    schema = str(root.get("schema", "")).partition(".")[0]
    if schema.isascii() and schema.isdigit() and len(schema) < 5 and int(schema) > 1:
        found = str(root["schema"])[:40]
        raise WorkbenchError(
            "A newer spec",
            f"The file has the shape `{found}`; this version of ICP Workbench reads those of 1, such as "
            f"`{SCHEMA_VERSION}`. Nothing was changed.",
            f"Open it with a version of ICP Workbench that reads schema `{found}`.",
        )


def _with_conditions(root: dict[str, Any], problems: list[Found]) -> dict[str, Any]:
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
        typed["fields"] = with_definitions(described, read, problems)
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


def _repeated_ids(root: Mapping[str, Any]) -> Iterator[Found]:
    criteria = root.get("criteria")
    seen: set[str] = set()
    for at, criterion in enumerate(criteria if isinstance(criteria, list) else ()):
        name = criterion.get("id") if isinstance(criterion, dict) else None
        if isinstance(name, str):
            if name in seen:
                yield ("criteria", at, "id"), f"`{name[:60]}` a second time", "an id of its own"
            seen.add(name)


def _by_pattern(pattern: str) -> str:
    if "sha256" in pattern:
        return "a digest such as sha256:41aa…"
    if "ICP" in pattern:
        return "the code of a check, such as ICP007"
    if "a-z0-9" in pattern:
        return "lower-case letters, digits and dashes"
    return f"`{SCHEMA_VERSION}`" if pattern.startswith("^1") else "a version such as 1.0.0"
