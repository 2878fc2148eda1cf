"""Words: a model that reads sentences as numbers of words, padded to one length."""

from typing import Any

import numpy as np

from grader import Assignment, Level, checks, roles

hw = Assignment(
    "reviews",
    title="Reviews",
    parameters={"VOCABULARY": 40, "LENGTH": 20, "BATCH_SIZE": 32, "EPOCHS": 4},
)
model = hw.role(roles.model("model", vocabulary="VOCABULARY", length="LENGTH"))
history = hw.role(roles.thing("history"))
train = checks.LabelledSequences(
    inputs=hw.role(roles.thing("x_train")), labels=hw.role(roles.thing("y_train"))
)


def sentences(rng: Any, many: int, steps: int) -> Any:
    """Words from 1 to 39 [sentences, steps, 1], of which 1 to 9 praise and 10 to 19 blame; 0 behind the
    last one."""
    words = rng.integers(1, 40, size=(many, steps))
    ends = rng.integers(steps // 3, steps + 1, size=(many, 1))
    return np.where(np.arange(steps) < ends, words, 0)[..., None].astype("float32")


def praise(words: Any) -> Any:
    """Whether more words praise than blame."""
    good, bad = (words >= 1) & (words < 10), (words >= 10) & (words < 20)
    return good.sum(axis=(1, 2)) > bad.sum(axis=(1, 2))


task = checks.SequenceTask(words="whether more words praise than blame", draw=sentences, label=praise)

part = hw.task("1", "The model.")
layers = ["Embedding 8", "LSTM 16", "Dense 1 sigmoid"]
part.check(checks.made_of(model, layers), points=6, level=Level.PASSED)
part.check(checks.counts_by_formula(model), points=2)
part.check(checks.ignores_padding(model), points=3)

part = hw.task("2", "Training.")
part.check(checks.compiled_with(model, loss="binary_crossentropy", optimizer="Adam"), points=1)
part.check(
    checks.accuracy_on(model, task, bar=0.85, train=train, record=history), points=8, level=Level.PASSED
)
