"""The checks of rnn_concepts on every NumPy submission of its corpus: the right ones pass, each wrong one
loses exactly its check.

The functions are called here, by run/inside/asked/of_calls.py as in a kernel; tests/test_corpus_real.py asks
real kernels.
"""

from __future__ import annotations

import builtins
import contextlib
import io
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.assignment import Assignment, Seen, load_sheet
from grader.collect import Course, find_candidates, prepare
from grader.errors import AssignmentError
from grader.judge import checks
from grader.judge.checks import quiz
from grader.judge.checks.functions.parameters_by_hand import COUNTED
from grader.judge.verdicts import judge_all
from grader.model import Basis, Observation, Reply, Run, Status, Submission, Verdict
from tests import corpus
from tests.corpus import Entry

pytest.importorskip("tensorflow")

from grader.run.inside.asked import of_calls

HOME = "rnn_concepts"
SHEET = load_sheet(Path(__file__).resolve().parents[1] / "assignments" / HOME)
# the one that needs TensorFlow
ENTRIES = [one for one in corpus.all_submissions(HOME) if one.name != "tensors"]


@pytest.fixture(autouse=True)
def unchanged() -> Iterator[None]:
    """Some of the homework replaces functions of the libraries, and runs here in the process of the tests."""
    kept = [(module, dict(vars(module))) for module in (np, np.testing, np.random, builtins, math)]
    yield
    for module, names in kept:
        vars(module).update(names)


def defined(submission: Submission) -> dict[str, Any]:
    space: dict[str, Any] = {}
    for cell in submission.cells:
        with contextlib.suppress(Exception), contextlib.redirect_stdout(io.StringIO()):
            exec(cell.text, space)
    return space


def verdicts(entry: Entry, tmp_path: Path, seed: int) -> dict[str, Verdict]:
    corpus.write(entry.name, tmp_path / "class", HOME)
    (candidate,) = find_candidates(tmp_path / "class", tmp_path / "unpacked", Course())
    submission = prepare(candidate, SHEET)
    with np.errstate(all="ignore"):
        space = defined(submission)
        found: dict[str, Observation] = {}
        for probe in SHEET.probes():
            own = {
                name: next(
                    (one for one in (name, *submission.source.roles.get(name, ())) if one in space), None
                )
                for name in probe.needs
            }
            missing = tuple(name for name, one in own.items() if one is None)
            question = probe.draw(np.random.default_rng(seed), {})
            found[probe.name] = (
                Observation(probe=probe.name, status=Reply.MISSING, missing=missing)
                if missing
                else Observation(
                    probe=probe.name,
                    status=Reply.ANSWERED,
                    question=question,
                    answer=of_calls.calls(
                        {name: space[one] for name, one in own.items() if one}, question, {}
                    ),
                )
            )
    judged = judge_all(Seen(assignment=SHEET, submission=submission, run=Run(run_id="r", observations=found)))
    return {check.id: verdict for check, verdict in judged if check.basis is not Basis.JUDGED}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_each_loses_exactly_its_check(entry: Entry, tmp_path: Path) -> None:
    found = verdicts(entry, tmp_path, seed=1)
    lost = {name: verdict.message for name, verdict in found.items() if verdict.status is not Status.PASSED}
    assert entry.fails <= lost.keys() <= entry.fails | entry.may, lost
    assert not [verdict for verdict in found.values() if verdict.status is Status.ERROR]


@pytest.mark.parametrize(
    ("name", "check", "mistake"),
    [
        ("no_tanh", "rnn_forward", "no_tanh"),
        ("w_transposed_forward", "rnn_forward", "W_transposed"),
        ("last_step_only", "bptt_gradients_W_2", "last_step_only"),
        ("doubled", "bptt_gradients_U_2", "doubled"),
        ("f_and_i_exchanged", "lstm_state_c", "f_and_i_exchanged"),
        ("two_biases", "lstm_parameters", "count_two_biases"),
        ("reset_ignored", "gru_parameters", "count_one_way_before"),
        ("sizes_exchanged", "lstm_parameters", "count_sizes_exchanged"),
        ("tanh_again", "bptt_gradients_any", "tanh_again"),
        ("mean_over_the_batch", "bptt_gradients_U_2", "scaled"),
    ],
)
def test_known_mistakes_are_named(name: str, check: str, mistake: str, tmp_path: Path) -> None:
    verdict = verdicts(corpus.find(name, HOME), tmp_path, seed=2)[check]
    found = verdict.mistake
    assert found is not None
    assert found.id == mistake
    assert found.words.split()[0] in ("a", "an", "one")  # "It behaves like a network without the tanh."
    assert found.words not in verdict.message  # a sheet may keep it until the deadline


@pytest.mark.parametrize(
    ("name", "check", "words"),
    [
        ("sign", "bptt_gradients_W_2", "the opposite sign"),
        ("only_the_last", "rnn_forward", "The sequences of the batch come first"),
        ("not_doubled", "bidirectional_lstm_parameters", "one from each end"),
    ],
)
def test_what_is_said_leads_to_the_mistake(name: str, check: str, words: str, tmp_path: Path) -> None:
    verdict = verdicts(corpus.find(name, HOME), tmp_path, seed=4)[check]
    assert words in f"{verdict.hint} {verdict.mistake.words if verdict.mistake else ''}"


def test_a_mistake_of_the_forward_pass_is_charged_once(tmp_path: Path) -> None:
    found = verdicts(corpus.find("no_tanh", HOME), tmp_path, seed=3)
    assert "your own forward pass" in found["bptt_gradients_W_2"].message


@pytest.mark.parametrize(
    ("name", "later", "own"),
    [
        ("outputs_of_the_state_before_and_differences", "bptt_gradients_any", "rnn_forward"),
        ("half_the_units_thrice", "bidirectional_lstm_parameters", "lstm_parameters"),
    ],
)
def test_what_may_follow_from_a_mistake_that_nobody_knows_waits_for_a_person(
    name: str, later: str, own: str, tmp_path: Path
) -> None:
    found = verdicts(corpus.find(name, HOME), tmp_path, seed=4)
    assert (found[own].status, found[later].status) == (Status.FAILED, Status.NEEDS_REVIEW)
    assert f"it may be right beside your own {own}, which is not" in found[later].message


def test_a_way_back_that_is_right_beside_a_right_forward_pass_is_no_mistake(tmp_path: Path) -> None:
    found = verdicts(corpus.find("outputs_of_the_state_before", HOME), tmp_path, seed=4)
    assert {name for name, verdict in found.items() if verdict.status is not Status.PASSED} == {"rnn_forward"}
    assert "beside a right rnn_forward" in found["bptt_gradients_any"].message


def test_what_follows_from_a_count_that_nobody_knows_is_charged_once(tmp_path: Path) -> None:
    found = verdicts(corpus.find("half_the_units", HOME), tmp_path, seed=4)
    lost = {name for name, verdict in found.items() if verdict.status is not Status.PASSED}
    assert lost == {"lstm_parameters"}
    assert "follows from your own lstm_parameters" in found["bidirectional_lstm_parameters"].message


@pytest.mark.parametrize("name", ["no_count", "counts_always_the_same"])
def test_twice_nothing_is_no_count(name: str, tmp_path: Path) -> None:
    found = verdicts(corpus.find(name, HOME), tmp_path, seed=4)
    assert found["lstm_parameters"].status is Status.FAILED
    assert found["bidirectional_lstm_parameters"].status is not Status.PASSED


@pytest.mark.parametrize("name", ["input_of_the_first_step", "not_doubled"])
def test_beside_what_is_right_nothing_waits(name: str, tmp_path: Path) -> None:
    found = verdicts(corpus.find(name, HOME), tmp_path, seed=4)
    assert Status.NEEDS_REVIEW not in {verdict.status for verdict in found.values()}


def test_students_are_told_nothing_of_the_right_letters() -> None:
    from grader.assignment.public_part import public_part

    text = (SHEET.folder / "sheet.py").read_text(encoding="utf-8") if SHEET.folder else ""
    public = public_part(text, SHEET)
    assert "checks.chosen" not in public
    assert "withheld_checks=8" in public


def test_a_layer_that_nobody_counts_is_refused() -> None:
    sheet = Assignment("x", title="X")
    from grader.assignment import roles

    with pytest.raises(AssignmentError, match="no layer 'transformer'"):
        checks.counts_parameters(sheet.role(roles.function("f", ["features", "units"])), "transformer")


def test_the_untouched_template_has_no_answers(tmp_path: Path) -> None:
    template = Path(__file__).resolve().parents[1] / "student_template" / HOME / "homework.ipynb"
    (tmp_path / "class" / "ada").mkdir(parents=True)
    (tmp_path / "class" / "ada" / "homework.ipynb").write_bytes(template.read_bytes())
    (candidate,) = find_candidates(tmp_path / "class", tmp_path / "unpacked", Course())
    asked = {question.id: question for question in SHEET.questions}
    choices = [one for one in prepare(candidate, SHEET).answers if not asked[one.question].in_words]
    assert len(choices) == 8
    outcomes = {one.question: quiz.read(one.text, asked[one.question]).certainty for one in choices}  # type: ignore[arg-type]
    assert set(outcomes.values()) == {quiz.Certainty.UNTOUCHED}


@pytest.mark.parametrize(
    ("layer", "gates", "biases"),
    [("simple", 1, (1, 1)), ("lstm", 4, (1, 1)), ("gru", 3, (1, 2))],
    ids=["simple", "lstm", "gru"],
)
def test_every_layer_is_counted_in_both_directions_too(
    layer: str, gates: int, biases: tuple[int, int]
) -> None:
    _, formula = COUNTED[f"bidirectional {layer}"]
    for after in (False, True):
        sizes = {"features": 3, "units": 5, **({"reset_after": after} if layer == "gru" else {})}
        one = gates * 5 * (3 + 5 + biases[after])
        assert formula.right(**sizes) == 2 * one
        found = {mistake.id: mistake.computes(**sizes) for mistake in formula.mistakes}
        assert found["count_one_way"] == one
        assert found["count_double_units"] == gates * 10 * (3 + 10 + biases[after])
    sheet = Assignment("x", title="X")
    from grader.assignment import roles

    one_way = sheet.role(roles.function("f", ["features", "units"]))
    with pytest.raises(AssignmentError, match="has one"):
        checks.counts_parameters(one_way, layer, along=one_way)
