"""The commands of `icp`, and how their errors are told."""

from __future__ import annotations

import errno
import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from icp_workbench import __version__
from icp_workbench.cli.book_commands import compare, data, open_command
from icp_workbench.cli.linting import lint
from icp_workbench.cli.options import a_path, ascii_option, config_option, sessions_option
from icp_workbench.cli.showing import Looks, has_terminal, print_json, run_workbench
from icp_workbench.cli.spec_changes import spec_accounts, spec_diff, spec_history, spec_migrate
from icp_workbench.cli.workshop_commands import minutes, prework, rescue
from icp_workbench.errors import WorkbenchError

if TYPE_CHECKING:
    from icp_workbench.spec.statement.versions import VersionName

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


@click.group(
    cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]}, invoke_without_command=True
)
@click.version_option(__version__, prog_name="icp")
@click.pass_context
def cli(context: click.Context) -> None:
    """Find out, from your own records, whom to sell to. Alone, in a terminal: the workbench's home."""
    if context.invoked_subcommand is None:
        if has_terminal():
            run_workbench((), None, None, None, Looks())
        click.echo(context.get_help())


cli.add_command(open_command)
cli.add_command(data)
cli.add_command(compare)
cli.add_command(prework)
cli.add_command(minutes)
cli.add_command(rescue)


@cli.group()
def spec() -> None:
    """Read what a workshop decided: show, check, compare and use its spec."""


@spec.command("show")
@click.argument("file", type=a_path)
@click.option(
    "--statement",
    type=click.Choice(["line", "paragraph", "evidence"]),
    help="Print the statement alone: in one line, in a paragraph, or with its evidence.",
)
def spec_show(file: Path, statement: VersionName | None) -> None:
    """Print a spec for a person: statement, figures, criteria with their evidence, what each team does."""
    from icp_workbench.render.text import printable
    from icp_workbench.spec.files import read_spec
    from icp_workbench.spec.show import show
    from icp_workbench.spec.statement.versions import versions_in

    profile = read_spec(file)
    if statement is None:
        click.echo(show(profile))
    else:
        click.echo(printable(" ".join(versions_in(profile).text(statement).split())))


@spec.command("validate")
@click.argument("file", type=a_path)
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


for command in (lint, spec_diff, spec_history, spec_accounts, spec_migrate):
    spec.add_command(command)


@cli.command()
def schema() -> None:
    """Print the JSON Schema of a spec file."""
    from icp_workbench.spec.schema import schema_text

    click.echo(schema_text(), nl=False)


@cli.command()
@sessions_option
@config_option
@ascii_option
def demo(sessions: Path | None, config: Path | None, ascii_only: bool) -> None:
    """Open the sample book; without a terminal, play a short workshop on it and save its spec."""
    from icp_workbench.book.asked import Asked
    from icp_workbench.sample import sample_paths

    if has_terminal():
        looks = Looks(config, ascii_only)
        run_workbench(tuple(map(str, sample_paths())), sessions, "sample", Asked(book_file=False), looks)
        return
    from icp_workbench.book.opening import open_book
    from icp_workbench.workshop.folders import sessions_folder
    from icp_workbench.workshop.script import play

    play(open_book(*sample_paths(), book_file=False), sessions_folder(sessions), "demo", click.echo)


@cli.command()
@config_option
@click.option("--json", "as_json", is_flag=True, help="The same for programs.")
def keys(config: Path | None, as_json: bool) -> None:
    """Print every action of the workbench with its keys, by the id a settings file names it by.

    Exit code 2 where a setting could not be taken; what is printed are the keys that hold.
    """
    from icp_workbench.cli.key_list import key_list, key_rows
    from icp_workbench.tui.settings import read_settings

    settings = read_settings(config)
    if as_json:
        print_json(key_rows(settings))
    else:
        click.echo(key_list(settings))
    from icp_workbench.render.text import printable

    for problem in settings.problems:
        click.echo(f"Not taken: {printable(problem)}", err=True)
    if settings.problems:
        sys.exit(EXIT_BAD_INPUT)


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
        _say_no_more()
        sys.exit(1)
    except OSError as error:
        if error.errno not in _FULL:
            raise
        _say_no_more()
        _report(WorkbenchError(
            "Cannot write the answer",
            f"What was printed could not be written whole: {error.strerror}.",
            "Make room where it goes, and ask again.",
        ))  # fmt: skip
        sys.exit(EXIT_BAD_INPUT)


_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})


def _say_no_more() -> None:
    """What is still to be flushed when the process ends goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _report(error: WorkbenchError) -> None:
    from icp_workbench.render.tables import printable

    for line in (error.title, error.what_happened, error.what_to_do):
        click.echo(printable(line, keep_newlines=True), err=True)
