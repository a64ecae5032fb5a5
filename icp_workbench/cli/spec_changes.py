"""The commands on specs that compare versions or ask them of data: diff, history, accounts, migrate."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from icp_workbench.cli.options import a_path, sessions_option
from icp_workbench.cli.progress import ProgressLine
from icp_workbench.cli.showing import print_json

if TYPE_CHECKING:
    from icp_workbench.book.raw import Progress
    from icp_workbench.spec.applying import Export
    from icp_workbench.spec.model import IdealCustomerProfile
    from icp_workbench.spec.selection import Selection

EXIT_UNANNOUNCED = 1
_SPEC_FILES = (".icp.yaml", ".icp.yml", ".icp.toml")  # no data are in such files


class PathsAfterOption(click.Command):
    """A command in which `--book a.csv b.csv` takes every path up to the next option or spec file."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The arguments, with the option repeated for each path."""
        spread: list[str] = []
        taking = False
        for at, argument in enumerate(args):
            if argument == "--":
                spread += args[at:]
                break
            if argument == "--book":
                taking = True
                if at + 1 == len(args) or args[at + 1].startswith("-"):
                    raise click.UsageError("Option '--book' requires a path.", ctx)
            elif argument.startswith("-") and argument != "-":
                taking = False
                spread.append(argument)
            else:
                taking = taking and not argument.endswith(_SPEC_FILES)
                spread += ["--book", argument] if taking else [argument]
        return super().parse_args(ctx, spread)


book_option = click.option(
    "--book",
    "book",
    type=str,
    multiple=True,
    metavar="PATH…",
    help="The data: files or folders, as for `icp data`. All paths up to the next option.",
)


@click.command("diff", cls=PathsAfterOption)
@click.argument("before", metavar="A", type=a_path)
@click.argument("after", metavar="B", type=a_path)
@book_option
@click.option("--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text")
def spec_diff(before: Path, after: Path, book: tuple[str, ...], form: str) -> None:
    """Say what changed from spec A to spec B, and which version that asks for.

    With --book also how many accounts entered or left the profile and its anti-ICP (their names only on a
    terminal). Exit code 1 where a change is breaking and the major version did not move.
    """
    from icp_workbench.spec.changes.comparing import compare_specs
    from icp_workbench.spec.changes.movement import movements
    from icp_workbench.spec.changes.telling import as_markdown, as_payload, as_text
    from icp_workbench.spec.files import read_spec

    old, new = read_spec(before), read_spec(after)
    diff = compare_specs(old, new)
    moved = None
    if book:
        with ProgressLine() as tell:
            export = _export(book, tell)
            moved = movements(*_selected(export, tell, old, new))
    if form == "json":
        print_json(as_payload(diff, moved))
    elif form == "markdown":
        click.echo(as_markdown(diff, moved or ()))
    else:
        click.echo(as_text(diff, moved or (), names=sys.stdout.isatty()))
    if diff.is_unannounced:
        sys.exit(EXIT_UNANNOUNCED)


@click.command("history")
@click.argument("session", metavar="SESSION")
@sessions_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def spec_history(session: str, sessions: Path | None, form: str) -> None:
    """Show how a profile moved over its versions: SESSION is a session's name or its folder."""
    from icp_workbench.spec.changes.history import as_payload, as_text, history_of
    from icp_workbench.workshop.folders import session_folder, sessions_folder

    folder = Path(session)
    if not session or not os.path.exists(session):  # a path too long or not ours to see is none
        folder = session_folder(sessions_folder(sessions), session)
    found = history_of(folder.resolve())
    if form == "json":
        print_json(as_payload(found))
    else:
        click.echo(as_text(found))


@click.command("accounts", cls=PathsAfterOption)
@click.argument("file", type=a_path)
@book_option
@click.option("--format", "form", type=click.Choice(["csv", "json"]), default="csv")
def spec_accounts(file: Path, book: tuple[str, ...], form: str) -> None:
    """List the accounts of an export by their ids: in the profile, in the anti-ICP, or not known, and why.

    The spec and the export are enough: each column is read as the spec says, whatever the export alone would
    suggest. (A book file beside the data is obeyed where the spec says nothing.) No outcome is needed.
    """
    from icp_workbench.render.tables import csv_table
    from icp_workbench.spec.files import read_spec

    if not book:
        raise click.UsageError("Missing option '--book': name the export to ask the spec of.")
    profile = read_spec(file)
    with ProgressLine() as tell:
        (selection,) = _selected(_export(book, tell), tell, profile)
    rows = selection.payload()
    if form == "json":
        print_json(list(rows))
        return
    headers = ("account", "standing", "matched", "missed", "unknown")
    click.echo(csv_table(headers, [[_joined(row[key]) for key in headers] for row in rows]), nl=False)


@click.command("migrate")
@click.argument("files", nargs=-1, required=True, type=a_path, metavar="FILE…")
def spec_migrate(files: tuple[Path, ...]) -> None:
    """Rewrite spec files of an older shape in the newest; the old content is kept beside each."""
    from icp_workbench.render.text import printable
    from icp_workbench.spec.migration import migrate_file
    from icp_workbench.spec.model import SCHEMA_VERSION

    for file in files:
        copy = migrate_file(file)
        said = f"has schema {SCHEMA_VERSION} or a newer one: nothing to do"
        if copy is not None:
            said = f"is written as schema {SCHEMA_VERSION} now; the old content is in {copy.name}"
        click.echo(printable(f"{file} {said}."))


def _export(book: tuple[str, ...], tell: Progress) -> Export:
    from icp_workbench.book.opening import read_files
    from icp_workbench.spec.applying import Export

    return Export(read_files(*book, book_file=None, progress=lambda what, share: tell(what, 0.6 * share)))


def _selected(export: Export, tell: Progress, *profiles: IdealCustomerProfile) -> list[Selection]:
    from icp_workbench.render.text import printable
    from icp_workbench.spec.selection import select

    applied = [
        export.as_described(one, lambda what, share: tell(what, 0.6 + 0.4 * share)) for one in profiles
    ]
    for note in dict.fromkeys(note for one in applied for note in one.notes):
        click.echo(f"Warning: {printable(note)}", err=True)
    return [select(profile, one) for profile, one in zip(profiles, applied, strict=True)]


def _joined(value: Any) -> str:
    return value if isinstance(value, str) else " ".join(value)
