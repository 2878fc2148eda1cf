"""The student's own names are found in their modules and in functions that have ended; nobody else's are."""

from __future__ import annotations

import importlib
import sys
from collections import OrderedDict, defaultdict
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

import pytest

from grader.run.inside import modules


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A student's folder with a package, and a folder beside it whose name begins in the same way."""
    for name, text in {
        "student/net/__init__.py": "",
        "student/net/cell.py": "class Cell: pass\nsize, _hidden = 3, 4\n",
        "student/near.py": (
            "import sys\nfrom net.cell import Cell\nsize, rate = 5, 6\n\ndef call(keep):\n    deep = 1\n   "
            " keep()\n    deep = 2\n"
        ),
        "student2/other.py": "secret = 1\nclass Other: pass\n",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.syspath_prepend(tmp_path / "student2")
    monkeypatch.syspath_prepend(tmp_path / "student")
    monkeypatch.setattr(modules, "_kept", {})
    monkeypatch.setattr(modules, "_broken", {})
    monkeypatch.setattr(modules, "_home", "")
    modules.prepare(tmp_path / "student")
    yield tmp_path / "student"
    for name in ("net", "net.cell", "near", "other"):
        sys.modules.pop(name, None)


def test_names_of_own_modules_come_after_those_of_the_notebook(home: Path) -> None:
    importlib.import_module("near")
    importlib.import_module("other")
    names = modules.names_of({"size": 1, "mine": 2}, home)
    assert (names["size"], names["mine"], names["rate"], names["Cell"].__name__) == (1, 2, 6, "Cell")
    assert not {"secret", "Other", "_hidden"} & names.keys()


def _named(home: Path) -> list[str]:
    return [module.__name__ for module in modules.own_modules(home)]


def test_a_module_that_takes_the_place_of_another_is_seen(home: Path) -> None:
    importlib.import_module("other")
    assert _named(home) == []
    instead = ModuleType("instead")
    instead.__file__ = str(home / "instead.py")
    sys.modules["other"] = instead  # as many modules as before
    assert _named(home) == ["instead"]
    importlib.import_module("near")
    assert _named(home) == ["instead", "net", "net.cell", "near"]
    del sys.modules["other"]
    assert _named(home) == ["net", "net.cell", "near"]


def test_what_was_there_before_any_student_is_nobodys(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for kept in ("_ours", "_elsewhere", "_found"):
        monkeypatch.setattr(modules, kept, {})
    ours = ModuleType("ours")
    ours.__file__ = str(home / "ours.py")
    monkeypatch.setitem(sys.modules, "ours", ours)
    modules.before_any_student()
    importlib.import_module("near")
    assert _named(home) == ["net", "net.cell", "near"]


def test_the_namespace_itself_is_left_alone(home: Path) -> None:
    importlib.import_module("near")
    namespace = {"size": 1}
    modules.names_of(namespace, home)
    assert namespace == {"size": 1}


def test_classes_of_own_modules_are_own(home: Path) -> None:
    near, other = importlib.import_module("near"), importlib.import_module("other")
    assert modules.is_own_class(near.Cell)
    assert not modules.is_own_class(other.Other)
    assert not modules.is_own_class(int)
    assert modules.is_own_class(type("Typed", (), {"__module__": "__main__"}))
    assert not modules.is_own_class(type("Lost", (), {"__module__": "gone"}))


@pytest.fixture
def space(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The namespace of the notebook."""
    main = ModuleType("__main__")
    monkeypatch.setitem(sys.modules, "__main__", main)
    return vars(main)


def frame() -> FrameType:
    return sys._getframe(1)


def test_what_a_function_held_when_it_ended_is_found(home: Path) -> None:
    near = importlib.import_module("near")
    near.call(lambda: modules.keep_callers(frame()))
    names = modules.names_of({}, home)
    assert names["deep"] == 2  # as it was at the end
    assert "self" not in names  # nothing of those who are not the student


def test_the_outermost_function_goes_first_and_the_latest_call_counts(
    home: Path, space: dict[str, Any]
) -> None:
    code = "def inner(keep, model):\n    keep()\n\ndef outer(keep, n):\n    model = n\n    inner(keep, -n)\n"
    exec(compile(code, "cell", "exec"), space)
    for n in (1, 2):
        space["outer"](lambda: modules.keep_callers(frame()), n)
    assert modules.names_of({}, home)["model"] == 2


def test_what_a_function_held_when_an_error_ended_it_is_found(home: Path, space: dict[str, Any]) -> None:
    exec(compile("def main():\n    losses = [1]\n    [1 / n for n in (1, 0)]\n", "cell", "exec"), space)
    with pytest.raises(ZeroDivisionError) as problem:
        space["main"]()
    modules.keep_failed(problem.value.__traceback__)
    names = modules.names_of({}, home)
    assert names["losses"] == [1]
    assert "n" not in names  # of a comprehension


def test_what_a_module_had_made_when_its_import_failed_is_found(home: Path) -> None:
    """A module that trains when it is imported, and ends with an error, is forgotten by Python."""
    (home / "trains.py").write_text(
        "class Trainer:\n    def __init__(self): self.model, self.losses = Trainer, [0.5, 0.4]\n\n"
        "    def train(self):\n        epochs = 2\n        return 1 / 0\n\n"
        "trainer, kept = Trainer(), [1]\ntrainer.train()\n"
    )
    with pytest.raises(ZeroDivisionError) as problem:
        importlib.import_module("trains")
    modules.keep_failed(problem.value.__traceback__)
    names = modules.names_of({}, home)
    assert modules.is_own_class(type(names["trainer"]))
    assert (names["kept"], names["epochs"], names["losses"]) == ([1], 2, [0.5, 0.4])
    (home / "trains.py").write_text("kept = [2]\n")
    importlib.invalidate_caches()
    importlib.import_module("trains")
    assert modules.names_of({}, home)["kept"] == [2]  # mended in a later cell
    sys.modules.pop("trains")


def test_what_started_the_kernel_is_nobodys(home: Path, space: dict[str, Any]) -> None:
    server = {"__name__": "__main__"}
    exec(compile("def serve(keep):\n    order = 1\n    keep()\n", "server", "exec"), server)
    server["serve"](lambda: modules.keep_callers(frame()))
    assert "order" not in modules.names_of({}, home)


class Odd:
    """What no module should be."""

    def __getattr__(self, name: str) -> None:
        raise RuntimeError(name)

    __dict__ = property(lambda self: 1 / 0)  # type: ignore[assignment]


def test_lists_of_numbers_in_dicts_and_objects_come_last(home: Path) -> None:
    trainer_class = type("Trainer", (), {"__module__": "__main__"})
    trainer, foreign = trainer_class(), Exception()
    vars(trainer).update(accuracies=[0.5, 0.9], name="ada", log={"train_loss": [1, 2.5], "best": 3})
    vars(foreign).update(foreign=[1.0])
    network = type("Network", (), {"__module__": "__main__", "trainable_weights": []})()
    vars(network).update(widths=[3, 4])
    vars(trainer).update(network=network)
    history = type("History", (), {"__module__": "keras.src.callbacks.history"})()
    vars(history).update(history={"val_loss": [0.7], "loss": []}, params={"epochs": 3})
    given = {
        "a": trainer,
        "b": {"words": ["x"], "mine": [2], 3: [1]},
        "c": history,
        "d": foreign,
        "mine": [1],
    }
    names = modules.names_of(given, home)
    assert names.keys() - given.keys() == {
        *("accuracies", "train_loss", "log_train_loss", "network", "val_loss", "c_val_loss", "b_mine")
    }
    assert (names["mine"], names["train_loss"]) == ([1], [1, 2.5])


def test_a_module_makes_room_for_what_has_its_name(home: Path) -> None:
    near = importlib.import_module("near")
    trainer = type("Trainer", (), {"__module__": "__main__"})()
    vars(trainer).update(net=trainer)
    names = modules.names_of({"t": trainer, "net": near}, home)
    assert names["net"] is trainer


def test_odd_objects_do_no_harm(home: Path) -> None:
    vars_of_its_own = type("Own", (Odd,), {"__module__": "__main__"})
    assert modules.names_of({"odd": vars_of_its_own(), "losses": {"ok": [1]}}, home)["ok"] == [1]


def test_odd_things_among_the_modules_do_no_harm(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    near = importlib.import_module("near")
    vars(near)[3] = "a name that is none"
    monkeypatch.setitem(sys.modules, "odd", Odd())
    monkeypatch.setitem(sys.modules, "none", None)
    lazy = type("Lazy", (ModuleType,), {"__getattribute__": lambda self, name: 1 / 0})("lazy")
    monkeypatch.setitem(sys.modules, "lazy", lazy)
    assert modules.names_of({}, home)["rate"] == 6
    assert not modules.is_own_class(type("Typed", (), {"__module__": ["near"]}))
    assert not modules.is_own_class(type("Typed", (), {"__module__": "odd"}))


def test_what_dicts_within_dicts_hold_has_the_names_of_both(home: Path) -> None:
    held = {
        "log": {"train": {"loss": [0.5, 0.2]}, "test": defaultdict(list, loss=[0.6, 0.3])},
        "curves": OrderedDict(acc=[0.5, 0.9]),
    }
    names = modules.names_of(held, home)
    assert (names["train_loss"], names["test_loss"], names["acc"]) == ([0.5, 0.2], [0.6, 0.3], [0.5, 0.9])
    assert names["loss"] == [0.5, 0.2]


def test_lists_of_two_dicts_with_the_same_keys_go_by_both_names(home: Path) -> None:
    names = modules.names_of({"losses": {"train": [0.5, 0.2]}, "accuracies": {"train": [0.6, 0.9]}}, home)
    assert (names["losses_train"], names["accuracies_train"]) == ([0.5, 0.2], [0.6, 0.9])


def test_a_list_in_a_dict_is_found_beside_a_number_of_its_name(home: Path) -> None:
    trainer = type("Trainer", (), {"__module__": "__main__"})()
    vars(trainer).update(log={"loss": [0.9, 0.8]})
    rows = [{"loss": 0.9, "acc": 0.5}, {"loss": 0.7, "acc": 0.8, "note": "best"}]
    held = {"loss": 0.3, "hist": {"loss": [0.5, 0.2], "val loss": [0.6, 0.3]}, "t": trainer, "rows": rows}
    names = modules.names_of(held, home)
    assert (names["loss"], names["hist_loss"], names["val_loss"]) == (0.3, [0.5, 0.2], [0.6, 0.3])
    assert names["log_loss"] == [0.9, 0.8]
    assert (names["rows_loss"], names["acc"], "note" in names) == ([0.9, 0.7], [0.5, 0.8], False)


def record(loss: list[float], accuracy: list[float] | None = None, model: object = None) -> Any:
    """What `fit` returns."""
    made = type("History", (), {"__module__": "keras.src.callbacks.history"})()
    made.history = {"loss": loss} | ({"accuracy": accuracy} if accuracy else {})
    made.epoch, made.model = list(range(len(loss))), model
    return made


def test_what_keras_keeps_for_itself_in_a_record_has_no_name(home: Path) -> None:
    made = record([0.7, 0.6])
    made._model = type("Network", (), {"__module__": "__main__"})()
    assert not any("_model" in name for name in modules.names_of({"done": made}, home))


@pytest.mark.parametrize("kind", ["dict", "list", "object"])
def test_what_fit_returned_is_found_where_it_is_kept(home: Path, kind: str) -> None:
    made = record([0.7, 0.6], [0.5, 0.8])
    box = type("Box", (), {"__module__": "__main__"})()
    box.record = made
    kept = {"dict": {"record": made}, "list": [made], "object": box}[kind]
    names = modules.names_of({"things": kept}, home)
    assert (names["loss"], names["accuracy"]) == ([0.7, 0.6], [0.5, 0.8])


def test_the_records_of_two_trainings_are_not_mixed(home: Path) -> None:
    names = modules.names_of({"first": record([0.7, 0.6]), "second": record([0.5, 0.4], [0.8, 0.9])}, home)
    assert (names["first_loss"], names["second_loss"], names["second_accuracy"]) == (
        [0.7, 0.6],
        [0.5, 0.4],
        [0.8, 0.9],
    )
    assert (names["loss"], names["accuracy"]) == ([0.5, 0.4], [0.8, 0.9])
    assert "first_accuracy" not in names


def test_the_record_of_the_model_counts_then_the_longest(home: Path) -> None:
    mine, other = object(), object()
    names = {"model": mine, "a": record([0.3], model=mine), "b": record([0.9, 0.8], [0.1, 0.1], model=other)}
    found = modules.names_of(names, home)
    assert found["loss"] == [0.3]
    assert "accuracy" not in found, "that of the other model"
    assert modules.names_of({"a": record([0.3, 0.2]), "b": record([0.9])}, home)["loss"] == [0.3, 0.2]
