"""The examples of gru_by_hand asked in this process, without a notebook: which cells and layers are right,
and what is wrong with the others."""

import numpy as np
import pytest

from grader.assignment import Cell, Layer, Seen
from grader.judge.verdicts import judge_all
from grader.model import Observation, Reply, Run, Status, Submission
from grader.probes import layer, one_step, start
from grader.run.inside import frames
from tests import corpus
from tests.made_up_sheet import sheet_of

tf = pytest.importorskip("tensorflow")

from grader.run.inside.asked import of_cell, of_layer  # noqa: E402
from grader.run.inside.seen import ran  # noqa: E402

pytestmark = pytest.mark.real  # no kernels, but some minutes of TensorFlow on a busy machine
HOMEWORK = "gru_by_hand"
HW = sheet_of(HOMEWORK)
CELL, LAYER = (next(role for role in HW.roles if isinstance(role, kind)) for kind in (Cell, Layer))
NUMBERS = {"GRU_UNITS": 6, "READ_IN": 4, "BATCH_SIZE": 4, "SEQ_LEN": 5}
CHECKS = ("returns_states", "computes_gru", "zero_states", "one_output_per_step", "any_batch_and_length")
ENTRIES = [
    entry
    for entry in corpus.all_submissions(HOMEWORK)
    if entry.kind != "broken" and entry.name != "reference"
]
MISTAKES = {  # of the wrong ones, the known mistake that is named
    "no_reset": "reset",
    "candidate_by_sigmoid": "sigmoid",
    "adds_up": "",
    "simple": "simple",
    "not_carried": "not_carried",
    "time_major": "time_major",
}


def answered(probe, answers, names):
    question = frames.unpack(frames.pack(probe.draw(np.random.default_rng(1), NUMBERS)))
    parts = {part: role.told() for part, role in probe.parts}
    try:
        answer = frames.unpack(frames.pack(answers(names, question, parts)))
    except Exception as problem:
        from grader.model import CellError

        error = CellError(name=type(problem).__name__, message=str(problem), traceback="")
        return Observation(probe=probe.name, status=Reply.RAISED, question=question, error=error)
    return Observation(probe=probe.name, status=Reply.ANSWERED, question=question, answer=answer)


def verdicts(entry, tmp_path):
    """check -> verdict, of the cell and the layer of one example."""
    ran.prepare(str(tmp_path))
    names = {"__name__": "__main__", "tf": tf, "np": np, **NUMBERS}
    for part in ("cell", "layer"):
        exec(corpus.text(part, entry.blocks.get(part), HOMEWORK), names)
    for wanted, own in (("GRU_Cell", "OneStep"), ("GRU_Layer", "AllSteps")):
        names.setdefault(wanted, names.get(own))
    asked = {one_step(CELL): of_cell.one_step, start(LAYER): of_layer.start, layer(LAYER): of_layer.layer}
    observations = {probe.name: answered(probe, answers, names) for probe, answers in asked.items()}
    seen = Seen(
        assignment=HW, submission=Submission(student="ada"), run=Run(run_id="r", observations=observations)
    )
    return {check.id: verdict for check, verdict in judge_all(seen) if check.id in CHECKS}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_cell_and_layer_fail_what_is_wrong_with_them_and_nothing_else(entry, tmp_path):
    found = verdicts(entry, tmp_path)
    lost = {name for name, verdict in found.items() if verdict.status is not Status.PASSED}
    assert entry.fails & set(CHECKS) <= lost, {name: found[name].message for name in CHECKS}
    assert lost <= entry.fails | entry.may, {name: found[name].message for name in lost}
    assert not [name for name, verdict in found.items() if verdict.status is Status.ERROR]
    if MISTAKES.get(entry.name):
        (mistake,) = {verdict.mistake.id for verdict in found.values() if verdict.mistake is not None}
        assert MISTAKES[entry.name] in mistake


def test_which_of_the_four_ways_it_is_is_said(tmp_path):
    said = {
        entry.name: verdicts(entry, tmp_path)["computes_gru"].message
        for entry in ENTRIES
        if entry.kind == "right"
    }
    assert "reset before the recurrent product, h' = z * h + (1 - z) * n" in said["before"]
    assert "reset after the recurrent product" in said["after"]
    assert "h' = (1 - z) * h + z * n" in said["renews"]
