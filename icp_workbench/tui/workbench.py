"""What a room may ask of the app it stands in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from icp_workbench.book.mapping import BookMapping
from icp_workbench.errors import WorkbenchError
from icp_workbench.tui.actions import Action
from icp_workbench.tui.hand import Hand
from icp_workbench.tui.limits import Limits
from icp_workbench.workshop.events import Event


class Workbench(Protocol):
    """The app, as its rooms know it."""

    hand: Hand
    limits: Limits
    names_hidden: bool

    @property
    def mapping(self) -> BookMapping:
        """How the book is understood, with a change that is still being worked out: what the next change
        starts from."""
        ...

    def change_book(self, mapping: BookMapping, what: str) -> None:
        """Understand the book another way, in a thread; `what` says in a few words what was changed.

        Shown with its effect once it is there, and written into the book file. Where it cannot be done the
        reason is told and everything stays.
        """
        ...

    def undo_change(self) -> None:
        """Understand the book as before the newest change."""
        ...

    def redo_change(self) -> None:
        """Bring the newest undone change of the book back."""
        ...

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

    def copy(self, text: str, what: str) -> None:
        """Put a text on the clipboard, and say so."""
        ...

    def with_keys(self, actions: Iterable[Action]) -> list[Action]:
        """Actions with the keys they have for this person."""
        ...

    def action_room(self, name: str) -> None:
        """Go to a room."""
        ...
