"""A layer around a cell that gives no states is asked with a cell that does, and judged by itself."""

import numpy as np
import pytest

pytest.importorskip("tensorflow")

import tensorflow as tf

from grader.assignment import Seen
from grader.judge.checks.layers.batch_and_length import judge_batch_and_length
from grader.judge.checks.layers.layer import judge_every_step
from grader.judge.checks.layers.start_states import judge_start
from grader.model import Observation, Reply, Run, Status, Submission
from grader.run.inside import walk
from grader.run.inside.asked import of_cell, of_layer
from tests.made_up_sheet import PROBES, small
from tests.strangers.homework import CELL, IMPORTS, LAYER

# TensorFlow is imported, no kernel is needed; Keras warns of what a question is tried with
pytestmark = [pytest.mark.real, pytest.mark.filterwarnings("ignore::UserWarning")]
RETURN = next(line for line in CELL.splitlines() if line.strip().startswith("return"))
BROKEN = {
    "returns nothing": "        pass",
    "raises": "        return undefined_name",
    "is still to be written": '        raise NotImplementedError("call is still to be written")',
    "gives another shape": "        return hidden[:, :2], cell",
}


def seen(broken, *layer):
    """What the grader sees of a layer around this cell; `layer`: (old, new) pieces of its code."""
    text = LAYER
    for old, new in layer:
        assert old in text
        text = text.replace(old, new)
    names, found, rng = {"__name__": "__main__"}, {}, np.random.default_rng(1)
    exec(IMPORTS + CELL.replace(RETURN, broken) + text, names)
    walk.prepare()
    for name, ask in (
        ("one_step", of_cell.one_step),
        ("layer", of_layer.layer),
        ("start", of_layer.start),
    ):
        question = dict(PROBES[name].draw(rng, {"UNITS": 16, "SEQ_LEN": 6, "BATCH_SIZE": 4}))
        try:
            answer = ask(names, question, {part: role.told() for part, role in PROBES[name].parts})
        except Exception:
            continue  # told by the check of the cell
        finally:
            tf.config.run_functions_eagerly(False)
        found[name] = Observation(probe=name, status=Reply.ANSWERED, question=question, answer=answer)
    return Seen(
        assignment=small(), submission=Submission(student="ada"), run=Run(run_id="r", observations=found)
    )


@pytest.mark.parametrize("broken", BROKEN)
def test_a_right_layer_around_a_cell_that_does_not_work_keeps_its_points(broken):
    found = seen(BROKEN[broken])
    verdict = judge_every_step(found)
    assert (verdict.status, "a cell of ours" in verdict.message) == (Status.PASSED, True), verdict.message
    assert judge_start(found).status is Status.PASSED
    assert judge_batch_and_length(found).status is Status.PASSED


def test_a_right_layer_that_starts_by_itself_is_stepped_from_where_it_starts():
    begins = "    def call(self, x):\n        states = self.zero_states(x.shape[0])\n        outputs = []"
    found = seen(BROKEN["raises"], ("    def call(self, x, states):\n        outputs = []", begins))
    verdict = judge_every_step(found)
    assert (verdict.status, "a cell of ours" in verdict.message) == (Status.PASSED, True), verdict.message


def test_a_layer_that_forgets_its_states_is_wrong_around_any_cell():
    verdict = judge_every_step(seen(BROKEN["returns nothing"], ("states = self.cell(", "_ = self.cell(")))
    assert verdict.status is Status.FAILED, verdict.message


def test_a_cell_that_works_is_never_replaced():
    assert seen(RETURN).answer("layer").answer["cell_of_ours"] is False


def test_a_layer_that_raises_keeps_the_point_of_its_start_states():
    found = seen(RETURN, ("states = self.cell(", "states = self.no_cell("))
    assert found.answered("layer") is None
    assert judge_start(found).status is Status.PASSED
