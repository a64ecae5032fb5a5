"""ICP Workbench: find out, from your own records, whom to sell to."""

__version__ = "0.1.0"
