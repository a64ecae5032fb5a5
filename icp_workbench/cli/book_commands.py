"""The commands that open a book: `icp open`, `icp data`, `icp compare`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from icp_workbench.cli.decisions import Decisions
from icp_workbench.cli.opening import Opened, opened
from icp_workbench.cli.options import (
    ascii_option,
    book_options,
    config_option,
    paths_argument,
    sessions_option,
)
from icp_workbench.cli.progress import ProgressLine, part_of
from icp_workbench.cli.showing import Looks, has_terminal, json_text, run_workbench, warn
from icp_workbench.errors import WorkbenchError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from icp_workbench.book.asked import Asked
    from icp_workbench.book.raw import Progress
    from icp_workbench.segments.index import RowSet, SegmentIndex


@click.command("open")
@click.argument("paths", nargs=-1, metavar="[PATH…]")
@sessions_option
@click.option("--name", help="The workshop's name (default: the book's).")
@click.option(
    "--workshop",
    "agenda",
    metavar="60|90|120|FILE",
    help="Hold a workshop with this agenda: figures stay behind the curtain until the reveal.",
)
@click.option(
    "--prework",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Participants, the stated ICP and hypotheses people sent in (YAML, or CSV of hypotheses).",
)
@config_option
@ascii_option
@book_options
def open_command(
    paths: tuple[str, ...],
    sessions: Path | None,
    name: str | None,
    agenda: str | None,
    prework: Path | None,
    config: Path | None,
    ascii_only: bool,
    asked: Asked,
) -> None:
    """Open the workbench on one table or several related ones (CSV, Excel, Parquet, or a folder of them).

    Without a path, home shows recent sessions and the files of this folder.
    """
    if not has_terminal():
        raise WorkbenchError(
            "No terminal",
            "The workbench needs a terminal to draw on, and there is none here.",
            "Run `icp open` in a terminal, or `icp data` and `icp compare` for the same figures as text.",
        )
    if not paths and (prework or agenda):
        raise click.UsageError("--workshop and --prework need the book: give its files as well.")
    run_workbench(paths, sessions, name, asked, Looks(config, ascii_only), prework, agenda)


@click.command()
@paths_argument
@book_options
@click.option("--json", "as_json", is_flag=True, help="The same for programs.")
@click.option("--save", is_flag=True, help="Write what was understood and decided to the book file.")
@click.option(
    "--set-aside",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write every record that was rejected, repaired or left out to a CSV file.",
)
@click.option("--unmatched", is_flag=True, help="List the keys that match nothing, on both sides.")
@click.option(
    "--accept",
    multiple=True,
    metavar="'TABLE.HEADER: FOUND = MEANT'",
    help="A key that is another one misspelt.",
)
@click.option(
    "--accept-all-near-misses",
    "accept_all",
    multiple=True,
    metavar="TABLE.HEADER",
    help="Every near miss of a key (`icp data` lists them).",
)
@click.option("--stage", "stages", multiple=True, metavar="'LABEL = won'", help="won, lost, open or neither.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    metavar="'TABLE.HEADER = ignore'",
    help="id, name, attribute, outcome, date, currency, text or ignore.",
)
@click.option(
    "--date-order",
    "date_orders",
    multiple=True,
    metavar="'TABLE.HEADER = D/M/Y'",
    help="Whether the day or the month comes first.",
)
def data(
    paths: tuple[str, ...],
    asked: Asked,
    as_json: bool,
    save: bool,
    set_aside: Path | None,
    unmatched: bool,
    accept: tuple[str, ...],
    accept_all: tuple[str, ...],
    stages: tuple[str, ...],
    roles: tuple[str, ...],
    date_orders: tuple[str, ...],
) -> None:
    """Say what was understood: accounts, outcomes, what to look at, tables, columns, joins.

    With --save all of it is written to the book file, and decisions given here are remembered.
    """
    typed = Decisions(accept, accept_all, stages, roles, date_orders)
    if save and asked.book_file is False:
        raise click.UsageError("--save keeps what the book file remembers; remove the file to begin anew.")
    with ProgressLine() as tell:
        reading = part_of(tell, 0.0, 0.8)
        found = opened(paths, _without_missing_file(asked) if save else asked, reading, typed)
        shown = _shown(found, as_json, unmatched, part_of(tell, 0.8, 1.0))
    click.echo(shown)
    if set_aside is not None:
        from icp_workbench.cli.saving import save_set_aside

        click.echo(save_set_aside(set_aside, found), err=as_json)
    if save:
        from icp_workbench.cli.saving import save_book_file

        click.echo(save_book_file(paths, asked, found), err=as_json)


def _without_missing_file(asked: Asked) -> Asked:
    """A book file that is named to be saved need not be there yet."""
    from dataclasses import replace

    missing = isinstance(asked.book_file, Path) and not asked.book_file.exists()
    return replace(asked, book_file=False) if missing else asked


def _shown(found: Opened, as_json: bool, unmatched: bool, tell: Progress) -> str:
    from icp_workbench.book.summary import summary
    from icp_workbench.evidence.power import smallest_difference
    from icp_workbench.segments.index import SegmentIndex

    book = found.book
    tell("Counting", 0.0)
    index = SegmentIndex(book)
    smallest = {}
    for at, metric in enumerate(book.metrics):
        tell(f"Weighing {metric.label}", at / len(book.metrics))
        smallest[metric.name] = smallest_difference(index, metric.name)
    if as_json:
        payload = summary(book)
        for row in payload["metrics"]:
            row["smallest_difference"] = smallest.get(row["name"])
        return json_text(payload)
    from icp_workbench.book.description import describe, describe_unmatched

    return describe(book, smallest) + (f"\n\n{describe_unmatched(book)}" if unmatched else "")


@click.command()
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
@click.option("--pair", nargs=2, metavar="A B", help="One segment directly against another.")
@click.option("--fails", metavar="A", help="Where a segment does not hold: weaker inside, stronger outside.")
@click.option("--trend", metavar="METRIC", help="One metric by quarter, for each segment and the average.")
@book_options
def compare(
    paths: tuple[str, ...],
    segments: tuple[str, ...],
    metrics: tuple[str, ...],
    form: str,
    pair: tuple[str, str] | None,
    fails: str | None,
    trend: str | None,
    asked: Asked,
) -> None:
    """Compare segments side by side with the average customer: the workbench's board, as text.

    With --pair two of them directly, with --fails where one of them does not hold by the first --metric, with
    --trend a metric by quarter.
    """
    from icp_workbench.segments.naming import named_segments

    named = named_segments(segments)
    _check_asked(list(named), pair, fails, trend)
    with ProgressLine() as tell:
        opened_book = opened(paths, asked, tell).book
    from icp_workbench.conditions.expression import parse
    from icp_workbench.segments.index import SegmentIndex
    from icp_workbench.segments.market import lacking_in_market

    warn(opened_book)
    index = SegmentIndex(opened_book)
    rows = {name: index.rows(parse(text, opened_book.fields)) for name, text in named.items()}
    for lacking in lacking_in_market(opened_book, [one.condition for one in rows.values()]):
        click.echo(f"Warning: The market has no `{lacking}`: unknown of every prospect.", err=True)
    click.echo(_compared(index, rows, metrics, form, pair, fails, trend), nl=False)


def _check_asked(
    names: list[str], pair: tuple[str, str] | None, fails: str | None, trend: str | None
) -> None:
    if sum(asked is not None for asked in (pair, fails, trend)) > 1:
        raise click.UsageError("--pair, --fails and --trend are asked one at a time.")
    if pair is not None or fails is not None:
        from icp_workbench.cli.contrasting import check_names

        check_names(names, pair, fails)


def _compared(
    index: SegmentIndex,
    rows: Mapping[str, RowSet],
    metrics: tuple[str, ...],
    form: str,
    pair: tuple[str, str] | None,
    fails: str | None,
    trend: str | None,
) -> str:
    if trend is not None:
        from icp_workbench.cli.trending import trend_output

        return trend_output(index, rows, trend, form)
    if pair is not None:
        from icp_workbench.cli.contrasting import pair_output

        return pair_output(index, rows, metrics, form, pair)
    if fails is not None:
        from icp_workbench.cli.contrasting import fails_output

        return fails_output(index, rows, metrics, form, fails)
    return _board(index, rows, metrics, form)


def _board(index: SegmentIndex, rows: Mapping[str, RowSet], metrics: tuple[str, ...], form: str) -> str:
    from icp_workbench.evidence.board import as_csv, as_markdown, as_table
    from icp_workbench.evidence.comparison import compare as compare_segments
    from icp_workbench.evidence.contrasts.overlap import overlaps
    from icp_workbench.evidence.payload import comparison_payload
    from icp_workbench.segments.market import market_counts

    fields = index.book.fields
    counts = market_counts(index.book, {name: one.condition for name, one in rows.items()})
    comparison, shared = compare_segments(index, rows, list(metrics) or None), overlaps(rows)
    if form == "json":
        return json_text(comparison_payload(comparison, fields, counts, shared)) + "\n"
    if form == "csv":
        return as_csv(comparison, fields)
    return {"table": as_table, "markdown": as_markdown}[form](comparison, fields, counts, shared)
