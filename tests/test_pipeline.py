"""The pipeline with a runner that only pretends: who is graded, by which run, what is kept, and what nothing
may stop."""

import _thread
import threading
from dataclasses import replace

import pytest
from test_cli_fakes import SHEET, FakeRunner, WrittenForKeras2, a_class, a_notebook, a_sheet

from grader.errors import GradebookError, UsageError
from grader.judging import HERE
from grader.model import Decision, Level, Outcome, Status
from grader.pipeline import Event, Examiner, LiveSession, Settings, collect, make_reports, sort_out
from grader.pipeline.reports import curves_of
from grader.record import Gradebook, run_path


class House:
    """A class, its sheet and its gradebook in one folder."""

    def __init__(self, folder, **students):
        self.folder = folder
        self.sheets = a_sheet(folder / "sheets")
        self.handed_in = a_class(folder / "class", **students)
        self.events: list[Event] = []

    def grade(self, runner=None, *, tell=None, stop=None, rerun=(), jobs=2, **settings):
        """One session: (summary, fake runner)."""
        runner = runner or FakeRunner()
        roll = collect(self.handed_in, self.folder / "workspace", self.sheets)
        with Gradebook(self.folder / "out") as gradebook:
            self.todo = sort_out(roll, gradebook, rerun)
            examiner = Examiner(
                assignment=roll.assignment,
                out=gradebook.folder,
                key=gradebook.key,
                settings=Settings(jobs=jobs, **settings),
                runner=runner,
                judge=HERE,
                tell=tell or self.events.append,
                stop=stop or threading.Event(),
                stamp=f"run{len(self.events)}",
            )
            return LiveSession(self.todo, gradebook, examiner).run(), runner

    def record(self, student="ada"):
        with Gradebook(self.folder / "out") as gradebook:
            return gradebook.record_of(student)

    def statuses(self, student="ada"):
        return {check.id: check.status for check in self.record(student).grade.checks}


@pytest.fixture
def house(tmp_path):
    return lambda **students: House(tmp_path, **students)


def test_a_class_is_graded_and_everybody_recorded(house):
    home = house(ada="right", bob="wrong", eve="half")
    summary, _ = home.grade()
    assert set(summary.graded) == {"ada", "bob", "eve"}
    assert (summary.unfinished, summary.faults, summary.interrupted) == ((), {}, False)
    assert {name: home.record(name).grade.points for name in ("ada", "bob", "eve")} == {
        "ada": 6,
        "bob": 2,
        "eve": 4,
    }
    assert home.record().grade.level is Level.PASSED
    assert home.record().grade.level_possible is Level.OUTSTANDING


def test_a_homework_with_nothing_to_run_is_graded_without_running(house):
    home = house(ada="right")
    (home.handed_in / "bob").mkdir()
    (home.handed_in / "eve").mkdir()
    (home.handed_in / "eve" / "homework.ipynb").write_text("this is no JSON")
    _, runner = home.grade()
    assert {name for name, *_ in runner.asked} == {"ada"}
    for name in ("bob", "eve"):
        assert home.record(name).grade.points == 0
        assert home.record(name).grade.points_pending == 0
        assert home.record(name).problem
        assert home.record(name).outcome is None


# ── first runs and full runs
# ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_shortened_run_that_passes_is_enough(house):
    _, runner = house(ada=("right", "wrong")).grade()
    assert runner.asked == [("ada", 1, True)]


def test_a_shortened_run_that_fails_is_followed_by_a_full_one_and_the_better_counts(house):
    home = house(ada=("wrong", "right"))
    _, runner = home.grade()
    assert runner.asked == [("ada", 1, True), ("ada", 2, False)]
    record = home.record()
    assert (record.attempt, record.grade.points) == (2, 6)
    assert not any("run twice" in flag for flag in record.flags)  # the rule, not the exception
    assert sorted(path.name[-2:] for path in (home.folder / "out" / "runs" / "ada").iterdir()) == ["-1", "-2"]


def test_of_equal_runs_the_later_counts(house):
    home = house(ada=("wrong", "wrong"))
    home.grade()
    assert home.record().attempt == 2
    assert home.statuses()["right"] is Status.FAILED


def test_a_failure_of_the_better_shortened_run_must_recur_in_the_full_one(house):
    home = house(ada=("half", "unavailable"), bob=("half", "wrong"))
    home.grade()
    assert home.record("ada").attempt == 1
    assert home.statuses("ada")["right"] is Status.ERROR  # the full run is missing by our fault
    assert home.record("bob").attempt == 1
    assert home.statuses("bob")["right"] is Status.PARTIAL  # it failed there, too


def test_what_no_run_could_decide_goes_to_a_person(house):
    home = house(ada=("unsure", "unsure"))
    home.grade()
    assert home.statuses()["right"] is Status.NEEDS_REVIEW


def test_full_runs_queue_behind_all_first_runs(house):
    home = house(ada=("wrong", "right"), bob="right", eve=("wrong", "right"), joe="right")
    _, runner = home.grade(jobs=1)
    assert [attempt for _, attempt, _ in runner.asked] == [1, 1, 1, 1, 2, 2]


def test_without_budget_every_notebook_runs_once_and_in_full(house):
    _, runner = house(ada=("wrong", "right")).grade(budgeted=False)
    assert runner.asked == [("ada", 1, False)]


def test_before_its_full_run_nothing_is_called_failed(house):
    home = house(ada=("wrong", "waits"))
    stop = threading.Event()

    def tell(event):
        if event.kind == "started" and event.attempt == 2:
            stop.set()

    summary, _ = home.grade(tell=tell, stop=stop)
    assert summary.unfinished == ("ada",)
    assert home.statuses()["right"] is Status.INCONCLUSIVE
    home.grade()
    assert home.statuses()["right"] is not Status.INCONCLUSIVE  # the next session ran it again


# ── the two runtimes
# ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_notebook_for_keras_2_runs_there_as_a_second_try(house):
    home = house(ada="right", bob="wrong")
    _, runner = home.grade(WrittenForKeras2(), jobs=1)
    assert sorted(runner.asked) == [("ada", 1, True), ("ada", 2, True), ("bob", 1, True), ("bob", 2, True)]
    record = home.record("ada")
    assert (record.grade.points, record.runtime, record.attempt) == (6, "keras2", 2)
    assert record.runtime_reason.startswith(
        "under Keras 3 a tf.function that was called before its layers had weights"
    )
    assert record.flags == ()
    record = home.record("bob")  # no better there: the first runtime counts
    assert (record.grade.points, record.runtime, record.runtime_reason, record.attempt) == (
        2,
        "keras3",
        "",
        1,
    )
    assert record.flags == (
        "run 2 times: 2 points in full with Keras 3, 2 points in full with Keras 2; number 1 counts",
    )
    events = [event.text for event in home.events if event.kind == "again"]
    assert events == ["with Keras 2"] * 2


def test_a_second_try_that_fails_is_run_in_full_there(house):
    home = house(ada=("wrong", "half", "right"))
    _, runner = home.grade(WrittenForKeras2())
    assert runner.asked == [("ada", 1, True), ("ada", 2, True), ("ada", 3, False)]
    assert [name for name, _ in runner.runtimes] == ["keras3", "keras2", "keras2"]
    assert (home.record().grade.points, home.record().attempt) == (6, 3)


def test_a_runtime_that_was_asked_for_is_the_only_one(house):
    home = house(ada="right")
    _, runner = home.grade(WrittenForKeras2(), runtime="keras3")
    assert runner.runtimes == [("keras3", "asked for with --runtime")]
    assert home.record().grade.points == 2


def test_a_source_that_names_its_keras_runs_there_at_once(house):
    home = house()
    a_notebook(home.handed_in / "ada" / "homework.ipynb", "right", more="also = 1\nimport tf_keras")
    _, runner = home.grade(WrittenForKeras2())
    assert runner.runtimes == [("keras2", "the source is for Keras 2: import tf_keras (cell 1, line 3)")]


# ── our own faults
# ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("fault", ["broken runner", "unknown to the sheet"])
def test_a_fault_of_ours_costs_no_points_and_does_not_stop_the_class(house, fault):
    home = house(ada=fault, bob="right")
    summary, _ = home.grade()
    assert set(summary.graded) == {"ada", "bob"}
    assert home.record("bob").grade.points == 6
    assert home.statuses("ada")["right"] is Status.ERROR
    assert home.record("ada").grade.points_pending >= 4


def test_a_fault_of_ours_is_told_and_counts_as_not_graded(house):
    home = house(ada="broken runner")
    summary, _ = home.grade()
    assert summary.faults == {"ada": "OSError: the disk is full"}
    assert [event.text for event in home.events if event.kind == "fault"] == ["OSError: the disk is full"]
    assert set(home.statuses().values()) == {Status.ERROR}
    assert "the disk is full" in home.record().grade.checks[0].staff_note


def test_a_kernel_that_stumbles_once_gets_a_second_chance(house):
    home = house(ada="stumbles")
    _, runner = home.grade()
    assert runner.asked == [("ada", 1, True)] * 2
    assert home.record().grade.points == 6
    assert home.record().run_id.endswith("-1b")


def test_a_kernel_that_never_comes_up_is_our_fault(house):
    home = house(ada="unavailable")
    _, runner = home.grade()
    assert len(runner.asked) == 2
    assert home.record().outcome is Outcome.UNAVAILABLE
    assert home.statuses()["right"] is Status.ERROR


class Falls(FakeRunner):
    """The process that runs notebooks ends by itself, at these places; the harmless notebook runs well or
    not."""

    def __init__(self, *places, canary=Outcome.COMPLETED):
        super().__init__()
        self.places, self.canary = list(places), canary

    def play(self, run, answer, plan, before, *rest):
        if self.asked[-1][0] == "canary":
            return replace(run, outcome=self.canary)
        played = super().play(run, "half", plan, before, *rest)
        return replace(
            played, outcome=Outcome.UNAVAILABLE, reason="it ended by itself", lost_at=self.places.pop(0)
        )


def test_what_brings_our_process_down_twice_is_graded_with_what_it_answered_before(house):
    home = house(ada="right")
    _, runner = home.grade(Falls("cell 3", "cell 3"))
    assert [name for name, *_ in runner.asked] == ["ada", "ada", "canary"]
    record = home.record()
    assert (record.outcome, record.grade.points) == (Outcome.DIED, 4)
    assert Status.ERROR not in home.statuses().values()
    assert record.reason == "cell 3 ended the process that runs notebooks, twice"
    _, runner = home.grade(rerun={"errors"})
    assert runner.asked == []  # it is no fault of ours that is to be tried again


@pytest.mark.parametrize(
    ("places", "canary"),
    [(("cell 3", "cell 5"), "COMPLETED"), (("", ""), "COMPLETED"), (("cell 3", "cell 3"), "UNAVAILABLE")],
)
def test_where_it_may_be_the_machine_the_points_stay_open(house, places, canary):
    home = house(ada="right")
    home.grade(Falls(*places, canary=Outcome(canary)))
    assert home.record().outcome is Outcome.UNAVAILABLE
    assert home.statuses()["right"] is Status.ERROR


class LacksPackage(FakeRunner):
    def play(self, run, answer, *rest):
        return replace(run, outcome=Outcome.UNAVAILABLE, missing_packages=("tqdm",))


def test_a_missing_package_does_not_go_away_by_trying_again(house):
    _, runner = house(ada="right").grade(LacksPackage())
    assert len(runner.asked) == 1


def test_what_cannot_be_recorded_does_not_stop_the_class(house):
    home = house(ada="right", bob="right")

    def tell(event):
        if event.student == "ada" and event.kind == "graded":
            raise GradebookError("the disk is full")

    summary, _ = home.grade(tell=lambda event: tell(event) if event.kind != "fault" else None)
    assert "the disk is full" in summary.faults["ada"]
    assert "bob" in summary.graded


# ── again
# ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_unchanged_homework_is_not_run_again(house):
    home = house(ada="right", bob="wrong")
    home.grade()
    a_notebook(home.handed_in / "bob" / "homework.ipynb", "right")
    _, runner = home.grade()
    assert [name for name, *_ in runner.asked] == ["bob"]
    assert (home.todo.kept, home.todo.outdated) == (("ada",), ())
    assert home.record("bob").grade.points == 6


@pytest.mark.parametrize(("rerun", "expected"), [({"all"}, {"ada", "bob"}), ({"bob"}, {"bob"}), ((), set())])
def test_rerun_names_who_is_run_again(house, rerun, expected):
    home = house(ada="right", bob="wrong")
    home.grade()
    _, runner = home.grade(rerun=rerun)
    assert {name for name, *_ in runner.asked} == expected


def test_our_errors_are_tried_again_by_themselves(house):
    home = house(ada="unavailable", bob="right")
    home.grade()
    assert {name for name, *_ in home.grade()[1].asked} == {"ada"}


def test_when_the_checks_change_old_grades_stay_and_it_is_said(house):
    home = house(ada="right")
    home.grade()
    a_sheet(home.sheets, SHEET.replace("points=4", "points=5"))
    _, runner = home.grade()
    assert runner.asked == []
    assert (home.todo.kept, home.todo.outdated) == (("ada",), ("ada",))
    assert home.record().grade.points == 6


def test_a_decision_of_a_person_survives_a_rerun(house):
    home = house(ada="right")
    home.grade()
    with Gradebook(home.folder / "out") as gradebook:
        digest = gradebook.record_of("ada").digest
        told = {"reason": "well put", "person": "Grace", "when": "2026-01-01T00:00:00+00:00"}
        gradebook.decide(Decision(student="ada", check_id="words", points=2, digest=digest, **told))
    home.grade(rerun={"all"})
    assert (home.record().grade.points, home.record().grade.level) == (8, Level.OUTSTANDING)


# ── Ctrl-C
# ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_ctrl_c_keeps_what_is_done_and_the_next_session_goes_on(house):
    home = house(ada="right", bob="waits", eve="right", joe="right")

    def tell(event):
        if event.kind == "started" and event.student == "bob":
            _thread.interrupt_main()

    summary, _ = home.grade(tell=tell, jobs=1)
    assert summary.interrupted
    assert summary.graded == ("ada",)
    assert summary.unfinished == ("bob", "eve", "joe")
    assert (home.record("ada").grade.points, home.record("bob")) == (6, None)
    a_notebook(home.handed_in / "bob" / "homework.ipynb", "right")
    summary, runner = home.grade()
    assert {name for name, *_ in runner.asked} == {"bob", "eve", "joe"}
    assert not summary.interrupted


# ── who is graded
# ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_sample_is_spread_over_the_class_and_always_the_same(house):
    home = house(**{f"s{n}": "right" for n in range(9)})
    names = [
        [c.student for c in collect(home.handed_in, home.folder / f"w{n}", home.sheets, sample=3).candidates]
        for n in range(2)
    ]
    assert names == [["s0", "s3", "s6"]] * 2


def test_only_wants_a_student_who_is_there(house):
    home = house(ada="right", bob="right")
    assert len(collect(home.handed_in, home.folder / "w", home.sheets, only={"bob"}).candidates) == 1
    with pytest.raises(UsageError, match="nobody here is called 'zoe'"):
        collect(home.handed_in, home.folder / "w", home.sheets, only={"zoe"})


def test_an_unknown_sheet_is_named_with_those_there_are(house):
    home = house(ada="right")
    with pytest.raises(UsageError, match=r"no sheet called 'smal' in .*; there is: small"):
        collect(home.handed_in, home.folder / "w", home.sheets, name="smal")


def test_lateness_costs_what_the_course_says(house):
    home = house(ada="right")
    (home.handed_in / "course.toml").write_text(
        "deadline = 2001-01-01T00:00:00Z\n[late]\npercent_per_day = 10\nat_most_percent = 50\n"
        '[[student]]\nstudent = "ada"\nsubmitted = 2002-01-01T00:00:00Z\n'
    )
    home.grade()
    assert (home.record().grade.penalty, home.record().grade.points, home.record().late) == (4, 2, True)


def test_an_extension_given_later_counts_and_nothing_is_run_for_it(house):
    home = house(ada="right", bob="right")
    text = (
        "deadline = 2001-01-01T00:00:00Z\n[late]\npercent_per_day = 10\nat_most_percent ="
        " 50\n[extensions]\nada = {}\n"
    )
    people = '[[student]]\nstudent = "{}"\nsubmitted = 2001-01-02T12:00:00Z\n'
    course = home.handed_in / "course.toml"
    course.write_text(text.format(0) + people.format("ada") + people.format("bob"))
    home.grade()
    assert (home.record().grade.penalty, home.record().late) == (1.6, True)
    course.write_text(text.format(48) + people.format("ada") + people.format("bob"))
    _, runner = home.grade()
    assert (home.record().grade.penalty, home.record().late) == (0, False)
    assert (home.record("bob").grade.penalty, home.record("bob").late) == (1.6, True)
    assert runner.asked == []


# ── reports
# ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_reports_are_made_for_all_and_can_be_made_again(house):
    home = house(ada="right", bob="wrong")
    home.grade()
    with Gradebook(home.folder / "out") as gradebook:
        paths = make_reports(gradebook, home.todo.roll.assignment)
        assert paths.problems == ()
        assert set(paths.feedback) == {"ada", "bob"}
        (gradebook.folder / "feedback" / "bob.html").unlink()
        again = make_reports(gradebook, home.todo.roll.assignment, only=("ada",))
        assert set(again.feedback) == {"ada", "bob"}  # a page that is not there is made, too
        assert set(make_reports(gradebook, home.todo.roll.assignment, only=("ada",)).feedback) == {"ada"}


def test_a_run_without_files_has_no_curve(house):
    home = house(ada="right")
    home.grade()
    with Gradebook(home.folder / "out") as gradebook:
        assert curves_of(gradebook, home.todo.roll.assignment, gradebook.record_of("ada")) == {}
        ada = gradebook.record_of("ada")
        (run_path(gradebook.folder, "ada", ada.run_id) / "outcome.json").write_text('{"observations": 3}')
        assert curves_of(gradebook, home.todo.roll.assignment, ada) == {}  # damaged
