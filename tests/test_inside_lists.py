"""Hidden states in a Python list, one tensor for each step: known by its length, which follows the number of
steps, however many these are."""

import itertools

import numpy as np
import pytest

pytest.importorskip("tensorflow")

import tensorflow as tf

from grader.assignment import Seen
from grader.judge.checks.layers.batch_and_length import judge_batch_and_length
from grader.judge.checks.layers.layer import judge_every_or_last_step, judge_every_step
from grader.judge.identify.identification import identify_network
from grader.model import Observation, Reply, Run, Status, Submission
from grader.run.inside import walk
from grader.run.inside.asked import calls, of_cell, of_layer, of_model
from tests.made_up_sheet import PROBES, small
from tests.sampling import some
from tests.strangers.homework import CELL, IMPORTS, LAYER, MODEL

# TensorFlow is imported, no kernel is needed; Keras warns of what a question is tried with
pytestmark = [pytest.mark.real, pytest.mark.filterwarnings("ignore::UserWarning")]

ANSWER = {
    "one_step": of_cell.one_step,
    "layer": of_layer.layer,
    "model": of_model.model,
    "gradients": of_model.gradients,
}
STACKED = "tf.stack(outputs, axis=1)"
EACH = "return [self.read(h) for h in hidden]"


def seen(steps, layer=(), model=(), wanted=("one_step", "layer"), keeps=("states[0]",), goes=("x.shape[1]",)):
    """What the grader sees of these classes, in a homework of so many steps. `goes`: how many steps the layer
    goes, `keeps`: what it keeps of each, `layer`: what it returns of all."""
    text = (LAYER.replace(STACKED, *layer) if layer else LAYER).replace("states[0]", *keeps)
    text = text.replace("x.shape[1]", *goes)
    names = {"__name__": "__main__"}
    exec(IMPORTS + CELL + text + (MODEL.replace(*model) if model else MODEL), names)
    walk.prepare()
    if model:
        names["model"] = names["MyModel"]()
        names["model"](tf.zeros((4, steps, 1)))
    rng, found = np.random.default_rng(steps), {}
    for name in wanted:
        question = dict(PROBES[name].draw(rng, {"UNITS": 16, "SEQ_LEN": steps, "BATCH_SIZE": 4}))
        parts = {part: role.told() for part, role in PROBES[name].parts}
        try:
            answer = ANSWER[name](names, question, parts)
        finally:
            tf.config.run_functions_eagerly(False)
        found[name] = Observation(probe=name, status=Reply.ANSWERED, question=question, answer=answer)
    return Seen(
        assignment=small(), submission=Submission(student="ada"), run=Run(run_id="r", observations=found)
    )


FORMS = ["outputs", "tuple(outputs)", "(outputs, states)", "[[one] for one in outputs]"]
GIVEN = itertools.product([2, 5, 8, 11], FORMS)


@pytest.mark.parametrize(("steps", "gives"), some(list(GIVEN), 2))
def test_a_list_of_hidden_states_is_one_output_at_every_length(steps, gives):
    found = seen(steps, layer=[gives])
    verdict = judge_every_or_last_step(found)
    assert verdict.status is Status.PASSED, verdict.message
    assert ("Python list" in verdict.message) is (gives != "(outputs, states)")
    assert judge_batch_and_length(found).status is Status.PASSED


@pytest.mark.parametrize("gives", some(["outputs", "tuple(outputs)"], 1))
def test_a_list_whose_length_is_written_into_the_code_is_one_output(gives):
    """The number costs what it is about, and nothing else."""
    found = seen(6, layer=[gives], goes=["6"])
    verdict = judge_every_or_last_step(found)
    assert verdict.status is Status.PASSED, verdict.message
    assert "Python list" in verdict.message
    assert judge_batch_and_length(found).status is Status.FAILED


def test_a_wrong_list_whose_length_is_written_into_the_code_is_wrong():
    for keeps in ("states[1]", "tf.tanh(states[0])"):
        verdict = judge_every_or_last_step(seen(6, layer=["outputs"], goes=["6"], keeps=[keeps]))
        assert verdict.status is Status.FAILED, keeps


def test_an_output_beside_two_states_is_no_list_of_a_written_length():
    one, two = tf.zeros((3, 2)), [tf.zeros((3, 2))] * 6
    assert calls.each_step_in([([one] * 3, 3), ([one] * 3, 7)], own=3) == []
    assert calls.each_step_in([(two, 6), (two, 25)], own=6) == [()]
    assert calls.each_step_in([(two, 25), (two, 30)], own=6) == []  # nobody asked for as many
    assert calls.each_step_in([(two, 6), (two[:5], 25)], own=6) == []


EITHER = """tf.stack(outputs, axis=1) * (1.0 + self.is_traced()) if self.every else outputs[-1]

    def is_traced(self):
        return float(not tf.executing_eagerly())

    def __init__(self, cell, return_sequences=False):
        super().__init__()
        self.cell, self.every = cell, return_sequences"""


def test_a_layer_is_judged_as_it_is_used_where_it_is_wrong_in_another_way():
    found = seen(5, layer=[EITHER])  # where it gives all steps, wrong in a graph
    assert judge_every_or_last_step(found).status is Status.PASSED


@pytest.mark.parametrize("steps", some([5, 11], 1))
def test_where_one_tensor_is_asked_for_the_list_is_named(steps):
    assert judge_every_step(seen(steps, layer=["outputs"])).mistake.id == "python_list"


@pytest.mark.parametrize("steps", some([2, 3], 1))
def test_a_pair_of_states_is_no_list_of_two_steps(steps):
    found = seen(steps, layer=["tf.stack(outputs, axis=1), states"])
    assert found.answer("layer").answer["each_step"] == []
    assert judge_every_step(found).status is Status.PASSED


@pytest.mark.parametrize("steps", some([4, 7], 1))  # as many as sequences, and others
def test_a_model_may_answer_with_a_list(steps):
    listed = seen(
        steps,
        layer=["outputs"],
        model=("return self.read(hidden[:, -1])", EACH),
        wanted=("one_step", "layer", "model", "gradients"),
    )
    assert identify_network(listed).network is not None, identify_network(listed).reason
    into = listed.answer("gradients").array("input_gradient")
    assert np.all(np.abs(into).sum(axis=(0, 2)) > 0)


BOTH = {  # what is kept of each step, what is returned
    "stacked": ("tf.stack(states)", "tf.stack(outputs)"),
    "stacked, batch first": ("tf.stack(states, axis=1)", "tf.stack(outputs, axis=1)"),
    "side by side": ("tf.concat(states, -1)", "tf.stack(outputs, axis=1)"),
    "side by side, time first": ("tf.concat(states, -1)", "tf.stack(outputs)"),
    "cell state first": ("tf.stack(states[::-1])", "tf.stack(outputs)"),
    "a list of pairs": ("states", "outputs"),
    "a list of both in one": ("tf.concat(states, -1)", "outputs"),
}


@pytest.mark.parametrize(("steps", "form"), some(list(itertools.product([2, 6], BOTH)), 2))
def test_both_states_of_every_step_are_another_form_of_the_right_thing(form, steps):
    keeps, gives = BOTH[form]
    found = seen(steps, layer=[gives], keeps=[keeps])
    verdict = judge_every_or_last_step(found)
    assert verdict.status is Status.PASSED, verdict.message
    assert "both states beside each other" in verdict.message
    assert judge_batch_and_length(found).status is Status.PASSED
    assert judge_every_step(found).status is Status.FAILED  # on the sheet that asks for one tensor of them


def test_both_states_of_a_wrong_layer_are_told_as_wrong():
    found = seen(6, layer=["tf.stack(outputs[::-1])"], keeps=["tf.stack(states)"])
    verdict = judge_every_or_last_step(found)
    assert verdict.mistake is not None, verdict.message
    assert verdict.mistake.id == "outputs_reversed"
    assert judge_batch_and_length(found).status is Status.PASSED


def test_places_are_those_that_every_answer_has():
    one, two = tf.zeros((3, 2)), tf.zeros((3, 4))
    assert calls.each_step_in([([one, one], 2), ([one], 1)]) == [()]
    assert calls.each_step_in([((one, one), 2), ((one, one), 5)]) == []
    assert calls.each_step_in([((two, [one] * 2), 2), ((two, [one] * 5), 5)]) == [(1,)]
    assert calls.each_step_in([([one, two], 2)]) == []
    assert calls.each_step_in([]) == []
    assert calls.each_step_in([([[one] * 5] * 4, 5), ([[one]], 1)]) == []  # one for each sequence


@pytest.mark.parametrize("judge", [judge_every_step, judge_every_or_last_step])
def test_a_list_for_each_sequence_with_the_states_of_all_is_no_output(judge):
    found = judge(seen(5, layer=("[outputs] * len(x)",)))
    assert found.status is Status.FAILED
    assert found.message == "the layer returns a list of 4 lists, expected one tensor of shape (4, 5, 7)"
