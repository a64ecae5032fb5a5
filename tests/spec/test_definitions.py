"""Derived attributes in a spec: described with all they are made from, read and checked like criteria."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from icp_workbench.book.book import AccountBook
from icp_workbench.book.mapping import BookMapping
from icp_workbench.book.observed import Bins, Expression, Groups, ObservedAttribute, SecondFile, Tag, Words
from icp_workbench.book.opening import open_book
from icp_workbench.conditions.condition import AllOf, FieldTest
from icp_workbench.conditions.expression import parse
from icp_workbench.documents.tree import toml_tree, yaml_tree
from icp_workbench.errors import WorkbenchError
from icp_workbench.segments.index import SegmentIndex
from icp_workbench.spec.build import build_profile
from icp_workbench.spec.criterion import Criterion
from icp_workbench.spec.digest import verify_digest
from icp_workbench.spec.files import read_spec
from icp_workbench.spec.lineage import effect_of
from icp_workbench.spec.model import SCHEMA_VERSION, IdealCustomerProfile, content_of
from icp_workbench.spec.reading import profile_of
from icp_workbench.spec.show import show
from icp_workbench.spec.writing import toml_text, yaml_text
from tests.spec.examples import GOLDEN

NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
DERIVED_GOLDEN = GOLDEN / "derived-1.0.0.icp.yaml"
OBSERVED = (
    ObservedAttribute("size_band", Bins("employees", (10, 50, 200.5))),
    ObservedAttribute("sector", Groups("industry", {"Technology": ("SaaS", "Hardware")})),
    ObservedAttribute("short_sector", Groups("industry", {"Tech": ("SaaS", "Hardware")}, other="Others")),
    ObservedAttribute("resells", Words("description", ("reseller", "second hand"))),
    ObservedAttribute(
        "grown_tech",
        Expression(
            AllOf(
                (
                    FieldTest("sector", "is", "Technology"),
                    FieldTest("size_band", "in", ("50 to under 200.5",)),
                )
            )
        ),
    ),
    ObservedAttribute("pilot", Tag(("C001", "C002", "C003", "C004", "C005", "C006", "C007"))),
    ObservedAttribute("warmth", SecondFile("../notes/notes.csv", "Warmth")),
)
CRITERIA = {
    "band": "size_band = '50 to under 200.5'",
    "large": "size_band = '200.5 or more'",
    "tech": "sector = 'Technology'",
    "retail": "sector = 'Retail'",
    "others": "short_sector = 'Others'",
    "resells": "resells = TRUE",
    "no-reseller": "resells = FALSE",
    "grown": "grown_tech = TRUE",
    "no-grown": "grown_tech = FALSE",
    "blank-band": "size_band IS NULL",
}


def export(folder: Path) -> Path:
    """200 customers, some without industry, employees or description."""
    path = folder / "export" / "customers.csv"
    path.parent.mkdir(exist_ok=True)
    industries = ("SaaS", "Retail", "Banking", "Hardware", "")
    about = ("a Reseller of steel", "resellers of tea", "SECOND-HAND cars", "software", "")
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["customer_id", "Industry", "Employees", "Description", "Churn"])
        for at in range(200):
            employees = "" if at % 13 == 0 else at * 3 % 310
            text = f"{about[at // 5 % 5]}, office {at}" if about[at // 5 % 5] else ""
            rows.writerow(
                [f"C{at:03}", industries[at % 5], employees, text, ("Yes", "No", "No")[at * 7 // 11 % 3]]
            )
    notes = folder / "notes" / "notes.csv"
    notes.parent.mkdir(exist_ok=True)
    lines = [f"C{at:03},{('hot', 'cold', 'warm')[at % 3]}" for at in range(0, 200, 2)]
    notes.write_text("\n".join(["Customer,Warmth", *lines]), encoding="utf-8")
    return path


def opened(folder: Path) -> AccountBook:
    """The export with its observed attributes."""
    return open_book(export(folder), mapping=BookMapping(observed=OBSERVED))


def profile(book: AccountBook, **conditions: str) -> IdealCustomerProfile:
    """A profile of criteria typed by a person."""
    criteria = [
        Criterion(name, "icp", parse(text, book.fields), "fit", NOW) for name, text in conditions.items()
    ]
    return build_profile(
        book=book, index=SegmentIndex(book), criteria=criteria, looks={}, name="derived", version="1.0.0",
        parent=None, created=NOW,
    )  # fmt: skip


class Reader:
    """Who has the file and the export alone: the conditions as the design describes them, over pandas' own
    three-valued booleans."""

    def __init__(self, spec: dict[str, Any], rows: pd.DataFrame) -> None:
        self.fields, self.rows = spec["fields"], rows

    def value(self, name: str) -> pd.Series:
        described = self.fields[name]
        if "source" in described:
            column = self.rows[described["source"].partition(".")[2]].str.strip()
            column = column.mask(column.isin(described.get("reading", {}).get("blank", [])))
            return pd.to_numeric(column) if described["type"] == "number" else column
        if "definition" in described:
            return self.holds(described["definition"])
        result = pd.Series(pd.NA, index=self.rows.index, dtype=object)
        open_yet = pd.Series(True, index=self.rows.index)
        known = pd.Series(True, index=self.rows.index)
        for case in described["cases"]:
            true = self.holds(case["when"])
            result[open_yet & true.fillna(False)] = case["value"]
            open_yet &= ~true.fillna(False)
            known &= true.notna()
        if "otherwise" in described:
            kept = open_yet & known
            result[kept] = self.value(described["otherwise"])[kept]
        return result

    def holds(self, when: dict[str, Any]) -> pd.Series:
        if "not" in when:
            return ~self.holds(when["not"])
        for key, start in (("all", True), ("any", False)):
            if key in when:
                found = pd.Series(start, index=self.rows.index, dtype="boolean")
                for part in when[key]:
                    found = found & self.holds(part) if start else found | self.holds(part)
                return found
        value = self.value(when["field"])
        ((test, wanted),) = ((key, wanted) for key, wanted in when.items() if key != "field")
        if test == "is_unknown":
            return value.isna().astype("boolean")
        answers = {
            "is": lambda one: one == wanted,
            "in": lambda one: one in wanted,
            "not_in": lambda one: one not in wanted,
            "at_least": lambda one: one >= wanted,
            "mentions": lambda one: any(
                f" {entry} " in f" {' '.join(one.casefold().replace('-', ' ').replace(',', ' ').split())} "
                for entry in wanted
            ),
        }
        return pd.Series(
            [pd.NA if pd.isna(one) else bool(answers[test](one)) for one in value],
            index=value.index, dtype="boolean",
        )  # fmt: skip


def test_the_file_and_the_export_are_enough_for_derived_attributes(tmp_path: Path) -> None:
    book = opened(tmp_path)
    built = profile(book, **CRITERIA)
    text = yaml_text(built)
    assert profile_of(yaml_tree(text)) == built
    assert profile_of(toml_tree(toml_text(built))) == built

    spec = yaml.safe_load(text)
    rows = pd.read_csv(tmp_path / "export" / "customers.csv", dtype=str, keep_default_na=False)
    reader = Reader(spec, rows)
    index = SegmentIndex(book)
    for criterion in spec["criteria"]:
        selected = index.rows(parse(CRITERIA[criterion["id"]], book.fields))
        found = reader.holds(criterion["when"])
        assert list(found.fillna(False)) == list(selected.accounts), criterion["id"]
        assert list(found.isna()) == list(selected.unknown), criterion["id"]
        assert 5 <= found.sum() == criterion["evidence"]["accounts"], criterion["id"]


def test_what_a_definition_reads_is_described_too(tmp_path: Path) -> None:
    built = profile(opened(tmp_path), grown="grown_tech = TRUE")
    assert set(built.fields) == {"grown_tech", "sector", "size_band", "industry", "employees"}
    assert built.schema_version == SCHEMA_VERSION
    spec = yaml.safe_load(yaml_text(built))
    assert spec["fields"]["sector"] == {
        "type": "category", "grain": "account", "kind": "observed", "known_before_sale": True,
        "cases": [{"value": "Technology", "when": {"field": "industry", "in": ["SaaS", "Hardware"]}}],
        "otherwise": "industry",
    }  # fmt: skip
    assert spec["fields"]["size_band"]["cases"][0] == {
        "value": "under 10", "when": {"not": {"field": "employees", "at_least": 10}},
    }  # fmt: skip


def test_a_tag_says_that_it_cannot_travel_and_names_no_account(tmp_path: Path) -> None:
    text = yaml_text(profile(opened(tmp_path), pilot="pilot = TRUE"))
    described = yaml.safe_load(text)["fields"]["pilot"]
    assert "unknown" in described["note"]
    assert not {"source", "definition", "cases"} & set(described)
    assert "C001" not in text


def test_a_column_of_a_second_file_names_it_and_how_it_joins(tmp_path: Path) -> None:
    built = profile(opened(tmp_path), hot="warmth = 'hot'")
    assert built.fields["warmth"].source == "notes.Warmth"
    assert "notes.Customer = customers.customer_id" in built.data.joins
    assert [(file.table, file.rows) for file in built.data.files] == [("customers", 200), ("notes", 100)]
    assert str(tmp_path) not in yaml_text(built)


def test_a_group_of_people_is_not_saved(tmp_path: Path) -> None:
    path = export(tmp_path)
    path.write_text(
        path.read_text(encoding="utf-8").replace("Industry", "Account Manager", 1), encoding="utf-8"
    )
    team = ObservedAttribute("team", Groups("account_manager", {"North": ("SaaS", "Retail")}, other="South"))
    book = open_book(path, mapping=BookMapping(observed=(team,)))
    with pytest.raises(WorkbenchError, match="names of people"):
        profile(book, north="team = 'North'")


def test_a_moved_cut_is_a_minor_change(tmp_path: Path) -> None:
    before = profile(opened(tmp_path), large="size_band = '200.5 or more'")
    moved = (ObservedAttribute("size_band", Bins("employees", (10, 60, 200.5))),)
    after = profile(
        open_book(export(tmp_path), mapping=BookMapping(observed=moved)), large="size_band = '200.5 or more'"
    )
    assert effect_of(before, after) == "minor"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            ("{field: employees, at_least: 200.5}", "{field: employes, at_least: 200.5}"),
            "did you mean `employees`",
        ),
        (("otherwise: industry", "otherwise: size_band_x"), "a category that is described here"),
        (("otherwise: industry", "otherwise: sector"), "made from itself"),
        (("{field: industry, in: [SaaS, Hardware]}", "{field: grown_tech, is: true}"), "made from itself"),
        (("value: Technology, when", "valeu: Technology, when"), "perhaps"),
        (("otherwise: industry", "definition: {field: industry, is: SaaS}"), "either definition or cases"),
        (("at_least: 200.5", "at_least: many"), "is a number"),
    ],
)
def test_a_definition_that_is_wrong_is_said_with_its_place(change: tuple[str, str], said: str) -> None:
    text = DERIVED_GOLDEN.read_text(encoding="utf-8")
    assert change[0] in text
    with pytest.raises(WorkbenchError) as raised:
        profile_of(yaml_tree(text.replace(*change)))
    assert said in raised.value.what_happened and "fields." in raised.value.what_happened


def test_the_golden_file_with_cases_opens_unchanged_for_ever() -> None:
    golden = read_spec(DERIVED_GOLDEN)
    assert verify_digest(golden)
    assert golden.schema_version == "1.1"
    assert profile_of(yaml_tree(yaml_text(golden))) == golden
    assert content_of(golden)["fields"]["sector"]["otherwise"] == "industry"


def test_a_spec_that_is_shown_says_how_attributes_were_derived() -> None:
    shown = show(read_spec(DERIVED_GOLDEN))
    assert "sector: Technology where industry is SaaS or Hardware" in shown
    assert "sector: else what industry says" in shown
    assert "resells: yes where description mentions" in shown and "pilot: A tag" in shown


@pytest.mark.parametrize(
    ("name", "definition", "condition"),
    [
        ("grouped", Groups("industry", {"Firm 007": ("SaaS",)}), "grouped = 'Firm 007'"),
        ("looked_for", Words("description", ("reseller", "firm 007")), "looked_for = TRUE"),
        ("firm_007", Tag(tuple(f"C{at:03}" for at in range(9))), "firm_007 = TRUE"),
    ],
)
def test_what_people_call_like_an_account_is_not_saved(
    tmp_path: Path, name: str, definition: Groups | Words | Tag, condition: str
) -> None:
    path = export(tmp_path)
    lines = path.read_text("utf-8").splitlines()
    named = [f"{line},Firm {at:03}" for at, line in enumerate(lines[1:])]
    path.write_text("\n".join([lines[0] + ",Company Name", *named]), "utf-8")
    book = open_book(path, mapping=BookMapping(observed=(ObservedAttribute(name, definition),)))
    assert book.account_names[7] == "Firm 007"
    with pytest.raises(WorkbenchError, match=r"(?i)`firm 007`, which is the name of an account"):
        profile(book, named=condition)
