"""Everything a key can do: one registry for bindings, the bottom line, help and the palette."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from textual.binding import Binding

Place = Literal[
    "facets", "board", "criteria", "slice", "data", "checks", "spec", "present", "home", "find", "everywhere",
    "beliefs", "candidates", "detail", "lot", "voting", "clock", "decide",
]  # fmt: skip


@dataclass(frozen=True)
class Action:
    """One thing a key does.

    `keys` as Textual names them, comma-separated; `shown` as a person reads them; `call` the Textual action;
    `places` where it is offered; `hint` whether the bottom line shows it.
    """

    id: str
    keys: str
    shown: str
    label: str
    what: str
    call: str
    group: str
    places: tuple[Place, ...]
    hint: bool = True


def _of(group: str, places: str, rows: Sequence[tuple[str, str, str, str, str, str, bool]]) -> list[Action]:
    found: tuple[Place, ...] = tuple(places.split())  # type: ignore[arg-type]
    return [
        Action(id_, keys, shown, label, what, call, group, found, hint)
        for id_, keys, shown, label, what, call, hint in rows
    ]


# fmt: off
ACTIONS: tuple[Action, ...] = (
    *_of("Attributes", "facets", [
        ("facets.include", "space", "space", "include",
         "Take the value under the cursor into the segment, or no longer", "screen.include", True),
        ("facets.exclude", "x", "x", "exclude",
         "Leave the value under the cursor out of the segment, or no longer", "screen.exclude", True),
        ("facets.open", "enter,right,l", "⏎", "open",
         "Open an attribute, or set the range of a number", "screen.open", True),
        ("facets.close", "left,h", "←", "close",
         "Close the attribute under the cursor", "screen.close", False),
        ("facets.range", "r", "r", "range", "Choose a range of a number or a date", "screen.range", False),
        ("facets.all", "escape", "esc", "all attributes",
         "Show every attribute again after finding one", "screen.forget_find", False),
        ("facets.clear", "backspace,delete", "⌫", "clear",
         "Choose nothing on this attribute", "screen.clear", False),
        ("facets.new", "plus", "+", "make one",
         "Make an attribute: bands, groups, words, a condition, a tag, another file",
         "screen.new_attribute", True),
        ("facets.drop", "minus", "-", "drop one",
         "Take an attribute that was made here away", "screen.drop_attribute", False),
    ]),
    *_of("Criteria", "criteria", [
        ("criteria.edit", "e,enter", "e", "edit",
         "Change the criterion under the cursor", "screen.edit", True),
        ("criteria.unmark", "delete,backspace", "⌫", "unmark",
         "Take the criterion under the cursor back", "screen.unmark", True),
    ]),
    *_of("Criteria", "slice", [
        ("mark.icp", "i", "i", "ICP",
         "Mark the current segment's condition as ICP", "screen.mark('icp')", True),
        ("mark.anti", "a", "a", "anti-ICP",
         "Mark the current segment's condition as anti-ICP", "screen.mark('anti_icp')", True),
        ("mark.okif", "o", "o", "OK-if",
         "Mark the current segment's condition as OK-if", "screen.mark('ok_if')", False),
    ]),
    *_of("Segments", "slice", [
        ("segment.new", "c", "c", "new segment",
         "Leave this segment on the board and begin another beside it", "screen.new_segment(False)", True),
        ("segment.copy", "C", "C", "copy segment",
         "Begin another segment with the current filter", "screen.new_segment(True)", False),
        ("segment.previous", "left_square_bracket", "[", "previous",
         "Go to the previous segment", "screen.step_segment(-1)", False),
        ("segment.next", "right_square_bracket", "]", "next segment",
         "Go to the next segment", "screen.step_segment(1)", False),
        ("segment.rename", "n", "n", "name", "Give the current segment a name", "screen.rename", False),
        ("segment.remove", "d", "d", "remove",
         "Take the current segment off the board", "screen.remove_segment", False),
    ]),
    *_of("Find", "find", [
        ("find.go", "enter,down", "⏎", "go to it", "To the first thing found", "screen.leave_find", True),
        ("find.forget", "escape", "esc", "all attributes", "Show every attribute again",
         "screen.forget_find", True),
    ]),
    *_of("Slice", "slice", [
        ("slice.find", "slash", "/", "find", "Find an attribute, a value or an account by name",
         "screen.find", True),
        ("slice.expression", "colon", ":", "expression",
         "Type a condition in SQL's notation", "screen.expression", True),
        ("slice.metric", "m", "m", "metric",
         "Show the next metric beside every value", "screen.next_metric(1)", True),
        ("slice.metric-back", "M", "M", "metric back",
         "Show the previous metric beside every value", "screen.next_metric(-1)", False),
        ("slice.view", "v", "v", "picture", "Begin with another picture: intervals, shape, by quarter",
         "screen.next_view(1)", False),
        ("slice.view-back", "V", "V", "picture back", "Begin with the previous picture",
         "screen.next_view(-1)", False),
        ("slice.pair", "equals_sign", "=", "against another",
         "Hold the current segment directly against another one", "screen.pair", False),
        ("slice.fails", "f", "f", "where it fails",
         "Find where the current segment does not hold: weaker inside, stronger outside", "screen.fails",
         False),
        ("slice.pane", "tab", "tab", "next pane", "Go to the next pane", "screen.next_pane(1)", True),
        ("slice.pane-back", "shift+tab", "⇧tab", "previous pane",
         "Go to the previous pane", "screen.next_pane(-1)", False),
    ]),
    *_of("Book", "data", [
        ("data.open", "enter", "⏎", "answer, change",
         "Answer what is asked, or change how the thing under the cursor is understood", "screen.open", True),
        ("data.edit", "e", "e", "edit", "Change how the thing under the cursor is understood",
         "screen.edit", False),
        ("data.question", "n", "n", "next question", "Answer the next question",
         "screen.next_question", True),
        ("data.reset", "backspace,delete", "⌫", "as guessed",
         "Take back what was decided on the thing under the cursor", "screen.reset", True),
        ("data.undo", "u", "u", "undo", "Take the newest change of the book back",
         "screen.undo_change", True),
        ("data.redo", "ctrl+r", "^r", "redo", "Bring back the change that was undone",
         "screen.redo_change", False),
    ]),
    *_of("Checks", "checks", [
        ("checks.accept", "enter,e", "⏎", "accept",
         "Keep what the check under the cursor says, with a reason that is saved", "screen.accept", True),
        ("checks.reopen", "delete,backspace", "⌫", "open again",
         "Accept the check under the cursor no longer", "screen.reopen", True),
    ]),
    *_of("Spec", "spec", [
        ("spec.edit", "e,enter", "e", "edit",
         "Edit the statement, answer the slot, write the play, count what people know of the criterion",
         "screen.edit", True),
        ("spec.version", "v", "v", "version",
         "Show the statement in its next version: in one line, in a paragraph, with its evidence",
         "screen.next_version(1)", True),
        ("spec.version-back", "V", "V", "version back",
         "Show the statement in its previous version", "screen.next_version(-1)", False),
        ("spec.question", "n", "n", "ask",
         "Answer the next slot the data cannot fill", "screen.next_question", True),
        ("spec.clear", "backspace,delete", "⌫", "clear",
         "Write the statement from the criteria again, ask the slot again, empty the play or the counts",
         "screen.clear", True),
        ("spec.pane", "tab", "tab", "pane", "Go to the next pane", "screen.next_pane(1)", True),
        ("spec.pane-back", "shift+tab", "⇧tab", "previous pane",
         "Go to the previous pane", "screen.next_pane(-1)", False),
    ]),
    *_of("Believed", "beliefs", [
        ("beliefs.new", "n", "n", "hypothesis", "Write a hypothesis down", "screen.new", True),
        ("beliefs.edit", "e,enter", "e", "edit",
         "Change who is here, the stated ICP, the hypothesis under the cursor",
         "screen.edit", True),
        ("beliefs.withdraw", "delete,backspace", "⌫", "withdraw",
         "Take the hypothesis under the cursor back", "screen.drop", False),
    ]),
    *_of("Decide", "beliefs decide", [
        ("decide.reveal", "r", "r", "reveal", "Show what the data says of what is believed",
         "screen.reveal", True),
    ]),
    *_of("Candidates", "candidates detail", [
        ("candidates.new", "n", "n", "candidate",
         "Put a condition to the room", "screen.new", True),
        ("candidates.edit", "e,enter", "e", "edit",
         "Change the candidate under the cursor, or decide on it anew", "screen.edit", False),
        ("candidates.withdraw", "delete,backspace", "⌫", "take back",
         "Take the candidate, or what was decided on it, back", "screen.drop", False),
    ]),
    *_of("Agenda and parking lot", "lot", [
        ("lot.new", "n", "n", "park", "Put a question on the parking lot", "screen.new", True),
        ("lot.edit", "e,enter", "e", "edit, begin",
         "Change or answer the question under the cursor; begin the agenda's item", "screen.edit", True),
        ("lot.drop", "delete,backspace", "⌫", "drop, skip",
         "Take the question under the cursor off, or skip the agenda's item", "screen.drop", True),
    ]),
    *_of("Voting", "voting", [
        ("vote.cast", "v", "v", "vote", "Private votes, one function at a time", "screen.vote", True),
        ("vote.open", "V", "V", "show votes", "Show how the votes are split", "screen.open_votes", True),
        ("vote.discard", "X", "X", "vote again", "Throw the votes away", "screen.discard_votes", False),
    ]),
    *_of("Agenda and parking lot", "clock", [
        ("clock.next", "full_stop", ".", "next item",
         "Begin the agenda's next item", "screen.next_item", True),
        ("clock.more", "comma", ",", "5 min more", "Five more minutes for this item",
         "screen.more_time", False),
        ("clock.hold", "semicolon", ";", "stop, go on", "Stop the clock, or let it go on",
         "screen.hold_clock", False),
    ]),
    *_of("Decide", "candidates detail", [
        ("decide.icp", "i", "i", "ICP", "Decide: ICP", "screen.decide('icp')", True),
        ("decide.okif", "o", "o", "OK-if", "Decide: OK-if", "screen.decide('ok_if')", False),
        ("decide.anti", "a", "a", "anti-ICP", "Decide: anti-ICP", "screen.decide('anti_icp')", True),
        ("decide.park", "z", "z", "park", "Decide: parked, not today", "screen.decide('parked')", False),
        ("decide.dissent", "x", "x", "dissent",
         "Write down who sees it differently", "screen.dissent", False),
        ("decide.note", "t", "t", "what people know",
         "An interview, an objection, an experiment, feedback", "screen.note", False),
        ("decide.dispute", "d", "d", "disputed account",
         "An account that some want and others regret; on one, settle it", "screen.dispute", False),
        ("decide.built", "b", "b", "built for it?", "Are we built to serve it?", "screen.built", False),
    ]),
    *_of("Decide", "decide", [
        ("decide.people", "f", "f", "who is here", "Write down who is in the room, by function",
         "screen.people", False),
        ("decide.stated", "s", "s", "stated ICP", "Write down whom we say we want", "screen.stated", False),
        ("decide.agenda", "A", "A", "agenda", "Choose an agenda with a clock", "screen.agenda", False),
    ]),
    *_of("Candidates", "slice", [
        ("slice.propose", "b", "b", "before the room",
         "Put the current segment's condition before the room, to vote and decide on",
         "screen.propose_segment", False),
    ]),
    *_of("Workshop", "data decide", [
        ("room.pane", "tab", "tab", "next pane", "Go to the next pane", "screen.next_pane(1)", True),
        ("room.pane-back", "shift+tab", "⇧tab", "previous pane",
         "Go to the previous pane", "screen.next_pane(-1)", False),
    ]),
    *_of("Workshop", "slice spec decide", [
        ("workshop.undo", "u", "u", "undo", "Take the newest change back", "app.undo", True),
        ("workshop.redo", "ctrl+r", "^r", "redo", "Bring back what was undone", "app.redo", False),
        ("workshop.save", "w,ctrl+s", "w", "save", "Save the next version of the profile", "app.save", True),
        ("workshop.save_toml", "W", "W", "save as TOML",
         "Save the next version of the profile as TOML", "app.save('toml')", False),
    ]),
    *_of("Workshop", "slice data spec", [
        ("room.copy", "y", "y", "copy", "Copy what is under the cursor: a cell, a line, the statement",
         "screen.copy(False)", False),
        ("room.copy-all", "Y", "Y", "copy all", "Copy the whole table (as Markdown), or all lines",
         "screen.copy(True)", False),
    ]),
    *_of("Present", "present", [
        ("present.next", "space,enter,n", "space", "next",
         "The next slide: every segment, metric after metric", "screen.through(1)", True),
        ("present.previous", "backspace,b", "⌫", "previous", "The slide before", "screen.through(-1)", False),
        ("present.right", "right,l", "→", "next segment", "The next segment on this metric",
         "screen.step(1, 0)", True),
        ("present.left", "left,h", "←", "segment before", "The segment before on this metric",
         "screen.step(-1, 0)", False),
        ("present.down", "down,j", "↓", "next metric", "The next metric of this segment",
         "screen.step(0, 1)", True),
        ("present.up", "up,k", "↑", "metric before", "The metric before of this segment",
         "screen.step(0, -1)", False),
        ("present.view", "v", "v", "picture", "Another picture: intervals, shape, by quarter",
         "screen.next_view(1)", True),
        ("present.view-back", "V", "V", "picture back", "The picture before", "screen.next_view(-1)", False),
        ("present.theme", "T", "T", "theme", "Look another way", "app.next_theme", True),
        ("present.names", "N", "N", "hide names", "Hide the names of accounts, or show them again",
         "app.hide_names", True),
        ("present.help", "question_mark,f1", "?", "help", "What can be done here", "app.help", True),
        ("present.end", "escape,p,q", "esc", "back", "Back to the room", "screen.end", True),
    ]),
    *_of("Home", "home", [
        ("home.begin", "enter,space,right,l", "⏎", "open", "Begin with what is under the cursor",
         "screen.begin", True),
        ("home.type", "o,slash", "o", "other file", "Type the path of a file or a folder",
         "screen.type", True),
        ("home.sample", "s", "s", "sample", "Open the sample book", "screen.sample", True),
        ("home.theme", "T", "T", "theme", "Look another way: night, day, clear for colour-blind eyes",
         "app.next_theme", True),
        ("home.help", "question_mark,f1", "?", "help", "What can be done here", "app.help", True),
        ("home.quit", "q,escape,ctrl+q", "q", "quit", "Leave", "app.leave", True),
    ]),
    *_of("Rooms", "everywhere", [
        ("room.home", "0", "0", "Home", "Leave this book, everything kept, and open another",
         "app.home", False),
        ("app.present", "p", "p", "present", "One comparison after the other, in the largest type",
         "app.present", False),
        ("room.data", "1", "1", "Data",
         "What was read, and how it was understood", "app.room('data')", False),
        ("room.slice", "2", "2", "Slice", "Attributes, segments, criteria", "app.room('slice')", False),
        ("room.decide", "4", "4", "Decide",
         "What was believed, votes, decisions, the parking lot", "app.room('decide')", False),
        ("room.spec", "5", "5", "Spec",
         "The statement, the criteria and the versions saved", "app.room('spec')", False),
        ("app.jump", "ctrl+o", "^o", "jump", "A letter on each pane: press it to go there",
         "app.jump", False),
        ("app.theme", "T", "T", "theme", "Look another way: night, day, clear for colour-blind eyes",
         "app.next_theme", False),
        ("app.names", "N", "N", "hide names", "Hide the names of accounts in every room, or show them again",
         "app.hide_names", False),
        ("app.palette", "ctrl+p", "^p", "all commands",
         "Find any command by name", "app.command_palette", False),
        ("app.help", "question_mark,f1", "?", "help", "What can be done here", "app.help", True),
        ("app.quit", "q,ctrl+q", "q", "quit", "Leave; everything is kept", "app.leave", True),
    ]),
)
# fmt: on


def bindings_for(*places: Place) -> list[Binding]:
    """The bindings of these places, with ids so that a user can remap them."""
    return [
        Binding(
            action.keys,
            action.call,
            action.label,
            show=False,
            # What is typed right after / belongs to the find line, however fast it comes.
            priority=action.id == "slice.find",
            id=action.id,
            tooltip=action.what,
        )
        for action in ACTIONS
        if set(action.places) & set(places)
    ]


def offered(places: Iterable[str]) -> list[Action]:
    """The actions offered in these places, nearest place first."""
    order = list(places)
    found = [action for action in ACTIONS if set(action.places) & set(order)]
    return sorted(
        found, key=lambda action: min(order.index(place) for place in action.places if place in order)
    )
