"""What a check is: a sentence of the sheet, how it is judged, and what it is worth."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from grader.assignment.probe import Probe
from grader.assignment.seen import Seen
from grader.model import Basis, Level, Reply, Verdict

Judge = Callable[[Seen], Verdict]
Instead = Callable[[Seen], Verdict | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """What is checked, as `checks.computes(cell)` gives it: a sentence and how it is judged. A sheet makes it
    a Check by giving it points."""

    id: str
    title: str
    judge: Judge
    basis: Basis
    asks: tuple[Probe, ...] = ()  # must be answered, else the check is not reached
    uses: tuple[Probe, ...] = ()  # looked at where they are answered
    # judges it where a name that its probes need is not there; gives None where it cannot, either
    instead: Instead | None = None
    instead_of: tuple[Reply, ...] = (Reply.MISSING,)  # the replies in whose place that is tried
    # what a person is told to look at where calling it raised: it is about what a class is made with
    if_raised: str = ""
    hint: str = ""  # where the verdict brings none of its own
    forger_gains: str = ""  # what a notebook that lies could win here
    question: str = ""  # the written question it is about
    # parameters of the sheet: one that lies outside of its range is told and charged here
    about: tuple[str, ...] = ()
    # parameters of the sheet, as its title was made from them
    said_of: Mapping[str, float | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(Criterion):
    """One sentence of the sheet, what it is worth, and how it is judged."""

    task: str
    points: float
    level: Level | None = None  # the level it is needed for
    needs: tuple[str, ...] = ()  # ids of checks without which this one is not reached
    hidden: bool = False  # not in the student's copy, shown after grading
    after_training: bool = True  # what fails in a shortened training must recur in a full one

    def basis_of(self, verdict: Verdict) -> Basis:
        """What a verdict on it rests on: the check's own basis where it names no other."""
        return verdict.basis or self.basis
