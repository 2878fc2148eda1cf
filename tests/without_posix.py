"""A Python in which our own modules see what Windows has: no fcntl, no os.fork, os.name is "nt". Libraries
see the system as it is. Texts are written and printed as there: lines end with "\\r\\n", and what says no
encoding is cp1252; the runner's own event loop waits for no sockets.

    python without_posix.py PROGRAM [-I] (-m MODULE | FILE | -c CODE) [ARGUMENTS]

`make_interpreter` writes a program that is called like Python and does this; what it starts as
`sys.executable` is that program again.
"""

from __future__ import annotations

import asyncio
import builtins
import importlib
import io
import runpy
import subprocess
import sys
import types
from pathlib import Path

OURS = ("grader", "_inside")
MODULES = ("fcntl", "resource", "pwd", "grp", "termios", "tty", "pty", "syslog")
NAMES = {
    "os": (
        *(
            "fork",
            "forkpty",
            "pread",
            "pwrite",
            "preadv",
            "pwritev",
            "getuid",
            "geteuid",
            "getgid",
            "getegid",
            "setuid",
            "setgid",
        ),
        *(
            "setsid",
            "setpgid",
            "getpgid",
            "getpgrp",
            "killpg",
            "chown",
            "lchown",
            "fchown",
            "fchmod",
            "mkfifo",
            "mknod",
            "chroot",
        ),
        *(
            "sysconf",
            "pathconf",
            "statvfs",
            "uname",
            "nice",
            "wait",
            "wait3",
            "wait4",
            "waitid",
            "WNOHANG",
            "posix_spawn",
            "openpty",
        ),
        *(
            "O_DIRECTORY",
            "O_NOFOLLOW",
            "O_NONBLOCK",
            "O_PATH",
            "O_CLOEXEC",
            "O_SYNC",
            "sched_getaffinity",
            "pidfd_open",
            "sendfile",
        ),
        *("unshare", "setns", "memfd_create", "getloadavg", "getxattr", "setxattr", "fchdir", "sync"),
    ),
    "socket": ("AF_UNIX", "SOCK_SEQPACKET", "socketpair_unix", "SCM_RIGHTS", "SO_PEERCRED"),
    "signal": (
        "SIGKILL",
        "SIGHUP",
        "SIGUSR1",
        "SIGUSR2",
        "SIGALRM",
        "SIGQUIT",
        "SIGCHLD",
        "SIGSTOP",
        "SIGCONT",
        "alarm",
        "setitimer",
    ),
    "time": ("tzset", "pthread_getcpuclockid"),
}
VALUES = {"os": {"name": "nt"}, "sys": {"platform": "win32"}}
COLD = (
    "asyncio",
    "tempfile",
    "shutil",
    "subprocess",
    "zmq",
    "zmq.asyncio",
    "psutil",
    "jupyter_client",
    "nbclient",
    "ipykernel",
)


class Without(types.ModuleType):
    """A module without some of its names, for ours."""

    def __init__(self, real: types.ModuleType, gone: tuple[str, ...], values: dict[str, str]) -> None:
        super().__init__(real.__name__)
        object.__setattr__(self, "_of", (real, gone, values))

    def __getattribute__(self, name: str) -> object:
        real, gone, values = object.__getattribute__(self, "_of")
        if name in values:
            return values[name]
        if name in gone:
            raise AttributeError(f"module {real.__name__!r} has no attribute {name!r} on Windows")
        return getattr(real, name)

    def __setattr__(self, name: str, value: object) -> None:
        setattr(object.__getattribute__(self, "_of")[0], name, value)


def install() -> None:
    """From now on what ours imports is poorer."""
    poorer = {
        name: Without(importlib.import_module(name), NAMES.get(name, ()), VALUES.get(name, {}))
        for name in {*NAMES, *VALUES}
    }
    plain = builtins.__import__

    def imported(name, globals=None, locals=None, fromlist=(), level=0):
        whose = str((globals or {}).get("__name__", ""))
        if (globals or {}).get("__spec__") is not None and whose == "__main__":
            whose = globals["__spec__"].name
        if level == 0 and whose.partition(".")[0] in OURS:
            if name in MODULES:
                raise ModuleNotFoundError(f"No module named {name!r}", name=name)
            if name in poorer:
                return poorer[name]
        return plain(name, globals, locals, fromlist, level)

    builtins.__import__ = imported
    begin = subprocess.Popen.__init__

    def started(self, *arguments, **words):
        if words.get("pass_fds"):
            raise ValueError("pass_fds not supported on Windows platforms")
        begin(self, *arguments, **words)

    subprocess.Popen.__init__ = started


def write_as_windows() -> None:
    """From now on texts end their lines, and are encoded, as there."""
    plain = io.open

    def opened(file, mode="r", buffering=-1, encoding=None, errors=None, newline=None, *more, **words):
        if "b" not in mode:
            encoding = "cp1252" if encoding in (None, "locale") else encoding
            newline = "\r\n" if newline is None and set(mode) & set("wax+") else newline
        return plain(file, mode, buffering, encoding, errors, newline, *more, **words)

    io.open = builtins.open = opened
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="cp1252", newline="\r\n")


class Proactor(asyncio.SelectorEventLoop):
    """What asyncio.run takes on Windows."""

    def add_reader(self, *_: object) -> None:
        raise NotImplementedError


class Policy(asyncio.DefaultEventLoopPolicy):
    """Makes such loops."""

    def new_event_loop(self) -> asyncio.AbstractEventLoop:
        return Proactor()


def make_interpreter(folder: Path, real: str = sys.executable) -> Path:
    """A program in `folder` that is called like Python."""
    program = folder / "python"
    program.write_text(f'#!/bin/sh\nexec "{real}" -I "{Path(__file__).resolve()}" "{program}" "$@"\n')
    program.chmod(0o755)
    return program


def main() -> None:
    """Run what was asked for."""
    program, *arguments = (word for word in sys.argv[1:] if word != "-I")
    for name in COLD:
        importlib.import_module(name)
    sys.executable = program
    install()
    if arguments[:2] == ["-m", "grader.run.runner.main"]:  # ipykernel chooses the kernel's own
        asyncio.set_event_loop_policy(Policy())
    if arguments[0] == "-m":
        write_as_windows()
    if arguments[0] == "-m":
        sys.argv = [arguments[1], *arguments[2:]]
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
    elif arguments[0] == "-c":
        sys.argv = ["-c", *arguments[2:]]
        exec(compile(arguments[1], "<asked for>", "exec"), {"__name__": "__main__"})
    else:
        sys.argv = arguments
        runpy.run_path(arguments[0], run_name="__main__")


if __name__ == "__main__":
    main()
