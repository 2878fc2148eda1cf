"""The form of a probe's answer, which stands beside its draw: what our own code in the kernel gives beside
arrays. What has another form was not made by it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from grader.model import Observation

Fits = Callable[[object], bool]
MOST_VARIABLES = 512  # of a model, that are looked at
TAKEN = "taken"  # which names stand for those of the sheet: in every answer


def text(value: object) -> bool:
    """A text."""
    return isinstance(value, str)


def flag(value: object) -> bool:
    """True or false."""
    return isinstance(value, bool)


def count(value: object) -> bool:
    """A whole number that counts something."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def number(value: object) -> bool:
    """Any number, which may be none that one can count with."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def anything(value: object) -> bool:
    """Whatever it is: whoever reads it takes nothing for granted."""
    return True


def none(value: object) -> bool:
    """Nothing."""
    return value is None


def either(*forms: Fits) -> Fits:
    """One of several."""
    return lambda value: any(form(value) for form in forms)


def each(form: Fits) -> Fits:
    """A list of things of one form."""
    return lambda value: isinstance(value, list) and all(form(item) for item in value)


def values(form: Fits) -> Fits:
    """Names with things of one form."""
    return lambda value: (
        isinstance(value, Mapping)
        and all(isinstance(name, str) and form(item) for name, item in value.items())
    )


def record(required: Mapping[str, Fits], optional: Mapping[str, Fits] | None = None) -> Fits:
    """Names that must be there, and some that may."""

    def fits(value: object) -> bool:
        if not isinstance(value, Mapping):
            return False
        there = all(name in value and form(value[name]) for name, form in required.items())
        return there and all(form(value[name]) for name, form in (optional or {}).items() if name in value)

    return fits


ERROR = record({"name": text, "message": text})
ERRORS = values(ERROR)
SIDES = each(count)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Form:
    """What an answer must hold, and what it may. `others`: the form of whatever else holds several things,
    where names are the student's. `sends`: the name under which the value of every variable is sent;
    `of_sizes`: the answer says which of the sizes of its question it has; `disagrees`: the names of what does
    not agree with the question."""

    required: Mapping[str, Fits] = field(default_factory=dict)
    optional: Mapping[str, Fits] = field(default_factory=dict)
    others: Fits | None = None
    sends: str = ""
    of_sizes: bool = False
    most_variables: int = MOST_VARIABLES
    disagrees: Callable[[Observation], Iterator[str]] | None = None

    def misshapen(self, observation: Observation) -> Iterator[str]:
        """The names in an answer that are not there or have another form."""
        answer = observation.answer
        if self.others is not None:
            several = {
                name: value for name, value in answer.items() if isinstance(value, Mapping) and name != TAKEN
            }
            yield from (name for name, value in several.items() if not self.others(value))
        yield from (
            name for name, form in self.required.items() if name not in answer or not form(answer[name])
        )
        yield from (name for name, form in self.optional.items() if name in answer and not form(answer[name]))
        if self.disagrees is not None:
            yield from self.disagrees(observation)
