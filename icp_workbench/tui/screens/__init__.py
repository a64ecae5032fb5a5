"""One screen per room."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from icp_workbench.tui.desk import Desk
    from icp_workbench.tui.screens.room import Room


def rooms() -> tuple[tuple[str, Callable[[Desk], Room]], ...]:
    """The rooms by name. Imported here and not above: the opening screen comes before the core."""
    from icp_workbench.tui.screens.data import DataRoom
    from icp_workbench.tui.screens.decide import DecideRoom
    from icp_workbench.tui.screens.slice import SliceRoom
    from icp_workbench.tui.screens.spec import SpecRoom

    return (("data", DataRoom), ("slice", SliceRoom), ("decide", DecideRoom), ("spec", SpecRoom))
