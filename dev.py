"""Everything a fresh machine needs, with Python alone.

python3 dev.py demo         open the workbench on the sample book
python3 dev.py run ARGS…    the `icp` command with these arguments
python3 dev.py test ARGS…   lint, types, import walls, tests (ARGS go to pytest)
python3 dev.py bench        measure speed, print JSON

Each makes or reuses `.venv` in this folder; the system's Python stays as it is.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time

# Everything above and down to here runs on older Pythons too, so that they get a sentence, not a traceback.
if sys.version_info < (3, 11):  # noqa: UP036 - the reason this check exists is that pip is not asked yet
    sys.exit(
        "ICP Workbench needs Python 3.11 or newer; this is {}.{}. "
        "Install a newer one and run it by name, for example: python3.12 dev.py demo".format(
            *sys.version_info
        )
    )

from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
SCRIPTS = VENV / ("Scripts" if os.name == "nt" else "bin")
SUFFIX = ".exe" if os.name == "nt" else ""
PYTHON = SCRIPTS / f"python{SUFFIX}"
STAMP = VENV / "icp-workbench.stamp"


def main(arguments: list[str]) -> int:
    """Run one command; returns its exit code."""
    command, rest = (arguments[0], arguments[1:]) if arguments else ("help", [])
    if command == "demo":
        install(for_tests=False)
        return hand_over([script("icp"), "demo", *rest])
    if command == "run":
        install(for_tests=False)
        return hand_over([script("icp"), *rest])
    if command == "bench":
        install(for_tests=True)
        return hand_over([str(PYTHON), "-m", "tests.benchmarks", *rest])
    if command == "test":
        install(for_tests=True)
        return check(rest)
    print(__doc__)
    if command in ("help", "-h", "--help"):
        return 0
    print(f"There is no command `{command}`; the commands are demo, run, test and bench.", file=sys.stderr)
    return 2


def script(name: str) -> str:
    """The path of a command installed in the virtual environment."""
    return str(SCRIPTS / f"{name}{SUFFIX}")


def wanted_stamp(for_tests: bool) -> str:
    """What an environment that needs no installing would have written down."""
    content = hashlib.sha256()
    for name in ("pyproject.toml", "constraints.txt"):
        content.update((ROOT / name).read_bytes())
    # The editable install points at this folder, so a folder that was moved is installed again.
    return f"{sys.version}\n{ROOT}\n{content.hexdigest()}\n{'test' if for_tests else 'run'}\n"


def is_ready(for_tests: bool) -> bool:
    """True when the environment works and was installed from the files as they are now."""
    if not PYTHON.exists() or not STAMP.exists():
        return False
    # One installed for tests can run the program as well.
    acceptable = {wanted_stamp(True)} if for_tests else {wanted_stamp(True), wanted_stamp(False)}
    if STAMP.read_text(encoding="utf-8") not in acceptable:
        return False
    # Only found, not imported: importing the libraries would cost a second on every start.
    works = (
        "import importlib.util as u, sys; sys.exit(not (u.find_spec('icp_workbench') and u.find_spec('pip')))"
    )
    return subprocess.run([PYTHON, "-c", works], cwd=SCRIPTS, stdin=subprocess.DEVNULL).returncode == 0


def install(for_tests: bool) -> None:
    """Make `.venv` and install into it, unless that was done and nothing has changed since."""
    if is_ready(for_tests):
        return
    keep = VENV.exists() and STAMP.exists() and same_python()
    STAMP.unlink(missing_ok=True)
    if not keep:
        make_venv()
    what = ".[test]" if for_tests else "."
    say(f"installing {'the program and its test tools' if for_tests else 'the program'} into {VENV.name}")
    command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--quiet"]
    installed = subprocess.run(
        [*command, "-e", what, "-c", "constraints.txt"], cwd=ROOT, stdin=subprocess.DEVNULL
    )
    if installed.returncode != 0:
        sys.exit(
            "pip could not install the libraries (its own words are above). Check the network connection "
            "or proxy and run the same command again."
        )
    STAMP.write_text(wanted_stamp(for_tests), encoding="utf-8")


def same_python() -> bool:
    """True when the environment still runs, and runs the Python that runs this script."""
    try:
        found = subprocess.run(
            [PYTHON, "-c", "import pip, sys; print(sys.version)"],
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )
    except OSError:
        return False
    return found.returncode == 0 and found.stdout.strip() == sys.version.strip()


def make_venv() -> None:
    """A new `.venv`, in place of whatever was there."""
    try:
        import ensurepip  # noqa: F401 - Debian and Ubuntu take it, and so pip in venvs, out of python3
        import venv  # noqa: F401
    except ImportError:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        sys.exit(
            f"This Python cannot make virtual environments: its `venv` module is a separate package here. "
            f"Install it (on Debian or Ubuntu: sudo apt install python{version}-venv) and run this again."
        )
    if VENV.is_symlink() or VENV.is_file():
        VENV.unlink()
    elif VENV.exists():
        shutil.rmtree(VENV)
    say(f"making a virtual environment in {VENV.name}")
    made = subprocess.run([sys.executable, "-m", "venv", VENV], stdin=subprocess.DEVNULL)
    if made.returncode != 0:
        sys.exit(f"Python could not make a virtual environment in {VENV}; its own words are above.")


def hand_over(command: list[str]) -> int:
    """Run the command with this terminal, as if it had been typed; returns its exit code."""
    if sys.stdin is None:
        # Closed by whoever started us; left so, the first file the program opens would be its standard input.
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.set_inheritable(0, True)
    sys.stdout.flush()
    if os.name != "nt":
        # Replaces this process: signals, job control and the exit code are then the program's own.
        os.execv(command[0], command)
    return subprocess.run(command).returncode


def check(pytest_arguments: list[str]) -> int:
    """Every check in order, each one run whatever the ones before it said; returns 1 if any failed."""
    steps = {
        "lint": [script("ruff"), "check", "."],
        "format": [script("ruff"), "format", "--check", "."],
        "types": [script("mypy")],
        "import walls": [script("lint-imports")],
        "tests": [str(PYTHON), "-m", "pytest", "-n", "auto", "--dist", "loadgroup", *pytest_arguments],
    }
    failed = []
    for name, command in steps.items():
        say(f"{name}: {Path(command[0]).stem} {' '.join(command[1:])}".rstrip())
        started = time.monotonic()
        code = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL).returncode
        if code != 0:
            failed.append(name)
        say(f"{name}: {'failed' if code else 'passed'} in {time.monotonic() - started:.1f} s")
    if failed:
        say(f"failed: {', '.join(failed)}")
        return 1
    say("everything passed")
    return 0


def say(text: str) -> None:
    """A line of our own among the output of the tools; in order with theirs even through a pipe."""
    print(f"── {text}", flush=True)


if __name__ == "__main__":
    # A console of another encoding must not turn a dash into a traceback.
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
