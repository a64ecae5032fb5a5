"""The `icp` command: parse, call, print. What a command needs is imported inside it."""

from icp_workbench.cli.commands import cli, main

__all__ = ["cli", "main"]
