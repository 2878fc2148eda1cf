"""What a process holds of the machine, beyond what it says of itself."""

import subprocess
import sys

import pytest

from grader.run.runner.memory import mapped_mb, memory_mb

if sys.platform != "linux":
    pytest.skip("/proc is Linux only", allow_module_level=True)

TABLES = """
import ctypes
c = ctypes.CDLL(None)
c.mmap.restype = ctypes.c_void_p
at = c.mmap(None, ctypes.c_size_t(16 << 30), 1, 0x4022, -1, ctypes.c_size_t(0))
c.madvise(ctypes.c_void_p(at), ctypes.c_size_t(16 << 30), 15)
piece = (ctypes.c_char * (16 << 30)).from_address(at)
for offset in range(0, 16 << 30, 2 << 20): piece[offset]
"""
SOCKETS = "import socket\nkept = [socket.socketpair() for _ in range(100)]"
DATAGRAMS = "import socket\nkept = [socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) for _ in range(10)]"
NETWORK = "import socket\nkept = [socket.socket() for _ in range(5)]"
PIPES = "import os\nkept = [os.pipe() for _ in range(100)]"
HEADLESS = """
import ctypes, threading, time
hoard = bytearray(b"x" * (100 << 20))
exit_thread = {"x86_64": 60, "aarch64": 93}[__import__("platform").machine()]
def main():
    time.sleep(0.3)
    print("ready", flush=True)
    time.sleep(60)
threading.Thread(target=main).start()
ctypes.CDLL(None).syscall(exit_thread, 0)
"""


def held_by(code, times=1):
    """(MB counted, MB mapped) of a process when it has run this code; it is named so many times."""
    command = [sys.executable, "-I", "-c", f"{code}\nprint('ready', flush=True)\nimport time\ntime.sleep(60)"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout.readline() == b"ready\n"
            return memory_mb([process.pid] * times), mapped_mb([process.pid])
        finally:
            process.kill()


@pytest.fixture(scope="module")
def nothing():
    return held_by("")[0]


@pytest.mark.parametrize(
    ("code", "least", "most"),
    [
        (TABLES, 30, 40),
        (SOCKETS, 90, 110),
        (DATAGRAMS, 45, 55),
        (NETWORK, 45, 55),
        (PIPES, 5, 9),
        (HEADLESS, 95, 130),
    ],
)
def test_what_is_hidden_elsewhere_is_counted(nothing, code, least, most):
    assert least < held_by(code)[0] - nothing < most


def test_address_space_is_told():
    assert held_by(TABLES)[1] > 16_000


def test_nobody_holds_nothing():
    assert memory_mb([]) == mapped_mb([]) == 0
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    assert memory_mb([process.pid]) == 0


def test_sockets_that_two_processes_share_are_counted_once(nothing):
    assert held_by(SOCKETS, times=2)[0] < 2 * nothing + 110
