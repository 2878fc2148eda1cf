"""Where a homework holds prose: the notebook's markdown, text files, and comments and texts in code, as lines
that know their place."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path, PurePosixPath

from grader.collect.reading.decode import to_text
from grader.collect.reading.notebook import NotebookCell
from grader.collect.reading.office import is_read, words_of
from grader.collect.reading.pieces import Piece

LONGEST_FILE = 300_000  # characters of one text file
LONGEST_LINE = 20_000
MOST_TEXT = 1_000_000  # characters of all prose
PICTURE = re.compile(r"data:[\w/+.-]+;base64,[A-Za-z0-9+/=]+")  # pasted into the text; may be megabytes
MOST_FILES = 40
# how what `grade check` prints begins, which names the questions
OF_OURS = "Reading your homework (cells are counted"
RECEIPT = re.compile(r"^Receipt: .*$", re.MULTILINE)  # how it ends
NOT_PROSE = re.compile(r"(requirements|constraints|license|licence)\b.*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProseLine:
    """One line of prose. `code` marks a place where code stands instead: an answer that has begun ends
    there."""

    text: str
    where: str  # "homework.ipynb, cell 12"
    code: bool = False
    aside: bool = False  # a comment above code: an answer only where one is still to come


Document = Sequence[ProseLine]


def documents(
    cells: Sequence[NotebookCell], pieces: Sequence[Piece], notebook: str, root: Path, files: Sequence[str]
) -> Iterator[Document]:
    """All prose: the notebook's first, then README and other text files, then comments and texts in code."""
    left = MOST_TEXT
    for document in chain(
        (_of_notebook(cells, pieces, notebook),), _of_files(root, files), _of_code(pieces, notebook)
    ):
        kept = []
        for line in document:
            left -= len(line.text) + 1
            if left < 0:
                break
            kept.append(line)
        yield kept
        if left < 0:
            return


def _lines(text: str, where: str) -> list[ProseLine]:
    return [
        ProseLine(text=line[:LONGEST_LINE], where=where)
        for line in PICTURE.sub("(picture)", text).split("\n")
    ]


def _of_notebook(cells: Sequence[NotebookCell], pieces: Sequence[Piece], notebook: str) -> Document:
    """The markdown cells as one text; a code cell that holds only comments, a text or plain words counts as
    prose."""
    code = {piece.number: piece for piece in pieces if piece.number}
    found: list[ProseLine] = []
    for cell in cells:
        where = f"{notebook}, cell {cell.number}"
        if cell.where:  # of a script: its words are comments and texts in code
            continue
        if cell.kind != "code":
            found += _lines(cell.text, where)
        elif (prose := _prose(code[cell.number]) if cell.number in code else "").strip():
            found += _lines(prose, where)
        elif cell.text.strip():
            found += _above_code(code.get(cell.number), where)
            found.append(ProseLine(text="", where=where, code=True))
    return found


def _prose(piece: Piece) -> str:
    """The words in a code cell that has no code, or does nothing but name and show texts; else ""."""
    if piece.tree is None:
        # words typed into the wrong kind of cell
        return "" if re.search(r"[=()\[\]{}]", piece.text) else piece.text
    if not piece.tree.body:
        return re.sub(r"(?m)^[ \t]*#+ ?", "", piece.text)
    texts = list(map(_words_alone, piece.tree.body))
    if None in texts or piece.text.lstrip().startswith(("%", "!")):
        return ""
    return "\n".join(filter(None, texts))


def _words_alone(statement: ast.stmt) -> str | None:
    """The text of a statement that is nothing else: `"..."`, `answer = "..."`, `print("...")`; "" where it
    shows what has a name; None of all other statements."""
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Name("print" | "display"), args=shown, keywords=[])):
            if not all(isinstance(one, ast.Constant | ast.Name) for one in shown):
                return None
            return "\n".join(_strings(shown))
        case (
            ast.Assign(value=ast.Constant(value=str() as text))
            | ast.Expr(value=ast.Constant(value=str() as text))
        ):
            return text
        case ast.Expr(value=ast.Constant() | ast.Name()):
            return ""
    return None


def _above_code(piece: Piece | None, where: str) -> list[ProseLine]:
    """The comment or the text with which a code cell begins: there the answer to the heading before may
    stand."""
    if piece is None or piece.tree is None or not piece.tree.body:
        return []
    first = piece.tree.body[0]
    if (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    ):
        text = first.value.value
    else:
        lines = itertools.takewhile(
            lambda line: not line.strip() or line.lstrip().startswith("#"), piece.text.split("\n")
        )
        text = "\n".join(re.sub(r"^[ \t]*#+ ?", "", line) for line in lines)
    return [replace(line, aside=True) for line in _lines(text, where)]


def _of_files(root: Path, files: Iterable[str]) -> Iterator[Document]:
    """README first, then markdown, then plain text."""
    named = [file for file in files if _rank(file) is not None]
    for file in sorted(named, key=lambda file: (_rank(file) or 0, file))[:MOST_FILES]:
        if is_read(file):
            yield _lines(words_of(root / file)[:LONGEST_FILE], file)
            continue
        try:
            with (root / file).open("rb") as opened:
                data = opened.read(LONGEST_FILE * 2)
        except OSError:  # told as unreadable where the files were listed
            continue
        text, _ = to_text(data)
        yield _lines(_below_printout(text.replace("\r\n", "\n").replace("\r", "\n")), file)


def _below_printout(text: str) -> str:
    """A text without what `grade check` printed into its file; what somebody wrote below it stays."""
    return RECEIPT.split(text)[-1] if text.lstrip().startswith(OF_OURS) else text


def _rank(file: str) -> int | None:
    path = PurePosixPath(file.lower())
    if is_read(file):
        return 1
    if NOT_PROSE.fullmatch(path.name) or path.suffix not in (".md", ".markdown", ".txt", ".rst", ""):
        return None
    if path.stem == "readme":
        return 0
    return 1 if path.suffix in (".md", ".markdown") else 2 if path.suffix else None


def _of_code(pieces: Sequence[Piece], notebook: str) -> Iterator[Document]:
    for piece in pieces:
        where = f"{notebook}, cell {piece.number}" if piece.number and not piece.file else piece.where
        yield from _comments(piece.text, where)
        for text in _texts(piece.tree) if piece.tree else ():
            yield _lines(text, where)


def _texts(tree: ast.AST) -> Iterator[str]:
    """Texts that stand alone, are given a name, or are shown: what calls one after another show is one."""
    shown: list[str] = []
    for statement in (node for node in ast.walk(tree) if isinstance(node, ast.stmt)):
        match statement:
            case ast.Expr(value=ast.Call(args=arguments)):
                shown += _strings(arguments)
            case ast.Expr(value=value) | ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value):
                yield "\n".join(_strings([value]))
    yield "\n".join(shown)


def _strings(values: Iterable[ast.expr | None]) -> Iterator[str]:
    """The texts in these expressions, in the order in which they are read."""
    for value in values:
        match value:
            case ast.Constant(value=str() as text):
                yield text
            case ast.Dict(keys=keys, values=held):
                yield from _strings(one for pair in zip(keys, held, strict=True) for one in pair)
            case (
                ast.Call(args=held) | ast.List(elts=held) | ast.Tuple(elts=held) | ast.JoinedStr(values=held)
            ):
                yield from _strings(held)


def _comments(text: str, where: str) -> Iterator[Document]:
    """Blocks of comment lines that follow one another; a line after code is a comment on that line, no
    prose."""
    block: list[ProseLine] = []
    for line in text[:LONGEST_FILE].split("\n"):
        if found := re.match(r"[ \t]*#(.*)", line):
            block.append(ProseLine(text=found[1].removeprefix(" "), where=where))
        elif block:
            yield block
            block = []
    if block:
        yield block
