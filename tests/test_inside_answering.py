"""Which of a notebook's models stands for a name of the sheet: the one that was trained, where that is
certain; and when a question is asked again."""

import types

import numpy as np
import pytest

pytestmark = pytest.mark.real
tf = pytest.importorskip("tensorflow")

from grader.run.inside import frames  # noqa: E402
from grader.run.inside.asked import roles  # noqa: E402
from grader.run.inside.asked.answering import Answering, _name_of, _raised_there, _without_leftovers  # noqa: E402
from grader.run.inside.seen.containers import containers  # noqa: E402
from grader.run.inside.seen.numbers_then import NumbersThen  # noqa: E402
from grader.run.inside.seen.witness import Witness  # noqa: E402

KIND = {"kind": "model"}


def network():
    made = tf.keras.Sequential([tf.keras.layers.Dense(1)])
    made(tf.zeros((1, 2)))
    return made


@pytest.mark.parametrize(
    ("declared", "taken"),
    [
        ({"model": KIND}, "copy"),
        ({"model": KIND, "first": KIND}, None),  # the copy may stand for either
        ({"model": KIND, "train": {"kind": "data set"}}, "copy"),
    ],
)
def test_a_trained_copy_stands_for_the_sheets_only_model(declared, taken):
    names = {"model": network(), "copy": network()}
    witness = Witness(lambda: names)
    witness.applies(names["copy"].trainable_variables)
    request = {"needs": ["model"], "parts": {"model": {"name": "model", **KIND}}, "declared": declared}
    found = Answering(None, None, {}, types.SimpleNamespace(witness=witness))._taken(names, request)
    assert {name: own for name, (own, _) in found.items()} == ({"model": taken} if taken else {})


def test_of_several_models_the_one_that_was_trained_under_the_name_is_taken():
    first, second, other = network(), network(), network()
    names = {"net": first, "other": other}
    witness = Witness(lambda: names)
    declared = {"net": KIND, "other": KIND}
    request = {"needs": ["net"], "parts": {"model": {"name": "net", **KIND}}, "declared": declared}
    answering = Answering(None, None, {}, types.SimpleNamespace(witness=witness))
    witness.applies(first.trainable_variables)
    names["net"] = second
    assert answering._taken(names, request) == {"net": ("", first)}
    witness.applies(second.trainable_variables)  # then it is the one that counts
    assert answering._taken(names, request) == {}


def test_what_a_cell_returned_last_is_not_what_the_student_calls_it():
    net = network()
    assert _name_of(net, {"_": net, "_model": net, "my_net": net}) == "my_net"
    assert _name_of(net, {"_": net, "_model": net}) == ""


def test_what_keras_keeps_in_a_model_is_no_record():
    kind = type("Own", (), {"__module__": "__main__", "trainable_weights": []})
    model = kind()
    model._build_shapes_dict, model.losses_seen = {"input_shape": [None, 3]}, [0.7, 0.6]
    assert [name for name, _ in containers("model", model)] == ["model.losses_seen"]


def test_an_array_that_a_function_held_is_not_the_sheets_function():
    function = {
        "kind": "function",
        "name": "forecast",
        "arguments": ["model"],
        "yields": False,
        "hands_on": "",
    }
    names = {"forecast": [1.0], "model_forecast": lambda model: model, "series": [2.0]}
    request = {"roles": {"forecast": ["model_forecast"]}, "declared": {"forecast": function}}
    assert set(_without_leftovers(names, request)) == {"model_forecast", "series"}
    assert set(_without_leftovers(names, {**request, "roles": {}})) == set(names)


class Cell:
    pass


@pytest.fixture
def asked(tmp_path):
    """Ask about `Cell`: what is noted, in the sizes in which the training was seen and with cells like
    these."""
    question = {
        "own": {"batch": 2, "units": 4, "features": 1}, "most": {"batch": 9, "units": 9, "features": 9},
        "axes": {"x": [["batch", 0], ["features", 0]]}, "sizes": [[4, 1]],
        "x": np.zeros((2, 1)), "more": np.ones(9),
    }  # fmt: skip
    (tmp_path / "question").write_bytes(frames.pack(question))
    seen, cells, fits = {"batch": 2}, [], [4, 1]
    witness = types.SimpleNamespace(
        input_key="",
        is_flat=lambda: False,
        sizes=lambda: dict(seen),
        model=lambda _: None,
        data_sets=lambda *_: (None, None),
    )
    with (tmp_path / "question").open("rb") as out, (tmp_path / "answer").open("wb") as into:
        known = {"step": lambda *_: dict(zip(("units", "features"), fits, strict=True))}
        watch = types.SimpleNamespace(witness=witness, numbers=NumbersThen(), scopes=list)
        answering = Answering(out.fileno(), into.fileno(), known, watch)

        def ask(**changes):
            seen.update(changes.pop("seen", {}))
            fits[:] = changes.pop("fits", fits)
            cells[:] = changes.pop("cells", cells)
            request = {"probe": "step", "answered_by": "step", "needs": ["Cell"], "unless_same": True}
            request["parts"] = {"layer": {"name": "Layer", "kind": "layer"}}
            return answering(changes.pop("names", {"Cell": Cell}), request)["status"]

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(roles, "sizes_of_cells", lambda *_: list(cells))
            yield ask


@pytest.mark.parametrize(
    ("then", "status"),
    [
        ({}, "unchanged"),
        ({"seen": {"batch": 2}, "cells": [[4, 1], [8, 3]]}, "unchanged"),  # it answers in the first size
        ({"seen": {"batch": 3}}, "answered"),
        ({"names": {"Cell": type("Cell", (), {})}}, "answered"),
    ],
)
def test_a_question_is_asked_again_when_it_would_be_another_one(asked, then, status):
    assert asked() == "answered"
    assert asked(**then) == status


def test_an_answer_stands_where_the_same_thing_raises_later(asked):
    other = {"Cell": type("Cell", (), {})}
    assert asked() == "answered"
    assert asked(seen={"batch": 3}, fits=[]) == "unchanged"  # a number that it counts on was bound again
    assert asked(names=other) == "raised"


def test_a_cell_of_one_size_is_asked_again_when_its_size_is_known(asked):
    assert asked(fits=[7, 7]) == "answered"
    assert asked(cells=[[8, 3]]) == "answered"
    assert asked() == "unchanged"


def test_a_task_that_is_written_anew_after_the_training_is_that_of_the_training(tmp_path):
    def draw():
        yield 1

    def other():
        yield 2

    names = {"task": draw, "plot": lambda: 2}
    watch = types.SimpleNamespace(numbers=NumbersThen(), scopes=list, witness=None)
    watch.numbers.names = lambda: names
    (tmp_path / "question").write_bytes(frames.pack({}))
    watch.witness = types.SimpleNamespace(
        input_key="", is_flat=lambda: False, sizes=dict, model=lambda _: None
    )
    parts = {part: {"name": part, "kind": "function", "yields": part == "task"} for part in names}
    request = {"probe": "data", "answered_by": "data", "needs": ["task"], "parts": parts}
    asked = []
    with (tmp_path / "question").open("rb") as out, (tmp_path / "answer").open("wb") as into:

        def data(given, *_):
            asked.append((given["task"], given["plot"], names["task"]))
            return {}

        known = {"data": data}
        answering = Answering(out.fileno(), into.fileno(), known, watch)
        watch.numbers.note()
        names |= {"task": other, "plot": lambda: 4}
        assert answering(dict(names), request)["status"] == "answered"
    assert asked == [(draw, names["plot"], draw)]
    assert names["task"] is other


def test_a_data_set_of_the_training_is_read_with_the_numbers_of_the_training(tmp_path):
    names = {"LENGTH": 25, "train_ds": "of the training", "trained": "of the training"}
    watch = types.SimpleNamespace(numbers=NumbersThen(), scopes=list)
    watch.numbers.names = lambda: names
    watch.witness = types.SimpleNamespace(
        input_key="", is_flat=lambda: False, sizes=dict, model=lambda *_: None
    )
    (tmp_path / "question").write_bytes(frames.pack({}))
    request = {"probe": "pipeline", "answered_by": "pipeline", "needs": ["train_ds"]}
    request["takes"] = {"train_ds": "trained"}

    def pipeline(given, *_):
        if (names["LENGTH"], given["train_ds"]) != (25, "of the training"):
            raise ValueError("an element of another length")
        return {}

    with (tmp_path / "question").open("rb") as out, (tmp_path / "answer").open("wb") as into:
        answering = Answering(out.fileno(), into.fileno(), {"pipeline": pipeline}, watch)
        watch.numbers.note()
        names |= {"LENGTH": 50, "train_ds": "a new one"}
        assert answering(dict(names), request)["status"] == "answered"
    assert names["LENGTH"] == 50


@pytest.mark.parametrize(("kind", "samples"), [("data set", 64), ("cell", 0)])
def test_data_sets_hold_what_they_held_in_the_training_though_a_number_is_another_now(
    tmp_path, kind, samples
):
    names = {"SAMPLES": 64, "thing": "of the training"}
    watch = types.SimpleNamespace(numbers=NumbersThen(), scopes=list)
    watch.numbers.names = lambda: names
    nothing = dict.fromkeys(("model", "data_sets"), lambda *_: None)
    watch.witness = types.SimpleNamespace(input_key="", is_flat=lambda: False, sizes=dict, **nothing)
    (tmp_path / "question").write_bytes(frames.pack({}))
    request = {"probe": "asked", "answered_by": "asked", "needs": ["thing"]}
    request["parts"] = {"train": {"name": "thing", "kind": kind}}
    seen = []
    with (tmp_path / "question").open("rb") as out, (tmp_path / "answer").open("wb") as into:
        known = {"asked": lambda *_: seen.append(names["SAMPLES"]) or {}}
        answering = Answering(out.fileno(), into.fileno(), known, watch)
        watch.numbers.note()
        names["SAMPLES"] = 0
        assert answering(dict(names), request)["status"] == "answered"
    assert (seen, names["SAMPLES"]) == ([samples], 0)


def test_a_question_is_asked_again_when_what_it_may_look_at_comes_later(asked):
    """The wrapper of a task stands in a later cell than the task."""
    assert asked() == "answered"
    later = {"Cell": Cell, "Layer": type("Layer", (), {})}
    assert asked(names=later) == "answered"
    assert asked(names=later) == "unchanged"
    assert asked(names=later, seen={"batch": 3}, fits=[]) == "unchanged"  # the same Cell, which answered


def test_a_layer_is_asked_again_when_a_model_wants_its_last_step_alone(asked):
    class Layer:
        __module__ = "__main__"

        def __init__(self, cell, return_sequences=False):
            self.return_sequences = return_sequences

    names = {"Cell": Cell, "Layer": Layer}
    assert asked(names=names) == "answered"
    assert asked(names=names | {"model": Layer(Cell, True)}) == "unchanged"
    assert asked(names=names | {"model": Layer(Cell)}) == "answered"


def test_a_long_message_does_not_hide_the_line_that_raised():
    def call(x):
        raise ValueError(f"got {[*range(x)]}")

    with pytest.raises(ValueError, match="got") as caught:
        call(20_000)
    told = _raised_there(caught.value)
    assert "raise ValueError(f" in told["traceback"]
    assert len(told["traceback"]) < len(told["message"]) == 20_000


def test_what_reads_a_number_that_was_bound_again_is_asked_as_it_trained(tmp_path):
    names = {"LENGTH": 25, "made": object(), "gone": 3.0, "_hidden": 1}

    def found(given, question, parts):
        if names["LENGTH"] != 25 or "gone" not in names:
            raise ValueError("an element of another shape")
        return {"length": given["LENGTH"]}

    watch = types.SimpleNamespace(
        scopes=list,
        numbers=NumbersThen(),
        witness=types.SimpleNamespace(
            input_key="",
            is_flat=lambda: False,
            sizes=dict,
            model=lambda _: None,
            data_sets=lambda *_: (None, None),
        ),
    )
    watch.numbers.names = lambda: names
    (tmp_path / "question").write_bytes(frames.pack({}))
    request = {"probe": "pipeline", "answered_by": "pipeline", "needs": ["made"]}
    with (tmp_path / "question").open("rb") as out, (tmp_path / "answer").open("wb") as into:
        answering = Answering(out.fileno(), into.fileno(), {"pipeline": found}, watch)
        watch.numbers.note()
        names["LENGTH"] = 40
        del names["gone"]
        assert answering(dict(names), request)["status"] == "answered"
        assert names["LENGTH"] == 40
        assert "gone" not in names
        watch.numbers.note()  # so it was trained
        other = Answering(out.fileno(), into.fileno(), {"pipeline": found}, watch)
        assert other(dict(names), request)["status"] == "raised"
