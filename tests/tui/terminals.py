"""A program on a pseudo-terminal, as a person has it: its output, its keys, its end."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path
from threading import Event, Thread

ROOT = Path(__file__).resolve().parents[2]
# What Textual sends: styles and places, modes on and off, questions about modes, the keyboard's flags.
KNOWN = re.compile(
    rb"\x1b\[[0-9;:]*[mHJKABCD]|\x1b\[\?[0-9;]+[hl]|\x1b\[\?[0-9;]+\$p|\x1b\[[<>=][0-9;]*u|\x1b\[[0-9;]*[qt]"
    rb"|\x1b\]22;[a-z-]*\x07|\x1b\]52;c;[A-Za-z0-9+/=]*\x07"  # the pointer's shape, the clipboard
)
LEFT_ON = {
    b"alternate screen": (b"\x1b[?1049h", b"\x1b[?1049l"),
    b"hidden cursor": (b"\x1b[?25l", b"\x1b[?25h"),
    b"mouse": (b"\x1b[?1000h", b"\x1b[?1000l"),
    b"mouse moves": (b"\x1b[?1003h", b"\x1b[?1003l"),
    b"pastes": (b"\x1b[?2004h", b"\x1b[?2004l"),
    b"focus": (b"\x1b[?1004h", b"\x1b[?1004l"),
    b"no wrap": (b"\x1b[?7l", b"\x1b[?7h"),
    b"kitty": (b"\x1b[>", b"\x1b[<u"),
}


class Terminal:
    """`command` run on a terminal of its own, as its controlling one. Everything shown is in `shown`."""

    def __init__(
        self, command: list[str], size: tuple[int, int] = (120, 36), **environment: str | None
    ) -> None:
        self.leader, follower = pty.openpty()
        fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        self.before = termios.tcgetattr(follower)
        known = {**os.environ, "TERM": "xterm-256color", "PYTHONPATH": str(ROOT), **environment}
        self.process = subprocess.Popen(
            command,
            stdin=follower,
            stdout=follower,
            stderr=follower,
            cwd=ROOT,
            env={name: value for name, value in known.items() if value is not None},
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        self.follower = follower
        self.shown = b""
        self._stop = Event()
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    @classmethod
    def python(cls, code: str, *arguments: str, **options: object) -> Terminal:
        """A piece of Python."""
        return cls([sys.executable, "-c", code, *arguments], **options)  # type: ignore[arg-type]

    @classmethod
    def icp(cls, *arguments: str, **options: object) -> Terminal:
        """The command."""
        return cls([sys.executable, "-m", "icp_workbench", *arguments], **options)  # type: ignore[arg-type]

    def wait_for(self, text: str, since: int = 0, seconds: float = 60) -> int:
        """Until the text was shown (after byte `since`); the bytes shown by then."""
        until = time.monotonic() + seconds
        while text.encode() not in self.shown[since:]:
            assert time.monotonic() < until, f"never shown: {text!r}\n{self.text[-3000:]}"
            if self.process.poll() is not None and text.encode() not in self.shown[since:]:
                time.sleep(0.2)  # what it said last may still be on its way
                assert text.encode() in self.shown[since:], f"ended without {text!r}\n{self.text[-3000:]}"
            time.sleep(0.02)
        return len(self.shown)

    def quiet(self, seconds: float = 0.4) -> None:
        """Until nothing was shown for a while."""
        seen = -1
        while seen != len(self.shown):
            seen = len(self.shown)
            time.sleep(seconds)

    def send(self, keys: str) -> None:
        """Keys, as the terminal sends them."""
        os.write(self.leader, keys.encode())

    def hang_up(self) -> None:
        """Close the terminal, as closing its window does."""
        self._stop.set()  # a read under way would hold the terminal open
        self._reader.join(5)
        os.close(self.follower)
        os.close(self.leader)
        self.leader = self.follower = -1

    def end(self, seconds: float = 30) -> int:
        """The exit code, once the program has ended."""
        code = self.process.wait(seconds)
        if self.leader >= 0:
            self.quiet(0.2)
            self.after = termios.tcgetattr(self.follower)
            os.close(self.follower)
            self._reader.join(5)
            os.close(self.leader)
            self.leader = self.follower = -1
        return code

    def kill(self) -> None:
        """At the end of a test, whatever came of it."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)

    @property
    def text(self) -> str:
        """What was shown, without what moves and colours it."""
        return KNOWN.sub(b" ", self.shown).decode("utf-8", "replace")

    @property
    def left_on(self) -> list[str]:
        """What the program switched and did not switch back."""
        return [
            name.decode()
            for name, (on, off) in LEFT_ON.items()
            if self.shown.rfind(on) > self.shown.rfind(off)
        ] + (["line settings"] if self.after != self.before else [])

    @property
    def raw(self) -> set[str]:
        """Control, direction-changing and broken characters that reached the terminal as such."""
        import unicodedata

        text = KNOWN.sub(b"", self.shown).decode("utf-8", "surrogateescape")
        bidi = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
        return {
            char
            for char in set(text)
            if char not in "\r\n" and (unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") or char in bidi)
        }

    def _read(self) -> None:
        leader = self.leader
        while not self._stop.is_set():
            if not select.select([leader], [], [], 0.1)[0]:
                continue
            try:
                part = os.read(leader, 65_536)
            except OSError:
                return
            if not part:
                return
            self.shown += part
