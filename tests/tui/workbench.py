"""A workbench on a book made by hand, and how a test waits for it."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from icp_workbench.book.book import AccountBook
from icp_workbench.segments.index import SegmentIndex
from icp_workbench.tui import loading
from icp_workbench.tui.app import WorkbenchApp
from icp_workbench.tui.desk import Desk
from icp_workbench.tui.widgets.rows_view import RowsView
from icp_workbench.workshop.session import Session
from icp_workbench.workshop.state import Workshop
from tests.synthetic import make_book

ACCOUNTS = 400
NOW = dt.datetime(2026, 4, 22, 10, 42, tzinfo=dt.UTC)


def plain_book() -> AccountBook:
    """400 accounts, two deals each: SaaS wins six of ten, Public sector one of ten, the others a quarter.

    No randomness: everything follows from the row's number.
    """
    rows = np.arange(ACCOUNTS)
    industry = np.array(["SaaS", "Public sector", "Retail", "Media"])[rows % 4]
    region = np.array(["EMEA", "Americas", None], dtype=object)[(rows // 4) % 3]
    accounts = pd.DataFrame(
        {
            "industry": pd.Categorical(industry),
            "employees": (rows * 7 % 300 + 10).astype(float),
            "region": pd.Categorical(region),
            "hiring": pd.array(rows % 5 < 2, dtype="boolean"),
        }
    )
    tenth = (rows // 4) % 10
    wins = np.select(
        [industry == "SaaS", industry == "Public sector"], [tenth < 6, tenth < 1], tenth % 4 == 0
    )
    deal_rows = np.repeat(rows, 2)
    won = wins[deal_rows].astype(float)
    days = np.select([industry == "SaaS", industry == "Public sector"], [40, 120], 70)[deal_rows]
    deals = pd.DataFrame(
        {
            "account": deal_rows,
            "won": won,
            "amount": np.where(won == 1, 10_000.0 + deal_rows * 10, np.nan),
            "cycle_days": days + (deal_rows % 9).astype(float),
            "closed": pd.Timestamp("2025-01-15") + pd.to_timedelta(deal_rows % 8 * 60, unit="D"),
        }
    )
    customers = np.flatnonzero(wins)
    churned = (customers % 6 == 0).astype(float)
    lives = pd.DataFrame({"account": customers, "churned": churned, "tenure": customers % 24 + 3.0})
    book = make_book(accounts, deals=deals, customers=lives)
    return replace(book, name="plain", period=(dt.date(2025, 1, 15), dt.date(2026, 4, 15)))


@pytest.fixture(scope="session")
def index() -> SegmentIndex:
    """The plain book's index, shared: nothing changes it."""
    return SegmentIndex(plain_book())


Open = Callable[..., WorkbenchApp]


@pytest.fixture
def opened(index: SegmentIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    """`opened()` is an app that opens the plain book (or another index), with sessions of its own."""

    def make(over: SegmentIndex | None = None, name: str = "plain") -> WorkbenchApp:
        chosen = over or index

        def load(*_: object) -> tuple[Desk, str]:
            session = Session.open_or_start(tmp_path, name, chosen.book, chosen)
            session.clock = lambda: NOW  # a week after the last outcome: how old it is, is on screen
            desk = Desk(chosen, session)
            return desk, loading.welcome(desk.state)

        monkeypatch.setattr(loading, "load", load)
        return WorkbenchApp(["plain.csv"], sessions=tmp_path)

    return make


async def settle(pilot: Pilot[None]) -> None:
    """Until every key was acted upon, no worker runs and every message was handled."""
    app = pilot.app
    assert isinstance(app, WorkbenchApp)
    await pilot.pause()
    for _ in range(200):
        # A pause ends once the process seems idle, or after a second: neither means all keys are through.
        typed = app.is_running and not app._exit and (app.hand.is_busy or not app._message_queue.empty())
        if not typed and not list(app.workers):
            break
        with suppress(WorkerCancelled):  # one that a newer one took the place of
            await app.workers.wait_for_complete()
        await pilot.pause()


@asynccontextmanager
async def running(app: WorkbenchApp, size: tuple[int, int] = (120, 36)) -> AsyncIterator[Pilot[None]]:
    """The app under a pilot, its first figures shown."""
    async with app.run_test(size=size, notifications=True) as pilot:
        await until_open(app, pilot)
        yield pilot


async def until_open(app: WorkbenchApp, pilot: Pilot[None]) -> None:
    """Until the book is open (or refused) and its first figures are shown."""
    for _ in range(200):
        await settle(pilot)
        if app.failure is not None or not app.is_running:
            return
        if app.desk is not None and app.desk.answers.coverage is not None:
            return
    raise AssertionError("the book did not open")


async def until(pilot: Pilot[None], holds: Callable[[], object], seconds: float = 30.0) -> None:
    """Until something holds while a worker still works (`settle` would wait for it). AssertionError where it
    does not come to hold."""
    ends = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < ends, f"not in {seconds:.0f} s"
        await pilot.pause()


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys one after the other, each answered before the next. `'text` types the letters after it."""
    for key in keys:
        if key.startswith("'"):
            await pilot.press(*(_key(char) for char in key[1:]))
        else:
            await pilot.press(key)
        await settle(pilot)


def state(app: WorkbenchApp) -> Workshop:
    """The workshop's state."""
    assert app.desk is not None
    return app.desk.state


def screen_text(app: App[None]) -> str:
    """What the screen shows, line by line."""
    return "\n".join("".join(segment.text for segment in strip) for strip in strips(app))


def strips(app: App[None]) -> Iterable[Iterable[object]]:
    """The lines as they are sent to the terminal."""
    return app.screen._compositor.render_strips()


def toasts(app: App[None]) -> str:
    """All that was told."""
    return "\n".join(notification.message for notification in app._notifications)


_NAMES = {" ": "space", ":": "colon", "'": "apostrophe"}


def _key(char: str) -> str:
    return _NAMES.get(char, char)


def pane(app: WorkbenchApp, name: str) -> str:
    """All of one pane, the lines out of sight too."""
    view = app.screen.query_one(f"#{name}", RowsView)
    lines = ("".join(text for text, _ in row.line(90, False)) for row in view.rows)
    return " ".join(" ".join(lines).split())
