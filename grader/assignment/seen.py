"""All that a check may look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar, cast

from grader.assignment.numbers import in_force, outside
from grader.assignment.probe import Probe
from grader.model import Answer, Observation, Run, SourceFacts, Submission

if TYPE_CHECKING:
    from grader.assignment.sheet import Assignment

T = TypeVar("T")
LONGEST_NAME = 60


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A run's observations and what was read in the source. Judging it twice gives the same verdicts."""

    assignment: Assignment
    submission: Submission
    run: Run
    measured: dict[str, dict[str, Any]] = field(default_factory=dict, repr=False, compare=False)  # see `kept`
    _memory: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def source(self) -> SourceFacts:
        """What was read in the student's code."""
        return self.submission.source

    @property
    def budgeted(self) -> bool:
        """True when parameters were overridden or loops cut: a failure must then recur in a full run."""
        return bool(self.run.overrides or self.run.cuts)

    @property
    def parameters(self) -> Mapping[str, float | int]:
        """The parameters this run used: the student's own where they lie in the sheet's range, else the sheet's, with the budget's
        overrides on top."""
        return in_force(self.assignment, self.source.parameters, self.run.overrides)

    @property
    def outside(self) -> Mapping[str, str]:
        """The parameters that lie outside of what the sheet allows, each with a sentence that says so."""
        return outside(self.assignment, self.source.parameters, self.source.spelled)

    @property
    def own_names(self) -> Mapping[str, str]:
        """Names of the sheet -> what the student has instead, as far as the kernel found it by its behaviour."""
        return names_taken(self.run)

    def own_name(self, name: str) -> str:
        """What the student calls this; the sheet's name where they do, or where nothing was taken for it."""
        return self.own_names.get(name, name)

    def observation(self, probe: Probe | str) -> Observation | None:
        """The last answer to a probe; None when it was never asked."""
        return self.run.observations.get(probe if isinstance(probe, str) else probe.name)

    def answered(self, probe: Probe | str) -> Observation | None:
        """The answer to a probe; None when there is none."""
        found = self.observation(probe)
        return found if found is not None and found.status == "answered" else None

    def answer(self, probe: Probe | str) -> Observation:
        """The answer to a probe that this check asks.

        Raises:
            LookupError: there is no such answer. The judge screens a check's own probes before calling it, so this is a
                fault of the sheet (an undeclared probe), never the student's.
        """
        found = self.answered(probe)
        if found is None:
            raise LookupError(f"the check did not declare that it asks {probe!r}")
        return found

    def written(self, question: str) -> tuple[Answer, ...]:
        """The candidates found for a written question."""
        return tuple(answer for answer in self.submission.answers if answer.question == question)

    def once(self, key: str, compute: Callable[[], T]) -> T:
        """`compute()`, remembered under `key`, so that several checks share one search."""
        if key not in self._memory:
            self._memory[key] = compute()
        return cast(T, self._memory[key])

    def kept(self, key: str, compute: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """`compute()`, numbers by name, which whoever judges this run again finds in `measured`. The key names all that they depend
        on: for slow computations alone."""
        if key not in self.measured:
            self.measured[key] = compute()
        return self.measured[key]


def names_taken(run: Run) -> Mapping[str, str]:
    """Names of the sheet -> the student's own, as the kernel took them when it answered; nothing but names, whatever it says."""
    found: dict[str, str] = {}
    for observation in run.observations.values():
        taken = observation.answer.get("taken")
        if isinstance(taken, Mapping):
            found |= {name: own for name, own in taken.items() if isinstance(name, str) and _is_name(own)}
    return found


def _is_name(own: object) -> bool:
    return isinstance(own, str) and own.isidentifier() and len(own) <= LONGEST_NAME
