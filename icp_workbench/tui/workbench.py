"""What a room may ask of the app it stands in."""

from __future__ import annotations

from typing import Protocol

from icp_workbench.errors import WorkbenchError
from icp_workbench.tui.hand import Hand
from icp_workbench.workshop.events import Event


class Workbench(Protocol):
    """The app, as its rooms know it."""

    hand: Hand

    def record(self, event: Event) -> bool:
        """Let something happen in the workshop; False (and a toast) where it is refused."""
        ...

    def take_looks(self) -> None:
        """Count what is on screen as seen."""
        ...

    def recount_picture(self, metric: str | None) -> None:
        """Another metric came into the picture."""
        ...

    def may_decide(self) -> bool:
        """Whether this window may mark and save."""
        ...

    def tell(self, text: str, seconds: float = 4.0) -> None:
        """A toast."""
        ...

    def tell_error(self, error: WorkbenchError) -> None:
        """An error a person can act on, as a toast."""
        ...

    def action_room(self, name: str) -> None:
        """Go to a room."""
        ...
