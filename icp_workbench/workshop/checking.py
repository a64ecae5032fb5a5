"""The checks of a workshop as it stands: on the profile a save would write now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path

from icp_workbench.evidence.comparison import Comparison
from icp_workbench.evidence.scrutiny.confounding import HeldFixed
from icp_workbench.evidence.strength import Strength
from icp_workbench.segments.index import SegmentIndex
from icp_workbench.spec.build import build_profile
from icp_workbench.spec.checks.findings import Checked
from icp_workbench.spec.checks.ground import Ground
from icp_workbench.spec.checks.running import checks_of
from icp_workbench.spec.lineage import FIRST
from icp_workbench.spec.model import IdealCustomerProfile
from icp_workbench.spec.privacy import refuse_names, refuse_texts
from icp_workbench.workshop.saving import said_in
from icp_workbench.workshop.state import Workshop


def draft_of(
    folder: Path,
    state: Workshop,
    index: SegmentIndex,
    *,
    created: dt.datetime,
    boards: Mapping[str, Comparison] | None = None,
    strengths: Mapping[str, Strength] | None = None,
) -> IdealCustomerProfile:
    """The profile a save would write, but for its version, the resampling test and what it withholds.
    `boards` and `strengths` of single criteria are known already, by criterion id. WorkbenchError as
    `build_profile`."""
    return build_profile(
        book=index.book,
        index=index,
        criteria=state.criteria,
        looks=state.looks,
        name=folder.name,
        version=FIRST,
        parent=None,
        created=created,
        **said_in(folder, state),
        boards=boards,
        strengths=strengths,
        draft=True,
    )


def checks_of_workshop(
    folder: Path,
    state: Workshop,
    index: SegmentIndex,
    *,
    created: dt.datetime,
    boards: Mapping[str, Comparison] | None = None,
    strengths: Mapping[str, Strength] | None = None,
    fixed: Mapping[str, HeldFixed | None] | None = None,
    vetted: bool = False,
    cancelled: Callable[[], bool] = lambda: False,
) -> Checked:
    """What the checks say of the draft, on the day it is created. `fixed` are effects with the other criteria
    held fixed that are known already, by criterion id. WorkbenchError as `build_profile`, and for what must
    not leave the building unless the criteria were `vetted` before; incomplete when cancelled."""
    if not vetted:
        refuse_names(state.criteria, index.book)
    draft = draft_of(folder, state, index, created=created, boards=boards, strengths=strengths)
    if not vetted:
        refuse_texts(draft, index.book)
    ground = Ground(draft, index, boards=boards, fixed=fixed, cancelled=cancelled)
    return checks_of(draft, ground, created.date())
