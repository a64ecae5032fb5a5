"""The published JSON Schema says what the model says."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from icp_workbench.conditions.condition import OPERATORS
from icp_workbench.documents.tree import yaml_tree
from icp_workbench.errors import WorkbenchError
from icp_workbench.spec.files import read_spec
from icp_workbench.spec.model import IdealCustomerProfile, content_of
from icp_workbench.spec.reading import profile_of
from icp_workbench.spec.schema import json_schema
from tests.spec.examples import GOLDEN, profiles
from tests.spec.json_schema import as_json, misfits


def objects(schema: Any) -> list[dict[str, Any]]:
    """Every object schema inside."""
    found = []
    if isinstance(schema, dict):
        found += [schema] if "properties" in schema and schema.get("type") == "object" else []
        found += [inner for value in schema.values() for inner in objects(value)]
    elif isinstance(schema, list):
        found += [inner for value in schema for inner in objects(value)]
    return found


def test_the_schema_is_closed_but_for_keys_of_others() -> None:
    for one in objects(json_schema()):
        assert one["additionalProperties"] is False, one.get("title")


def test_the_schema_knows_every_key_of_the_model() -> None:
    schema = json_schema()
    assert set(schema["properties"]) == {
        field.alias or name for name, field in IdealCustomerProfile.model_fields.items()
    }
    assert set(schema["required"]) >= {"apiVersion", "schema", "kind", "metadata", "criteria", "fields"}
    shapes = schema["$defs"]["Condition"]["oneOf"]
    assert {key for shape in shapes for key in shape["properties"]} == {
        "all",
        "any",
        "not",
        "field",
        *OPERATORS,
    }


def test_every_reference_leads_somewhere() -> None:
    schema = json_schema()
    text = repr(schema)
    assert "#condition" not in text
    names = {part.split("'")[0] for part in text.split("'#/$defs/")[1:]}
    assert names <= set(schema["$defs"]) and "Condition" in names


def fits(profile: IdealCustomerProfile) -> list[str]:
    """In what a profile, as its file holds it, is not as the schema wants it."""
    schema = json_schema()
    return list(misfits(as_json(content_of(profile)), schema, schema))


@pytest.mark.parametrize("path", sorted(GOLDEN.rglob("*.icp.*")), ids=lambda path: path.name)
def test_golden_files_are_as_the_schema_says(path: Path) -> None:
    assert fits(read_spec(path)) == []


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(profiles())
def test_what_the_model_writes_the_schema_accepts(written: IdealCustomerProfile) -> None:
    assert fits(written) == []


BROKEN: dict[str, tuple[tuple[str | int, ...], object]] = {
    "unknown key": (("metadata", "versoin"), "1.0.0"),
    "version": (("metadata", "version"), "1.0"),
    "schema": (("schema",), "2.0"),
    "kind": (("kind",), "Profile"),
    "moment": (("metadata", "created"), "yesterday"),
    "day": (("metadata", "review_by"), "soon"),
    "verdict": (("criteria", 0, "verdict"), "maybe"),
    "missing": (("criteria", 0, "missing"), "blank"),
    "id": (("criteria", 0, "id"), "With Blanks"),
    "points": (("criteria", 0, "points"), -1),
    "two tests": (("criteria", 0, "when"), {"field": "industry", "is": "a", "in": ["b"]}),
    "no test": (("criteria", 0, "when"), {"field": "industry"}),
    "no criteria": (("criteria",), []),
    "accounts": (("criteria", 0, "evidence", "accounts"), "<6"),
    "type": (("fields", "industry", "type"), "colour"),
    "check": (("accepted_checks",), [{"check": "ICP7", "note": "x"}]),
    "coverage": (("data", "coverage"), {"accounts": "few"}),
    "digest": (("metadata", "digest"), "md5:1"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_the_model_refuses_the_schema_refuses(name: str) -> None:
    where, value = BROKEN[name]
    content = as_json(content_of(read_spec(GOLDEN / "acme-core-3.1.0.icp.yaml")))
    here = content
    for part in where[:-1]:
        here = here[part]
    here[where[-1]] = value
    schema = json_schema()
    assert any(misfits(content, schema, schema))
    with pytest.raises(WorkbenchError):
        profile_of(yaml_tree(json.dumps(content)))


def test_days_and_moments_are_checked_by_validators_that_ignore_formats() -> None:
    metadata = json_schema()["$defs"]["Metadata"]["properties"]
    day = next(kind for kind in metadata["review_by"]["anyOf"] if kind.get("format") == "date")
    assert re.search(day["pattern"], "2026-10-31") and not re.search(day["pattern"], "soon")
    moment = metadata["created"]["pattern"]
    assert re.search(moment, "2026-11-22T10:42:00+00:00") and re.search(moment, "2026-11-22T10:42:00Z")
    assert not re.search(moment, "2026-11-22T10:42:00")
