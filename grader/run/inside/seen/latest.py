"""How right the model is, as it is now, on the batches that were taken last: an estimate, by which nothing
is graded."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

ROUNDING = 1e-9  # of a sum of shares


def answers_of(model, batches):
    """[(answers, labels)] of these batches, eagerly, so that nothing is traced.

    Raises:
        Exception: an element is no (x, y), or the model cannot be called so.
    """
    eagerly = tf.config.functions_run_eagerly()
    tf.config.run_functions_eagerly(True)
    try:
        return [(np.asarray(model(x), dtype="float64"), labels_of(np.asarray(y))) for x, y in batches]
    finally:
        tf.config.run_functions_eagerly(eagerly)


def reaches(model, batches, share):
    """Whether the model is right for this share of the labels, all batches together. Each costs a tenth of a
    second, so they are asked only until it can no longer be."""
    wrong, most = 0.0, (1 - share) * len(batches) + ROUNDING
    for batch in batches:
        wrong += 1 - share_right(answers_of(model, [batch]))
        if wrong > most:
            return False
    return True


def share_right(answers):
    """Of the labels."""
    return float(np.mean([np.mean((share > 0.5) == labels) for share, labels in _shares(answers)]))


def measures(answers):
    """{"accuracy", "losses"}: cross-entropy, squared and absolute error."""
    right = np.concatenate([np.where(labels, share, 1 - share) for share, labels in _shares(answers)])
    right = np.clip(right, 1e-7, 1 - 1e-7)
    losses = (-np.log(right), (1 - right) ** 2, 1 - right)
    return {"accuracy": share_right(answers), "losses": [float(np.mean(one)) for one in losses]}


def _shares(answers):
    return [(_of_second_class(out, len(labels)), labels) for out, labels in answers]


def labels_of(y):
    """Which of two classes, as bool [batch]: from numbers, or from one-hot pairs [batch, 2], which may have
    an axis more."""
    y = y.reshape(len(y), -1)
    return y.argmax(axis=1) == 1 if y.shape[1] == 2 else y.ravel() > 0.5


def _of_second_class(out, batch):
    """[batch] of outputs: [batch, 1] probabilities or logits, [batch, 2] scores, the last step of many, whose
    axis may come first."""
    if out.ndim == 3:
        out = out[-1] if out.shape[0] != batch == out.shape[1] else out[:, -1]
    out = out.reshape(batch, -1)
    score = out[:, 1] - out[:, 0] if out.shape[1] == 2 else out[:, 0]
    if out.min() >= 0 and out.max() <= 1:
        return (score + 1) / 2 if out.shape[1] == 2 else score
    return 1 / (1 + np.exp(-np.clip(score, -50, 50)))
