"""docs/spec.md says every key of the model, and no other; docs/icp.schema.json is the schema of the model."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_origin

from icp_workbench.cli import cli
from icp_workbench.documents.tree import yaml_tree
from icp_workbench.spec.model import SCHEMA_VERSION, IdealCustomerProfile, Part
from icp_workbench.spec.reading import profile_of
from icp_workbench.spec.schema import schema_text

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "spec.md").read_text("utf-8")
# What a mapping's own keys are called on the page.
NAMES = {
    "fields": "NAME",
    "criteria[].evidence.metrics": "METRIC",
    "grades.backtest.grades": "GRADE",
}


SAME_AS = {"data.ideal_customer": "criteria[].evidence.metrics"}  # said once


def keys_of(part: type[Part], path: str = "") -> Iterator[str]:
    """Every key of a part and of the parts in it: `criteria[].evidence.accounts`."""
    for name, field in part.model_fields.items():
        here = f"{path}{field.alias or name}"
        yield here
        inner, many = inside(field.annotation)
        if inner is not None and here not in SAME_AS:
            between = {"list": "[].", "dict": f".{NAMES.get(here)}.", "": "."}[many]
            yield from keys_of(inner, here + between)


def inside(kind: Any) -> tuple[type[Part] | None, str]:
    """The part a value holds, and whether it holds a list or a mapping of them."""
    if isinstance(kind, type) and issubclass(kind, Part):
        return kind, ""
    many = {list: "list", dict: "dict"}.get(get_origin(kind), "")  # type: ignore[arg-type]
    for argument in get_args(kind):
        found, within = inside(argument)
        if found is not None:
            return found, many or within
    return None, ""


def told() -> list[str]:
    """The keys in the tables of the page, in its order."""
    return re.findall(r"^\| `([^`]+)` \|", PAGE, re.MULTILINE)


def test_the_page_says_every_key_of_the_model_and_no_other() -> None:
    assert sorted(told()) == sorted(keys_of(IdealCustomerProfile))


def test_the_example_on_the_page_is_a_spec() -> None:
    text = PAGE.split("```yaml\n")[1].split("```")[0]
    assert profile_of(yaml_tree(text)).schema_version == SCHEMA_VERSION


def test_every_command_on_the_page_is_there() -> None:
    commands = {*re.findall(r"icp spec ([a-z]+)", PAGE)}
    known = set(cli.commands["spec"].commands)  # type: ignore[attr-defined]
    assert commands <= known and {"diff", "history", "accounts", "migrate", "show", "validate"} <= commands


def test_the_published_schema_is_the_models() -> None:
    """`icp schema > docs/icp.schema.json` brings it up to date."""
    assert (DOCS / "icp.schema.json").read_text("utf-8") == schema_text()
