"""Find out whether this machine allows a level: do all of it, and try from inside what must not be possible.

usage: python -I dry_run.py LEVEL

Prints one JSON line: {"works": bool, "why": "...", "groups": bool, "landlock": version}. "why" says what
failed first.
"""

from __future__ import annotations

import importlib.util
import json
import os
import socket
import sys
import tempfile
from typing import Any


def load_isolation() -> Any:
    """This folder as a package of its own name, whoever runs it."""
    here = os.path.dirname(os.path.abspath(__file__))
    spec = importlib.util.spec_from_file_location(
        "_isolation", os.path.join(here, "__init__.py"), submodule_search_locations=[here]
    )
    assert spec is not None
    assert spec.loader is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules["_isolation"] = package
    spec.loader.exec_module(package)
    for name in ("box", "groups", "guard", "landlock", "limits", "namespaces"):
        importlib.import_module(f"_isolation.{name}")
    return package


def attempts(secret: str, port: int) -> list[str]:
    """What this process can do and should not: every line is a hole."""
    holes = []
    for path, mode in ((secret, "r"), ("/etc/shadow", "r"), (os.path.join(sys.prefix, "written"), "w")):
        try:
            with open(path, mode) as file:
                file.read() if mode == "r" else file.write("x")
            holes.append(f"{'read' if mode == 'r' else 'wrote'} a file it should not")
        except OSError:  # refused, as it should be
            pass
    try:
        socket.create_connection(("127.0.0.1", port), timeout=0.5).close()
        holes.append("reached a server of this machine")
    except OSError:  # refused, as it should be
        pass
    if os.geteuid() == 0 or os.getuid() == 0:
        holes.append("is root")
    with open("/proc/self/status") as file:
        facts = dict(line.split(":", 1) for line in file)
    if int(facts["CapEff"], 16) or int(facts["CapPrm"], 16):
        holes.append("has capabilities")
    if facts["NoNewPrivs"].strip() != "1" or facts["Seccomp"].strip() != "2":
        holes.append("has no filter of system calls")
    with open("written", "w") as file:  # its own folder must work
        file.write("x")
    os.listdir(sys.prefix)  # and so must its Python
    return holes


def rehearse(package: Any, level: str) -> dict[str, Any]:
    """Put a process into a box of this level and ask it."""
    root = os.geteuid() == 0
    # a name that run/scratch.py clears away
    with tempfile.TemporaryDirectory(prefix=f"gr-{os.getpid()}-") as place:
        secret, folder = os.path.join(place, "secret"), os.path.join(place, "own")
        with open(secret, "w") as file:
            file.write("secret")
        os.mkdir(folder)
        user = next(package.limits.slot_users()) if root else 0
        if root:
            os.chown(folder, user, user)
            os.chmod(place, 0o711)
        show = (*package.box.SYSTEM, *package.box.python_paths())
        box = package.box.Box(level=level, show=show, user=user, file_mb=16, memory_mb=256, processes=64)
        server = socket.create_server(("127.0.0.1", 0))
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        answer, write_end = os.pipe()

        def main(_: str) -> None:
            os.write(write_end, json.dumps(attempts(secret, server.getsockname()[1])).encode())

        if root:
            package.namespaces.reachable(
                (*package.box.python_paths(), folder) if level != "namespaces" else package.box.python_paths()
            )
        if (child := os.fork()) == 0:
            ours.close()
            package.guard.guard(box, theirs, -1, folder, f"dry-{os.getpid()}", main)
        theirs.close()
        os.close(write_end)
        first = json.loads(ours.recv(8192) or b"{}")
        holes = json.loads(os.read(answer, 8192) or b"null") if "pid" in first else None
        os.waitpid(child, 0)
        package.groups.remove(package.groups.named(f"dry-{child}"))
    why = first.get("error", "") or ("it could not be tried" if holes is None else "; ".join(holes))
    return {
        "works": holes == [],
        "why": why,
        "groups": bool(first.get("groups")),
        "landlock": package.landlock.version(),
    }


def main() -> int:
    """0 when the level works here."""
    try:
        found = rehearse(load_isolation(), sys.argv[1])
    except Exception as problem:
        found = {
            "works": False,
            "why": f"{type(problem).__name__}: {problem}",
            "groups": False,
            "landlock": 0,
        }
    print(json.dumps(found))
    return 0 if found["works"] else 1


if __name__ == "__main__":
    sys.exit(main())
