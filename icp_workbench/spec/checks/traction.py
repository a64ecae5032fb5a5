"""Is there evidence for a criterion, and does it survive all that was looked at?"""

from __future__ import annotations

from icp_workbench.evidence.comparison import Cell
from icp_workbench.evidence.verdicts import SIGNIFICANT
from icp_workbench.render.figures import counted, probability
from icp_workbench.spec.checks.figures import cells_in_file, cells_of, core_of, labels, plain_cells, told
from icp_workbench.spec.checks.findings import Answers, Found, NotLooked
from icp_workbench.spec.checks.subject import Subject
from icp_workbench.spec.model import SpecCriterion

_WITHOUT = ("assumption", "contradicted")


def wishcasting(subject: Subject) -> Answers:
    """ICP001: an ICP criterion where no core metric is better than in the rest, because none could be judged
    or because none is. Without figures in the file, one whose strength is assumption or contradicted."""
    unknown = []
    for one in subject.criteria("icp"):
        cells = cells_of(subject, one)
        core = core_of(subject, cells or {})
        if core:
            if not any(cell.verdict == "better" for cell in core.values()):
                yield _without_traction(subject, one, core)
        elif cells is None and one.evidence is not None:
            if one.evidence.strength in _WITHOUT:
                yield Found(
                    f"`{one.id}` is {'an ' if one.evidence.strength == 'assumption' else ''}"
                    f"{one.evidence.strength} by its evidence, and the file has no figures for it.",
                    (one.id,),
                    {"strength": one.evidence.strength, "accounts": one.evidence.accounts},
                )
        else:
            unknown.append(one.id)
    if unknown:
        yield NotLooked("there is no core metric to judge it by", tuple(unknown))


def _without_traction(subject: Subject, one: SpecCriterion, core: dict[str, Cell]) -> Found:
    names = labels(subject, core)
    judged = [name for name, cell in core.items() if cell.verdict not in ("too_few", "none")]
    figures = plain_cells(core, core)
    said = "; ".join(told(core[name], names[name]) for name in judged or core)
    if not judged:
        return Found(f"`{one.id}` has too few outcomes to be judged: {said}.", (one.id,), figures)
    return Found(f"`{one.id}` does better than the rest on no core metric: {said}.", (one.id,), figures)


def many_looks(subject: Subject) -> Answers:
    """ICP010: a criterion whose strength is suggestive: a difference was seen, and does not count as
    confirmed after all that was looked at."""
    unknown = []
    for one in subject.spec.criteria:
        if one.evidence is None:
            unknown.append(one.id)
        elif one.evidence.strength == "suggestive":
            yield _suggestive(subject, one)
    if unknown:
        yield NotLooked("the file has no evidence for it", tuple(unknown))


def _suggestive(subject: Subject, one: SpecCriterion) -> Found:
    assert one.evidence is not None
    looks = one.evidence.looks
    cells = cells_in_file(one) or {}
    right = "worse" if one.verdict == "anti_icp" else "better"
    side = {
        name: cell
        for name, cell in core_of(subject, cells).items()
        if cell.verdict == right and cell.p_value is not None
    }
    seen = "" if looks is None else f" after {counted(looks, 'look')}"
    if not side:
        return Found(
            f"`{one.id}` is suggestive only{seen}: what was seen may be chance.",
            (one.id,),
            {"strength": "suggestive", "looks": looks},
        )
    name = min(side, key=lambda name: side[name].p_value or 0.0)
    cell, label = side[name], labels(subject, [name])[name]
    p_value = cell.p_value or 0.0
    figures = {"strength": "suggestive", "looks": looks, **plain_cells(cells, [name])}
    asked = SIGNIFICANT / max(looks or 1, 1)
    if looks is not None and p_value > asked:
        why = f"p {probability(p_value)} does not survive correction for {counted(looks, 'look')}"
    else:
        why = f"p {probability(p_value)} is small enough{seen}, but it did not hold when looked at again"
    return Found(f"`{one.id}` rests on {told(cell, label)}: {why}.", (one.id,), figures)
