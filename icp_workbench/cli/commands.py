"""The commands of `icp`, and how their errors are told."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import Any

import click

from icp_workbench import __version__
from icp_workbench.cli.book_commands import compare, data, open_command
from icp_workbench.cli.options import sessions_option
from icp_workbench.cli.showing import has_terminal, run_workbench
from icp_workbench.cli.spec_changes import spec_accounts, spec_diff, spec_history, spec_migrate
from icp_workbench.errors import WorkbenchError

EXIT_BAD_INPUT = 2
EXIT_INTERRUPTED = 130  # 128 + SIGINT, as shells have it


class _Commands(click.Group):
    """A group in which a WorkbenchError is one message on standard error and exit code 2."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except WorkbenchError as error:
            _report(error)
            ctx.exit(EXIT_BAD_INPUT)
        except KeyboardInterrupt:
            click.echo("Cancelled.", err=True)
            ctx.exit(EXIT_INTERRUPTED)
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


cli.add_command(open_command)
cli.add_command(data)
cli.add_command(compare)


@cli.group()
def spec() -> None:
    """Read what a workshop decided: show, check, compare and use its spec."""


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


for command in (spec_diff, spec_history, spec_accounts, spec_migrate):
    spec.add_command(command)


@cli.command()
def schema() -> None:
    """Print the JSON Schema of a spec file."""
    from icp_workbench.spec.schema import schema_text

    click.echo(schema_text(), nl=False)


@cli.command()
@sessions_option
def demo(sessions: Path | None) -> None:
    """Open the sample book; without a terminal, play a short workshop on it and save its spec."""
    from icp_workbench.book.asked import Asked
    from icp_workbench.sample import sample_paths

    if has_terminal():
        run_workbench(tuple(map(str, sample_paths())), sessions, "sample", Asked(book_file=False))
        return
    from icp_workbench.book.opening import open_book
    from icp_workbench.workshop.folders import sessions_folder
    from icp_workbench.workshop.script import play

    play(open_book(*sample_paths(), book_file=False), sessions_folder(sessions), "demo", click.echo)


def main() -> None:
    """Entry point: runs `icp` with the process's arguments and exits with its code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without ▲ or 日本 shows a question mark
    try:
        cli(prog_name="icp")
    except KeyboardInterrupt:  # before a command began
        sys.exit(EXIT_INTERRUPTED)
    except BrokenPipeError:
        # The reader went away (`icp data … | head`): nothing is wrong, and nothing more can be said.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _report(error: WorkbenchError) -> None:
    from icp_workbench.render.tables import printable

    for line in (error.title, error.what_happened, error.what_to_do):
        click.echo(printable(line, keep_newlines=True), err=True)
