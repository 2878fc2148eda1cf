"""The sheets of plain NumPy on every submission of their corpora: the right ones pass, each wrong one loses
exactly its check.

The functions are called here, as run/inside/asked/of_calls.py calls them in a kernel;
tests/test_corpus_real.py asks real kernels.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from grader.assignment import load_sheet
from grader.model import Status
from grader.probes.stand_in_steps import stepped, stepped_back
from grader.run.inside.asked import stand_in_steps
from tests import corpus
from tests.corpus import Entry

pytest.importorskip("tensorflow")

from tests.numpy_homework import judged

ROOT = Path(__file__).resolve().parents[1]
SHEETS = {name: load_sheet(ROOT / "assignments" / name) for name in ("rnn_cells_numpy", "rnn_layers_numpy")}
ENTRIES = [(name, entry) for name in SHEETS for entry in corpus.all_submissions(name)]


@pytest.fixture(autouse=True)
def unchanged() -> Iterator[None]:
    """Some of the homework replaces functions of the libraries, and runs here in the process of the tests."""
    kept = [(module, dict(vars(module))) for module in (np, np.random, builtins)]
    yield
    for module, names in kept:
        vars(module).update(names)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("homework", "entry"), ENTRIES, ids=[f"{name}-{entry.name}" for name, entry in ENTRIES]
)
def test_each_loses_exactly_its_check(homework: str, entry: Entry, tmp_path: Path) -> None:
    corpus.write(entry.name, tmp_path / "class", homework)
    _, found = judged(SHEETS[homework], tmp_path / "class", tmp_path / "scratch")
    lost = {name: verdict.message for name, verdict in found.items() if verdict.status is not Status.PASSED}
    if entry.ends == "COMPLETED":
        assert entry.fails <= lost.keys() <= entry.fails | entry.may, lost
    assert entry.fails <= lost.keys()
    assert not [verdict.staff_note for verdict in found.values() if verdict.status is Status.ERROR]


UNFINISHED = {
    "to be written": '    raise NotImplementedError("to be written")\n',
    "None": "    return None\n",
    "one None for each": "    return None, None, None, None, None, None\n",
    "wrong shapes": "    return dnext_h, dnext_h, dnext_h, dnext_h, dnext_h, dnext_h\n",
}


@pytest.mark.parametrize("end", UNFINISHED.values(), ids=UNFINISHED.keys())
@pytest.mark.parametrize("loop", ["right", "not carried", "through the cache"])
def test_a_step_that_is_not_written_is_charged_once(end: str, loop: str, tmp_path: Path) -> None:
    text = corpus.blocks("gated", "rnn_layers_numpy")["plain"]
    begin = "def lstm_step_backward(dnext_h, dnext_c, cache):\n"
    text = text.replace(begin, begin + end)
    if loop == "not carried":
        text = text.replace("dh[:, t, :] + dprev_h, dprev_c, cache[t]", "dh[:, t, :], dprev_c, cache[t]")
    if loop == "through the cache":  # the caches stay as the student has them
        text = text.replace(
            "    N, T, H = dh.shape\n", "    i = cache[0][6]\n    (N, H), T = i.shape, len(cache)\n"
        )
    home = tmp_path / "class" / "ada"
    home.mkdir(parents=True)
    (home / "layers.py").write_text(f"import numpy as np\n\n{text}", encoding="utf-8")
    _, found = judged(SHEETS["rnn_layers_numpy"], tmp_path / "class", tmp_path / "scratch")
    lost = {name for name, verdict in found.items() if verdict.status is not Status.PASSED and "lstm" in name}
    assert lost == {"lstm_step_backward", *(["lstm_backward"] if loop == "not carried" else [])}


def test_the_steps_in_place_are_those_of_the_host() -> None:
    rng = np.random.default_rng(3)
    for states, gates in ((1, 1), (2, 4)):
        x, h0, upstream = rng.normal(size=(2, 5, 3)), rng.normal(size=(2, 4)), rng.normal(size=(2, 5, 4))
        weights = [rng.normal(size=shape) for shape in ((3, gates * 4), (4, gates * 4), (gates * 4,))]
        held, hidden = [h0, *[np.zeros_like(h0)] * (states - 1)], []
        for t in range(5):
            held = stand_in_steps.new_states(x[:, t], held, *weights, gates)
            hidden.append(held[0])
        assert np.allclose(stepped(x, h0, weights, states=states, gates=gates), np.stack(hidden, 1))
        last = stand_in_steps.gradients(
            x[:, 4], *weights[:2], [upstream[:, 4], *[np.zeros_like(h0)] * (states - 1)], gates
        )
        back = stepped_back(x[:, 4:], weights, upstream[:, 4:], states=states, gates=gates)
        assert all(np.allclose(a, b) for a, b in zip(back[1:], [last[1], *last[1 + states :]], strict=True))


def test_a_start_that_is_written_down_as_a_state_is_named(tmp_path: Path) -> None:
    corpus.write("starts_kept", tmp_path / "class", "rnn_cells_numpy")
    _, found = judged(SHEETS["rnn_cells_numpy"], tmp_path / "class", tmp_path / "scratch")
    mistake = found["bi_rnn"].mistake
    assert mistake is not None
    assert mistake.id == "starts_kept"


@pytest.mark.parametrize(
    ("name", "mistake", "said"),
    [
        ("no_slope_to_the_state", "no_slope_in_one", "whose gradient by the old state, and no other, leaves"),
        ("no_slope", "no_slope", "that leaves the derivative of the tanh out"),
    ],
)
def test_where_the_derivative_is_left_out_is_named(
    name: str, mistake: str, said: str, tmp_path: Path
) -> None:
    corpus.write(name, tmp_path / "class", "rnn_layers_numpy")
    _, found = judged(SHEETS["rnn_layers_numpy"], tmp_path / "class", tmp_path / "scratch")
    named = found["rnn_step_backward"].mistake
    assert named is not None
    assert (named.id, said in named.words) == (mistake, True)


def test_gradients_beside_a_step_with_a_mistake_wait_for_a_person(tmp_path: Path) -> None:
    corpus.write("sigmoid", tmp_path / "class", "rnn_layers_numpy")
    _, found = judged(SHEETS["rnn_layers_numpy"], tmp_path / "class", tmp_path / "scratch")
    assert found["rnn_step_forward"].status is Status.FAILED
    assert found["rnn_step_backward"].status is Status.NEEDS_REVIEW


def test_another_shape_is_told_with_the_axes_that_are_wanted(tmp_path: Path) -> None:
    corpus.write("last_output_alone", tmp_path / "class", "rnn_cells_numpy")
    _, found = judged(SHEETS["rnn_cells_numpy"], tmp_path / "class", tmp_path / "scratch")
    assert "for Y, expected shape" in found["rnn"].message
    assert found["rnn"].hint.startswith("One entry for each step, along axis 0")


def test_only_what_is_off_is_told(tmp_path: Path) -> None:
    corpus.write("no_softmax_both_ways", tmp_path / "class", "rnn_cells_numpy")
    _, found = judged(SHEETS["rnn_cells_numpy"], tmp_path / "class", tmp_path / "scratch")
    assert found["bi_rnn"].message.startswith("bi_rnn: Y is off by")


def test_the_equations_that_are_told_are_those_of_the_sheet(tmp_path: Path) -> None:
    sheet = SHEETS["rnn_cells_numpy"]
    (hint,) = [check.hint for check in sheet.checks if check.id == "GRUCell_forward"]
    corpus.write("numpy", tmp_path / "class", "rnn_cells_numpy")
    _, found = judged(sheet, tmp_path / "class", tmp_path / "scratch")
    for told in (hint, found["GRUCell_forward"].message):
        assert "h' = (1 - z) * h + z * n" in told
        assert "(r * h) U" in told


def test_a_loop_that_looks_at_its_second_step_is_right(tmp_path: Path) -> None:
    text = corpus.blocks("gated", "rnn_layers_numpy")["plain"]
    text = text.replace(
        "    N, T, H = dh.shape\n    dx", "    T, (N, H) = dh.shape[1], cache[1][1].shape\n    dx"
    )
    assert "cache[1][1]" in text
    home = tmp_path / "class" / "ada"
    home.mkdir(parents=True)
    (home / "layers.py").write_text(f"import numpy as np\n\n{text}", encoding="utf-8")
    _, found = judged(SHEETS["rnn_layers_numpy"], tmp_path / "class", tmp_path / "scratch")
    assert found["lstm_backward"].status is Status.PASSED, found["lstm_backward"].message


def test_a_method_that_is_not_there_yet_is_still_to_be_written(tmp_path: Path) -> None:
    text = corpus.blocks("both", "rnn_cells_numpy")["plain"]
    home = tmp_path / "class" / "ada"
    home.mkdir(parents=True)
    cut = text.replace("def backward", "def later")
    (home / "cells.py").write_text(f"import numpy as np\n\n{cut}", encoding="utf-8")
    _, found = judged(SHEETS["rnn_cells_numpy"], tmp_path / "class", tmp_path / "scratch")
    assert found["BidirectionalCell_backward"].message == "BidirectionalCell has no method backward"
