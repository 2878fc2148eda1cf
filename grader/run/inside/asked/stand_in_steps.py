"""Steps and answers of the host's in the place of the student's own, while a function that calls them is
called: whether it is right shows so even where they are wrong, or still to be written.

What such steps compute is no equation of any sheet, and no gradient of it: whoever goes through the steps
must not care, and there is nothing to copy. grader/probes/stand_in_steps.py computes the same. An answer
belongs to the arguments that were drawn for this one call, and answers no other question.
"""

from __future__ import annotations

import contextlib
import inspect

import numpy as np


class _InPlace:
    """`ours`: what stands for the sheet's functions, by their names; `names`: the student's own."""

    def __init__(self, names, ours):
        self._ours = ours
        self._theirs = {name: names.get(name) for name in ours}

    @contextlib.contextmanager
    def in_place(self, function):
        """While the function is called, what it calls by these names are ours."""
        plain = inspect.unwrap(getattr(function, "__func__", function))
        known = getattr(plain, "__globals__", {})
        changed = {
            name: self._ours[wanted]
            for wanted, thing in self._theirs.items()
            for name in {wanted, *(name for name, value in known.items() if value is thing is not None)}
        }
        before = {name: known[name] for name in changed if name in known}
        known.update(changed)
        try:
            yield
        finally:
            for name in changed:
                known.pop(name, None)
            known.update(before)


class Steps(_InPlace):
    """A step forward, and one back that knows which cache belongs to which step. `told`: "forward" and maybe
    "back", {"name", "arguments"} of the sheet's functions, how many "states" and "gates" there are, and
    whether the student's "own" step goes forward, wherever it gives anything: then the cache is as the
    student has it."""

    def __init__(self, names, told):
        ways = {"forward": self.forward, "back": self.back}
        super().__init__(names, {told[way]["name"]: step for way, step in ways.items() if way in told})
        self.told = told
        self._kept = []  # (cache, input, kernel, recurrent weights)

    def forward(self, *given, **named):
        """(the new states, a cache)."""
        x, *states, kernel, recurrent, bias = self._arguments("forward", given, named)
        found = self._by_own(x, states, kernel, recurrent, bias) if self.told["own"] else None
        if found is None:
            cache = (x, *states, kernel, recurrent, bias)
            found = (*new_states(x, states, kernel, recurrent, bias, self.told["gates"]), cache)
        self._kept.append((found[-1], np.array(x), np.array(kernel), np.array(recurrent)))
        return found

    def back(self, *given, **named):
        """The gradients by all arguments of the step that gave this cache."""
        *upstream, cache = self._arguments("back", given, named)
        kept = next((one[1:] for one in self._kept if one[0] is cache), None)
        if kept is None:
            raise ValueError("this cache is none that a step gave")
        return gradients(*kept, upstream, self.told["gates"])

    def _arguments(self, way, given, named):
        return _in_order(self.told[way]["arguments"], given, named)

    def _by_own(self, x, states, kernel, recurrent, bias):
        """What the student's own step gives; None where that is no states with a cache."""
        try:
            found = self._theirs[self.told["forward"]["name"]](x, *states, kernel, recurrent, bias)
            *new, cache = found
        except Exception:  # not written yet, or wrong: charged where it is asked
            return None
        fits = len(new) == len(states) and all(
            np.shape(a) == np.shape(b) for a, b in zip(new, states, strict=True)
        )
        other = cache is not None and all(one[0] is not cache for one in self._kept)
        return found if fits and other else None


class GivenAnswer(_InPlace):
    """What a function of the student's gives for one set of arguments, as the host computed it. `told`:
    "name" and "arguments" of the sheet's function."""

    def __init__(self, names, told, given, returned):
        super().__init__(names, {told["name"]: self.answer})
        self._arguments, self._given, self._returned = told["arguments"], given, returned

    def answer(self, *given, **named):
        """The answer, to these arguments alone."""
        handed = _in_order(self._arguments, given, named)
        if not all(np.array_equal(a, b) for a, b in zip(handed, self._given, strict=True)):
            raise ValueError("these are not the arguments that this answer belongs to")
        return tuple(array.copy() for array in self._returned)


def _in_order(arguments, given, named):
    values = dict(zip(arguments, given, strict=False)) | named
    return [values[name] for name in arguments]


def new_states(x, states, kernel, recurrent, bias, gates):
    """Of [batch, features] and states [batch, units] with weights of so many gates side by side."""
    total = sum(np.split(x @ kernel + states[0] @ recurrent + bias, gates, axis=1))
    others = [np.cos(total) + 0.5 * one for one in states[1:]]
    return [np.sin(total + sum(states[1:])), *others]


def gradients(x, kernel, recurrent, upstream, gates):
    """By x, the states, kernel, recurrent weights and bias: of their shapes, and of one step's own."""
    total = np.sin(sum((k + 1) * one for k, one in enumerate(upstream))) + np.mean(x)
    blocks = np.tile(total, (1, gates))
    by_states = [0.5 * np.sin(blocks @ recurrent.T), *(0.5 * total for _ in upstream[1:])]
    weights = np.sin(x.T @ blocks), np.cos(recurrent * np.mean(blocks)), np.mean(blocks, axis=0)
    return np.cos(blocks @ kernel.T), *by_states, *weights
