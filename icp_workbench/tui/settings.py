"""What a person has set for the workbench: theme, ASCII, keys. One small YAML file, read before anything.

```yaml
theme: day            # night, day, clear
ascii: true           # signs in ASCII only
keys:                 # by action id (`icp keys` lists them)
  facets.exclude: z
  mark.icp: [i, f2]
```
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from icp_workbench.errors import WorkbenchError
from icp_workbench.tui.keys import Keymap, keymap_of
from icp_workbench.tui.theme import THEMES

FILE = "config.yaml"
_YES = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


@dataclass(frozen=True)
class Settings:
    """What was set, and in `problems` a sentence for each part that could not be taken. `path` None: nothing
    is remembered."""

    path: Path | None = None
    theme: str = "night"
    ascii: bool | None = None  # None: as the terminal is
    keymap: Keymap = field(default_factory=Keymap)
    problems: tuple[str, ...] = ()


def settings_path() -> Path:
    """The user's own settings file, whether it is there or not."""
    import platformdirs

    return Path(platformdirs.user_config_dir("icp-workbench", appauthor=False)) / FILE


def read_settings(asked: Path | None = None) -> Settings:
    """The settings in the file asked for, else in the user's own.

    WorkbenchError for a file that was asked for and cannot be read. What else is wrong is named in
    `problems`, and stays as it is without settings.
    """
    path = asked or settings_path()
    try:
        if asked is None and not path.is_file():
            return Settings(path)
    except OSError:
        return Settings(path)
    # YAML is read only where there is something to read: the first frame does not wait for it.
    from icp_workbench.documents.files import text_of
    from icp_workbench.documents.tree import Kind, yaml_tree

    kind = Kind("a settings file", "docs/keys.md shows the shape it must have.")
    try:
        root = yaml_tree(text_of(path, kind), kind).root
    except WorkbenchError as error:
        if asked is not None:
            raise
        return Settings(path, problems=(f"{path}: {error.what_happened}",))
    if not isinstance(root, dict):
        return Settings(
            path, problems=(f"{path} holds no settings: `theme:`, `ascii:` and `keys:` are known.",)
        )
    return _settings(path, root)


def remember(path: Path, name: str, value: str) -> None:
    """Set one line of the settings file and leave the others as they are; the file is made if it is missing.

    OSError where it cannot be written.
    """
    from icp_workbench.documents.files import replace_file

    try:
        lines = path.read_text("utf-8").splitlines()
    except (FileNotFoundError, UnicodeDecodeError):
        lines = []
    line = f"{name}: {value}"
    at = next((at for at, known in enumerate(lines) if re.match(rf"{name}\s*:", known)), None)
    if at is None:
        lines.append(line)
    else:
        comment = re.search(r"\s+#.*$", lines[at])
        lines[at] = line + (comment.group() if comment else "")
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, ("\n".join(lines) + "\n").encode())


def _settings(path: Path, root: Mapping[str, Any]) -> Settings:
    problems = [f"`{name}` is no setting: theme, ascii and keys are." for name in root if name not in _KNOWN]
    theme = root.get("theme", "night")
    if theme not in THEMES:
        problems.append(f"`{theme}` is no theme: {', '.join(THEMES)} are.")
        theme = "night"
    ascii_only: bool | None = None
    if "ascii" in root:
        ascii_only = _YES.get(str(root["ascii"]).lower())
        if ascii_only is None:
            problems.append(f"`ascii: {root['ascii']}` is neither true nor false.")
    keys = root.get("keys", {})
    if not isinstance(keys, dict):
        problems.append("`keys` is no mapping of action ids to keys.")
        keys = {}
    keymap, wrong = keymap_of({str(id_): _keys(value) for id_, value in keys.items()})
    return Settings(path, theme, ascii_only, keymap, (*problems, *wrong))


_KNOWN = ("theme", "ascii", "keys")


def _keys(value: Any) -> list[str]:
    if isinstance(value, list):
        return [str(key).strip() for key in value]
    text = str(value)
    return [text] if text == "," else [key.strip() for key in text.split(",") if key.strip()]
