"""The checks as rows: each code that fires with what it says, those accepted with their reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import BindingType

from icp_workbench.errors import WorkbenchError
from icp_workbench.render.figures import counted
from icp_workbench.spec.checks.findings import Checked, Finding
from icp_workbench.tui.actions import bindings_for
from icp_workbench.tui.lines import Line, wrapped
from icp_workbench.tui.safe import clean
from icp_workbench.tui.widgets.rows_view import RowsView, TextRow
from icp_workbench.workshop.events import CheckAccepted


@dataclass(frozen=True)
class CheckRow:
    """The first line of a check that fires: the one the cursor stops at. `note` is the reason it was accepted
    for, empty where it was not."""

    code: str
    name: str
    findings: tuple[Finding, ...]
    note: str

    @property
    def key(self) -> tuple[str, str]:
        return ("check", self.code)

    selectable = True

    def line(self, width: int, here: bool) -> Line:
        mark = ("✓ ", "good") if self.note else ("! ", "warn!")
        return [mark, (f"{self.code} ", "muted"), (self.name, "text" if self.note else "text!")]


Row = CheckRow | TextRow


class ChecksView(RowsView):
    """The checks; keys act on the one under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("checks")]

    _shown: tuple[Checked | WorkbenchError | None, Sequence[CheckAccepted]] = (None, ())

    def show_checks(
        self, checked: Checked | WorkbenchError | None, accepted: Sequence[CheckAccepted]
    ) -> None:
        """Show what the checks say and what of it was accepted; None: they have not been run."""
        self._shown = checked, accepted
        width = max((self.scrollable_content_region.width or 40) - 2, 12)
        self.show_rows(check_rows(checked, {one.code: one.note for one in accepted}, width))

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        self.show_checks(*self._shown)


def check_rows(checked: Checked | WorkbenchError | None, notes: dict[str, str], width: int) -> list[Row]:
    """The rows in `width` cells; `notes` are the reasons of those accepted, by code."""
    numbers = iter(range(100_000))

    def text(*pieces: tuple[str, str]) -> TextRow:
        return TextRow(("text", next(numbers)), pieces)

    if checked is None:
        return [text(("Run on what is marked.", "muted"))]
    if isinstance(checked, WorkbenchError):
        return [text((line, "warn")) for line in wrapped(clean(checked.what_happened, 600), width)]
    rows: list[Row] = []
    by_code = _by_code(checked)
    for row in sorted(_check_rows(by_code, notes), key=lambda row: (bool(row.note), row.code)):
        rows.append(row)
        said = [f"“{row.note}”"] if row.note else [one.sentence for one in row.findings]
        for sentence in said:
            rows += [
                text(("  ", "text"), (line, "muted"))
                for line in wrapped(clean(sentence, 600), max(width - 2, 8))
            ]
    if not rows:
        rows.append(text(("✓ ", "good"), ("Nothing fires.", "text")))
    unseen = {one.code for one in checked.not_run} - by_code.keys()
    if unseen:
        rows.append(text((f"{counted(len(unseen), 'check')} could not be run.", "muted")))
    return rows


def _by_code(checked: Checked) -> dict[str, tuple[Finding, ...]]:
    codes = dict.fromkeys(one.code for one in checked.findings)
    return {code: tuple(one for one in checked.findings if one.code == code) for code in codes}


def _check_rows(by_code: dict[str, tuple[Finding, ...]], notes: dict[str, str]) -> Iterator[CheckRow]:
    for code, findings in by_code.items():
        yield CheckRow(code, findings[0].name, findings, clean(notes.get(code, ""), 400))
