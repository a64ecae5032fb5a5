"""Does the profile pay, or is it only big? Are there figures to tell it by?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from icp_workbench.evidence.comparison import Cell
from icp_workbench.evidence.scrutiny.cautions import in_words, price_of_size
from icp_workbench.spec.checks.figures import cells_of, labels, plain_cells, profile_in_file
from icp_workbench.spec.checks.findings import Answers, Found, NotLooked
from icp_workbench.spec.checks.ground import PROFILE
from icp_workbench.spec.checks.subject import Subject

ECONOMICS = (
    "gross_margin", "retention_12m", "churn_rate", "net_revenue_retention", "revenue_kept_since_start",
    "expansion_rate", "cost_to_win", "lifetime_value",
)  # fmt: skip


def revenue_only(subject: Subject) -> Answers:
    """ICP002: where an ICP or OK-if criterion holds, and in the whole profile, deals are bigger, and margin,
    cycle, retention or support is worse, by the board's rule."""
    ideal = subject.criteria("icp", "ok_if")
    unknown = []
    for one in ideal:
        cells = cells_of(subject, one)
        if cells is None:
            unknown.append(one.id)
            continue
        yield from _bigger(f"`{one.id}`", (one.id,), cells, subject)
    if unknown:
        yield NotLooked("there are no figures of it", tuple(unknown))
    if len(subject.criteria("icp")) > 1:
        ground = subject.ground
        cells = profile_in_file(subject) if ground is None else ground.profile_cells
        yield from _bigger(f"The {PROFILE}", (), cells, subject)


def _bigger(
    whose: str, criteria: tuple[str, ...], cells: Mapping[str, Cell], subject: Subject
) -> Iterable[Found]:
    if worse := price_of_size(cells):
        told = in_words(cells, labels(subject, cells))
        yield Found(f"{whose}: {told}", criteria, plain_cells(cells, ["deal_size", *worse]))


def market_first(subject: Subject) -> Answers:
    """ICP014: the book has no metric of margin, retention, expansion or cost to win, nor any other that says
    what an account pays."""
    spec = subject.spec
    known = set(spec.data.average_customer) - {"accounts"}
    known |= {name for one in spec.criteria if one.evidence is not None for name in one.evidence.metrics}
    paying: set[str] = set()
    if subject.ground is not None:
        metrics = subject.ground.index.book.metrics
        known = {metric.name for metric in metrics}
        paying = {metric.name for metric in metrics if metric.light == "pays"}
    if known & {*ECONOMICS, *paying}:
        return
    what = ", ".join(sorted(name.replace("_", " ") for name in known)) or "none"
    yield Found(
        "No margin, retention, expansion or cost to win is known: nothing says whether these accounts pay "
        f"(metrics known: {what}).",
        (),
        {"metrics": sorted(known)},
    )
