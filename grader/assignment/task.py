"""A numbered part of a sheet, to which checks are added."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from grader.assignment.criterion import Check, Criterion, Instead, Judge
from grader.assignment.probe import Probe
from grader.assignment.question import Question
from grader.assignment.seen import Seen
from grader.errors import AssignmentError
from grader.model import Basis, Level, Verdict

if TYPE_CHECKING:
    from grader.assignment.sheet import Assignment


@dataclass(slots=True)
class Task:
    """A numbered part of the sheet. `after_training`: whether training decides its checks, unless a check
    says otherwise."""

    number: str
    title: str
    assignment: Assignment = field(repr=False)
    after_training: bool = True

    def check(
        self,
        criterion: Criterion,
        *,
        points: float,
        id: str = "",
        level: Level | None = None,
        needs: Check | Sequence[Check] = (),
        hint: str = "",
        hidden: bool = False,
        after_training: bool | None = None,
    ) -> Check:
        """Declare a check. `id`: another name than its own, which is to be kept once grades were given under
        it.

        Raises:
            AssignmentError: it is no criterion, two checks have one name, an unknown parameter that it is
            about, or negative points.
        """
        if not isinstance(criterion, Criterion):
            raise AssignmentError(
                f"{self.assignment.name}: check(...) takes a check such as checks.computes(cell), not"
                f" {criterion!r}: a function of your own is declared with @task.own_check(title, points=...)"
            )
        own = {name: getattr(criterion, name) for name in Criterion.__dataclass_fields__}
        own |= {"id": id or criterion.id, "hint": hint or criterion.hint}
        check = Check(
            **own,
            task=self.number,
            points=points,
            level=level,
            needs=tuple(one.id for one in ((needs,) if isinstance(needs, Check) else needs)),
            hidden=hidden,
            after_training=self.after_training if after_training is None else after_training,
        )
        self.assignment.add(check)
        return check

    def own_check(
        self,
        title: str,
        *,
        points: float,
        basis: Basis = Basis.PROVEN,
        level: Level | None = None,
        asks: Probe | Sequence[Probe] = (),
        uses: Probe | Sequence[Probe] = (),
        needs: Sequence[str] = (),
        instead: Instead | None = None,
        hint: str = "",
        forger_gains: str = "",
        question: Question | None = None,
        hidden: bool = False,
        after_training: bool | None = None,
        about: Sequence[str] = (),
    ) -> Callable[[Judge], Judge]:
        """Declare the function below as a check; its name becomes the check's id. It gets what was seen, and
        gives `passed(...)`, `failed(...)` or another verdict.

        Raises:
            AssignmentError: two checks with one name, an unknown name in `needs` or in `about`, or negative
            points.
        """

        def declare(judge: Judge) -> Judge:
            self.assignment.add(
                Check(
                    id=judge.__name__,
                    task=self.number,
                    title=title,
                    points=points,
                    judge=_only_verdicts(judge),
                    basis=basis,
                    level=level,
                    asks=(asks,) if isinstance(asks, Probe) else tuple(asks),
                    uses=(uses,) if isinstance(uses, Probe) else tuple(uses),
                    needs=tuple(needs),
                    instead=instead,
                    hint=hint,
                    forger_gains=forger_gains,
                    question=question.id if question else "",
                    hidden=hidden,
                    after_training=self.after_training if after_training is None else after_training,
                    about=tuple(about),
                )
            )
            return judge

        return declare


def _only_verdicts(judge: Judge) -> Judge:
    """The judge, which fails where the sheet's function gives anything but a verdict."""

    @functools.wraps(judge)
    def judged(seen: Seen) -> Verdict:
        said: object = judge(seen)
        if not isinstance(said, Verdict):
            raise TypeError(
                f"{judge.__name__} returned {said!r:.80}: a check returns passed(...), failed(...) or another"
                " verdict"
            )
        return said

    return judged
