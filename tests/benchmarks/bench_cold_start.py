"""Cold start of `icp open` on the sample to its first frame, beside what importing Textual alone costs."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from icp_workbench.sample import sample_paths

ROOT = Path(__file__).resolve().parents[2]
PAIRS = 7
TIMEOUT = 60.0
LAST_WORD = b"cancel"  # the opening screen ends with how to leave it


def seconds_to_import_textual() -> float:
    """Wall clock of a fresh interpreter that imports `textual.app` and stops."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import textual.app"], check=True, cwd=ROOT)
    return time.perf_counter() - started


def seconds_to_first_frame(sessions: Path) -> float:
    """Wall clock of `icp open` on the sample under a pseudo-terminal until its first frame is there."""
    command = [
        sys.executable,
        "-m",
        "icp_workbench",
        "open",
        *map(str, sample_paths()),
        "--sessions",
        str(sessions),
    ]
    started = time.perf_counter()
    code, screen, painted_at = run_under_terminal(command, {"ICP_EXIT_AFTER_FIRST_FRAME": "1"})
    if code != 0 or painted_at is None:
        raise RuntimeError(f"icp open ended with {code}: {screen[-400:].decode(errors='replace')}")
    return painted_at - started


def run_under_terminal(command: list[str], environment: dict[str, str]) -> tuple[int, bytes, float | None]:
    """Run a command on a pseudo-terminal of 120 × 36.

    Returns its exit code, all it painted, and when the last word of the first frame was there.
    """
    # Not on Windows, so imported where it is needed: the other benchmarks run there.
    import fcntl
    import pty
    import select
    import struct
    import termios

    controller, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
    process = subprocess.Popen(
        command,
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        cwd=ROOT,
        env={**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", **environment},
        start_new_session=True,
    )
    os.close(terminal)
    painted = bytearray()
    painted_at = None
    deadline = time.perf_counter() + TIMEOUT
    try:
        while time.perf_counter() < deadline:
            readable, _, _ = select.select([controller], [], [], 0.05)
            if readable:
                try:
                    chunk = os.read(controller, 65536)
                except OSError:  # Linux reports the end of a pseudo-terminal as an error
                    break
                if not chunk:
                    break
                painted += chunk
                if painted_at is None and LAST_WORD in painted:
                    painted_at = time.perf_counter()
            elif process.poll() is not None:
                break
        code = process.wait(timeout=max(0.1, deadline - time.perf_counter()))
        return code, bytes(painted), painted_at
    except subprocess.TimeoutExpired:
        raise RuntimeError(f"no end within {TIMEOUT:.0f} s; last: {bytes(painted[-200:])!r}") from None
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        os.close(controller)


def run() -> dict[str, Any]:
    """Medians over pairs run in turn, so that both see the same machine; the aim is a ratio under 1.5."""
    textual, first_frame = [], []
    with tempfile.TemporaryDirectory() as folder:
        for pair in range(PAIRS + 1):
            sessions = Path(folder) / str(pair)
            sessions.mkdir()
            both = seconds_to_import_textual(), seconds_to_first_frame(sessions)
            if pair:  # the first pair only warms the disk's cache
                textual.append(both[0])
                first_frame.append(both[1])
    ratios = [ours / theirs for ours, theirs in zip(first_frame, textual, strict=True)]
    return {
        "pairs": PAIRS,
        "import_textual_s": round(statistics.median(textual), 3),
        "first_frame_s": round(statistics.median(first_frame), 3),
        "ratio": round(statistics.median(ratios), 2),
        "ratio_worst": round(max(ratios), 2),
        "aim": 1.5,
    }
