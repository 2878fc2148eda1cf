"""Scripts that are one homework together: parts of it, what starts another one, what defines beside it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from grader.collect.choice.best import brings
from grader.collect.choice.chain import (
    MOST_STARTED,
    Started,
    all_parts,
    arguments_of,
    first_part,
    in_order,
    joined,
    only_defines,
)
from grader.collect.choice.opened import OpenedFile, without_problem
from grader.collect.choice.parts import defines, homes_of, opening, parts_of, together
from grader.collect.choice.told_commands import commands_in, resolved
from grader.collect.files.order import order_of
from grader.collect.reading.script import Script


def in_parts(readings: Sequence[OpenedFile], names: Collection[str]) -> OpenedFile | None:
    """The scripts that hold a part of the homework each, as one; None where there are none, or all have names
    that can be imported."""
    by_file = {one.file: one for one in sorted(without_problem(readings), key=lambda one: order_of(one.file))}
    defined_in = {file: defines(one.cells) for file, one in by_file.items()}
    files, home = parts_of(defined_in, names), homes_of(defined_in, names)
    # what can be imported is run with what is defined beside it
    if all(PurePosixPath(file).stem.isidentifier() for file in files):
        return None
    chosen = [by_file[file] for file in files]
    own = {file: [name for name in home if home[name] == file] for file in files}
    opened = [
        opening(one.file, files[-1], number, one.cells, one.mended, own[one.file])
        for number, one in enumerate(chosen, 1)
    ]
    notebook, pieces = together(opened, [one.notebook for one in chosen])
    modules = {piece.where: piece for one in chosen for piece in one.modules}
    defined = frozenset().union(*(one.defined for one in chosen))
    return replace(
        chosen[-1],
        notebook=notebook,
        cells=pieces,
        modules=tuple(modules.values()),
        defined=defined,
        parts=tuple(files),
    )


def as_good_as(one: OpenedFile, parts: OpenedFile, names: Collection[str]) -> bool:
    """Whether one file brings what the parts of a homework do together. What defines nothing of the sheet
    only tries them: `rnn = RNNCell(10, 15, 5)` is no function rnn."""
    more = brings(one, names) - brings(parts, names)
    return more > 0 or (more == 0 and not set(names).isdisjoint(defines(one.cells)))


def with_what_runs_before(
    root: Path, script: OpenedFile, others: Sequence[OpenedFile], told: Iterable[OpenedFile] = ()
) -> tuple[OpenedFile, OpenedFile | None]:
    """The script behind what another one does before it starts it, and that other one; else as what is `told`
    outside of Python starts it."""
    by_file = {one.file: one for one in without_problem(others)}
    for other in without_problem(others):
        scripts = {
            name: Script(notebook=one.notebook, pieces=one.cells)
            for name, one in by_file.items()
            if name != other.file
        }
        parts = all_parts(other.file, other.cells, scripts)
        if parts is not None and script.file in parts[1]:
            whole, started = parts
            modules = {piece.where: piece for file in started for piece in by_file[file].modules}
            last = by_file[started[-1]]
            return (
                replace(last, notebook=whole.notebook, cells=whole.pieces, modules=tuple(modules.values())),
                other,
            )
    for other in without_problem(others):
        if other.file == script.file:
            continue
        before = first_part(root, other.file, other.cells, script.file)
        given = arguments_of(script.file, other.file, other.cells)
        if before is not None or given:
            own = Script(notebook=script.notebook, pieces=script.cells)
            own = in_order([(script.file, given)], {script.file: own}) if given else own
            whole = joined(before, own) if before is not None else own
            return replace(script, notebook=whole.notebook, cells=whole.pieces), other
    for teller in told:
        commands = resolved(commands_in(teller.cells[0].text), teller.file, by_file)[:MOST_STARTED]
        meant = dict(commands).get(script.file)
        if meant is not None and (meant or len(commands) > 1):
            return _as_one([by_file[file] for file, _ in commands], commands, script), teller
    return script, None


def defined_beside(
    script: OpenedFile, others: Sequence[OpenedFile], names: Collection[str]
) -> list[OpenedFile]:
    """Scripts that nobody starts, with names of the sheet which one that but defines others does not have:
    data.py beside model.py."""
    found: list[OpenedFile] = []
    known = set(script.defined)
    if not only_defines(script.cells):
        return found
    for other in sorted(without_problem(others), key=lambda one: order_of(one.file)):
        new, common = (other.defined - known) & set(names), other.defined & known & set(names)
        # else it is another version
        if other is not script and only_defines(other.cells) and len(new) > len(common):
            found.append(other)
            known |= other.defined
    return found


def together_as_one(readings: Sequence[OpenedFile]) -> OpenedFile:
    """All of them as one, in this order; the last gives its name."""
    return _as_one(readings, [(one.file, ()) for one in readings], readings[-1])


def _as_one(readings: Sequence[OpenedFile], started: Sequence[Started], named: OpenedFile) -> OpenedFile:
    """All of them as one, started in this order, under the name of one."""
    scripts = {one.file: Script(notebook=one.notebook, pieces=one.cells) for one in readings}
    whole = in_order(started, scripts)
    modules = {piece.where: piece for one in readings for piece in one.modules}
    defined = frozenset().union(*(one.defined for one in readings))
    return replace(
        named, notebook=whole.notebook, cells=whole.pieces, modules=tuple(modules.values()), defined=defined
    )
