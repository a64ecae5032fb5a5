"""Does the profile choose, or does it take nearly everybody?"""

from __future__ import annotations

from collections.abc import Mapping

from icp_workbench.evidence.comparison import Cell
from icp_workbench.render.figures import count, percent_of
from icp_workbench.spec.checks.figures import cells_of, core_of, labels, plain_cells, told
from icp_workbench.spec.checks.findings import Answers, Found, NotLooked
from icp_workbench.spec.checks.ground import Ground
from icp_workbench.spec.checks.subject import Subject
from icp_workbench.spec.model import SpecCriterion

MOST_OF_THE_BOOK = 0.40


def too_broad(subject: Subject) -> Answers:
    """ICP004: the profile selects more than 40 % of the accounts, or no core metric is better in it than in
    the rest.

    From the file alone where it is one required criterion and nothing is ruled out for certain; a required
    criterion of at most 40 % shows that the profile is no larger.
    """
    ideal = subject.criteria("icp")
    if not ideal:
        return
    if subject.ground is not None and all(one.id in subject.ground.counted for one in ideal):
        yield from _in_book(subject, subject.ground)
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
    total = subject.spec.data.average_customer.get("accounts")
    required = [one for one in ideal if one.required and one.missing != "match" and one.evidence is not None]
    sizes = [one.evidence.accounts for one in required if one.evidence is not None]
    known = [size for size in sizes if isinstance(size, int)]
    if total and "all but <5" in sizes:
        known.append(int(total))
    alone = len([one for one in ideal if one.required]) == 1 == len(required) and not any(
        one.disqualify for one in subject.criteria("anti_icp")
    )
    if alone and total and known and known[0] > MOST_OF_THE_BOOK * total:
        yield _large(known[0], int(total))
    elif not total or not ("<5" in sizes or (known and min(known) <= MOST_OF_THE_BOOK * total)):
        yield NotLooked("how many accounts the profile selects can only be counted in the book")
    cells = core_of(subject, cells_of(subject, required[0]) or {}) if alone else {}
    if cells:
        yield from _no_better(subject, cells)
    else:
        yield NotLooked("whether the profile does better can only be told from the book")


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
