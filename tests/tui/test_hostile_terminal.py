"""Every hostile string in every place data can appear: what reaches a real terminal is text."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("needs a pseudo-terminal", allow_module_level=True)

from tests.tui.terminals import Terminal
from tests.tui.test_safe import RealData, hostile

# Six strings to a frame, each of them in all places: six segments, six toasts, six rows, ...
SHOWING = """
import json, sys
from pathlib import Path
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from icp_workbench.conditions.fields import Field
from icp_workbench.errors import WorkbenchError
from icp_workbench.evidence.facets import FacetValue
from icp_workbench.segments.filter import Choice, Filter
from icp_workbench.segments.index import SegmentIndex
from icp_workbench.tui import loading
from icp_workbench.tui.app import WorkbenchApp
from icp_workbench.tui.desk import Desk
from icp_workbench.tui.dialogs.choose import ChooseDialog, Option
from icp_workbench.tui.safe import clean_lines, plain
from icp_workbench.tui.screens.opening import Progress
from icp_workbench.tui.widgets.facet_rows import Heading, ValueRow
from icp_workbench.tui.widgets.rows_view import RowsView
from icp_workbench.workshop.events import SegmentAdded, SegmentRenamed
from icp_workbench.workshop.session import Session
from tests.tui.workbench import plain_book

texts = json.loads(Path(sys.argv[1]).read_text("ascii"))
left = [texts[at : at + 6] for at in range(0, len(texts), 6)]

def load(*_):
    index = SegmentIndex(plain_book())
    return Desk(index, Session.open_or_start(Path(sys.argv[2]), "plain", index.book, index)), ""

loading.load = load
app = WorkbenchApp(["plain.csv"], sessions=Path(sys.argv[2]))

class Files(Screen):
    def __init__(self, names):
        super().__init__()
        self.names = names
    def compose(self):
        for name in self.names:
            yield Progress(name)

async def show():
    if not left:
        app.exit()
        return
    six = left.pop(0)
    room = app.get_screen("slice")
    for letter, text in zip("ABCDEF", six):
        app.desk.session.record(SegmentRenamed(letter, text))
    room.figures_changed({"state", "comparison"})
    for pane, title, under in zip(("#left", "#middle", "#right"), six, six[3:]):
        room.query_one(pane).border_title = plain(title)
        room.query_one(pane).border_subtitle = plain(under)
    room.query_one("#middle").tooltip = Content(chr(10)).join([plain(text, limit=60) for text in six])
    room._update_tooltip(room.query_one("#middle"))
    rows = []
    for text in six:
        field = Field(text, text, "category")
        rows.append(Heading(field, Choice(), True, 3, ""))
        rows.append(ValueRow(field, FacetValue(text, text, 9, 9, 0.5, "better"), "in", 1.0, "share", 9))
    room.query_one("#criteria", RowsView).show_rows(rows)
    app.clear_notifications()
    for text in six[:3]:
        app.notify(clean_lines(text, 60), markup=False)
    for text in six[3:]:
        app.tell_error(WorkbenchError(text, text[:60], text[:60]), beside=True)
    app.call_after_refresh(app.set_timer, 0.01, lambda: ask(six))

async def ask(six):
    options = [Option(str(at), text, text, text) for at, text in enumerate(six)]
    await app.push_screen(ChooseDialog(chr(10).join(text[:60] for text in six), six[0], options))
    app.call_after_refresh(app.set_timer, 0.01, lambda: name(six))

async def name(six):
    app.pop_screen()
    await app.push_screen(Files(six))
    app.call_after_refresh(app.set_timer, 0.01, back)

async def back():
    app.pop_screen()
    app.call_after_refresh(app.set_timer, 0.01, show)

def begin():
    if app.desk is None or app.desk.answers.coverage is None:
        app.set_timer(0.1, begin)
        return
    for letter in "BCDEF":
        app.desk.session.record(SegmentAdded(letter, None, Filter()))
    app.recount()
    app.set_timer(1.0, show)

mounted = WorkbenchApp.on_mount
def on_mount(self):
    mounted(self)
    self.set_timer(0.2, begin)
WorkbenchApp.on_mount = on_mount
app.run()
print("frames left:", len(left))
sys.exit(app.return_code or 0)
"""


@pytest.fixture
def texts(real_data: RealData) -> list[str]:
    return list(dict.fromkeys(hostile(real_data)))


@pytest.mark.slow
def test_every_hostile_string_reaches_the_terminal_as_text_from_every_place(
    texts: list[str], tmp_path: Path
) -> None:
    (tmp_path / "texts.json").write_text(json.dumps(texts), "ascii")
    terminal = Terminal.python(
        SHOWING, str(tmp_path / "texts.json"), str(tmp_path / "sessions"), size=(120, 36)
    )
    try:
        assert terminal.end(400) == 0, terminal.text[-2000:]
    finally:
        terminal.kill()
    assert "frames left: 0" in terminal.text
    assert {ascii(char) for char in terminal.raw} == set()
    assert terminal.left_on == []


def writable(texts: list[str]) -> Iterator[str]:
    for text in texts:
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            continue
        if "\0" not in text and len(text) < 2_000:
            yield text


PASTED = "[/]\x1b[200~\x1b]0;x\x07\x1b[201~\r"
DOWN = "\x1b[B"
WALK = (
    *("1", "j" * 12, "\t" + "j" * 12, "2", "jjj ", "c", "jx", "i\r\r", "n" + PASTED),
    *("?", "\x1b", ":", "\x1b", "c", "jj ", "b", "p", "\x1b"),
    # Decide: people, the stated ICP, a hypothesis, a note, a question; then votes and a decision on a value
    *(
        "4",
        "f" + PASTED,
        "s" + PASTED,
        "n" + PASTED,
        "\t",
        "t" + DOWN + PASTED,
        "v",
        "i\r",
        "V",
        "a" + PASTED,
    ),
    *("\t\t", "n" + PASTED, "5", "n" + PASTED, "v", "v", "\t", "\r" + PASTED, "2", "q"),
)


def test_a_book_made_of_hostile_strings_is_walked_through(texts: list[str], tmp_path: Path) -> None:
    cells = list(writable(texts))
    name = "accounts \x1b]0;owned\x07 [b]x[b] \u202e %s.csv"
    path = tmp_path / name
    headers = [
        "account",
        "won",
        "\x1b[31mred",
        "[@click=app.leave]x[/]",
        "=cmd|' /C calc'!A0",
        "日本語\u202e",
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(headers)
        for at in range(600):
            value = cells[at % len(cells)]
            few = cells[at % 7]
            writer.writerow([value, "yes" if at % 3 else "no", few, few, cells[at % 23], value])
    terminal = Terminal.icp("open", str(path), "--sessions", str(tmp_path / "sessions"), size=(150, 40))
    try:
        terminal.wait_for("match")
        for keys in WALK:
            terminal.send(keys)
            terminal.quiet(0.3)
        assert terminal.end() == 0
    finally:
        terminal.kill()
    assert {ascii(char) for char in terminal.raw} == set()
    assert b"owned\x07" not in terminal.shown
    assert terminal.left_on == []


def test_a_hostile_file_name_in_an_error_is_text(tmp_path: Path) -> None:
    terminal = Terminal.icp("open", str(tmp_path / "no\x1b]0;owned\x07\u202e.csv"))
    try:
        assert terminal.end() == 2
    finally:
        terminal.kill()
    assert "owned" in terminal.text
    assert {ascii(char) for char in terminal.raw} == set()
