"""Versions: which there are in a folder, and which number an effect asks for."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
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


def versions_in(folder: Path, profile: str | None = None) -> list[tuple[str, Path]]:
    """The versions of a profile's spec, oldest first: files NAME-1.0.0.icp.yaml of its name, which is that of
    the folder unless said otherwise. OSError as `Path.iterdir`."""
    wanted = folder.name if profile is None else profile
    found = [(parsed(version), version, path) for name, version, path in _named(folder) if name == wanted]
    return [(version, path) for _, version, path in sorted(found)]


def profile_in(folder: Path) -> str | None:
    """The name of the one profile whose versions a folder holds, whatever it is called itself; None where it
    is no folder, holds those of its own name, of several profiles, or none. OSError as `Path.iterdir`."""
    names = {name for name, _, _ in _named(folder)} if folder.is_dir() else set()
    return names.pop() if len(names) == 1 else None


def _named(folder: Path) -> Iterator[tuple[str, str, Path]]:
    """The files of a folder that are named as versions: the profile's name, the version, the path."""
    for path in folder.iterdir():
        for suffix in SUFFIXES.values():
            name, _, version = path.name.removesuffix(suffix).rpartition("-")
            if path.name.endswith(suffix):
                with contextlib.suppress(ValueError):
                    parsed(version)
                    yield name, version, path


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
