"""The commands around a workshop: `icp prework`, `icp minutes`, `icp rescue`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from icp_workbench.cli.opening import opened
from icp_workbench.cli.options import book_options, paths_argument, sessions_option
from icp_workbench.cli.progress import ProgressLine
from icp_workbench.cli.showing import warn

if TYPE_CHECKING:
    from icp_workbench.book.asked import Asked


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@paths_argument
@sessions_option
@click.option("--name", help="The workshop's name (default: the book's).")
@click.option(
    "--agenda", metavar="60|90|120|FILE", help="The agenda to follow, above the one the file names."
)
@book_options
def prework(
    file: Path,
    paths: tuple[str, ...],
    sessions: Path | None,
    name: str | None,
    agenda: str | None,
    asked: Asked,
) -> None:
    """Take a pre-work file (YAML, or CSV of hypotheses) into the workshop on a book, without opening it.

    Every problem of the file is told at once. No figure is shown: that is what the reveal is for.
    """
    with ProgressLine() as tell:
        book = opened(paths, asked, tell).book
    from icp_workbench.conditions.wording import in_words
    from icp_workbench.render.text import printable
    from icp_workbench.segments.index import SegmentIndex
    from icp_workbench.workshop.beginning import begin
    from icp_workbench.workshop.folders import sessions_folder
    from icp_workbench.workshop.session import Session

    warn(book)
    root = sessions_folder(sessions)
    with Session.open_or_start(root, name or book.name, book, SegmentIndex(book)) as session:
        for note in session.notes:
            click.echo(printable(note), err=True)
        told = begin(session, file, agenda)
        click.echo(told or "Nothing new: all of it was taken in before.")
        for one in session.state.beliefs.hypotheses:
            tested = in_words(one.when, book.fields) if one.when is not None else "no condition yet"
            click.echo(printable(f"  {one.claim}: {tested} ({one.direction})"))
        click.echo(printable(f"Session {session.folder}"))


@click.command()
@click.argument("session")
@sessions_option
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Write them to a new file.")
def minutes(session: str, sessions: Path | None, out: Path | None) -> None:
    """Write what was believed, found, decided and left open as Markdown. Confidential: it names people."""
    from icp_workbench.workshop.folders import session_folder, sessions_folder
    from icp_workbench.workshop.minutes import minutes as written
    from icp_workbench.workshop.minutes import told_by
    from icp_workbench.workshop.saving import newest_saved

    folder = Path(session)
    if not _is_session(folder):
        folder = session_folder(sessions_folder(sessions), session)
    told = told_by(folder)
    text = written(told, newest_saved(folder, told.state.versions))
    if out is None:
        from icp_workbench.render.text import printable

        click.echo(printable(text, keep_newlines=True), nl=False)
        return
    _write(out, text)
    click.echo(f"Wrote {out}. It names people and accounts: keep it in the company.")


def _is_session(folder: Path) -> bool:
    """Whether a text is the path of a session's folder; what cannot be a path is none."""
    from icp_workbench.workshop.journal import FILE

    try:
        return (folder / FILE).is_file()
    except (OSError, ValueError):
        return False


def _write(path: Path, text: str) -> None:
    from icp_workbench.documents.files import write_new
    from icp_workbench.errors import WorkbenchError

    try:
        write_new(path, text.encode("utf-8", errors="backslashreplace"))
    except FileExistsError:
        raise WorkbenchError("A file is there", f"{path} exists already.", "Name another file.") from None
    except OSError as error:
        raise WorkbenchError(
            "Cannot write the minutes", f"{path} cannot be written: {error.strerror}.", "Name another file."
        ) from None


@click.command()
@click.argument("session")
@click.argument("new_name")
@sessions_option
def rescue(session: str, new_name: str, sessions: Path | None) -> None:
    """Keep the good part of a session whose journal is damaged as a session of its own, NEW_NAME.

    The damaged one is left as it is.
    """
    from icp_workbench.render.figures import counted
    from icp_workbench.render.text import printable
    from icp_workbench.workshop.folders import sessions_folder
    from icp_workbench.workshop.rescue import rescue as rescued

    kept = rescued(sessions_folder(sessions), session, new_name)
    click.echo(
        printable(
            f"Kept {counted(kept.events, 'event')} in {kept.folder}; {counted(kept.lost, 'line')} from the "
            "damaged one on could not be kept."
        )
    )
