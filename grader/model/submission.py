"""What one student or group handed in, after collecting, repairing and reading it."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.model.file_kinds import is_script
from grader.model.repair import Repair
from grader.model.runtime import RuntimeSign


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A written answer as found: the heading it stood under, its text, and the file (and cell) it came
    from."""

    question: str  # the id of the Question
    text: str
    where: str  # "homework.ipynb, cell 12"


@dataclass(frozen=True, slots=True, kw_only=True)
class CellSource:
    """One code cell as it will run, or one piece of a script. `number` counts all cells of the student's
    notebook from 1, markdown included, or the pieces of a script."""

    number: int
    text: str
    tags: tuple[str, ...] = ()
    where: str = ""  # "main.py, lines 12 to 40"; "" in a notebook
    written: str = ""  # as the student wrote it, where it runs otherwise
    is_spared: bool = False  # a line of it cannot be read by Python: the rest runs

    @property
    def as_written(self) -> str:
        """The student's own text."""
        return self.written or self.text

    @property
    def place(self) -> str:
        """Where it stands, in words."""
        return self.where or f"cell {self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionFacts:
    """One function or method as read in the source."""

    name: str  # "integration_task" or "LSTM_Cell.call"
    where: str  # "cell 3, line 2"
    arguments: tuple[str, ...]  # without self
    annotated: tuple[str, ...]  # the arguments with a type
    returns_annotated: bool
    docstring: str
    is_generator: bool
    decorators: tuple[str, ...]
    is_public: bool = True
    explained: tuple[str, ...] = ()  # the arguments whose annotation says in words what they are


@dataclass(frozen=True, slots=True, kw_only=True)
class UseBeforeDefinition:
    """A name used in a cell although it is first defined in a later one."""

    name: str
    used_in: int  # cell number
    defined_in: int  # cell number


@dataclass(frozen=True, slots=True, kw_only=True)
class Misplaced:
    """A method of `kind` that is none because of where it stands: inside of another one, or, `within` "",
    outside of the class."""

    name: str
    kind: str
    within: str
    where: str  # "cell 4, line 7"

    @property
    def said(self) -> str:
        """What is wrong."""
        stands = f"is defined inside `{self.within}` of" if self.within else "stands outside of the class"
        return f"`{self.name}` {stands} {self.kind} ({self.where})"

    @property
    def hint(self) -> str:
        """The way on."""
        return f"Move `{self.name}` one level to the {'left' if self.within else 'right'}."

    @property
    def in_full(self) -> str:
        """Both, as a hint on what follows from it."""
        return f"{self.said}. {self.hint}"


# after these, any name may exist
DYNAMIC = frozenset({"exec", "eval", "globals", "vars", "locals", "setattr"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFacts:
    """What the source says without running it."""

    functions: tuple[FunctionFacts, ...] = ()
    classes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # class name -> bases as written
    imports: tuple[str, ...] = ()  # top-level packages: "tensorflow", "tqdm"
    # files that are run for their names and are not there -> the cell that runs them: "helper.ipynb"
    files_missing: Mapping[str, int] = field(default_factory=dict)
    # name -> cell number of its first top-level definition
    assigned: Mapping[str, int] = field(default_factory=dict)
    # names in modules and in functions -> the cell that leads there
    elsewhere: Mapping[str, int] = field(default_factory=dict)
    # name -> the function or method that binds it: "main"
    local_in: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # contract name -> names that may be meant, likeliest first
    unrolled_in: str = ""  # a function that goes through sequences as the sheet's cell would
    # literal values of contract parameters
    parameters: Mapping[str, float | int] = field(default_factory=dict)
    # contract parameters that are no number, as they are written: BATCH_SIZE = "32"
    no_numbers: Mapping[str, str] = field(default_factory=dict)
    # contract parameter -> the name that stands for it
    spelled: Mapping[str, str] = field(default_factory=dict)
    parameters_cell: int | None = None  # the cell that assigns them
    # "cell 4, line 3: tf.keras.layers.LSTM(...)": ready-made recurrent layers
    builtin_recurrent: tuple[str, ...] = ()
    # dotted names and attributes that occur: "tf.function", "TensorArray", "from_generator"
    uses: frozenset[str] = frozenset()
    used_before_defined: tuple[UseBeforeDefinition, ...] = ()
    misplaced: tuple[Misplaced, ...] = ()
    runtime_signs: tuple[RuntimeSign, ...] = ()  # places that need Keras 2, or Keras 3
    syntax_errors: tuple[str, ...] = ()  # "cell 4, line 2: invalid syntax"
    refused: tuple[str, ...] = ()  # "cell 4, line 3: 'return' outside function"
    text: str = ""  # all code, cells joined with a comment line that numbers them

    @property
    def names(self) -> Mapping[str, int]:
        """Every name that the homework defines, with the cell that brings it about."""
        return {**self.elsewhere, **self.assigned}


class ProblemKind(enum.StrEnum):
    """Whose problem it is that nothing can be run."""

    HOMEWORK = "homework"  # nothing in what was handed in can be run
    GRADER = "grader"  # the grader failed while reading it: no points are lost


OURS_BEFORE = (
    # all that was stored of it until 0.1
    "our problem: the grader failed while reading this homework, no points are lost"
)


class TimeSource(enum.StrEnum):
    """How it is known when something was handed in."""

    ROSTER = "the roster"
    PLATFORM = "the learning platform"
    MARK = "the mark of the learning platform"  # whether it was late, not by how much
    COMMIT = "the last commit"
    LATER_COMMIT = "the last commit, after one that was in time"
    FILES = "the files"
    UNKNOWN = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who handed in, as the roster and the platform write them; with this a mark finds its way
    back."""

    student: str  # the id in the roster; without one, what the submission is called
    name: str = ""  # the full name as written
    email: str = ""
    ident: str = ""  # the platform's number of the person or of the participation
    login: str = ""
    on_roster: bool = True  # also where there is no roster


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One student's or group's homework, ready to run."""

    student: str  # unique in a class: the folder's or file's name, or the id in the roster
    members: tuple[str, ...] = ()
    path: str = ""  # relative to the graded folder, "/" separated
    root: Path | None = None  # the folder whose files the kernel may see; None when nothing could be read
    files: tuple[str, ...] = ()  # relative to root
    digest: str = ""  # sha256 over names and contents of the files
    # the files that are judged, as they run or an answer was found in them -> sha256 of the content
    receipt: Mapping[str, str] = field(default_factory=dict)
    submitted: str | None = None  # ISO 8601
    late: bool = False
    time_source: TimeSource | None = None  # None: there is no deadline, so nobody asked
    people: tuple[Person, ...] = ()  # who handed it in, as far as that is known
    # the repaired notebook, nbformat 4.5 as a dict; None: see `problem`
    notebook: Mapping[str, Any] | None = None
    notebook_file: str = ""  # relative to root: the notebook, or the script
    package: str = ""  # the package that a script belongs to, when it imports relatively
    # the student's own files that run with it, relative to root; a script's own is among them
    modules: tuple[str, ...] = ()
    cells: tuple[CellSource, ...] = ()  # the code cells after repair, or the pieces of the script
    source: SourceFacts = SourceFacts()
    # name of the sheet -> the student's own, as the instructor said
    takes: Mapping[str, str] = field(default_factory=dict)
    answers: tuple[Answer, ...] = ()
    # ids of questions below whose heading nothing stands but the template's words
    untouched: tuple[str, ...] = ()
    searched: tuple[str, ...] = ()  # the files in which answers were looked for
    repairs: tuple[Repair, ...] = ()  # what we changed
    notices: tuple[str, ...] = ()  # what the student should know: "2 notebooks found, homework.ipynb graded"
    flags: tuple[str, ...] = ()  # what the instructor should know
    prints: tuple[int, ...] = ()  # of all its code, to be compared with others'
    stored: tuple[str, ...] = ()  # long numbers and pictures in the outputs that the notebook came with
    problem: str = ""  # why nothing can be run: "homework.ipynb is not a notebook: it is empty"
    problem_kind: ProblemKind | None = None  # None: there is none, or it was stored before there were kinds

    def place(self, number: int) -> str:
        """Where a cell stands, in words."""
        return next((cell.place for cell in self.cells if cell.number == number), f"cell {number}")

    @property
    def is_our_fault(self) -> bool:
        """Whether nothing can be run because the grader failed."""
        if self.problem_kind is None:
            return self.problem == OURS_BEFORE
        return self.problem_kind is ProblemKind.GRADER

    @property
    def form(self) -> str:
        """What it is called in messages: "notebook" or "script"."""
        return "script" if is_script(self.notebook_file) else "notebook"
