"""The finished example beside this file: three versions of Northbeam's profile, made from sample_data.

python sessions/make_example.py [FOLDER]    writes FOLDER/northbeam (here: in place of what is there)

The first version is what the scripted session of `icp demo` decides; in the two that follow the room moves
on. Moments are fixed, so that making it again gives the same files.
"""

from __future__ import annotations

import datetime as dt
import shutil
import sys
from dataclasses import replace
from pathlib import Path

from icp_workbench.book.opening import open_book
from icp_workbench.conditions.expression import parse
from icp_workbench.sample import sample_paths
from icp_workbench.segments.index import SegmentIndex
from icp_workbench.spec.criterion import Criterion, CriterionVerdict, Signal
from icp_workbench.spec.files import keep_schema_beside
from icp_workbench.workshop.events import CheckAccepted, CriterionMarked
from icp_workbench.workshop.script import play
from icp_workbench.workshop.session import Session

NAME = "northbeam"
FIRST = dt.datetime(2026, 11, 2, 15, 40, tzinfo=dt.UTC)
SECOND = dt.datetime(2026, 11, 16, 16, 5, tzinfo=dt.UTC)
THIRD = dt.datetime(2026, 11, 30, 11, 20, tzinfo=dt.UTC)
SLOTS = {
    "pain": "a plan that every region keeps in its own sheet",
    "reason_to_act": "the board asks for one number that holds",
}
# What still fires on the third version, and why the room lives with it.
ACCEPTED = {
    "ICP001": "A new revenue leader brings them to the table; whether they do better is judged in February.",
    "ICP008": "Stage, buyer and gap are asked in the ten interviews that sales holds until then.",
}


def main(root: Path) -> list[Path]:
    """Play the three meetings and save a version in each; the files, oldest first. The journal of the
    session, which in earnest may name accounts, is not kept."""
    book = open_book(*sample_paths(), book_file=False)
    play(book, root, NAME, lambda line: None, clock=lambda: FIRST)
    _second_meeting(root, SegmentIndex(book))
    _third_meeting(root, SegmentIndex(book))
    folder = root / NAME
    keep_schema_beside(folder)
    for path in folder.glob("journal*"):
        path.unlink()
    return sorted(folder.glob("*.icp.yaml"))


def _second_meeting(root: Path, index: SegmentIndex) -> None:
    """The band is widened to where the pattern ends, and what brings accounts to the table is added."""
    with Session.open_or_start(root, NAME, index.book, index, clock=lambda: SECOND) as session:
        band = session.state.criterion("number-of-employees-60-119")
        wider = parse("number_of_employees BETWEEN 40 AND 120", index.book.fields)
        reason = "Win rate and cycle hold from 40 to 120 people."
        session.record(CriterionMarked(replace(band, when=wider, reason=reason, decided_at=SECOND)))
        _mark(session, "new-revenue-leader", "new_revenue_leader = TRUE", "icp", "buying", SECOND,
              "Somebody new has to show a plan within a quarter.")  # fmt: skip
        session.save(slots=SLOTS)


def _third_meeting(root: Path, index: SegmentIndex) -> None:
    """Software joins fintech, and the two are required; large accounts are turned away; what still fires is
    accepted."""
    with Session.open_or_start(root, NAME, index.book, index, clock=lambda: THIRD) as session:
        industry = session.state.criterion("industry-fintech")
        both = parse("industry IN ('B2B SaaS', 'Fintech')", index.book.fields)
        reason = "Software companies buy for the same reason, and stay."
        changed = replace(industry, when=both, required=True, reason=reason, decided_at=THIRD)
        session.record(CriterionMarked(changed))
        _mark(session, "thousand-employees", "number_of_employees >= 1000", "anti_icp", "disqualification",
              THIRD, "Large deals that cost more than they bring: long cycles and thin margins.")  # fmt: skip
        for code, reason in ACCEPTED.items():
            session.record(CheckAccepted(code, reason))
        session.save(slots=SLOTS)


def _mark(
    session: Session,
    name: str,
    condition: str,
    verdict: CriterionVerdict,
    signal: Signal,
    at: dt.datetime,
    reason: str,
) -> None:
    when = parse(condition, session.book.fields)
    anti = verdict == "anti_icp"
    criterion = Criterion(name, verdict, when, signal, at, reason, disqualify=anti)
    session.record(CriterionMarked(criterion))


if __name__ == "__main__":
    here = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    shutil.rmtree(here / NAME, ignore_errors=True)
    for made in main(here):
        print(made)
