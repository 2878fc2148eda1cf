"""The questions are of the student's own sizes, as far as that is affordable."""

import numpy as np
import pytest

from grader.model import Observation, Reply
from tests.made_up_sheet import PROBES


@pytest.mark.parametrize(
    ("own", "of_cell", "of_model"), [(8, 8, 8), (128, 128, 128), (512, 256, 512), (64_000, 256, 1024)]
)
def test_batches_are_as_large_as_the_students_own_which_may_be_wired_in(own, of_cell, of_model):
    numbers, rng = {"BATCH_SIZE": own, "SEQ_LEN": 6}, np.random.default_rng(1)
    assert PROBES["one_step"].draw(rng, numbers)["batch"] == of_cell
    assert PROBES["layer"].draw(rng, numbers)["cases"][0]["batch"] == of_cell
    assert PROBES["model"].draw(rng, numbers)["x"].shape == (2, of_model, 6, 1)
    assert PROBES["gradients"].draw(rng, numbers)["x"].shape == (of_model, 6, 1)


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("losses", "losses"),
        ('losses["train"]', 'losses["train"]'),
        ('done.history["val loss"]', 'done.history["val loss"]'),
        ("alles[0::3]", "alles[0::3]"),
        ("[row[0] for row in buch.values()]", "[row[0] for row in buch.values()]"),
        ("passed: 60 of 60 points", ""),
        ('losses["<b>60</b>"]', ""),
        ("losses[0] and all is right", ""),
        ("", ""),
        (3, ""),
    ],
)
def test_what_is_taken_is_told_by_names_and_places_alone(told, shown):
    answered = Observation(probe="names", status=Reply.ANSWERED, answer={"taken": {"train_losses": told}})
    assert answered.taken == {"train_losses": shown}
