"""What the kernel tells of a generator of samples, whatever it does: the host can read it, and knows it for
its own."""

import traceback
import types
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from grader.assignment import Seen, load_sheet
from grader.judge.checks.data.pairs import judge_pairs
from grader.model import Observation, Reply, Run, Submission
from grader.probes.data import OF_DATA, read_data
from grader.run.inside.asked import of_data
from grader.run.inside.asked.answering import Answering
from grader.run.inside.period import absent

pytestmark = pytest.mark.real  # TensorFlow is imported, no kernel is needed

SHEET = load_sheet(Path(__file__).resolve().parents[1] / "assignments" / "integration_task")
DECLARED = {name: role.told() for role in SHEET.roles for name in role.names()}
PARTS = {"task": DECLARED["integration_task"], "wrapped": DECLARED["my_integration_task"]}
QUESTION = {"calls": [[7, 3], [7, 2], [5, 2]]}


def integration_task(seq_len, num_samples):
    for _ in range(num_samples):
        yield np.ones((seq_len, 1)), np.array([1])


def my_integration_task():
    yield from integration_task(7, 3)


def with_arguments(seq_len, num_samples):
    yield from integration_task(seq_len, num_samples)


def raises():
    raise ValueError("no data today")


def pairs_with_names():
    yield {"noise": np.ones((7, 1)), "label": 1}


def one_argument(seq_len):
    yield np.ones((seq_len, 1)), np.array([1])


def nothing():
    yield from ()


def returned_sample(seq_len, num_samples):
    return np.ones((seq_len, 1)), np.array([1])


def all_lengths(seq_len, num_samples):
    for more in range(num_samples):
        yield np.ones((seq_len + more, 1)), "label"


@pytest.mark.parametrize("task", [integration_task, one_argument, returned_sample, all_lengths])
@pytest.mark.parametrize(
    "wrapper", [None, my_integration_task, with_arguments, raises, pairs_with_names, nothing]
)
def test_whatever_a_task_and_its_wrapper_do_the_answer_is_one_of_ours(task, wrapper):
    names = {"integration_task": task} | ({"my_integration_task": wrapper} if wrapper else {})
    try:
        answer = of_data.data(names, QUESTION, PARTS)
    except (TypeError, ValueError):  # told as raised
        assert wrapper in (None, with_arguments, raises)
        return
    told = Observation(probe="data", status=Reply.ANSWERED, question=QUESTION, answer=answer)
    assert not list(OF_DATA.misshapen(told))


def test_samples_of_a_wrapper_that_makes_them_itself_are_those_of_the_task():
    class Task:  # instead of two functions
        def __call__(self):
            yield from integration_task(7, 9)

    parts = {"needs": ["integration_task"], "parts": PARTS}
    answering = Answering(None, None, {}, types.SimpleNamespace(witness=None))
    taken = answering._alone({"my_integration_task": (task := Task())}, parts, {})
    assert taken == {"integration_task": ("my_integration_task", task)}
    assert answering._alone({"my_integration_task": raises}, parts, {}) == {}
    assert answering._alone({"my_integration_task": task, "integration_task": raises}, parts, {}) == {}
    names = {"integration_task": task, "my_integration_task": task}
    answer = of_data.data(names, QUESTION, PARTS)
    told = read_data(Observation(probe="data", status=Reply.ANSWERED, question=QUESTION, answer=answer))
    assert (told.takes, [call.count for call in told.calls]) == (0, [3, 2])
    seen = Seen(
        assignment=SHEET,
        submission=Submission(student="ada"),
        run=Run(
            run_id="r",
            observations={
                "data": Observation(probe="data", status=Reply.ANSWERED, question=QUESTION, answer=answer)
            },
        ),
    )
    assert judge_pairs(seen).message.startswith("integration_task takes no arguments")


def test_a_wrapper_that_raises_is_told_with_its_error():
    names = {"integration_task": integration_task, "my_integration_task": raises}
    answer = of_data.data(names, QUESTION, PARTS)
    told = read_data(Observation(probe="data", status=Reply.ANSWERED, question=QUESTION, answer=answer))
    assert told.error_of_wrapped == {"name": "ValueError", "message": "no data today"}
    assert [call.count for call in told.calls] == [3, 2, 2]


@pytest.mark.parametrize(("pairs", "ends_after"), [(1, 1), (2, 2), (3, None), (9, None)])
def test_a_wrapper_that_ends_too_soon_is_told(pairs, ends_after):
    wrapper = lambda: integration_task(3, pairs)  # noqa: E731
    answer = of_data.data(
        {"integration_task": integration_task, "my_integration_task": wrapper}, QUESTION, PARTS
    )
    told = read_data(Observation(probe="data", status=Reply.ANSWERED, question=QUESTION, answer=answer))
    assert told.wrapped_ends_after == ends_after


def test_a_task_by_the_name_of_its_wrapper_is_not_asked_as_the_wrapper():
    parts = {**PARTS, "task": {**PARTS["task"], "name": "my_integration_task"}}
    answer = of_data.data({"my_integration_task": with_arguments}, QUESTION, parts)
    assert "wrapped" not in answer
    assert len(answer["calls"]) == 3


def test_where_nothing_trained_the_data_set_in_batches_counts():
    raw = tf.data.Dataset.from_tensor_slices((np.zeros((6, 3, 1)), np.zeros((6, 1))))
    batches, other = raw.take(4).shuffle(4).batch(2).prefetch(1), raw.batch(2)
    names = {"n": 3, "raw": raw, "part": raw.take(4), "batches": batches, "other": other}
    assert of_data.in_batches(raw, names.values()) is batches
    assert of_data.in_batches(other, names.values()) is None
    assert of_data.in_batches(raw, [3, raw, raw.take(4)]) is None
    assert of_data.in_batches(None, names.values()) is None


def test_no_line_of_ours_stands_in_the_error_of_a_module_of_the_students(tmp_path):
    (tmp_path / "broken.py").write_text("import no_such_package_at_all\n1 / 0\n")
    passed_over = types.SimpleNamespace(stand_in=lambda *args: True)
    loader = absent._Stepwise("broken", str(tmp_path / "broken.py"), passed_over)
    with pytest.raises(ZeroDivisionError) as told:
        loader.exec_module(types.ModuleType("broken"))
    frames = [frame for frame, _ in traceback.walk_tb(told.tb)]
    ours = [frame for frame in frames if frame.f_code.co_filename == absent.__file__]
    assert len(ours) == 2
    assert all("__tracebackhide__" in frame.f_locals for frame in ours)
