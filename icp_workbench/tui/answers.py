"""What the desk answers with, and where its book came from: frozen, for the rooms to read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from icp_workbench.book.opening import ReadFiles
from icp_workbench.conditions.condition import Condition
from icp_workbench.errors import WorkbenchError
from icp_workbench.evidence.comparison import Comparison
from icp_workbench.evidence.contrasts.overlap import Overlap
from icp_workbench.evidence.facets import Facets
from icp_workbench.evidence.pictures.pictures import Pictures
from icp_workbench.spec.checks.findings import Checked
from icp_workbench.spec.coverage import Coverage
from icp_workbench.spec.criterion import Criterion
from icp_workbench.tui.keeping import BookFile
from icp_workbench.tui.widgets.criteria_rows import Weighed


@dataclass(frozen=True)
class Sliced:
    """The facets of the current segment, and the parts they were asked in (for counting looks)."""

    facets: Facets
    parts: tuple[tuple[Facets, Condition], ...]


@dataclass(frozen=True)
class Ideal:
    """The profile of these criteria on every metric; `board` None where it selects nobody."""

    criteria: tuple[Criterion, ...]
    board: Comparison | None


@dataclass(frozen=True)
class Answers:
    """The newest figures; None where none came yet."""

    sliced: Sliced | None = None
    comparison: Comparison | None = None
    overlaps: tuple[Overlap, ...] = ()
    pictures: Pictures = field(default_factory=Pictures)
    coverage: Coverage | None = None
    weighed: Mapping[str, Weighed] = field(default_factory=dict)
    ideal: Ideal | None = None
    checked: Checked | WorkbenchError | None = None  # an error: the profile cannot be saved as it is


@dataclass(frozen=True)
class Source:
    """Where the book came from: the paths a person named, what was read, and the file its decisions are kept
    in (None: nowhere, as for the sample)."""

    paths: tuple[Path, ...]
    files: ReadFiles
    book_file: BookFile | None = None
