"""What the machine lacks costs nothing, and gives nothing to a notebook that has not got it either."""

from dataclasses import replace
from pathlib import Path

import pytest

from grader.assignment import Seen, load_sheet
from grader.assignment.packages import is_package
from grader.judge.verdicts import judge_all
from grader.model import (
    CellError,
    CellRun,
    CellSource,
    Observation,
    Reply,
    Run,
    SourceFacts,
    Status,
    Submission,
)
from grader.run.host.cells import absent_modules, with_installed

SHEET = Path(__file__).resolve().parents[1] / "assignments" / "sum_sequence"
NOTHING = SourceFacts()
LACKS = CellError(
    name="ModuleNotFoundError", message="No module named 'seaborn'", traceback="", missing_package="seaborn"
)


def statuses(*, cells=(), source=NOTHING, **observations):
    """check -> status; `observations` by probe: an error, a status, or names that are missing."""
    seen = {name: noted(name, what) for name, what in observations.items()}
    submission = Submission(student="ada", source=source)
    run = Run(
        run_id="r", cells=cells, observations=seen, missing_packages=absent_modules(cells, seen, submission)
    )
    found = judge_all(Seen(assignment=load_sheet(SHEET), submission=submission, run=run))
    return {check.id: verdict.status for check, verdict in found}


def noted(name, what):
    if isinstance(what, CellError):
        return Observation(probe=name, status=Reply.RAISED, error=what)
    return (
        Observation(probe=name, status=Reply.BROKEN)
        if what == "broken"
        else Observation(probe=name, status=Reply.MISSING, missing=what)
    )


def test_what_uses_a_missing_package_stays_open_and_nothing_else_does():
    found = statuses(
        source=SourceFacts(imports=("seaborn",), assigned={"integration_task": 1}),
        data=LACKS, pipeline=("train_ds",), one_step=("LSTM_Cell",), layer=("LSTM_Cell",), model=("model",),
    )  # fmt: skip
    assert [found[check] for check in ("yields_pairs", "noise_is_normal", "label_rule")] == [Status.ERROR] * 3
    assert found["pipeline_batches"] is Status.FAILED
    assert found["returns_states"] in (Status.FAILED, Status.SKIPPED)


def test_what_nobody_answered_is_for_a_person_and_the_rest_is_judged():
    asked = CellError(name="StdinNotImplementedError", message="", traceback="", missing_answer="input")
    found = statuses(
        cells=(CellRun(number=1, seconds=0.1, error=asked),),
        source=SourceFacts(uses=frozenset({"fit"}), assigned={"integration_task": 1}),
        data=asked, pipeline=("train_ds",), one_step=("LSTM_Cell",), layer=("LSTM_Cell",),
    )  # fmt: skip
    assert found["yields_pairs"] is found["it_learns"] is Status.NEEDS_REVIEW
    assert found["pipeline_batches"] is Status.FAILED


def test_what_a_library_refuses_for_want_of_an_answer_is_for_a_person():
    refused = CellError(name="ValueError", message="units=<module>", traceback="", missing_answer="input")
    own = replace(refused, missing_answer="")
    source = SourceFacts(assigned={"integration_task": 1, "LSTM_Cell": 2, "model": 3})
    for error, due in ((refused, Status.NEEDS_REVIEW), (own, Status.FAILED)):
        cells = (CellRun(number=3, seconds=0.1, error=error),)
        found = statuses(cells=cells, source=source, model=("model",), pipeline=("train_ds",))
        assert found["layer_shapes"] is due
        assert found["pipeline_batches"] is Status.FAILED


def test_an_error_that_somebody_raises_is_no_missing_package():
    found = statuses(source=SourceFacts(assigned={"integration_task": 1}), data=LACKS)
    assert found["yields_pairs"] is Status.FAILED


def test_a_missing_package_opens_nothing_that_the_notebook_never_had():
    cells = (CellRun(number=1, seconds=0.1, error=LACKS),)
    found = statuses(
        cells=cells,
        source=SourceFacts(imports=("seaborn",)),
        data=("integration_task",),
        pipeline=("train_ds",),
    )
    assert Status.ERROR not in found.values()


@pytest.mark.parametrize(("uses", "is_open"), [({"fit"}, True), ({"plot"}, False)])
def test_a_training_that_did_not_happen_for_want_of_a_package_stays_open(uses, is_open):
    cells = (CellRun(number=1, seconds=0.1, error=LACKS),)
    source = SourceFacts(imports=("seaborn",), uses=frozenset(uses), assigned={"integration_task": 1})
    found = statuses(cells=cells, source=source, names=())
    assert (Status.ERROR in found.values()) == is_open


def test_a_kernel_that_says_our_side_is_broken_gains_nothing_for_what_its_source_lacks():
    assert statuses(data="broken")["yields_pairs"] is Status.FAILED
    named = SourceFacts(assigned={"integration_task": 1})
    assert statuses(source=named, data="broken")["yields_pairs"] is Status.ERROR
    assert (
        statuses(
            source=replace(named, assigned={}, roles={"integration_task": ("task",)}, local_in={"task": "f"}),
            data="broken",
        )["yields_pairs"]
        is Status.ERROR
    )


# ── another homework
# ─────────────────────────────────────────────────────────────────────────────────────────────────────

# of any homework
GENERAL = ("train_ds", "test_ds", "model", "train_losses", "test_losses", "test_accuracies", "lstm_layer")


@pytest.mark.parametrize(
    ("classes", "names", "other"),
    [
        (("Encoder",), GENERAL, True),
        (("LSTMCell",), GENERAL, True),  # one part, of images
        (("LSTM_Cell", "LSTMLayer"), GENERAL, False),
        (("Encoder",), (*GENERAL, "integration_task"), False),
        ((), GENERAL, False),  # next to nothing stands there
    ],
)
def test_names_that_all_homework_has_do_not_make_it_this_one(classes, names, other):
    source = SourceFacts(classes=dict.fromkeys(classes, ()), assigned=dict.fromkeys(names, 1))
    found = statuses(
        source=source, data=("integration_task",), pipeline=("train_ds",), one_step=("LSTM_Cell",)
    )
    assert (set(found.values()) == {Status.NEEDS_REVIEW}) is other


def test_what_a_notebook_installs_is_a_package():
    lines = (
        "pass  # !pip install -q gTTS keras-tuner==1.4\nx = 1  # pip install lstm\npass  # %pip install a[b]"
    )
    submission = Submission(student="ada", cells=(CellSource(number=1, text=lines),))
    assert with_installed(["tqdm"], submission) == ("tqdm", "gtts", "keras_tuner", "a")
    assert is_package("gtts", with_installed([], submission))
    assert not is_package("lstm", with_installed([], submission))


@pytest.mark.parametrize(
    "name", ["tenacity", "pytz", "emoji", "IPython", "winsound", "msvcrt", "imp", "distutils", "cPickle"]
)
def test_what_no_file_of_a_homework_is_called_is_no_forgotten_module(name):
    assert is_package(name, [])


@pytest.mark.parametrize("name", ["utils", "lstm", "my_layers", "datasets", "client", "progress"])
def test_what_may_be_a_file_of_ones_own_is_one(name):
    assert not is_package(name, [])
