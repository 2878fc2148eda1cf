"""Loose files of a class: each is somebody's, or it is named as nobody's."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from grader.collect.files.belongs import imported_by, imported_by_notebook, named_after, run_by_notebook
from grader.collect.files.disguised import NOTEBOOK, SCRIPT, notebook_name, script_name, stands_for_homework
from grader.collect.files.downloads import Sender
from grader.collect.files.draft import Draft, Workbench, from_archive, from_files
from grader.collect.files.marks import without_task
from grader.collect.files.part_names import is_a_part
from grader.collect.files.unpack import UNOPENED, is_archive, without_ending
from grader.collect.words import plain
from grader.record.directory import squash

Entry = os.DirEntry[str]


@dataclass(slots=True, kw_only=True)
class Loose:
    """The loose files of a folder that no platform and no pattern names, sorted by what they may be."""

    notebooks: list[Entry] = field(default_factory=list)
    scripts: list[Entry] = field(default_factory=list)
    archives: list[Entry] = field(default_factory=list)
    closed: list[Entry] = field(default_factory=list)  # archives that cannot be opened here
    others: list[Entry] = field(default_factory=list)


def sorted_out(files: Sequence[Entry]) -> Loose:
    """What each of these files may be."""
    loose = Loose()
    for file in files:
        name = file.name.lower()
        if name.endswith(".ipynb") or notebook_name(Path(file.path).parent, file.name):
            loose.notebooks.append(file)
        elif name.endswith(".py") or script_name(Path(file.path).parent, file.name):
            loose.scripts.append(file)
        elif is_archive(name):
            loose.archives.append(file)
        else:
            (loose.closed if name.endswith(UNOPENED) else loose.others).append(file)
    return loose


def loose_drafts(
    files: Sequence[Entry], people: Collection[str], lead: str, desk: Workbench
) -> tuple[list[Draft], list[str]]:
    """A homework for each loose notebook, archive and script, named by its stem, and the files that are
    nobody's.

    A script that others import, or a notebook that others run, goes with those that do; what is named like
    somebody's homework goes with that. Where `people` have folders and nothing else is loose, a script that
    is called like a part of any homework is rather the course's own.
    """
    loose = sorted_out(files)
    helpers = _run_by_others(loose.notebooks)
    loose.notebooks = [file for file in loose.notebooks if file not in helpers]
    owners = [stem_of(file.name) for file in (*loose.notebooks, *loose.archives)]
    scripts = [file for file in loose.scripts if not named_after(stem_of(file.name), owners)]
    taken = imported_by([Path(file.path) for file in loose.scripts])
    wanted = {file.name: imported_by_notebook(Path(file.path)) for file in loose.notebooks}
    modules = [file for file in loose.scripts if stem_of(file.name) in taken.union(*wanted.values())]
    modules += helpers
    homework_is_loose = bool(loose.notebooks or loose.archives) or not people
    own = [
        file
        for file in scripts
        if file not in modules and (homework_is_loose or not is_a_part(stem_of(file.name)))
    ]
    known = [*owners, *map(stem_of, (file.name for file in own)), *people]
    own += [
        file
        for file in loose.others
        if not named_after(stem_of(file.name), known)
        and stands_for_homework(Path(file.path).parent, file.name)
    ]
    owners += [stem_of(file.name) for file in own]
    beside: dict[str, list[Entry]] = {owner: [] for owner in owners}
    nobodys: list[str] = []
    named = [file for file in (*loose.scripts, *loose.others) if file not in own and file not in modules]
    for file in named:
        if owner := named_after(stem_of(file.name), owners):
            beside[owner].append(file)
        elif not named_after(stem_of(file.name), people):
            nobodys.append(file.name)
    drafts = list(_drafts(loose, own, modules, wanted, beside, lead, desk))
    return drafts, nobodys


def _run_by_others(notebooks: Sequence[Entry]) -> list[Entry]:
    """The notebooks that others run as their helpers; those that run each other are each a homework."""
    runs = {stem_of(file.name): run_by_notebook(Path(file.path)) for file in notebooks}
    taken = set().union(*(run for run in runs.values()))
    return [file for file in notebooks if stem_of(file.name) in taken and not runs[stem_of(file.name)]]


def _drafts(
    loose: Loose,
    own: Sequence[Entry],
    modules: Sequence[Entry],
    wanted: dict[str, set[str]],
    beside: dict[str, list[Entry]],
    lead: str,
    desk: Workbench,
) -> Iterator[Draft]:
    for name, together in (*_by_person(loose.notebooks), *((stem_of(file.name), [file]) for file in own)):
        with_it = list[Entry](together)
        for file in together:
            imports = wanted.get(file.name) or imported_by([Path(file.path)])
            with_it += [*_reached(imports, modules), *beside[stem_of(file.name)]]
        pairs = [(Path(each.path), each.name) for each in dict.fromkeys(with_it)]
        yield from_files(pairs, lead + together[0].name, Sender(name=name, is_stem=True), desk)
    for file in loose.archives:
        yield from_archive(Path(file.path), lead + file.name, Sender(name=stem_of(file.name)), desk)
    for file in loose.closed:
        problem = f"{plain(file.name)} cannot be opened here: please hand in a folder or a .zip"
        yield Draft(
            sender=Sender(name=stem_of(file.name)), path=lead + file.name, root=desk.fresh(), problem=problem
        )


def _by_person(notebooks: Sequence[Entry]) -> Iterator[tuple[str, list[Entry]]]:
    """Each notebook by its stem; those that are called like several homeworks of one person, anna_hw1 and
    anna_hw2, together: which of them is this homework shows when they are read."""
    named = {file: without_task(stem_of(file.name)) for file in notebooks}
    for file, person in named.items():
        together = [one for one, whose in named.items() if person and squash(whose) == squash(person)]
        if len(together) < 2:
            yield stem_of(file.name), [file]
        elif file is together[0]:
            yield person, together


def _reached(imports: Collection[str], modules: Sequence[Entry]) -> list[Entry]:
    """The modules that are imported, and those that they import in turn."""
    found: list[Entry] = []
    left = [module for module in modules if stem_of(module.name) in imports]
    while left:
        module = left.pop()
        if module not in found:
            found.append(module)
            deeper = imported_by([Path(module.path)])
            left += [each for each in modules if stem_of(each.name) in deeper]
    return found


def stem_of(name: str) -> str:
    """A file's name without its ending, of which archives and notebooks may have several."""
    if found := NOTEBOOK.fullmatch(name) or SCRIPT.fullmatch(name):
        name = found["name"]
    shorter = without_ending(name)
    return shorter if shorter != name else Path(name).stem


def grouped(
    files: Sequence[Entry], senders: dict[str, Sender | None], lead: str, desk: Workbench
) -> Iterator[Draft]:
    """Loose files whose names say who sent them; several of one attempt of one person are one homework."""
    groups: dict[tuple[str, str, object], list[tuple[Entry, Sender]]] = {}
    for file in files:
        if sender := senders[file.name]:
            groups.setdefault((sender.name, sender.ident, sender.when), []).append((file, sender))
    for sent in groups.values():
        first = sent[0][1]
        marks = [one.late for _, one in sent if one.late is not None]
        sender = replace(first, file="", late=any(marks) if marks else None)
        pairs = [(Path(file.path), one.file) for file, one in sent]
        yield from_files(pairs, lead + sent[0][0].name, sender, desk)
