"""What becomes of magics and shell lines: in the cell that runs, and in the text that is read. Lines keep
their numbers."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass, replace

from grader.collect.reading.escapes import CellMagic, Escape, cell_magic, escapes
from grader.collect.reading.syntax import parse
from grader.model import RepairKind

# IPython's own line magics that work, or do nothing, without a shell and a network; all others are skipped.
HARMLESS = re.compile(
    "alias_magic|autoreload|autosave|cd|colors|config|dhist|env|hist|history|lsmagic|magic|matplotlib|page|pdoc|pinfo|pinfo2|"
    "precision|prun|psearch|psource|pwd|pylab|reset|reset_selective|run|set_env|store|tb|time|timeit|who|who_ls|whos|xdel|xmode"
)
RUNS_CODE = frozenset({"time", "timeit", "prun", "memit"})  # the rest of the line is Python
ASKS = frozenset({"sx", "system"})  # lines = %sx ls is lines = !ls
# what `said = !pip install x` gives is IPython's list of lines, which has them as one text, too: it is empty
NO_LINES = "__import__('IPython.utils.text').utils.text.SList()"
STARS = frozenset({"pylab", "run", "store"})  # bring names that nobody can list by reading
PYTHON_CELLS = frozenset({"time", "timeit", "capture", "prun"})
TEXT_CELLS = frozenset({"html", "HTML", "javascript", "js", "latex", "markdown", "svg", "SVG"})
FILE_CELLS = frozenset({"writefile", "file"})
SHELL_CELLS = frozenset(
    {"bash", "sh", "script", "cmd", "system", "sx", "shell", "!", "perl", "ruby", "python2", "pypy"}
)
INSTALL = re.compile(
    r"\s*(sudo\s+)?((\S*python[\d.]*|\{sys\.executable\})\s+-m\s+)?(pip\d?|conda|mamba|uv|apt|apt-get)\b"
)


# commands that move files about: those that were handed in are there
ON_FILES = re.compile(r"\s*(?:cp|mv|touch|tar|unzip)(?:\s+(?!/|~)[\w./*=-]+)+\s*")
CONVERTS = re.compile(
    r"\s*(?:\S*python[\d.]*\s+-m\s+)?(?:(?:jupyter|ipython)[ -]nbconvert|jupytext)\s(?P<rest>.*)"
)
# what `jupyter nbconvert --to script` makes of a notebook: its code, magics as calls
CONVERSION = (
    "open({to!r}, 'w', encoding='utf-8').write("
    "__import__('IPython').core.inputtransformer2.TransformerManager().transform_cell('\\n\\n'.join("
    "''.join(cell['source']) for cell in __import__('json').load(open({file!r}, encoding='utf-8'))['cells']"
    " if cell['cell_type'] == 'code')))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """Something that was taken out of a cell before it runs."""

    kind: RepairKind
    what: str  # "%tensorflow_version"


@dataclass(frozen=True, slots=True, kw_only=True)
class Readable:
    """A cell's Python for the parser, line by line where it stood. `file`: the cell only writes this file."""

    code: str
    file: str = ""
    star: bool = False  # it brings names that nobody can list by reading
    runs: tuple[str, ...] = ()  # files that it runs for their names: "helper.ipynb"


def runnable(text: str) -> tuple[str, tuple[Skipped, ...]]:
    """The cell as it will run: what cannot work where it runs becomes `pass` with a comment, on the same
    lines."""
    lines = text.split("\n")
    magic = cell_magic(lines)
    if magic is None:
        return _edited(text, _replacement)
    if magic.name in TEXT_CELLS | FILE_CELLS:
        return text, ()
    above, first, below = lines[: magic.line], lines[magic.line], lines[magic.line + 1 :]
    if _is_foreign(magic, "\n".join(below)):
        rest = [f"# {line}" if line.strip() else line for line in below]
        skipped = Skipped(kind=RepairKind.SHELL_CELL, what=f"%%{magic.name}")
        return "\n".join([*above, f"pass  # {first.strip()}", *rest]), (skipped,)
    body, all_skipped = _edited("\n".join(below), _replacement)
    if magic.name not in PYTHON_CELLS:
        all_skipped = (Skipped(kind=RepairKind.MAGIC, what=f"%%{magic.name}"), *all_skipped)
        first = f"pass  # {first.strip()}"
    return "\n".join([*above, first, *([body] if below else [])]), all_skipped


def readable(text: str) -> Readable:
    """The cell's Python alone, on the same lines, for parsing; indentation common to the whole cell removed
    as IPython does."""
    lines = _dedented(text).split("\n")
    magic = cell_magic(lines)
    if magic is None:
        return _read("\n".join(lines))
    above, below = [""] * magic.line, lines[magic.line + 1 :]
    body = "\n".join(below)
    if magic.name in FILE_CELLS:
        name = (magic.rest.split() or [""])[-1].strip("\"'")
        return Readable(
            code="\n".join([*above, "pass", *below]) if name.endswith(".py") else "", file=name or "a file"
        )
    if magic.name in TEXT_CELLS or _is_foreign(magic, body):
        return Readable(code="")
    inner = _read(body)
    code = "\n".join([*above, _first_line(magic), *([inner.code] if below else [])])
    return replace(inner, code=code)


def _is_foreign(magic: CellMagic, body: str) -> bool:
    """Is the body a shell's, or that of a magic from some extension whose text is no Python?"""
    return magic.name in SHELL_CELLS or (
        magic.name not in PYTHON_CELLS and parse(_read(body).code).tree is None
    )


def _read(text: str) -> Readable:
    found = [*escapes(text)]
    star = any(escape.magic in STARS for escape in found)
    runs = tuple(file for escape in found if escape.magic == "run" and (file := _file_of(escape.rest)))
    code, _ = _edited(text, lambda escape: (_python(escape), None))
    return Readable(code=code, star=star, runs=runs)


def _file_of(rest: str) -> str:
    """The file in what follows %run: "-i helper.py 3"; "" where it is not there in so many words."""
    found = re.match(r"(?:-\w\s+)*(?P<file>\"[^\"]+\"|'[^']+'|[^\s\"'{$]+)", rest)
    return found["file"].strip("\"'") if found else ""


def _first_line(magic: CellMagic) -> str:
    name = next((word for word in magic.rest.split() if not word.startswith("-")), "")
    return f"{name} = None" if magic.name == "capture" and name.isidentifier() else "pass"


def _dedented(text: str) -> str:
    first = next((line for line in text.split("\n") if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip(" \t"))]
    return "\n".join(line.removeprefix(indent) for line in text.split("\n")) if indent else text


def _edited(
    text: str, edit: Callable[[Escape], tuple[str | None, Skipped | None]]
) -> tuple[str, tuple[Skipped, ...]]:
    """`text` with every escape replaced by the line that `edit` says (None: left alone); its further lines
    become comments."""
    lines = text.split("\n")
    all_skipped = []
    for escape in escapes(text):
        line, skipped = edit(escape)
        if line is not None:
            lines[escape.first] = line
            lines[escape.first + 1 : escape.end] = [
                f"{escape.indent}#{line}" for line in lines[escape.first + 1 : escape.end]
            ]
        if skipped:
            all_skipped.append(skipped)
    return "\n".join(lines), tuple(all_skipped)


def _python(escape: Escape) -> str:
    """The Python in an escape: the statement after %time, a name for what is assigned, else `pass`."""
    code = re.sub(r"^(-\w+(\s+\d+)?\s+)+", "", escape.rest) if escape.magic in RUNS_CODE else ""
    if not code or parse(code).tree is None:
        code = "None" if escape.target else "pass"
    return f"{escape.indent}{escape.target} = {code}" if escape.target else escape.indent + code


def _replacement(escape: Escape) -> tuple[str | None, Skipped | None]:
    """The line that runs instead of an escape (None: the escape itself runs), and what was skipped by it."""
    said = f"{escape.mark}{escape.body}"
    if (
        escape.mark in ("?", "??", ",", ";", "/")
        or HARMLESS.fullmatch(escape.magic)
        or said.startswith("%load_ext autoreload")
    ):
        return None, None
    if escape.magic in ("pip", "conda", "mamba", "uv") or (
        escape.mark in ("!", "!!") and INSTALL.match(escape.body)
    ):
        left = f"{escape.target} = {NO_LINES}" if escape.target else "pass"
        return f"{escape.indent}{left}  # {said}", Skipped(kind=RepairKind.INSTALL, what=said)
    if escape.target and (escape.mark in ("!", "!!") or escape.magic in ASKS):
        return None, None  # what it gives is used: the number of cores, the files that are there
    if escape.target:
        return f"{escape.indent}{escape.target} = None  # {said}", Skipped(kind=RepairKind.SHELL, what=said)
    if _is_on_files(escape):
        return None, None
    if made := _folders(escape):
        return f"{escape.indent}{made}  # {said}", Skipped(kind=RepairKind.FOLDER, what=said)
    if made := _converted(escape):
        return f"{escape.indent}{made}  # {said}", Skipped(kind=RepairKind.CONVERTED, what=said)
    kind = RepairKind.MAGIC if escape.magic else RepairKind.SHELL
    return f"{escape.indent}pass  # {said}", Skipped(
        kind=kind, what=f"%{escape.magic}" if escape.magic else said
    )


def _is_on_files(escape: Escape) -> bool:
    """Whether it is a plain command such as "!cp lstm_v2.py lstm.py", on files of the homework."""
    return (
        escape.mark == "!"
        and ON_FILES.fullmatch(escape.body) is not None
        and not any(".." in word.split("/") for word in escape.body.split())
    )


def _converted(escape: Escape) -> str:
    """Python that makes the script which "!jupyter nbconvert --to script helper.ipynb" makes; "" for any
    other command."""
    found = CONVERTS.fullmatch(escape.body) if escape.mark == "!" else None
    try:
        words = shlex.split(found["rest"].replace("=", " ")) if found else []
    except ValueError:
        return ""
    files = [word for word in words if word.endswith(".ipynb")]
    made_of = words[words.index("--to") + 1 :] if "--to" in words else []
    if not files or made_of[:1] not in (["script"], ["python"], ["py"]):
        return ""
    if any(file.startswith(("/", "~")) or ".." in file.split("/") for file in files):
        return ""
    return "; ".join(CONVERSION.format(file=file, to=f"{file.removesuffix('.ipynb')}.py") for file in files)


def _folders(escape: Escape) -> str:
    """Python that makes the folders which a plain "!mkdir -p logs" makes; "" for any other command."""
    if not re.fullmatch(r"\s*mkdir(\s+-p)?(\s+[\w.][\w./-]*)+\s*", escape.body) or escape.mark not in (
        "!",
        "%",
    ):
        return ""
    names = [word for word in shlex.split(escape.body)[1:] if word != "-p"]
    if any(".." in name.split("/") for name in names):
        return ""
    return "; ".join(f"__import__('os').makedirs({name!r}, exist_ok=True)" for name in names)
