"""Does the profile choose, or does it take nearly everybody?"""

from __future__ import annotations

from collections.abc import Mapping

from icp_workbench.evidence.comparison import Cell
from icp_workbench.render.figures import count, percent_of
from icp_workbench.spec.checks.figures import cells_of, core_of, labels, plain_cells, profile_in_file, told
from icp_workbench.spec.checks.findings import Answers, Found, NotLooked
from icp_workbench.spec.checks.ground import Ground
from icp_workbench.spec.checks.subject import Subject
from icp_workbench.spec.model import SpecCriterion
from icp_workbench.spec.values import Accounts

MOST_OF_THE_BOOK = 0.40


def too_broad(subject: Subject) -> Answers:
    """ICP004: the profile selects more than 40 % of the accounts, or no core metric is better in it than in
    the rest.

    Without the book, by what the file says of the profile (`data.coverage`, `data.ideal_customer`). Where it
    says nothing, by its one required criterion if nothing is ruled out for certain; a required criterion of
    at most 40 % shows that the profile is no larger.
    """
    ideal = subject.criteria("icp")
    if not ideal:
        return
    ground = subject.ground
    if ground is not None and all(one.id in ground.counted for one in subject.criteria("icp", "anti_icp")):
        yield from _in_book(subject, ground)
    else:
        yield from _in_file(subject, ideal)


def _in_book(subject: Subject, ground: Ground) -> Answers:
    accounts, total = int(ground.profile.sum()), ground.index.n_accounts
    if accounts > MOST_OF_THE_BOOK * total:
        yield _large(accounts, total)
    core = core_of(subject, ground.profile_cells)
    if not core:
        yield NotLooked("the book has no core metric: whether the profile does better cannot be told")
    elif accounts:
        yield from _no_better(subject, core)


def _in_file(subject: Subject, ideal: list[SpecCriterion]) -> Answers:
    required = [one for one in ideal if one.required and one.missing != "match" and one.evidence is not None]
    alone = len([one for one in ideal if one.required]) == 1 == len(required) and not any(
        one.disqualify for one in subject.criteria("anti_icp")
    )
    yield from _size_in_file(subject, required, alone)
    cells = profile_in_file(subject) or (alone and cells_of(subject, required[0])) or {}
    if core := core_of(subject, cells):
        yield from _no_better(subject, core)
    else:
        yield NotLooked("whether the profile does better can only be told from the book")


def _size_in_file(subject: Subject, required: list[SpecCriterion], alone: bool) -> Answers:
    data = subject.spec.data
    total = int(data.average_customer.get("accounts", 0))
    covered = data.coverage.accounts if data.coverage is not None else None
    sizes = [one.evidence.accounts for one in required if one.evidence is not None]
    if alone and covered in (None, "withheld"):
        covered = sizes[0]
    whole = _at_most(covered, total)
    known = [size for one in (covered, *sizes) if (size := _at_most(one, total)) is not None]
    if total and whole is not None and whole > MOST_OF_THE_BOOK * total:
        yield _large(whole, total, exactly=isinstance(covered, int))
    elif not total or not known or min(known) > MOST_OF_THE_BOOK * total:
        yield NotLooked("how many accounts the profile selects can only be counted in the book")


def _at_most(accounts: Accounts | None, total: int) -> int | None:
    """The most accounts that a reported number stands for; None where it is withheld."""
    if isinstance(accounts, int):
        return accounts
    return {"<5": 4, "all but <5": total}.get(accounts or "")


def _no_better(subject: Subject, core: Mapping[str, Cell]) -> Answers:
    if any(cell.verdict == "better" for cell in core.values()):
        return
    names = labels(subject, core)
    said = "; ".join(told(cell, names[name]) for name, cell in core.items())
    if all(cell.verdict in ("too_few", "none") for cell in core.values()):
        yield NotLooked(f"the profile has too few outcomes to tell whether it does better ({said})")
    else:
        yield Found(
            f"The profile does no better than the average customer: {said}.", (), plain_cells(core, core)
        )


def _large(accounts: int, total: int, *, exactly: bool = True) -> Found:
    most = {"of": total, "most": MOST_OF_THE_BOOK}
    if not exactly:
        return Found(f"The profile selects nearly all of the {count(total)} accounts.", (), most)
    return Found(
        f"The profile selects {percent_of(accounts, total)} of all accounts "
        f"({count(accounts)} of {count(total)}).",
        (),
        {"accounts": accounts, "share": accounts / total, **most},
    )
