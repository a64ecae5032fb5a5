"""Home: sessions to go on with, files to open, the sample."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.message import Message
from textual.screen import Screen

from icp_workbench.tui.actions import bindings_for, offered
from icp_workbench.tui.lines import Line, fit
from icp_workbench.tui.safe import clean
from icp_workbench.tui.standing import stands
from icp_workbench.tui.widgets.chrome import KeysLine
from icp_workbench.tui.widgets.rows_view import Row, RowsView, TextRow

if TYPE_CHECKING:
    from icp_workbench.tui.starting import Beginnings, Known
    from icp_workbench.tui.workbench import Workbench

_WIDE = 96


@dataclass(frozen=True)
class Start:
    """Something to begin with: the files, and the session's name (None: the book's). Without files a hand
    types them."""

    paths: tuple[Path, ...] = ()
    name: str | None = None
    sample: bool = False


@dataclass(frozen=True)
class StartRow:
    """A line of the home screen: `mark`, what it is, and what stands beside it."""

    key: Hashable
    start: Start
    mark: str
    shown: str
    beside: str

    selectable = True

    def line(self, width: int, here: bool) -> Line:
        beside = clean(self.beside, 80)
        room = max(width - len(self.mark) - len(beside) - 6, 8)
        return [
            (f"  {self.mark} ", "accent"),
            (fit(clean(self.shown, 200), room), "text!"),
            (f"  {beside}", "muted"),
        ]


class HomeScreen(Screen[None]):
    """Shown where no file was named."""

    NAME = "home"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("home")]

    class Wanted(Message):
        """A person wants to begin with something."""

        def __init__(self, start: Start) -> None:
            super().__init__()
            self.start = start

    def __init__(self, sessions: Path | None) -> None:
        super().__init__()
        self._sessions = sessions
        self._beginnings: Beginnings | None = None
        self._first: Hashable = None  # the row at the top, where the cursor begins

    @property
    def workbench(self) -> Workbench:
        """The app."""
        return cast("Workbench", self.app)

    def compose(self) -> ComposeResult:
        with Container(id="home"):
            yield RowsView(id="starts")
        yield KeysLine()

    def on_mount(self) -> None:
        self.query_one(KeysLine).show(self.workbench.with_keys(offered(self.places())))
        self.query_one(RowsView).focus()
        self._draw()
        self.call_after_refresh(self._look)  # after the first frame: it imports the core

    def places(self) -> list[str]:
        """For the bottom line, help and the palette."""
        return ["home"]

    def on_resize(self) -> None:
        self.call_after_refresh(self._draw)

    @work(thread=True, group="home")
    def _look(self) -> None:
        from icp_workbench.tui.starting import beginnings

        found = beginnings(self._sessions)
        self.app.call_from_thread(self._take, found)

    def _take(self, found: Beginnings) -> None:
        self._beginnings = found
        self._draw()

    def _draw(self) -> None:
        if stands(self):
            view = self.query_one(RowsView)
            rows = list(home_rows(self._beginnings))
            first = next(row.key for row in rows if row.selectable)
            # Until everything is there the cursor waits at the top, unless a hand has moved it.
            was = view.current.key if view.current is not None else None
            moved = was not in (None, self._first)
            self._first = first
            view.show_rows(rows, at=was if moved else first)

    @on(RowsView.Chosen)
    def _clicked(self) -> None:
        self.action_begin()

    def action_begin(self) -> None:
        """Begin with what is under the cursor."""
        row = self.query_one(RowsView).current_as(StartRow)
        if row is None:
            return
        if row.start.paths or row.start.sample:
            self.post_message(self.Wanted(row.start))
        else:
            self.action_type(row.start.name)

    def action_type(self, name: str | None = None) -> None:
        """Type the path of a file or a folder."""
        from icp_workbench.tui.dialogs.path import PathDialog

        def typed(paths: tuple[Path, ...] | None) -> None:
            if paths:
                self.post_message(self.Wanted(Start(paths, name)))

        self.app.push_screen(PathDialog(), typed)

    def action_sample(self) -> None:
        """Begin with the sample."""
        self.post_message(self.Wanted(Start(sample=True, name="sample")))


def home_rows(found: Beginnings | None) -> Iterator[Row]:
    """The lines of the home screen; None: what there is, is still looked for."""
    yield TextRow("title", (("  ICP Workbench", "accent!"),))
    yield TextRow("what", (("  Find out, from your own records, whom to sell to.", "muted"),))
    if found is None:
        yield TextRow("gap", ())
        yield TextRow("looking", (("  looking for sessions and files …", "faint"),))
    if found is not None and found.sessions:
        yield from _head("Go on with")
        for at, known in enumerate(found.sessions):
            yield StartRow(
                ("session", at), Start(known.paths, known.name), "●", known.name, _session_words(known)
            )
        if found.more_sessions:
            yield TextRow("more sessions", ((f"    +{found.more_sessions:,} older", "muted"),))
    if found is not None and found.files:
        yield from _head(f"Open, from {clean(_from_home(found.folder), 80)}")
        if 1 < len(found.files) + found.more_files <= 12:
            many = len(found.files) + found.more_files
            yield StartRow("all", Start((found.folder,)), "▸", f"all {many} files of it, as one book", "")
        for path in found.files:
            yield StartRow(("file", path.name), Start((path,)), "▸", path.name, "")
        if found.more_files:
            yield TextRow("more files", ((f"    +{found.more_files:,} more: type one with o", "muted"),))
    yield from _head("Or")
    yield StartRow("other", Start(), "▸", "type the path of a file or a folder", "o")
    yield StartRow(
        "sample", Start(sample=True, name="sample"), "▸", "the sample: a fictional software company", "s"
    )


def _head(text: str) -> Iterator[Row]:
    yield TextRow(("gap", text), ())
    yield TextRow(("head", text), ((f"  {text}", "text!"),))


def _from_home(folder: Path) -> str:
    """A folder as a shell would write it: `~/exports`."""
    try:
        return str("~" / folder.relative_to(Path.home()))
    except (ValueError, RuntimeError):  # elsewhere, or nobody's home
        return str(folder)


def _session_words(known: Known) -> str:
    days = (dt.datetime.now(dt.UTC).date() - known.changed.date()).days
    when = "today" if days <= 0 else "yesterday" if days == 1 else f"{days:,} days ago"
    parts = [] if not known.versions else [f"{known.versions} version{'s' if known.versions > 1 else ''}"]
    if not known.paths:
        parts.append("files not known")
    elif known.missing:
        parts.append("files moved")
    else:
        named = known.paths[0].name
        parts.append(named if len(known.paths) == 1 else f"{named} +{len(known.paths) - 1}")
    return " · ".join([*parts, when])
