"""Agendas as files: the ready-made ones, and a team's own in YAML."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from icp_workbench.documents.files import text_of
from icp_workbench.documents.tree import Kind, yaml_tree
from icp_workbench.documents.typed import typed
from icp_workbench.workshop.agenda.agenda import AgendaChosen, AgendaItem

READY = ("60", "90", "120")
_KIND = Kind("an agenda", "docs/workshop.md shows the shape it must have.")


class ItemEntry(BaseModel):
    """One item as a file has it."""

    model_config = ConfigDict(frozen=True, extra="allow")

    title: Annotated[str, Field(min_length=1, max_length=60)]
    minutes: Annotated[int, Field(ge=1, le=480)]
    what: Annotated[str, Field(max_length=400)] = ""
    room: Literal["", "data", "slice", "discover", "decide", "spec"] = ""


class AgendaFile(BaseModel):
    """An agenda as a file has it."""

    model_config = ConfigDict(frozen=True, extra="allow")

    apiVersion: Literal["icp-agenda/v1"]
    name: Annotated[str, Field(min_length=1, max_length=60)]
    items: Annotated[list[ItemEntry], Field(min_length=1, max_length=40)]


def agenda_named(wanted: str, folder: Path | None = None) -> AgendaChosen:
    """The ready-made agenda of that many minutes (`60`, `90`, `120`), else the one in the file of that name
    (relative to `folder`). WorkbenchError with every problem of a file, and where there is none."""
    if wanted in READY:
        text = files("icp_workbench.workshop.agenda").joinpath(f"ready/{wanted}.yaml").read_text("utf-8")
        return agenda_of(text)
    return agenda_of(text_of((folder or Path()) / Path(wanted).expanduser(), _KIND))


def agenda_of(text: str) -> AgendaChosen:
    """The agenda a YAML text describes. WorkbenchError with every problem in it."""
    found = typed(yaml_tree(text, _KIND), AgendaFile, _KIND)
    items = tuple(AgendaItem(one.title, one.minutes, one.what, one.room) for one in found.items)
    return AgendaChosen(found.name, items)
