"""How much memory of the machine a kernel and its children hold, where no control group counts: what no file
backs, tables for what they map, and the most that their sockets and pipes can hold.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator

KB_OF_PROCESS = ("RssAnon:", "RssShmem:", "VmPTE:")
# Most that one can hold, in MB: a sender may have 2 * wmem_max = 416 KB under way (man 7 socket), a receiver
# of datagrams ten such senders, TCP tcp_rmem + tcp_wmem. A kernel of ours has about ten sockets that stream,
# and one TCP port. by the type in /proc/net/unix: streams, packets, datagrams
MB_OF_SOCKET = {"0001": 0.5, "0005": 0.5, "0002": 5.0}
MB_OF_OTHER_SOCKET = 10.0
MB_OF_PIPE = 0.0625  # all larger ones of a user have at most 64 MB: man 7 pipe


def memory_mb(pids: Iterable[int]) -> float:
    """Of processes, in MB; those that are gone count nothing."""
    pids = list(pids)
    return sum(map(_own_kb, pids)) / 1024 + _in_descriptors(pids)


def mapped_mb(pids: Iterable[int]) -> float:
    """Address space of the process that has most of it, in MB."""
    return max((_facts(pid).get("VmSize:", 0) for pid in pids), default=0) / 1024


def _own_kb(pid: int) -> int:
    facts = _facts(pid)
    return sum(facts.get(key, 0) for key in KB_OF_PROCESS)


def _facts(pid: int) -> dict[str, int]:
    """What /proc/PID/status says in kB. A process whose first thread has ended tells it only of another
    one."""
    for task in _tasks(pid):
        # a thread that has ended
        with contextlib.suppress(OSError, ValueError), open(f"{task}/status") as file:
            words = [line.split() for line in file if line.rstrip().endswith("kB")]
            if words:
                return {name: int(number) for name, number, _ in words}
    return {}


def _tasks(pid: int) -> Iterator[str]:
    """The folders of a process' threads in /proc, its first one's first."""
    yield f"/proc/{pid}"
    with contextlib.suppress(OSError):  # it has ended
        yield from (f"/proc/{pid}/task/{task}" for task in os.listdir(f"/proc/{pid}/task"))


def _in_descriptors(pids: list[int]) -> float:
    """Most that their sockets and pipes can hold; each once, however many processes share it."""
    held = {link for pid in pids for link in _links(pid)}
    sockets = {link[len("socket:[") : -1] for link in held if link.startswith("socket:[")}
    pipes = sum(link.startswith("pipe:[") for link in held)
    kinds = _kinds_of_sockets(pids[0]) if sockets else {}
    return MB_OF_PIPE * pipes + sum(
        MB_OF_SOCKET.get(kinds.get(inode, ""), MB_OF_OTHER_SOCKET) for inode in sockets
    )


def _links(pid: int) -> list[str]:
    """What the descriptors of a process lead to. Its threads share them: others are refused
    (isolation/seccomp.py)."""
    for task in _tasks(pid):
        found = []
        with contextlib.suppress(OSError):  # a thread that has ended, or that is not ours to look at
            for name in os.listdir(f"{task}/fd"):
                with contextlib.suppress(OSError):  # closed meanwhile
                    found.append(os.readlink(f"{task}/fd/{name}"))
        if found:
            return found
    return []


def _kinds_of_sockets(pid: int) -> dict[str, str]:
    """inode -> type of every Unix socket in the network name space of a process."""
    with contextlib.suppress(OSError), open(f"/proc/{pid}/net/unix") as file:  # it has ended
        lines = [line.split() for line in file]
        return {words[6]: words[4] for words in lines[1:] if len(words) > 6}
    return {}
