"""The statement as rows: its version, its text, how far it has drifted, and its slots."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from icp_workbench.spec.statement.drift import Drift
from icp_workbench.spec.statement.slots import Slot
from icp_workbench.spec.statement.versions import VERSIONS, VersionName, Versions
from icp_workbench.tui.lines import Line, Piece, wrapped
from icp_workbench.tui.safe import clean
from icp_workbench.tui.widgets.rows_view import TextRow

_SHORT = {"line": "line", "paragraph": "paragraph", "evidence": "evidence"}
_LABEL = 16  # cells of a slot's name
_WIDEST = 92  # a line longer than this is hard to read aloud


@dataclass(frozen=True)
class StatementRow:
    """Which version is shown, side by side: the row on which the statement is edited."""

    version: VersionName
    edited: bool

    key = "statement"
    selectable = True

    def line(self, width: int, here: bool) -> Line:
        pieces: list[Piece] = []
        for name in VERSIONS:
            shown = _SHORT[name] + (" (by hand)" if name == "paragraph" and self.edited else "")
            pieces.append((f" {shown} ", "ground!@accent" if name == self.version else "muted"))
        return pieces


@dataclass(frozen=True)
class SlotRow:
    """The first line of a slot: the one the cursor stops at."""

    slot: Slot
    text: str

    selectable = True

    @property
    def key(self) -> tuple[str, str]:
        return ("slot", self.slot.question.slot)

    def line(self, width: int, here: bool) -> Line:
        mark = ("? ", "warn!") if self.slot.is_open else ("✓ ", "good!")
        label = self.slot.question.label.ljust(_LABEL - 2)
        return [mark, (label, "text"), (self.text, "text!" if self.slot.text else "muted")]


StatementPaneRow = TextRow | StatementRow | SlotRow


def statement_rows(
    versions: Versions, version: VersionName, slots: Sequence[Slot], drift: Drift | None, width: int
) -> list[StatementPaneRow]:
    """The pane's rows in `width` cells."""
    made: list[StatementPaneRow] = [StatementRow(version, versions.edited)]
    lines = [
        [],
        *_prose(
            versions.text(version), min(width - 1, _WIDEST), "text" if version == "evidence" else "text!"
        ),
        [],
    ]
    for sentence in drift.sentences if drift is not None else ():
        for at, text in enumerate(wrapped(clean(sentence, 400), max(width - 3, 8))):
            lines.append([("! " if at == 0 else "  ", "warn!"), (text, "warn")])
    if drift:
        lines.append([])
    made += [TextRow(("text", at), tuple(line)) for at, line in enumerate(lines)]
    for slot in slots:
        made += _slot_rows(slot, width)
    return made


def _prose(text: str, width: int, ink: str) -> list[list[Piece]]:
    return [[(line, ink)] for line in wrapped(clean(text, 4_000), max(width, 8))]


def _slot_rows(slot: Slot, width: int) -> Iterator[StatementPaneRow]:
    if slot.text:
        said = clean(slot.text, 400)
    elif slot.criteria:
        said = f"as {' and '.join(clean(one, 60) for one in slot.criteria)} says"
    else:
        said = slot.question.text
    first, *more = wrapped(said, max(width - _LABEL - 1, 8)) or [""]
    yield SlotRow(slot, first)
    for at, text in enumerate(more):
        ink = "text!" if slot.text else "muted"
        yield TextRow(("more", slot.question.slot, at), ((" " * _LABEL, "text"), (text, ink)))
