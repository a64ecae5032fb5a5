"""Make the pictures of the documents from the running program: `python docs/make_pictures.py`.

Plays the program by keys, and has Chromium draw what is then on screen into docs/images.
"""

from __future__ import annotations

import asyncio
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


async def play(paths: Sequence[Path], keys: Sequence[str], size: tuple[int, int], drawing: Path) -> None:
    """Open a book, press keys, save what is then on screen as SVG."""
    sessions = drawing.parent / f"{drawing.stem} sessions"
    app = WorkbenchApp(paths, sessions=sessions, name="Q4 review")
    async with app.run_test(size=size) as pilot:
        while app.desk is None:
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


def main() -> None:
    """Play and draw every picture."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        sys.exit("Chromium draws the pictures; install it and run this again.")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for paths, keys, size, picture in (
            (sample_paths(), SLICE, (200, 48), "slice"),
            ([awkward(folder / "acme")], DATA, (160, 44), "data"),
        ):
            asyncio.run(play(paths, keys, size, folder / f"{picture}.svg"))
            draw(folder / f"{picture}.svg", size, browser)


if __name__ == "__main__":
    main()
