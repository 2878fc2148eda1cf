"""When a stored run stands for a new one, and when it does not; what waits for its full run takes no
memory."""

import sqlite3
import threading
import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from test_cli_fakes import SHEET, FakeRunner, a_notebook, a_sheet
from test_pipeline import House

from grader.errors import GraderError
from grader.model import Extent, Fingerprint, Limits, Observation, Outcome, Reply, Run
from grader.pipeline.stored import find_run, stands_for
from grader.record import load_run, run_path, stored_runs


@pytest.fixture
def house(tmp_path):
    return lambda **students: House(tmp_path, **students)


def forget_grades(home):
    """What is left when the grader was killed between the run and the gradebook: the runs."""
    with sqlite3.connect(home.folder / "out" / "gradebook.sqlite") as connection:
        connection.execute("DELETE FROM grades")
    connection.close()


def again(home, **options):
    """Who is run after the grades were lost."""
    forget_grades(home)
    return home.grade(**options)[1].asked


# ── used again
# ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_run_whose_grade_was_never_saved_is_used_again(house):
    home = house(ada="right", bob=("wrong", "right"))
    home.grade()
    before = home.record("bob")
    assert again(home) == []
    assert [event.kind for event in home.events if event.student == "ada"][-2:] == ["stored", "graded"]
    assert (home.record("bob").run_id, home.record("bob").grade, home.record("bob").runs) == (
        before.run_id,
        before.grade,
        before.runs,
    )


def test_a_killed_class_goes_on_where_it_was(house):
    home = house(ada=("wrong", "waits"))
    stop = threading.Event()

    def tell(event):
        if event.kind == "started" and event.attempt == 2:
            stop.set()

    home.grade(tell=tell, stop=stop)
    assert home.grade()[1].asked == [("ada", 2, False)]


def test_when_only_the_judging_changed_nothing_runs(house):
    home = house(ada="right", bob="wrong")
    home.grade()
    a_sheet(home.sheets, SHEET.replace("points=4", "points=5"))
    assert again(home) == []
    assert home.record().grade.points == 7


def test_a_run_without_budget_equals_a_first_one_that_was_not_shortened(house):
    home = house(ada="right")
    home.grade()
    assert again(home, budgeted=False) == []


# ── made again
# ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("rerun", [{"all"}, {"ada"}])
def test_rerun_runs_anew_both_times(house, rerun):
    home = house(ada=("wrong", "right"))
    home.grade()
    assert home.grade(rerun=rerun)[1].asked == [("ada", 1, True), ("ada", 2, False)]


def test_another_data_file_makes_another_run(house):
    home = house(ada="right")
    home.grade()
    (home.handed_in / "ada" / "data.csv").write_text("1,2")
    assert [name for name, *_ in again(home)] == ["ada"]


def test_another_runtime_or_isolation_makes_another_run(house):
    home = house(ada="right")
    home.grade()
    assert len(again(home, runtime="keras2")) == 1
    assert len(again(home, isolation="namespaces")) == 1
    assert again(home) == []


def test_a_probe_that_asks_something_else_makes_another_run(house):
    home = house(ada="right")
    home.grade()
    asked = (
        '\nfrom grader import probes\n@task.own_check("Named.", points=0, basis=Basis.OBSERVED,'
        ' asks=probes.names("also"))\n'
    )
    a_sheet(home.sheets, SHEET + asked + "def named(seen):\n    return passed('yes')\n")
    assert [name for name, *_ in again(home)] == ["ada"]


def test_our_faults_are_never_used_again(house):
    home = house(ada="unavailable", bob="broken runner")
    home.grade()
    assert {name for name, *_ in again(home)} == {"ada", "bob"}


class BrokenAnswer(FakeRunner):
    """The kernel's answer could not be read."""

    def play(self, run, answer, *rest):
        return replace(
            run,
            observations={
                "answer": Observation(probe="answer", status=Reply.BROKEN, answer={"text": answer})
            },
        )


def test_an_answer_that_could_not_be_read_is_asked_for_again(house):
    home = house(ada="right")
    home.grade(BrokenAnswer())
    assert len(again(home)) == 1


@pytest.mark.parametrize("file", ["run.json", "outcome.json", "questions/answer.frame"])
def test_a_damaged_run_is_made_again(house, file):
    home = house(ada="right")
    home.grade()
    (run_id,) = stored_runs(home.folder / "out", "ada")
    (run_path(home.folder / "out", "ada", run_id) / file).write_text("half a fi")
    assert len(again(home)) == 1


def test_a_seeded_run_is_not_taken_for_a_real_one():
    assert stands_for(a_run(), FINGERPRINT)
    assert not stands_for(a_run(), replace(FINGERPRINT, key="another"))


LIMITS = Limits(cell_seconds=60, wall_seconds=100, memory_mb=1000)
FINGERPRINT = Fingerprint(
    submission="s",
    attempt=1,
    code="c",
    steps=0,
    probes={"a": "1"},
    engine="e",
    key="k",
    runtime="keras3",
    limits=LIMITS,
)


def a_run(outcome=Outcome.COMPLETED, **facts):
    return Run(run_id="r", outcome=outcome, fingerprint=FINGERPRINT, limits=LIMITS, **facts)


@pytest.mark.parametrize(
    ("outcome", "same", "tighter", "wider"),
    [
        (Outcome.COMPLETED, True, False, False),
        (Outcome.RAISED, True, False, False),
        (Outcome.DIED, True, False, False),
        (Outcome.TIMED_OUT, True, True, False),
        (Outcome.OUT_OF_MEMORY, True, True, False),
        (Outcome.UNAVAILABLE, False, False, False),
    ],
)
def test_what_ran_into_a_limit_stands_under_the_same_or_tighter_ones(outcome, same, tighter, wider):
    limits = (LIMITS, replace(LIMITS, wall_seconds=50), replace(LIMITS, wall_seconds=50, memory_mb=2000))
    found = [stands_for(a_run(outcome), replace(FINGERPRINT, limits=wanted)) for wanted in limits]
    assert found == [same, tighter, wider]


@pytest.mark.parametrize(
    "change",
    [
        {"submission": "x"}, {"attempt": 2}, {"code": "x"}, {"steps": 9}, {"probes": {"a": "2"}},
        {"probes": {}}, {"engine": "x"}, {"runtime": "keras2"}, {"versions": {"keras": "9"}},
        {"isolation": "landlock"},
    ],
    ids=str,
)  # fmt: skip
def test_every_part_of_a_fingerprint_counts(change):
    assert not stands_for(a_run(), replace(FINGERPRINT, **change))


def test_what_the_sheet_reads_in_the_source_decides_no_run():
    assert stands_for(a_run(), replace(FINGERPRINT, reading="other questions", extent=Extent.SHORT))


def test_a_run_without_a_fingerprint_or_with_a_missing_package_stands_for_nothing():
    assert not stands_for(replace(a_run(), fingerprint=None), FINGERPRINT)
    assert not stands_for(a_run(missing_packages=("tqdm",)), FINGERPRINT)


def test_of_several_equal_runs_the_latest_is_found(house):
    home = house(ada="right")
    home.grade()
    home.grade(rerun={"ada"})
    out = home.folder / "out"
    latest, _ = stored_runs(out, "ada")
    wanted = load_run(run_path(out, "ada", latest)).fingerprint
    assert find_run(out, "ada", wanted).run_id == latest
    assert find_run(out, "bob", wanted) is None
    with pytest.raises(GraderError):
        find_run(out, "../ada", wanted)


# ── what happens between the two runs
# ────────────────────────────────────────────────────────────────────────────────────


def test_files_that_change_between_the_runs_are_run_from_the_start(house):
    home = house(ada=("wrong", "right"))

    def tell(event):
        if event.kind == "again":
            a_notebook(home.handed_in / "ada" / "homework.ipynb", "half")

    _, runner = home.grade(tell=tell, jobs=1)
    assert [attempt for _, attempt, _ in runner.asked] == [1, 1]
    assert home.record().grade.points == 4


def test_a_first_run_that_vanished_is_made_again(house):
    home, gone = house(ada=("half", "wrong")), []

    def tell(event):
        if event.kind == "again" and not gone:
            gone.extend((home.folder / "out" / "runs" / "ada").glob("*-1/run.json"))
            gone[0].unlink()

    summary, _ = home.grade(tell=tell)
    assert gone
    assert (summary.graded, summary.faults) == (("ada",), {})
    assert gone[0].is_file()


# ── memory
# ────────────────────────────────────────────────────────────────────────────────────────────────────────────

OBSERVED = 300_000  # float32 numbers, 1.2 MB: what one run of the sum_sequence sheet shows


class Large(FakeRunner):
    """Observations of a realistic size."""

    def play(self, run, answer, *rest):
        run = super().play(run, answer, *rest)
        seen = run.observations["answer"]
        numbers = np.zeros(OBSERVED, dtype="<f4")
        return replace(
            run, observations={"answer": replace(seen, answer={**seen.answer, "numbers": numbers})}
        )


def peak_mb(home):
    """The most that one session held in NumPy arrays and Python objects at any time."""
    tracemalloc.start()
    try:
        home.grade(Large())
        return tracemalloc.get_traced_memory()[1] / 2**20
    finally:
        tracemalloc.stop()


def test_a_large_class_needs_no_more_memory_than_a_small_one(tmp_path):
    """Everybody waits for a full run: with their observations kept, 40 more people would be 48 MB more."""
    peaks = {}
    for people in (4, 8, 48):
        home = House(tmp_path / str(people), **{f"s{n}": ("wrong", "right") for n in range(people)})
        peaks[people] = peak_mb(home)
    assert peaks[48] < peaks[8] + 6, peaks
