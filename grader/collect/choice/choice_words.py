"""What the student is told of a choice: what is graded and why, and what is not."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import PurePosixPath

from grader.collect.choice.best import best_script, brings, how_last
from grader.collect.choice.opened import OpenedFile, without_problem
from grader.collect.files.disguised import NOTEBOOK, SCRIPT
from grader.collect.files.unpack import ARCHIVES, UNOPENED
from grader.collect.words import listed, plain
from grader.model.quantities import counted

FEWEST_NAMES = 2  # names of the sheet that a script has which may be meant: one is a helper's


def of_notebook(
    best: OpenedFile, readings: Sequence[OpenedFile], notebooks: Sequence[str], names: Collection[str]
) -> tuple[str, ...]:
    """Which of several notebooks is graded, and why."""
    if len(notebooks) == 1:
        return ()
    fit = brings(best, names)
    rivals = [other for other in without_problem(readings) if brings(other, names) == fit]
    why = f": it defines {fit} of the {counted(len(names), 'name')} of the sheet" if names else ""
    if len(rivals) > 1:
        why = f"{why or ': it'}{', as others do, and' if why else ''} {how_last(best, rivals)}"
    unopened = len(notebooks) - len(readings)
    older = (f"{counted(unopened, 'older notebook')} not looked at",) if unopened else ()
    return (f"{len(notebooks)} notebooks found; {plain(best.file)} graded{why}", *broken(readings), *older)


def of_script_left(
    best: OpenedFile | None, scripts: Sequence[OpenedFile], names: Collection[str]
) -> tuple[str, ...]:
    """That a script which the notebook does not use may be meant as well: it brings at least half as many
    names."""
    used = {piece.where for piece in best.modules} if best else set()
    script = best_script([one for one in scripts if one.file not in used], names)
    if best is None or script is None or not names:
        return ()
    own, others = brings(best, names), brings(script, names)
    if others < FEWEST_NAMES or 2 * others < own:
        return ()
    return (
        f"{plain(best.file)} is graded, with {own} of the {counted(len(names), 'name')} of the sheet;"
        f" not run: {plain(script.file)}, which has {others}",
    )


def broken(readings: Sequence[OpenedFile]) -> tuple[str, ...]:
    """Which files could not be read."""
    return tuple(f"not chosen: {other.notebook.problem}" for other in readings if other.notebook.problem)


def of_script(
    best: OpenedFile,
    starter: OpenedFile | None,
    beside: Sequence[OpenedFile],
    unused: Mapping[str, Sequence[str]],
    scripts: Sequence[OpenedFile],
    notebooks: Sequence[OpenedFile],
    names: Collection[str],
    *,
    made: bool = False,
) -> tuple[str, ...]:
    """Which script runs and why, what it imports, what is run before it, what it does not use, and what is
    not run. `made`: what is run `beside` it makes the files that it reads."""
    modules = [piece.where for piece in best.modules if piece.where not in (best.file, *unused)]
    with_it = f", with {listed([plain(one, 40) for one in modules])}" if modules else ""
    begins = starter.cells[0].text if starter and starter.cells else ""
    used = {best.file, *modules, *unused, *([starter.file] if starter else ()), *(one.file for one in beside)}
    rest = [
        other
        for other in scripts
        if other.file not in used and PurePosixPath(other.file).name != "__init__.py"
    ]
    # the starter names what it starts
    rest = [other for other in rest if PurePosixPath(other.file).name not in begins]
    why = (
        f": of the {counted(len(names), 'name')} of the sheet it brings {brings(best, names)}"
        if names and (rest or notebooks)
        else ""
    )
    told = [f"{plain(best.file)} is run as a script{with_it}{why}"]
    if starter:
        told.append(
            f"{plain(starter.file)} starts {plain(best.file)}: what it starts or does besides is run, too, in"
            " its order"
        )
    if made:
        several = listed([plain(one.file, 40) for one in beside])
        told.append(
            f"{several} write{'s' * (len(beside) == 1)} what {plain(best.file)} reads, and"
            f" {'is' if len(beside) == 1 else 'are'} run before it"
        )
    elif beside:
        several = listed([plain(one.file, 40) for one in beside])
        told.append(
            f"nothing starts {plain(best.file)}: what {several} define{'s' * (len(beside) == 1)} is run"
            " before it"
        )
    told += _of_unused(unused)
    if rest:
        told.append(
            f"not run: {listed([plain(other.file, 40) for other in rest])}{_as_many(best, rest, names)}"
        )
    return (*told, *_of_notebooks_left(notebooks, names), *broken(notebooks))


def _of_notebooks_left(notebooks: Sequence[OpenedFile], names: Collection[str]) -> list[str]:
    """Which notebooks may be meant as well."""
    left = [(one, brings(one, names)) for one in without_problem(notebooks) if names]
    return [
        f"not run: {plain(one.file, 40)}, which has {few} of them" for one, few in left if few >= FEWEST_NAMES
    ]


def _of_unused(unused: Mapping[str, Sequence[str]]) -> list[str]:
    """What is judged although the homework does not use it yet."""
    own = dict.fromkeys(plain(name, 40) for some in unused.values() for name in some)
    files = listed([plain(file, 40) for file in unused])
    are = "is" if len(own) == 1 else "are"
    return (
        [f"nothing that runs uses {files} so far: {listed([*own])} {are} judged all the same"] if own else []
    )


def of_parts(whole: OpenedFile, scripts: Sequence[OpenedFile]) -> tuple[str, ...]:
    """Which files are opened, and which not."""
    rest = [
        plain(one.file, 40)
        for one in scripts
        if one.file not in whole.parts and PurePosixPath(one.file).name != "__init__.py"
    ]
    told = (
        f"{counted(len(whole.parts), 'file')} with a part of the homework each:"
        f" {listed([plain(one, 40) for one in whole.parts], 12)}"
    )
    return (told, f"not opened: {listed(rest)}") if rest else (told,)


def _as_many(best: OpenedFile, rest: Sequence[OpenedFile], names: Collection[str]) -> str:
    """That others would have done as well."""
    rivals = [
        other for other in without_problem(rest) if names and brings(other, names) == brings(best, names)
    ]
    bring = "they bring" if len(rivals) > 1 else "it brings"
    return (
        f" ({bring} as many names, but {plain(best.file)} {how_last(best, [best, *rivals])})"
        if rivals
        else ""
    )


PRINTED = (".html", ".htm", ".pdf", ".docx", ".doc", ".odt", ".rtf", ".pages")
LINKS = (".gdoc", ".gsheet", ".url", ".webloc", ".lnk", ".desktop")


def nothing(files: Sequence[str], programs: Mapping[str, str]) -> str:
    """That there is nothing to run, and what there is instead. `programs`: text files with a program, and
    what they are to be called."""
    names = [plain(file, 40) for file in files]
    if not names:
        return "the folder is empty"
    said = f"no notebook and no Python file found: only {listed(names, 5)}"
    if any(file.lower().endswith((*ARCHIVES, *UNOPENED)) for file in files):
        return f"{said}; this kind of archive cannot be opened here, please hand in a folder or a .zip"
    if any(file.lower().endswith(PRINTED) for file in files):
        return f"{said}; a printout cannot be run, please hand in the notebook itself (.ipynb)"
    if any(file.lower().endswith(LINKS) for file in files):
        return (
            f"{said}; a link holds nothing of what it points to: please download the notebook (.ipynb) and"
            " hand that in"
        )
    for file, name in programs.items():
        return f"{said}; {plain(file, 40)} holds a Python program: please hand it in as {plain(name, 40)}"
    for file in files:
        if found := NOTEBOOK.fullmatch(file) or SCRIPT.fullmatch(file):
            return (
                f"{said}; if {plain(file, 40)} holds your program, hand it in as {plain(found['name'], 40)}"
            )
    return f"{said}; please hand in the notebook itself (.ipynb)"
