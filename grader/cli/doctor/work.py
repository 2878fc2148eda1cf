"""`grade doctor`: what this machine offers, what is missing, and how to get it."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from grader.assignment import HANDOUT, load_all, sheet_folders
from grader.cli.lacking import install_command, not_installed
from grader.cli.places import cores
from grader.run import Offer, offer
from grader.run.host.levels import LEVELS

RUNS = ("tensorflow", "numpy", "nbformat", "nbclient", "ipykernel")  # without which no notebook runs
WANTED = (*RUNS, "tf_keras", "jinja2", "matplotlib", "nbconvert")
ROOM_GB = 2.0
FINE, NOT_HERE = 0, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctorFinding:
    """One thing looked at; `hint` is what to type or read when it is missing."""

    name: str
    fine: bool
    text: str
    hint: str = ""


def examine_machine() -> int:
    """Print the findings; 0 when notebooks can be run here, other people's where this is no student's
    repository, 1 when not."""
    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    folder = students_folder(Path.cwd())
    if folder is not None:
        return _for_a_student(console, folder)
    offers = [offer(level) for level in LEVELS[:-1]]
    _print(console, *machine(), *packages(WANTED), *isolation(offers))
    if not _can_run(console, RUNS, Path.cwd()):
        return NOT_HERE
    best = next((found for found in offers if found.works), offer("none"))
    console.print(f"\nNotebooks run at the level {best.level}. Not covered: {'; '.join(best.not_covered)}.")
    if best.level == "none":
        console.print("`grade DIR` needs --no-isolation here; `grade check` runs your own notebook as it is.")
        return NOT_HERE
    return FINE


def students_folder(start: Path) -> Path | None:
    """The student's repository in which somebody stands: it has public checks, and no course's sheets lie
    nearer."""
    nearest = next(sheet_folders(start), None)
    return nearest.parent if nearest is not None and nearest.name == HANDOUT else None


def _for_a_student(console: Console, folder: Path) -> int:
    """What one's own homework needs, and no more."""
    sheets = load_all(folder / HANDOUT).values()
    needed = (*RUNS, *dict.fromkeys(package for sheet in sheets for package in sheet.packages))
    _print(console, *machine(), *packages(needed))
    if not _can_run(console, needed, folder):
        return NOT_HERE
    console.print("\n`grade check` can run your notebook here.")
    return FINE


def _can_run(console: Console, needed: tuple[str, ...], folder: Path) -> bool:
    missing = list(not_installed(needed))
    if missing:
        console.print(f"\ncannot run notebooks here: {install_command(missing, folder)}")
    return not missing


def _print(console: Console, *findings: DoctorFinding) -> None:
    for finding in findings:
        console.print(f"{'ok     ' if finding.fine else 'missing'}  {finding.name}: {finding.text}")
        if finding.hint:
            console.print(f"         → {finding.hint}")


def machine() -> Iterator[DoctorFinding]:
    """Python, processor, room on disk."""
    version = ".".join(map(str, sys.version_info[:3]))
    fine = (3, 11) <= sys.version_info[:2] <= (3, 13)
    yield DoctorFinding(
        name="Python", fine=fine, text=version, hint="" if fine else "use Python 3.11, 3.12 or 3.13"
    )
    yield DoctorFinding(
        name="machine", fine=True, text=f"{platform.system()} {platform.machine()}, {cores()} cores"
    )
    room = shutil.disk_usage(tempfile.gettempdir()).free / 2**30
    hint = "" if room >= ROOM_GB else f"free at least {ROOM_GB:.0f} GB, or set TMPDIR to another folder"
    yield DoctorFinding(
        name="room for temporary files", fine=room >= ROOM_GB, text=f"{room:.0f} GB", hint=hint
    )


def packages(wanted: tuple[str, ...] = WANTED) -> Iterator[DoctorFinding]:
    """What notebooks and reports need, by version; nothing is imported."""
    for name in wanted:
        text = _version(name)
        hint = "" if text else f"pip install {name.replace('_', '-')}"
        yield DoctorFinding(name=name, fine=bool(text), text=text or "not installed", hint=hint)


def _version(name: str) -> str:
    for distribution in (name, f"{name}-cpu"):
        try:
            return importlib.metadata.version(distribution)
        except importlib.metadata.PackageNotFoundError:  # under its other name, or not installed: said below
            continue
    return ""


def isolation(offers: list[Offer]) -> Iterator[DoctorFinding]:
    """Each level, and what limits memory."""
    for found in offers:
        yield DoctorFinding(
            name=f"isolation by {found.level}",
            fine=found.works,
            text="works, tried in full" if found.works else found.why,
            hint="" if found.works else advice(found),
        )
    limited = any(found.groups for found in offers)
    yield DoctorFinding(
        name="memory limited by control groups",
        fine=limited,
        text="yes" if limited else "no; the grader watches the memory itself, four times a second",
        hint=""
        if limited or sys.platform != "linux"
        else "systemd-run --user --scope -p Delegate=yes grade ...",
    )


def advice(found: Offer) -> str:
    """The command that would give a level, as far as the reason tells."""
    if sys.platform != "linux":
        return "use a Linux machine, or a Linux container or virtual machine, for other people's notebooks"
    if found.level == "landlock":
        return "Linux 5.13 or newer with landlock in /sys/kernel/security/lsm has it"
    if "mount" in found.why and _setting("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == "1":
        return "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"
    if _setting("/proc/sys/kernel/unprivileged_userns_clone") == "0":
        return "sudo sysctl -w kernel.unprivileged_userns_clone=1"
    if _setting("/proc/sys/user/max_user_namespaces") == "0":
        return "sudo sysctl -w user.max_user_namespaces=10000"
    if os.path.exists("/.dockerenv"):
        return (
            "start the container with --security-opt seccomp=unconfined --security-opt systempaths=unconfined"
        )
    return "user namespaces are closed here: ask whoever runs the machine, or go on with the next level"


def _setting(path: str) -> str:
    try:
        with open(path) as file:
            return file.read().strip()
    except OSError:
        return ""
