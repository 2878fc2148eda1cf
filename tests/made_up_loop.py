"""Made-up students without a layer: the loop over the time steps, right or wrong, stands in the model."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from grader.assignment import Seen
from grader.model import Observation, Reply
from tests.made_up_sheet import PROBES
from tests.made_up_student import NUMBERS, Layer, Step, Student, every_step

CODE = """# --- cell 5 ---
class MyModel(tf.keras.Model):
    def call(self, x):
        h, c = self.start(x)
        for t in range(x.shape[1]):
            h, _ = self.cell(x[:, t], (h, c))
        return self.read_out(h)
"""
MISSING = Observation(probe="layer", status=Reply.MISSING, missing=("LSTM_Layer",))


def without_layer(layer: Layer = every_step, **more: Any) -> Seen:
    """What is seen of a student whose model holds this loop, and of which nothing stands for LSTM_Layer."""
    student = Student(layer=layer, text=CODE, **more)
    seen = student.seen("one_step", "model")
    question = PROBES["lengths"].draw(np.random.default_rng(3), NUMBERS)
    _, trained = student._trained()
    answer: dict[str, Any] = {"errors": {}}
    for key, x in question.items():
        if not key.startswith("x/"):
            continue
        try:
            answer[f"out/{key.partition('/')[2]}/0"] = student._output(trained, x).astype("f4")
        except IndexError as problem:
            answer["errors"][key.partition("/")[2]] = {"name": "IndexError", "message": str(problem)}
    lengths = Observation(probe="lengths", status=Reply.ANSWERED, question=question, answer=answer)
    missing = {probe: replace(MISSING, probe=probe) for probe in ("layer", "start")}
    observations = {**seen.run.observations, **missing, "lengths": lengths}
    return replace(seen, run=replace(seen.run, observations=observations), _memory={})


def forgets(step: Step, x: np.ndarray, h: np.ndarray, c: np.ndarray) -> np.ndarray:
    """The cell state is never handed on."""
    out = []
    for t in range(x.shape[1]):
        h, _ = step(x[:, t], h, c)
        out.append(h)
    return np.stack(out, axis=1)


def backwards(step: Step, x: np.ndarray, h: np.ndarray, c: np.ndarray) -> np.ndarray:
    """From the last step to the first."""
    return every_step(step, x[:, ::-1], h, c)


def six_steps(step: Step, x: np.ndarray, h: np.ndarray, c: np.ndarray) -> np.ndarray:
    """The length is written into the code."""
    for t in range(6):
        h, c = step(x[:, t], h, c)
    return h[:, None]


def sixth_root(step: Step, x: np.ndarray, h: np.ndarray, c: np.ndarray) -> np.ndarray:
    """No mistake that has a name."""
    return np.cbrt(every_step(step, x, h, c))


def stops_early(step: Step, x: np.ndarray, h: np.ndarray, c: np.ndarray) -> np.ndarray:
    """Takes six steps, or fewer where there are fewer."""
    return every_step(step, x[:, :6], h, c)
