"""Does the profile choose, or does it take nearly everybody?"""

from __future__ import annotations

from collections.abc import Mapping

from icp_workbench.evidence.comparison import Cell
from icp_workbench.render.figures import count, percent_of
from icp_workbench.spec.checks.figures import cells_from, cells_of, core_of, labels, plain_cells, told
from icp_workbench.spec.checks.findings import Answers, Found, NotLooked
from icp_workbench.spec.checks.ground import PROFILE, Ground
from icp_workbench.spec.checks.subject import Subject
from icp_workbench.spec.model import SpecCriterion
from icp_workbench.spec.suppression import FEWEST_REPORTED
from icp_workbench.spec.values import Accounts

MOST_OF_THE_BOOK = 0.40


def too_broad(subject: Subject) -> Answers:
    """ICP004: the profile selects more than 40 % of the accounts, or no core metric is better in it than in
    the rest.

    Without a book that has all it reads, from what the file says the profile covers; in an older file, from
    its one required criterion where nothing is ruled out for certain, and a required criterion of at most
    40 % shows that the profile is no larger.
    """
    if not subject.criteria("icp"):
        return
    ground = subject.ground
    if ground is not None and all(one.id in ground.counted for one in subject.criteria("icp", "anti_icp")):
        yield from _in_book(subject, ground)
    else:
        yield from _in_file(subject)


def _in_book(subject: Subject, ground: Ground) -> Answers:
    accounts, total = int(ground.profile.sum()), ground.index.n_accounts
    if accounts > MOST_OF_THE_BOOK * total:
        yield _large(accounts, total)
    core = core_of(subject, ground.profile_cells)
    if not core:
        yield NotLooked("the book has no core metric: whether the profile does better cannot be told")
    elif accounts:
        yield from _no_better(subject, core)


def _in_file(subject: Subject) -> Answers:
    data = subject.spec.data
    total = int(data.average_customer.get("accounts", 0))
    alone = _decides_alone(subject)
    covered = None if data.coverage is None else _number(data.coverage.accounts, total)
    sizes = [_size(one, total) for one in subject.criteria("icp") if one.required]
    known = [size for size in sizes if size is not None]
    exact = known[0] if covered is None and alone is not None and known else covered
    at_most = min(known, default=None) if exact is None else exact
    if exact is not None and total and exact > MOST_OF_THE_BOOK * total:
        yield _large(exact, total)
    elif not total or at_most is None or at_most > MOST_OF_THE_BOOK * total:
        yield NotLooked("how many accounts the profile selects can only be counted in the book")
    cells = cells_from(PROFILE, data.ideal_customer) or (cells_of(subject, alone) if alone else {})
    if core := core_of(subject, cells or {}):
        yield from _no_better(subject, core)
    elif exact != 0:
        yield NotLooked("whether the profile does better can only be told from the book")


def _decides_alone(subject: Subject) -> SpecCriterion | None:
    """The one required criterion whose accounts are those of the profile; None where others have a say."""
    required = [one for one in subject.criteria("icp") if one.required]
    ruled_out = any(one.disqualify for one in subject.criteria("anti_icp"))
    if len(required) != 1 or ruled_out or required[0].missing == "match" or required[0].evidence is None:
        return None
    return required[0]


def _size(criterion: SpecCriterion, total: int) -> int | None:
    """How many accounts a criterion matches by its evidence; None where the file does not say."""
    if criterion.missing == "match" or criterion.evidence is None:  # evidence counts no blanks
        return None
    return _number(criterion.evidence.accounts, total)


def _number(accounts: Accounts | None, total: int) -> int | None:
    """A count of a file as a number, that of a small group as its most; None where it is not told."""
    if isinstance(accounts, str):
        return {"<5": FEWEST_REPORTED - 1, "all but <5": total}.get(accounts)
    return accounts


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


def _large(accounts: int, total: int) -> Found:
    return Found(
        f"The profile selects {percent_of(accounts, total)} of all accounts "
        f"({count(accounts)} of {count(total)}).",
        (),
        {"accounts": accounts, "of": total, "share": accounts / total, "most": MOST_OF_THE_BOOK},
    )
