"""What must be installed so that a notebook can run here, as the command that installs it. Nothing is
imported to find out."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from grader.assignment.load import REQUIREMENTS
from grader.assignment.packages import distribution_of, installed_by_pip, is_package
from grader.cli.own_work import OwnWork
from grader.keras.generations import GENERATIONS
from grader.model.verdict import OWN_MACHINE, package_awaited
from grader.record import Record

TENSORFLOW = "tensorflow"
JUPYTER = ("nbformat", "nbclient", "ipykernel", "jupyter_client")  # what runs a notebook


def lacking_command(own: OwnWork) -> str:
    """One line: what is missing, and what to type; "" when nothing is. Of the sheet's packages only those
    that the notebook imports count."""
    wanted = {
        *JUPYTER,
        TENSORFLOW,
        *(name for name in own.assignment.packages if name in own.submission.source.imports),
    }
    missing = sorted(not_installed(wanted))
    return f"{_listed(missing)} not installed here: {install_command(missing, own.folder)}" if missing else ""


def other_packages(own: OwnWork) -> list[str]:
    """The packages that the notebook imports, that are not there, and that the sheet does not ask for:
    nothing but what uses them is lost."""
    asked = {*JUPYTER, TENSORFLOW, *own.assignment.packages}
    return sorted(not_installed(set(own.submission.source.imports) - asked))


def as_on_own_machine(record: Record) -> Record:
    """The record of one's own homework as its owner reads it: a check that waits for a package says how to
    install it here."""
    packages = [*record.missing_packages, *(one.package for one in GENERATIONS.values())]
    awaited = {package_awaited(name): name for name in packages}
    checks = tuple(
        replace(check, message=_to_install(awaited[check.waits_for]), waits_for=OWN_MACHINE)
        if check.waits_for in awaited
        else check
        for check in record.grade.checks
    )
    return replace(record, grade=replace(record.grade, checks=checks))


def not_here(package: str) -> str:
    """What is said of a package that only the notebook asks for, before it runs; of a name that is no known
    package, that it may be a file that has to be handed in, too."""
    if not is_package(package, ()):
        return (
            f"{package} is imported, and neither a file {package}.py nor such a package is here: if it is"
            " yours, hand it in, too"
        )
    name = installed_by_pip(package)
    lead = f"{package} is imported and not installed here: what needs it cannot be checked on this machine"
    return f"{lead}; python -m pip install {name}" if name else lead


def _to_install(package: str) -> str:
    name = installed_by_pip(package, (package,))
    way = f"python -m pip install {name}" if name else "it comes with Python on most systems"
    return f"{package} is not installed here: {way}"


def not_installed(packages: Iterable[str]) -> Iterator[str]:
    """Those of these importable packages that are not there."""
    for name in packages:
        try:
            found = importlib.util.find_spec(name)
        except (ImportError, ValueError):
            found = None
        if found is None:
            yield name


def install_command(packages: Iterable[str], folder: Path) -> str:
    """What to type: everything that the homework came with, where it came with a list, else just these."""
    for above in (folder, *folder.parents):
        if (above / REQUIREMENTS).is_file():
            where = "" if above == Path.cwd() else f" (in {above.name}/)"
            return f"python -m pip install -r {REQUIREMENTS}{where}"
    return (
        "python -m pip install"
        f" {' '.join(sorted({distribution_of(name).replace('_', '-') for name in packages}))}"
    )


def _listed(names: list[str]) -> str:
    text = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    return f"{text} {'is' if len(names) == 1 else 'are'}"
