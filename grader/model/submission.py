"""What one student or group handed in, after collecting, repairing and reading it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.model.runtime import RuntimeSign


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A written answer as found: the heading it stood under, its text, and the file (and cell) it came from."""

    question: str  # the id of the Question
    text: str
    where: str  # "homework.ipynb, cell 12"


@dataclass(frozen=True, slots=True, kw_only=True)
class CellSource:
    """One code cell as it will run. `number` counts all cells of the student's notebook from 1, markdown included."""

    number: int
    text: str
    tags: tuple[str, ...] = ()


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


@dataclass(frozen=True, slots=True, kw_only=True)
class UseBeforeDefinition:
    """A name used in a cell although it is first defined in a later one."""

    name: str
    used_in: int  # cell number
    defined_in: int  # cell number


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFacts:
    """What the source says without running it."""

    functions: tuple[FunctionFacts, ...] = ()
    classes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # class name -> bases as written
    imports: tuple[str, ...] = ()  # top-level packages: "tensorflow", "tqdm"
    assigned: Mapping[str, int] = field(default_factory=dict)  # name -> cell number of its first top-level definition
    roles: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # contract name -> names that may be meant, likeliest first
    parameters: Mapping[str, float | int] = field(default_factory=dict)  # literal values of contract parameters
    parameters_cell: int | None = None  # the cell that assigns them
    builtin_recurrent: tuple[str, ...] = ()  # "cell 4, line 3: tf.keras.layers.LSTM(...)": ready-made recurrent layers
    uses: frozenset[str] = frozenset()  # dotted names and attributes that occur: "tf.function", "TensorArray", "from_generator"
    used_before_defined: tuple[UseBeforeDefinition, ...] = ()
    runtime_signs: tuple[RuntimeSign, ...] = ()  # places that need Keras 2, or Keras 3
    syntax_errors: tuple[str, ...] = ()  # "cell 4, line 2: invalid syntax"
    text: str = ""  # all code, cells joined with a comment line that numbers them


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One student's or group's homework, ready to run."""

    student: str  # unique in a class: the folder's or file's name, or the id in the roster
    members: tuple[str, ...] = ()
    path: str = ""  # relative to the graded folder, "/" separated
    root: Path | None = None  # the folder whose files the kernel may see; None when nothing could be read
    files: tuple[str, ...] = ()  # relative to root
    digest: str = ""  # sha256 over names and contents of the files
    submitted: str | None = None  # ISO 8601
    late: bool = False
    notebook: Mapping[str, Any] | None = None  # the repaired notebook, nbformat 4.5 as a dict; None: see `problem`
    notebook_file: str = ""  # relative to root
    cells: tuple[CellSource, ...] = ()  # the code cells after repair
    source: SourceFacts = SourceFacts()
    answers: tuple[Answer, ...] = ()
    searched: tuple[str, ...] = ()  # the files in which answers were looked for
    repairs: tuple[str, ...] = ()  # "notebook format 4.0 raised to 4.5": what we changed, in plain words
    notices: tuple[str, ...] = ()  # what the student should know: "2 notebooks found, homework.ipynb graded"
    flags: tuple[str, ...] = ()  # what the instructor should know
    problem: str = ""  # why nothing can be run: "homework.ipynb is not a notebook: it is empty"
