"""Make the pictures of the documents from the running program: `python docs/make_pictures.py [NAME…]`.

Plays the program by keys, and has Chromium draw what is then on screen into docs/images.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from icp_workbench.sample import sample_paths
from icp_workbench.tui.app import WorkbenchApp

IMAGES = Path(__file__).resolve().parent / "images"
CELL = (12.2, 24.4)  # pixels of one character in the drawing, and some for the window around it
SLICE = (
    # A: growing SaaS and fintech, marked ICP
    "slash", *"b2b saas", "enter", "space", "escape", "slash", *"fintech", "enter", "space", "escape",
    "slash", *"employees", "enter", "r", *"40", "tab", *"120", "enter", "escape",
    "i", "enter", *"wins, fast, and stays", "enter",
    # B: enterprise, the revenue-only trap
    "c", "slash", *"employees", "enter", "r", *"1000", "enter", "enter", "escape",
    # C: public sector, marked anti-ICP
    "c", "slash", *"public", "enter", "space", "a", "enter", *"slow, and gone soon", "enter", "escape",
)  # fmt: skip
DATA = ("1", "tab", *["down"] * 10)
SOURCES = "Lead Source,Kind\nOutbound,sales\nPartner,partners\nReferral,partners\nEvents,marketing\n"


PREWORK = """
apiVersion: icp-prework/v1
agenda: 120
participants:
  - {name: Maria Lopez, function: sales}
  - {name: Ann Chu, function: sales}
  - {name: Tom Berg, function: customer success}
  - {function: marketing}
stated_icp: {words: "Big logos, more than a thousand people", when: number_of_employees >= 1000}
hypotheses:
  - {claim: We want more enterprise logos, by: sales, when: number_of_employees >= 1000}
  - {claim: Their deals are bigger, by: sales, when: number_of_employees >= 1000, metric: deal_size}
  - {claim: The public sector does not pay off, by: cs, when: "industry = 'Public Sector'", direction: worse}
  - {claim: Who uses HubSpot closes, by: marketing, when: "crm_in_use = 'HubSpot'"}
questions: [{question: Does the band hold outside EMEA?, owner: RevOps, by: 2026-12-15}]
"""
REVEAL = ("full_stop", "r", "enter")
CHOSEN = (
    *REVEAL, "2", "slash", *"b2b saas", "enter", "space", "escape", "slash", *"fintech", "enter", "space",
    "escape", "slash", *"employees", "enter", "r", *"40", "tab", *"120", "enter", "b",
    "c", "slash", *"public", "enter", "space", "b",
)  # fmt: skip
VOTE = (*CHOSEN, "full_stop", "4", "tab", "v", "i", "i")
DECIDE = (
    *VOTE, "enter", "i", "enter", "o", "enter", "V", "i", *"they win, fast, and stay", "down", *"RevOps",
    "enter", "t", "down", *"left a spreadsheet behind", "down", *"nobody believed the number", "enter",
    "up", "v", "a", "i", "enter", "a", "enter", "a", "enter", "down",
)  # fmt: skip
SPEC = (
    *DECIDE, "up", "V", "a", *"slow, and gone soon", "enter", "5",
    "n", *"have outgrown founder-led sales", "enter", "n", *"pipeline that grows without converting", "enter",
    "n", *"a revenue leader owns pipeline efficiency", "enter",
)  # fmt: skip
PRESENT = (*CHOSEN, "p", "left")


async def play(
    paths: Sequence[Path],
    keys: Sequence[str],
    size: tuple[int, int],
    drawing: Path,
    prework: Path | None = None,
) -> None:
    """Open a book, press keys, save what is then on screen as SVG."""
    # Home lists what a workshop before it left.
    sessions = drawing.parent / f"{drawing.stem if paths else 'spec'} sessions"
    app = WorkbenchApp(paths, sessions=sessions, name="Q4 review", prework=prework)
    async with app.run_test(size=size) as pilot:
        while paths and app.desk is None:
            await app.workers.wait_for_complete()
            await pilot.pause()
        for key in keys:
            await pilot.press({" ": "space", ",": "comma"}.get(key, key))
            await app.workers.wait_for_complete()
            await pilot.pause()
        app.take_looks()
        app.clear_notifications()
        await pilot.pause(0.5)
        app.save_screenshot(str(drawing))


def draw(drawing: Path, size: tuple[int, int], browser: str) -> None:
    """Turn a saved screen into a PNG: whoever reads the documents may not have the drawing's fonts."""
    width, height = (round(cells * pixels) for cells, pixels in zip(size, CELL, strict=True))
    options = ("--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={drawing.parent}/profile")
    picture = f"--screenshot={IMAGES / drawing.stem}.png"
    window = f"--window-size={width + 22},{height + 60}"
    subprocess.run([browser, *options, picture, window, f"file://{drawing}"], check=True)


def awkward(folder: Path) -> Path:
    """The sample as it might come: damaged in two places, beside a list of sources with other spellings."""
    folder.mkdir()
    for path in sample_paths():
        shutil.copy(path, folder)
    deals = folder / "salesforce_opportunities.csv"
    lines = deals.read_text("utf-8").splitlines(keepends=True)
    lines[700] = lines[700].rstrip() + ",one cell,too many\n"
    lines[1200] = '"' + lines[1200]
    deals.write_text("".join(lines), "utf-8")
    (folder / "lead_sources.csv").write_text(SOURCES, "utf-8")
    return folder


def main(chosen: Sequence[str]) -> None:
    """Play and draw every picture, or those named."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        sys.exit("Chromium draws the pictures; install it and run this again.")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prework = folder / "prework.yaml"
        prework.write_text(PREWORK, "utf-8")
        acme = awkward(folder / "acme")
        os.environ["HOME"] = str(folder)
        os.chdir(acme)  # home lists the files of the current folder
        for paths, keys, size, picture, before in (
            (sample_paths(), SLICE, (200, 48), "slice", None),
            ([acme], DATA, (160, 44), "data", None),
            (sample_paths(), (), (140, 36), "believed", prework),
            (sample_paths(), REVEAL, (140, 36), "reveal", prework),
            (sample_paths(), VOTE, (120, 34), "vote", prework),
            (sample_paths(), DECIDE, (180, 46), "decide", prework),
            (sample_paths(), SPEC, (180, 46), "spec", prework),
            (sample_paths(), PRESENT, (140, 36), "present", prework),
            ((), (), (120, 30), "home", None),
        ):
            if chosen and picture not in chosen:
                continue
            asyncio.run(play(paths, keys, size, folder / f"{picture}.svg", before))
            draw(folder / f"{picture}.svg", size, browser)


if __name__ == "__main__":
    main(sys.argv[1:])
