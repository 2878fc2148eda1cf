"""What decides how a run goes is in its fingerprint, and nothing that only looks so."""

from dataclasses import replace

import numpy as np
import pytest

from grader import probes
from grader.assignment import Assignment, Probe
from grader.model import Basis, CellSource, Extent, Limits, SourceFacts, Submission
from grader.run import Plan, fingerprint, probe_digests, reading_digest
from grader.run.host.fingerprint import installed
from grader.run.inside import frames
from tests.made_up_sheet import PROBES

SUBMISSION = Submission(
    student="ada",
    digest="d",
    cells=(CellSource(number=1, text="EPOCHS = 3\nSTEPS = 100", tags=("parameters",)),),
    source=SourceFacts(parameters={"STEPS": 100}, parameters_cell=1, assigned={"EPOCHS": 1, "STEPS": 1}),
)
PLAN = Plan(run_id="r1", attempt=1, extent=Extent.SHORT, key=b"key", limits=Limits())


def draws(number):
    return lambda rng, parameters: {"x": rng.standard_normal(3) * number, "length": parameters["STEPS"]}


def a_sheet(*asked, most=10, **options):
    """A sheet whose budget cuts STEPS down to ten."""
    options = {
        "parameters": {"EPOCHS": 3, "STEPS": 5},
        "contract": ("answer",),
        "packages": ("numpy",),
    } | options
    hw = Assignment(
        "small", title="Small", steps=lambda p: p["STEPS"], shrink=lambda p, steps: {"STEPS": most}, **options
    )
    task = hw.task("1", "All of it.")
    for probe in asked or (Probe(name="a", answered_by="names", draw=draws(1)),):
        task.own_check("It answers.", points=1, basis=Basis.OBSERVED, asks=probe)(lambda seen: None)
        hw.checks[-1] = replace(hw.checks[-1], id=f"check_{len(hw.checks)}")
    return hw


def print_of(submission=SUBMISSION, sheet=None, isolation="none", **plan):
    return fingerprint(submission, sheet or a_sheet(budget=SMALL), replace(PLAN, **plan), isolation)


class SMALL:
    """A budget of ten steps."""

    steps = 10


def test_the_same_twice_is_the_same():
    assert print_of() == print_of(run_id="r2", sheet=a_sheet(budget=SMALL))


@pytest.mark.parametrize(
    "other",
    [
        {"submission": replace(SUBMISSION, digest="other")},
        {
            "submission": replace(
                SUBMISSION, cells=(CellSource(number=1, text="STEPS = 7", tags=("parameters",)),)
            )
        },
        {"submission": replace(SUBMISSION, source=replace(SUBMISSION.source, roles={"answer": ("Answer",)}))},
        {"attempt": 2},
        {"extent": Extent.FULL},
        {"key": b"another"},
        {"runtime": "keras2"},
        {"limits": Limits(wall_seconds=1)},
        {"unending": (1,)},
        {"isolation": "landlock"},
        {"sheet": a_sheet(Probe(name="a", answered_by="names", draw=draws(2)), budget=SMALL)},
        {"sheet": a_sheet(Probe(name="a", answered_by="names", draw=draws(1), seconds=5), budget=SMALL)},
        {
            "sheet": a_sheet(
                Probe(name="a", answered_by="names", draw=draws(1)), probes.names("x"), budget=SMALL
            )
        },
        {"sheet": a_sheet(budget=SMALL, most=4)},
        {"sheet": a_sheet(budget=SMALL, packages=("rich",))},
    ],
    ids=range(15),
)
def test_what_decides_a_run_is_in_it(other):
    assert print_of(**other) != print_of()


@pytest.mark.parametrize(
    "options", [{"title": "Another"}, {"before_deadline": "mistake"}, {"contract": ("answer", "more")}]
)
def test_what_decides_no_run_is_not(options):
    sheet = a_sheet(budget=SMALL)
    for name, value in options.items():
        setattr(sheet, name, value)
    assert print_of(sheet=sheet) == print_of()


def test_a_question_is_compared_without_the_key_and_for_the_parameters_of_the_run():
    sheet = a_sheet()
    assert probe_digests(sheet, {"STEPS": 1}) == probe_digests(a_sheet(), {"STEPS": 1})
    assert probe_digests(sheet, {"STEPS": 1}) != probe_digests(sheet, {"STEPS": 2})


def test_what_is_asked_cannot_be_read_from_it():
    question = PROBES["one_step"].draw(np.random.default_rng(0), {})
    assert frames.pack(question)[:4] not in str(print_of()).encode()
    assert "key" not in print_of().key


def test_what_a_sheet_reads_has_a_digest_of_its_own():
    known = reading_digest(a_sheet())
    assert known == reading_digest(a_sheet(packages=()))
    assert known != reading_digest(a_sheet(contract=("answer", "more")))
    asked = a_sheet()
    asked.question("q", "Why?")
    assert known != reading_digest(asked)


def test_versions_are_those_installed_and_nothing_is_imported():
    found = installed(("numpy", "yaml", "no_such_package"))
    assert found["numpy"] == np.__version__
    assert found["yaml"][0].isdigit()  # installed as PyYAML
    assert found["no_such_package"] == ""
    assert found["python"]
