"""What threads tell the message pump: always something that has happened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from pathlib import Path

    from icp_workbench.errors import WorkbenchError
    from icp_workbench.evidence.comparison import Comparison
    from icp_workbench.evidence.contrasts.overlap import Overlap
    from icp_workbench.evidence.pictures.pictures import Pictures
    from icp_workbench.spec.checks.findings import Checked
    from icp_workbench.spec.coverage import Coverage
    from icp_workbench.tui.answers import Ideal, Sliced
    from icp_workbench.tui.desk import Desk
    from icp_workbench.tui.widgets.criteria_rows import Weighed
    from icp_workbench.workshop.state import Workshop


class BookReading(Message):
    """A part of the book is being read; `share` of all the work is done (0–1)."""

    def __init__(self, what: str, share: float) -> None:
        super().__init__()
        self.what, self.share = what, share


class BookOpened(Message):
    """The book is read and its workshop begun or continued."""

    def __init__(self, desk: Desk, welcome: str) -> None:
        super().__init__()
        self.desk, self.welcome = desk, welcome


class BookRefused(Message):
    """The book could not be opened."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error


class SaveGoesOn(Message):
    """A part of the profile is being weighed for saving; `share` of all the work is done (0–1)."""

    def __init__(self, what: str, share: float) -> None:
        super().__init__()
        self.what, self.share = what, share


class SaveEnded(Message):
    """The profile of this workshop was saved as a file, was refused, or (neither) a person stopped it."""

    def __init__(self, path: Path | None, error: WorkbenchError | None, state: Workshop) -> None:
        super().__init__()
        self.path, self.error, self.state = path, error, state


class Answered(Message):
    """A figure was computed for one generation of the workshop's state."""

    def __init__(self, generation: int) -> None:
        super().__init__()
        self.generation = generation


class FacetsReady(Answered):
    """Counts and headline for every value."""

    def __init__(self, generation: int, sliced: Sliced) -> None:
        super().__init__(generation)
        self.sliced = sliced


class ComparisonReady(Answered):
    """The board, and what its segments have in common."""

    def __init__(self, generation: int, comparison: Comparison, overlaps: tuple[Overlap, ...]) -> None:
        super().__init__(generation)
        self.comparison, self.overlaps = comparison, overlaps


class PicturesReady(Answered):
    """The pictures of the metric in focus."""

    def __init__(self, generation: int, pictures: Pictures) -> None:
        super().__init__(generation)
        self.pictures = pictures


class CoverageReady(Answered):
    """What the criteria cover, and each one's figures."""

    def __init__(self, generation: int, coverage: Coverage, weighed: Mapping[str, Weighed]) -> None:
        super().__init__(generation)
        self.coverage, self.weighed = coverage, weighed


class ChecksReady(Answered):
    """What the checks say of the profile, or why it could not be checked."""

    def __init__(self, generation: int, checked: Checked | WorkbenchError) -> None:
        super().__init__(generation)
        self.checked = checked


class IdealReady(Answered):
    """The profile against the average customer."""

    def __init__(self, generation: int, ideal: Ideal) -> None:
        super().__init__(generation)
        self.ideal = ideal


class CountingFailed(Answered):
    """The core refused, or broke."""

    def __init__(self, generation: int, error: Exception) -> None:
        super().__init__(generation)
        self.error = error


class BookChanging(Answered):
    """The book is being understood another way; `share` of the work is done (0–1)."""

    def __init__(self, generation: int, what: str, share: float) -> None:
        super().__init__(generation)
        self.what, self.share = what, share


class BookChanged(Answered):
    """The book was understood another way: a desk for it, and what became other, in words."""

    def __init__(self, generation: int, desk: Desk, facts: tuple[str, ...]) -> None:
        super().__init__(generation)
        self.desk, self.facts = desk, facts


class BookChangeRefused(Answered):
    """The book cannot be understood that way."""

    def __init__(self, generation: int, error: WorkbenchError) -> None:
        super().__init__(generation)
        self.error = error
