"""Specs gone wrong in every way a hand, a merge or a disk can bring about: the same for the same seed."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

import tomli_w
import yaml

from icp_workbench.spec.files import read_spec
from icp_workbench.spec.model import content_of
from tests.spec.examples import BITING, GOLDEN

ORIGINALS = {
    path.suffix.removeprefix("."): path.read_bytes() for path in sorted(GOLDEN.glob("acme-core-3.0.0.icp.*"))
}
CONTENT = content_of(read_spec(GOLDEN / "acme-core-3.0.0.icp.yaml"))
PIECES = (
    *BITING,
    "{",
    "}",
    "[",
    "]",
    "\n",
    "  ",
    "\t",
    "!!python/object/apply:os.getpid []",
    "&a ",
    "*a",
    "<<: *a",
    "[[",
    '"""',
    "'''",
    "=",
    "---\n",
    "\0",
    "\x1b[2J",
    "9" * 400,
    "[" * 60,
    "a: " * 60,
    "\ud7ff",
    "%YAML 9.9\n",
)
VALUES = (
    None,
    "",
    "x",
    "NO",
    -1,
    10**30,
    1.5,
    True,
    [],
    {},
    [[]],
    {"a": {"b": []}},
    ["a", {"all": []}],
    "x" * 3_000,
    {"field": "industry"},
    {"field": "industry", "in": []},
    {"all": [{"any": [{"not": {}}]}]},
    "ICP007",
    "1.0.0",
)


def mutants(many: int, seed: int = 6) -> Iterator[tuple[str, bytes]]:
    """So many files: their suffix and their bytes."""
    draw = random.Random(seed)
    for _ in range(many):
        suffix = draw.choice(sorted(ORIGINALS))
        yield suffix, draw.choice((_bytes, _bytes, _lines, _tree))(draw, suffix)


def _bytes(draw: random.Random, suffix: str) -> bytes:
    """Pieces put in, cut out or overwritten; sometimes a byte that is no text."""
    content = ORIGINALS[suffix]
    for _ in range(draw.randint(1, 4)):
        at = draw.randrange(len(content) + 1)
        end = at + draw.choice((0, 0, 1, 2, 30, 400))
        piece = draw.choice(PIECES).encode() if draw.random() < 0.9 else bytes([draw.randrange(256)])
        content = content[:at] + piece + content[end:]
    return content[: draw.randrange(len(content))] if draw.random() < 0.05 else content


def _lines(draw: random.Random, suffix: str) -> bytes:
    """Lines lost, repeated, swapped, indented, as a merge leaves them."""
    lines = ORIGINALS[suffix].decode().splitlines(keepends=True)
    for _ in range(draw.randint(1, 3)):
        at, other = draw.randrange(len(lines)), draw.randrange(len(lines))
        match draw.randrange(5):
            case 0:
                del lines[at]
            case 1:
                lines[at:at] = [lines[at]] * draw.choice((1, 2, 2_000))
            case 2:
                lines[at], lines[other] = lines[other], lines[at]
            case 3:
                lines[at] = draw.choice((" ", "  ", "\t")) + lines[at]
            case _:
                lines[at:at] = ["<<<<<<< ours\n", "=======\n", ">>>>>>> theirs\n"]
    return "".join(lines).encode()


def _tree(draw: random.Random, suffix: str) -> bytes:
    """Well-formed, but values of other kinds, keys lost and keys nobody knows."""
    content = copy.deepcopy(CONTENT)
    for _ in range(draw.randint(1, 5)):
        _spoil(draw, content)
    if suffix == "toml":
        return tomli_w.dumps(_without_none(content)).encode()
    return yaml.safe_dump(content, allow_unicode=True).encode()


def _spoil(draw: random.Random, content: dict[str, Any]) -> None:
    here: Any = content
    while True:
        keys: list[Any] = list(here) if isinstance(here, dict) else list(range(len(here)))
        if not keys:
            return
        key = draw.choice(keys)
        if isinstance(here[key], dict | list) and draw.random() < 0.7:
            here = here[key]
            continue
        match draw.randrange(4):
            case 0:
                del here[key]
            case 1 if isinstance(here, dict):
                here[draw.choice(("extra", "x-ours", "wehn", key.upper()))] = here.pop(key)
            case _:
                here[key] = copy.deepcopy(draw.choice(VALUES))
        return


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_none(inner) for key, inner in value.items() if inner is not None}
    return (
        [_without_none(inner) for inner in value if inner is not None] if isinstance(value, list) else value
    )
