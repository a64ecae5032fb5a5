"""Pre-work files: what people sent in, with every problem told at its line."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from icp_workbench.conditions.condition import FieldTest
from icp_workbench.errors import WorkbenchError
from icp_workbench.segments.index import SegmentIndex
from icp_workbench.workshop.beginning import begin, events_of
from icp_workbench.workshop.deliberation.records import FUNCTIONS, function_named
from icp_workbench.workshop.prework import Prework, read_prework
from icp_workbench.workshop.session import Session
from tests.spec.books import small_book

BOOK = small_book(6)
INDEX = SegmentIndex(BOOK)
METRICS = [metric.name for metric in BOOK.metrics]
GOOD = """
apiVersion: icp-prework/v1
agenda: 60
participants:
  - {name: Maria, function: Sales}
  - {function: customer success}
stated_icp: {words: big ones, when: employees >= 300}
hypotheses:
  - {claim: SaaS wins, by: CS, when: "industry = 'SaaS'", metric: win_rate}
  - {claim: Energy does not pay, when: {field: industry, in: [Energy]}, direction: worse}
  - {claim: Founders decide faster}
questions:
  - {question: Outside EMEA?, owner: RevOps, by: 2026-12-15}
"""


def read(tmp_path: Path, text: str, name: str = "pre.yaml") -> Prework:
    """The pre-work in a file of that text."""
    (tmp_path / name).write_text(text)
    return read_prework(tmp_path / name, BOOK.fields, METRICS)


def test_everything_is_read_and_conditions_are_of_the_book(tmp_path: Path) -> None:
    found = read(tmp_path, GOOD)
    assert [(one.function, one.name) for one in found.participants] == [
        ("sales", "Maria"), ("customer_success", ""),
    ]  # fmt: skip
    assert found.stated is not None and found.stated.when == FieldTest("employees", "at_least", 300)
    assert [(one.claim, one.by, one.metric, one.direction) for one in found.hypotheses] == [
        ("SaaS wins", "customer_success", "win_rate", "better"),
        ("Energy does not pay", "", "", "worse"),
        ("Founders decide faster", "", "", "better"),
    ]
    assert found.hypotheses[1].when == FieldTest("industry", "in", ("Energy",))
    assert found.hypotheses[2].when is None and found.agenda == "60"
    assert found.questions[0].by == dt.date(2026, 12, 15)


def test_every_problem_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    bad = """apiVersion: icp-prework/v1
participants:
  - {name: Maria, function: saless}
hypotheses:
  - {claim: x, when: industri = 'A', direction: up}
  - {claim: "", metric: winrate}
  - {claim: y, when: {field: employees, at_leest: 3}}
questions:
  - {question: z, by: tomorrow}
surprise: 1
"""
    with pytest.raises(WorkbenchError) as refused:
        read(tmp_path, bad)
    told = refused.value.what_happened
    for part in (
        "8 problems",
        "line 3, participants[0].function: found `saless`, expected `sales`, perhaps",
        "line 5, hypotheses[0].when: `industri = 'A'`: Column 1: there is no attribute `industri`",
        "line 5, hypotheses[0].direction",
        "line 6, hypotheses[1].claim",
        "line 6, hypotheses[1].metric: found `winrate`, expected `win_rate`, perhaps",
        "line 7, hypotheses[2].when",
        "line 9, questions[0].by: found `tomorrow`, expected a day",
        "line 10, surprise: found an unknown key",
    ):
        assert part in told, part


def test_a_csv_has_a_hypothesis_a_row_and_who_sent_it_in_takes_part(tmp_path: Path) -> None:
    text = (
        "Name,Function,Hypothesis,When,Direction\n"
        "Ann,sales,SaaS wins,industry = 'SaaS',\n"
        "Bob,CS,\"Energy\nis slow\",industry = 'Energy',Worse\n\n"
        "Ann,sales,Founders decide,,\n"
    )
    found = read(tmp_path, text, "form.csv")
    assert [one.name for one in found.participants] == ["Ann", "Bob"]
    assert [(one.claim, one.direction) for one in found.hypotheses] == [
        ("SaaS wins", "better"), ("Energy\nis slow", "worse"), ("Founders decide", "better"),
    ]  # fmt: skip
    with pytest.raises(WorkbenchError) as refused:
        read(tmp_path, "claim,by,when\nx,juggler,\ny,,nothing = 3\n", "form.csv")
    assert "line 2, hypotheses[0].by: found `juggler`" in refused.value.what_happened
    assert "line 3, hypotheses[1].when" in refused.value.what_happened
    for wrong in ("a,b\n1,2\n", "claim,claim\nx,y\n", "claim,mood\nx,y\n", 'claim\n"x\n'):
        with pytest.raises(WorkbenchError):
            read(tmp_path, wrong, "form.csv")


def test_taken_in_twice_nothing_is_there_twice(tmp_path: Path) -> None:
    (tmp_path / "pre.yaml").write_text(GOOD)
    with Session.open_or_start(tmp_path, "it", BOOK, INDEX) as session:
        told = begin(session, tmp_path / "pre.yaml", None)
        assert told == (
            "Taken in: 2 participants, 3 hypotheses, 1 question, 1 still without a condition, "
            "agenda 60 minutes."
        )
        assert session.state.mode == "workshop" and session.state.is_curtained
        assert [one.id for one in session.state.beliefs.hypotheses] == ["h1", "h2", "h3"]
        before = session.state
        assert begin(session, tmp_path / "pre.yaml", None) == "" and session.state == before
        assert events_of(session.state, Prework()) == []


def test_nothing_is_taken_in_of_a_file_with_a_problem(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(GOOD.replace("CS", "juggling"))
    with Session.open_or_start(tmp_path, "it", BOOK, INDEX) as session:
        before = session.state
        with pytest.raises(WorkbenchError, match="juggling"):
            begin(session, tmp_path / "bad.yaml", "90")
        with pytest.raises(WorkbenchError, match="no file"):
            begin(session, None, "mine.yaml")
        assert session.state == before


@pytest.mark.parametrize(
    ("text", "function"),
    [("Customer Success", "customer_success"), ("CS", "customer_success"), ("rev-ops", "revops"),
     ("SALES", "sales"), ("Maria", None), ("", None)],
)  # fmt: skip
def test_functions_are_a_closed_list_so_that_none_is_a_name(text: str, function: str | None) -> None:
    assert function_named(text) == function
    assert all(function_named(one) == one for one in FUNCTIONS)
