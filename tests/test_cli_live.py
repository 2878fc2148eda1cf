"""`grade check` while the notebook runs: what is said when, and how it ends."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console
from test_cli_fakes import FakeRunner, a_notebook, a_sheet

from grader.cli import lacking
from grader.cli.check.live import Live
from grader.cli.own_run import check_folder, run_own
from grader.cli.own_work import read_own
from grader.collect import Course, find_candidates, prepare
from grader.collect.answers.documents import OF_OURS
from grader.errors import UsageError
from grader.grading.points import grade
from grader.model import CellError, CellRun, Evidence, Extent, Key, Limits, Outcome, Status
from grader.model.quantities import lasting
from grader.model.verdict import failed, package_awaited, passed
from grader.pipeline import Event, EventKind
from grader.record.records import make_record
from grader.report.own_work import ending, student_report
from grader.report.story import fix_first_text, receipt_text, with_causes
from grader.report.student_page import student_page
from grader.run import Plan, Wanted


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def home(tmp_path, monkeypatch):
    folder = tmp_path / "my homework"
    folder.mkdir()
    a_sheet(folder / ".grader")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def own(home):
    return read_own(a_notebook(home / "homework.ipynb", "wrong", "right"), strict=True)


def a_live(clock):
    out = io.StringIO()
    return Live(Console(file=out, width=200), "deviation", now=clock), out


def wanted(own, seconds):
    limits = Limits(cell_seconds=seconds, wall_seconds=1200, memory_mb=1000)
    plan = Plan(run_id="r", attempt=1, extent=Extent.SHORT, key=b"k", limits=limits)
    return Wanted(submission=own.submission, assignment=own.assignment, plan=plan, folder=Path())


def test_a_cell_that_takes_long_is_named_with_the_time_it_still_has(own):
    clock = Clock()
    live, _ = a_live(clock)
    live.watch(wanted(own, 60), {"event": "begins", "number": 1})
    clock.now = 15
    assert live.words() == "cell 1 has been running for 15 s; it is stopped after 60 s"
    live.watch(wanted(own, 60), {"event": "cell", "number": 1})
    assert live.words() == "about 10 s left"
    clock.now = 90
    assert live.words() == "longer than expected; each cell has a limit"


def test_a_question_that_takes_long_is_told_like_a_cell(own):
    clock = Clock()
    live, _ = a_live(clock)
    question = {"event": "asks", "place": "a question about your code", "seconds": 60.0}
    live.watch(wanted(own, 200), question)
    clock.now = 30
    assert (
        live.words() == "a question about your code has been running for 30 s; it is stopped after 60 s of"
        " computing"
    )
    assert live._is_due()
    clock.now = 90
    assert live.words().endswith("60 s of computing, which takes longer while the machine is busy")
    live.watch(wanted(own, 200), {"event": "asked"})
    assert "question" not in live.words()


def test_a_kernel_that_is_lost_is_said_with_what_it_was_lost_at(own):
    live, out = a_live(Clock())
    live.watch(wanted(own, 60), {"event": "started", "without": ""})
    assert out.getvalue() == ""
    live.watch(wanted(own, 60), {"event": "started", "without": "cell 15"})
    assert out.getvalue() == "From the start once more, without cell 15, at which the kernel was lost\n"


@pytest.mark.parametrize(
    ("busy", "words"), [(1.0, "about 25 s left"), (3.0, "about 1 min left"), (10.0, "about 2 min left")]
)
def test_a_busy_machine_is_told_so_in_the_time_that_is_left(busy, words):
    assert Live(Console(file=io.StringIO()), "deviation", busy=busy, now=Clock()).words() == words


@pytest.mark.parametrize(("busy", "words"), [(1.0, "about 25 s"), (3.0, "about 25 s to 1 min")])
def test_on_a_busy_machine_the_first_guess_is_a_range(busy, words):
    out = io.StringIO()
    with Live(Console(file=out), "deviation", busy=busy, now=Clock()):
        assert out.getvalue() == f"\nRunning your notebook, {words}\n"


def test_how_long_a_cell_is_waited_for_is_said_before_it_runs():
    out = io.StringIO()
    with Live(Console(file=out), "deviation", patience=90, now=Clock()):
        assert out.getvalue().endswith("about 25 s; a cell that takes longer than 90 s is stopped\n")


def test_a_log_hears_of_a_long_cell_after_half_a_minute_and_then_each_minute(own):
    clock = Clock()
    live, _ = a_live(clock)
    live.watch(wanted(own, 600), {"event": "begins", "number": 1})
    due = []
    for clock.now in range(200):
        if live._is_due():
            due.append(clock.now)
    assert due == [30, 90, 150]


def test_what_runs_long_is_one_line_of_a_log(own, monkeypatch):
    out, clock = io.StringIO(), Clock()
    monkeypatch.setattr("grader.cli.check.live.TICK", 0.01)
    with Live(Console(file=out, width=80), "deviation", now=clock) as live:
        live.watch(wanted(own, 200), {"event": "asks", "place": "a question about your code", "seconds": 60})
        clock.now = 95
        for _ in range(500):
            if "question" in out.getvalue():
                break
            threading.Event().wait(0.01)
    (line,) = [line for line in out.getvalue().splitlines() if line.startswith("  ")]
    assert line.endswith("while the machine is busy")


def test_a_further_run_says_why_and_how_long(own):
    clock = Clock()
    live, out = a_live(clock)
    clock.now = 20
    live.hear(Event(kind=EventKind.AGAIN, student="s", text="in full", in_full=True))
    assert (
        out.getvalue()
        == "Running it again in full, about 1 min: what does not hold yet must not be due to our smaller"
        " numbers\n"
    )


def test_each_check_has_one_line_unless_it_changes(own):
    live, out = a_live(Clock())
    check = next(check for check in own.assignment.checks if check.id == "right")
    live.say(check, failed("the answer is 41, expected 42"))
    record = run_own(own, runner=FakeRunner()).record
    live.finish(record)
    lines = out.getvalue().splitlines()
    assert lines[0] == "  ✗ not yet  1  The answer is right.  (0 of 4): the answer is 41, expected 42"
    assert lines[1] == "  ✓ passed  1  The answer is right.  (4 of 4)", "it became another one"
    assert sum("It ran." in line for line in lines) == 1
    live.finish(record)
    assert out.getvalue().splitlines() == lines


def test_a_line_tells_no_more_than_the_sheet_allows(own):
    live, out = a_live(Clock())
    live.tell = "pass or fail"
    live.say(own.assignment.checks[0], failed("the answer is 41"))
    live.say(own.assignment.checks[1], passed("it ran"))
    assert "41" not in out.getvalue()


class Endless(FakeRunner):
    """A cell that never ends: it runs out of the time it has."""

    said = "wrong"

    def play(self, run, answer, plan, before, stop, long):
        self.limits = plan.limits
        cells = (CellRun(number=1, seconds=plan.limits.cell_seconds, timed_out=True),)
        played = super().play(run, self.said, plan, before, stop, long)
        return replace(played, outcome=Outcome.TIMED_OUT, cells=cells)


def test_what_ran_out_of_patience_is_not_run_again(own):
    runner = Endless()
    checked = run_own(own, runner=runner, patience=60)
    assert [asked[1] for asked in runner.asked] == [1]
    assert runner.limits.cell_seconds == 60
    assert checked.exit_code == 1
    text = "\n".join(str(line) for line in ending(checked.record, checked.assignment))
    assert (
        "cell 1 was stopped after 60 s. If it is only slow: `grade check --patience 600` waits longer."
        in text
    )


def test_what_a_stopped_cell_kept_from_being_seen_no_person_will_tell(own):
    runner = Endless()
    runner.said = "unsure"
    checked = run_own(own, runner=runner, patience=60)
    right = checked.record.grade.checks[0]
    assert (right.status, right.message) == (Status.SKIPPED, "not reached: cell 1 was stopped before its end")
    assert checked.exit_code == 1


@pytest.mark.parametrize(
    ("after_training", "first"),
    [(True, "cell 1, which was stopped after 60 s"), (False, "The answer is right (task 1): ")],
)
def test_a_cell_that_was_stopped_is_mended_before_what_follows_from_it(own, after_training, first):
    checked = run_own(own, runner=Endless(), patience=60)
    checks = tuple(replace(check, after_training=after_training) for check in checked.assignment.checks)
    told = ending(checked.record, replace(checked.assignment, checks=checks))
    assert str(told[0]).startswith(f"Fix first: {first}")


def test_a_last_cell_that_never_ends_is_told_where_nothing_else_fails(own):
    runner = Endless()
    runner.said = "right"
    checked = run_own(own, runner=runner, patience=60)
    told = ending(checked.record, checked.assignment)
    assert str(told[0]) == "Fix first: cell 1, which was stopped after 60 s"


@pytest.mark.parametrize("package", ["", "seaborn"])
def test_a_cell_that_raises_is_told_where_nothing_else_fails(own, package):
    error = CellError(name="ValueError", message="x and y differ", traceback="", missing_package=package)
    record = replace(
        run_own(own, runner=FakeRunner()).record,
        cells=(CellRun(number=4, seconds=0.1, error=error),),
        missing_packages=("seaborn",),
    )
    words = "" if package else "cell 4, which raised ValueError: x and y differ"
    assert fix_first_text(record, own.assignment) == words


def test_a_cell_that_python_cannot_read_is_mended_before_what_follows_from_it(own):
    checked = run_own(own, runner=Endless(), patience=60)
    error = CellError(name="SyntaxError", message="invalid syntax (line 25)", traceback="")
    record = replace(checked.record, cells=(CellRun(number=1, seconds=0.1, error=error),))
    told = ending(record, checked.assignment)
    assert str(told[0]) == "Fix first: cell 1, which Python cannot read: invalid syntax (line 25)"
    checks = tuple(replace(check, after_training=True) for check in checked.assignment.checks)
    (hint,) = {
        check.hint
        for check in with_causes(record, replace(checked.assignment, checks=checks)).grade.checks
        if check.status is Status.FAILED
    }
    assert hint == "Fix cell 1 first, which Python cannot read: this may follow from it."


@pytest.mark.parametrize(
    ("cells", "hints", "first"),
    [
        # what is wrong before it did not keep it from training
        (
            (9,),
            {
                "right": "as it was",
                "late": "Fix cell 9 first, which raised NameError: this may follow from it.",
            },
            "cell 9, which raised NameError",
        ),
        # a cell before it raised, too: what is missing for it may be missing here
        (
            (4, 9),
            {"right": "as it was", "late": "Fix “The answer is right” first: this may follow from it."},
            "The answer is right (task 1): the answer is 41, expected 42",
        ),
    ],
)
def test_what_was_not_trained_follows_from_the_cell_in_which_the_training_broke_off(own, cells, hints, first):
    record = run_own(own, runner=FakeRunner()).record
    error = CellError(name="NameError", message="", traceback="")
    told = Evidence(what="a cell", where="cell 9", actual="raised NameError", value=9)
    told = replace(told, key=Key.TRAINING_BROKE_OFF)
    (right,) = (check for check in record.grade.checks if check.id == "right")
    right = replace(right, status=Status.FAILED, hint="as it was", message="the answer is 41, expected 42")
    late = replace(right, id="late", title="Late.", points_max=right.points_max + len(cells) % 2)
    tells = replace(late, id="tells", evidence=(told,), points_max=0)
    record = replace(
        record,
        cells=tuple(CellRun(number=number, seconds=0.1, error=error) for number in cells),
        grade=replace(record.grade, checks=(right, tells, late)),
    )
    (asked,) = (check for check in own.assignment.checks if check.id == "right")
    asked = replace(asked, after_training=False)
    trained = [replace(asked, id=name, after_training=True) for name in ("tells", "late")]
    assignment = replace(own.assignment, checks=(asked, *trained))
    said = {check.id: check.hint for check in with_causes(record, assignment).grade.checks}
    assert said == {**hints, "tells": "as it was"}, "and who tells of it says what to do"
    assert fix_first_text(record, assignment) == first


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(60, "60 s"), (180, "3 minutes"), (190, "190 s"), (600, "10 minutes"), (700, "11.7 minutes")],
)
def test_a_limit_is_told_in_round_numbers(seconds, words):
    assert lasting(seconds) == words


def test_without_patience_the_sheets_limit_holds(own):
    runner = Endless()
    check_folder(Path("homework.ipynb"), strict=True, runner=runner)
    assert runner.limits.cell_seconds == 60 * own.assignment.budget.cell_minutes


def test_it_ends_with_what_to_mend_what_comes_later_and_a_receipt(own, home):
    checked = run_own(
        read_own(a_notebook(home / "homework.ipynb", "wrong", "wrong"), strict=True), runner=FakeRunner()
    )
    lines = [str(line) for line in ending(checked.record, checked.assignment)]
    assert lines == [
        "Fix first: The answer is right (task 1): the answer is 41, expected 42",
        "Nobody can check this before you hand in: 2 points, which a person gives.",
        "1 point in 1 check is looked at only after you have handed in.",
        f"Receipt: homework.ipynb {checked.record.receipt['homework.ipynb'][:12]}; grader 0.1.0.",
    ]


def test_the_receipt_stands_on_the_feedback_page_of_who_hands_in_the_notebook_alone(own, home, tmp_path):
    (home / "notes.txt").write_text("milk, eggs")
    (home / "helper.py").write_text("x = 1")
    checked = run_own(read_own(home / "homework.ipynb", strict=True), runner=FakeRunner()).record
    alone = tmp_path / "class" / "ada"
    alone.mkdir(parents=True)
    shutil.copy(home / "homework.ipynb", alone)
    (candidate,) = find_candidates(alone.parent, tmp_path / "unpacked", Course())
    handed_in = prepare(candidate, own.assignment)
    graded = make_record(handed_in, None, grade((), (), handed_in.digest), when=checked.when, session=1)
    page = student_page(graded, own.assignment, session=None)
    digits = checked.receipt["homework.ipynb"][:12]
    assert checked.digest != graded.digest
    assert f"homework.ipynb {digits};" in receipt_text(checked)
    assert re.search(rf"<dt>homework\.ipynb</dt><dd>{digits}", page)


def test_a_receipt_of_several_files_says_to_hand_them_in_together(own):
    record = run_own(own, runner=FakeRunner()).record
    several = replace(record, receipt={f"part{number}.py": "ab" * 32 for number in range(14)})
    assert receipt_text(several).startswith("Receipt: part0.py abababababab, part1.py abababababab, ")
    assert receipt_text(several).endswith(", 2 further files; grader 0.1.0. Hand them in together.")
    assert receipt_text(replace(record, receipt={})) == f"Receipt: files {record.digest[:12]}; grader 0.1.0."


# ── what is not installed
# ────────────────────────────────────────────────────────────────────────────────────────────────


def without(monkeypatch, *packages):
    found = lacking.importlib.util.find_spec
    monkeypatch.setattr(
        lacking.importlib.util, "find_spec", lambda name: None if name in packages else found(name)
    )


@pytest.mark.parametrize(
    ("packages", "said"),
    [
        (("tensorflow",), "tensorflow is not installed here: python -m pip install tensorflow"),
        (
            ("nbclient", "ipykernel"),
            "ipykernel and nbclient are not installed here: python -m pip install ipykernel nbclient",
        ),
    ],
)
def test_what_is_missing_is_one_line_with_the_command(own, monkeypatch, packages, said):
    without(monkeypatch, *packages)
    monkeypatch.setattr(lacking, "distribution_of", lambda name: name)
    with pytest.raises(UsageError) as problem:
        run_own(own)
    assert str(problem.value) == said


def test_a_package_of_the_sheet_counts_only_where_the_notebook_imports_it(home, monkeypatch):
    sheet = (
        (home / ".grader" / "small" / "sheet.py")
        .read_text()
        .replace('"small", title', '"small", packages=("matplotlib",), title')
    )
    (home / ".grader" / "small" / "sheet.py").write_text(sheet)
    (home / ".grader" / "requirements.txt").write_text("x")
    without(monkeypatch, "matplotlib")
    plain = read_own(a_notebook(home / "homework.ipynb", "right"), strict=True)
    assert lacking.lacking_command(plain) == ""
    plots = read_own(
        a_notebook(home / "homework.ipynb", "right", more="import matplotlib.pyplot as plt\nalso = 1"),
        strict=True,
    )
    said = "matplotlib is not installed here: python -m pip install -r .grader/requirements.txt"
    assert lacking.lacking_command(plots) == said


def lacking_packages(own, *names):
    """The record of a homework of which one check waits for each of these packages."""
    record = run_own(own, runner=FakeRunner()).record
    waiting = [
        replace(check, status=Status.ERROR, message="our problem", waits_for=package_awaited(name))
        for check, name in zip(record.grade.checks, names, strict=False)
    ]
    checks = (*waiting, *record.grade.checks[len(names) :])
    return replace(record, missing_packages=names, grade=replace(record.grade, checks=checks))


@pytest.mark.parametrize(
    ("package", "way"),
    [
        ("seaborn", "python -m pip install seaborn"),
        ("sklearn", "python -m pip install scikit-learn"),
        ("tkinter", "it comes with Python on most systems"),
    ],
)
def test_what_waits_for_a_package_says_how_to_install_it_on_ones_own_machine(own, package, way):
    record = lacking.as_on_own_machine(lacking_packages(own, package))
    assert record.grade.checks[0].message == f"{package} is not installed here: {way}"
    out = io.StringIO()
    Console(file=out, width=200).print(student_report(record, own.assignment))
    assert "? not checked here: 1 check" in out.getvalue()
    assert "our problem" not in out.getvalue()


def test_what_is_our_problem_stays_so_on_ones_own_machine(own):
    record = lacking_packages(own, "seaborn")
    ours = replace(record.grade.checks[0], waits_for="the instructor")
    record = replace(record, grade=replace(record.grade, checks=(ours, *record.grade.checks[1:])))
    assert lacking.as_on_own_machine(record) == record


@pytest.mark.parametrize("name", ["nobody_has_this", "tkinter"])
def test_nobody_is_told_to_install_what_is_no_package_of_this_name(name):
    assert "pip" not in lacking.not_here(name)


# ── the command
# ──────────────────────────────────────────────────────────────────────────────────────────────────────────

NO_TENSORFLOW = """
import sys, importlib.util
found = importlib.util.find_spec
importlib.util.find_spec = lambda name, *more: None if name in ("tensorflow", "keras") else found(name, *more)
sys.argv = ["grade", *sys.argv[1:]]
from grader.cli import main
main()
"""


def type_in(home, *arguments):
    return subprocess.run(
        [sys.executable, "-c", NO_TENSORFLOW, *arguments],
        cwd=home,
        capture_output=True,
        text=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
    )


def test_quick_reads_and_needs_no_tensorflow(home):
    a_notebook(home / "homework.ipynb", "right")
    done = type_in(home, "check", "--quick")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(
        OF_OURS
    )  # by which it is known again, where it was saved among the homework
    assert "✓ the 2 names of the sheet are defined" in done.stdout
    assert done.stdout.rstrip().endswith("Nothing was run: `grade check` without --quick does.")
    a_notebook(home / "homework.ipynb", "right", more="def f(:")
    done = type_in(home, "check", "--quick")
    assert done.returncode == 1
    assert "invalid syntax" in done.stdout


def test_reading_loads_no_more_than_it_needs(home):
    """On a busy machine each module is a part of the two seconds."""
    a_notebook(home / "homework.ipynb", "right")
    code = (
        "import sys; from grader.cli.own_work import read_own; from pathlib import Path;"
        " read_own(Path('homework.ipynb'), strict=True); print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=home, capture_output=True, text=True, timeout=60)
    loaded = set(done.stdout.split())
    assert "grader.collect.prepare" in loaded, done.stderr
    assert not [one for one in loaded if one.startswith(("grader.judge.identify", "grader.pipeline"))]
    assert not {"grader.collect.find", "grader.collect.people.roster", "grader.report.write"} & loaded


def test_a_closed_output_hides_no_exit_code(home):
    a_notebook(home / "homework.ipynb", "right")
    line = f"{sys.executable} -m grader check --quick"
    for closed in (">&-", ">&- 2>&-"):
        done = subprocess.run(["sh", "-c", f"{line} {closed}"], cwd=home, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads every file")
def test_a_file_that_cannot_be_read_is_not_called_wrong(home):
    a_notebook(home / "homework.ipynb", "right")
    (home / "homework.ipynb").chmod(0)
    assert type_in(home, "check", "--quick").returncode == 2


def test_a_package_that_is_not_there_is_named_before_anything_runs(home):
    a_notebook(home / "homework.ipynb", "right", more="also = 1\nimport nobody_has_this")
    done = type_in(home, "check", "--quick")
    assert done.returncode == 0
    assert "? nobody_has_this is imported, and neither a file nobody_has_this.py nor such a" in done.stdout


def test_what_is_no_notebook_is_said_once_and_nothing_is_run(home):
    (home / "homework.ipynb").write_text('{"cells": [')
    done = type_in(home, "check")
    assert (done.returncode, done.stderr) == (1, "")
    assert "✗ homework.ipynb is not a notebook" in done.stdout
    assert "Running" not in done.stdout


@pytest.mark.parametrize("command", ["check", "ci"])
def test_without_tensorflow_one_line_says_what_to_type(home, command):
    a_notebook(home / "homework.ipynb", "right")
    done = type_in(home, command)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "tensorflow is not installed here: python -m pip install " in done.stderr


def test_the_doctor_of_a_student_says_what_a_student_needs(home):
    done = type_in(home, "doctor")
    assert done.returncode == 1
    assert "cannot run notebooks here: python -m pip install " in done.stdout
    assert "isolation" not in done.stdout
    assert "jinja2" not in done.stdout


def test_json_prints_json_and_nothing_else(home, monkeypatch, capsys):
    from grader.cli import check as command
    from grader.cli import own_run

    a_notebook(home / "homework.ipynb", "right")
    ran = own_run.run_own
    monkeypatch.setattr(own_run, "run_own", lambda own, **more: ran(own, runner=FakeRunner()))
    with pytest.raises(command.typer.Exit) as end:
        command.check(path=home, json=True)
    assert end.value.exit_code == 0
    assert json.loads(capsys.readouterr().out)["submissions"][0]["checks"][0]["status"] == Status.PASSED.name
