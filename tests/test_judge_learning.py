"""What is said of learning: the bar, what was reached while training, and the numbers that the notebook
recorded."""

from dataclasses import replace

import numpy as np
import pytest

from grader.judge.checks.layers.graph import judge_tracing
from grader.judge.checks.trained import measured
from grader.judge.checks.trained.curves import judge_any_curves, judge_curves
from grader.judge.checks.trained.looks import Measurement, bar_above
from grader.judge.checks.trained.measured import judge_accuracy
from grader.judge.identify.asked import AskedSequences
from grader.judge.identify.causes import one_sided, why_nothing_is_learned, without_rule
from grader.judge.identify.host_data import SEQUENCES, HostData
from grader.judge.identify.rules import RULES
from grader.judge.unfinished import TO_WRITE
from grader.model import Basis, CellError, CellRun, CellSource, Key, Observation, Reply, SourceFacts, Status
from tests.made_up_data import labels, normal, seen_of, task_seen
from tests.made_up_model import Model, first_output
from tests.test_judge_accuracy import BAR, DATA, Guesser


@pytest.mark.parametrize(
    ("floor", "bar"), [(0.5, 0.8), (0.75, 0.8), (0.8, 0.85), (0.9, 0.95), (0.96, 0.98), (1.0, 1.0)]
)
def test_the_bar_lies_above_guessing_and_can_be_reached(floor, bar):
    assert bar_above(floor) == pytest.approx(bar)


def recorded(losses, accuracies):
    """A notebook that recorded these numbers."""
    lists = {"list/train_losses": np.array(losses), "list/test_losses": np.array(losses)}
    return seen_of(
        Observation(
            probe="names",
            status=Reply.ANSWERED,
            answer=lists | {"list/test_accuracies": np.array(accuracies)},
        )
    )


LISTS = ("train_losses", "test_losses", "test_accuracies")


@pytest.mark.parametrize(
    ("losses", "accuracies", "status", "told"),
    [
        ((0.669, 0.625), (0.5, 0.6), Status.PASSED, "The losses fall and the accuracy rises."),
        ((0.7, 0.72, 0.6), (0.5, 0.6), Status.PASSED, "The losses fall and the accuracy rises."),
        (
            (0.69, 0.68),
            (0.5, 0.6),
            Status.FAILED,
            "train_losses, test_losses hardly improve: from 0.69 to 0.68; from 0.69 to 0.68",
        ),
        (
            (0.69, 0.689),
            (0.5, 0.6),
            Status.FAILED,
            "train_losses, test_losses do not improve: from 0.69 to 0.689; from 0.69 to 0.689",
        ),
        (
            (0.69, 0.3),
            (0.5, 0.52),
            Status.PARTIAL,
            "test_accuracies hardly improves: from 0.5 to 0.52",
        ),
        ((0.69, 0.3), (0.6, 0.5), Status.PARTIAL, "test_accuracies does not improve: from 0.6 to 0.5"),
    ],
)
def test_how_little_is_too_little_is_told(losses, accuracies, status, told):
    found = judge_curves(recorded(losses, accuracies))
    assert (found.status, found.message) == (status, told)


def test_an_accuracy_alone_that_rises_is_no_sign_of_learning():
    assert "so the model learns" not in judge_curves(recorded((0.7, 0.7), (0.5, 0.6))).hint
    assert "train_losses improves, so the model learns" in judge_curves(recorded((0.7, 0.3), (0.5, 0.5))).hint


RISES, LOW_THROUGHOUT, IN_PERCENT = (0.5, 0.6), (0.5, 0.52), (50.0, 90.0)


@pytest.mark.parametrize(
    ("losses", "accuracies", "cross_entropy", "any_loss"),
    [
        ((0.69, 0.3), RISES, Status.PASSED, Status.PASSED),
        # of squared errors, a quarter is what guessing costs
        ((0.25, 0.249), RISES, Status.PASSED, Status.FAILED),
        ((0.25, 0.06), RISES, Status.PASSED, Status.PASSED),
        ((0.06, 0.06), RISES, Status.PASSED, Status.PASSED),
        # learned before the first epoch had ended
        ((0.17, 0.168), (0.91, 0.93), Status.PASSED, Status.PASSED),
        ((0.17, 0.168), IN_PERCENT, Status.PASSED, Status.PASSED),
        # a squared error, and right by luck before any training
        ((0.25, 0.249), (0.82, 0.82), Status.PASSED, Status.FAILED),
        ((0.7, 0.7), RISES, Status.FAILED, Status.FAILED),
        ((0.25, 0.25), LOW_THROUGHOUT, Status.PARTIAL, Status.FAILED),
    ],
)
def test_how_low_a_loss_must_be_depends_on_its_kind(losses, accuracies, cross_entropy, any_loss):
    seen = recorded(losses, accuracies)
    assert judge_curves(seen).status is cross_entropy
    assert judge_any_curves(seen).status is any_loss


@pytest.mark.parametrize("accuracies", [(0.5, 0.5), (0.82, 0.82)])
def test_a_loss_of_nothing_is_no_loss_that_was_learned(accuracies):
    verdict = judge_any_curves(recorded((1e-7, 1e-7), accuracies))
    assert verdict.status is Status.FAILED
    assert "measures nothing" in verdict.hint
    assert judge_any_curves(recorded((0.3, 1e-7), (0.6, 1.0))).status is Status.PASSED


def test_labels_without_a_rule_are_told_as_the_cause_of_a_model_that_knows_nothing():
    x = normal()
    assert without_rule(task_seen(x, labels(x, lambda s: s > 1))) == ""
    assert "fix them first" in without_rule(task_seen(x, (x > 0).sum(axis=1).astype("int32")))


class Seen:
    """A notebook whose weights were kept after each pass: one number, how often the model was right then."""

    def __init__(self, *looks):
        arrays = {f"snapshot/{k}/0": np.array([right]) for k, right in enumerate(looks)}
        self.training = Observation(
            probe="training", status=Reply.ANSWERED, answer={"steps": list(range(len(looks)))} | arrays
        )

    def observation(self, probe):
        return self.training

    def kept(self, key, compute):
        return compute()


class AsTrained(Guesser):
    """Is right as often as its one weight says."""

    def __init__(self):
        super().__init__(0.5)

    def in_chunks(self, arrays, x):
        self.right = float(arrays[0][0])
        return super().in_chunks(arrays, x)


def measured_by(seen, network):
    return Measurement(seen=seen, network=network, data=DATA, bar=BAR)


@pytest.mark.parametrize(
    ("looks", "reached"),
    [
        ((0.5, 0.95, 0.96, 0.5), 0.95),  # good for two passes, then spoiled
        ((0.5, 0.95, 0.5, 0.95, 0.5), None),  # never twice in a row
        ((0.95,), None),
        ((), None),
        ((0.6, np.nan, 0.9, 0.9), 0.9),
    ],
)
def test_what_was_reached_twice_in_a_row_during_training_counts(looks, reached):
    found = measured_by(Seen(*looks), AsTrained()).reached_earlier()
    assert found == (None if reached is None else pytest.approx(reached, abs=0.03))


def test_weights_from_the_middle_of_a_training_take_all_sequences_where_a_doubt_stays():
    clear, close = AsTrained(), AsTrained()
    assert measured_by(Seen(0.5, 0.95, 0.95), clear).reached_earlier() is not None
    assert clear.asked < SEQUENCES
    measured_by(Seen(0.5, 0.803), close).reached_earlier()
    assert close.asked >= SEQUENCES


@pytest.mark.parametrize(
    ("right", "status"),
    [(0.99, Status.PASSED), (0.86, Status.NEEDS_REVIEW), (0.74, Status.NEEDS_REVIEW), (0.3, Status.FAILED)],
)
def test_where_few_sequences_leave_a_doubt_a_person_looks(monkeypatch, right, status):
    """Noise whose steps depend on each other cannot be drawn again: there are only the notebook's own
    sequences."""
    walks = np.cumsum(np.random.default_rng(4).standard_normal((300, 25)), axis=1)
    own = HostData(seed=1, length=25, rule=RULES[0], noise="the notebook's own sequences", whole=walks)
    monkeypatch.setattr(
        measured, "identify_network", lambda seen: type("Proof", (), {"network": Guesser(right)})
    )
    monkeypatch.setattr(measured, "asked", lambda seen, model, least, normal: AskedSequences(data=own))
    assert judge_accuracy(seen_of(Model().seen().answer("model"))).status is status


def test_weights_of_another_model_are_passed_over():
    seen = Seen(0.95, 0.95)
    seen.training = Observation(probe="training", status=Reply.ANSWERED, answer={"steps": [1, 2]})
    assert measured_by(seen, AsTrained()).reached_earlier() is None


@pytest.mark.parametrize(
    ("labels", "answers", "both"),
    [
        ((32,), (64, 1), "(32, 32)"),
        ((32, 1), (64,), "(32, 32)"),
        ((32, 2), (64, 1, 2), "(32, 32, 2)"),
        ((32, 1), (64, 1), None),
        ((32,), (64,), None),
        ((32, 1), (64, 2), None),
        ((32, 1), (64, 25, 1), None),
    ],
)
def test_shapes_that_pair_every_answer_with_every_label_are_told(labels, answers, both):
    some = {"batches": [[[32, 25, 1], list(labels)]], "seen": 1}
    pipeline = {"train_ds": some, "test_ds": some}
    seen = seen_of(
        Observation(
            probe="names",
            status=Reply.ANSWERED,
            answer={f"list/{name}": np.array([0.7, 0.7]) for name in LISTS},
        ),
        Observation(probe="pipeline", status=Reply.ANSWERED, answer=pipeline),
        first_output(np.zeros(answers)),
    )
    hint = judge_curves(seen).hint
    assert (f"gives {both}, every answer against every label" in hint) == (both is not None)
    assert ("apply_gradients" in hint) == (both is None)


@pytest.mark.parametrize(
    ("last", "scale", "said"),
    [
        (
            "sigmoid, then sigmoid",
            1.0,
            "always answers 1. The read-out has a sigmoid already, and a sigmoid follows it",
        ),
        ("sigmoid", 0.4, "always answers 0. Look at the activation of the read-out"),
        ("sigmoid", 1.0, ""),
    ],
)
def test_answers_on_one_side_of_one_half_are_told(last, scale, said):
    hint = one_sided(
        Model(
            read_in=((3, "sigmoid"),), units=(5,), read_out=((1, last),), reported="sigmoid", scale=scale
        ).seen()
    )
    assert said in hint
    assert bool(said) == bool(hint)


@pytest.mark.parametrize(("step", "said"), [(-1, False), (0, True)])
def test_a_read_out_of_the_first_step_is_told(step, said):
    assert ("outputs[:, -1, :]" in why_nothing_is_learned(Model(step=step, units=(5,)).seen())) == said


ASKED_FOR = dict.fromkeys(("EPOCHS", "NUM_SAMPLES", "BATCH_SIZE"), 1)


def six_hundred(numbers):
    """Steps that follow from three numbers."""
    return 600 * numbers["NUM_SAMPLES"] / numbers["BATCH_SIZE"] * numbers["EPOCHS"]


def trained(updates, *, budget=False, numbers=("EPOCHS", "NUM_SAMPLES", "BATCH_SIZE")):
    """A notebook whose losses stand still, and whose optimizer changed the weights so often; the numbers ask
    for 600 times."""
    flat = {f"list/{name}": np.array([0.7, 0.7]) for name in LISTS}
    seen = seen_of(
        Observation(probe="names", status=Reply.ANSWERED, answer=flat),
        Observation(probe="training", status=Reply.ANSWERED, answer={"steps": [], "updates": updates}),
        parameters=dict.fromkeys(numbers, 1),
    )
    steps = replace(seen.assignment, parameters=ASKED_FOR, steps=six_hundred)
    return replace(seen, assignment=steps, run=replace(seen.run, cuts=("a loop was cut",) if budget else ()))


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (trained(3), "changed 3 times; EPOCHS, NUM_SAMPLES and BATCH_SIZE ask for 600 times. Does a break"),
        (
            trained(0),
            (
                "Nothing was trained: the weights were never changed, where EPOCHS, NUM_SAMPLES and"
                " BATCH_SIZE ask for 600 changes. Is optimizer.apply_gradients called?"
            ),
        ),
        (trained(300), "The weights are changed, and yet the loss stays where it was"),
        (trained(None), "Check that optimizer.apply_gradients is called"),  # an optimizer of their own
        # who knows what was meant
        (trained(3, numbers=("EPOCHS",)), "The weights are changed, and yet"),
        (trained(3, budget=True), "The weights are changed, and yet"),
    ],
)
def test_a_training_of_far_too_few_steps_is_told(seen, said):
    assert said in judge_curves(seen).hint


NO_TRAINING = Observation(probe="training", status=Reply.ANSWERED, answer={"gradients": 0, "updates": 0})


def without_numbers(**cell):
    """A notebook that recorded nothing, since nothing was trained: cell 7 should have done it."""
    source = SourceFacts(
        assigned={"train_losses": 7},
        text='# --- cell 7 ---\nraise NotImplementedError("still to be written")',
    )
    names = Observation(probe="names", status=Reply.ANSWERED, answer={})
    tracing = Observation(probe="tracing", status=Reply.ANSWERED, answer={"functions": []})
    seen = seen_of(names, NO_TRAINING, tracing)
    run = replace(seen.run, cells=(CellRun(number=7, seconds=1.0, **cell),))
    return replace(seen, run=run, submission=replace(seen.submission, source=source))


def raised(name, message="no such thing"):
    return CellError(name=name, message=message, traceback="")


@pytest.mark.parametrize(
    ("cell", "said", "causes"),
    [
        ({"error": raised("ValueError")}, "raised ValueError: no such thing", 7),
        (
            {"error": raised("NotImplementedError", "in user code: still to be written")},
            "is still to be written (in user code: still to be written)",
            None,
        ),
        # a library's, of something that was written
        ({"error": raised("NotImplementedError")}, "raised NotImplementedError: no such thing", 7),
        ({"timed_out": True}, "and was stopped", None),
    ],
)
def test_lists_without_numbers_name_the_cell_that_should_fill_them(cell, said, causes):
    verdict = judge_curves(without_numbers(**cell))
    lists = "train_losses, test_losses, test_accuracies hold no numbers"
    assert verdict.message.startswith(f"{lists}: cell 7, which should record the training, ")
    assert verdict.message.endswith(said)
    rows = {row.key: row.value for row in verdict.evidence}
    assert rows.get(Key.TRAINING_BROKE_OFF) == causes, "an error of its own is what all else follows from"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            raised("ValueError", "ranks differ"),
            "nothing was trained, and cell 7 raised ValueError: ranks differ",
        ),
        (replace(raised("ImportError"), missing_package="seaborn"), "nothing was trained, and no list"),
    ],
)
def test_where_nothing_was_trained_the_error_that_was_raised_is_told(error, said):
    seen = without_numbers(error=error)
    elsewhere = replace(seen.submission.source, assigned={})
    seen = replace(seen, submission=replace(seen.submission, source=elsewhere))
    verdict = judge_curves(seen)
    assert verdict.message.startswith(said)
    keys = [row.key for row in verdict.evidence]
    assert keys == ([Key.TRAINING_BROKE_OFF] if "raised" in said else [])


def test_a_training_that_is_still_to_be_written_is_told_as_that():
    gap = raised("NotImplementedError", "this cell is still to be written")
    seen = without_numbers(error=gap)
    elsewhere = replace(seen.submission.source, assigned={})
    seen = replace(seen, submission=replace(seen.submission, source=elsewhere))
    verdict = judge_curves(seen)
    assert verdict.message == "nothing was trained yet: cell 7 is still to be written"
    assert (verdict.hint, verdict.basis) == (TO_WRITE, Basis.READ), "it follows from nothing before it"


def test_where_nothing_was_trained_nothing_is_said_of_numbers_and_graphs():
    assert judge_curves(without_numbers()).message.startswith(
        "nothing was trained, and no list with a number"
    )
    assert judge_tracing(without_numbers()).message == "nothing was traced, for nothing was trained"


def test_a_training_that_raised_traced_nothing_to_its_end():
    told = without_numbers(error=raised("NameError", "name 'gradient' is not defined"))
    cell = CellSource(number=7, text="optimizer.apply_gradients(pairs)")
    begun = Observation(
        probe="training", status=Reply.ANSWERED, answer={**NO_TRAINING.answer, "gradients": 3}
    )
    run = replace(told.run, observations={**told.run.observations, "training": begun})
    told = replace(told, run=run, submission=replace(told.submission, cells=(cell,)))
    assert judge_tracing(told).message.startswith(
        "nothing was traced to its end: cell 7, which trains, raised NameError"
    )
