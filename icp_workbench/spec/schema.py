"""The JSON Schema that the model of a spec means, as it is published."""

from __future__ import annotations

import json
from typing import Any

from icp_workbench.spec.model import IdealCustomerProfile
from icp_workbench.spec.values import condition_schema, with_conditions


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a spec file, made from the model; closed but for keys beginning with
    x-."""
    schema = with_conditions(IdealCustomerProfile.model_json_schema(by_alias=True))
    schema["$defs"]["Condition"] = condition_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Ideal customer profile, icp/v1",
        **{key: value for key, value in schema.items() if key != "title"},
    }


def schema_text() -> str:
    """The schema as text: what `icp schema` prints and docs/icp.schema.json holds."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
