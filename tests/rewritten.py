"""Homework of the corpus as somebody else would have written it: the same program under other names, in other
cells, as a script, in modules, in one function. Its verdicts stay what they are.

    python -m tests.rewritten [--homework H] [--only NAME...] [--way WAY...] [--keep DIR]

grades with real kernels and compares with the golden verdicts.
"""

from __future__ import annotations

import argparse
import ast
import builtins
import itertools
import json
import keyword
import re
import sys
import tempfile
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from grader.run import Engine
from tests import corpus
from tests.golden_verdicts import examine_files, known

MODULE = "bausteine"
# what Keras, TensorFlow, NumPy and Python know by these names, whoever defines them
OF_LIBRARIES = frozenset(
    re.findall(
        r"\w+",
        """call build compute_output_shape get_config from_config train_step test_step predict_step compile
    fit evaluate predict name dtype trainable weights variables trainable_variables trainable_weights losses
    loss metrics optimizer layers built kernel bias activation input output inputs outputs states state shape
    history epoch params model units cell state_size output_size reset_states reset_state update_state result
    get_initial_state add_weight add_loss summary save load close append extend items keys values get update
    copy mean sum numpy set on_epoch_end on_epoch_begin on_batch_end on_train_end
    stack unstack write read gather concat""",
    )
)
WORDS = re.findall(
    r"\w+",
    """birne apfel kirsche pflaume quitte mispel feige dattel olive mandel nuss kastanie hasel linde esche
ulme erle weide birke buche eiche tanne fichte kiefer ahorn holler rose nelke tulpe narzisse primel veilchen
mohn distel klee farn moos efeu hopfen minze salbei thymian dill kresse fenchel kerbel""",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewritten:
    """A homework in another form: the cells of its notebook, and files beside it; without cells, the scripts
    alone."""

    cells: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)


class NotThisOne(Exception):
    """This homework cannot be written so, and still be the same."""


def renamed(cells: Sequence[str]) -> Rewritten:
    """Whatever the student named is called otherwise: by words that say nothing."""
    trees = [_parsed(cell) for cell in cells]
    names, attributes = _own_names(trees)
    words = (word + suffix for suffix in ("", *"abcdefghij") for word in WORDS)
    others: dict[str, str] = {}
    for name in itertools.chain(names, attributes):
        if name not in others:
            word = next(words)
            others[name] = word.capitalize() if name[0].isupper() else word
    rename = _Renames({name: others[name] for name in names}, {name: others[name] for name in attributes})
    return Rewritten(cells=tuple(_in_words(ast.unparse(rename.visit(tree)), others) for tree in trees))


def in_one_cell(cells: Sequence[str]) -> Rewritten:
    """All code in a single cell."""
    return Rewritten(cells=("\n\n".join(cells),))


def a_cell_each(cells: Sequence[str]) -> Rewritten:
    """Every statement in a cell of its own."""
    statements = itertools.chain.from_iterable(_parsed(cell).body for cell in cells)
    return Rewritten(cells=tuple(map(ast.unparse, statements)))


def as_script(cells: Sequence[str]) -> Rewritten:
    """A program instead of a notebook."""
    return Rewritten(files={"homework.py": "\n\n".join(map(ast.unparse, map(_parsed, cells))) + "\n"})


def in_a_function(cells: Sequence[str]) -> Rewritten:
    """A program whose work is done in `main()`, called under a guard."""
    definitions, work = _apart(cells)
    if not work:
        raise NotThisOne("nothing is done")
    main = ast.parse("def main():\n    pass").body[0]
    assert isinstance(main, ast.FunctionDef)
    main.body = list(work)
    guard = ast.parse("if __name__ == '__main__':\n    main()").body
    return Rewritten(files={"homework.py": _text([*definitions, main, *guard])})


def in_modules(cells: Sequence[str]) -> Rewritten:
    """A notebook that imports its classes and functions from a module of its own."""
    definitions, work = _apart(cells)
    imports = [part for part in definitions if isinstance(part, (ast.Import, ast.ImportFrom))]
    if not any(isinstance(part, ast.ClassDef) for part in definitions):
        raise NotThisOne("it has no class that stands alone")
    head = ast.parse(f"from {MODULE} import *").body
    return Rewritten(
        cells=(_text([*imports, *head]), *(_text([part]) for part in work)),
        files={f"{MODULE}.py": _text(definitions)},
    )


def in_a_dict(cells: Sequence[str]) -> Rewritten:
    """What is made stands in one dict, things["model"]."""
    return _kept_in(cells, "things = {}", lambda name: f"things[{name!r}]")


def in_a_box(cells: Sequence[str]) -> Rewritten:
    """What is made stands in attributes of one object, run.model."""
    head = "class Box:\n    pass\n\nrun = Box()"
    return _kept_in(cells, head, lambda name: f"run.{name}")


def on_a_device(cells: Sequence[str]) -> Rewritten:
    """All but the first cells in a block for a graphics card."""
    return Rewritten(cells=tuple(_inside('with tf.device("/GPU:0"):', cell) for cell in cells))


def guarded(cells: Sequence[str]) -> Rewritten:
    """Every cell passes over its errors."""
    end = "\nexcept Exception as problem:\n    print(problem)"
    return Rewritten(cells=tuple(_inside("try:", cell, end) for cell in cells))


def timed(cells: Sequence[str]) -> Rewritten:
    """Every cell is timed by a magic."""
    return Rewritten(cells=tuple(f"%%time\n{cell}" for cell in cells))


def of_keras_alone(cells: Sequence[str]) -> Rewritten:
    """Layers, models and optimizers of `keras`, not of `tf.keras`."""
    first, *others = ("\n".join(map(ast.unparse, _parsed(cell).body)) for cell in cells)
    texts = [text.replace("tf.keras.", "keras.") for text in others]
    if texts == others:
        raise NotThisOne("it has nothing of tf.keras")
    return Rewritten(cells=(f"{first}\nfrom tensorflow import keras", *texts))


WAYS: Mapping[str, Callable[[Sequence[str]], Rewritten]] = {
    way.__name__: way
    for way in (
        *(renamed, in_one_cell, a_cell_each, as_script, in_a_function, in_modules),
        *(in_a_dict, in_a_box, on_a_device, guarded, timed, of_keras_alone),
    )
}


def write(way: str, entry: corpus.Entry, homework: str, folder: Path) -> None:
    """The homework in this form, and its texts as they were.

    Raises:
        NotThisOne: it cannot be written so.
    """
    if entry.write is not None or entry.files:
        raise NotThisOne("it is more than a notebook of code")
    before = nbformat.from_dict(corpus.notebook(entry, homework))
    code = ["".join(cell.source) for cell in before.cells if cell.cell_type == "code"]
    new = WAYS[way](code)
    folder.mkdir(parents=True)
    texts = ["".join(cell.source) for cell in before.cells if cell.cell_type == "markdown"]
    for name, text in new.files.items():
        (folder / name).write_text(text, encoding="utf-8")
    if new.cells:
        cells = [
            *map(nbformat.v4.new_code_cell, new.cells),
            *map(nbformat.v4.new_markdown_cell, texts),
        ]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / corpus.NOTEBOOK)
    else:
        (folder / "README.md").write_text("\n\n".join(texts), encoding="utf-8")


def _kept_in(cells: Sequence[str], head: str, place: Callable[[str], str]) -> Rewritten:
    """What the work binds stands in the place of this name instead."""
    trees = [_parsed(cell) for cell in cells]
    _, work = _apart(cells)
    made = {name for part in work for name in _made(part) if not isinstance(part, ast.FunctionDef)}
    bound_elsewhere = {
        name
        for tree in trees
        for part in ast.walk(tree)
        if isinstance(part, (ast.FunctionDef, ast.ClassDef, ast.Lambda, ast.comprehension))
        for node in ast.walk(part)
        for name in ([node.arg] if isinstance(node, ast.arg) else [node.id] if _is_stored(node) else [])
    }
    places = {name: place(name) for name in made - bound_elsewhere}
    if not places:
        raise NotThisOne("it makes nothing that can stand elsewhere")
    first, *others = (ast.unparse(_Replaces(places).visit(tree)) for tree in trees)
    return Rewritten(cells=(f"{first}\n{head}", *others))


class _Replaces(ast.NodeTransformer):
    """Puts other expressions where these names are read or bound."""

    def __init__(self, places: Mapping[str, str]) -> None:
        self.places = places

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id not in self.places:
            return node
        other = ast.parse(self.places[node.id], mode="eval").body
        assert isinstance(other, (ast.Subscript, ast.Attribute))
        other.ctx = node.ctx
        return other


def _inside(head: str, cell: str, end: str = "") -> str:
    """A cell in a block; imports and constants stay where they are."""
    kept = [
        part
        for part in _parsed(cell).body
        if isinstance(part, (ast.Import, ast.ImportFrom)) or _is_constant(part)
    ]
    rest = [
        part
        for part in _parsed(cell).body
        if part not in kept and ast.unparse(part) not in map(ast.unparse, kept)
    ]
    if not rest:
        return cell
    text = "\n\n".join(map(ast.unparse, rest))
    return _text(kept) + f"{head}\n{textwrap.indent(text, '    ')}{end}"


def _in_words(code: str, names: Mapping[str, str]) -> str:
    """The code, where a docstring explains an argument by its name, with the other name."""
    explained = re.compile(r"^( *(?::param (?:\w+ )?)?)(\w+)(?=(?: \([^)\n]*\))?:)", re.MULTILINE)

    def other(found: re.Match[str]) -> str:
        return found[1] + names.get(found[2], found[2])

    return re.sub(r'"""(?:.|\n)*?"""', lambda text: explained.sub(other, text[0]), code)


def _parsed(cell: str) -> ast.Module:
    try:
        return ast.parse(cell)
    except SyntaxError as problem:
        raise NotThisOne("not all of it is Python") from problem


def _text(parts: Sequence[ast.stmt]) -> str:
    return "\n\n".join(map(ast.unparse, parts)) + "\n"


def _apart(cells: Sequence[str]) -> tuple[list[ast.stmt], list[ast.stmt]]:
    """(imports, constants, and the classes and functions that need nothing else; what is done, and whatever
    needs what was made there)."""
    statements = list(itertools.chain.from_iterable(_parsed(cell).body for cell in cells))
    kept = (ast.Import, ast.ImportFrom, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    work = {id(part) for part in statements if not (isinstance(part, kept) or _is_constant(part))}
    while True:
        made = {name for part in statements if id(part) in work for name in _made(part)}
        more = {id(part) for part in statements if id(part) not in work and _reads(part, made)}
        if not more:
            break
        work |= more
    return [p for p in statements if id(p) not in work], [p for p in statements if id(p) in work]


def _made(part: ast.stmt) -> set[str]:
    """The names that a statement binds where it stands."""
    if isinstance(part, (ast.FunctionDef, ast.ClassDef)):
        return {part.name}
    return {node.id for node in ast.walk(part) if _is_stored(node)}  # type: ignore[attr-defined]


def _is_constant(part: ast.stmt) -> bool:
    return isinstance(part, ast.Assign) and all(
        isinstance(target, ast.Name) and target.id.isupper() for target in part.targets
    )


def _is_stored(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


def _reads(part: ast.stmt, names: set[str]) -> bool:
    """Whether it reads one of these names from outside of itself."""
    nodes = [node for node in ast.walk(part) if isinstance(node, ast.Name)]
    own = {node.id for node in nodes if _is_stored(node)}
    own |= {node.arg for node in ast.walk(part) if isinstance(node, ast.arg)}
    return any(node.id in names - own for node in nodes)


def _own_names(trees: Sequence[ast.Module]) -> tuple[list[str], list[str]]:
    """(names, attributes) that are the student's own, and that nobody but the code itself knows."""
    nodes = [node for tree in trees for node in ast.walk(tree)]
    said = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    by_name = {node.arg for node in nodes if isinstance(node, ast.keyword)}
    imported = {
        (alias.asname or alias.name).partition(".")[0]
        for node in nodes
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }
    kept = by_name | said | imported | OF_LIBRARIES | set(dir(builtins)) | set(keyword.kwlist)
    classes = [node for node in nodes if isinstance(node, ast.ClassDef)]
    methods = {part for one in classes for part in one.body}
    names = [node.id for node in nodes if _is_stored(node) and node not in methods]
    names += [
        node.name
        for node in nodes
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node not in methods
    ]
    names += [node.arg for node in nodes if isinstance(node, ast.arg)]
    fields = {
        node.target.id for node in methods if isinstance(node, ast.AnnAssign) and _is_stored(node.target)
    }  # type: ignore[attr-defined]
    fields |= {
        target.id
        for node in methods
        if isinstance(node, ast.Assign)
        for target in node.targets
        if _is_stored(target)
    }  # type: ignore[attr-defined]
    attributes = [node.name for node in methods if isinstance(node, ast.FunctionDef)]
    attributes += [
        node.attr
        for node in nodes
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
    ]
    return _free(names, kept | fields | {"self", "cls"}), _free(attributes, kept | fields)


def _free(names: Sequence[str], kept: set[str] | frozenset[str]) -> list[str]:
    return [
        name
        for name in dict.fromkeys(names)
        if name not in kept and not name.isupper() and not name.startswith("_")
    ]


class _Renames(ast.NodeTransformer):
    def __init__(self, names: Mapping[str, str], attributes: Mapping[str, str]) -> None:
        self.names, self.attributes = names, attributes

    def visit_Name(self, node: ast.Name) -> ast.AST:
        node.id = self.names.get(node.id, node.id)
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.arg = self.names.get(node.arg, node.arg)
        return self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        node.attr = self.attributes.get(node.attr, node.attr)
        return self.generic_visit(node)

    def visit_Global(self, node: ast.Global) -> ast.AST:
        node.names = [self.names.get(name, name) for name in node.names]
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.name = self.names.get(node.name, node.name)
        for part in node.body:
            if isinstance(part, ast.FunctionDef):
                part.name = self.attributes.get(part.name, part.name)
                part.decorator_list = [self.visit(one) for one in part.decorator_list]
                self.generic_visit(part.args)
                part.body = [self.visit(one) for one in part.body]
            else:
                self.visit(part)
        node.bases = [self.visit(one) for one in node.bases]
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.name = self.names.get(node.name, node.name)
        return self.generic_visit(node)


# a function within a function need not explain its arguments
NOT_COMPARED = {("in_a_function", "arguments_explained")}


def differences(homework: str, name: str, way: str, points: Mapping[str, tuple[str, float]]) -> Iterator[str]:
    """Where a homework that is written otherwise has other points than the same one as it was."""
    for check, line in known(homework)[name].items():
        status, given = points[check]
        if given != line["points"] and (way, check) not in NOT_COMPARED:
            yield f"{check}: {line['points']:g} ({line['status']}), now {given:g} ({status})"


def main(arguments: Sequence[str] | None = None) -> int:
    """Grade and compare; 1 when something differs."""
    parser = argparse.ArgumentParser(prog="python -m tests.rewritten")
    parser.add_argument("--homework", choices=corpus.HOMEWORKS, default="integration_task")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME")
    parser.add_argument("--way", nargs="+", default=list(WAYS), choices=list(WAYS))
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args(arguments)
    compared = differing = 0
    with tempfile.TemporaryDirectory() as place, Engine.best() as engine:
        for entry in corpus.all_submissions(options.homework):
            for way in options.way:
                if (options.only and entry.name not in options.only) or entry.name not in known(
                    options.homework
                ):
                    continue
                folder = (options.keep or Path(place)) / f"{entry.name}-{way}"
                try:
                    write(way, entry, options.homework, folder / "class" / "ada")
                except NotThisOne as reason:
                    print(f"{entry.name}: not {way}: {reason}", flush=True)
                    continue
                _, result = examine_files(options.homework, folder / "class", folder, engine)
                points = {one.id: (one.status.value, one.points) for one in result.checks}
                found = list(differences(options.homework, entry.name, way, points))
                (folder / "verdicts.json").write_text(
                    json.dumps({c.id: [c.status.value, c.points, c.message] for c in result.checks}, indent=1)
                )
                compared, differing = compared + 1, differing + bool(found)
                print("\n  ".join([f"{entry.name} {way}: {result.points:g}", *found]), flush=True)
    print(f"{compared} compared, {differing} differ")
    return int(differing > 0)


if __name__ == "__main__":
    sys.exit(main())
