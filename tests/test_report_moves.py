"""`grade regrade` shows who changes in the same way in one row; the staff page leads to its neighbours."""

from __future__ import annotations

import io
from dataclasses import replace

from bs4 import BeautifulSoup
from rich.console import Console
from test_report_fakes import make_assignment, make_executed, make_record

from grader.model import Level, Person, Status
from grader.record.moves import Move
from grader.report.moves import moves_lines, moves_table
from grader.report.staff_page import Neighbour, neighbours_of, staff_page


def moving(student, points, message="the state differs"):
    before = make_record(student)
    first, *others = before.grade.checks
    check = replace(first, status=Status.FAILED, points=first.points - points, message=message)
    grade = replace(before.grade, checks=(check, *others), points=before.grade.points - points)
    return Move(before=before, after=replace(before, grade=grade))


def shown(moves):
    out = io.StringIO()
    Console(file=out, width=120).print(moves_table(moves))
    return out.getvalue()


def test_a_class_that_changes_in_one_way_is_one_row():
    text = shown([moving(f"student{number:02}", 2, f"differs by {number}") for number in range(30)])
    assert text.count("was ") == 1
    assert "30: student00" in " ".join(text.split())
    assert "−2 each" in text
    assert "and 18 more" in " ".join(text.split())
    assert len(text.splitlines()) < 20


def test_people_are_called_as_they_write_themselves():
    move = moving("Bea_d_Arc", 2)
    before = replace(move.before, people=(Person(student="Bea_d_Arc", name="Bea d'Arc"),))
    assert "Bea d'Arc" in shown([replace(move, before=before)])
    lost = Move(before=before, lacks="its run is gone")
    assert any(line.endswith(": Bea d'Arc") for line in moves_lines([lost]))
    beside = neighbours_of([before, make_record("ada")])
    assert beside["ada"] == (None, Neighbour(student="Bea_d_Arc", called="Bea d'Arc"))


def test_one_alone_has_the_points_before_and_after():
    text = shown([moving("ada", 2)])
    assert "→" in text
    assert "each" not in text


def test_another_loss_or_level_is_another_row():
    higher = moving("eve", 2)
    levelled = replace(
        higher, after=replace(higher.after, grade=replace(higher.after.grade, level=Level.NOT_PASSED))
    )
    text = shown([moving("ada", 2), moving("bob", 1), levelled])
    assert text.count("was ") == 3


def test_a_staff_page_has_the_code_the_curve_and_the_way_to_the_next():
    record = make_record("ada")
    first, *others = record.grade.checks
    named = replace(first, status=Status.FAILED, points=0.0, message="see cell 2, line 1")
    record = replace(record, grade=replace(record.grade, checks=(named, *others)))
    page = staff_page(
        record,
        make_assignment(),
        session=None,
        curves={"loss": [3.0, 2.0, 1.0]},
        executed=make_executed(),
        neighbours=(
            Neighbour(student="abe", called="abe"),
            Neighbour(student="bea_d_Arc", called="Bea d'Arc"),
        ),
    )
    soup = BeautifulSoup(page, "html.parser")
    assert [(link["rel"], link["href"]) for link in soup.select("a[rel]")] == [
        (["prev"], "../staff/abe.html"),
        (["next"], "../staff/bea_d_Arc.html"),
    ]
    assert [link.get_text() for link in soup.select("a[rel]")] == ["← abe", "Bea d'Arc →"]
    assert soup.select_one("#curves")
    assert "recorded values, in order" in soup.select_one(".pictures").get_text()
    for link in soup.select(".cell p a"):
        assert soup.select_one(link["href"])
