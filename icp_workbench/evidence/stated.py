"""What was claimed before anything was shown: how it turned out, and how much it may be believed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from icp_workbench.book.metric import Metric
from icp_workbench.book.raw import Progress, silent
from icp_workbench.conditions.condition import Condition
from icp_workbench.evidence.comparison import Cell, compare
from icp_workbench.evidence.looks import Looks, look_key
from icp_workbench.evidence.resampling import SHUFFLES
from icp_workbench.evidence.strength import Family, Strength, judged_strength
from icp_workbench.render.figures import figure
from icp_workbench.segments.index import RowSet, SegmentIndex

_NOTHING: Mapping[str, str] = MappingProxyType({})
HypothesisVerdict = Literal["supported", "contradicted", "no difference", "unclear", "too few accounts"]


@dataclass(frozen=True, slots=True)
class Stated:
    """A hypothesis at the reveal: its verdict, its strength, both in one sentence, and the looks it showed
    (key → p), which count for whatever is marked afterwards."""

    verdict: HypothesisVerdict
    strength: Strength
    sentence: str
    looks: Looks


def strength_of_stated(
    index: SegmentIndex,
    hypotheses: Mapping[str, RowSet | Condition],
    *,
    anti: Collection[str] = (),
    about: Mapping[str, str] = _NOTHING,
    resample: bool = False,
    shuffles: int = SHUFFLES,
    progress: Progress = silent,
) -> dict[str, Stated]:
    """Each hypothesis (name → condition) that was typed before anyone saw a figure, judged at the reveal.

    `anti` names those that claim to do worse than the rest, `about` the one metric a claim is about (core or
    not), where it is about one: it is then judged by that alone, in the same family.

    The family is hypotheses × core metrics, with the metrics named, and
    nothing else: what is looked at afterwards does not weaken what was said before, so all hypotheses must be
    passed at once, the embarrassing ones too. Two that state one condition are one test. Strength is that of
    statistics.md with Holm over this family, q over the same; `resample` as in `strength_of`. `progress`
    hears which one is judged; what it raises stops it.

    Verdicts: contradicted, if any core metric tells it on the wrong side; supported, if one is better (for
    `anti`: worse) by the board's rule, whether or not it is confirmed; too few accounts, if none could be
    tested; no difference, if all that could be are similar; else unclear. The same names come back, in the
    same order. WorkbenchError for an attribute the book does not have, KeyError for a name in `anti` or
    `about` that is no hypothesis, and for a metric the book does not support.
    """
    for name in (*anti, *about):
        if name not in hypotheses:
            raise KeyError(name)
    rows = {
        name: claimed if isinstance(claimed, RowSet) else index.rows(claimed)
        for name, claimed in hypotheses.items()
    }
    core = [metric for metric in index.book.metrics if metric.core]
    keys = {name: look_key(claimed.condition, "") for name, claimed in rows.items()}
    once = {keys[name]: claimed for name, claimed in rows.items()}
    others = [index.book.metric(name) for name in dict.fromkeys(about.values())]
    board = compare(index, once, [one.name for one in dict.fromkeys((*core, *others))])
    cells = {key: [(metric, board.cell(key, metric.name)) for metric in core] for key in once}
    looks: dict[str, Looks] = {
        key: {look_key(once[key].condition, metric.name): cell.p_value for metric, cell in tested}
        for key, tested in cells.items()
    }
    named = {
        name: (index.book.metric(metric), board.cell(keys[name], metric)) for name, metric in about.items()
    }
    tests = {key: p_value for own in looks.values() for key, p_value in own.items()}
    tests |= {
        look_key(rows[name].condition, metric.name): cell.p_value for name, (metric, cell) in named.items()
    }
    family = Family(tests, "test")
    found = {}
    for at, (name, claimed) in enumerate(rows.items()):
        key = keys[name]
        judged = [named[name]] if name in named else cells[key]

        def heard(done: float, at: int = at) -> None:
            progress(f"Hypothesis {at + 1} of {len(rows)}", (at + done) / len(rows))

        heard(0.0)
        strength = judged_strength(
            index,
            claimed,
            judged,
            family,
            anti=name in anti,
            shuffles=shuffles if resample else 0,
            progress=heard,
        )
        verdict = _verdict(strength, [cell for _, cell in judged], "worse" if name in anti else "better")
        found[name] = Stated(verdict, strength, _sentence(verdict, strength, judged), looks[key])
    return found


def _verdict(strength: Strength, cells: Sequence[Cell], right: str) -> HypothesisVerdict:
    if strength.name == "contradicted":
        return "contradicted"
    tested = {cell.verdict for cell in cells} - {"too_few", "none"}
    if right in tested:
        return "supported"
    if cells and not tested:
        return "too few accounts"
    return "no difference" if tested == {"similar"} else "unclear"


def _sentence(verdict: HypothesisVerdict, strength: Strength, cells: Sequence[tuple[Metric, Cell]]) -> str:
    word = verdict[0].upper() + verdict[1:]
    if strength.name == "confirmed":
        return f"{word} and {strength.sentence[0].lower()}{strength.sentence[1:]}"
    if strength.name != "assumption" or not cells:
        return f"{word}: {strength.reason}."
    if verdict == "too few accounts":
        return f"{word}: {'; '.join(f'{metric.label.lower()}: {cell.reason}' for metric, cell in cells)}."
    told = ", ".join(
        f"{metric.label.lower()} {figure(cell.estimate, metric.unit)} here and "
        f"{figure(cell.rest, metric.unit)} in the rest"
        for metric, cell in cells
        if cell.verdict not in ("too_few", "none")
    )
    return f"{word}: {told}{'; the data cannot tell' if verdict == 'unclear' else ''}."
