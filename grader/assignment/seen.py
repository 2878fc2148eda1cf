"""All that a check may look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar, cast

from grader.assignment.numbers import in_force, outside
from grader.assignment.probe import Probe
from grader.assignment.role import Cell, DataSet, Function, Layer, Model, Numbers, Role
from grader.model import Answer, Observation, Run, SourceFacts, Submission

if TYPE_CHECKING:
    from grader.assignment.criterion import Check
    from grader.assignment.sheet import Assignment

T = TypeVar("T")
R = TypeVar("R", Cell, Layer, Model, DataSet, Function, Numbers)


class NotAsked(LookupError):
    """A check reads an answer that it does not ask for: a fault of the sheet or of ours, never the
    student's."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A run's observations and what was read in the source. Judging it twice gives the same verdicts.

    What one check sees of it, `for_check`, holds the answers to what the check asks and uses, and refuses
    all others: no verdict changes with what other checks ask. Answers are found by their probe, or by the
    function that answers it ("one_step"): of these a check asks one.
    """

    assignment: Assignment
    submission: Submission
    run: Run
    probes: tuple[Probe, ...] | None = None  # of one check; None: all of the sheet's
    measured: dict[str, dict[str, Any]] = field(default_factory=dict, repr=False, compare=False)  # see `kept`
    _memory: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def for_check(self, check: Check) -> Seen:
        """What this check may look at."""
        return replace(self, probes=(*check.asks, *check.uses))

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
        """The parameters this run used: the student's own where they lie in the sheet's range, else the
        sheet's, with the budget's overrides on top."""
        return in_force(self.assignment, self.source.parameters, self.run.numbers)

    @property
    def outside(self) -> Mapping[str, str]:
        """The parameters that lie outside of what the sheet allows, each with a sentence that says so; 32.0
        for 32 only where something was refused for its type. Of those that this run did not use: these
        alone."""
        own, replaced = {**self.source.parameters, **self.source.no_numbers}, self.run.replaced
        refused = any(cell.error and cell.error.name == TypeError.__name__ for cell in self.run.cells)
        found = outside(self.assignment, own, self.source.spelled, floats=refused or bool(replaced))
        return {name: said for name, said in found.items() if name in replaced or not replaced}

    @property
    def own_names(self) -> Mapping[str, str]:
        """Names of the sheet -> what the student has instead, as far as the kernel found it by its
        behaviour."""
        return names_taken(self.run)

    def own_name(self, name: str) -> str:
        """What the student calls this; the sheet's name where they do, or where nothing was taken for it."""
        return self.own_names.get(name, name)

    def taken_for(self, role: Role, asked: Probe | str) -> str:
        """What of the student's a probe looked at in this role: its name, the sheet's where nothing was taken
        for it, "" for what has none."""
        found = self.answered(asked)
        return found.taken.get(role.name, role.name) if found is not None else role.name

    def probe(self, asked: Probe | str) -> Probe:
        """The probe that this check asks, by itself or by the function that answers it.

        Raises:
            NotAsked: the check does not declare it, or several of its kind.
        """
        known = self.probes if self.probes is not None else tuple(self.assignment.probes())
        found = [one for one in known if one == asked or asked in (one.answered_by, one.name)]
        if self.probes is None:  # of the whole run: the first of its kind
            found = found[:1]
        if len(found) != 1:
            name = asked if isinstance(asked, str) else asked.name
            raise NotAsked(
                f"it reads the answer to {name!r}: {'declare that it asks it' if not found else 'say which'}"
            )
        return found[0]

    def part(self, asked: Probe | str, name: str, kind: type[R]) -> R:
        """The role that plays this part in a probe.

        Raises:
            NotAsked: the check does not ask the probe, or it has no such part.
        """
        role: Role | None = self.probe(asked).part(name)
        if not isinstance(role, kind):
            raise NotAsked(f"{asked!r} has no part {name!r}")
        return role

    def observation(self, asked: Probe | str) -> Observation | None:
        """The last answer to a probe; None when it was never asked."""
        return self.run.observations.get(self.probe(asked).name)

    def if_asked(self, asked: Probe | str) -> Observation | None:
        """The last answer to a probe that not every sheet has, and that this check may do without; None
        where it is not asked."""
        return self.observation(asked) if self.asks(asked) else None

    def answered(self, asked: Probe | str) -> Observation | None:
        """The answer to a probe; None when there is none."""
        found = self.observation(asked)
        return found if found is not None and found.is_answered else None

    def answer(self, asked: Probe | str) -> Observation:
        """The answer to a probe that this check asks.

        Raises:
            NotAsked: the check does not ask it. Its own probes are screened before it is judged.
        """
        found = self.answered(asked)
        if found is None:
            raise NotAsked(
                f"there is no answer to {self.probe(asked).name!r}: a check that `uses` it must do without"
            )
        return found

    def __getitem__(self, asked: Probe) -> Any:
        """The answer to a probe as its own reader gives it, or as it is where it has none.

        Raises:
            NotAsked: the check does not ask it.
        """
        found = self.answer(asked)
        return asked.reads(found) if asked.reads is not None else found

    def asks(self, asked: Probe | str) -> bool:
        """Whether this check may look at the answer."""
        known = self.probes if self.probes is not None else tuple(self.assignment.probes())
        return any(one == asked or asked in (one.answered_by, one.name) for one in known)

    def written(self, question: str) -> tuple[Answer, ...]:
        """The candidates found for a written question."""
        return tuple(answer for answer in self.submission.answers if answer.question == question)

    def once(self, key: str, compute: Callable[[], T], *asked: Probe | str) -> T:
        """`compute()`, remembered under `key` and what it looks at, so that several checks share one search.

        Raises:
            NotAsked: the check does not ask what is looked at.
        """
        key = "\0".join((key, *(self.probe(one).name for one in asked)))
        if key not in self._memory:
            self._memory[key] = compute()
        return cast(T, self._memory[key])

    def kept(self, key: str, compute: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """`compute()`, numbers by name, which whoever judges this run again finds in `measured`. The key
        names all that they depend on: for slow computations alone."""
        if key not in self.measured:
            self.measured[key] = compute()
        return self.measured[key]


def names_taken(run: Run) -> Mapping[str, str]:
    """Names of the sheet -> the student's own, as the kernel took them when it answered."""
    taken = [entry for observation in run.observations.values() for entry in observation.taken.items()]
    return {name: own for name, own in taken if own}
