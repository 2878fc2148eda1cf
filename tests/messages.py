"""Every sentence that a student can read about cell, layer, gradients, learning, and what is of their own
choice, in one file to be proofread.

python -m tests.messages     write tests/messages.md again
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from grader.assignment import Seen
from grader.judge.checks.data import data_sets, noise
from grader.judge.checks.data.labels import judge_labels_by_any_threshold
from grader.judge.checks.layers import cell, gradients, layer, own_loop
from grader.judge.checks.layers.batch_and_length import judge_batch_and_length
from grader.judge.checks.layers.returned_states import judge_states
from grader.judge.checks.layers.start_states import judge_start
from grader.judge.checks.layers.starting_bias import judge_forget_bias
from grader.judge.checks.shapes import answers, layer_shapes
from grader.judge.checks.shapes.counts_found import judge_counts_of_any_size
from grader.judge.checks.trained import curves, measured
from grader.judge.identify.detached import cuts_of
from grader.model import CellError, CellRun, Observation, Reply, SourceFacts, Verdict
from grader.rnn.extended import NORMALISED, PEEPHOLES
from grader.rnn.flow import Flow
from grader.rnn.layer_mistakes import LAYER_MISTAKES
from grader.rnn.lstm import LSTM
from grader.rnn.mapping import CELL_FIRST, SWAPPED
from grader.rnn.mistakes.lstm import MISTAKES
from tests.made_up import Style
from tests.made_up import lstm as equations
from tests.made_up_data import batches_seen, labels, normal, positive, seen_of, task_seen
from tests.made_up_loop import forgets, six_steps, sixth_root, stops_early, without_layer
from tests.made_up_model import Model, first_output, unsteady
from tests.made_up_student import CALLED, Student, every_step
from tests.test_judge_learning import ASKED_FOR, six_hundred

PAGE = Path(__file__).parent / "messages.md"
CODE = """# --- cell 4 ---
class LSTM_Cell(tf.keras.layers.Layer):
    def call(self, x, states):
        h, c = states
        z = tf.concat([x, h], axis=-1)
        new_c = self.f(z) * c + self.i(z) * self.g(z)
        new_h = self.o(z) * tf.tanh(new_c)
        return new_h, new_c
# --- cell 5 ---
class LSTM_Layer(tf.keras.layers.Layer):
    def call(self, x, states):
        outputs = []
        for t in range(x.shape[1]):
            states = self.cell(x[:, t], states)
            outputs.append(states[0])
        return tf.stack(outputs, axis=1)
"""
CHECKS: dict[str, Callable[[Seen], Verdict]] = {
    "returns_states": judge_states,
    "computes_lstm": cell.judge_equations,
    "forget_bias_one": judge_forget_bias,
    "zero_states": judge_start,
    "one_output_per_step": layer.judge_every_step,
    "any_batch_and_length": judge_batch_and_length,
    "gradients_reach": gradients.judge_gradients,
}
ASKS = {
    "returns_states": ("one_step",),
    "computes_lstm": ("one_step", "layer"),
    "forget_bias_one": ("one_step",),
    "gradients_reach": (),
    "zero_states": ("start",),
}


def by_name(name: str) -> Callable[..., tuple[np.ndarray, np.ndarray]]:
    """The known mistake as a student's code."""
    from tests.test_judge_mistakes import by_rule

    return by_rule(next(variant for variant in MISTAKES if variant.id == name).rule)


def unknown(w, x, h, c):  # type: ignore[no-untyped-def]
    """A cell that makes no known mistake: 0.25 too much in h' wherever c is not zero."""
    new_h, new_c = equations(w, x, h, c)
    return new_h + 0.25 * np.sign(c[:, ::-1]), new_c


def two_states_wrong(w, x, h, c):  # type: ignore[no-untyped-def]
    """A cell that makes no known mistake, in both states."""
    new_h, new_c = equations(w, x, h, c)
    return new_h + 0.5, new_c - 0.5


def late(step, x, h, c):  # type: ignore[no-untyped-def]
    """A layer that is wrong from the third step on."""
    out = every_step(step, x, h, c)
    out[:, 2:] += 0.25
    return out


def one_short(step, x, h, c):  # type: ignore[no-untyped-def]
    """A layer with an output of another shape, for no known reason."""
    return every_step(step, x, h, c)[:, :, :-1]


def _answers(student: Student, **changes: object) -> dict[str, dict[str, object]]:
    """The student's own answers to one_step, with all tensors changed."""
    answer = student.seen("one_step").answer("one_step").answer
    change = changes["tensors"]
    return {
        "one_step": {
            key: change(value) for key, value in answer.items() if key.startswith(("eager", "graph"))
        }
    }  # type: ignore[operator]


def by_itself(step, x, h, c):  # type: ignore[no-untyped-def]
    """A layer that starts from zeros whatever it is given."""
    return every_step(step, x, 0 * h, 0 * c)


def time_first(step, x, h, c):  # type: ignore[no-untyped-def]
    """A layer whose list of outputs reached us as one array."""
    return np.moveaxis(every_step(step, x, h, c), 1, 0)


def one_class(*, takes_states: bool = False, **more: Any) -> Student:
    """One class is cell and layer, and shows its hidden state alone."""
    no_cell_states = {f"eager/{draw}/{row}/1": None for draw in range(4) for row in range(4)}
    one_step = {
        "of_layer": True,
        "takes_states": takes_states,
        "structure": {"kind": "tensor"},
        **no_cell_states,
    }
    one_step |= {"taken": {"LSTM_Cell": "LSTM_Layer"}}
    no_steps = {f"steps/{draw}/{case}": None for draw in range(2) for case in range(8)}
    called = no_steps if takes_states else {"call": CALLED | {"states": "alone"}, "start": "", **no_steps}
    return Student(
        layer=every_step if takes_states else by_itself,
        changes={"one_step": one_step, "layer": called, "start": called},
        **more,
    )


PLAIN = Student(text=CODE)
LISTS = {str(k): "[6 x tensor]" for k in (0, 1, 5, 6)}
CASES: tuple[tuple[str, str, Student], ...] = (
    ("returns_states", "right", PLAIN),
    (
        "returns_states",
        "states of another shape",
        Student(changes=_answers(Student(), tensors=lambda value: value[:, :-1])),
    ),
    ("returns_states", "one class is cell and layer", one_class()),
    (
        "returns_states",
        "the same, and both states come out",
        Student(changes={"one_step": {"of_layer": True, "taken": {"LSTM_Cell": "LSTM_Layer"}}}),
    ),
    ("computes_lstm", "right", PLAIN),
    ("computes_lstm", "right, one class is cell and layer", one_class()),
    (
        "computes_lstm",
        "one class is cell and layer, a known mistake",
        one_class(code=by_name("no_tanh_on_output")),
    ),
    ("computes_lstm", "one class is cell and layer, an unknown mistake", one_class(code=two_states_wrong)),
    (
        "computes_lstm",
        "right, the pair kept as (cell, hidden)",
        Student(pair=CELL_FIRST, style=Style("fused")),
    ),
    ("computes_lstm", "the pair changes its order", Student(pair=SWAPPED[0], text=CODE)),
    (
        "computes_lstm",
        "a known mistake in the cell state",
        Student(code=by_name("forget_on_hidden"), text=CODE),
    ),
    (
        "computes_lstm",
        "a known mistake in the hidden state",
        Student(code=by_name("no_tanh_on_output"), text=CODE),
    ),
    (
        "computes_lstm",
        "a known mistake in a gate",
        Student(code=by_name("candidate_sees_cell_state"), text=CODE),
    ),
    ("computes_lstm", "another kind of cell", Student(code=by_name("gru"), text=CODE)),
    ("computes_lstm", "an unknown mistake in the hidden state", Student(code=unknown, text=CODE)),
    ("computes_lstm", "an unknown mistake in both states", Student(code=two_states_wrong, text=CODE)),
    ("computes_lstm", "no weights", Student(changes={"one_step": {"variables": []}})),
    (
        "computes_lstm",
        "weights that are not those of an LSTM",
        Student(changes={"one_step": {"variables": [{"path": "w", "shape": [2, 5]}]}}),
    ),
    (
        "computes_lstm",
        "as many weights as an LSTM has, kept in an unknown way",
        Student(changes={"one_step": {"variables": [{"path": "w", "shape": [336]}]}}),
    ),
    (
        "computes_lstm",
        "frozen weights",
        Student(changes=_answers(Student(), tensors=lambda value: np.ones_like(value))),
    ),
    (
        "computes_lstm",
        "another result in a graph",
        Student(changes={"one_step": {"graph/0/0/0": np.ones((4, 7), "f4")}}),
    ),
    ("forget_bias_one", "right", PLAIN),
    ("forget_bias_one", "zero", Student(forget_bias=0.0)),
    ("forget_bias_one", "no forget gate known", Student(code=two_states_wrong)),
    ("zero_states", "right", PLAIN),
    ("zero_states", "ones", Student(zeros=1.0)),
    ("zero_states", "another shape", Student(changes={"start": {"zeros/0": np.zeros((1, 7), "f4")}})),
    ("zero_states", "under another name", Student(changes={"start": {"start": "initial_state"}})),
    ("zero_states", "not there", Student(changes={"start": {"start": ""}})),
    ("zero_states", "not there, and not needed", one_class()),
    (
        "zero_states",
        "an error",
        Student(changes={"start": {"start_error": {"name": "TypeError", "message": "no units"}}}),
    ),
    ("one_output_per_step", "right", PLAIN),
    (
        "one_output_per_step",
        "one class is cell and layer, an unknown mistake",
        one_class(code=two_states_wrong),
    ),
    (
        "one_output_per_step",
        "a Python list",
        Student(layer=time_first, changes={"layer": {"structures": LISTS}}),
    ),
    ("one_output_per_step", "an unknown mistake", Student(layer=late, text=CODE)),
    ("one_output_per_step", "an unknown shape", Student(layer=one_short, text=CODE)),
    (
        "one_output_per_step",
        "an error",
        Student(changes={"layer": {"errors": {"0": {"name": "ValueError", "message": "shapes do not fit"}}}}),
    ),
    (
        "one_output_per_step",
        "another result in a graph",
        Student(changes={"layer": {"graph/1/4/0": np.zeros((4, 3, 7), "f4")}}),
    ),
    ("any_batch_and_length", "right", PLAIN),
    (
        "any_batch_and_length",
        "an error with another length",
        Student(changes={"layer": {"errors": {"7": {"name": "ValueError", "message": "shapes do not fit"}}}}),
    ),
    (
        "any_batch_and_length",
        "another shape",
        Student(changes={"layer": {"out/0/5/0": np.zeros((4, 6, 7), "f4")}}),
    ),
    ("gradients_reach", "right", PLAIN),
    ("gradients_reach", "some variables get none", Student(without=(0, 3))),
    (
        "gradients_reach",
        "states detached between the steps",
        Student(flow=Flow(cut=frozenset({"hidden", "cell"}))),
    ),
    ("gradients_reach", "the cell state detached", Student(flow=Flow(cut=frozenset({"cell"})))),
    ("gradients_reach", "other gradients, for no known reason", Student(scale=0.5)),
    (
        "gradients_reach",
        "none at the input",
        Student(changes={"gradients": {"input_gradient": np.zeros((4, 6, 1), "f4")}}),
    ),
)


def _shapes(**entry: object) -> Model:
    """A model of which something else is seen at its first LSTM layer."""
    shapes = Model().seen().answer("model").answer["shapes"]
    return Model(
        changes={"model": {"shapes": [one | entry if one["path"] == "lstm0" else one for one in shapes]}}
    )


def _mute() -> Model:
    """A model that cannot be called."""
    answers = {name: None for name in Model().seen().answer("model").answer if name.startswith("out/")}
    return Model(
        changes={"model": answers | {"errors": {"0": {"name": "ValueError", "message": "shapes do not fit"}}}}
    )


NOISE, POSITIVE = normal(), positive()
SIGNS = labels(NOISE, lambda s: s > 0)
BATCH = [[32, 17, 1], [32, 1]]
OF_CHOICE: tuple[tuple[str, Callable[[Seen], Verdict], str, Seen], ...] = (
    ("noise_is_random", noise.judge_noise, "right", task_seen(POSITIVE, labels(POSITIVE, lambda s: s > 12))),
    (
        "noise_is_random",
        noise.judge_noise,
        "steps that depend on each other",
        task_seen(np.cumsum(NOISE, axis=1), SIGNS),
    ),
    (
        "noise_is_random",
        noise.judge_noise,
        "the same at every call",
        task_seen(NOISE, SIGNS, again=NOISE[:20]),
    ),
    (
        "label_rule",
        judge_labels_by_any_threshold,
        "right",
        task_seen(NOISE, labels(NOISE, lambda s: s > 2.5)),
    ),
    (
        "label_rule",
        judge_labels_by_any_threshold,
        "right, turned round",
        task_seen(NOISE, labels(NOISE, lambda s: s < 0)),
    ),
    (
        "label_rule",
        judge_labels_by_any_threshold,
        "nearly always one",
        task_seen(POSITIVE, labels(POSITIVE, lambda s: s > 1)),
    ),
    (
        "label_rule",
        judge_labels_by_any_threshold,
        "two thresholds",
        task_seen(NOISE, labels(NOISE, lambda s: np.abs(s) < 3)),
    ),
    (
        "label_rule",
        judge_labels_by_any_threshold,
        "a count",
        task_seen(NOISE, (NOISE > 0).sum(axis=1).astype("int32")),
    ),
    (
        "label_rule",
        judge_labels_by_any_threshold,
        "the last value",
        task_seen(NOISE, (NOISE[:, -1] > 0).astype("int32")),
    ),
    ("pipeline_batches", data_sets.judge_batches_of_any_size, "right", batches_seen(BATCH, BATCH)),
    ("pipeline_batches", data_sets.judge_batches_of_any_size, "no pairs", batches_seen("tensor", BATCH)),
    ("pipeline_batches", data_sets.judge_batches_of_any_size, "empty", batches_seen(BATCH, [])),
    (
        "pipeline_batches",
        data_sets.judge_batches_of_any_size,
        "no feature axis",
        batches_seen([[32, 17], [32, 1]], BATCH),
    ),
    (
        "pipeline_batches",
        data_sets.judge_batches_of_any_size,
        "two lengths",
        batches_seen(BATCH, [[32, 10, 1], [32, 1]]),
    ),
    ("layer_shapes", layer_shapes.judge_shapes_of_any_size, "right", Model().seen()),
    (
        "layer_shapes",
        layer_shapes.judge_shapes_of_any_size,
        "batch and time exchanged",
        _shapes(input=[6, 4, 3]).seen(),
    ),
    (
        "layer_shapes",
        layer_shapes.judge_shapes_of_any_size,
        "another output",
        _shapes(output=[4, 5, 6]).seen(),
    ),
    (
        "layer_shapes",
        layer_shapes.judge_shapes_of_any_size,
        "no cell of their own",
        Model(changes={"model": {"own_cells": []}}).seen(),
    ),
    ("parameter_counts", judge_counts_of_any_size, "right", Model(read_in=(), units=(25, 25)).seen()),
    (
        "parameter_counts",
        judge_counts_of_any_size,
        "right, two biases",
        Model(style=Style("eight", bias="two")).seen(),
    ),
    (
        "parameter_counts",
        judge_counts_of_any_size,
        "gates without biases",
        Model(style=Style(bias="none")).seen(),
    ),
    ("parameter_counts", judge_counts_of_any_size, "a cell that is not used", Model(idle=(6,)).seen()),
    (
        "parameter_counts",
        judge_counts_of_any_size,
        "one cell in two layers",
        Model(read_in=((5, "tanh"),), units=(5,), rounds=2).seen(),
    ),
    (
        "parameter_counts",
        judge_counts_of_any_size,
        "untracked",
        Model(variables={0: {"trainable": False, "tracked": False}}).seen(),
    ),
    ("one_answer", answers.judge_answer, "right", Model().seen()),
    ("one_answer", answers.judge_answer, "an error", _mute().seen()),
    ("one_answer", answers.judge_answer, "three classes", Model(read_out=((3, "softmax"),)).seen()),
    ("one_answer", answers.judge_answer, "more than one", Model(read_out=((1, "relu"),), scale=9.0).seen()),
    ("one_answer", answers.judge_answer, "two sigmoids", Model(read_out=((2, "sigmoid"),)).seen()),
    ("one_answer", answers.judge_answer, "softmax on one unit", Model(read_out=((1, "softmax"),)).seen()),
    ("one_answer", answers.judge_answer, "states that are kept", unsteady().seen()),
    ("one_answer", answers.judge_answer, "dropout at every call", unsteady("Dropout").seen()),
    ("one_answer", answers.judge_answer, "no number", Model(scale=float("nan")).seen()),
)

WITHOUT_LAYER: tuple[tuple[str, Callable[[Seen], Verdict | None], str, Seen], ...] = (
    ("zero_states", own_loop.no_layer, "in any case", without_layer()),
    ("one_output_per_step", own_loop.unrolls_its_cell, "right", without_layer()),
    ("one_output_per_step", own_loop.unrolls_its_cell, "a known mistake", without_layer(forgets)),
    ("one_output_per_step", own_loop.unrolls_its_cell, "an unknown mistake", without_layer(sixth_root)),
    ("any_batch_and_length", own_loop.any_batch_and_length, "right", without_layer()),
    ("any_batch_and_length", own_loop.any_batch_and_length, "an error", without_layer(six_steps)),
    ("any_batch_and_length", own_loop.any_batch_and_length, "steps left out", without_layer(stops_early)),
)


LISTS = ("train_losses", "test_losses", "test_accuracies")


def recorded(*lists: Sequence[float], of_labels: Sequence[int] = (4, 1)) -> Seen:
    """A notebook with these lists of losses and accuracies, and with labels of this shape beside answers of
    shape (4, 1)."""
    names = {f"list/{name}": np.array(values) for name, values in zip(LISTS, lists, strict=False)}
    some = {"batches": [[[4, 6, 1], list(of_labels)]], "seen": 1}
    return seen_of(
        Observation(probe="names", status=Reply.ANSWERED, answer=names),
        Observation(probe="pipeline", status=Reply.ANSWERED, answer={"train_ds": some, "test_ds": some}),
        first_output(np.zeros((4, 1))),
    )


FLAT = (0.693, 0.693)
SIGMOID_TWICE = Model(
    read_in=((3, "sigmoid"),), units=(5,), read_out=((1, "sigmoid, then sigmoid"),), reported="sigmoid"
)  # in the layer, and around it


def hardly_trained() -> Seen:
    """A notebook that changed its weights four times, where its numbers ask for 600."""
    seen = recorded(FLAT, FLAT, (0.5, 0.5))
    kept = Observation(probe="training", status=Reply.ANSWERED, answer={"steps": [], "updates": 4})
    run = replace(seen.run, observations={**seen.run.observations, "training": kept})
    source = SourceFacts(parameters=ASKED_FOR)
    submission = replace(seen.submission, source=source)
    return replace(
        seen,
        assignment=replace(seen.assignment, parameters=ASKED_FOR, steps=six_hundred),
        run=run,
        submission=submission,
    )


def stopped() -> Seen:
    """A notebook whose training raised an error."""
    seen = recorded()
    cell = CellRun(
        number=7, seconds=1.0, error=CellError(name="ValueError", message="Shapes differ", traceback="")
    )
    submission = replace(seen.submission, source=SourceFacts(assigned={"train_losses": 7}))
    return replace(seen, run=replace(seen.run, cells=(cell,)), submission=submission)


OF_LEARNING: tuple[tuple[str, Callable[[Seen], Verdict], str, Seen], ...] = (
    ("it_learns", curves.judge_curves, "right", recorded((0.5, 0.2), (0.4, 0.2), (0.8, 0.9))),
    ("it_learns", curves.judge_curves, "nothing recorded", recorded((0.5, 0.2))),
    ("it_learns", curves.judge_curves, "not a number", recorded((0.5, np.nan), (0.4, 0.2), (0.8, 0.9))),
    ("it_learns", curves.judge_curves, "one does not improve", recorded((0.5, 0.2), FLAT, (0.8, 0.9))),
    ("it_learns", curves.judge_curves, "nothing improves", recorded(FLAT, FLAT, (0.5, 0.5))),
    ("it_learns", curves.judge_curves, "a loss of nothing", recorded((1e-7, 1e-7), (1e-7, 1e-7), (0.5, 0.5))),
    (
        "it_learns",
        curves.judge_curves,
        "labels without the last axis",
        recorded(FLAT, FLAT, (0.5, 0.5), of_labels=(4,)),
    ),
    ("it_learns", curves.judge_curves, "hardly any step", hardly_trained()),
    ("it_learns", curves.judge_curves, "the training raised an error", stopped()),
    ("accuracy_80", measured.judge_accuracy, "not trained", Student().seen()),
    ("accuracy_80", measured.judge_accuracy, "a sigmoid twice", SIGMOID_TWICE.seen()),
    ("accuracy_80", measured.judge_accuracy, "a cell that nobody knows", Student(code=unknown).seen()),
)


def verdict_of(check: str, student: Student) -> Verdict:
    """What the check says about the student."""
    return CHECKS[check](student.seen(*ASKS.get(check, ("one_step", "layer"))))


def page() -> str:
    """The whole page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# What students read about cell, layer, gradients and learning"
    yield ""
    yield "Written by `python -m tests.messages`; a test compares. Proofread it after every change of words."
    yield ""
    yield "## Verdicts"
    for check, what, student in CASES:
        yield from _told(check, what, verdict_of(check, student))
    yield ""
    yield "## Verdicts on what is the student's choice"
    for check, judge, what, seen in OF_CHOICE:
        yield from _told(check, what, judge(seen))
    yield ""
    yield "## Verdicts on learning"
    for check, judge, what, seen in OF_LEARNING:
        yield from _told(check, what, judge(seen))
    yield ""
    yield "## Verdicts on a model that steps its cell itself"
    for check, instead, what, seen in WITHOUT_LAYER:
        verdict = instead(seen)
        assert verdict is not None
        yield from _told(check, what, verdict)
    for title, sentences in (
        ("Cells: it behaves like a cell ...", [f"{v.words} ({v.id})" for v in MISTAKES]),
        (
            "Other kinds of cells: it behaves like ...",
            [f"{PEEPHOLES} (peepholes)", f"{NORMALISED} (layer_normalisation)"],
        ),
        ("Layers: it behaves like ...", [f"{m.words} ({m.id}). Hint: {m.hint}" for m in LAYER_MISTAKES]),
        (
            "Gradients: it behaves like ...",
            [f"{words} ({name})" for name, (words, _) in cuts_of(LSTM).items()],
        ),
    ):
        yield ""
        yield f"## {title}"
        yield ""
        yield from (f"- {sentence}" for sentence in dict.fromkeys(sentences))


def _told(check: str, what: str, verdict: Verdict) -> Iterator[str]:
    yield ""
    yield f"**{check}, {what}**: {verdict.status.value}"
    yield f": {verdict.message}"
    if verdict.hint:
        yield f": Hint: {verdict.hint}"
    if verdict.mistake is not None:
        yield f": It behaves like {verdict.mistake.words}."


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
