"""Attributes made in the workbench: bands, groups, words, conditions, tags, columns of another file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from icp_workbench.book.book import AccountBook
from icp_workbench.book.derived.definitions import band_labels, free_name, meanings_behind, refuse_name
from icp_workbench.book.derived.making import with_observed, with_one_more
from icp_workbench.book.mapping import BookMapping
from icp_workbench.book.observed import (
    Bins,
    Definition,
    Expression,
    Groups,
    ObservedAttribute,
    SecondFile,
    Tag,
    Words,
)
from icp_workbench.book.opening import open_book
from icp_workbench.conditions.condition import AllOf, FieldTest, Not
from icp_workbench.conditions.expression import parse
from icp_workbench.conditions.fields import Field, Fields
from icp_workbench.errors import WorkbenchError
from icp_workbench.segments.index import SegmentIndex
from tests.synthetic import make_book

NOWHERE = Path("nowhere")


def book() -> AccountBook:
    """Six accounts, two with blanks; seven deals of the first three."""
    accounts = pd.DataFrame(
        {
            "employees": [9.0, 10.0, 49.5, 50.0, 200.0, np.nan],
            "industry": pd.Categorical(["SaaS", "Retail", "SaaS", None, "Hardware", "Retail"]),
            "about": pd.Categorical(
                ["a Reseller", "resellers", None, "second-hand cars", "hand", "no RESELLER!"]
            ),
            "hiring": pd.array([True, False, None, True, False, True], dtype="boolean"),
        }
    )
    deals = pd.DataFrame({"account": [0, 0, 1, 1, 2, 2, 2], "won": [1.0, 0, 1, 0, 1, 1, 0]})
    products = pd.DataFrame({"seats": [1.0, 5, 10, np.nan, 20, 3, 4]})
    return make_book(accounts, deals=deals, deal_attributes=products)


def made(definition: Definition, of: AccountBook | None = None) -> list[object]:
    """The values of one attribute, None for blank."""
    found = with_one_more(of or book(), ObservedAttribute("new", definition), NOWHERE)
    field = found.fields["new"]
    frame = found.accounts if field.grain == "account" else found.observations[field.grain].attributes
    return [None if pd.isna(value) else value for value in frame["new"]]


def test_a_cut_begins_a_band_and_a_blank_stays_blank() -> None:
    small, middle, large = band_labels((10, 50))
    assert (small, middle, large) == ("under 10", "10 to under 50", "50 or more")
    assert made(Bins("employees", (10, 50))) == [small, middle, middle, large, large, None]
    assert made(Bins("Employees", (10, 50), ("S", "M", "L"))) == ["S", "M", "M", "L", "L", None]


@given(
    st.lists(st.floats(-1e6, 1e6) | st.just(np.nan), min_size=1, max_size=30),
    st.lists(st.integers(-1000, 1000), min_size=1, max_size=5, unique=True).map(sorted),
)
def test_bands_are_those_of_numpy(values: list[float], cuts: list[int]) -> None:
    accounts = pd.DataFrame({"size": values})
    labels = tuple(f"band {at}" for at in range(len(cuts) + 1))
    fields = Fields((Field("size", "size", "number"),))
    expected = [None if np.isnan(v) else labels[int(np.digitize(v, cuts))] for v in values]
    of = replace(make_book(pd.DataFrame({"size": [0.0]})), accounts=accounts, fields=fields)
    assert made(Bins("size", tuple(map(float, cuts)), labels), of) == expected


def test_values_outside_every_group_keep_their_name_or_take_the_one_for_others() -> None:
    groups = {"Tech": ("SaaS", "Hardware")}
    assert made(Groups("industry", groups)) == ["Tech", "Retail", "Tech", None, "Tech", "Retail"]
    assert made(Groups("industry", groups, other="Else")) == ["Tech", "Else", "Tech", None, "Tech", "Else"]


def test_words_are_whole_and_case_blind() -> None:
    assert made(Words("about", ("reseller", "second hand"))) == [True, False, None, True, False, True]


def test_a_condition_is_yes_no_or_unknown() -> None:
    when = AllOf((FieldTest("industry", "is", "SaaS"), FieldTest("hiring", "is", True)))
    # SaaS and hiring; not SaaS; SaaS, hiring unknown; industry unknown, hiring; not SaaS; not SaaS
    assert made(Expression(when)) == [True, False, None, None, False, False]
    assert made(Expression(FieldTest("industry", "is_unknown"))) == [False, False, False, True, False, False]


def test_a_condition_selects_the_same_accounts_as_the_attribute_made_of_it() -> None:
    plain = book()
    when = parse("employees >= 10 AND NOT industry IN ('SaaS') OR hiring = TRUE", plain.fields)
    found = with_one_more(plain, ObservedAttribute("new", Expression(when)), NOWHERE)
    own, through = (SegmentIndex(found).rows(condition) for condition in (when, FieldTest("new", "is", True)))
    assert own.accounts.tolist() == through.accounts.tolist()
    assert own.unknown.tolist() == through.unknown.tolist()


def test_a_tag_goes_by_id_then_by_name_and_says_whom_it_did_not_find() -> None:
    plain = replace(
        book(), account_ids=tuple("abcdef"), account_names=("A", "Acme", "b", "Acme", "E", "Fox Ltd")
    )
    tag = ObservedAttribute("pilot", Tag(("b", "Acme", "FOX ltd ", "Fox Limited")))
    found = with_observed(plain, (tag,), NOWHERE)
    # "b" is the id of the second account: the third, which has that name, is not meant.
    assert found.accounts["pilot"].tolist() == [False, True, False, True, False, True]
    assert found.warnings == ("`pilot`: 1 account of the tag not found: 'Fox Limited' (perhaps 'Fox Ltd').",)
    with pytest.raises(WorkbenchError, match="Fox Limited"):
        with_one_more(plain, tag, NOWHERE)


def test_what_is_made_is_observed_at_the_grain_it_reads_and_can_be_asked() -> None:
    bands = ObservedAttribute("size", Bins("seats", (5,)), label="Deal size")
    found = with_observed(book(), (bands,), NOWHERE)
    field = found.fields["size"]
    assert (field.kind, field.grain, field.type, field.source) == ("observed", "deal", "category", "")
    assert field.levels == ("under 5", "5 or more") or field.levels == ("5 or more", "under 5")
    assert found.fields.find("Deal size") is field
    assert found.observations["deal"].attributes["size"].isna().sum() == 1
    assert SegmentIndex(found).rows(parse("size = '5 or more'", found.fields)).own.sum() == 3


def test_attributes_may_be_made_from_each_other_in_any_order() -> None:
    attributes = (
        ObservedAttribute("grown", Expression(Not(FieldTest("band", "is", "under 10")))),
        ObservedAttribute("band", Bins("employees", (10,))),
    )
    for given_order in (attributes, attributes[::-1]):
        found = with_observed(book(), given_order, NOWHERE)
        assert found.warnings == ()
        assert found.accounts["grown"].tolist()[:5] == [False, True, True, True, True]
    behind = meanings_behind(["grown"], replace(found, mapping=BookMapping(observed=attributes)))
    assert list(behind) == ["band", "grown"]


def test_a_circle_is_said_and_spares_the_others() -> None:
    attributes = (
        ObservedAttribute("a", Expression(FieldTest("B", "is", True))),
        ObservedAttribute("b", Expression(FieldTest("a", "is", True))),
        ObservedAttribute("reads_a", Expression(FieldTest("a", "is", True))),
        ObservedAttribute("itself", Expression(FieldTest("itself", "is", True))),
        ObservedAttribute("fine", Bins("employees", (10,))),
    )
    found = with_observed(book(), attributes, NOWHERE)
    assert set(found.fields) - set(book().fields) == {"fine"}
    said = {warning.split("`")[1]: warning for warning in found.warnings}
    assert set(said) == {"a", "b", "reads_a", "itself"}
    assert "circle" in said["a"] and "circle" in said["itself"] and "no attribute `a`" in said["reads_a"]


def test_what_is_made_from_a_leak_is_kept_out_with_the_reason() -> None:
    plain = book()
    fields = Fields(
        tuple(
            replace(field, kept_out="it is about churn", known_before_sale=False)
            if name == "about"
            else field
            for name, field in plain.fields.items()
        )
    )
    attributes = (
        ObservedAttribute("told", Words("about", ("reseller",))),
        ObservedAttribute("twice", Expression(FieldTest("told", "is", True))),
        ObservedAttribute("late", Bins("employees", (10,)), known_before_sale=False),
    )
    found = with_observed(replace(plain, fields=fields), attributes, NOWHERE)
    assert found.fields["told"].kept_out == "made from `about`, which is kept out: it is about churn"
    assert "`told`" in str(found.fields["twice"].kept_out)
    assert found.fields["late"].kept_out is not None
    assert [leak.field for leak in found.leaks] == ["told", "twice", "late"]
    with pytest.raises(WorkbenchError, match="kept out"):
        parse("told = TRUE", found.fields)


def test_two_finer_grains_do_not_mix() -> None:
    plain = book()
    fields = Fields((*plain.fields.values(), Field("tickets", "tickets", "number", grain="ticket")))
    when = AllOf((FieldTest("seats", "at_least", 2), FieldTest("tickets", "at_least", 2)))
    with pytest.raises(WorkbenchError, match="no single row"):
        made(Expression(when), replace(plain, fields=fields))


@pytest.mark.parametrize(
    ("definition", "said"),
    [
        (Bins("employes", (10,)), "did you mean `employees`"),
        (Bins("industry", (10,)), "only a number"),
        (Bins("employees", (50, 10)), "cannot be cut"),
        (Bins("employees", ()), "cannot be cut"),
        (Bins("employees", (10, float("nan"))), "cannot be cut"),
        (Bins("employees", (10,), ("one",)), "make 2 bands"),
        (Groups("industry", {"Tech": ("SaaS", "Retial")}), "did you mean 'Retail'"),
        (Groups("industry", {"A": ("SaaS",), "B": ("saas",)}), "in `A` and in `B`"),
        (Groups("industry", {}), "No values"),
        (Groups("industry", {"A": ()}), "no value"),
        (Words("employees", ("x",)), "only a category or a text"),
        (Words("about", ("?!",)), "letters or digits"),
        (Expression(FieldTest("industry", "at_least", 3)), "cannot be asked"),
        (SecondFile("gone.csv", "x"), "gone.csv"),
    ],
)
def test_what_cannot_be_made_is_said_and_left_out_when_a_book_opens(
    definition: Definition, said: str
) -> None:
    with pytest.raises(WorkbenchError) as raised:
        made(definition)
    assert said in raised.value.what_happened + raised.value.what_to_do
    found = with_observed(book(), (ObservedAttribute("new", definition),), NOWHERE)
    if "did you mean 'Retail'" not in said:  # a value may be missing from one export
        assert "new" not in found.fields
    assert len(found.warnings) == 1 and "`new`" in found.warnings[0]


def test_names_are_snake_case_and_nobody_elses() -> None:
    fields = book().fields
    for name in ("", "Two Words", "employees", "x" * 61):
        with pytest.raises(WorkbenchError):
            refuse_name(name, fields)
    refuse_name("größe_2", fields)
    assert free_name("Employees", fields) == "employees_2"


def export(folder: Path) -> Path:
    """120 customers: C000 Firm 0 GmbH, …; every third left."""
    lines = [
        f"C{at:03},Firm {at} GmbH,{('SaaS', 'Retail')[at % 2]},{('Yes', 'No', 'No')[at % 3]}"
        for at in range(120)
    ]
    path = folder / "data" / "customers.csv"
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(["customer_id,Company Name,Industry,Churn", *lines]), encoding="utf-8")
    return path


def noted(folder: Path, text: str, attribute: SecondFile, mapping: BookMapping | None = None) -> AccountBook:
    """The customers with a column of `notes/notes.csv`."""
    path = export(folder)
    notes = folder / "notes" / "notes.csv"
    notes.parent.mkdir(exist_ok=True)
    notes.write_text(text, encoding="utf-8")
    observed = (ObservedAttribute("noted", attribute, label="Noted"),)
    return open_book(path, mapping=replace(mapping or BookMapping(), observed=observed))


def test_a_column_of_another_file_joins_by_name_and_counts_what_does_not(tmp_path: Path) -> None:
    names = [f"Firm {at} GmbH" for at in range(0, 100, 2)] + ["Firm Unknown", "Firm 1 Gmbh"]
    rows = [f"{name},{(5, 10, 20)[at % 3]}" for at, name in enumerate(names)]
    book = noted(tmp_path, "\n".join(["Company,Visits", *rows]), SecondFile("../notes/notes.csv", "visits"))
    field = book.fields["noted"]
    assert (field.type, field.kind, field.source, field.header) == (
        "number",
        "observed",
        "notes.Visits",
        "Visits",
    )
    assert book.accounts["noted"].notna().sum() == 50
    assert book.accounts["noted"].fillna(-1).tolist()[:5] == [5, -1, 10, -1, 20]
    join = book.joins[-1]
    assert (join.left, join.left_key, join.right_key) == ("notes", "Company", "Company Name")
    assert (join.left_rows, join.matched, join.unmatched) == (52, 50, 2)
    assert ("Firm 1 Gmbh", "Firm 1 GmbH") in [(near.found, near.meant) for near in join.near_misses]
    assert any("2 rows of notes name no account" in warning for warning in book.warnings)
    assert book.tables[-1].name == "notes" and book.reports[-1].table == "notes"


def test_an_accepted_near_miss_of_another_file_joins(tmp_path: Path) -> None:
    rows = [f"Firm {at} GmbH,{('hot', 'cold')[at % 2]}" for at in range(0, 100)] + ["Firm 101 Gmbh,hot"]
    text = "\n".join(["Company,Warmth", *rows])
    taken = SecondFile("../notes/notes.csv", "Warmth", accepted={"Firm 101 Gmbh": "Firm 101 GmbH"})
    book = noted(tmp_path, text, taken)
    assert book.accounts["noted"][101] == "hot" and book.joins[-1].unmatched == 0


def test_a_key_that_is_named_is_used(tmp_path: Path) -> None:
    rows = [f"C{at:03},C{119 - at:03},{('hot', 'cold')[at % 2]}" for at in range(120)]
    text = "\n".join(["customer_id,Other customer,Warmth", *rows])
    book = noted(tmp_path, text, SecondFile("../notes/notes.csv", "Warmth", key="other customer"))
    assert book.accounts["noted"].tolist()[:2] == ["cold", "hot"]


def test_several_rows_for_an_account_give_the_first_that_is_filled(tmp_path: Path) -> None:
    rows = [f"C{at:03},hot" for at in range(60)] + ["C000,cold", "C061,", "C061,cold", "C062,hot"]
    book = noted(
        tmp_path, "\n".join(["customer_id,Warmth", *rows]), SecondFile("../notes/notes.csv", "Warmth")
    )
    assert (book.accounts["noted"][0], book.accounts["noted"][61]) == ("hot", "cold")
    assert any("several Warmth for 1 account" in warning for warning in book.warnings)


def test_a_column_that_gives_the_outcome_away_is_kept_out_until_let_in(tmp_path: Path) -> None:
    rows = [f"C{at:03},{('gone', 'here', 'here')[at % 3]}" for at in range(120)]
    text = "\n".join(["customer_id,State", *rows])
    column = SecondFile("../notes/notes.csv", "State")
    book = noted(tmp_path, text, column)
    assert "almost perfectly" in str(book.fields["noted"].kept_out)
    assert [leak.field for leak in book.leaks] == ["noted"]
    let_in = BookMapping().with_column("notes", "State", role="attribute")
    assert noted(tmp_path, text, column, let_in).fields["noted"].kept_out is None


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        ("customer_id,Warmth\nC001,hot", "Warmht", "did you mean `Warmth`"),
        ("Company,Warmth\nNobody,hot\nNo one,cold", "Warmth", "names accounts of this book"),
        ("customer_id,Warmth\nC001,\nC002,", "Warmth", "is blank"),
    ],
)
def test_a_second_file_that_does_not_serve_is_a_warning(
    tmp_path: Path, text: str, column: str, said: str
) -> None:
    book = noted(tmp_path, text, SecondFile("../notes/notes.csv", column))
    assert "noted" not in book.fields
    assert any("`noted` was left out" in warning and said in warning for warning in book.warnings)


def test_a_column_that_vanished_is_a_warning_when_the_next_export_opens(tmp_path: Path) -> None:
    observed = (
        ObservedAttribute("gone", Groups("sector", {"Tech": ("SaaS",)})),
        ObservedAttribute("kept", Groups("industry", {"Tech": ("SaaS", "Gaming")})),
    )
    book = open_book(export(tmp_path), mapping=BookMapping(observed=observed))
    assert "gone" not in book.fields and book.fields["kept"].levels == ("Tech", "Retail")
    assert any("`gone` was left out: There is no attribute `sector`" in warning for warning in book.warnings)
    assert "`kept`: `industry` is never 'Gaming'." in book.warnings


def test_progress_can_end_the_making() -> None:
    class Stopped(Exception):
        pass

    def progress(what: str, share: float) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        with_observed(book(), (ObservedAttribute("new", Bins("employees", (10,))),), NOWHERE, progress)
