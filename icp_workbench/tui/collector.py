"""Garbage is looked for while the hand rests.

Left alone, Python goes through every object there is whenever there are a quarter more of them. On a
workbench these are 300,000, most of them what Textual keeps to draw with, and a key waits 0.1 to 0.3 s. Here
what has outlived a rest is set aside (`gc.freeze`): what came since is all that is gone through.
"""

from __future__ import annotations

import gc
import time

from icp_workbench.tui.allocator import give_back

TICK = 0.25  # seconds from one `look` to the next
REST = 0.75  # seconds without a key after which what is new is gone through
LONG_REST = 4.0  # seconds without a key after which everything is, if much was set aside
MUCH, TOO_MUCH = 1.15, 1.3  # times what was in use before; too much does not wait for a long rest


class Collector:
    """Looks for garbage from `begin` to `end` whenever `REST` has passed since the last `touched`. Whoever
    begins it calls `look` every `TICK`."""

    def __init__(self) -> None:
        self._touched = time.monotonic()
        self._is_new, self._is_all = False, False  # what the next rest is to go through
        self._in_use = 0  # objects, when everything was last gone through
        self._aside = 0  # those, and what was set aside since: no fewer than there are

    def begin(self) -> None:
        """Set aside all that is there: a book was opened, and its rooms are about to be entered."""
        self._everything()

    def touched(self) -> None:
        """A key, or the mouse."""
        self._touched = time.monotonic()
        self._is_new = True

    def expect(self) -> None:
        """Much that was set aside has fallen out of use (a book): everything is gone through at the next
        rest."""
        self._is_new = self._is_all = True

    def look(self) -> None:
        """Go through what is new, or through everything, if the hand has rested for long enough.

        What has fallen out of use since it was set aside is found in everything alone.
        """
        rested = time.monotonic() - self._touched
        if self._is_all and rested >= REST:
            self._everything()
        elif self._is_new and rested >= REST:
            self._is_new = False
            gc.collect()
            self._aside += len(gc.get_objects())
            gc.freeze()
            give_back()
            self._everything_beyond(TOO_MUCH)
        elif rested >= LONG_REST:
            self._everything_beyond(MUCH)

    def end(self) -> None:
        """Nothing is set aside any more."""
        gc.unfreeze()

    def _everything_beyond(self, times: float) -> None:
        if self._aside > self._in_use * times:
            self._aside = gc.get_freeze_count()  # exact, and takes as long as it takes to walk them all
            if self._aside > self._in_use * times:
                self._everything()

    def _everything(self) -> None:
        self._is_new = self._is_all = False
        gc.unfreeze()
        gc.collect()
        self._in_use = self._aside = len(gc.get_objects())
        gc.freeze()
        give_back()
