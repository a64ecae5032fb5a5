"""Run every `bench_*.py` of this folder (or those named) and print one JSON object."""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import platform
import sys
from typing import Any

from icp_workbench import __version__
from tests import benchmarks


def main(names: list[str]) -> int:
    """Print `{machine, <benchmark>: its figures}`; 1 when a benchmark could not be run."""
    found = sorted(m.name for m in pkgutil.iter_modules(benchmarks.__path__) if m.name.startswith("bench_"))
    unknown = [name for name in names if f"bench_{name}" not in found]
    if unknown:
        print(
            f"no benchmark {', '.join(unknown)}; there are: {', '.join(n[6:] for n in found)}",
            file=sys.stderr,
        )
        return 2
    results: dict[str, Any] = {
        "machine": {
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "system": platform.system(),
            "icp_workbench": __version__,
        }
    }
    failed = False
    for module in found:
        name = module.removeprefix("bench_")
        if names and name not in names:
            continue
        print(f"{name} …", file=sys.stderr, flush=True)
        try:
            results[name] = importlib.import_module(f"tests.benchmarks.{module}").run()
        except Exception as error:
            # One benchmark that cannot run must not cost the figures of the others.
            results[name] = {"error": f"{type(error).__name__}: {error}"}
            failed = True
    print(json.dumps(results, indent=2))
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
