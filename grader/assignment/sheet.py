"""How a sheet is declared: an assignment of tasks, tasks of checks, in the order of the homework sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from grader.assignment.budget import Budget
from grader.assignment.criterion import Check, Criterion
from grader.assignment.numbers import Range
from grader.assignment.probe import Probe
from grader.assignment.question import Choice, Number, Question
from grader.assignment.role import Model, Role
from grader.assignment.rubric import Rubric
from grader.assignment.shares import too_many_letters, too_much_reported
from grader.assignment.task import Task
from grader.errors import AssignmentError

R = TypeVar("R", bound=Role)


@dataclass(slots=True)
class Assignment:
    """A homework sheet.

    `parameters` are the names and defaults of the parameter cell, `ranges` what they may be where that does
    not follow from the default (see numbers.py), `contract` names that a notebook defines besides the roles,
    `recognised_by` names by which a homework of this sheet is told from others; `signatures`: of classes and
    methods, what they are called with (a role says it of its function); `own_layers`: ready-made recurrent
    layers are off limits; `packages` may be imported besides tensorflow and numpy. `before_deadline` is what
    `grade check` tells a student about a wrong cell: "mistake", "deviation" or "pass or fail". `points`: what
    the sheet promises in all, for `grade lint` to add up. `withheld_...`: of a students' copy, what was left
    out of it.
    """

    name: str
    title: str
    contract: tuple[str, ...] = ()
    recognised_by: tuple[str, ...] = ()
    parameters: Mapping[str, float | int] = field(default_factory=dict)
    ranges: Mapping[str, Range] = field(default_factory=dict)
    signatures: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    own_layers: bool = False
    packages: tuple[str, ...] = ()
    budget: Budget = Budget()
    runtime: str = "keras3"
    before_deadline: str = "deviation"
    # training steps that these parameters mean
    steps: Callable[[Mapping[str, float | int]], float] | None = None
    # parameters within so many steps
    shrink: Callable[[Mapping[str, float | int], int], Mapping[str, float | int]] | None = None
    roles: list[Role] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    points: float | None = None
    rubric: Rubric | None = None  # of the written questions, where there is a rubric.yaml beside the sheet
    withheld_checks: int = 0
    withheld_points: float = 0
    # where it was loaded from, and is judged as it stands there; None: a program declared it
    folder: Path | None = None

    def task(self, number: str, title: str, *, after_training: bool = True) -> Task:
        """Open the next part of the sheet. `after_training` False: how long a notebook trains makes no
        difference to its checks."""
        task = Task(number, title, self, after_training)
        self.tasks.append(task)
        return task

    def role(self, role: R) -> R:
        """Declare a part of the homework, and take what is given back for it in probes and checks. The probes
        of the first of a kind are called by the kind alone ("one_step"), those of the others by their name,
        too.

        Raises:
            AssignmentError: two parts have one name.
        """
        if role.name in {known.name for known in self.roles}:
            raise AssignmentError(
                f"{self.name}: two roles are called {role.name}: a name stands for one part"
            )
        several = any(known.kind == role.kind for known in self.roles)
        declared = replace(role, place=f"_{role.name}" if several else "")
        self.roles.append(declared)
        return declared

    def extended(self, name: str, **other: Any) -> Assignment:
        """This sheet once more under another name, with other `title`, `parameters` and so on: the same
        roles, tasks, checks and questions, which the new sheet may change."""
        new = replace(
            self,
            name=name,
            roles=list(self.roles),
            checks=list(self.checks),
            questions=list(self.questions),
            **other,
        )
        new.tasks = [replace(task, assignment=new) for task in self.tasks]
        new.rubric = new.folder = None
        return new

    def called(self, number: str, title: str) -> None:
        """Give a task another title.

        Raises:
            AssignmentError: there is no such task.
        """
        task = next((task for task in self.tasks if task.number == number), None)
        if task is None:
            raise AssignmentError(f"{self.name}: there is no task {number}")
        task.title = title

    def instead_of(self, id: str, criterion: Criterion) -> Check:
        """Check something else in this place, for as many points.

        Raises:
            AssignmentError: there is no check of that name, or one of the criterion's already.
        """
        place = next((place for place, check in enumerate(self.checks) if check.id == id), None)
        if place is None:
            raise AssignmentError(
                f"{self.name}: there is no check {id} that {criterion.id} could take the place of"
            )
        old = self.checks[place]
        kept = {
            name: getattr(old, name)
            for name in Check.__dataclass_fields__
            if name not in Criterion.__dataclass_fields__
        }
        new = Check(**{name: getattr(criterion, name) for name in Criterion.__dataclass_fields__}, **kept)
        if any(check.id == new.id for check in self.checks if check is not old):
            raise AssignmentError(f"{self.name}: two checks are called {new.id}: rename one")
        self.checks[place] = new
        return new

    @property
    def trains(self) -> bool:
        """Whether a model of the homework is asked for, which will be trained."""
        return any(isinstance(role, Model) for role in self.roles)

    @property
    def names(self) -> tuple[str, ...]:
        """All names that a notebook should define, parameters left out."""
        return (*self.contract, *(name for role in self.roles for name in role.names()))

    def question(
        self, id: str, title: str, *, wordings: Sequence[str] = (), template_text: str = ""
    ) -> Question:
        """Declare a written question."""
        question = Question(id=id, title=title, wordings=tuple(wordings), template_text=template_text)
        self.questions.append(question)
        return question

    def choice(
        self,
        id: str,
        title: str,
        *,
        options: Sequence[str],
        several: bool = False,
        number: str = "",
        names: Sequence[str] = (),
        wordings: Sequence[str] = (),
        template_text: str = "",
    ) -> Choice:
        """Declare a question that is answered by one of its options, or by `several`. They are lettered A, B,
        C in their order; which are right is said in the check (`checks.chosen`). `number` and `names`: see
        Question.

        Raises:
            AssignmentError: fewer than two options, too many, or two that are the same.
        """
        question = Choice(
            id=id,
            title=title,
            options=tuple(options),
            several=several,
            number=number,
            names=tuple(names),
            wordings=tuple(wordings),
            template_text=template_text,
        )
        self.questions.append(question)
        return question

    def number(
        self,
        id: str,
        title: str,
        *,
        whole: bool = False,
        number: str = "",
        names: Sequence[str] = (),
        wordings: Sequence[str] = (),
        template_text: str = "",
    ) -> Number:
        """Declare a question that is answered by a number. `whole`: by a count. Which is right is said in the
        check (`checks.number`)."""
        question = Number(
            id=id,
            title=title,
            whole=whole,
            number=number,
            names=tuple(names),
            wordings=tuple(wordings),
            template_text=template_text,
        )
        self.questions.append(question)
        return question

    def use_rubric(self, rubric: Rubric) -> None:
        """Take up a rubric: its wordings, too, are headings under which answers are looked for."""
        self.rubric = rubric
        for number, question in enumerate(self.questions):
            if question.id in rubric.questions:
                self.questions[number] = replace(question, wordings=rubric.questions[question.id].wordings)

    def add(self, check: Check) -> None:
        """Add a check.

        Raises:
            AssignmentError: two checks with one name, an unknown name in `needs` or in `about`, or negative
            points.
        """
        known = {c.id for c in self.checks}
        if check.id in known:
            raise AssignmentError(f"{self.name}: two checks are called {check.id}: rename one")
        if unknown := set(check.needs) - known:
            raise AssignmentError(
                f"{self.name}: {check.id} needs {', '.join(sorted(unknown))}, which no earlier check is"
                " called"
            )
        if unknown := set(check.about) - set(self.parameters):
            raise AssignmentError(
                f"{self.name}: {check.id} is about {', '.join(sorted(unknown))}, which is no parameter of the"
                " sheet"
            )
        if check.points < 0:
            raise AssignmentError(f"{self.name}: {check.id} has {check.points} points: give 0 or more")
        self.checks.append(check)

    def probes(self) -> Iterator[Probe]:
        """Every probe that a check asks, once, in the order of the checks; then those that checks only use.

        Raises:
            AssignmentError: two different probes share a name.
        """
        seen: dict[str, Probe] = {}
        asked = [(check, probe) for check in self.checks for probe in check.asks]
        used = [(check, probe) for check in self.checks for probe in check.uses]
        for check, probe in (*asked, *used):
            if seen.setdefault(probe.name, probe) is not probe:
                raise AssignmentError(
                    f"{self.name}: {check.id} asks a second probe called {probe.name!r}: share one object"
                )
        yield from seen.values()

    @property
    def steps_from(self) -> tuple[str, ...]:
        """The parameters from which `steps` counts the steps of a training, in the order of the sheet; none
        where it counts none."""
        if self.steps is None:
            return ()
        noted = _Noted(self.parameters)
        self.steps(noted)
        return tuple(name for name in self.parameters if name in noted.read)

    @property
    def points_max(self) -> float:
        """All points of the sheet."""
        return sum(check.points for check in self.checks)

    def verify(self) -> None:
        """Check what can only be said of the whole sheet.

        Raises:
            AssignmentError: no checks, or more than a fifth of the points rest on the kernel's word alone, or
            more than a tenth on letters.
        """
        if not self.checks:
            raise AssignmentError(f"{self.name}: the sheet declares no checks")
        list(self.probes())
        if fault := too_much_reported(self) or too_many_letters(self):
            raise AssignmentError(f"{self.name}: {fault}")


class _Noted(dict[str, float | int]):
    """Parameters, of which is noted which were read."""

    def __init__(self, parameters: Mapping[str, float | int]) -> None:
        super().__init__(parameters)
        self.read: set[str] = set()

    def __getitem__(self, name: str) -> float | int:
        self.read.add(name)
        return super().__getitem__(name)
