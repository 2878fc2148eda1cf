"""What people are called where somebody reads it, and whom a word on the command line means."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from rich.console import Console
from test_report_fakes import ASSIGNMENT, make_checks, make_record

from grader.cli.progress import Clock, Progress
from grader.model import Person
from grader.pipeline import Event, EventKind
from grader.record.called import as_written, behind, called, ids_of
from grader.report.class_page import class_page
from grader.report.look.first import look_here_first
from grader.report.student_page import student_page
from grader.report.terminal import class_table, look_lines


@dataclass(frozen=True)
class Homework:
    student: str
    people: tuple[Person, ...] = ()
    members: tuple[str, ...] = ()


def of(student: str, *names: str, members: tuple[str, ...] = ()) -> Homework:
    return Homework(student, tuple(Person(student=student, name=name) for name in names), members)


ADA = of("Ada d_Arc", "Ada d'Arc")
GROUP = of("Group A", "Ada d'Arc", "Zoë O'Hara", members=("ada", "zoe"))


@pytest.mark.parametrize(
    ("homework", "name", "others"),
    [
        (ADA, "Ada d'Arc", ()),
        (of("Ada d_Arc-2", "Ada d'Arc"), "Ada d_Arc-2", ("Ada d'Arc",)),  # a namesake
        (of("jdoe", "Doe, Jane"), "jdoe", ("Doe, Jane",)),  # a login
        (of("hw7"), "hw7", ()),
        (of("hw7", ""), "hw7", ()),
        (GROUP, "Group A", ("Ada d'Arc", "Zoë O'Hara")),
        (of("Group B", members=("x", "y")), "Group B", ("x", "y")),
    ],
)
def test_who_is_called_how(homework: Homework, name: str, others: tuple[str, ...]) -> None:
    assert (called(homework), behind(homework)) == (name, others)


def test_no_two_are_called_alike() -> None:
    twin = of("Ada d-Arc", "Ada d'Arc")
    assert as_written([ADA, twin, GROUP]) == {one.student: one.student for one in (ADA, twin, GROUP)}
    assert as_written([ADA, GROUP]) == {"Ada d_Arc": "Ada d'Arc", "Group A": "Group A"}


def test_a_word_may_be_any_of_the_names() -> None:
    jane = of("jdoe", "Doe, Jane")
    words = ["Ada d'Arc", "Doe, Jane", "jdoe", "nobody", "", "..."]
    assert ids_of(words, [ADA, jane]) == {"Ada d'Arc": "Ada d_Arc", "Doe, Jane": "jdoe", "jdoe": "jdoe"}
    assert ids_of(["Ada d'Arc"], [ADA, GROUP]) == {}  # two have her name
    assert ids_of(["Ada d_Arc"], [ADA, GROUP]) == {"Ada d_Arc": "Ada d_Arc"}


def test_whoever_reads_finds_the_name_as_it_is_written() -> None:
    record = replace(make_record("Ada d_Arc", make_checks(), problem="it cannot be read"), people=ADA.people)
    console = Console(width=200, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    items = look_here_first([record], ASSIGNMENT)
    console.print(class_table([record], width=200))
    for line in look_lines(items, as_written([record])):
        console.print(line)
    told = console.export_text()
    page = class_page([record], ASSIGNMENT, items, session=None)
    own = student_page(record, ASSIGNMENT, session=None)
    assert told.count("Ada d'Arc") == 2
    assert "Ada d_Arc" not in told
    assert page.count("Ada d&#39;Arc") >= 3
    assert 'href="feedback/Ada%20d_Arc.html"' in page
    assert "Feedback for Ada d&#39;Arc<" in own


def test_the_progress_of_a_class_has_it_too(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress(Console(width=200), Clock(1, 1, 10.0), written=as_written([ADA])) as progress:
        progress(Event(kind=EventKind.STARTED, student="Ada d_Arc"))
        progress(Event(kind=EventKind.GRADED, student="Ada d_Arc", text="3 of 4 points"))
    assert "1 of 1: Ada d'Arc, 3 of 4 points" in capsys.readouterr().out
