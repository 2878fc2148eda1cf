"""How the scripts of a homework are started, where no Python says it: lines of a shell script, a Makefile, a
README, or of a notebook (`!python train.py --epochs 3`)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from grader.collect.choice.chain import Started, started_by, words_of
from grader.collect.choice.opened import OpenedFile
from grader.collect.reading.notebook import Notebook
from grader.collect.reading.pieces import Piece

SHELL = (".sh", ".bash", ".bat", ".cmd")
PYTHON = re.compile(r"(?:.*/)?(?:python|py)[\d.]*(?:\.exe)?", re.IGNORECASE)
BEFORE = re.compile(r"^[\s@$>!%*\d.-]*")  # a prompt, a mark of make, of a notebook or of a list
QUOTED = re.compile(r"`([^`]+)`")
REDIRECTED = re.compile(r"\s(?:\d|&)?[<>]+\s*&?[^\s&|;<>]+(?=\s|$)")
UNSAID = re.compile(r"[$<>{}\[\]…]|%\w|\.\.\.|path/to")  # what somebody else has to fill in
PERHAPS_UNSAID = re.compile(r"[A-Z][A-Z_]*")  # so may be DIR and N, and LSTM is not
PACKAGING = "setup.py"  # starts no homework
LARGEST = 100_000  # bytes of a file that tells how to start something
MOST_FILES = 6


def told_outside(
    root: Path, files: Sequence[str], notebooks: Sequence[OpenedFile], script: OpenedFile
) -> Iterator[OpenedFile]:
    """What says how to start scripts, likeliest first: shell scripts and Makefiles, notebooks, and READMEs
    where this `script` does not run without arguments; each with its text as its only piece."""
    telling = [file for file in files if _is_shell(file)]
    readmes = [file for file in files if PurePosixPath(file).stem.lower() == "readme"]
    for file in telling[:MOST_FILES]:
        yield _opened(file, _text_of(root / file))
    for one in notebooks:
        lines = (
            line for cell in one.notebook.cells if cell.kind == "code" for line in cell.text.splitlines()
        )
        yield _opened(one.file, "\n".join(line for line in lines if line.lstrip().startswith("!")))
    for file in readmes[:MOST_FILES] if needs_arguments(script.cells) else ():
        yield _opened(file, "\n".join(_quoted(_text_of(root / file))))


def commands_in(text: str) -> list[Started]:
    """(script, arguments) of each line that starts a Python file; of several lines for one file the first
    that tells all of them. Arguments that only a shell knows are left out."""
    found: dict[str, tuple[str, ...]] = {}
    doubt: dict[str, int] = {}
    for line in text.replace("\\\n", " ").splitlines():
        try:
            words = words_of(REDIRECTED.sub(" ", BEFORE.sub("", line)), comments="#")
        except ValueError:  # a quotation mark without its other one
            continue
        if not any(PYTHON.fullmatch(word) for word in words):
            continue
        for name, given in started_by(words):
            doubts = 2 * any(map(UNSAID.search, given)) or int(any(map(PERHAPS_UNSAID.fullmatch, given)))
            if doubts < doubt.get(name, 3):
                found[name], doubt[name] = () if doubts == 2 else given, doubts
    return list(found.items())


def resolved(started: Sequence[Started], teller: str, known: Mapping[str, object]) -> list[Started]:
    """The same with the files that are meant, as far as they are `known`: beside the one that tells, from the
    folder handed in, or the only one of that name."""
    home, found = PurePosixPath(teller).parent, list[Started]()
    for name, given in started:
        own = str(PurePosixPath(name))
        same = [file for file in known if PurePosixPath(file).name == PurePosixPath(name).name]
        near = [file for file in (str(home / own), own) if file in known]
        if PurePosixPath(name).name != PACKAGING and (near or len(same) == 1):
            found.append(((near or same)[0], given))
    return found


def needs_arguments(pieces: Sequence[Piece]) -> bool:
    """Whether a script asks for arguments that have no default."""
    nodes = [node for piece in pieces for node in (_surely_run(piece.tree) if piece.tree else ())]
    return any(_asks(node) for node in nodes)


def _surely_run(tree: ast.AST) -> Iterator[ast.AST]:
    """All below, but for what is done where there are arguments, or tried, and something else otherwise."""
    for node in ast.iter_child_nodes(tree):
        if not (_looks_for_arguments(node) and not _gives_up(node)):
            yield node
            yield from _surely_run(node)


def _looks_for_arguments(node: ast.AST) -> bool:
    if isinstance(node, ast.If | ast.IfExp):
        return any(isinstance(one, ast.Attribute) and one.attr == "argv" for one in ast.walk(node.test))
    return isinstance(node, ast.Try)


def _gives_up(node: ast.AST) -> bool:
    """Whether it may raise, or end the script."""
    called = [one.func for one in ast.walk(node) if isinstance(one, ast.Call)]
    ends = [getattr(one, "attr", getattr(one, "id", "")) in ("exit", "_exit", "quit") for one in called]
    return any(ends) or any(isinstance(one, ast.Raise) for one in ast.walk(node))


def _asks(node: ast.AST) -> bool:
    match node:
        case ast.Subscript(value=ast.Attribute(attr="argv"), slice=ast.Constant(value=int(place))):
            return place > 0
        case ast.Call(func=ast.Attribute(attr="add_argument"), args=args, keywords=keywords):
            given = {one.arg: one.value for one in keywords}
            names = [one.value for one in args if isinstance(one, ast.Constant)]
            is_option = any(str(name).startswith("-") for name in names)
            wanted = given.get("required")
            is_required = isinstance(wanted, ast.Constant) and wanted.value is True
            return is_required or not (is_option or {"nargs", "default"} & given.keys())
        case _:
            return False


def _is_shell(file: str) -> bool:
    path = PurePosixPath(file)
    return path.suffix.lower() in SHELL or path.name.lower() == "makefile"


def _opened(file: str, text: str) -> OpenedFile:
    piece = Piece(where=file, text=text, number=1, file="", tree=None)
    return OpenedFile(file=file, notebook=Notebook(), cells=(piece,))


def _quoted(text: str) -> Iterator[str]:
    """The lines that are a command, and what stands in backticks."""
    for line in text.splitlines():
        yield from QUOTED.findall(line)
        first = BEFORE.sub("", line).split(" ")[0]
        if PYTHON.fullmatch(first):
            yield line


def _text_of(path: Path) -> str:
    try:
        return path.read_bytes()[:LARGEST].decode("utf-8", "replace")
    except OSError:
        return ""
