"""A function of named arguments, asked with drawn ones: what it gives must be what the host computes.

The same cases are put in several forms, such as by position and by name: how a function wants to be called is
not what is marked, so the form that goes best counts.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader import probes
from grader.assignment import Criterion, Function, Probe, Seen
from grader.assignment.template import NOT_WRITTEN
from grader.judge.follows import may_follow
from grader.judge.unfinished import TO_WRITE
from grader.judge.words import raised
from grader.model import Basis, Evidence, Mistake, Status, Verdict
from grader.model.verdict import failed, passed, skipped
from grader.rnn.known_mistake import KnownMistake

Arguments = Mapping[str, Any]
Cases = Callable[[np.random.Generator], Sequence[Arguments]]
ChangeArguments = Callable[[Arguments], Arguments]
CountOfSizes = Callable[..., int]  # of sizes by name
MOST_SHOWN = 4  # cases in the evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class WayToAsk:
    """A way to ask. `changes`: what becomes of the arguments, such as one sequence in place of a batch, or
    fewer of them."""

    by_name: bool = False
    changes: ChangeArguments | None = None

    def call(self, role: Function, arguments: Arguments) -> Any:
        """The call of the student's function."""
        given = self.changes(arguments) if self.changes else arguments
        if self.by_name:
            return probes.call(role, **given)
        return probes.call(role, *(given[name] for name in role.arguments if name in given))


FORMS = (WayToAsk(), WayToAsk(by_name=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedCase:
    """One case and what came of it."""

    arguments: Arguments
    called: probes.Called

    @property
    def words(self) -> str:
        """ "features=3, units=5"; arrays by their shape."""
        return ", ".join(f"{name}={_short(value)}" for name, value in self.arguments.items())


JudgeCases = Callable[[Sequence[JudgedCase]], Verdict]


@functools.cache
def asking(role: Function, cases: Cases, forms: tuple[WayToAsk, ...] = FORMS) -> Probe:
    """Ask the function all cases in all forms."""

    def draw(rng: np.random.Generator, parameters: Mapping[str, float | int]) -> list[Any]:
        drawn = cases(rng)
        return [form.call(role, case) for form in forms for case in drawn]

    return probes.calls(role, draw=draw, called=f"calls_{role.name}")


@functools.cache
def asking_beside(role: Function, other: Function, cases: Cases) -> Probe:
    """Ask two functions the same cases in all forms: of each form first the one, then the other."""

    def draw(rng: np.random.Generator, parameters: Mapping[str, float | int]) -> list[Any]:
        drawn = cases(rng)
        return [form.call(each, case) for form in FORMS for each in (role, other) for case in drawn]

    return probes.calls(role, other, draw=draw, called=f"calls_{role.name}_beside_{other.name}")


def by_form(
    seen: Seen, asked: Probe, role: Function, forms: Sequence[WayToAsk] = FORMS
) -> list[list[JudgedCase]]:
    """What came of the cases, form by form."""
    return in_forms(seen[asked], role, len(forms))


def in_forms(answers: Sequence[probes.Called], role: Function, forms: int) -> list[list[JudgedCase]]:
    """The answers to the cases that were put in so many forms, one form after the other."""
    each = len(answers) // forms
    told = [
        JudgedCase(arguments=one.named or dict(zip(role.arguments, one.given, strict=False)), called=one)
        for one in answers
    ]
    return [told[number * each : (number + 1) * each] for number in range(forms)]


def best_form(groups: Sequence[Sequence[JudgedCase]], judge: JudgeCases) -> Verdict:
    """The verdict of the form that goes best; of those that fail the one with the fewest errors, else the
    first."""
    verdicts = [judge(group) for group in groups]
    if (good := next((one for one in verdicts if one.status is Status.PASSED), None)) is not None:
        return good
    errors = [sum(one.called.error is not None for one in group) for group in groups]
    return verdicts[errors.index(min(errors))]


def unanswered(group: Sequence[JudgedCase], name: str) -> Verdict | None:
    """What is said where calls raised; None where none did."""
    wrong = [one for one in group if one.called.error is not None]
    if not wrong:
        return None
    error = wrong[0].called.error or {}
    if error.get("name") == NOT_WRITTEN:
        return failed(error.get("message") or f"{name} is still to be written", hint=TO_WRITE)
    return failed(
        f"{name}({wrong[0].words}) {raised(error)}",
        hint=f"Call {name} in the notebook with arguments like these to see the error.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """A whole number as a function of others, and what it is mistaken for."""

    right: CountOfSizes
    mistakes: tuple[KnownMistake[CountOfSizes], ...] = ()
    wording: Callable[..., str] = lambda **_: ""  # how the right number is reached


@dataclass(frozen=True, slots=True, kw_only=True)
class PartialFunction:
    """Another function of the student's that gives a part of the number: its own `formula` and cases, and
    what `becomes` of its number. Its mistake was charged already."""

    role: Function
    formula: Formula
    cases: Cases
    becomes: Callable[[float], float]

    def follows(self, seen: Seen, beside: Probe) -> bool:
        """Whether the number is what becomes of that function's own one, asked for the same sizes `beside`
        it. Numbers that do not change with the sizes, or are none, are no count."""
        observation = seen.if_asked(beside)
        if observation is None or not observation.is_answered:
            return False
        numbers = [number_of(one) for one in seen[beside]]
        each = len(numbers) // (2 * len(FORMS))
        for form in range(len(FORMS)):
            whole, parts = (numbers[(2 * form + k) * each : (2 * form + k + 1) * each] for k in (0, 1))
            counts = [one for one in parts if one is not None and one > 0]
            if (
                len(counts) == each
                and len(set(counts)) > 1
                and whole == [self.becomes(one) for one in counts]
            ):
                return True
        return False

    def mistaken(self, seen: Seen) -> CountOfSizes | None:
        """What a known mistake of that function makes of the number; None where there is none."""
        for group in self._answered(seen):
            if known := _mistake(group, self.formula):
                return lambda **sizes: int(self.becomes(known.computes(**sizes)))
        return None

    def is_off(self, seen: Seen) -> bool:
        """Whether that function gives numbers, and they are not right."""
        groups = self._answered(seen)
        return bool(groups) and not any(_gives(group, self.formula.right) for group in groups)

    def _answered(self, seen: Seen) -> list[list[JudgedCase]]:
        """The forms of asking in which every call gave a number."""
        asked = asking(self.role, self.cases)
        observation = seen.if_asked(asked)
        if observation is None or not observation.is_answered:
            return []
        groups = by_form(seen, asked, self.role)
        return [group for group in groups if all(number_of(one.called) is not None for one in group)]


def computes_formula(
    role: Function,
    formula: Formula,
    cases: Cases,
    *,
    id: str,
    title: str,
    hint: str,
    part: PartialFunction | None = None,
) -> Criterion:
    """A function gives the number of a formula, for drawn sizes. `part`: a function that gives a part of
    it."""
    asked = asking(role, cases)
    beside = asking_beside(role, part.role, cases) if part is not None else None

    def judge(seen: Seen) -> Verdict:
        groups, own = by_form(seen, asked, role), part.mistaken(seen) if part is not None else None
        if part is not None and own is not None and any(_gives(group, own) for group in groups):
            return passed(f"{role.name} follows from {part.role.name}, whose mistake is told there.")
        verdict = best_form(groups, lambda group: _judge_formula(group, role.name, formula))
        if part is not None and beside is not None and verdict.undiagnosed and part.is_off(seen):
            if part.follows(seen, beside):
                return passed(
                    f"{role.name} follows from your own {part.role.name}, where the mistake is told."
                )
            return may_follow(verdict, part.role.name)
        return verdict

    return Criterion(
        id=id,
        title=title,
        judge=judge,
        basis=Basis.PROVEN,
        asks=(asked,),
        uses=(asking(part.role, part.cases), beside) if part is not None and beside is not None else (),
        hint=hint,
        forger_gains="nothing: the sizes are drawn, so who is right computes the formula",
    )


def _judge_formula(group: Sequence[JudgedCase], name: str, formula: Formula) -> Verdict:
    if not group:
        return skipped("not reached: the notebook gave no answer")
    if (verdict := unanswered(group, name)) is not None:
        return verdict
    given = [number_of(one.called) for one in group]
    wanted = [formula.right(**one.arguments) for one in group]
    evidence = [
        Evidence(
            what=f"{name}({one.words})",
            expected=_reached(formula.wording(**one.arguments), right),
            actual=_number_in_words(value),
        )
        for one, value, right in zip(group, given, wanted, strict=True)
    ][:MOST_SHOWN]
    wrong = next(
        (k for k, (value, right) in enumerate(zip(given, wanted, strict=True)) if value != right), None
    )
    if wrong is None:
        return passed(f"{name} is right for all {len(group)} sizes that were drawn.", evidence=evidence)
    mistake = _mistake(group, formula)
    seen = f"{name}({group[wrong].words}) gives {_number_in_words(given[wrong])}, expected {wanted[wrong]:,}"
    return failed(
        seen,
        evidence=evidence,
        mistake=(
            Mistake(id=mistake.id, confidence=1.0, words=f"a count for one {mistake.words}")
            if mistake is not None
            else None
        ),
        undiagnosed=mistake is None,
    )


def _gives(group: Sequence[JudgedCase], computes: CountOfSizes) -> bool:
    """Whether the answers to all cases are these numbers."""
    return bool(group) and all(number_of(one.called) == computes(**one.arguments) for one in group)


def _mistake(group: Sequence[JudgedCase], formula: Formula) -> KnownMistake[CountOfSizes] | None:
    """The known mistake that explains all answers."""
    return next((one for one in formula.mistakes if _gives(group, one.computes)), None)


def number_of(called: probes.Called) -> float | None:
    """The one number that was returned; None when it is none, or several."""
    return float(called.array.ravel()[0]) if called.array is not None and called.array.size == 1 else None


def _number_in_words(value: float | None) -> str:
    return f"{value:,.10g}" if value is not None else "no single number"


def _reached(wording: str, right: int) -> str:
    return f"{wording} = {right:,}" if wording else f"{right:,}"


def _short(value: Any) -> str:
    return f"array of shape {value.shape}" if isinstance(value, np.ndarray) else str(value)
