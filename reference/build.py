"""Make the tutor's notebook from the reference modules and a story, and the students' repository from that.

    python -m reference.build            write reference/<name>/solution.ipynb and student_template/<name>/,
                                         which is what
                                         `grade template <name> student_template/<name> --no-wheel` writes
    python -m reference.build --check    write nothing; exit 1 and name the files that are out of date

`reference/<name>/story.md` holds the cells in order. A line `<!-- cell: ID -->` opens each; the ID stays the
cell's id. What follows is markdown, or code when it is a fenced block, or nothing when the code comes out of
a module:

    <!-- cell: the-cell | from cell.py: LSTM_Cell -->         this definition, as it stands in the module
    <!-- cell: the-cell | from sum_sequence/cell.py: LSTM_Cell -->   the same, of another homework
    <!-- cell: parameters | from parameters.py | tags: parameters -->
                                             the whole module without its docstring and imports
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import nbformat

from grader.assignment import load_sheet
from grader.cli.handout import Tutors, handout

ROOT = Path(__file__).resolve().parent.parent
_HEADER = re.compile(
    r"<!-- cell: (?P<id>[\w-]+)(?: \| from (?P<module>(?:\w+/)?\w+\.py)(?:: (?P<names>[\w, ]+))?)?"
    r"(?: \| tags: (?P<tags>.+?))? -->"
)
_FENCE = re.compile(r"```python\n(.*)\n```", re.DOTALL)


def solution(folder: Path) -> dict[str, Any]:
    """The tutor's notebook (nbformat 4.5, no outputs) that `folder`/story.md and the modules beside it make.

    Raises:
        ValueError: the story names a definition that its module lacks, or does not begin with a cell line.
    """
    notebook = nbformat.v4.new_notebook(cells=list(_cells(folder)))
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    nbformat.validate(notebook)
    return notebook


def definitions(module: str, names: Sequence[str] = ()) -> str:
    """The source of these top-level definitions of a module's text; without names, all but docstring and
    imports.

    Raises:
        ValueError: the module does not define one of the names.
    """
    lines = module.split("\n")
    nodes = [
        n
        for n in ast.parse(module).body
        if not isinstance(n, ast.Import | ast.ImportFrom) and not _is_text(n)
    ]
    if not names:
        first = min(node.lineno for node in nodes)
        return "\n".join(lines[first - 1 :]).rstrip()
    found = {name: node for node in nodes for name in _names(node)}
    if missing := [name for name in names if name not in found]:
        raise ValueError(f"the module does not define {', '.join(missing)}")
    return "\n\n\n".join(_segment(lines, found[name]) for name in names)


def files(name: str) -> dict[Path, str]:
    """What the files made for this homework should hold, by path."""
    tutor = solution(ROOT / "reference" / name)
    words = (ROOT / "reference" / name / "readme.md").read_text(encoding="utf-8")
    made = handout(load_sheet(ROOT / "assignments" / name), Tutors(notebook=tutor, words=words), wheel=None)
    return {
        ROOT / "reference" / name / "solution.ipynb": nbformat.writes(tutor) + "\n",
        **{ROOT / "student_template" / name / path: data.decode() for path, data in made.items()},
    }


def outdated() -> dict[Path, str]:
    """The files that are missing or differ from what the modules and stories make, with what they should
    hold."""
    wanted = {
        path: text
        for story in sorted(ROOT.glob("reference/*/story.md"))
        for path, text in files(story.parent.name).items()
    }
    return {
        path: text
        for path, text in wanted.items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    }


def _cells(folder: Path) -> Iterator[dict[str, Any]]:
    story = (folder / "story.md").read_text(encoding="utf-8")
    headers = list(_HEADER.finditer(story))
    if not headers or story[: headers[0].start()].strip():
        raise ValueError(f"{folder.name}/story.md must begin with a line <!-- cell: ID -->")
    for header, following in zip(headers, [*headers[1:], None], strict=True):
        body = story[header.end() : following.start() if following else None].strip()
        fence = _FENCE.fullmatch(body)
        metadata = {"tags": header["tags"].split()} if header["tags"] else {}
        if header["module"] or fence:
            code = fence[1] if fence else _from_module(_module(folder, header["module"]), header["names"])
            yield nbformat.v4.new_code_cell(code, id=header["id"], metadata=metadata)
        else:
            yield nbformat.v4.new_markdown_cell(body, id=header["id"], metadata=metadata)


def _module(folder: Path, name: str) -> Path:
    return (folder.parent if "/" in name else folder) / name


def _from_module(path: Path, names: str | None) -> str:
    source = definitions(path.read_text(encoding="utf-8"), names.split(", ") if names else ())
    return re.sub(r"  # noqa:.*", "", source)


def _names(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.ClassDef | ast.FunctionDef):
        return [node.name]
    return [target.id for target in getattr(node, "targets", []) if isinstance(target, ast.Name)]


def _segment(lines: list[str], node: ast.stmt) -> str:
    """A definition's lines, with its decorators and the comment lines that end it."""
    first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
    last = node.end_lineno or node.lineno
    while last < len(lines) and lines[last].startswith("    "):
        last += 1
    return "\n".join(lines[first - 1 : last])


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write what is out of date, or with --check only name it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 when a file is out of date"
    )
    check = parser.parse_args(arguments).check
    stale = outdated()
    for path, text in stale.items():
        said = "out of date, run python -m reference.build" if check else "written"
        print(f"{path.relative_to(ROOT)}: {said}")
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return int(bool(stale) and check)


if __name__ == "__main__":
    sys.exit(main())
