"""Who has the file and the export, and nothing else, selects the accounts the room selected."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any

import yaml

from icp_workbench.book.opening import open_book
from icp_workbench.conditions.expression import parse
from icp_workbench.documents.tree import yaml_tree
from icp_workbench.segments.index import SegmentIndex
from icp_workbench.spec.build import build_profile
from icp_workbench.spec.criterion import Criterion
from icp_workbench.spec.reading import profile_of
from icp_workbench.spec.writing import yaml_text

NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
CRITERIA = {
    "partner-yes": "partner = true",
    "partner-no": "partner = false",
    "signed-late": "signed >= '2025-02-01'",
    "large": "revenue >= 1500.5",
    "dbt": "tools CONTAINS ANY ('dbt')",
    "segment-blank": "segment IS NULL",
}


def export(folder: Path) -> Path:
    """180 customers as a European system writes them: semicolons, decimal commas, day first, ja and nein."""
    path = folder / "customers.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, delimiter=";")
        rows.writerow(["customer_id", "Segment", "Partner", "Signed", "Revenue", "Tools", "Churn"])
        for at in range(180):
            rows.writerow(
                [
                    f"C{at:03}",
                    ("Retail", "Banking", "N/A", "Software", "")[at % 5],
                    ("ja", "nein", "Ja", "-")[at % 4],
                    f"{at % 28 + 1:02}/{at % 3 + 1:02}/2025",
                    "k.A." if at == 7 else f"{at % 4}.{at % 10}00,5{at % 7}",
                    (" Excel;dbt ", "Excel", "dbt;Looker", "null", "Looker;Excel")[at % 5],
                    ("Yes", "No", "No")[at * 7 // 11 % 3],
                ]
            )
    return path


def typed(text: str, described: dict[str, Any]) -> Any:
    """A cell as the file says it is to be read."""
    reading = described.get("reading", {})
    text = text.strip()
    if text in reading.get("blank", []):
        return None
    match described["type"]:
        case "boolean":
            return {one: word == "true" for word, spelt in reading["groups"].items() for one in spelt}[text]
        case "number":
            thousands = "," if reading["decimal_mark"] == "." else "."
            try:
                return float(text.replace(thousands, "").replace(reading["decimal_mark"], "."))
            except ValueError:
                return None
        case "date":
            assert reading["date_order"] == "D/M/Y"
            return dt.datetime.strptime(text, "%d/%m/%Y").date()
        case "set":
            return {part.strip() for part in text.split(reading["separator"])}
    return text


def holds(value: Any, test: dict[str, Any]) -> bool:
    """A test on one typed value, as the design describes the tests."""
    (name, wanted) = next(pair for pair in test.items() if pair[0] != "field")
    if value is None or name == "is_unknown":
        return value is None and name == "is_unknown"
    match name:
        case "is":
            return bool(value == wanted)
        case "at_least":
            return bool(value >= wanted)
    return bool(value & set(wanted))


def test_the_file_and_the_export_are_enough(tmp_path: Path) -> None:
    path = export(tmp_path)
    book = open_book(str(path))
    index = SegmentIndex(book)
    criteria = [
        Criterion(name, "icp", parse(text, book.fields), "fit", NOW) for name, text in CRITERIA.items()
    ]
    profile = build_profile(
        book=book, index=index, criteria=criteria, looks={}, name="alone", version="1.0.0", parent=None,
        created=NOW,
    )  # fmt: skip
    text = yaml_text(profile)
    assert profile_of(yaml_tree(text)) == profile

    spec = yaml.safe_load(text)
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    for criterion in spec["criteria"]:
        described = spec["fields"][criterion["when"]["field"]]
        header = described["source"].removeprefix("customers.")
        found = sum(holds(typed(row[header], described), criterion["when"]) for row in rows)
        assert 5 <= found == criterion["evidence"]["accounts"], criterion["id"]
    readings = {name: described["reading"] for name, described in spec["fields"].items()}
    assert readings == {
        "partner": {"blank": ["-"], "groups": {"true": ["Ja", "ja"], "false": ["nein"]}},
        "signed": {"date_order": "D/M/Y"},
        "revenue": {"decimal_mark": ",", "blank": ["k.A."]},
        "tools": {"separator": ";", "blank": ["null"]},
        "segment": {"blank": ["", "N/A"]},
    }
