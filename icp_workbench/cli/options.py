"""Arguments and options that several commands share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

# Whether a path may be read is said by what reads it, with what to do next.
a_path = click.Path(path_type=Path, readable=False)
paths_argument = click.argument("paths", nargs=-1, required=True, metavar="PATH…")
sessions_option = click.option(
    "--sessions",
    type=a_path,
    metavar="DIR",
    help="Where workshops are kept (default: ./sessions if there is one, else your data folder).",
)


def _day(context: click.Context, parameter: click.Parameter, typed: str | None) -> dt.date:
    if typed is None:
        return dt.date.today()
    try:
        return dt.date.fromisoformat(typed)
    except ValueError:
        raise click.BadParameter("write a day as 2026-10-31.") from None


day_option = click.option(
    "--today", callback=_day, metavar="DAY", help="The day to judge ages by (default: the clock's)."
)


def book_options(command: Callable[..., None]) -> Callable[..., None]:
    """What may be said to every command that opens a book: it is given to the command as `asked`.
    UsageError where two options contradict each other."""

    @wraps(command)
    def with_asked(
        book: Path | None,
        no_book: bool,
        churn: str | None,
        market: Path | None,
        presets: tuple[Path, ...],
        **others: Any,
    ) -> None:
        from icp_workbench.book.asked import Asked

        if book is not None and no_book:
            raise click.UsageError("--book and --no-book contradict each other.")
        command(asked=Asked(False if no_book else book, churn, market, presets), **others)

    optioned: Callable[..., None] = with_asked
    for option in reversed(_BOOK_OPTIONS):
        optioned = option(optioned)
    return optioned


_BOOK_OPTIONS = (
    click.option(
        "--book",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="The book file to read by (default: NAME.book.yaml beside the data, if there is one).",
    ),
    click.option("--no-book", is_flag=True, help="Read without the book file: infer everything anew."),
    click.option(
        "--churn",
        metavar="SOURCE",
        help="Which source says who churned, where several disagree (`icp data` lists them).",
    ),
    click.option(
        "--market",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="A file of prospects without outcomes: conditions count in it too.",
    ),
    click.option(
        "--preset",
        "presets",
        type=click.Path(path_type=Path),
        multiple=True,
        metavar="FILE",
        help="How a CRM's headers are to be read, beside the ones that come with the program.",
    ),
)

config_option = click.option(
    "--config",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Settings of the workbench: theme, ascii, keys (default: config.yaml in your configuration folder).",
)
ascii_option = click.option(
    "--ascii", "ascii_only", is_flag=True, help="Draw with ASCII signs alone, whatever the terminal can show."
)
