"""Settings: read with every problem named, remembered line by line, obeyed by keys, bottom line and help."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from icp_workbench.cli import cli
from icp_workbench.errors import WorkbenchError
from icp_workbench.tui.actions import ACTIONS
from icp_workbench.tui.keys import Keymap, keymap_of, reachable, shown_key
from icp_workbench.tui.settings import Settings, read_settings, remember
from tests.tui.workbench import Open, press, running, screen_text, state, toasts


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(text, "utf-8")
    return path


def test_what_is_set_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, "theme: day\nascii: yes\nkeys:\n  facets.exclude: z\n  mark.icp: [i, f2]\n")
    settings = read_settings(path)
    assert (settings.theme, settings.ascii, settings.problems) == ("day", True, ())
    assert settings.keymap.changed == {"facets.exclude": "z", "mark.icp": "i,f2"}


def test_every_problem_is_named_and_the_rest_holds(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "theme: sunny\nascii: perhaps\ncolour: red\nkeys:\n  facets.exclud: z\n  mark.icp: hyper+nokey\n"
        "  mark.anti: j\n  mark.okif: q\n  segment.new: N2\n  segment.copy: f3\n",
    )
    settings = read_settings(path)
    said = "\n".join(settings.problems)
    for part in (
        "sunny",
        "perhaps",
        "colour",
        "facets.exclude",
        "nokey",
        "kept for moving",
        "app.quit",
        "N2",
    ):
        assert part in said, part
    assert settings.theme == "night" and settings.ascii is None
    assert settings.keymap.changed == {"segment.copy": "f3"}


@pytest.mark.parametrize(
    "text", ["", "- a\n- b\n", "theme: [", "just words", "keys: 3\n", "&a [*a]", "a: \x00"]
)
def test_a_broken_file_is_named_and_nothing_else_happens(
    tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, text)
    monkeypatch.setattr("icp_workbench.tui.settings.settings_path", lambda: path)
    settings = read_settings()
    assert settings.problems and settings.theme == "night" and not settings.keymap.changed


def test_a_file_that_was_asked_for_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(WorkbenchError, match="no file"):
        read_settings(tmp_path / "missing.yaml")


def test_remembering_changes_one_line(tmp_path: Path) -> None:
    path = written(tmp_path, "# mine\ntheme: night   # dark room\nkeys:\n  mark.icp: f2\n")
    remember(path, "theme", "day")
    assert path.read_text("utf-8") == "# mine\ntheme: day   # dark room\nkeys:\n  mark.icp: f2\n"
    remember(tmp_path / "new" / "config.yaml", "theme", "clear")
    assert read_settings(tmp_path / "new" / "config.yaml").theme == "clear"


def test_two_actions_may_swap_their_keys() -> None:
    keymap, problems = keymap_of({"mark.icp": ["a"], "mark.anti": ["i"]})
    assert not problems and keymap.changed == {"mark.icp": "a", "mark.anti": "i"}


def test_every_action_may_have_any_other_free_key() -> None:
    for action in ACTIONS:
        keymap, problems = keymap_of({action.id: ["f9"]})
        assert not problems and keymap.of([action])[0].keys == "f9"


def test_keys_are_named_as_people_know_them() -> None:
    named = {"ctrl+r": "^r", "enter": "⏎", "question_mark": "?", "plus": "+", "f2": "f2", "shift+tab": "⇧tab"}
    assert {key: shown_key(key) for key in named} == named


async def test_a_changed_key_does_what_it_should_and_is_shown(opened: Open) -> None:
    keymap, problems = keymap_of({"facets.include": ["z"], "mark.icp": ["a"], "mark.anti": ["i"]})
    assert not problems
    app = opened()
    app.set_looks(Settings(keymap=keymap))
    async with running(app) as pilot:
        await press(pilot, "slash", "'saas", "enter", "space")
        assert not state(app).segments[0].filter.choices  # space means nothing now
        await press(pilot, "z")
        assert state(app).segments[0].filter.choice("industry").included == ("SaaS",)
        last = screen_text(app).splitlines()[-1]
        assert "z include" in last and "a ICP" in last and "i anti-ICP" in last
        await press(pilot, "a", "enter", "enter")
        assert [criterion.verdict for criterion in state(app).criteria] == ["icp"]
        await press(pilot, "question_mark")
        assert any(line.strip(" │").startswith("z ") for line in screen_text(app).splitlines())


async def test_problems_are_told_when_the_book_is_open(opened: Open) -> None:
    app = opened()
    app.set_looks(Settings(problems=("`sunny` is no theme: night, day, clear are.",)))
    async with running(app):
        assert "sunny" in toasts(app)


def test_icp_keys_prints_every_action_with_its_keys(tmp_path: Path) -> None:
    path = written(tmp_path, "keys:\n  facets.exclude: z\n")
    printed = CliRunner().invoke(cli, ["keys", "--config", str(path)])
    assert printed.exit_code == 0, printed.output
    for action in ACTIONS:
        assert action.id in printed.output
    assert "*facets.exclude" in printed.output
    rows = json.loads(CliRunner().invoke(cli, ["keys", "--config", str(path), "--json"]).output)
    assert {row["id"]: row["keys"] for row in rows}["facets.exclude"] == ["z"]
    assert [row["id"] for row in rows if row["changed"]] == ["facets.exclude"]


def test_icp_keys_says_what_was_not_taken(tmp_path: Path) -> None:
    path = written(tmp_path, "keys:\n  no\\x1b[2Jsuch: z\n")
    printed = CliRunner().invoke(cli, ["keys", "--config", str(path)])
    assert printed.exit_code == 2 and "Not taken" in printed.output and "\x1b" not in printed.output


def test_the_users_own_file_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "icp-workbench"
    folder.mkdir()
    (folder / "config.yaml").write_text("keys:\n  app.theme: f5\n")
    finished = subprocess.run(
        [sys.executable, "-m", "icp_workbench", "keys"],
        capture_output=True, text=True, check=False, timeout=60,
        env={**os.environ, "XDG_CONFIG_HOME": str(tmp_path)},
        cwd=Path(__file__).resolve().parents[2],
    )  # fmt: skip
    if sys.platform.startswith("linux"):
        assert "*app.theme" in finished.stdout, finished.stderr


def test_an_empty_keymap_changes_nothing() -> None:
    assert Keymap().of(ACTIONS) == list(ACTIONS)


def test_a_key_of_a_pane_clashes_with_its_room_alone() -> None:
    """What is offered together cannot share a key; what never is, can."""
    assert keymap_of({"vote.cast": ["n"]})[1] and keymap_of({"clock.next": ["n"]})[1]
    assert not keymap_of({"vote.cast": ["space"]})[1]


def test_the_bottom_line_leaves_out_what_a_nearer_key_hides() -> None:
    near, far = (next(one for one in ACTIONS if one.id == name) for name in ("checks.accept", "spec.edit"))
    assert set(near.keys.split(",")) >= set(far.keys.split(","))
    assert reachable([near, far]) == [near] and reachable([far, near]) == [far]
    moved = Keymap({"spec.edit": "f6"}).of([near, far])
    assert [one.id for one in reachable(moved)] == ["checks.accept", "spec.edit"]
