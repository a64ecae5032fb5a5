"""The keys of the workbench as a list: `icp keys`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from icp_workbench.tui.settings import Settings


def key_rows(settings: Settings) -> list[dict[str, Any]]:
    """Each action: its id, group, keys, what it does, where it is offered, and whether the settings changed
    its keys."""
    from icp_workbench.tui.actions import ACTIONS

    return [
        {
            "id": action.id,
            "group": action.group,
            "keys": action.keys.split(","),
            "what": action.what,
            "places": list(action.places),
            "changed": action.id in settings.keymap.changed,
        }
        for action in settings.keymap.of(ACTIONS)
    ]


def key_list(settings: Settings) -> str:
    """The same for a person, by group; `*` marks keys that the settings changed."""
    from icp_workbench.render.text import printable
    from icp_workbench.tui.keys import shown_key

    rows = key_rows(settings)
    id_width = max(len(row["id"]) for row in rows)
    shown = [" ".join(map(shown_key, row["keys"])) for row in rows]
    key_width = max(map(len, shown))
    lines: list[str] = []
    group = ""
    for row, keys in zip(rows, shown, strict=True):
        if row["group"] != group:
            lines += ["", row["group"]] if lines else [row["group"]]
            group = row["group"]
        mark = "*" if row["changed"] else " "
        lines.append(f" {mark}{row['id']:<{id_width}}  {printable(keys):<{key_width}}  {row['what']}")
    lines += ["", f"Settings: {printable(str(settings.path))}" if settings.path is not None else ""]
    return "\n".join(lines).rstrip()
