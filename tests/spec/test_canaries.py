"""Planted names of accounts, people, domains, addresses and paths: found in no spec, however they come in."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from icp_workbench.book.book import AccountBook
from icp_workbench.book.opening import open_book
from icp_workbench.conditions.condition import Condition, FieldTest
from icp_workbench.errors import WorkbenchError
from icp_workbench.segments.index import SegmentIndex
from icp_workbench.spec.criterion import Criterion
from icp_workbench.spec.model import AcceptedCheck
from icp_workbench.spec.named import refuse_named
from icp_workbench.workshop.events import CheckAccepted, CriterionMarked
from icp_workbench.workshop.session import Session
from tests.spec.examples import MOMENT
from tests.spec.test_build import built

PERSON, ACCOUNT, LONE, DOMAIN = "Jane Canary", "Canary Harbour 7 GmbH", "Zyxcanary", "canary-harbour.com"
CANARIES = (
    PERSON, ACCOUNT, LONE, DOMAIN, "jane@canary-harbour.com", "https://canary-harbour.com/x",
    "/home/canary/deals.csv", "canary", "Canary",
)  # fmt: skip


def planted(folder: Path) -> AccountBook:
    """400 accounts; every column that could holds canaries: names, owners, contacts, domains, e-mails."""
    home = folder / "home canary"
    home.mkdir()
    path = home / "companies.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(
            ["Company ID", "Company Name", "Industry", "Employees", "Account Owner", "Contact", "Website",
             "E-mail", "Partner", "Notes", "Deal Stage", "Amount"]
        )  # fmt: skip
        for at in range(400):
            name = {7: ACCOUNT, 9: LONE}.get(at, f"Canary Firm {at}")
            rows.writerow(
                [f"C{at}", name, ("SaaS", "Retail", "Media", "Energy")[at % 4], 10 + at,
                 (PERSON, "Joe Canary")[at % 2], (PERSON, "Max Canary", "Eve Canary")[at % 3],
                 (DOMAIN, "other-canary.com", "third.canary.com")[at % 3], f"jane{at}@canary-harbour.com",
                 ACCOUNT if at == 3 else ("Agency", "Reseller")[at % 2], f"met {PERSON} at {DOMAIN}",
                 "Closed Won" if at % (2 if at % 4 == 0 else 5) == 0 else "Closed Lost", 1000 + at]
            )  # fmt: skip
    return open_book(path, book_file=False)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> AccountBook:
    return planted(tmp_path_factory.mktemp("canaries"))


@pytest.fixture(scope="module")
def index(book: AccountBook) -> SegmentIndex:
    return SegmentIndex(book)


SAAS = FieldTest("industry", "in", ("SaaS",))


def every_test(book: AccountBook) -> list[Condition]:
    """A test on each value of each attribute, and on words of each text."""
    found: list[Condition] = []
    for name, field in book.fields.items():
        if field.type == "category":
            found += [FieldTest(name, "in", (level,)) for level in field.levels[:5]]
            found += [
                FieldTest(name, "not_in", tuple(field.levels[:3])),
                FieldTest(name, "mentions", (PERSON,)),
            ]
        elif field.type == "text":
            found += [FieldTest(name, "mentions", (word,)) for word in (PERSON, ACCOUNT, DOMAIN)]
            found += [FieldTest(name, "is", level) for level in field.levels[:3]]
        elif field.type == "set":
            found += [FieldTest(name, "contains_any", (level,)) for level in field.levels[:5]]
        else:
            found.append(FieldTest(name, "is_known"))
    return found


def test_no_condition_carries_a_canary_into_a_file(
    book: AccountBook, index: SegmentIndex, tmp_path: Path
) -> None:
    conditions = every_test(book)
    saved = refused = 0
    assert len(conditions) > 10
    for at, when in enumerate(conditions):
        with Session.open_or_start(tmp_path, f"s{at}", book, index) as session:
            session.record(CriterionMarked(Criterion("it", "icp", when, "fit", MOMENT)))
            try:
                path = session.save().path
            except WorkbenchError:
                refused += 1
                assert not list(session.folder.glob("*.icp.*"))
                continue
        saved += 1
        text = path.read_text("utf-8")
        assert not [canary for canary in CANARIES if canary in text], (when, text)
    assert saved >= 5 and refused >= 5, (saved, refused)


@pytest.mark.parametrize("canary", [PERSON, PERSON.upper(), ACCOUNT, ACCOUNT.lower(), LONE, *CANARIES[3:7]])
@pytest.mark.parametrize("where", ["reason", "slot", "summary", "note"])
def test_no_text_carries_a_canary_into_a_file(
    book: AccountBook, index: SegmentIndex, tmp_path: Path, canary: str, where: str
) -> None:
    text = f"as {canary} said, it works"
    with Session.open_or_start(tmp_path, "s", book, index) as session:
        reason = text if where == "reason" else "wins"
        session.record(CriterionMarked(Criterion("it", "icp", SAAS, "fit", MOMENT, reason=reason)))
        session.record(CheckAccepted("ICP005", text if where == "note" else "later"))
        with pytest.raises(WorkbenchError, match="building"):
            session.save(
                slots={"pain": text} if where == "slot" else None,
                summary_of_changes=text if where == "summary" else "",
            )
        assert not list(session.folder.glob("*.icp.*"))
        session.record(CriterionMarked(Criterion("it", "icp", SAAS, "fit", MOMENT, reason="wins, and stays")))
        session.record(CheckAccepted("ICP005", "next quarter"))
        assert session.save().path.exists()


@pytest.mark.parametrize(
    "reason",
    ["Firms of this size", "we sell to companies on Monday.com or Salesforce.com", "canaryfirm is no name",
     "zyxcanary, in small letters, is a word", "see page 7.2, e.g. net.income"],
)  # fmt: skip
def test_words_that_only_look_like_names_are_kept(
    book: AccountBook, index: SegmentIndex, reason: str
) -> None:
    profile = built(
        [Criterion("it", "icp", SAAS, "fit", MOMENT, reason=reason)], book=book, index=index,
        accepted_checks=[AcceptedCheck(check="ICP005", note=reason)],
    )  # fmt: skip
    assert profile.criteria[0].reason == reason


def test_a_value_that_many_have_may_also_be_the_name_of_an_account(book: AccountBook) -> None:
    named = replace(book, account_names=("SaaS", *book.account_names[1:]))
    marked = Criterion("it", "icp", SAAS, "fit", MOMENT, reason="SaaS wins")
    assert built([marked], book=named, index=SegmentIndex(named))


def test_a_name_of_many_words_between_signs_is_found(book: AccountBook) -> None:
    named = replace(book, account_names=("A-B-C-D-E-F-G-H-I Ltd", *book.account_names[1:]))
    with pytest.raises(WorkbenchError, match="A-B-C-D-E-F-G-H-I Ltd"):
        refuse_named({"reason": "bought by A-B-C-D-E-F-G-H-I Ltd"}, named, [], ())


def test_a_condition_on_the_name_of_somebody_there_does_not_let_it_out(book: AccountBook) -> None:
    said = {"statement": {"text": "accounts whose notes mention Maria"}}
    with pytest.raises(WorkbenchError, match="somebody who was there: `Maria`"):
        refuse_named(said, book, [], {"maria"}, ["Maria Lopez"])
    value = {"statement": {"text": "SaaS companies"}}  # of the book, and by chance a name
    refuse_named(value, book, [], {"saas"}, ["Ann SaaS"])
