"""The pair of states in whatever a cell returns, and equations found in layers that have no cell."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.judge.checks.layers import cell, layer, own_loop
from grader.judge.checks.layers.batch_and_length import judge_batch_and_length
from grader.judge.checks.layers.returned_states import judge_states
from grader.judge.checks.layers.start_states import judge_start
from grader.judge.identify.recognised import recognised
from grader.judge.identify.states import states_in
from grader.judge.unfinished import TO_WRITE
from grader.model import Observation, Reply, Run, SourceFacts, Status
from grader.probes.handling import read_making, read_way
from grader.probes.nesting import Nesting, read_nesting
from grader.probes.ways import SHEETS, made_in_words
from grader.rnn.mapping import SWAPPED
from tests.made_up import KINDS, Style
from tests.made_up_loop import without_layer
from tests.made_up_sheet import SHEET
from tests.made_up_student import CALLED, Student, every_step, logistic

FORMS = {
    "pair": (lambda h, c: [h, c], "(tensor, tensor)"),
    "output and pair": (lambda h, c: [h, h, c], "(tensor, (tensor, tensor))"),
    "output and list": (lambda h, c: [h, h, c], "(tensor, [tensor, tensor])"),
    "pair and output": (lambda h, c: [h, c, h], "((tensor, tensor), tensor)"),
    "list and output": (lambda h, c: [h, c, h], "[[tensor, tensor], tensor]"),
    "stacked": (lambda h, c: [np.stack([h, c])], "tensor"),
    "stacked inside": (lambda h, c: [np.stack([h, c], axis=1)], "tensor"),
    "side by side": (lambda h, c: [np.concatenate([h, c], axis=1)], "tensor"),
}


@given(form=st.sampled_from(sorted(FORMS)), batch=st.integers(1, 9), units=st.integers(1, 9))
def test_the_states_are_found_in_every_form(form, batch, units):
    h, c = np.random.default_rng(batch).standard_normal((2, batch, units))
    make, structure = FORMS[form]
    if form == "stacked inside" and batch == 2:
        return  # two sequences: nobody can tell [2, batch, units] from [batch, 2, units]
    first, second = states_in(make(h, c), read_nesting(structure), batch, units)[-2:]
    np.testing.assert_array_equal(first, h)
    np.testing.assert_array_equal(second, c)


@given(shape=st.lists(st.integers(1, 5), min_size=1, max_size=3))
def test_one_state_alone_stays_alone(shape):
    batch, units = 7, 11
    assert len(states_in([np.zeros(shape)], Nesting(kind="tensor"), batch, units)) == 1


def by_itself(step, x, h, c):
    """A layer that starts from zeros whatever it is given."""
    return every_step(step, x, 0 * h, 0 * c)


def without_tanh(w, x, h, c):
    z = {gate: x @ kernel + h @ recurrent + bias for gate, (kernel, recurrent, bias) in w.items()}
    new = logistic(z["f"]) * c + logistic(z["i"]) * np.tanh(z["g"])
    return logistic(z["o"]) * new, new


def alone(**more):
    """A student with one class for everything that takes the input alone."""
    no_states = {f"eager/{draw}/{row}/1": None for draw in range(4) for row in range(4)}
    one_step = {"of_layer": True, "takes_states": False, "structure": {"kind": "tensor"}, **no_states}
    return Student(
        layer=by_itself,
        changes={
            "one_step": one_step,
            "layer": {"call": CALLED | {"states": "alone"}},
            "start": {"call": CALLED | {"states": "alone"}, "start": ""},
        },
        **more,
    )


def with_states(**more):
    """A student with one class for everything that takes states and shows the hidden state only."""
    no_states = {f"eager/{draw}/{row}/1": None for draw in range(4) for row in range(4)}
    return Student(
        changes={
            "one_step": {"of_layer": True, "takes_states": True, "structure": {"kind": "tensor"}, **no_states}
        },
        **more,
    )


@pytest.mark.parametrize("student", [alone, with_states])
@pytest.mark.parametrize("kind", KINDS)
def test_a_right_layer_without_a_cell_is_proven(student, kind):
    seen = student(style=Style(kind)).seen("one_step", "layer")
    assert judge_states(seen).status is Status.PARTIAL
    assert cell.judge_equations(seen).status is Status.PASSED
    assert layer.judge_every_step(seen).status is Status.PASSED


def test_a_wrong_layer_without_a_cell_is_named():
    for student in (alone, with_states):
        verdict = cell.judge_equations(student(code=without_tanh).seen("one_step", "layer"))
        assert verdict.status is Status.FAILED
        assert verdict.mistake is not None
        assert verdict.mistake.id == "no_tanh_on_output"


def test_what_nobody_knows_is_left_to_a_person():
    def strange(w, x, h, c):
        new_h, new_c = without_tanh(w, x, h, c)
        return new_h + 0.25 * np.sign(new_c[:, ::-1]), new_c

    seen = alone(code=strange).seen("one_step", "layer")
    assert cell.judge_equations(seen).status is Status.NEEDS_REVIEW
    seen = alone(code=strange).seen("one_step", "layer")
    assert layer.judge_every_step(seen).status in (Status.NEEDS_REVIEW, Status.FAILED)


def test_a_layer_without_zero_states_fails_that_check_alone():
    seen = alone().seen("one_step", "layer", "start")
    verdict = judge_start(seen)
    assert (
        verdict.message
        == "LSTM_Layer has no method zero_states(batch_size): it takes the input alone and starts from zeros"
        " by itself"
    )
    assert judge_batch_and_length(seen).status is Status.PASSED


def without_last(step, x, h, c):
    return every_step(step, x[:, :-1], h, c) if x.shape[1] > 1 else h[:, None][:, :0]


@pytest.mark.parametrize(
    ("whole", "status", "shown"),
    [
        (without_last, Status.PASSED, "but for 1 step that it leaves out of every sequence"),
        (lambda step, x, h, c: every_step(step, x[:, :5], h, c), Status.FAILED, "expected (4, 1, 7)"),
        (
            lambda step, x, h, c: every_step(step, x[:, : max(1, x.shape[1] - 1)], h, c),
            Status.PASSED,
            "1 step",
        ),
    ],
)
def test_steps_that_a_layer_leaves_out_of_every_sequence_are_charged_once(whole, status, shown):
    seen = Student(layer=whole).seen("one_step", "layer")
    assert layer.judge_every_step(seen).status is Status.FAILED
    verdict = judge_batch_and_length(seen)
    assert (verdict.status, shown in verdict.message) == (status, True), verdict.message


def test_zero_states_under_another_name_pass_and_the_name_is_said():
    verdict = judge_start(Student(changes={"start": {"start": "initial_state"}}).seen("start"))
    assert verdict.status is Status.PASSED
    assert verdict.message.endswith("initial_state is taken for zero_states.")


def test_zero_states_that_raise_are_told_under_their_own_check():
    error = {"start_error": {"name": "TypeError", "message": "no"}}
    seen = Student(changes={"start": error}).seen("one_step", "layer", "start")
    assert judge_start(seen).status is Status.FAILED
    assert layer.judge_every_step(seen).status is Status.PASSED


def test_zero_states_that_are_still_to_be_written_are_told_so():
    gap = (
        '# --- cell 1 ---\ndef zero_states():\n    raise NotImplementedError("zero_states is to be written")'
    )
    error = {"start_error": {"name": "NotImplementedError", "message": "zero_states is to be written"}}
    verdict = judge_start(Student(text=gap, changes={"start": error}).seen("start"))
    assert (verdict.message, verdict.hint) == ("zero_states is to be written", TO_WRITE)


def test_states_that_are_passed_apart_may_come_back_in_any_order():
    from grader.rnn.mapping import SWAPPED

    for pair in SWAPPED:
        seen = Student(pair=pair, changes={"one_step": {"call": CALLED | {"states": "apart"}}}).seen(
            "one_step"
        )
        assert cell.judge_equations(seen).status is Status.PASSED
        assert cell.judge_equations(Student(pair=pair).seen("one_step")).status is Status.FAILED


def minding(pair):
    """A layer whose cell returns its states in another order than it takes them, and which minds that: it
    has them as they are returned."""

    def gives(step, x, first, second):
        out = []
        for t in range(x.shape[1]):
            first, second = step(x[:, t], second, first)
            out.append(first if pair.hidden_first_out else second)
        return np.stack(out, axis=1)

    return gives


@pytest.mark.parametrize("pair", SWAPPED)
def test_an_order_that_the_layer_minds_is_no_mistake(pair):
    right, wrong = Student(pair=pair, layer=minding(pair)), Student(pair=pair)
    for student, status in ((right, Status.PASSED), (wrong, Status.FAILED)):
        assert cell.judge_equations(student.seen("one_step", "layer")).status is status
    assert layer.judge_every_step(right.seen("one_step", "layer")).status is Status.PASSED


@pytest.mark.parametrize("pair", SWAPPED)
def test_it_is_none_in_a_layer_that_makes_its_start_states_either(pair):
    def from_zeros(gives):
        return lambda step, x, first, second: gives(step, x, 0 * first, 0 * second)

    alone = {"layer": {"call": CALLED | {"states": "alone"}}}
    right = Student(pair=pair, layer=from_zeros(minding(pair)), changes=alone)
    wrong = Student(pair=pair, layer=from_zeros(every_step), changes=alone)
    for student, status in ((right, Status.PASSED), (wrong, Status.FAILED)):
        assert cell.judge_equations(student.seen("one_step", "layer")).status is status
    assert layer.judge_every_step(right.seen("one_step", "layer")).status is Status.PASSED


@pytest.mark.parametrize("pair", SWAPPED)
def test_an_order_that_a_model_minds_which_steps_its_cell_itself_is_no_mistake(pair):
    seen = without_layer(minding(pair), pair=pair)
    assert cell.judge_equations(seen).status is Status.PASSED
    assert own_loop.unrolls_its_cell(seen).status is Status.PASSED
    for wrong in (without_layer(pair=pair), without_layer(minding(pair), pair=pair, code=without_tanh)):
        assert cell.judge_equations(wrong).status is Status.FAILED


@pytest.mark.parametrize("names", [["h", "c"], ["tensor_h", "tensor_c"], ["dict", "list"]])
def test_what_the_states_are_called_says_nothing_about_how_they_are_passed(names):
    apart = CALLED | {"states": "apart", "keywords": names}
    together = CALLED | {"keywords": names[:1]}
    of_old = "(x, {}=hidden, {}=cell)".format(*names)  # as runs were stored before
    for call, status in ((apart, Status.PASSED), (of_old, Status.PASSED), (together, Status.FAILED)):
        seen = Student(pair=SWAPPED[0], changes={"one_step": {"call": call}}).seen("one_step")
        assert cell.judge_equations(seen).status is status


@pytest.mark.parametrize(
    "words",
    [
        "(x, (hidden, cell))",
        "([x, cell, hidden])",
        "((hidden, cell), x)",
        "(hidden, cell, x)",
        "((x, [hidden, cell]))",
        "(x, one tensor [batch, 2 * units])",
        "(x, State(hidden, cell))",
        "(x, dict(h=hidden, carry=cell))",
        "(x, state=(hidden, cell))",
        "(x, c=cell, h=hidden)",
        "(x)",
    ],
)
def test_ways_of_runs_that_were_stored_before_are_read(words):
    assert read_way(words).words == words


@pytest.mark.parametrize(
    "words",
    [
        "(units)",
        "()",
        "(input, units)",
        "(input_dim=, units=)",
        "(cell, return_sequences=True)",
        "([cell])",
        "(cell=cell)",
    ],
)
def test_how_parts_were_made_in_runs_that_were_stored_before_is_read(words):
    assert made_in_words(read_making(words) or ()) == words


@pytest.mark.parametrize(
    "said", [None, 7, [], {}, "(" * 999, {"kind": "list", "length": 10**40, "parts": [None] * 99}, "[" * 199]
)
def test_whatever_a_kernel_says_can_be_read(said):
    assert read_way(said) == SHEETS
    assert read_making({"gives": said}) is None
    assert len(read_nesting(said).words) < 1000


def test_a_python_list_of_outputs_is_called_one():
    structures = {
        str(k): "[6 x tensor]" if time == 6 else "tensor" for k, time in enumerate((6, 6, 1, 2, 3, 6, 6, 10))
    }

    def time_first(step, x, h, c):
        return np.moveaxis(every_step(step, x, h, c), 1, 0)

    verdict = layer.judge_every_step(
        Student(layer=time_first, changes={"layer": {"structures": structures}}).seen("one_step", "layer")
    )
    assert (
        verdict.message
        == "the layer returns a Python list of 6 tensors, expected one tensor of shape (4, 6, 7)"
    )
    assert verdict.mistake is not None
    assert verdict.mistake.id == "python_list"


def told(source=None, **answers):
    observations = {
        probe: Observation(probe=probe, status=Reply.ANSWERED, answer=answer)
        for probe, answer in answers.items()
    }
    return recognised(SHEET.hw, source or SourceFacts(), Run(run_id="r", observations=observations))


def test_what_was_taken_for_what_is_said():
    assert told(
        one_step={"taken": {"LSTM_Cell": "Zelle"}, "call": "(x, hidden, cell)", "made": "(units)"}
    ) == (
        "Zelle is taken for LSTM_Cell, the name on the sheet",
        "the cell Zelle is called with (x, hidden, cell); the sheet says (x, (hidden, cell))",
    )


def test_what_follows_the_sheet_is_not_mentioned():
    right = {"call": "(x, [hidden, cell])", "made": "(units)"}
    assert told(SourceFacts(classes={"LSTM_Cell": ("tf.keras.layers.Layer",)}), one_step=right) == ()


@pytest.mark.parametrize(
    ("bases", "said"),
    [
        ((), "LSTM_Cell is a plain class"),
        (("tf.Module",), "LSTM_Cell is a tf.Module"),
        (("keras.Model",), "LSTM_Cell is a keras.Model"),
    ],
)
def test_another_base_class_is_said(bases, said):
    (sentence,) = told(SourceFacts(classes={"LSTM_Cell": bases}), one_step={})
    assert sentence.startswith(said)


@pytest.mark.parametrize("word", ["<b>", "a\nb", "x" * 200, 7, None, ["(x)"]])
def test_words_of_a_hostile_kernel_are_not_repeated(word):
    said = told(
        one_step={"taken": {"LSTM_Cell": word}, "call": word, "made": word},
        layer={"taken": word, "call": word},
    )
    assert not any(str(word) in sentence for sentence in said)


def test_a_task_with_its_arguments_exchanged_is_said():
    (sentence,) = told(data={"number_first": True, "taken": {"integration_task": "noise"}})[1:]
    assert sentence.startswith("noise is called with (num_samples, seq_len), as its arguments are named")
    assert told(data={"number_first": "yes"}) == ()


@pytest.mark.parametrize(
    ("value", "words"), [(7.0, "inside a tf.function its result differs by up to"), (np.nan, "is no number")]
)
def test_a_cell_that_is_another_in_a_graph_is_told_so(value, words):
    student = Student(changes={"one_step": {"graph/0/0/0": np.full((4, 7), value, "f4")}})
    verdict = cell.judge_equations(student.seen("one_step"))
    assert verdict.status is Status.FAILED
    assert words in verdict.message
