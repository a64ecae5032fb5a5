"""What the profile covers and rests on, as rows: coverage, criteria, what people know, evidence, versions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from icp_workbench.render.dates import day
from icp_workbench.spec.statement.because import known_in_words
from icp_workbench.tui.desk import Desk
from icp_workbench.tui.lines import Line, wrapped
from icp_workbench.tui.safe import clean
from icp_workbench.tui.widgets.criteria_rows import PaneRow, criteria_rows
from icp_workbench.tui.widgets.evidence_lines import evidence_lines
from icp_workbench.tui.widgets.rows_view import TextRow

ENOUGH_INTERVIEWS = 10
_WIDEST = 100


def profile_rows(desk: Desk, width: int) -> list[PaneRow]:
    """The pane's rows in `width` cells."""
    state, answers = desk.state, desk.answers
    words = {criterion.id: desk.words(criterion.when) for criterion in state.criteria}
    made = criteria_rows(state.criteria, words, answers.coverage, answers.weighed, (), width, reasons=True)
    lines = [
        *_known(words, state.writing.known_by_people, width),
        *_evidence(desk, words, min(width, _WIDEST)),
        *_versions(desk),
    ]
    return made + [TextRow(("below", at), tuple(line)) for at, line in enumerate(lines)]


def _known(words: Mapping[str, str], known: Mapping[str, Mapping[str, int]], width: int) -> Iterator[Line]:
    if not words:
        return
    yield []
    yield [("Known by people", "text!")]
    for name, text in words.items():
        counts = known.get(name, {})
        said = known_in_words(counts) or "nobody asked yet"
        few = counts.get("interviews", 0) < ENOUGH_INTERVIEWS
        for at, line in enumerate(wrapped(f"{text}: {said}", max(width - 2, 8))):
            yield [("  " if at else "– ", "muted"), (line, "text" if any(counts.values()) else "muted")]
        if few and any(counts.values()):
            yield [("  ! ", "warn!"), (f"under {ENOUGH_INTERVIEWS} interviews", "warn")]


def _evidence(desk: Desk, words: Mapping[str, str], width: int) -> Iterator[Line]:
    found = list(evidence_lines(desk.state.criteria, words, desk.answers.weighed, width))
    if found:
        yield []
        yield from found


def _versions(desk: Desk) -> Iterator[Line]:
    versions = desk.state.versions
    if not versions:
        return
    yield []
    yield [("Versions", "text!")]
    for saved in reversed(versions):
        yield [
            (f"  {clean(saved.version, 20)}", "accent!"),
            (f"  {day(saved.at.date())}  ", "muted"),
            (clean(saved.file, 80), "text"),
        ]
    yield [(f"  in {clean(desk.session.folder, 300)}", "muted")]
