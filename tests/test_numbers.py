"""Numbers of a notebook: whatever stands there, the sheet's range decides what is asked, and no question
outgrows the host."""

import math
import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.assignment import Assignment, Range, Seen, in_force, load_sheet, meant_instead, outside
from grader.errors import AssignmentError
from grader.judge.verdicts import judge_all, stands_in_the_way
from grader.model import Basis, CellSource, Extent, Observation, Reply, Run, SourceFacts, Status, Submission
from grader.model.verdict import failed, passed
from grader.probes.sizes import asked_smaller
from grader.run.host.overrides import correct_text
from grader.run.host.shortened import within_budget
from grader.run.inside import frames
from tests.made_up_sheet import PROBES

SHEETS = Path(__file__).resolve().parents[1] / "assignments"
SUM = load_sheet(SHEETS / "sum_sequence")
SIZES = ("SEQ_LEN", "BATCH_SIZE", "READ_IN", "UNITS")
MOST_MB = 160  # of the host while it draws a question

odd = st.sampled_from(
    [
        0,
        -1,
        1,
        2,
        32.0,
        0.5,
        60_000,
        600_000,
        10**9,
        2**63,
        10**400,
        math.nan,
        math.inf,
        -math.inf,
        1e308,
        True,
        3j,
        "32",
        None,
    ]
)
anything = odd | st.integers() | st.floats() | st.integers(1, 2000)
numbers = st.dictionaries(st.sampled_from(sorted(SUM.parameters)), anything)


@settings(max_examples=200, deadline=None)
@given(numbers)
def test_whatever_stands_there_one_can_count_with_what_is_in_force(own):
    used = in_force(SUM, own)
    assert used.keys() == SUM.parameters.keys()
    assert all(isinstance(used[name], int) and used[name] >= 1 for name in used if name != "LEARNING_RATE")
    assert math.isfinite(SUM.steps(used))
    assert all(
        expected in sentence
        for sentence in outside(SUM, own, {}).values()
        for expected in (" is ", "expected a")
    )
    assert all(len(sentence) < 120 for sentence in outside(SUM, own, {}).values())


@settings(max_examples=25, deadline=None)
@given(st.dictionaries(st.sampled_from(SIZES), anything))
def test_every_question_fits_into_a_frame(own):
    used = in_force(SUM, own)
    for probe in SUM.probes():
        frames.pack(probe.draw(np.random.default_rng(0), used))


@pytest.mark.parametrize(
    "own",
    [
        {"SEQ_LEN": 100, "BATCH_SIZE": 256, "READ_IN": 60_000},
        {"UNITS": 600_000},
        {"UNITS": 10**6},
        dict.fromkeys(SIZES, 2**53),
    ],
    ids=str,
)
def test_the_host_stays_small(own):
    for probe in SUM.probes():
        tracemalloc.start()
        probe.draw(np.random.default_rng(0), in_force(SUM, own))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < MOST_MB << 20, probe.name


def test_usual_sizes_are_asked_as_they_are():
    own = {"SEQ_LEN": 50, "BATCH_SIZE": 64, "READ_IN": 64, "UNITS": 256}
    question = PROBES["layer"].draw(np.random.default_rng(0), in_force(SUM, own))
    assert question["sizes"][1] == [256, 64]
    assert question["x/0"].shape == (64, 50, 64)
    assert asked_smaller(own, ("UNITS", "READ_IN")) == []
    assert asked_smaller({"UNITS": 600_000}, ("UNITS",)) == [
        "UNITS is 600,000: questions to the cell and the layer use at most 1,024"
    ]


@settings(max_examples=100, deadline=None)
@given(numbers, st.sampled_from(list(Extent)))
def test_a_budget_copes_with_all_of_them(own, extent):
    within_budget(Submission(student="ada", source=SourceFacts(parameters=own)), SUM, extent)


def test_a_range_says_what_it_wants():
    whole = Range(least=1, whole=True)
    assert (whole.read(32.0), whole.read(0), whole.read(0.5), whole.read(True)) == (32, None, None, None)
    assert whole.words == "a whole number of at least 1"
    assert Range(least=0, most=1).words == "a number from 0 to 1"
    assert (Range(most=2).words, Range().words) == ("a number of at most 2", "a number")
    assert Range().read(-0.5) == -0.5


def test_a_sheet_may_declare_ranges_of_its_own():
    sheet = Assignment(
        "small", title="A small sheet", parameters={"SEED": 42}, ranges={"SEED": Range(whole=True)}
    )
    assert in_force(sheet, {"SEED": 0}) == {"SEED": 0}
    assert outside(sheet, {"SEED": 1.5}, {"SEED": "seed"}) == {"SEED": "seed is 1.5, expected a whole number"}


# ── where a number is told and charged
# ───────────────────────────────────────────────────────────────────────────────────


RIGHT = passed("Batches of the right shape.")
NOTHING: dict[str, int] = {}


def seen_with(batch_size, answer=RIGHT, replaced=NOTHING):
    """What is seen of a sheet with a check about BATCH_SIZE, and one that is not."""
    sheet = Assignment("small", title="A small sheet", parameters={"BATCH_SIZE": 32})
    task = sheet.task("1", "Data.")
    asks = PROBES["pipeline"]

    @task.own_check("Batches.", points=1, basis=Basis.REPORTED, asks=asks, about=["BATCH_SIZE"])
    def batches(seen):
        return answer

    @task.own_check("Test data.", points=1, basis=Basis.REPORTED, asks=asks)
    def test_data(seen):
        return passed("They differ.")

    status = Reply.MISSING if answer is None else Reply.ANSWERED
    run = Run(
        run_id="r",
        observations={"pipeline": Observation(probe="pipeline", status=status, missing=("train_ds",))},
        replaced=replaced,
    )
    submission = Submission(student="ada", source=SourceFacts(parameters={"BATCH_SIZE": batch_size}))
    return Seen(assignment=sheet, submission=submission, run=run)


def verdicts(batch_size, answer=RIGHT, replaced=NOTHING):
    """The verdicts on the two."""
    return [verdict for _, verdict in judge_all(seen_with(batch_size, answer, replaced))]


def test_a_wrong_number_is_charged_once_at_the_check_about_it():
    batches, test_data = verdicts(0, answer=None)
    assert (batches.status, batches.message) == (
        Status.FAILED,
        "BATCH_SIZE is 0, expected a whole number of at least 1",
    )
    assert "does not define train_ds" in batches.evidence[-1].actual
    assert (test_data.status, test_data.message) == (
        Status.SKIPPED,
        "not reached: there is no train_ds (see “Batches.”)",
    )


def test_what_holds_although_such_a_number_was_read_holds():
    assert verdicts(0)[0].status is Status.PASSED


def test_a_number_put_in_its_place_shows_all_but_the_check_about_it():
    batches, test_data = verdicts(0, replaced={"BATCH_SIZE": 32})
    assert (batches.status, batches.message, batches.hint) == (
        Status.FAILED,
        "BATCH_SIZE is 0, expected a whole number of at least 1",
        "Change it where it is set. Everything else was run and judged with BATCH_SIZE = 32.",
    )
    assert test_data.status is Status.PASSED


@pytest.mark.parametrize(
    ("batch_size", "answer", "replaced", "wanted"),
    [
        (0, None, NOTHING, True),
        (0, RIGHT, NOTHING, False),  # it ran with another
        (32, None, NOTHING, False),
        (0, None, {"BATCH_SIZE": 32}, False),  # once is enough
    ],
)
def test_a_run_with_another_number_is_wanted_where_this_one_may_be_why_the_rest_is_lost(
    batch_size, answer, replaced, wanted
):
    seen = seen_with(batch_size, answer, replaced)
    assert stands_in_the_way(seen, judge_all(seen)) is wanted


@pytest.mark.parametrize(
    ("name", "written", "instead"),
    [
        ("BATCH_SIZE", 0, 32),
        ("BATCH_SIZE", 64.0, 64),
        ("BATCH_SIZE", "'64'", 64),
        ("BATCH_SIZE", "(16,)", 16),
        ("BATCH_SIZE", "None", 32),
        ("BATCH_SIZE", "True", 32),
        ("NUM_SAMPLES", "(6, 400)", 64_000),
        ("LEARNING_RATE", "'1e-2'", 1e-2),
        ("LEARNING_RATE", "'0,01'", 1e-3),
        ("UNITS", "'nan'", 100),
    ],
)
def test_what_is_put_in_its_place_is_the_number_that_is_meant_or_the_sheets(name, written, instead):
    assert meant_instead(SUM, {name: written}) == {name: instead}


def test_a_number_that_can_be_used_stays_and_so_does_what_no_check_charges():
    assert meant_instead(SUM, {"BATCH_SIZE": 7, "LEARNING_RATE": 0.0, "UNITS": 1}) == {}
    sheet = replace(SUM, checks=[])
    assert meant_instead(sheet, {"BATCH_SIZE": 0}) == {}


def test_the_text_gets_a_number_where_it_has_none_to_train_with():
    facts = SourceFacts(no_numbers={"BATCH_SIZE": "'64'"}, parameters={"NUM_SAMPLES": 96_000, "EPOCHS": 0})
    text = 'BATCH_SIZE = "64"\nNUM_SAMPLES, EPOCHS = 96_000, 0\ndef f(BATCH_SIZE=None): pass'
    given = Submission(student="ada", source=facts, cells=(CellSource(number=2, text=text),))
    full = within_budget(given, SUM, Extent.FULL, corrected=True)
    assert full.cells[0].text.splitlines() == [
        "BATCH_SIZE = 64",
        "NUM_SAMPLES, EPOCHS = 96_000, 3",
        "def f(BATCH_SIZE=None): pass",
    ]
    assert (full.replaced, full.overrides) == ({"BATCH_SIZE": 64, "EPOCHS": 3}, {})
    short = within_budget(given, SUM, Extent.SHORT, corrected=True)
    assert short.replaced == full.replaced
    assert short.overrides == {"NUM_SAMPLES": 12_800}
    assert short.numbers == {"BATCH_SIZE": 64, "EPOCHS": 3, "NUM_SAMPLES": 12_800}
    assert within_budget(given, SUM, Extent.FULL).cells[0].text == text


@pytest.mark.parametrize(
    ("text", "spelled", "instead"),
    [
        ("a, b = ds.batch(0), ds.batch(8)", "batch", "a, b = ds.batch(32), ds.batch(8)"),
        ("class C:\n    bs: int = 0", "bs", "class C:\n    bs: int = 32"),
        ("hp = {'batch_size': '7'}\nBATCH_SIZE = hp['batch_size']", "batch_size",
         "hp = {'batch_size': 32}\nBATCH_SIZE = hp['batch_size']"),
        ("fit(x, batch_size=None)", "batch_size", "fit(x, batch_size=None)"),
    ],
)  # fmt: skip
def test_a_call_or_a_setting_gets_a_number_where_it_has_none_to_train_with(text, spelled, instead):
    assert correct_text(text, {"BATCH_SIZE": 32}, {"BATCH_SIZE": spelled})[0] == instead


def test_a_right_number_changes_no_message():
    assert verdicts(64, answer=failed("odd shapes"))[0].message == "odd shapes"


def test_a_check_is_about_parameters_of_its_sheet():
    sheet = replace(SUM, checks=[])
    with pytest.raises(AssignmentError, match="is about BATCHES, which is no parameter"):
        sheet.add(replace(SUM.checks[0], about=("BATCHES",)))


def test_a_float_and_a_text_are_told_where_they_break_something():
    own = {"BATCH_SIZE": 32.0, "SEQ_LEN": "'25'", "EPOCHS": 1e9, "UNITS": 100}
    assert outside(SUM, own, {}) == {"SEQ_LEN": "SEQ_LEN is '25', expected a whole number of at least 1"}
    assert outside(SUM, own, {}, floats=True) == {
        "BATCH_SIZE": "BATCH_SIZE is 32.0, expected a whole number of at least 1",
        "SEQ_LEN": "SEQ_LEN is '25', expected a whole number of at least 1",
        "EPOCHS": "EPOCHS is 1000000000.0, expected a whole number of at least 1",
    }


def test_a_number_that_makes_no_sense_is_not_mended_by_the_budget():
    own = {"NUM_SAMPLES": 0}
    cells = (CellSource(number=2, text="NUM_SAMPLES = 0\nBATCH_SIZE = 32"),)
    short = within_budget(
        Submission(student="ada", source=SourceFacts(parameters=own), cells=cells), SUM, Extent.SHORT
    )
    assert (short.cells, short.overrides) == (cells, {})


@pytest.mark.parametrize(
    ("split", "shorter"),
    [
        ("train, rest = ds.take(64000), ds.skip(64000)", False),
        ("test = ds.skip(NUM_SAMPLES // 2).take(16_000)", False),
        ("!nvidia-smi\ntest = ds.skip(64000)", False),
        ("train = ds.take(int(0.8 * NUM_SAMPLES))", True),
        ("for noise, label in ds.take(1): pass", True),
        ("shorter = itertools.takewhile(bool, ds); ds.take(n=", True),
    ],
)
def test_data_that_are_parted_at_a_written_number_are_not_shortened_below_it(split, shorter):
    own = {"NUM_SAMPLES": 96_000, "BATCH_SIZE": 32, "EPOCHS": 3}
    cells = (CellSource(number=2, text="NUM_SAMPLES = 96000"), CellSource(number=3, text=split))
    given = Submission(student="ada", source=SourceFacts(parameters=own), cells=cells)
    short = within_budget(given, SUM, Extent.SHORT)
    assert bool(short.overrides) is shorter
    assert short.steps > 0  # each pass is cut in any case
