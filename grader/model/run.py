"""How one execution of a notebook went. An outcome says how it ended, never right or wrong."""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grader.model.runtime import ChosenBy

QUESTION_SECONDS = 30.0  # for the questions at the end, at least: those about the reference solution take 4
LONGEST_NAME = 60  # characters of a name of the student's
# what stands within something: log["val loss"], buch.values(), alles[0::3], trainer.losses
_WITHIN = r"""(?:\.[^\W\d]\w*(?:\(\))?|\["[\w .%/-]{1,40}"\]|\[\d{1,4}(?:::\d)?\])"""
PLACE = re.compile(rf"[^\W\d]\w*{_WITHIN}{{1,5}}|\[row{_WITHIN} for row in [^\W\d]\w*{_WITHIN}{{0,5}}\]")
FOR_QUESTIONS = 0.1  # of the wall limit, where that is more


class Outcome(enum.StrEnum):
    """How a run ended."""

    COMPLETED = "COMPLETED"  # every cell ran without raising
    RAISED = "RAISED"  # at least one cell raised; the others ran
    TIMED_OUT = "TIMED_OUT"  # a cell or the whole hit its time limit
    OUT_OF_MEMORY = "OUT_OF_MEMORY"
    DIED = "DIED"  # the kernel ended by itself: os._exit, a crash
    UNAVAILABLE = "UNAVAILABLE"  # we could not run it: our problem, not the student's


class Extent(enum.StrEnum):
    """How much of a notebook's training runs, from little to all."""

    SHORT = "short"  # fewer samples, and training is cut
    OWN_NUMBERS = "own numbers"  # the student's numbers, but training is cut
    FULL = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class CellError:
    """What a cell raised; the traceback has no terminal colours and no path of this machine."""

    name: str
    message: str
    traceback: str
    # the top-level module that is not there, or what a package of the student's own lacks: src.cells
    missing_package: str = ""
    missing_answer: str = ""  # what asked somebody, where nobody sits: "input"
    missing_name: str = ""  # the name that nobody defined, where that is the error

    @property
    def is_of_syntax(self) -> bool:
        """Whether Python could not read the code."""
        return self.name in {"SyntaxError", "IndentationError", "TabError"}


def file_of(module: str) -> str:
    """The file of a module of the student's own: "src/cells.py"."""
    return f"{module.replace('.', '/')}.py"


@dataclass(frozen=True, slots=True, kw_only=True)
class CellRun:
    """One code cell's execution."""

    number: int  # counts all cells of the student's notebook from 1, or the pieces of a script
    seconds: float
    error: CellError | None = None
    timed_out: bool = False
    starved: bool = False  # timed out while others held the processor: with a core of its own it may end
    where: str = ""  # "main.py, lines 12 to 40"; "" in a notebook

    @property
    def place(self) -> str:
        """Where it stands, in words."""
        return self.where or f"cell {self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a run may use."""

    cell_seconds: float = 600.0
    wall_seconds: float = 1200.0
    memory_mb: int = 4096
    output_kb: int = 2048  # of one cell; more is cut
    outputs_mb: int = 32  # of all cells together
    answers_mb: int = 96  # of all answers together: the reference solution gives 1.5
    file_mb: int = 512

    @property
    def whole_seconds(self) -> float:
        """Until the last question must be answered: one that is asked at the end of a long training has some
        time, too."""
        return self.wall_seconds + max(QUESTION_SECONDS, FOR_QUESTIONS * self.wall_seconds)

    def within(self, other: Limits) -> bool:
        """Whether no limit here is wider than in `other`."""
        return all(getattr(self, name) <= getattr(other, name) for name in Limits.__slots__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """All that decides how a run goes, noted before it starts: runs with equal fingerprints are one run made
    twice.

    Digests only: whoever reads it learns no question and no key.
    """

    submission: str  # of the files handed in, data files included
    attempt: int
    code: str  # of the cells as they run: repaired, and with the budget's parameters
    steps: int  # of the budget: batches of one pass over the data; 0: no cap
    probes: Mapping[str, str]  # name -> digest of what is asked of a notebook with this run's parameters
    engine: str  # of our code that runs notebooks and answers in the kernel
    key: str  # tells apart whose key drew the questions
    runtime: str
    # of Python, the frameworks and the sheet's packages
    versions: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    isolation: str = "none"
    unending: tuple[int, ...] = ()  # numbers of cells that are stopped early: see Plan
    # what it was allowed to be; `code` and `steps` say what it was
    extent: Extent = field(default=Extent.FULL, compare=False)
    # of what the sheet looks for in source and text: it decides no run
    reading: str = field(default="", compare=False)


class Reply(enum.StrEnum):
    """How the kernel replied to a probe. The last three are between kernel and runner, and never in an
    Observation."""

    ANSWERED = "answered"
    MISSING = "missing"  # a name does not exist
    RAISED = "raised"
    TIMED_OUT = "timed out"
    BROKEN = "broken"  # what came cannot be read
    UNCHANGED = "unchanged"  # it was asked before about the very same objects
    DEAD = "dead"  # the kernel is gone
    CONTRADICTS = "contradicts"  # what it says of itself does not agree with what was sent
    UNJUDGED = "unjudged"  # it is larger than homework is, or judging it took too much
    READY = "ready"  # the reply to no probe: only versions


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What the kernel answered to one probe, with the question the host had drawn. Arrays are NumPy; the rest
    is JSON."""

    probe: str
    status: Reply
    missing: tuple[str, ...] = ()
    after_cell: int | None = None  # the cell after which it was asked; None: at the end
    question: Mapping[str, Any] = field(default_factory=dict)
    answer: Mapping[str, Any] = field(default_factory=dict)
    error: CellError | None = None
    seconds: float = 0.0
    # by reader, what it made of this: `probes.reading.once`
    read: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def is_answered(self) -> bool:
        """Whether there is an answer."""
        return self.status == Reply.ANSWERED

    @property
    def taken(self) -> Mapping[str, str]:
        """Names of the sheet -> what of the student's was looked at instead, "" for what has no name: nothing
        but names and places such as log["loss"], whatever the kernel says."""
        said = self.answer.get("taken")
        given = said.items() if isinstance(said, Mapping) else ()
        return {name: own if _is_name(own) else "" for name, own in given if isinstance(name, str)}

    def array(self, name: str) -> np.ndarray | None:
        """The array of that name in the answer, of whether something holds as 0 and 1; None when it is absent
        or not an array."""
        value = self.answer.get(name)
        if not isinstance(value, np.ndarray):
            return None
        return value.astype("f4") if value.dtype.kind == "b" else value  # of bools nobody takes a difference


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """What ran: of the host (grader) and of the kernel (the others)."""

    grader: str = ""
    python: str = ""
    tensorflow: str = ""
    keras: str = ""
    numpy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One execution of one submission."""

    run_id: str
    attempt: int = 1
    outcome: Outcome = Outcome.COMPLETED
    reason: str = ""  # one sentence about an outcome other than COMPLETED
    runtime: str = "keras3"
    runtime_reason: str = ""
    runtime_by: ChosenBy = ChosenBy.SHEET
    isolation: str = "none"
    limits: Limits = Limits()
    versions: Versions = Versions()
    overrides: Mapping[str, float | int] = field(default_factory=dict)  # parameters the budget replaced
    # parameters of which no training can be made, with what stood in their place
    replaced: Mapping[str, float | int] = field(default_factory=dict)
    cuts: tuple[str, ...] = ()  # "the grader ended a loop over a data set after 600 batches"
    cells: tuple[CellRun, ...] = ()
    seconds: float = 0.0
    memory_mb: float = 0.0
    missing_packages: tuple[str, ...] = ()  # packages the runtime lacks
    # of the student's own, which the code imports and uses and nobody handed in
    forgotten_modules: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()  # what was given back or left out so that the code runs here, in words
    # what our own process was handling when it ended by itself: "cell 5"; "" when it did not
    lost_at: str = ""
    fingerprint: Fingerprint | None = None  # None: nobody can tell whether it would go the same way again
    observations: Mapping[str, Observation] = field(default_factory=dict)
    executed: Mapping[str, Any] | None = None  # the executed notebook (untrusted content), capped

    @property
    def numbers(self) -> Mapping[str, float | int]:
        """The parameters that this run had instead of the student's own."""
        return {**self.replaced, **self.overrides}


def _is_name(own: object) -> bool:
    return (
        isinstance(own, str)
        and len(own) <= LONGEST_NAME
        and (own.isidentifier() or PLACE.fullmatch(own) is not None)
    )
