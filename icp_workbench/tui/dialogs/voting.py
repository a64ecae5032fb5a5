"""Private votes: one function at a time, every vote a key, nothing shown but how many there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widget import Widget

from icp_workbench.render.figures import counted
from icp_workbench.tui.dialogs.dialog import Dialog, Said
from icp_workbench.workshop.deliberation.records import CHOICES, Ballot, Choice, function_words

_KEYS: dict[str, Choice] = {"i": "icp", "o": "ok_if", "a": "anti_icp", "p": "parked"}
_MOST = 40


class Mask(Widget, can_focus=True):
    """Takes the votes and shows a dot for each."""

    def render(self) -> str:
        return ""


class VoteDialog(Dialog[None]):
    """Each function's votes are handed to `cast` when they are sealed with enter; then it is the next one's
    turn. `turns` are the functions with how many of each are there, `voted` those that have voted."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(key, f"vote('{choice}')", choice, show=False) for key, choice in _KEYS.items()),
        Binding("backspace", "take_back", "take back", show=False),
        Binding("enter", "seal", "seal", show=False),
        Binding("left,shift+tab", "turn(-1)", "previous", show=False),
        Binding("right,tab", "turn(1)", "next", show=False),
    ]

    def __init__(
        self,
        candidate: str,
        words: str,
        turns: Sequence[tuple[str, int]],
        voted: Sequence[str],
        cast: Callable[[Ballot], bool],
    ) -> None:
        super().__init__()
        self._candidate, self._words, self._turns, self._cast = candidate, words, turns, cast
        self._voted = set(voted)
        self._at = next((at for at, (name, _) in enumerate(turns) if name not in self._voted), 0)
        self._votes: list[Choice] = []

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog wide"):
            yield Said(f"Vote: {self._words}", "bold", classes="title")
            yield Said("", id="turn")
            yield Said("", id="sealed")
            yield Said("", id="dots")
            yield Mask(id="mask")
            yield Said(
                "i ICP   o OK-if   a anti-ICP   p park   ⌫ take back\nenter seal   ← → function   esc close",
                "$muted",
                classes="keys",
            )

    def on_mount(self) -> None:
        self.query_one(Mask).focus()
        self._show()

    def action_vote(self, choice: Choice) -> None:
        """One more vote of this function; nobody votes twice."""
        function, there = self._turns[self._at]
        if len(self._votes) < min(there or _MOST, _MOST):
            self._votes.append(choice)
            self._show()
        else:
            said = f"{counted(there, 'vote')}: everyone of {function_words(function)} has voted; enter seals."
            self.query_one("#dots", Said).say(said, "$warning")

    def action_take_back(self) -> None:
        """Take the newest vote back."""
        if self._votes:
            self._votes.pop()
        self._show()

    def action_turn(self, step: int) -> None:
        """Another function votes; what was not sealed is forgotten."""
        self._votes = []
        self._at = (self._at + step) % len(self._turns)
        self._show()

    def action_seal(self) -> None:
        """Seal the votes; the last function's end it."""
        function = self._turns[self._at][0]
        if not self._votes:
            self.query_one("#dots", Said).say(
                "Nobody has voted yet: each of you presses one key.", "$warning"
            )
            return
        many = Counter(self._votes)
        votes = tuple((choice, many[choice]) for choice in CHOICES if many[choice])
        if not self._cast(Ballot(self._candidate, function, votes)):
            return
        self._voted.add(function)
        left = [at for at, (name, _) in enumerate(self._turns) if name not in self._voted]
        if not left:
            self.dismiss(None)
            return
        self._votes, self._at = [], left[0]
        self._show()

    def _show(self) -> None:
        function, there = self._turns[self._at]
        of = f" of {there}" if there else ""
        self.query_one("#turn", Said).say(f"{function_words(function)} votes; the others look away", "bold")
        sealed = ", ".join(function_words(one) for one in sorted(self._voted)) or "nobody yet"
        again = " · sealing replaces what it voted" if function in self._voted else ""
        self.query_one("#sealed", Said).say(f"sealed: {sealed}{again}", "$muted")
        dots = "● " * len(self._votes)
        self.query_one("#dots", Said).say(f"{dots} {counted(len(self._votes), 'vote')}{of}", "$primary")
