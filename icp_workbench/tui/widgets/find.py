"""The find line over the attributes: takes the keys only while something is being looked for."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Input


class Find(Input):
    """Type to narrow; enter or down goes to what was found, escape forgets it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "screen.forget_find", "all attributes", show=False),
        Binding("down,tab", "screen.leave_find", "to the list", show=False),
    ]

    def __init__(self) -> None:
        super().__init__(placeholder="/ attribute, value or account", id="find", compact=True)
        self.can_focus = False

    def on_blur(self) -> None:
        self.can_focus = False
