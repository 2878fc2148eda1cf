"""A system of its own: user, mount, process, network, IPC and host name spaces, and a root folder with what
is needed.

See namespaces(7), user_namespaces(7), mount_namespaces(7), pivot_root(2). Works as root and as a plain user.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import shutil
import socket
import stat
import struct
from collections.abc import Iterable
from typing import BinaryIO

from .box import Box, below
from .calls import MACHINE, mount, syscall, unmount, unshare
from .numbers import MOUNT_SETATTR, USED

NEW_MOUNT = 0x20000
NEW_UTS = 0x4000000
NEW_IPC = 0x8000000
NEW_USER = 0x10000000
NEW_PID = 0x20000000
NEW_NET = 0x40000000
READ_ONLY = 1
NO_SUID = 2
NO_DEVICES = 4
NO_EXEC = 8
REMOUNT = 32
BIND = 4096
RECURSIVE = 16384
PRIVATE = 1 << 18
DETACH = 2  # of umount2
AT_RECURSIVE, AT_FDCWD = 0x8000, -100
USER_INSIDE = 1000
FOLDER = "/home/student"  # of the notebook, in its own root
ELSEWHERE = ("/content", "/kaggle/working")  # where Colab and Kaggle have it (as of 2026-11)
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
ROOT_PLACES = ("/tmp", "/mnt", "/media", "/srv", "/var/tmp")  # every Linux has most of them
LINKS = {
    "fd": "/proc/self/fd",
    "stdin": "/proc/self/fd/0",
    "stdout": "/proc/self/fd/1",
    "stderr": "/proc/self/fd/2",
}
SIOCSIFFLAGS, UP_AND_RUNNING = 0x8914, 0x1 | 0x40


def leave_the_system() -> None:
    """Go into new name spaces as an ordinary user of them; the next child will be process 1 there.

    Raises:
        OSError: this machine does not allow it.
    """
    user, group = os.geteuid(), os.getegid()
    unshare(NEW_USER | NEW_MOUNT | NEW_PID | NEW_NET | NEW_IPC | NEW_UTS)
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{USER_INSIDE} {user} 1")
    _write("/proc/self/gid_map", f"{USER_INSIDE} {group} 1")


def build(box: Box, files: int) -> None:
    """Be process 1 of the new name spaces: make the root folder, fill the notebook's folder from the
    descriptor `files` of a folder (-1: nothing), and go there.

    Raises:
        OSError: this machine does not allow it, or the files do not fit.
    """
    loopback_up()
    socket.sethostname("notebook")
    mount("none", "/", None, RECURSIVE | PRIVATE)
    root = place_for_the_root(box.show)
    mount("tmpfs", root, "tmpfs", NO_SUID | NO_DEVICES, "size=8m,mode=755")
    _own_folders(root, box)
    show(root, box.show, box.hide)  # after them: Python may lie below /home or /tmp
    _devices(root)
    _names(root)
    _known_elsewhere(root)
    if files >= 0:
        copy_tree(files, root + FOLDER)
    os.chdir(root)
    # no folder for the old root
    syscall("pivot_root", USED[MACHINE]["pivot_root"], ctypes.c_char_p(b"."), ctypes.c_char_p(b"."))
    unmount(".", DETACH)
    mount(None, "/", None, REMOUNT | BIND | READ_ONLY | NO_SUID | NO_DEVICES)
    os.chdir(FOLDER)


def place_for_the_root(shown: Iterable[str]) -> str:
    """A folder of the machine to mount the new root on: what lies below it can no longer be shown.

    Raises:
        OSError: there is none.
    """
    for place in ROOT_PLACES:
        if os.path.isdir(place) and not any(below(path, place) for path in shown):
            return place
    raise FileNotFoundError(f"something to show lies below each of {', '.join(ROOT_PLACES)}")


def show(root: str, shown: Iterable[str], hidden: Iterable[str]) -> None:
    """Bind folders and files of the machine read-only below `root`, parents first; an empty folder covers
    each hidden one."""
    places = sorted(
        [(path, True) for path in shown] + [(path, False) for path in hidden],
        key=lambda place: (len(place[0]), place),
    )
    for path, visible in places:
        target = root + path
        if visible and os.path.islink(path):
            if not os.path.lexists(target):
                os.makedirs(os.path.dirname(target), exist_ok=True)
                os.symlink(os.readlink(path), target)
        elif visible and os.path.exists(path):
            _bind(path, target)
        elif not visible and os.path.isdir(target):
            mount("tmpfs", target, "tmpfs", NO_SUID | NO_DEVICES, "size=1m,nr_inodes=256,mode=755")


def _bind(path: str, target: str, *, device: bool = False) -> None:
    if os.path.isdir(path):
        os.makedirs(target, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        if not os.path.lexists(target):
            os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o644))
    mount(path, target, None, BIND | RECURSIVE)
    _protect(target, NO_SUID if device else READ_ONLY | NO_SUID | NO_DEVICES)


def _protect(target: str, flags: int) -> None:
    """Set flags on a mount and all below it: mount_setattr since Linux 5.12, else a remount that reaches the
    top one only."""
    attributes = ctypes.create_string_buffer(struct.pack("QQQQ", flags, 0, 0, 0), 32)
    try:
        syscall(
            "mount_setattr",
            MOUNT_SETATTR,
            AT_FDCWD,
            ctypes.c_char_p(os.fsencode(target)),
            AT_RECURSIVE,
            attributes,
            32,
        )
    except OSError:
        kept = os.statvfs(target).f_flag & (READ_ONLY | NO_SUID | NO_DEVICES | NO_EXEC)
        mount(None, target, None, REMOUNT | BIND | flags | kept)


def _own_folders(root: str, box: Box) -> None:
    """Folders of its own, of limited size, in memory."""
    for path, megabytes, inodes in (
        ("/tmp", box.file_mb, 20_000),
        ("/home", box.file_mb, 20_000),
        ("/dev/shm", 64, 1000),
    ):
        os.makedirs(root + path, exist_ok=True)
        mount(
            "tmpfs",
            root + path,
            "tmpfs",
            NO_SUID | NO_DEVICES,
            f"size={megabytes}m,nr_inodes={inodes},mode=1777",
        )
    os.makedirs(root + FOLDER, 0o755)
    os.makedirs(root + "/proc", exist_ok=True)
    mount("proc", root + "/proc", "proc", NO_SUID | NO_DEVICES | NO_EXEC)


def _devices(root: str) -> None:
    for path in DEVICES:
        _bind(path, root + path, device=True)
    os.makedirs(root + "/dev/pts")
    mount("devpts", root + "/dev/pts", "devpts", NO_SUID | NO_EXEC, "newinstance,ptmxmode=0666,mode=620")
    os.symlink("pts/ptmx", root + "/dev/ptmx")
    for name, target in LINKS.items():
        os.symlink(target, f"{root}/dev/{name}")


def _names(root: str) -> None:
    """Who lives here: nobody's name of the machine."""
    os.makedirs(root + "/etc", exist_ok=True)
    _write(root + "/etc/passwd", f"student:x:{USER_INSIDE}:{USER_INSIDE}::{FOLDER}:/bin/sh\n", create=True)
    _write(root + "/etc/group", f"student:x:{USER_INSIDE}:\n", create=True)
    _write(root + "/etc/hosts", "127.0.0.1 localhost notebook\n", create=True)


def _known_elsewhere(root: str) -> None:
    """Let paths that were written down where a notebook was made lead to its folder."""
    for path in ELSEWHERE:
        if not os.path.lexists(root + path):
            os.makedirs(os.path.dirname(root + path), exist_ok=True)
            os.symlink(FOLDER, root + path)


def loopback_up() -> None:
    """Let this name space talk to itself."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh", b"lo", UP_AND_RUNNING))


def copy_tree(source: int, target: str) -> None:
    """Copy the plain files below an open folder; links and everything else are left out."""
    for folder, _, names, place in os.fwalk(".", dir_fd=source):
        into = os.path.join(target, os.path.relpath(folder, "."))
        os.makedirs(into, exist_ok=True)
        for name in names:
            handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=place)
            with os.fdopen(handle, "rb") as reader:
                _copy_plain(reader, os.path.join(into, name))


def _copy_plain(reader: BinaryIO, target: str) -> None:
    if stat.S_ISREG(os.fstat(reader.fileno()).st_mode):
        with open(target, "wb") as writer:
            shutil.copyfileobj(reader, writer)


def reachable(paths: Iterable[str]) -> None:
    """As root, before forking: make folders reachable for a plain user although one above them is closed (an
    interpreter in a 0700 home). In a mount name space of our own, so nobody else sees a change.

    Raises:
        OSError: mounting is not allowed.
    """
    closed: dict[str, list[str]] = {}
    for path in paths:
        if gate := _closed_above(path):
            closed.setdefault(gate, []).append(path)
    if not closed:
        return
    unshare(NEW_MOUNT)
    mount("none", "/", None, RECURSIVE | PRIVATE)
    for gate, inner in closed.items():
        handles = {path: os.open(path, os.O_PATH | os.O_CLOEXEC) for path in inner}
        mount("tmpfs", gate, "tmpfs", NO_SUID | NO_DEVICES, "size=1m,mode=755")
        for path, handle in sorted(handles.items()):
            if not os.path.exists(path):
                os.makedirs(path, 0o755, exist_ok=True)
                mount(f"/proc/self/fd/{handle}", path, None, BIND | RECURSIVE)
            os.close(handle)


def _closed_above(path: str) -> str:
    """The highest folder above `path` that others may not pass; "" when there is none."""
    parts = path.strip("/").split("/")
    for depth in range(1, len(parts) + 1):
        folder = "/" + "/".join(parts[:depth])
        if os.path.isdir(folder) and not os.stat(folder).st_mode & stat.S_IXOTH:
            return folder
    return ""


def _write(path: str, text: str, *, create: bool = False) -> None:
    with open(path, "w" if create else "r+") as file:
        file.write(text)
