"""What a student reads about a script: places as lines of its files, and the hint."""

from __future__ import annotations

from grader import probes
from grader.assignment import Assignment, Probe, Seen
from grader.judge.verdicts import judge_all
from grader.model import (
    Basis,
    CellError,
    CellRun,
    CellSource,
    Misplaced,
    Observation,
    Reply,
    Run,
    SourceFacts,
    Status,
    Submission,
    UseBeforeDefinition,
)
from grader.model.verdict import passed
from tests.made_up_sheet import SHEET

CELLS = (
    CellSource(number=1, text="x = 1", where="main.py, lines 1 to 9"),
    CellSource(number=2, text="main()", where="main.py, line 12"),
)


def verdicts(
    error: CellError | None = None,
    *,
    source: SourceFacts,
    status: Reply = Reply.MISSING,
    problem: CellError | None = None,
    asked: Probe | None = None,
):
    roles = [role for _, role in asked.parts] if asked else []
    hw = Assignment("sums", title="Sums", contract=("model",), roles=roles)
    task = hw.task("1", "All.")
    asked = asked or probes.names("model")
    options = {"points": 1, "basis": Basis.PROVEN, "asks": asked}

    @task.own_check("First.", **options)
    def first(seen):
        return passed("fine")

    @task.own_check("Second.", **options)
    def second(seen):
        return passed("fine")

    submission = Submission(
        student="ada", notebook_file="main.py", modules=("main.py", "net.py"), cells=CELLS, source=source
    )
    seen = Observation(
        probe=asked.name, status=status, missing=("model",) if status is Reply.MISSING else (), error=problem
    )
    ran = tuple(CellRun(number=cell.number, seconds=1.0, where=cell.where) for cell in CELLS[:-1])
    last = CellRun(number=2, seconds=1.0, where=CELLS[-1].where, error=error)
    run = Run(run_id="r", cells=(*ran, last), observations={asked.name: seen})
    return [verdict for _, verdict in judge_all(Seen(assignment=hw, submission=submission, run=run))]


def test_lines_that_should_define_a_name_and_raised() -> None:
    error = CellError(name="ValueError", message="no", traceback="")
    first, second = verdicts(error, source=SourceFacts(elsewhere={"model": 2}, local_in={"model": "main"}))
    assert (first.status, first.message) == (
        Status.FAILED,
        "there is no model: main.py, line 12, which should define it, raised ValueError: no",
    )
    assert first.hint == "Run main.py in a new Python process before you hand it in."
    assert second.status is Status.SKIPPED


def test_a_class_whose_call_is_no_method_is_told_so_by_name() -> None:
    problem = CellError(name="NotImplementedError", message="Model does not have a `call`", traceback="")
    one = Misplaced(name="call", kind="Net", within="__init__", where="net.py, line 9")
    source = SourceFacts(assigned={"Net": 1}, roles={"model": ("Net",)}, misplaced=(one,))
    first, second = verdicts(
        problem, source=source, status=Reply.RAISED, problem=problem, asked=probes.model(SHEET.model)
    )
    assert (first.message, first.hint) == (one.said, "Move `call` one level to the left.")
    assert second.status is Status.SKIPPED


def test_a_class_that_was_not_known_as_a_cell_for_its_call_is_told_why() -> None:
    one = Misplaced(name="call", kind="Zelle", within="", where="main.py, line 9")
    first, _ = verdicts(source=SourceFacts(misplaced=(one,)))
    assert first.hint == one.in_full


def test_a_name_that_is_used_too_early() -> None:
    error = CellError(name="NameError", message="name 'x' is not defined", traceback="", missing_name="x")
    early = (UseBeforeDefinition(name="x", used_in=2, defined_in=1),)
    first, _ = verdicts(error, source=SourceFacts(assigned={"model": 2}, used_before_defined=early))
    assert first.message.endswith(
        "main.py, line 12, which should define it, uses x, first defined in main.py, lines 1 to 9"
    )
    assert (
        first.hint
        == "Run main.py in a new Python process: it shows the same error. Then move the definition up."
    )


def test_a_name_that_nobody_defines() -> None:
    first, _ = verdicts(source=SourceFacts())
    assert (first.status, first.message) == (Status.FAILED, "the script does not define model")


def test_a_name_in_a_function_that_nobody_could_look_into_is_for_a_person() -> None:
    both = verdicts(source=SourceFacts(elsewhere={"model": 2}, local_in={"model": "Trainer.run"}))
    assert [(verdict.status, verdict.message) for verdict in both] == [
        (
            Status.NEEDS_REVIEW,
            (
                "model is local to Trainer.run(), which the checks could not look into: a person will look at"
                " it. Defined at the top level of the script, it is checked by itself"
            ),
        )
    ] * 2


def test_the_line_of_a_module_is_shown() -> None:
    traceback = (
        'File "/home/student/net.py", line 7, in call\n    return x + "1"\nFile "/usr/lib/keras/net2.py",'
        " line 1\n    other"
    )
    problem = CellError(name="TypeError", message="bad", traceback=traceback)
    first, _ = verdicts(
        source=SourceFacts(), status=Reply.RAISED, problem=problem, asked=probes.model(SHEET.model)
    )
    assert first.hint == 'It was raised at: return x + "1"'
