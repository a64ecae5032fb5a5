"""What each team does with the profile, as rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from icp_workbench.spec.plays import PLAYS, Play
from icp_workbench.tui.lines import Line, wrapped
from icp_workbench.tui.safe import clean
from icp_workbench.tui.widgets.rows_view import TextRow

_LABEL = 21


@dataclass(frozen=True)
class PlayRow:
    """The first line of a play: the one the cursor stops at."""

    play: Play
    text: str
    is_written: bool

    selectable = True

    @property
    def key(self) -> tuple[str, str]:
        return ("play", self.play.name)

    def line(self, width: int, here: bool) -> Line:
        return [
            (self.play.label.ljust(_LABEL), "text"),
            (self.text, "text!" if self.is_written else "muted"),
        ]


def play_rows(written: Mapping[str, tuple[str, ...]], width: int) -> list[TextRow | PlayRow]:
    """The pane's rows in `width` cells: what is written, else the question."""
    made: list[TextRow | PlayRow] = []
    for play in PLAYS:
        lines = tuple(line for line in written.get(play.name, ()) if line.strip())
        first, *more = _lines(play, lines, max(width - _LABEL - 1, 8))
        made.append(PlayRow(play, first, bool(lines)))
        ink = "text!" if lines else "muted"
        made += [
            TextRow(("more", play.name, at), ((" " * _LABEL, "text"), (text, ink)))
            for at, text in enumerate(more)
        ]
    return made


def _lines(play: Play, lines: tuple[str, ...], width: int) -> Iterator[str]:
    if not lines:
        yield from wrapped(play.question, width)
    for line in lines:
        bullet = "– " if play.is_list else ""
        for at, text in enumerate(wrapped(clean(line, 400), width - len(bullet)) or [""]):
            yield (bullet if at == 0 else " " * len(bullet)) + text
