"""What a kernel would answer about models of Keras' own layers, asked in this process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from grader.assignment import Probe
from grader.model import Observation, Reply
from grader.run.inside import frames
from grader.run.inside.asked import of_answers, of_calls, of_fitted, of_keras, of_notebook, of_updates

BY = {
    "keras_model": of_keras.keras_model,
    "updates": of_updates.updates,
    "answers": of_answers.answers,
    "calls": of_calls.calls,
    "arrays": of_notebook.arrays,
    "history": of_fitted.history,
    "compiled": of_fitted.compiled,
}


def asked_here(probe: Probe, names: Mapping[str, Any], numbers: Mapping[str, float | int]) -> Observation:
    """The answer, sent as between host and kernel; `numbers`: the homework's parameters."""
    question = probe.draw(np.random.default_rng(3), numbers)
    sent = {name: value for name, value in question.items() if not name.startswith("hidden/")}
    parts = {part: role.told() for part, role in probe.parts}
    told = BY[probe.answered_by](names, frames.unpack(frames.pack(sent)), parts)
    answer = frames.unpack(frames.pack(told))
    return Observation(probe=probe.name, status=Reply.ANSWERED, question=question, answer=answer)
