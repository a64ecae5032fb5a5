"""The `icp` command: parse, call, print. What a command needs is imported inside it."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from icp_workbench import __version__
from icp_workbench.errors import WorkbenchError

if TYPE_CHECKING:
    from icp_workbench.book.book import AccountBook

EXIT_BAD_INPUT = 2

paths_argument = click.argument("paths", nargs=-1, required=True, metavar="PATH…")
sessions_option = click.option(
    "--sessions",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Where workshops are kept (default: ./sessions if there is one, else your data folder).",
)
churn_option = click.option(
    "--churn",
    metavar="SOURCE",
    help="Which source says who churned, where several disagree (`icp data` lists them).",
)


class _Commands(click.Group):
    """A group in which a WorkbenchError is one message on standard error and exit code 2."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except WorkbenchError as error:
            _report(error)
            ctx.exit(EXIT_BAD_INPUT)
        except click.UsageError as error:
            from icp_workbench.render.text import printable

            said = error.format_message()  # some of click's messages quote an argument as it is
            if printable(said, keep_newlines=True) == said:
                raise
            raise click.UsageError(printable(said), error.ctx) from None


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="icp")
def cli() -> None:
    """Find out, from your own records, whom to sell to."""


@cli.command("open")
@paths_argument
@sessions_option
@click.option("--name", help="The workshop's name (default: the book's).")
@churn_option
def open_command(paths: tuple[str, ...], sessions: Path | None, name: str | None, churn: str | None) -> None:
    """Open the workbench on one table or several related ones (CSV, Excel, Parquet, or a folder of them)."""
    if not _has_terminal():
        raise WorkbenchError(
            "No terminal",
            "The workbench needs a terminal to draw on, and there is none here.",
            "Run `icp open` in a terminal, or `icp data` and `icp compare` for the same figures as text.",
        )
    _run_workbench(paths, sessions, name, churn)


@cli.command()
@paths_argument
@churn_option
@click.option("--json", "as_json", is_flag=True, help="The same for programs.")
def data(paths: tuple[str, ...], churn: str | None, as_json: bool) -> None:
    """Say what was understood: tables, columns, joins, outcome metrics, leaks."""
    book = _open_book(paths, churn)
    from icp_workbench.book.summary import summary
    from icp_workbench.evidence.power import smallest_difference
    from icp_workbench.segments.index import SegmentIndex

    index = SegmentIndex(book)
    smallest = {metric.name: smallest_difference(index, metric.name) for metric in book.metrics}
    if as_json:
        payload = summary(book)
        for metric in payload["metrics"]:
            metric["smallest_difference"] = smallest.get(metric["name"])
        _print_json(payload)
        return
    from icp_workbench.book.description import describe

    click.echo(describe(book, smallest))


@cli.command()
@paths_argument
@click.option(
    "--segment",
    "segments",
    multiple=True,
    metavar="'NAME: CONDITION'",
    help="A segment, such as \"A: industry IN ('SaaS') AND employees >= 40\". Up to six.",
)
@click.option("--metric", "metrics", multiple=True, help="Only these outcome metrics, by name.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "csv", "markdown"]),
    default="table",
    show_default=True,
)
@churn_option
def compare(
    paths: tuple[str, ...],
    segments: tuple[str, ...],
    metrics: tuple[str, ...],
    form: str,
    churn: str | None,
) -> None:
    """Compare segments side by side with the average customer: the workbench's board, as text."""
    from icp_workbench.segments.naming import named_segments

    named = named_segments(segments)
    book = _open_book(paths, churn)
    from icp_workbench.conditions.expression import parse
    from icp_workbench.evidence.comparison import compare as compare_segments
    from icp_workbench.segments.index import SegmentIndex

    _warn(book)
    index = SegmentIndex(book)
    rows = {name: index.rows(parse(text, book.fields)) for name, text in named.items()}
    comparison = compare_segments(index, rows, list(metrics) or None)
    if form == "json":
        from icp_workbench.evidence.payload import comparison_payload

        _print_json(comparison_payload(comparison, book.fields))
        return
    from icp_workbench.evidence.board import as_csv, as_markdown, as_table

    click.echo(
        {"table": as_table, "csv": as_csv, "markdown": as_markdown}[form](comparison, book.fields), nl=False
    )


@cli.group()
def spec() -> None:
    """Read what a workshop decided."""


@spec.command("show")
@click.argument("file", type=click.Path(path_type=Path))
def spec_show(file: Path) -> None:
    """Print a spec for a person: statement, criteria, evidence."""
    from icp_workbench.spec.files import read_spec
    from icp_workbench.spec.show import show

    click.echo(show(read_spec(file)))


@spec.command("validate")
@click.argument("file", type=click.Path(path_type=Path))
def spec_validate(file: Path) -> None:
    """Check a spec file: exit code 0 if it is right, 2 with every problem if it is not."""
    from icp_workbench.render.tables import printable
    from icp_workbench.spec.digest import digest_note
    from icp_workbench.spec.files import read_spec

    profile = read_spec(file)
    note = digest_note(profile)
    if note:
        click.echo(note, err=True)
    criteria = len(profile.criteria)
    click.echo(
        printable(
            f"{file.name} is a valid ICP spec: {profile.metadata.name} {profile.metadata.version}, "
            f"{criteria} {'criterion' if criteria == 1 else 'criteria'}."
        )
    )


@cli.command()
def schema() -> None:
    """Print the JSON Schema of a spec file."""
    from icp_workbench.spec.model import json_schema

    _print_json(json_schema())


@cli.command()
@sessions_option
def demo(sessions: Path | None) -> None:
    """Open the sample book; without a terminal, play a short workshop on it and save its spec."""
    from icp_workbench.sample import sample_paths

    if _has_terminal():
        _run_workbench(tuple(map(str, sample_paths())), sessions, "sample", None)
        return
    from icp_workbench.book.opening import open_book
    from icp_workbench.workshop.folders import sessions_folder
    from icp_workbench.workshop.script import play

    play(open_book(*sample_paths()), sessions_folder(sessions), "demo", click.echo)


def main() -> None:
    """Entry point: runs `icp` with the process's arguments and exits with its code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without ▲ or 日本 shows a question mark
    try:
        cli(prog_name="icp")
    except BrokenPipeError:
        # The reader went away (`icp data … | head`): nothing is wrong, and nothing more can be said.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _open_book(paths: tuple[str, ...], churn: str | None) -> AccountBook:
    from icp_workbench.book.mapping import BookMapping
    from icp_workbench.book.opening import open_book

    return open_book(*paths, mapping=BookMapping(churn_source=churn) if churn else None)


def _warn(book: AccountBook) -> None:
    """What a reader of the figures must know, where it does not mix with them."""
    from icp_workbench.render.tables import printable

    for warning in book.warnings:
        click.echo(f"Warning: {printable(warning)}", err=True)


def _run_workbench(
    paths: tuple[str, ...], sessions: Path | None, name: str | None, churn: str | None
) -> None:
    from icp_workbench.tui.app import WorkbenchApp

    app = WorkbenchApp(paths, sessions=sessions, name=name, churn=churn)
    app.run()
    if app.failure is not None:
        raise app.failure
    sys.exit(app.return_code or 0)


def _has_terminal() -> bool:
    # A stream that the caller closed is None in Python.
    streams = (sys.stdin, sys.stdout)
    on_screen = all(stream is not None and stream.isatty() for stream in streams)
    return on_screen and os.environ.get("TERM") != "dumb"


def _print_json(payload: Any) -> None:
    import json

    from icp_workbench.render.text import json_printable

    click.echo(json_printable(json.dumps(payload, indent=2, ensure_ascii=False, allow_nan=False)))


def _report(error: WorkbenchError) -> None:
    from icp_workbench.render.tables import printable

    for line in (error.title, error.what_happened, error.what_to_do):
        click.echo(printable(line, keep_newlines=True), err=True)
