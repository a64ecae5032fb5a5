"""Definitions of derived attributes in a spec: read and typed like criteria, and never in a circle."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from icp_workbench.conditions.condition import Condition, fields_read
from icp_workbench.conditions.fields import fold
from icp_workbench.documents.typed import Found, shown

Read = Callable[[object, str], Condition]


def with_definitions(described: Mapping[str, Any], read: Read, problems: list[Found]) -> dict[str, Any]:
    """The `fields` section with each definition as conditions, read by `read` (what is found, its path).

    What is wrong goes to `problems`: a definition of yes or no for another type, cases for anything but a
    category, both at once, `otherwise` without cases or naming what is not described, circles.
    """
    typed: dict[str, Any] = {}
    reads: dict[str, set[str]] = {}
    names = {fold(name): name for name in described}
    for name, one in described.items():
        typed[name] = dict(one) if isinstance(one, dict) else one
        if not isinstance(one, dict):
            continue
        conditions: list[Condition] = []
        if "definition" in one:
            conditions.append(read(one["definition"], f"fields.{name}.definition"))
            typed[name]["definition"] = conditions[0]
        if isinstance(one.get("cases"), list):
            typed[name]["cases"] = [
                _case(case, f"fields.{name}.cases[{at}].when", read, conditions)
                for at, case in enumerate(one["cases"])
            ]
        reads[name] = {names.get(fold(field), field) for when in conditions for field in fields_read(when)}
        otherwise = one.get("otherwise")
        if isinstance(otherwise, str):
            reads[name].add(names.get(fold(otherwise), otherwise))
        problems += _misfits(name, one, described, names)
    problems += [
        (("fields", name), f"`{name}` is made from itself", "a definition that ends in columns")
        for name in reads
        if _comes_back(name, reads)
    ]
    return typed


def _case(case: Any, path: str, read: Read, conditions: list[Condition]) -> Any:
    if not isinstance(case, dict) or "when" not in case:
        return case
    when = read(case["when"], path)
    conditions.append(when)
    return {**case, "when": when}


def _misfits(
    name: str, one: Mapping[str, Any], described: Mapping[str, Any], names: Mapping[str, str]
) -> list[Found]:
    found: list[Found] = []
    kind = one.get("type")
    if "definition" in one and "cases" in one:
        found.append((("fields", name, "cases"), "a second definition", "either definition or cases"))
    for key, wanted in (("definition", "boolean"), ("cases", "category")):
        if key in one and kind != wanted:
            found.append((("fields", name, key), f"it for a {shown(kind)}", f"it for a {wanted} alone"))
    if "otherwise" in one:
        meant = described.get(names.get(fold(str(one["otherwise"])), ""))
        if "cases" not in one:
            found.append((("fields", name, "otherwise"), "it without cases", "cases beside it"))
        elif not isinstance(meant, Mapping) or meant.get("type") not in ("category", "text"):
            found.append(
                (("fields", name, "otherwise"), shown(one["otherwise"]), "a category that is described here")
            )
    return found


def _comes_back(name: str, reads: Mapping[str, set[str]]) -> bool:
    seen: set[str] = set()
    ahead = set(reads[name])
    while ahead:
        at = ahead.pop()
        if at == name:
            return True
        if at not in seen:
            seen.add(at)
            ahead |= reads.get(at, set())
    return False
