"""The layer's verdict: every known mistake is named, and what is not known is measured."""

import numpy as np
import pytest

from grader.judge.checks.layers import layer
from grader.judge.checks.layers.start_states import judge_start
from grader.judge.checks.shapes import answers
from grader.model import Status
from grader.rnn.layer_mistakes import LAYER_MISTAKES, LayerCall
from tests.made_up import Style
from tests.made_up_student import Student, every_step


def stepped(step, x, first, second, *, cell_states=False):
    """The student's cell through a sequence, as a known mistake asks for it."""
    out, h, c = [], first, second
    for t in range(x.shape[1]):
        h, c = step(x[:, t], h, c)
        out.append(c if cell_states else h)
    return np.stack(out, axis=1) if out else np.zeros((len(x), 0, first.shape[1]))


def making(mistake):
    """A layer that makes the mistake."""

    def gives(step, x, h, c):
        def run(x, states, shows=0):
            return stepped(step, x, *states, cell_states=bool(shows))

        return mistake.gives(LayerCall(run=run, x=x, states=(h, c)))

    return gives


@pytest.mark.parametrize("mistake", LAYER_MISTAKES, ids=lambda mistake: mistake.id)
def test_it_is_named(mistake):
    verdict = layer.judge_every_step(
        Student(style=Style("fused"), layer=making(mistake)).seen("one_step", "layer")
    )
    assert verdict.status is Status.FAILED
    assert verdict.mistake is not None
    assert verdict.mistake.id == mistake.id
    assert verdict.mistake.words.startswith("a layer ")
    assert verdict.hint == mistake.hint


@pytest.mark.parametrize("mistake", LAYER_MISTAKES, ids=lambda mistake: mistake.id)
def test_what_changes_the_shape_is_marked(mistake):
    shapes = []

    def shown(step, x, h, c):
        shapes.extend([making(mistake)(step, x, h, c).shape, every_step(step, x, h, c).shape])
        return every_step(step, x, h, c)

    layer.judge_every_step(Student(layer=shown).seen("one_step", "layer"))
    assert (shapes[0] != shapes[1]) == mistake.changes_shape


def test_a_right_layer_passes():
    verdict = layer.judge_every_step(Student(style=Style("eight")).seen("one_step", "layer"))
    assert verdict.status is Status.PASSED


def test_an_unknown_mistake_is_measured():
    def from_step_three(step, x, h, c):
        out = every_step(step, x, h, c)
        out[:, 2:] += 0.25
        return out

    verdict = layer.judge_every_step(Student(layer=from_step_three).seen("one_step", "layer"))
    assert (
        verdict.message
        == "with 6 time steps the layer's output differs from its own cell's states from step 3 on, by up to"
        " 0.25"
    )
    assert verdict.mistake is None
    assert verdict.undiagnosed


def test_random_start_states_are_charged_to_zero_states_alone():
    """Nobody knows them again: the layer is judged where it got its states from the question, and the model
    may answer anew."""
    wanted = ("one_step", "layer", "start", "model")
    answered = Student(style=Style("eight")).seen(*wanted)
    zeros, outs = (answered.answer(probe).answer for probe in ("layer", "model"))
    by_chance = {
        f"zeros/{k}": np.random.default_rng(k).standard_normal(zeros[f"zeros/{k}"].shape) for k in (0, 1)
    }
    moved = {f"out/0/{k}/0": 0.1 + zeros[f"out/0/{k}/0"] for k in (1, 3)}
    again = {"again/0/0/0": np.clip(outs["out/0/0/0"] + 0.1, 0, 1)}
    for changes, status in ((by_chance | moved, Status.PASSED), (moved, Status.FAILED)):
        changed = {"layer": changes, "start": changes, "model": again}
        seen = Student(style=Style("eight"), changes=changed).seen(*wanted)
        assert layer.judge_every_step(seen).status is status
        assert answers.judge_probability(seen).status is status
        assert judge_start(seen).status is (Status.FAILED if status is Status.PASSED else Status.PASSED)


@pytest.mark.parametrize("style", ["fused", "eight"])
@pytest.mark.parametrize("features", [1, 30])
def test_a_cell_behind_something_else_in_its_layer_is_read_by_a_person(style, features):
    """A read-in within the layer: its cell gets other features than the layer."""
    seen = Student(style=Style(style), changes={"layer": {"features": features}}).seen("one_step", "layer")
    verdict = layer.judge_every_step(seen)
    assert verdict.status is Status.NEEDS_REVIEW
    assert "other sizes" in verdict.message


def test_every_name_is_of_one_mistake():
    names = [mistake.id for mistake in LAYER_MISTAKES]
    assert len(set(names)) == len(names)


LAST_ONLY = next(mistake for mistake in LAYER_MISTAKES if mistake.id == "last_only")
FIRST_ONLY = next(mistake for mistake in LAYER_MISTAKES if mistake.id == "first_only")


@pytest.mark.parametrize("made", [every_step, making(LAST_ONLY)], ids=["every step", "the last step"])
def test_where_the_sheet_leaves_it_open_every_step_or_the_last_is_right(made):
    assert (
        layer.judge_every_or_last_step(Student(layer=made).seen("one_step", "layer")).status is Status.PASSED
    )


def test_where_the_sheet_leaves_it_open_the_first_step_is_still_wrong():
    verdict = layer.judge_every_or_last_step(Student(layer=making(FIRST_ONLY)).seen("one_step", "layer"))
    assert verdict.status is Status.FAILED
    assert verdict.mistake is not None
    assert verdict.mistake.id == "first_only"


def test_a_last_step_that_is_another_one_inside_a_graph_is_wrong():
    student = Student(layer=making(LAST_ONLY), changes={"layer": {"graph/1/4/0": np.zeros((4, 7), "f4")}})
    assert layer.judge_every_or_last_step(student.seen("one_step", "layer")).status is Status.FAILED
