"""Where students put their answers: an answer under a heading, placed into a homework in every way that was
seen."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from grader.assignment import Question
from grader.collect.answers.documents import documents
from grader.collect.answers.under_headings import find_answers
from grader.collect.reading.notebook import NotebookCell
from grader.collect.reading.pieces import cell_pieces, local_modules
from grader.judge.checks.written.keys import folded

Files = Mapping[str, str]
Cells = tuple[tuple[str, str], ...]
Placed = tuple[Cells, Files]

OTHERS = {
    "truncated_bptt": "Should you rather take this as a regression, or a classification problem?",
    "classification_or_regression": "Can / should you use truncated BPTT here?",
}
HEADINGS = {
    "truncated_bptt": [
        *(
            "Can / should you use truncated BPTT here?",
            "Truncated BPTT",
            "Can we use truncated backpropagation through time?",
        ),
        *(
            "Should TBPTT be used?",
            "Kann / sollte man hier truncated BPTT verwenden?",
            "Is truncted BPTT usefull here?",
        ),
    ],
    "classification_or_regression": [
        *(
            "Should you rather take this as a regression, or a classification problem?",
            "Classification or regression?",
        ),
        *(
            "Is it a regression or classification problem?",
            "Regression vs. Classification",
            "Regression oder Klassifikation?",
        ),
        "Ist das ein Regressions- oder ein Klassifikationsproblem?",
    ],
}


def commented(text: str) -> str:
    """As comment lines."""
    return "\n".join(f"# {line}" for line in text.split("\n"))


def quoted(text: str) -> str:
    """As a text in code."""
    return "'''\n" + text.replace("\\", "\\\\").replace("'''", "") + "\n'''"


PLACES: dict[str, Callable[[str, str, str], Placed]] = {
    "markdown": lambda h, a, o: ((("markdown", f"## {h}\n{a}\n\n## {o}\nLater."),), {}),
    "next cell": lambda h, a, o: ((("markdown", f"### {h}"), ("markdown", a), ("code", "x = 1")), {}),
    "bold": lambda h, a, o: ((("markdown", f"**{h}**\n\n{a}"),), {}),
    "numbered, other order": lambda h, a, o: (
        (("markdown", f"# Questions\n\n**1. {o}**\n\nThis.\n\n**2. {h}**\n\n{a}"),),
        {},
    ),
    "README": lambda h, a, o: ((), {"README.md": f"# Homework\n\n## {h}\n\n{a}\n\n## How to run\nsee above"}),
    "Interpretation.md": lambda h, a, o: ((), {"docs/Interpretation.md": f"## {o}\nThat.\n## {h}\n{a}\n"}),
    "text file": lambda h, a, o: ((), {"answers.txt": f"{h.rstrip('?')}?\n\n{a}\n"}),
    "comment": lambda h, a, o: ((("code", f"x = 1\n# {h.rstrip('?')}?\n{commented(a)}\ny = 2"),), {}),
    "comment cell below a heading": lambda h, a, o: ((("markdown", f"## {h}"), ("code", commented(a))), {}),
    "comment above code below a heading": lambda h, a, o: (
        (("markdown", f"## {h}"), ("code", f"{commented(a)}\nx = 1")),
        {},
    ),
    "docstring": lambda h, a, o: (
        (("code", "import model"),),
        {"model.py": f"{quoted(h.rstrip('?') + '?' + chr(10) + a)}\nx = 1\n"},
    ),
    "text in a code cell": lambda h, a, o: ((("markdown", f"## {h}"), ("code", quoted(a))), {}),
}


def found(placed: Placed, root: Path, question: str, questions: Sequence[Question]) -> list[str]:
    """What the collector finds for a question in a homework that holds just this; `root`: an empty folder."""
    cells = [NotebookCell(number=n, kind=kind, text=text) for n, (kind, text) in enumerate(placed[0], 1)]
    for name, text in placed[1].items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text, "utf-8")
    pieces = cell_pieces(cells)
    modules = local_modules(pieces, root, tuple(placed[1]), "hw.ipynb")
    prose = documents(cells, [*pieces, *modules], "hw.ipynb", root, tuple(placed[1]))
    answers = find_answers(questions, prose)
    for name in placed[1]:
        (root / name).unlink()
    return [answer.text for answer in answers if answer.question == question]


def plain(text: str) -> str:
    """Without what a place adds or takes: the bars of comments, and the backslashes of quotes."""
    return re.sub(r"[\s\\]+", " ", folded(text)).strip()
