"""Make the picture of the README from the running program: `python docs/make_pictures.py`.

Plays a workshop on the sample by keys, and has Chromium draw what is then on screen into docs/images.
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from icp_workbench.sample import sample_paths
from icp_workbench.tui.app import WorkbenchApp

IMAGES = Path(__file__).resolve().parent / "images"
SIZE = (200, 48)
CELL = (12.2, 24.4)  # pixels of one character in the drawing, and some for the window around it
KEYS = (
    # A: growing SaaS and fintech, marked ICP
    "slash", *"b2b saas", "enter", "space", "escape", "slash", *"fintech", "enter", "space", "escape",
    "slash", *"employees", "enter", "r", *"40", "tab", *"120", "enter", "escape",
    "i", "enter", *"wins, fast, and stays", "enter",
    # B: enterprise, the revenue-only trap
    "c", "slash", *"employees", "enter", "r", *"1000", "enter", "enter", "escape",
    # C: public sector, marked anti-ICP
    "c", "slash", *"public", "enter", "space", "a", "enter", *"slow, and gone soon", "enter", "escape",
)  # fmt: skip


async def play(folder: str) -> None:
    """Play the workshop and save its picture."""
    app = WorkbenchApp(sample_paths(), sessions=Path(folder), name="Q4 review")
    async with app.run_test(size=SIZE) as pilot:
        while app.desk is None:
            await app.workers.wait_for_complete()
            await pilot.pause()
        for key in KEYS:
            await pilot.press({" ": "space", ",": "comma"}.get(key, key))
            await app.workers.wait_for_complete()
            await pilot.pause()
        app.take_looks()
        app.clear_notifications()
        await pilot.pause(0.5)
        app.save_screenshot(f"{folder}/slice.svg")


def draw(folder: str, browser: str) -> None:
    """Turn the saved screen into a PNG: whoever reads the README may not have the drawing's fonts."""
    width, height = (round(cells * pixels) for cells, pixels in zip(SIZE, CELL, strict=True))
    options = ("--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/profile")
    picture = f"--screenshot={IMAGES / 'slice.png'}"
    window = f"--window-size={width + 22},{height + 60}"
    subprocess.run([browser, *options, picture, window, f"file://{folder}/slice.svg"], check=True)


if __name__ == "__main__":
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        sys.exit("Chromium draws the picture; install it and run this again.")
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(play(folder))
        draw(folder, found)
