"""What a model is trained with and on, and what its training recorded. Answered by
run/inside/asked/of_fitted.py and of_training.py, and by run/inside/seen/figures.py."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grader.assignment import Model, Probe, Role
from grader.errors import AssignmentError
from grader.model import Observation
from grader.probes.keras_model import GAIN, POOL, inputs_of, of_words
from grader.probes.of_model import probe_of, sizes_for
from grader.probes.reading import Error, error_in, tensors, text
from grader.probes.sizes import NamedNumbers, normal
from grader.rnn.draws import fill

SIZE = 16  # numbers of the variable whose update is watched
STEPS = 3
OF_UPDATES = 16  # rows of a step of training
SECONDS_OF_ROWS = 60.0  # a pass over the data of a training; those of the sheets take one
HUGE_GRADIENT = 1e3  # times the first gradient: what a clip makes of it shows


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """Loss and optimizer by name, the optimizer's numbers, and its own updates: `value` [n] before, `values`
    after each of the drawn
    `gradients` [steps, n], the last of which is huge."""

    loss: str
    optimizer: str
    numbers: Mapping[str, float]
    value: np.ndarray
    gradients: np.ndarray
    values: tuple[np.ndarray, ...]

    @property
    def steps(self) -> tuple[np.ndarray, ...]:
        """How far each update moved the variable."""
        return tuple(
            after - before for before, after in zip((self.value, *self.values), self.values, strict=False)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Updates:
    """Steps of the model's own training on x [steps, batch, ...] and y [steps, batch, outputs]: all weights
    before the first, `start`, and after each. `error`: what was raised instead."""

    is_compiled: bool
    x: np.ndarray
    y: np.ndarray
    start: tuple[np.ndarray, ...] = ()
    after: tuple[tuple[np.ndarray, ...], ...] = ()
    error: Error | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The recorded curves [epochs], by their names ("loss", "val_loss", "learning_rate"). `seen`: those whose
    numbers a training was seen to write; None where nobody watched. `perhaps`: those that came to be in a
    cell that trained, too."""

    curves: Mapping[str, np.ndarray] = field(default_factory=dict)
    seen: frozenset[str] | None = None
    perhaps: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class ByStep:
    """The gradient of the loss by the input [batch, time, features]; None where none arrives."""

    x: np.ndarray
    y: np.ndarray
    gradient: np.ndarray | None

    @property
    def norms(self) -> np.ndarray | None:
        """How large it is at each step, in the mean of the batch [time]."""
        if self.gradient is None:
            return None
        return np.asarray(np.sqrt((self.gradient.astype("f8") ** 2).sum(axis=-1)).mean(axis=0))


@functools.cache
def compiled(model: Model) -> Probe:
    """What the model was compiled with, and what a fresh optimizer with the same settings makes of drawn
    gradients."""

    def draw(rng: np.random.Generator, parameters: NamedNumbers) -> Mapping[str, Any]:
        gradients = normal(rng, STEPS, SIZE)
        gradients[-1] *= np.float32(HUGE_GRADIENT)
        return {"value": normal(rng, SIZE), "gradients": gradients}

    return probe_of(model, "compiled", draw, read_compiled)


@functools.cache
def gradient_by_step(model: Model, loss: str = "mse") -> Probe:
    """How large the gradient of a loss, "mse" or "crossentropy", is at each step of drawn sequences with
    drawn targets.

    Raises:
        AssignmentError: the model takes words, which have no gradient.
    """
    if model.vocabulary:
        raise AssignmentError(f"{model.name} takes words: there is no gradient by a word's number")

    def draw(rng: np.random.Generator, parameters: NamedNumbers) -> Mapping[str, Any]:
        batch, length = sizes_for(model, parameters)
        y = (rng.random((batch, 1)) > 0.5).astype("f4") if loss == "crossentropy" else normal(rng, batch, 1)
        return {"x": normal(rng, batch, length, model.features), "y": y, "loss": loss}

    return probe_of(model, "gradient_by_step", draw, read_by_step)


@functools.cache
def updates(model: Model, sizes: tuple[float, ...]) -> Probe:
    """What steps of its own training do to a model whose weights were drawn: a step for each of the `sizes`
    of the drawn targets, a huge one of which makes huge gradients."""

    def draw(rng: np.random.Generator, parameters: NamedNumbers) -> Mapping[str, Any]:
        y = normal(rng, len(sizes), OF_UPDATES, 1) * np.array(sizes, dtype="f4")[:, None, None]
        x = inputs_of(rng, model, parameters, len(sizes), OF_UPDATES)
        return of_words(model) | {"pools": normal(rng, 1, POOL), "gain": GAIN, "x": x, "y": y}

    return probe_of(model, "updates", draw, read_updates)


@functools.cache
def trained_on(model: Model) -> Probe:
    """The sequences [n, time, features] that the training of the model was handed; None where they cannot be
    read."""
    return probe_of(model, "trained_on", lambda rng, parameters: {}, read_rows, seconds=SECONDS_OF_ROWS)


@functools.cache
def history(role: Role) -> Probe:
    """What `fit` returned: a dict of curves, or an object that holds one."""
    return Probe(
        name=f"history_{role.name}",
        answered_by="history",
        needs=(role.name,),
        parts=(("history", role),),
        early=False,
        reads=read_history,
    )


def read_compiled(observation: Observation) -> Compiled:
    """Names and numbers, as far as they are such."""
    told, q = observation.answer.get("numbers"), observation.question
    numbers = told if isinstance(told, Mapping) else {}
    values = [observation.array(f"values/{step}") for step in range(len(q["gradients"]))]
    return Compiled(
        loss=text(observation.answer.get("loss")),
        optimizer=text(observation.answer.get("optimizer")),
        numbers={
            str(name): float(value) for name, value in numbers.items() if isinstance(value, (int, float))
        },
        value=q["value"],
        gradients=q["gradients"],
        values=tuple(value for value in values if value is not None and value.shape == q["value"].shape),
    )


def read_updates(observation: Observation) -> Updates:
    """The weights after each step, as far as there are any."""
    q = observation.question
    after = [tensors(observation, f"after/{step}") for step in range(len(q["x"]))]
    made = tuple(weights for weights in after if weights)
    return Updates(
        is_compiled=observation.answer.get("compiled") is True,
        x=q["x"],
        y=q["y"],
        start=tuple(fill([array.shape for array in made[0]], q["pools"][0], q["gain"])) if made else (),
        after=made,
        error=error_in(observation.answer.get("error")),
    )


def read_by_step(observation: Observation) -> ByStep:
    """The gradient, if it has the shape of the input."""
    x, gradient = observation.question["x"], observation.array("gradient")
    fits = gradient is not None and gradient.shape == x.shape
    return ByStep(x=x, y=observation.question["y"], gradient=gradient if fits else None)


def read_rows(observation: Observation) -> np.ndarray | None:
    """The sequences, if they are such."""
    rows = observation.array("rows")
    return rows if rows is not None and rows.ndim == 3 and rows.size else None


def read_history(observation: Observation) -> History:
    """The curves by name."""
    told = observation.answer.get("names")
    names = [text(one) for one in told] if isinstance(told, list) else []
    arrays = {name: observation.array(f"curve/{k}") for k, name in enumerate(names)}
    seen, perhaps = (
        frozenset(name for k, name in enumerate(names) if k in numbers) if isinstance(numbers, list) else None
        for numbers in (observation.answer.get("recorded"), observation.answer.get("perhaps"))
    )
    return History(
        curves={name: array for name, array in arrays.items() if array is not None and array.ndim == 1},
        seen=seen,
        perhaps=perhaps or frozenset(),
    )
