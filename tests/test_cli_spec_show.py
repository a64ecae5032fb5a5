"""`icp spec show`: the statement three ways, the ideal against the average, the plays, from a file alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from icp_workbench.cli.commands import cli
from icp_workbench.conditions.condition import FieldTest
from icp_workbench.spec.criterion import Criterion
from icp_workbench.spec.files import read_spec, write_spec
from icp_workbench.spec.model import Statement
from icp_workbench.workshop.events import CriterionMarked
from icp_workbench.workshop.writing.events import PlayWritten, SlotFilled, StatementEdited
from tests.spec.examples import GOLDEN
from tests.workshop.test_session import NOW, marked, opened

ACME = GOLDEN / "acme-core-3.0.0.icp.yaml"


def shown(*arguments: object) -> Result:
    """`icp spec show` with these arguments."""
    return CliRunner().invoke(cli, ["spec", "show", *map(str, arguments)])


@pytest.mark.parametrize(
    ("version", "text"),
    [
        (
            "line",
            "We win best with B2B SaaS and Fintech companies that have outgrown founder-led sales, once "
            "a funding "
            "round forces the question; we do not pursue Public sector companies.",
        ),
        (
            "paragraph",
            "We win best with B2B software and fintech companies of 40–120 people that have outgrown "
            "founder-led "
            "sales, where a revenue leader owns pipeline efficiency and needs results without another "
            "hire, once a "
            "funding round forces the question. We do not pursue public-sector buyers or services-led "
            "pricing.",
        ),
        (
            "evidence",
            "We win best with B2B SaaS and Fintech companies, because they are won 33 % of the time against "
            "17 % and a typical deal closes in 55 days against 83; beside the figures there are 11 "
            "interviews, 2 objections and 1 experiment. The best of them are those with 40–120 employees, as "
            "the figures suggest (suggestive, not confirmed). We do not pursue Public sector companies, as "
            "the figures suggest. Each figure is set against all other accounts.",
        ),
    ],
)
def test_one_version_alone(version: str, text: str) -> None:
    for name in ("acme-core-3.0.0.icp.yaml", "acme-core-3.0.0.icp.toml"):
        assert shown(GOLDEN / name, "--statement", version).output == text + "\n"


def test_a_version_nobody_wrote_is_a_usage_error() -> None:
    assert shown(ACME, "--statement", "poem").exit_code == 2


def test_plays_and_what_people_know_are_shown() -> None:
    text = shown(ACME).output
    for said in (
        "In one line", "In a paragraph", "With its evidence", "Stage: have outgrown founder-led sales",
        "Positioning: The pipeline system", "Customer success: onboard A first", "– RevOps podcasts",
        "Known by people: 11 interviews, 2 objections and 1 experiment",
    ):  # fmt: skip
        assert said in text, said
    assert "The ideal against" not in text  # a file of before


def test_the_table_open_slots_and_drift_are_shown(tmp_path: Path) -> None:
    with opened(tmp_path) as session:
        marked(session, required=True)
        session.record(SlotFilled("pain", "late deals"))
        session.record(PlayWritten("messages", ("Know by Friday", "Fewer surprises")))
        session.record(StatementEdited("We win best with energy."))
        path = session.save().path
    text = shown(path).output
    table = text[text.index("The ideal against the average customer") :]
    row = next(line for line in table.splitlines() if line.strip().startswith("Win rate"))
    assert row.split()[2:] == ["75.0%", "63–84%", "41.3%", "30.0%", "+45", "pts", "▲", "better"]
    assert "In a paragraph (edited by hand)" in text and "We win best with energy." in text
    assert "! The text does not name SaaS (saas: industry is SaaS)." in text
    assert "Stage: not said. At what stage are they" in text and "Pain: late deals" in text
    assert "– Know by Friday" in text


def test_a_slot_that_a_criterion_speaks_for_is_not_asked(tmp_path: Path) -> None:
    with opened(tmp_path) as session:
        saas = FieldTest("industry", "in", ("SaaS",))
        session.record(CriterionMarked(Criterion("saas", "icp", saas, "buying", NOW)))
        path = session.save().path
    text = shown(path).output
    assert "Reason to act: said by saas" in text and "Pain: not said." in text


def test_hostile_text_in_a_file_is_only_shown(tmp_path: Path) -> None:
    hostile = "We win\x1b[31m best\nwith [b]all[/b] \u202eof them."
    profile = read_spec(ACME)
    path = tmp_path / "it.icp.yaml"
    write_spec(profile.model_copy(update={"statement": Statement(text=hostile, edited=True)}), path)
    for arguments in ((path,), (path, "--statement", "paragraph")):
        output = shown(*arguments).output
        assert "\x1b" not in output and "\u202e" not in output and "[b]all[/b]" in output
