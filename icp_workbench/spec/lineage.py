"""Versions: which there are in a folder, and which number an effect asks for."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

Effect = Literal["major", "minor", "patch"]
EFFECTS: tuple[Effect, ...] = ("patch", "minor", "major")
SUFFIXES = {"yaml": ".icp.yaml", "toml": ".icp.toml"}
FIRST = "1.0.0"


def parsed(version: str) -> tuple[int, int, int]:
    """`3.10.0` as numbers that sort; ValueError for anything else."""
    parts = version.split(".")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) <= 40 for part in parts):
        raise ValueError(f"{version!r} is no version")
    major, minor, patch = map(int, parts)
    return major, minor, patch


def file_name(name: str, version: str, format: Literal["yaml", "toml"]) -> str:
    """`acme-3.0.0.icp.yaml`."""
    return f"{name}-{version}{SUFFIXES[format]}"


def versions_in(folder: Path) -> list[tuple[str, Path]]:
    """The versions of a session's spec, oldest first: files named after the folder, NAME-1.0.0.icp.yaml.

    OSError as `Path.iterdir`.
    """
    found = []
    for path in folder.iterdir():
        for suffix in SUFFIXES.values():
            name, _, version = path.name.removesuffix(suffix).rpartition("-")
            if path.name.endswith(suffix) and name == folder.name:
                try:
                    found.append((parsed(version), version, path))
                except ValueError:
                    continue
    return [(version, path) for _, version, path in sorted(found)]


def raised(version: str, effect: Effect) -> str:
    """The next version after `version` by an effect."""
    major, minor, patch = parsed(version)
    match effect:
        case "major":
            return f"{major + 1}.0.0"
        case "minor":
            return f"{major}.{minor + 1}.0"
        case "patch":
            return f"{major}.{minor}.{patch + 1}"
