"""Control groups: memory and number of processes of one kernel, where this process may make groups (version 1
or 2).

See the kernel's admin-guide/cgroup-v1/memory.rst and admin-guide/cgroup-v2.rst. Where no group can be made,
the runner watches the memory instead.
"""

from __future__ import annotations

import contextlib
import os
import time

TOP = "/sys/fs/cgroup"
PREFIX = "grader-"
MB = 1 << 20
CONTROLLERS = ("memory", "pids")
LIMIT_FILES = {  # (version, controller) -> file for the limit
    (1, "memory"): "memory.limit_in_bytes", (1, "pids"): "pids.max",
    (2, "memory"): "memory.max", (2, "pids"): "pids.max",
}  # fmt: skip
SWAP_FILES = {1: "memory.memsw.limit_in_bytes", 2: "memory.swap.max"}
REMOVE_SECONDS = 2.0


def _own_paths() -> dict[str, str]:
    """controller -> path of our own group; "" is version 2's."""
    with open("/proc/self/cgroup") as file:
        lines = [line.rstrip("\n").split(":", 2) for line in file]
    return {name: path for _, names, path in lines for name in names.split(",")}


def _parents() -> list[tuple[int, tuple[str, ...], str]]:
    """(version, controllers, folder) of the groups in which ours may be made."""
    own = _own_paths()
    found: list[tuple[int, tuple[str, ...], str]] = []
    for controller in CONTROLLERS:
        if controller in own:
            found.append((1, (controller,), os.path.join(TOP, controller, own[controller].lstrip("/"))))
    if "" in own and not found:
        found.append((2, CONTROLLERS, os.path.join(TOP, own[""].lstrip("/"))))
    return found


def make(name: str, *, memory_mb: int, processes: int) -> tuple[str, ...]:
    """Make a group per controller (version 1) or one (version 2) and return their folders; () where that is
    not possible."""
    made: list[str] = []
    try:
        for version, controllers, parent in _parents():
            folder = os.path.join(parent, PREFIX + name)
            os.mkdir(folder)
            made.append(folder)
            if version == 2:
                _delegate(parent, folder)
            for controller in controllers:
                value = memory_mb * MB if controller == "memory" else processes
                _write(os.path.join(folder, LIMIT_FILES[version, controller]), str(value))
            if "memory" in controllers:
                with contextlib.suppress(OSError):  # swap may not be counted here
                    _write(
                        os.path.join(folder, SWAP_FILES[version]), str(memory_mb * MB if version == 1 else 0)
                    )
    except OSError:
        remove(made)
        return ()
    return tuple(made)


def _delegate(parent: str, folder: str) -> None:
    """Have the controllers of version 2 in a new group; the parent may have to pass them on.

    Raises:
        OSError: it may not.
    """
    with open(os.path.join(folder, "cgroup.controllers")) as file:
        if not set(CONTROLLERS) <= set(file.read().split()):
            _write(
                os.path.join(parent, "cgroup.subtree_control"), " ".join("+" + name for name in CONTROLLERS)
            )


def join(folders: tuple[str, ...]) -> None:
    """Put this process, and all it will start, into groups.

    Raises:
        OSError: it may not.
    """
    for folder in folders:
        _write(os.path.join(folder, "cgroup.procs"), "0")


def ran_out_of_memory(folders: tuple[str, ...]) -> bool:
    """Whether the kernel of the machine ended a process of these groups because of memory."""
    for folder in folders:
        for name in ("memory.oom_control", "memory.events"):
            # no such group or file here: the exit code tells what it can
            with contextlib.suppress(OSError), open(os.path.join(folder, name)) as file:
                counts = dict(line.split() for line in file)
                if int(counts.get("oom_kill", "0")) > 0:
                    return True
    return False


def remove(folders: tuple[str, ...] | list[str]) -> None:
    """Remove groups; their processes may need a moment to be gone."""
    deadline = time.monotonic() + REMOVE_SECONDS
    for folder in folders:
        while os.path.isdir(folder):
            try:
                os.rmdir(folder)
            except OSError:
                if time.monotonic() > deadline:
                    return
                time.sleep(0.005)


def named(prefix: str) -> tuple[str, ...]:
    """The groups that exist with names beginning with `prefix`."""
    found = []
    for _, _, parent in _parents():
        with contextlib.suppress(OSError):  # no such folder here
            found += [
                os.path.join(parent, name) for name in os.listdir(parent) if name.startswith(PREFIX + prefix)
            ]
    return tuple(found)


def sweep() -> None:
    """Remove groups without processes that a killed predecessor left."""
    for folder in named(""):
        with contextlib.suppress(OSError):  # somebody is still in it: the next sweep takes it
            os.rmdir(folder)


def _write(path: str, text: str) -> None:
    with open(path, "w") as file:
        file.write(text)
