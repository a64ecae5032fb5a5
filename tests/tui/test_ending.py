"""Signals, a closed terminal, an error anywhere: on a real pseudo-terminal."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from icp_workbench.workshop.journal import Journal

if sys.platform == "win32":
    pytest.skip("needs a pseudo-terminal", allow_module_level=True)

from tests.tui.terminals import Terminal

ACCOUNTS = "account,industry,won\n" + "".join(
    f"Company {at},{('SaaS', 'Retail', 'Media')[at % 3]},{'yes' if at % 4 == 0 else 'no'}\n"
    for at in range(90)
)
Run = Callable[..., Terminal]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """`run(code)` is a program on a terminal; `run()` is `icp open` on a small book, with a value chosen."""
    begun: list[Terminal] = []
    (tmp_path / "accounts.csv").write_text(ACCOUNTS)

    def start(code: str | None = None, **options: object) -> Terminal:
        paths = (str(tmp_path / "accounts.csv"), str(tmp_path / "sessions"))
        if code is not None:
            terminal = Terminal.python(code, *paths, TMPDIR=str(tmp_path), **options)
        else:
            terminal = Terminal.icp("open", paths[0], "--sessions", paths[1], **options)
        begun.append(terminal)
        return terminal

    yield start
    for terminal in begun:
        terminal.kill()


def slice_something(terminal: Terminal) -> None:
    """Choose SaaS, and wait until the room says so."""
    terminal.wait_for("90 of 90 match")
    terminal.send("/saas\r")
    terminal.quiet()
    terminal.send(" ")
    terminal.wait_for("30 of 90 match")


def chosen(tmp_path: Path) -> list[str]:
    """What the journal says of filters: each event on disk, in order."""
    with_journal = next((tmp_path / "sessions").iterdir())
    journal = Journal.open(with_journal)
    assert not journal.read_only, "the lock was not let go"
    assert journal.notes == (), "something had to be recovered"
    journal.close()
    return [type(event).__name__ for event in journal.events]


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_a_signal_ends_it_with_everything_kept_and_the_terminal_given_back(
    run: Run, tmp_path: Path, name: str
) -> None:
    terminal = run()
    slice_something(terminal)
    terminal.process.send_signal(getattr(signal, name))
    assert terminal.end() == 128 + getattr(signal, name)
    assert terminal.left_on == []
    assert "FilterChanged" in chosen(tmp_path)
    if name != "SIGHUP":  # then nobody reads any more
        assert "Everything is kept" in terminal.text and name in terminal.text


def test_a_terminal_that_is_closed_ends_it_with_everything_kept(run: Run, tmp_path: Path) -> None:
    terminal = run()
    slice_something(terminal)
    terminal.hang_up()
    assert terminal.end() == 128 + signal.SIGHUP
    assert "FilterChanged" in chosen(tmp_path)


IGNORING = """
import signal, sys
from icp_workbench.tui.app import WorkbenchApp
listen = WorkbenchApp._process_messages
async def without_hang_up(self, *args, **options):
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    self.ending.listen = lambda: None
    await listen(self, *args, **options)
WorkbenchApp._process_messages = without_hang_up
app = WorkbenchApp([sys.argv[1]], sessions=__import__("pathlib").Path(sys.argv[2]))
app.run()
sys.exit(app.return_code or 0)
"""


def test_a_closed_terminal_is_noticed_without_a_signal(run: Run, tmp_path: Path) -> None:
    terminal = run(IGNORING)
    slice_something(terminal)
    terminal.hang_up()
    assert terminal.end() == 128 + signal.SIGHUP
    assert "FilterChanged" in chosen(tmp_path)


STUCK = """
import sys, time
from icp_workbench.tui import ending
from icp_workbench.tui.app import WorkbenchApp
ending.PATIENCE = 1.0
app = WorkbenchApp([sys.argv[1]], sessions=__import__("pathlib").Path(sys.argv[2]))
WorkbenchApp.action_help = lambda self: time.sleep(600)
app.run()
sys.exit(app.return_code or 0)
"""


def test_a_signal_ends_even_what_is_stuck(run: Run, tmp_path: Path) -> None:
    terminal = run(STUCK)
    slice_something(terminal)
    terminal.send("?")
    terminal.quiet()
    terminal.process.send_signal(signal.SIGTERM)
    assert terminal.end() == 128 + signal.SIGTERM
    assert terminal.left_on == []
    assert "FilterChanged" in chosen(tmp_path)


def test_a_signal_while_the_book_is_read_ends_it(run: Run) -> None:
    terminal = run(READING)
    terminal.wait_for("one table")
    terminal.process.send_signal(signal.SIGTERM)
    assert terminal.end() == 128 + signal.SIGTERM
    assert terminal.left_on == []


READING = """
import sys, time
from icp_workbench.tui import loading
from icp_workbench.tui.app import WorkbenchApp
def load(paths, sessions, name, asked, progress, *more):
    for at in range(6000):
        progress("one table", at / 6000)
        time.sleep(0.1)
loading.load = load
app = WorkbenchApp(["x.csv"])
app.run()
sys.exit(app.return_code or 0)
"""

BREAKING = """
import sys
from icp_workbench.tui.app import WorkbenchApp
from icp_workbench.tui.desk import Desk
def broken(*given, **options):
    secret = "Mrs. Smith"
    raise ZeroDivisionError(secret)
app = WorkbenchApp([sys.argv[1]], sessions=__import__("pathlib").Path(sys.argv[2]))
def break_it(self):
    kind = {kind!r}
    if kind == "handler":
        broken()
    elif kind == "worker":
        Desk.compare = broken
        self.recount()
    elif kind == "late call":
        self.call_later(broken)
    elif kind == "timer":
        self.set_timer(0.01, broken)
    elif kind == "painting":
        type(self.screen.focused).render_line = broken
        self.screen.focused.refresh()
    elif kind == "input":
        from icp_workbench.tui.terminal import TerminalDriver
        TerminalDriver.process_message = broken
WorkbenchApp.action_help = break_it
app.run()
sys.exit(app.return_code or 0)
"""


@pytest.mark.parametrize("kind", ["handler", "worker", "late call", "timer", "painting", "input"])
def test_an_error_anywhere_keeps_the_session_and_names_the_log(run: Run, tmp_path: Path, kind: str) -> None:
    terminal = run(BREAKING.replace("{kind!r}", repr(kind)))
    slice_something(terminal)
    terminal.send("?")
    terminal.quiet()
    if terminal.process.poll() is None:
        terminal.send("x")  # the input fails at the next key
    assert terminal.end() == 1
    assert terminal.left_on == []
    _, _, after = terminal.shown.rpartition(b"\x1b[?1049l")
    told = after.decode()
    assert "ICP Workbench stopped: unexpected ZeroDivisionError." in told
    assert "crash.log" in told and "Smith" not in terminal.text and "Traceback" not in told
    log = next((tmp_path / "sessions").glob("*/crash.log")).read_text("utf-8")
    assert "ZeroDivisionError" in log and "in broken" in log
    assert "FilterChanged" in chosen(tmp_path)
