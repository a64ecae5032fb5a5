"""What was needed for a moment is given back (seen from outside, in a process of its own)."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="how glibc's malloc is told")

_HOLES = """
import ctypes, os
from icp_workbench.tui.allocator import give_back
def resident():
    return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
libc = ctypes.CDLL(None)
if not hasattr(libc, "malloc_trim"):
    print("none"); raise SystemExit
libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
taken = [libc.malloc(60_000) for _ in range(1_000)]
for one in taken:
    ctypes.memset(ctypes.c_void_p(one), 1, 60_000)
for one in taken[:-1]:  # the last one keeps the heap's end where it is
    libc.free(one)
before = resident()
give_back()
print(before - resident())
"""
_THREADS = """
import ctypes, sys, threading
from icp_workbench.tui.allocator import share_one_arena
libc = ctypes.CDLL(None)
if not hasattr(libc, "malloc_info"):
    print("none"); raise SystemExit
if sys.argv[1] == "one":
    share_one_arena()
libc.fopen.restype, libc.malloc.restype = ctypes.c_void_p, ctypes.c_void_p
together = threading.Barrier(6)
def take():
    together.wait()
    for _ in range(100):
        libc.malloc(10_000)
    together.wait()
threads = [threading.Thread(target=take) for _ in range(6)]
for one in threads: one.start()
for one in threads: one.join()
file = ctypes.c_void_p(libc.fopen(sys.argv[2].encode(), b"w"))
libc.malloc_info(0, file)
libc.fclose(file)
print(open(sys.argv[2]).read().count("<heap nr="))
"""
_ARROW = """
import pyarrow
from icp_workbench.tui.allocator import read_with_system_memory
read_with_system_memory()
print(pyarrow.array([1] * 1000).nbytes, pyarrow.default_memory_pool().backend_name)
"""


def said(program: str, *arguments: str) -> str:
    """What a program prints; skips where the C library is another one."""
    told = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True
    )
    if told.stdout.strip() == "none":
        pytest.skip("another C library than glibc")
    return told.stdout.strip()


def test_free_memory_in_the_middle_of_the_heap_is_given_back() -> None:
    assert float(said(_HOLES)) > 40  # of 60 MB


def test_threads_take_from_one_place(tmp_path: object) -> None:
    file = f"{tmp_path}/malloc.xml"
    assert int(said(_THREADS, "each", file)) > 2
    assert int(said(_THREADS, "one", file)) <= 2  # a thread of an import may have had one before


def test_arrow_takes_from_the_system() -> None:
    assert said(_ARROW) == "8000 system"
