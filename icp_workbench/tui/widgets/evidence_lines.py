"""What each criterion rests on, in sentences: its strength, then every metric of it against its rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from icp_workbench.evidence.sentences import sentence
from icp_workbench.render import verdicts
from icp_workbench.spec.criterion import Criterion
from icp_workbench.tui.lines import Line, wrapped
from icp_workbench.tui.safe import clean
from icp_workbench.tui.theme import VERDICT_INK
from icp_workbench.tui.widgets.criteria_rows import INKS, MARKS, Weighed


def evidence_lines(
    criteria: tuple[Criterion, ...], words: Mapping[str, str], weighed: Mapping[str, Weighed], width: int
) -> Iterator[Line]:
    """The lines in `width` cells; `words` are each criterion's, cleaned.

    Criteria not weighed yet are left out.
    """
    known = [criterion for criterion in criteria if criterion.id in weighed]
    if not known:
        return
    yield [("Evidence", "text!")]
    for criterion in known:
        board, strength = weighed[criterion.id].comparison, weighed[criterion.id].strength
        yield []
        mark = (f"{MARKS[criterion.verdict]} ", f"{INKS[criterion.verdict]}!")
        for at, text in enumerate(wrapped(words[criterion.id], max(width - 2, 8))):
            yield [mark if at == 0 else ("  ", "text"), (text, "text!")]
        for text in wrapped(clean(strength.sentence, 600), max(width - 2, 8)):
            yield [("  ", "text"), (text, "text")]
        scrutiny = weighed[criterion.id].scrutiny
        for said in () if scrutiny is None else scrutiny.sentences:
            for text in wrapped(clean(said, 600), max(width - 2, 8)):
                yield [("  ", "text"), (text, "muted")]
        for metric in board.metrics:
            cell = board.cell(board.segments[1].name, metric.name)
            verdict = verdicts.verdict_text(cell.verdict)
            said = f"{verdict}: {clean(sentence(cell, metric), 600)}"
            for at, text in enumerate(wrapped(said, max(width - 4, 8))):
                ink = VERDICT_INK[cell.verdict]
                if at == 0:
                    yield [("  ", "text"), (text[: len(verdict)], ink), (text[len(verdict) :], "muted")]
                else:
                    yield [("    ", "text"), (text, "muted")]
