"""A profile as YAML for people and git, and as TOML with the same content."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import tomli_w
import yaml

from icp_workbench.documents.yaml_text import escaped, is_plain
from icp_workbench.spec.model import IdealCustomerProfile, content_of

SCHEMA_FILE = "icp.schema.json"  # what `icp schema` prints, beside the spec: editors then complete and check
HEAD = (
    "# An ideal customer profile. What stands under `evidence` was computed; everything else was decided.\n"
)
YAML_HINT = f"# yaml-language-server: $schema={SCHEMA_FILE}\n"
TOML_HINT = f"#:schema ./{SCHEMA_FILE}\n"
_WIDTH = 110
_IN_BLOCKS = frozenset(
    {
        "",
        "metadata",
        "statement",
        "slots",
        "data",
        "fields",
        "criteria[]",
        "evidence",
        "metrics",
        "ideal_customer",
        "plays",
        "grades",
    }
)
_SAYS_MORE = frozenset({"reading", "definition"})  # an attribute with one takes a line for each thing


def yaml_text(profile: IdealCustomerProfile) -> str:
    """The file's text: in the model's order, one thought a line, quoted where YAML would read something
    else."""
    node = yaml.dump(
        _styled(content_of(profile), ""),
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        width=_WIDTH,
        default_flow_style=False,
    )
    return YAML_HINT + HEAD + _spaced(escaped(node))


def toml_text(profile: IdealCustomerProfile) -> str:
    """The same content as TOML."""
    return TOML_HINT + HEAD + escaped(tomli_w.dumps(content_of(profile), multiline_strings=False))


class _Flow(dict[str, Any]):
    """A mapping on one line."""


class _FlowList(list[Any]):
    """A list on one line."""


class _Key(str):
    """A key of a mapping."""


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    # A figure stays on its line, so that a changed figure is one changed line; long lists are broken.
    def expect_first_flow_mapping_key(self) -> None:
        with self._unbroken():
            super().expect_first_flow_mapping_key()

    def expect_flow_mapping_key(self) -> None:
        with self._unbroken():
            super().expect_flow_mapping_key()

    @contextmanager
    def _unbroken(self) -> Iterator[None]:
        self.best_width, width = sys.maxsize, self.best_width
        try:
            yield
        finally:
            self.best_width = width

    # A text stays on its line: broken in two it can be neither found nor compared.
    def write_plain(self, text: str, split: bool = True) -> None:
        super().write_plain(text, False)

    def write_double_quoted(self, text: str, split: bool = True) -> None:
        super().write_double_quoted(text, False)


def _of_flow(dumper: yaml.SafeDumper, data: _Flow) -> yaml.Node:
    return dumper.represent_mapping("tag:yaml.org,2002:map", data.items(), flow_style=True)


def _of_flow_list(dumper: yaml.SafeDumper, data: _FlowList) -> yaml.Node:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=True)


def _of_text(dumper: yaml.SafeDumper, data: str) -> yaml.Node:
    style = None if is_plain(data) else ">" if _is_prose(data) else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", data, style=style)


def _of_key(dumper: yaml.SafeDumper, data: _Key) -> yaml.Node:
    style = None if data == "n" or is_plain(data) else '"'  # n: the size of a sample, and nobody's no
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(data), style=style)


def _of_moment(dumper: yaml.SafeDumper, data: dt.datetime) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:timestamp", data.isoformat())


_Dumper.add_representer(_Flow, _of_flow)
_Dumper.add_representer(_FlowList, _of_flow_list)
_Dumper.add_representer(_Key, _of_key)
_Dumper.add_representer(str, _of_text)
_Dumper.add_representer(dt.datetime, _of_moment)


def _is_prose(text: str) -> bool:
    """Words and single blanks alone, long enough to need folding."""
    return len(text) > 80 and text.isprintable() and text == " ".join(text.split()) and text[0] not in " #%-"


def _styled(value: Any, key: str) -> Any:
    """Short things on one line: a test, a figure, a list of values; sections and criteria in blocks."""
    if isinstance(value, list):
        items = [_styled(item, f"{key}[]") for item in value]
        flat = all(isinstance(item, _Flow | _FlowList) or not isinstance(item, dict | list) for item in items)
        simple = all(not isinstance(item, dict | list) for item in items)
        return _FlowList(items) if simple or (flat and key.endswith("[]")) else items
    if not isinstance(value, dict):
        return value
    inner: dict[str, Any] = {_Key(name): _styled(one, name) for name, one in value.items()}
    flat = all(
        isinstance(one, _Flow | _FlowList) or not isinstance(one, dict | list | dt.datetime)
        for one in inner.values()
    )
    return _Flow(inner) if flat and key not in _IN_BLOCKS and not _SAYS_MORE & inner.keys() else inner


def _spaced(text: str) -> str:
    """A blank line before each section."""
    lines = text.splitlines(keepends=True)
    top = [at for at, line in enumerate(lines) if line[0].isalpha()]
    for at in reversed(top[3:]):
        lines.insert(at, "\n")
    return "".join(lines)
