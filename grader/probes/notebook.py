"""What a notebook says of itself: names, recorded numbers, the course of its training, what was traced.
Answered by run/inside/of_notebook.py and governor.py."""

from __future__ import annotations

import functools

from grader.assignment import Numbers, Probe, Role
from grader.probes.form import Form, count, each, either, flag, none, number, record, text, values

OF_NAMES = Form(optional={"kinds": values(text), "numbers": values(number)})
PLACE = record({}, {"cell": count, "line": count, "file": text})
OF_TRAINING = Form(
    required={"steps": each(count)},
    optional={
        "updates": either(none, count),
        "gradients": count,
        "bursts": count,
        "assigned": each(record({"place": PLACE, "loaded": flag})),
        "loaded": each(PLACE),
        "known": flag,
    },
)
OF_TRACING = Form(required={"functions": each(record({"name": text, "traces": count}))})


@functools.cache
def names(*wanted: str | Role, lists: tuple[str | Numbers, ...] = (), called: str = "names") -> Probe:
    """What the notebook defines: kinds and numbers, and lists of numbers such as losses. `called`: the
    probe's name, where a sheet asks several."""
    named = [one if isinstance(one, str) else one.name for one in lists]
    asked = {
        "names": [*(one if isinstance(one, str) else one.name for one in wanted), *named],
        "lists": named,
    }
    parts = tuple((f"{one.purpose} {one.holds}", one) for one in lists if isinstance(one, Numbers))
    return Probe(name=called, answered_by="names", parts=parts, draw=lambda rng, parameters: asked, early=False, form=OF_NAMES)


@functools.cache
def training() -> Probe:
    """The weights after each pass over a data set, as the training went, and who changed them."""
    return Probe(name="training", answered_by="training", early=False, form=OF_TRAINING)


@functools.cache
def tracing() -> Probe:
    """How often each tf.function was traced."""
    return Probe(name="tracing", answered_by="tracing", early=False, form=OF_TRACING)
