"""What the kernel is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from grader.assignment.role import Role
from grader.model import Observation


class HasForm(Protocol):
    """What our own code in the kernel gives: probes/form.py."""

    @property
    def sends(self) -> str:
        """The name under which the value of every variable is sent; "": none are."""

    @property
    def of_sizes(self) -> bool:
        """Whether the answer says which of the sizes of its question it has."""

    @property
    def most_variables(self) -> int:
        """How many variables are looked at."""

    def misshapen(self, observation: Observation) -> Iterator[str]:
        """The names in an answer that are not as they should be."""


Draw = Callable[[np.random.Generator, Mapping[str, float | int]], Mapping[str, Any]]
Parts = tuple[tuple[str, Role], ...]
HIDDEN = "hidden/"  # names in a question that begin so stay with the host: the kernel never sees them


def draws_nothing(rng: np.random.Generator, parameters: Mapping[str, float | int]) -> Mapping[str, Any]:
    """The question of a probe that needs no random part."""
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One request to the student's process, answered with numbers only.

    `answered_by` names a function in run/inside/asked/probes.py, `parts` the roles that it gets. `draw` makes
    the question from the run's own generator and the student's parameters (their SEQ_LEN, UNITS, ...); it
    must not depend on answers.
    The probe is asked as soon as every name in `needs` exists, and again at the end: the last answer
    counts.
    """

    name: str
    answered_by: str
    needs: tuple[str, ...] = ()
    parts: Parts = ()
    draw: Draw = draws_nothing
    seconds: float = 60.0
    early: bool = True  # False: only at the end
    # what a check gets of the answer: typed, and read with care
    reads: Callable[[Observation], Any] | None = None
    form: HasForm | None = None  # of the answer; None: whoever reads it takes nothing for granted

    def part(self, name: str) -> Role | None:
        """The role that plays this part; None when nothing does."""
        return dict(self.parts).get(name)
