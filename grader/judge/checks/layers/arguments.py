"""Whether the arguments of functions are typed and explained: read in the source."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from grader import probes
from grader.assignment import Cell, Criterion, Seen
from grader.model import Basis, Evidence, FunctionFacts, Verdict
from grader.model.verdict import failed, partial, passed

# Keras' own arguments need no explanation
USUAL = {"self", "cls", "training", "mask", "args", "kwargs", "input_shape"}
# what a docstring may give as a type, after the name of an argument: units (int), `units : int`, units <int>,
# :param int units:
NAMES_OF_TYPES = (
    r"(?:tf\.|np\.|numpy\.|tensorflow\.|keras\.|torch\.)[\w.]+|int|integer|float|double|str|string|bool|"
    r"boolean|list|tuple|dict|dictionary|set|array|ndarray|tensor|eagertensor|callable|generator|iterable|"
    r"iterator|none|any|object"
)
# types that are told in a sentence, too: "x: input tensor with the values of a step"
IN_A_SENTENCE = (
    r"(?:[a-z]+[ \t]+){0,2}(?:int|integer|float|string|boolean|bool|tuple|list|dict|dictionary|array|ndarray|"
    r"tensor|dataset)s?"
)
# a class of the student's own, or of a library: cell (LSTMCell)
OF_A_CLASS = r"[(<\[]\s*(?-i:[A-Z]\w*[A-Z]\w*)\s*[)>\]]"
IN_BRACKETS = (
    rf"[(<\[](?=[^)>\]]*\b(?:{NAMES_OF_TYPES}|function|dataset|model|layer|optimizer|loss|cell|number)\b)"
    r"[^)>\]]*[)>\]]"
)
SIGNS = r"(?::|=|\.{2,}|[-–—]+>?)"  # between the name and the type
# what a line of a docstring is about: `:type units: int`, `units (int): how many`, `units: int`
ENTRY = re.compile(r"^\W*(?:(?:param|type)\s+(?:[^:\n]*\s)?)?(\w+)\s*[:(<]", re.MULTILINE)
TYPE_IN_SPHINX = re.compile(r":type\s+(\w+)\s*:\s*\S")
ALIKE = 0.65  # "mdoel" and "model" .80, "num_len" and "num_samples" .67; "x" and "y" 0
UNDERLINED = re.compile(r"^\s*(?:Parameters|Attributes|Arguments|Args)\s*:?\s*\n\s*-{3,}\s*$", re.MULTILINE)


def arguments_explained(where_there_is: Cell) -> Criterion:
    """All arguments are typed and explained. There must be a part of the student's own: a template's types
    and sentences earn nothing."""
    return Criterion(
        id="arguments_explained",
        title="Every function's arguments are typed and explained.",
        judge=judge_arguments,
        basis=Basis.READ,
        asks=(probes.one_step(where_there_is),),
        forger_gains="one point, for types and sentences",
    )


def judge_arguments(seen: Seen) -> Verdict:
    """Every function's arguments have a type and are explained in a docstring (of the function or of its
    class), or in the annotation itself."""
    functions = [f for f in seen.source.functions if _counts(f)]
    if not functions:
        return failed(
            "no functions with arguments were found",
            hint="Write the task, the cell, the layer and the model as functions and classes.",
        )
    texts = {f.name: f.docstring for f in seen.source.functions}
    lacking = [(f, problem) for f in functions if (problem := _lacks(f, texts))]
    evidence = [
        Evidence(what=f.name, expected="typed and explained", actual=problem, where=f.where)
        for f, problem in lacking[:8]
    ]
    if not lacking:
        return passed(f"The arguments of all {len(functions)} functions are typed and explained.")
    message = (
        f"{len(lacking)} of {len(functions)} functions {'lacks' if len(lacking) == 1 else 'lack'} something:"
        f" {lacking[0][0].name}, {lacking[0][0].where}: {lacking[0][1]}"
    )
    hint = (
        "For example: def draw(seq_len: int, num_samples: int), with a docstring that says what each argument"
        " means."
    )
    if len(lacking) <= len(functions) // 3:
        return partial(0.5, message, hint=hint, evidence=evidence)
    return failed(message, hint=hint, evidence=evidence)


def _counts(function: FunctionFacts) -> bool:
    dunder = function.name.rpartition(".")[2]
    if dunder.startswith("__") and dunder != "__init__":
        return False
    return function.is_public and bool(_to_explain(function))


def _to_explain(function: FunctionFacts) -> list[str]:
    """The arguments that somebody who calls it must know; the shapes that Keras hands to `build` are none,
    whatever they are called."""
    if function.name.endswith(".build"):
        return []
    return [a for a in function.arguments if a.lstrip("*") not in USUAL and not a.startswith("*")]


def _lacks(function: FunctionFacts, docstrings: dict[str, str]) -> str:
    arguments, owner = _to_explain(function), function.name.rpartition(".")[0]
    # which holds the class's own docstring
    text = function.docstring + "\n" + docstrings.get(f"{owner}.__init__", "")
    meant = {a: (a, *_misspelt(a, text, function.arguments)) for a in arguments}
    untyped = [
        a
        for a in arguments
        if a not in function.annotated and not any(_is_typed_in(text, name) for name in meant[a])
    ]
    if len(untyped) > _typed_twice(text):
        return f"no type for {', '.join(untyped[:4])}"
    arguments = [a for a in arguments if a not in function.explained]
    if arguments and not text.strip():
        return "no docstring"
    silent = [
        a for a in arguments if not any(re.search(rf"\b{re.escape(name)}\b", text) for name in meant[a])
    ]
    return f"the docstring does not mention {', '.join(silent[:4])}" if silent else ""


def _misspelt(argument: str, docstring: str, arguments: Sequence[str]) -> list[str]:
    """The names of entries that no argument has, and that look like this one: a slip of the pen."""
    others = set(ENTRY.findall(docstring)) - set(arguments)
    return difflib.get_close_matches(argument, sorted(others), cutoff=ALIKE)


def _typed_twice(docstring: str) -> int:
    """How many types stand there for an argument that has one: lines that were copied, and the name left."""
    typed = TYPE_IN_SPHINX.findall(docstring)
    return len(typed) - len(set(typed))


def _is_typed_in(docstring: str, argument: str) -> bool:
    """Whether a docstring gives the type of an argument: in brackets behind its name or at the end of its
    line, behind a colon or a dash, or as Sphinx or NumPy have it; of several arguments at once, too, and of
    several in one line."""
    first = rf"`{{0,2}}{re.escape(argument)}`{{0,2}}(?:[ \t]*,[ \t]*\w+)*"
    name = rf"(?:\w+[ \t]*,[ \t]*)*{first}"
    signed = rf"{SIGNS}[ \t]*(?:{NAMES_OF_TYPES}|{IN_A_SENTENCE})\b"
    after = rf"(?<![\w.]){first}\s*(?:{IN_BRACKETS}|{OF_A_CLASS}|{signed})"
    in_sphinx = rf":param\s+[^:\n]*\S\s+{name}\s*:|:type\s+{name}\s*:\s*\S"
    at_end = rf"^\W*{first}[ \t]*{SIGNS}[^\n]{{0,200}}{IN_BRACKETS}[ \t.]*$"
    in_numpy = rf"|^\s*{name}[ \t]+:[ \t]*\S" if UNDERLINED.search(docstring) else ""  # name : of any type
    return (
        re.search(f"{after}|{at_end}|{in_sphinx}{in_numpy}", docstring, re.MULTILINE | re.IGNORECASE)
        is not None
    )
