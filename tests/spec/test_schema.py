"""The published JSON Schema says what the model says."""

from __future__ import annotations

import re
from typing import Any

from icp_workbench.conditions.condition import OPERATORS
from icp_workbench.spec.files import read_spec
from icp_workbench.spec.model import IdealCustomerProfile, content_of, json_schema
from tests.spec.examples import GOLDEN


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


def test_the_golden_spec_uses_no_key_the_schema_does_not_know() -> None:
    schema = json_schema()

    def check(value: Any, shape: dict[str, Any], path: str) -> None:
        if "$ref" in shape:
            name = shape["$ref"].rpartition("/")[2]
            if name != "Condition":
                check(value, schema["$defs"][name], path)
        elif "anyOf" in shape:
            kinds = [one for one in shape["anyOf"] if one.get("type") != "null"]
            check(value, kinds[0], path)
        elif isinstance(value, dict):
            known = shape.get("properties")
            for key, inner in value.items():
                assert known is None or key in known, f"{path}.{key}"
                check(inner, known[key] if known else shape.get("additionalProperties", {}), f"{path}.{key}")
        elif isinstance(value, list):
            for at, inner in enumerate(value):
                check(inner, shape["items"], f"{path}[{at}]")

    check(content_of(read_spec(GOLDEN / "acme-core-3.0.0.icp.yaml")), schema, "")


def test_days_and_moments_are_checked_by_validators_that_ignore_formats() -> None:
    metadata = json_schema()["$defs"]["Metadata"]["properties"]
    day = next(kind for kind in metadata["review_by"]["anyOf"] if kind.get("format") == "date")
    assert re.search(day["pattern"], "2026-10-31") and not re.search(day["pattern"], "soon")
    moment = metadata["created"]["pattern"]
    assert re.search(moment, "2026-11-22T10:42:00+00:00") and re.search(moment, "2026-11-22T10:42:00Z")
    assert not re.search(moment, "2026-11-22T10:42:00")
