"""What each team does with the profile: the plays a room writes, and as a spec holds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from icp_workbench.spec.model import Plays

_MOTIONS = "motions."


@dataclass(frozen=True, slots=True)
class Play:
    """One thing to write: its name in events, its label, how it is asked, and whether it is a list."""

    name: str
    label: str
    question: str
    is_list: bool = False


PLAYS: tuple[Play, ...] = (
    Play("positioning", "Positioning", "What are we to them, in one sentence they would repeat?"),
    Play("messages", "Messages", "Which sentences make them stop and listen?", True),
    Play("channels", "Channels", "Where do they listen, and to whom?", True),
    Play("motions.sales", "Sales", "What does sales do differently from Monday on?"),
    Play("motions.marketing", "Marketing", "What does marketing do, and what does it stop doing?"),
    Play("motions.customer_success", "Customer success", "How are they brought on board and kept?"),
    Play("motions.product", "Product", "What does product build first for them, and what not?"),
    Play("discovery_questions", "Discovery questions", "What is asked on the first call to find out?", True),
    Play(
        "customer_success_priorities", "Who comes first", "Who gets the time of customer success first?", True
    ),
)


def plays_of(written: Mapping[str, tuple[str, ...]]) -> Plays | None:
    """The section of a spec that was written (name → lines); None where nothing was."""
    said = {name: [line for line in lines if line.strip()] for name, lines in written.items()}
    said = {name: lines for name, lines in said.items() if lines}
    if not said:
        return None
    listed = {play.name: said[play.name] for play in PLAYS if play.is_list and play.name in said}
    motions = {
        play.name.removeprefix(_MOTIONS): " ".join(said[play.name])
        for play in PLAYS
        if play.name.startswith(_MOTIONS) and play.name in said
    }
    return Plays.model_validate(
        {"positioning": " ".join(said.get("positioning", [])), "motions": motions, **listed}
    )


def lines_of(plays: Plays | None) -> dict[str, tuple[str, ...]]:
    """A spec's section as what was written (name → lines), motions of any function included."""
    if plays is None:
        return {}
    found = {"positioning": (plays.positioning,)}
    found |= {f"{_MOTIONS}{function}": (text,) for function, text in plays.motions.items()}
    found |= {play.name: tuple(getattr(plays, play.name)) for play in PLAYS if play.is_list}
    return {name: lines for name, lines in found.items() if any(lines)}


def label_of(name: str) -> str:
    """What a play is called; a motion of a function of its own by the function."""
    known = next((play.label for play in PLAYS if play.name == name), None)
    return known or name.removeprefix(_MOTIONS).replace("_", " ").capitalize()
