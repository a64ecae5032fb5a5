"""What commands print, and where to."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from icp_workbench.book.asked import Asked
    from icp_workbench.book.book import AccountBook


def warn(book: AccountBook) -> None:
    """What a reader of the figures must know, where it does not mix with them."""
    from icp_workbench.render.tables import printable

    for warning in book.warnings:
        click.echo(f"Warning: {printable(warning)}", err=True)


def print_json(payload: Any) -> None:
    """A JSON document on standard output."""
    click.echo(json_text(payload))


def json_text(payload: Any) -> str:
    """A JSON document with nothing in it that a terminal obeys."""
    import json

    from icp_workbench.render.text import json_printable

    return json_printable(json.dumps(payload, indent=2, ensure_ascii=False, allow_nan=False))


def has_terminal() -> bool:
    """True where the workbench can be drawn and steered."""
    # A stream that the caller closed is None in Python.
    streams = (sys.stdin, sys.stdout)
    on_screen = all(stream is not None and stream.isatty() for stream in streams)
    return on_screen and os.environ.get("TERM") != "dumb"


@dataclass(frozen=True)
class Looks:
    """How the workbench is to look, as asked on the command line."""

    config: Path | None = None
    ascii_only: bool = False


def run_workbench(
    paths: tuple[str, ...],
    sessions: Path | None,
    name: str | None,
    asked: Asked | None,
    looks: Looks,
    prework: Path | None = None,
    agenda: str | None = None,
) -> None:
    """Open the workbench, and exit as it ends."""
    from dataclasses import replace

    from icp_workbench.tui.app import WorkbenchApp
    from icp_workbench.tui.settings import read_settings

    settings = read_settings(looks.config)
    if looks.ascii_only:
        settings = replace(settings, ascii=True)
    while True:
        app = WorkbenchApp(
            paths,
            sessions=sessions,
            name=name,
            asked=asked,
            prework=prework,
            agenda=agenda,
            settings=settings,
        )
        app.run()
        if app.failure is not None:
            raise app.failure
        if not app.wants_home:
            sys.exit(app.return_code or 0)
        # The book is closed, and home begins anew: other files, another name, the theme as it is now.
        paths, name, asked, prework, agenda = (), None, None, None, None
        settings = read_settings(looks.config)
        if looks.ascii_only:
            settings = replace(settings, ascii=True)
