"""`icp spec lint`: the checks of a spec, for a person or a program."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from icp_workbench.cli.options import a_path, day_option
from icp_workbench.cli.progress import ProgressLine
from icp_workbench.cli.showing import print_json, warn

if TYPE_CHECKING:
    from icp_workbench.spec.checks.ground import Ground
    from icp_workbench.spec.model import IdealCustomerProfile


@click.command()
@click.argument("file", type=a_path)
@click.argument("more", nargs=-1, metavar="")
@click.option("--book", "books", multiple=True, metavar="PATH…", help="The data to hold it against.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@day_option
def lint(file: Path, more: tuple[str, ...], books: tuple[str, ...], form: str, today: dt.date) -> None:
    """Look for the known ways in which profiles fail: exit code 0 if nothing is found that was not accepted,
    1 if something is, 2 if the file is no spec or the book cannot be read.

    Some checks need the data the profile is about: without --book they say so.
    """
    from icp_workbench.spec.digest import digest_note
    from icp_workbench.spec.files import read_spec

    if more and not books:
        raise click.UsageError(f"Got unexpected extra arguments ({' '.join(more)}); data follows --book.")
    profile = read_spec(file)  # before anything heavy is imported: what is no spec is said at once
    from icp_workbench.spec.checks.running import checks_of
    from icp_workbench.spec.checks.writing import checks_payload, checks_text

    ground = _ground(profile, (*books, *more)) if books else None
    checked = checks_of(profile, ground, today)
    if note := digest_note(profile):
        click.echo(note, err=True)
    if form == "json":
        print_json(checks_payload(profile, checked, today.isoformat(), ground is not None))
    else:
        click.echo(checks_text(profile, checked))
    if checked.open:
        click.get_current_context().exit(1)


def _ground(profile: IdealCustomerProfile, paths: tuple[str, ...]) -> Ground:
    from icp_workbench.book.asked import Asked
    from icp_workbench.cli.opening import opened
    from icp_workbench.errors import WorkbenchError
    from icp_workbench.segments.index import SegmentIndex
    from icp_workbench.spec.checks.ground import Ground

    with ProgressLine() as tell:
        book = opened(paths, Asked(), tell).book
    warn(book)
    ground = Ground(profile, SegmentIndex(book))
    if not ground.counted:
        why = "; ".join(dict.fromkeys(ground.left_out.values()))
        raise WorkbenchError(
            "Another book",
            f"None of the spec's criteria can be counted in these files: {why}.",
            f"Name the data the spec is about (`{profile.data.book}`) after --book, or leave it out.",
        )
    return ground
