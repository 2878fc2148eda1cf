"""Words: a model that gives every word of a sentence its tag."""

from typing import Any

import numpy as np

from grader import Assignment, Level, checks, roles

hw = Assignment(
    "tagger",
    title="Tags",
    parameters={"VOCABULARY": 40, "LENGTH": 12, "BATCH_SIZE": 32, "EPOCHS": 4},
)
model = hw.role(roles.model("tagger", vocabulary="VOCABULARY", length="LENGTH"))
history = hw.role(roles.thing("history"))
train = checks.LabelledSequences(
    inputs=hw.role(roles.thing("x_train")), labels=hw.role(roles.thing("y_train"))
)
test = checks.LabelledSequences(inputs=hw.role(roles.thing("x_test")), labels=hw.role(roles.thing("y_test")))


def sentences(rng: Any, many: int, steps: int) -> Any:
    """Words from 1 to 39 [sentences, steps, 1]; 0 behind the last one."""
    words = rng.integers(1, 40, size=(many, steps))
    ends = rng.integers(steps // 3, steps + 1, size=(many, 1))
    return np.where(np.arange(steps) < ends, words, 0)[..., None].astype("float32")


def tags(words: Any) -> Any:
    """1 noun, 2 verb; a word above 19 is a verb behind a noun; padding counts for nothing."""
    words, last, found = words[..., 0], 0, []
    for word in words.T:
        last = np.select([word == 0, word < 10, word < 20], [-1, 1, 2], np.where(last == 1, 2, 1))
        found.append(last)
    return np.stack(found, axis=1)


task = checks.SequenceTask(words="its tag", draw=sentences, label=tags, classes=3, each_step=True)

part = hw.task("1", "The model.")
layers = ["Embedding 8", "Bidirectional LSTM 16", "Dense 3 softmax"]
part.check(checks.made_of(model, layers), points=6, level=Level.PASSED)
part.check(checks.counts_by_formula(model), points=2)
part.check(checks.ignores_padding(model), points=3)
part = hw.task("2", "Training.")
part.check(checks.compiled_with(model, loss="sparse_categorical_crossentropy", optimizer="Adam"), points=1)
part.check(checks.sequences_of(task, train=train, test=test), points=1)
part.check(
    checks.accuracy_on(model, task, bar=0.85, train=train, record=history), points=12, level=Level.PASSED
)
