"""What the probes of a trained model have in common: the roles they get, and the sizes of its sequences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from grader.assignment import Model, Probe
from grader.assignment.probe import Draw, HasForm, Parts
from grader.model import Observation
from grader.probes.sizes import LARGEST_OF_MODEL, MOST_STEPS, NamedNumbers, batch_of, length_for

SIZE_CAPS = {"batch": LARGEST_OF_MODEL, "time": MOST_STEPS}


def probe_of(
    model: Model,
    kind: str,
    draw: Draw,
    reads: Callable[[Observation], Any],
    *,
    form: HasForm | None = None,
    seconds: float = 60.0,
) -> Probe:
    """A probe that this function of run/inside/asked/probes.py answers, at the end, when the model was
    trained."""
    return Probe(
        name=f"{kind}{model.place}",
        answered_by=kind,
        needs=(model.name,),
        parts=parts_of(model),
        draw=draw,
        early=False,
        seconds=seconds,
        form=form,
        reads=reads,
    )


def parts_of(model: Model) -> Parts:
    """The model with what is inside."""
    inside = (("cell", model.cell), ("layer", model.layer))
    return (("model", model), *((name, role) for name, role in inside if role is not None))


def sizes_for(model: Model, parameters: NamedNumbers) -> tuple[int, int]:
    """(sequences, steps): the student's own, as far as a model is asked."""
    return batch_of(parameters, LARGEST_OF_MODEL, model.batch), length_for(model, parameters, MOST_STEPS)
