"""The model is tried on the batches that were taken last, and no longer than it takes to tell."""

import numpy as np
import pytest

pytestmark = pytest.mark.real
pytest.importorskip("tensorflow")

from grader.run.inside.seen.latest import reaches  # noqa: E402

RIGHT, WRONG = np.ones((100, 1)), np.zeros((100, 1))


class Answers:
    """A model that answers what its batches hold."""

    def __init__(self):
        self.asked = 0

    def __call__(self, x):
        self.asked += 1
        return x


def share(right):
    """A batch of which this share is answered right."""
    return (np.repeat([1.0, 0.0], [right, 100 - right])[:, None], RIGHT)


@pytest.mark.parametrize(
    ("shares", "reached", "asked"),
    [
        ((100, 100, 100, 100), True, 4),
        ((72, 100, 100, 100), True, 4),
        ((90, 93, 94, 95), True, 4),
        ((90, 93, 94, 94), False, 4),
        ((50, 100, 100, 100), False, 1),
        ((90, 60, 100, 100), False, 2),
        ((), True, 0),
    ],
)
def test_batches_are_asked_until_it_is_clear(shares, reached, asked):
    model = Answers()
    assert reaches(model, [share(right) for right in shares], 0.93) is reached
    assert model.asked == asked
