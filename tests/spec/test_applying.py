"""A spec file and a raw export, no book file and no session: the same accounts as in the workshop."""

from __future__ import annotations

import csv
import datetime as dt
import shutil
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from icp_workbench.book.book import AccountBook
from icp_workbench.book.mapping import BookMapping
from icp_workbench.book.opening import open_book, read_files
from icp_workbench.conditions.condition import AllOf, FieldTest
from icp_workbench.conditions.expression import parse
from icp_workbench.errors import WorkbenchError
from icp_workbench.segments.index import SegmentIndex
from icp_workbench.spec.applying import Applied, Export
from icp_workbench.spec.build import build_profile
from icp_workbench.spec.coverage import matching, profile_accounts
from icp_workbench.spec.criterion import Criterion
from icp_workbench.spec.decided import criteria_in
from icp_workbench.spec.files import read_spec, write_spec
from icp_workbench.spec.model import FieldDescription, Grades, IdealCustomerProfile
from icp_workbench.spec.selection import select
from tests.spec import test_definitions as derived
from tests.spec import test_travels_alone as european
from tests.spec.examples import criterion, profile, profiles

NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
EXPORT: Export


@pytest.fixture(autouse=True, scope="module")
def european_export(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The customers of a European system, read once."""
    global EXPORT
    EXPORT = Export(read_files(european.export(tmp_path_factory.mktemp("european"))))


def handed_on(book: AccountBook, conditions: Mapping[str, str], folder: Path, **changes: object) -> Path:
    """The spec of these conditions, as the file that leaves the workshop."""
    criteria = [
        Criterion(name, "icp", parse(text, book.fields), "fit", NOW, **changes)  # type: ignore[arg-type]
        for name, text in conditions.items()
    ]
    profile = build_profile(
        book=book, index=SegmentIndex(book), criteria=criteria, looks={}, name="alone", version="1.0.0",
        parent=None, created=NOW,
    )  # fmt: skip
    path = folder / "alone-1.0.0.icp.yaml"
    write_spec(profile, path)
    return path


def applied(spec: Path, *files: Path) -> tuple[IdealCustomerProfile, Applied]:
    """The spec asked of files, as RevOps would."""
    profile = read_spec(spec)
    return profile, Export(read_files(*files)).as_described(profile)


def same_accounts(book: AccountBook, found: Applied, criteria: Mapping[str, str]) -> None:
    """Every criterion selects the same accounts, and is unknown of the same."""
    assert found.index.book.account_ids == book.account_ids
    index = SegmentIndex(book)
    for one in found.criteria:
        there = index.rows(parse(criteria[one.id], book.fields))
        here = found.index.rows(one.when)
        assert np.array_equal(here.accounts, there.accounts), one.id
        assert np.array_equal(here.unknown, there.unknown), one.id


def test_an_export_is_read_as_the_spec_says(tmp_path: Path) -> None:
    path = european.export(tmp_path)
    book = open_book(path)
    spec = handed_on(book, european.CRITERIA, tmp_path)
    same_accounts(book, applied(spec, path)[1], european.CRITERIA)


def test_derived_attributes_are_made_anew_and_tags_are_unknown(tmp_path: Path) -> None:
    book = derived.opened(tmp_path)
    spec = handed_on(book, {**derived.CRITERIA, "pilot": "pilot = TRUE"}, tmp_path)
    shutil.rmtree(tmp_path / "notes")
    profile, found = applied(spec, tmp_path / "export" / "customers.csv")
    same = Applied(found.index, found.criteria[:-1], ())
    same_accounts(book, same, derived.CRITERIA)
    assert found.index.rows(found.criteria[-1].when).unknown.all()
    assert any("`pilot` stays with the book" in note for note in found.notes)
    assert select(profile, found).reasons(1)["unknown"] == ["pilot"]


def test_next_quarters_file_is_read_as_this_ones_was(tmp_path: Path) -> None:
    """Its name is another, every date could be read both ways, amounts have no decimals, and columns hold but
    one value: alone it would be read otherwise."""
    path = european.export(tmp_path)
    spec = handed_on(open_book(path), european.CRITERIA, tmp_path)
    later = tmp_path / "later" / "crm_export_2027_q1.csv"
    later.parent.mkdir()
    with later.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, delimiter=";")
        rows.writerow(["customer_id", "Segment", "Partner", "Signed", "Revenue", "Tools", "Churn"])
        for at in range(60):
            signed = f"{at % 12 + 1:02}/{at % 3 + 1:02}/2025"
            rows.writerow([f"N{at:03}", "Retail", "ja", signed, f"{at % 4}.500", "dbt;Excel", "No"])
    assert not np.array_equal(
        open_book(later).accounts["signed"].to_numpy(),
        applied(spec, later)[1].index.book.accounts["signed"].to_numpy(),
    )
    found = applied(spec, later)[1]
    by_id = {criterion.id: found.index.rows(criterion.when).accounts for criterion in found.criteria}
    late = [f"{at % 3 + 1:02}" >= "02" for at in range(60)]  # day first: the month is the second number
    assert by_id["signed-late"].tolist() == late
    assert by_id["large"].tolist() == [at % 4 * 1000 + 500 >= 1500.5 for at in range(60)]
    assert by_id["partner-yes"].all() and not by_id["partner-no"].any() and by_id["dbt"].all()


def test_prospects_without_an_outcome_are_accounts_too(tmp_path: Path) -> None:
    path = european.export(tmp_path)
    spec = handed_on(open_book(path), european.CRITERIA, tmp_path)
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file, delimiter=";"))
    bare = tmp_path / "prospects.csv"
    with bare.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=";").writerows(row[:-1] for row in rows)
    whole, without = (applied(spec, one)[1] for one in (path, bare))
    for asked in whole.criteria:
        there, here = (one.index.rows(asked.when).accounts for one in (whole, without))
        assert np.array_equal(there, here), asked.id
    assert without.index.book.metrics == ()


def test_what_the_export_lacks_is_unknown_of_everyone(tmp_path: Path) -> None:
    path = european.export(tmp_path)
    spec = handed_on(
        open_book(path), {"large": "revenue >= 1500.5", "dbt": "tools CONTAINS ANY ('dbt')"}, tmp_path
    )
    text = path.read_text("utf-8").replace("Revenue", "Turnover")
    path.write_text(text, "utf-8")
    profile, found = applied(spec, path)
    assert found.index.rows(found.criteria[0].when).unknown.all()
    assert found.notes == ("`revenue` is in none of these files: unknown of every account.",)
    assert {select(profile, found).standing(row) for row in range(180)} <= {"unknown", "profile", "outside"}


def test_a_usual_spelling_of_nothing_that_is_an_answer_stays_one(tmp_path: Path) -> None:
    path = tmp_path / "customers.csv"
    tiers = ("Unknown", "Gold", "None")
    lines = [f"C{at:03},{tiers[at % 3]},{('Yes', 'No')[at // 3 % 2]}" for at in range(120)]
    path.write_text("\n".join(["customer_id,Tier,Churn", *lines]), "utf-8")
    kept = BookMapping().with_column("customers", "Tier", kept=("Unknown",))
    book = open_book(path, mapping=kept)
    conditions = {"unknown": "tier = 'Unknown'", "not-gold": "tier NOT IN ('Gold')"}
    spec = handed_on(book, conditions, tmp_path)
    assert read_spec(spec).fields["tier"].reading.kept == ["Unknown"]  # type: ignore[union-attr]
    found = applied(spec, path)[1]
    same_accounts(book, found, conditions)
    assert found.index.rows(found.criteria[1].when).accounts.sum() == 80


@pytest.mark.parametrize(("cut_off", "accounts"), [(45, "one"), (60, "both"), (0, "all")])
def test_the_specs_own_points_and_cut_offs_decide(cut_off: int, accounts: str, tmp_path: Path) -> None:
    path = european.export(tmp_path)
    book = open_book(path)
    conditions = {"large": "revenue >= 1500.5", "dbt": "tools CONTAINS ANY ('dbt')"}
    spec = handed_on(book, conditions, tmp_path, points=50)
    profile, found = applied(spec, path)
    profile = profile.model_copy(update={"grades": Grades(fit={"A": 70, "B": cut_off})})
    large, dbt = (matching(found.index, criterion) for criterion in found.criteria)
    wanted = {"one": large | dbt, "both": large & dbt, "all": large | True}[accounts]
    assert np.array_equal(select(profile, found).profile, wanted)


def test_criteria_come_back_as_the_room_made_them(tmp_path: Path) -> None:
    path = european.export(tmp_path)
    book = open_book(path)
    made = Criterion(
        "partner",
        "icp",
        parse("partner = true", book.fields),
        "retention",
        NOW,
        "They stay.",
        40,
        "match",
        True,
    )
    profile = build_profile(
        book=book, index=SegmentIndex(book), criteria=[made], looks={}, name="x", version="1.0.0",
        parent=None, created=NOW,
    )  # fmt: skip
    assert criteria_in(profile) == (made,)
    found = Export(read_files(path)).as_described(profile)
    assert np.array_equal(select(profile, found).profile, profile_accounts(SegmentIndex(book), [made]))


SOURCES = {
    "industry": "Segment",
    "employees": "Revenue",
    "tech": "Tools",
    "funded": "Signed",
    "hiring": "Partner",
}


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(profiles())
def test_any_spec_can_be_asked_of_an_export_or_is_one_error(written: IdealCustomerProfile) -> None:
    fields = {
        name: one.model_copy(update={"source": f"customers.{SOURCES[name]}"}) if name in SOURCES else one
        for name, one in written.fields.items()
    }
    asked = written.model_copy(update={"fields": fields})
    try:
        found = EXPORT.as_described(asked)
        rows = list(select(asked, found).payload())
    except WorkbenchError:
        return
    assert [row["account"] for row in rows] == list(found.index.book.account_ids)
    ids = {criterion.id for criterion in written.criteria}
    assert all({*row["matched"], *row["missed"], *row["unknown"]} == ids for row in rows)


def test_a_long_chain_of_definitions_is_followed(tmp_path: Path) -> None:
    chain = {"link_0": replaced_field(source="customers.Partner")}
    for at in range(1, 1500):
        chain[f"link_{at}"] = replaced_field(definition=FieldTest(f"link_{at - 1}", "is", True))
    last = criterion("last", FieldTest("link_1499", "is", True))
    asked = profile(last, fields=dict(reversed(chain.items())))
    found = EXPORT.as_described(asked)
    assert found.index.rows(last.when).accounts.sum() == 90


def test_a_definition_over_two_finer_things_is_unknown(tmp_path: Path) -> None:
    tables = {
        "accounts": ["account_id,Industry", *(f"C{at:02},{('SaaS', 'Retail')[at % 2]}" for at in range(40))],
        "deals": ["deal_id,account_id,Lead Source,Created Date,Stage"],
        "subscriptions": ["subscription_id,account_id,Plan,Start Date,End Date"],
    }
    for at in range(120):
        day = f"2025-{at % 11 + 1:02}-{at % 28 + 1:02}"
        stage = ("Closed Won", "Closed Lost")[at % 3 == 0]
        tables["deals"].append(f"D{at},C{at % 40:02},{('Web', 'Event')[at % 2]},{day},{stage}")
        ended = "2025-12-20" if at % 5 == 0 else ""
        tables["subscriptions"].append(f"S{at},C{at % 40:02},{('Team', 'Solo')[at % 2]},{day},{ended}")
    for name, lines in tables.items():
        (tmp_path / f"{name}.csv").write_text("\n".join(lines), "utf-8")
    both = AllOf((FieldTest("source", "is", "Web"), FieldTest("plan", "is", "Team")))
    fields = {
        "source": replaced_field(type="category", grain="deal", source="deals.Lead Source"),
        "plan": replaced_field(type="category", grain="subscription", source="subscriptions.Plan"),
        "both": replaced_field(definition=both),
    }
    asked = profile(criterion("both", FieldTest("both", "is", True)), fields=fields)
    found = Export(read_files(tmp_path)).as_described(asked)
    assert found.index.rows(FieldTest("source", "is", "Web")).accounts.sum() == 20
    assert found.index.rows(asked.criteria[0].when).unknown.all()
    assert found.notes == ("`both` is made from deal and subscription at once: unknown of every account.",)


def replaced_field(**changes: object) -> FieldDescription:
    """A yes or no of an account, described otherwise."""
    plain = {"type": "boolean", "grain": "account", "kind": "other", "known_before_sale": True}
    return FieldDescription(**{**plain, **changes})  # type: ignore[arg-type]
