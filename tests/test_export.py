"""Marks go back: into the tables of platforms, to the right people, and nowhere while points are open."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from test_cli_fakes import FakeRunner, a_notebook, a_sheet
from test_report_fakes import ASSIGNMENT, HOSTILE, SESSION, hostile, make_checks, make_record, wrong_cell

from grader.cli.export.work import ExportWish, hand_back
from grader.cli.grade.wish import GradeWish
from grader.cli.grade.work import grade_class
from grader.errors import UsageError
from grader.model import Decision, Person, Status
from grader.record import Gradebook, Record
from grader.record.tables import Table, parse_table
from grader.report.export import brightspace, canvas, classroom50, gradescope, jplag, junit, moodle, plain
from grader.report.export.marks import Mark, Unmatched, marks_of, refuse_open, still_open
from grader.report.results import read_results, results_text
from grader.report.words import some

ALL = make_checks(
    **{
        name: {"status": Status.PASSED, "points": 2 if "bptt" in name else 1}
        for name in ("explains_bptt", "explains_kind")
    }
)


def of(name: str, **who: Any) -> Record:
    """Somebody whose homework is decided: 20 of 20 points."""
    person = Person(student=who.pop("student", name), name=name, **who)
    return make_record(person.student, ALL, people=(person,))


JANE = of("Jane Doe", student="jd", ident="11", email="jane.doe@uni.edu", login="jdoe")
BEN = of("Ben Müller", student="bm", ident="12", email="bm@uni.edu")
KIM = of('Kim "K", Lee\nJr', student="kl", ident="13", email="kl@uni.edu")
EVE = of("=HYPERLINK(1)", student="ev", ident="14")
LONG = of("L" * 300, student="ll", ident="15")
PEOPLE = [JANE, BEN, KIM, EVE, LONG]


def rows(data: bytes) -> list[list[str]]:
    table = parse_table(data, "x.csv")
    return [list(row.cells) for row in table.rows]


# ── Moodle
# ────────────────────────────────────────────────────────────────────────────────────────────────────────────

ENGLISH = (
    "Identifier",
    "Full name",
    "Email address",
    "Status",
    "Grade",
    "Maximum grade",
    "Grade can be changed",
)
ENGLISH += ("Last modified (submission)", "Last modified (grade)", "Feedback comments")
GERMAN = (
    "ID",
    "Vollständiger Name",
    "E-Mail-Adresse",
    "Status",
    "Bewertung",
    "Bestwertung",
    "Bewertung kann geändert werden",
)
GERMAN += ("Zuletzt geändert (Abgabe)", "Zuletzt geändert (Bewertung)", "Feedback als Kommentar")
OTHER = ("Ид", "Имя", "Почта", "Статус", "Балл", "Максимум", "Можно", "Изменено", "Оценено", "Отзыв")


def a_worksheet(header: tuple[str, ...], word: str, most: str) -> list[list[str]]:
    people = [(mark.person.ident, mark.person.name, mark.person.email) for mark in marks_of(PEOPLE)]
    people.append(("99", "Nobody, Nora", "nora@uni.edu"))
    body = [
        [f"{word}{i}", name, mail, "Submitted", "", most, "Yes", "Friday, 9 January 2026", "-", ""]
        for i, name, mail in people
    ]
    return [list(header), *body]


def as_bytes(
    table: list[list[str]], *, encoding: str = "utf-8", delimiter: str = ",", line_end: str = "\n"
) -> bytes:
    return Table(rows=(), encoding=encoding, delimiter=delimiter, line_end=line_end).as_bytes(table)


@pytest.mark.parametrize(
    ("header", "word", "most", "seen"),
    [
        (ENGLISH, "Participant ", "20.00", "20"),
        (GERMAN, "Teilnehmer/in", "40,00", "40"),
        (OTHER, "Участник ", "10.00", "10"),
    ],
)
@pytest.mark.parametrize(
    ("encoding", "delimiter", "end"),
    [("utf-8", ",", "\n"), ("utf-8-sig", ";", "\r\n"), ("utf-16", "\t", "\r\n")],
)
def test_moodles_worksheet_comes_back_with_nothing_but_marks_in_it(
    header, word, most, seen, encoding, delimiter, end
):
    before = a_worksheet(header, word, most)
    data = as_bytes(before, encoding=encoding, delimiter=delimiter, line_end=end)
    made = moodle.worksheet(marks_of(PEOPLE), parse_table(data, "w.csv"), "w.csv")
    after = made.files["w.csv"]
    assert [row[4] for row in rows(after)] == [header[4], *[seen] * 5, ""]
    told = header is not OTHER  # where the column of comments is called as we know it
    assert [bool(row[9]) for row in rows(after)[1:]] == [*[told] * 5, False]
    emptied = [[*row[:4], old[4], *row[5:9], old[9]] for row, old in zip(rows(after), before, strict=True)]
    assert as_bytes(emptied, encoding=encoding, delimiter=delimiter, line_end=end) == data
    assert [(one.name, one.what) for one in made.unmatched] == [("Nobody, Nora", "in the table, no mark")]
    assert (most.startswith("20") and "scaled" not in "".join(made.notes)) or "marks are scaled" in "".join(
        made.notes
    )


def test_a_decimal_comma_stays_one():
    half = make_record("jd", make_checks(), people=JANE.people)
    table = parse_table(
        as_bytes([list(GERMAN), ["Teilnehmer/in11", *[""] * 4, "15,00", *[""] * 4]], delimiter=";"), "w.csv"
    )
    after = rows(moodle.worksheet(marks_of([half]), table, "w.csv").files["w.csv"])
    assert after[1][4] == "12,75"


def test_people_without_a_number_are_found_by_address_or_name():
    table = [
        list(ENGLISH),
        ["Participant 1", "Doe Jane", "", *[""] * 7],
        ["Participant 2", "?", "BM@uni.edu", *[""] * 7],
    ]
    some = [
        make_record(
            r.student,
            ALL,
            people=(Person(student=r.student, name=r.people[0].name, email=r.people[0].email),),
        )
        for r in PEOPLE
    ]
    made = moodle.worksheet(marks_of(some), parse_table(as_bytes(table), "w.csv"), "w.csv")
    assert [row[4] for row in rows(made.files["w.csv"])[1:]] == ["20", "20"]
    assert [one.what for one in made.unmatched] == ["handed in, not in the table"] * 3


@pytest.mark.parametrize(
    "text", ["", "name,mark\nanna,3\n", "Identifier,Full name\nParticipant 1,Anna\n", "Participant 1,Anna\n"]
)
def test_what_is_no_worksheet_is_said(text):
    with pytest.raises(UsageError, match=r"w\.csv (is empty|has no column for (Identifier|Grade))"):
        moodle.worksheet(marks_of(PEOPLE), parse_table(text.encode(), "w.csv"), "w.csv")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("Jane Doe_11_assignsubmission_file_", "Jane Doe_11_assignsubmission_file_/feedback.html"),
        ("x/Jane Doe_11_assignsubmission_file", "Jane Doe_11_assignsubmission_file/feedback.html"),
        ("Jane Doe_11_assignsubmission_file_hw.ipynb", "Jane Doe_11_assignsubmission_file_feedback.html"),
        ("jane/hw.ipynb", ""),
    ],
)
def test_feedback_has_the_names_of_moodles_own_download(path, name):
    assert moodle.feedback_names(path) == name


# ── Canvas, Brightspace
# ──────────────────────────────────────────────────────────────────────────────────────────────────

GRADEBOOK = """Student,ID,SIS User ID,SIS Login ID,Section,Homework 6 (70),Homework 7: sums (77),Current Score
,,,,,Manual Posting,,(read only)
    Points Possible,,,,,10.0,40.0,(read only)
"Doe, Jane",11,u1,jdoe,S1,9,,90
"Müller, Ben",5012,u2,bm@uni.edu,S1,,,
"Nobody, Nora",5099,u3,nora,S1,1,,10
"Student, Test",5100,,,S1,,,
"""


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_canvas_own_export_is_filled_in_one_column(mark):
    data = mark + GRADEBOOK.replace("\n", "\r\n").encode()
    made = canvas.filled_gradebook(
        marks_of([JANE, BEN, KIM]), parse_table(data, "g.csv"), "g.csv", "homework 7: Sums"
    )
    after = made.files["g.csv"]
    assert after == data.replace(b"S1,9,,90", b"S1,9,40,90").replace(
        b"bm@uni.edu,S1,,,", b"bm@uni.edu,S1,,40,"
    )
    assert [(one.name, one.what) for one in made.unmatched] == [
        ("Nobody, Nora", "in the table, no mark"),
        (KIM.people[0].name, "handed in, not in the table"),
    ]
    assert made.notes == (
        "2 of 3 rows are filled, in “Homework 7: sums (77)”",
        "the table counts up to 40, the sheet up to 20: marks are scaled",
    )


def test_canvas_is_asked_which_assignment_is_meant():
    with pytest.raises(
        UsageError,
        match=r"which assignment is “x”\? Give one with --item; it has Homework 6 \(70\), Homework 7: sums",
    ):
        canvas.filled_gradebook(marks_of([JANE]), parse_table(GRADEBOOK.encode(), "g.csv"), "g.csv", "x")


def test_a_table_for_canvas_from_nothing():
    made = canvas.gradebook(marks_of(PEOPLE), "Homework 7")
    table = rows(made.files["canvas.csv"])
    assert table[0] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Homework 7"]
    assert table[1] == ["    Points Possible", "", "", "", "", "20"]
    assert table[2] == ["Jane Doe", "11", "", "jdoe", "", "20"]
    assert [row[0] for row in table[4:6]] == ['Kim "K", Lee Jr', "'=HYPERLINK(1)"]
    assert "new assignment" in made.notes[0]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("doejane_1001_20001_hw.ipynb", "doejane_1001_20001_feedback.html"),
        ("x/rossi_LATE_1002_20002_my_hw_1.ipynb", "rossi_LATE_1002_20002_feedback.html"),
        ("hw.ipynb", ""),
    ],
)
def test_feedback_has_the_names_of_canvas_own_download(path, name):
    assert canvas.feedback_name(path) == name


def test_brightspace_both_ways():
    made = brightspace.table_of(marks_of([JANE, BEN, EVE]), "Homework 7")
    assert made.files["brightspace.csv"].decode().splitlines() == [
        "OrgDefinedId,Username,Homework 7 Points Grade,End-of-Line Indicator",
        "11,jdoe,20,#",
        "12,bm,20,#",
        "14,ev,20,#",
    ]
    own = (
        b"OrgDefinedId,Username,Last Name,First Name,Homework 7 Points Grade,End-of-Line"
        b" Indicator\r\n#11,#x,Doe,Jane,,#\r\n"
    )
    made = brightspace.filled_table(marks_of([JANE]), parse_table(own, "b.csv"), "b.csv", "Homework 7")
    assert made.files["b.csv"] == own.replace(b"Jane,,#", b"Jane,20,#")


# ── results of tests
# ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_gradescope_reads_what_it_is_given():
    found = gradescope.result(wrong_cell())
    assert set(found) == {
        "score",
        "execution_time",
        "output",
        "output_format",
        "visibility",
        "stdout_visibility",
        "extra_data",
        "tests",
    }
    assert (found["score"], found["output_format"], found["stdout_visibility"]) == (
        wrong_cell().grade.points,
        "text",
        "hidden",
    )
    allowed = {
        "name",
        "number",
        "score",
        "max_score",
        "status",
        "output",
        "output_format",
        "visibility",
        "tags",
    }
    assert all(
        set(test) <= allowed and test.get("status", "passed") in ("passed", "failed")
        for test in found["tests"]
    )
    # a hidden check among them
    assert {test["visibility"] for test in found["tests"]} == {"visible", "after_published"}
    waits = [test for test in found["tests"] if "status" not in test]
    assert len(waits) == 2
    assert "A person will read this" in waits[0]["output"]
    assert "are still open" in found["output"]


def test_classroom_50_has_whole_numbers_and_no_further_keys():
    found = classroom50.result(
        wrong_cell(), "sums", {"CLASSROOM": "rnn", "USERNAME": "grace", "ASSIGNMENT_TYPE": "individual"}
    )
    keys = (
        "schema classroom assignment assignment_type owner submission commit release review datetime score"
        " max-score tests"
    )
    assert list(found) == keys.split()
    assert (found["schema"], found["owner"]) == ("classroom50/result/v1", "grace")
    numbers = [
        found["score"],
        found["max-score"],
        *(test[key] for test in found["tests"] for key in ("score", "max-score")),
    ]
    assert all(type(number) is int and number >= 0 for number in numbers)
    taken = round(100 * wrong_cell().grade.penalty)
    assert found["score"] == sum(test["score"] for test in found["tests"]) - taken
    assert "The cell is right for sequences of any length." not in json.dumps(found)  # hidden
    assert all(
        set(test) == {"test-name", "passed", "score", "max-score", "output"} for test in found["tests"]
    )


def test_lateness_counts_in_classroom_50():
    record = wrong_cell()
    late = replace(record, grade=replace(record.grade, penalty=record.grade.penalty + 1.25))
    found, on_time = (classroom50.result(one, "sums", {})["score"] for one in (late, record))
    assert found == on_time - 125


def test_junit_counts_what_stands_in_it():
    made = junit.suites([wrong_cell(), hostile(), JANE], "sums").files["junit.xml"]
    root = ET.fromstring(made)
    assert root.tag == "testsuites"
    for suite in root:
        cases = suite.findall("testcase")
        assert int(suite.get("tests", "")) == len(cases)
        for kind, name in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.get(kind, "")) == len([case for case in cases if case.find(name) is not None])
        assert {each.get("name") for each in suite.find("properties") or ()} >= {
            "points",
            "points_max",
            "points_pending",
        }
    assert root[2].find("properties/property[@name='points']").get("value") == "20"


def test_hostile_text_is_harmless_in_every_format():
    record = make_record(
        "eve", hostile().grade.checks, people=(Person(student="eve", name=HOSTILE, email=HOSTILE),)
    )
    marks = [Mark(person=record.people[0], record=record)]
    tables = (
        canvas.gradebook(marks, HOSTILE),
        brightspace.table_of(marks, HOSTILE),
        plain.people_csv(marks, [Person(student=HOSTILE, name=HOSTILE, email=HOSTILE)]),
    )
    for made in tables:
        for data in made.files.values():
            cells = [
                cell for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")) for cell in row
            ]
            assert not [
                cell
                for cell in cells
                if cell.lstrip()[:1] in ("=", "+", "@", "-") or "\x1b" in cell or "\n" in cell
            ]
    for found in (gradescope.result(record), classroom50.result(record, "x", {})):
        assert "\x1b" not in json.dumps(found, ensure_ascii=False)
    ET.fromstring(junit.suites([record], "x").files["junit.xml"])


ODD_NAMES = {
    "comma": "Doe, Jane",
    "quote": 'Jane "JD" Doe',
    "newline": "Jane\nDoe",
    "return": "Jane\r\nDoe",
    "formula": "=cmd|' /C calc'!A0",
    "plus": "+49 Jane",
    "minus": "-Jane",
    "at": "@SUM(A1)",
    "tab": "\t=1+1",
    "umlaut": "Jäne Döß Ñandú Ĳsbrand",
    "composed": "Ja\u0308ne Doe",
    "mark": "\ufeffJane Doe",
    "right to left": "\u202eeoD enaJ",
    "semicolon": "Jane;Doe",
    "nul": "Jane\0Doe",
    "half a character": "Jane\ud800Doe",
    "long": "J" * 300,
}


@pytest.mark.parametrize("kind", ODD_NAMES)
def test_an_odd_name_is_one_harmless_cell_in_every_table(kind):
    name = ODD_NAMES[kind]
    record = of(name, student="jd", ident="11", email="jd@uni.edu", login="jd")
    marks = marks_of([record, BEN])
    made = {
        "canvas": canvas.gradebook(marks, "Homework 7"),
        "brightspace": brightspace.table_of(marks, "Homework 7"),
        "csv": plain.people_csv(marks, [Person(student=name, name=name)]),
        "not matched": plain.unmatched_csv([Unmatched(name=name, what="in the table, no mark")]),
    }
    for form, exported in made.items():
        files = exported.files.values() if form != "not matched" else [exported]
        for data in files:
            table = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))
            assert len({len(row) for row in table}) == 1, form
            assert not [cell for row in table for cell in row if cell.lstrip()[:1] in tuple("=+@-")], form
            assert not [cell for row in table for cell in row if set(cell) & set("\n\r\0\u202e\ufeff")], form
    for data in (junit.suites([record], "x").files["junit.xml"],):
        ET.fromstring(data)
    for found in (
        gradescope.result(record),
        classroom50.result(record, "x", {}),
        json.loads(results_text([record], None, ASSIGNMENT)),
    ):
        json.dumps(found, ensure_ascii=False, allow_nan=False).encode("utf-8")


@pytest.mark.parametrize("kind", [kind for kind in ODD_NAMES if kind not in ("nul", "half a character")])
@pytest.mark.parametrize(
    ("encoding", "delimiter", "end"),
    [("utf-8", ",", "\n"), ("utf-8-sig", ";", "\r\n"), ("utf-16", "\t", "\r\n")],
)
def test_a_platforms_own_row_of_an_odd_name_is_filled_and_else_left_alone(kind, encoding, delimiter, end):
    name, how = ODD_NAMES[kind], {"encoding": encoding, "delimiter": delimiter, "line_end": end}
    record = of(name, student="jd", ident="11", email="jd@uni.edu", login="jd")
    worksheet = [list(ENGLISH), ["Participant 11", name, "", "Submitted", "", "20.00", "Yes", "", "-", ""]]
    gradebook = [
        ["Student", "ID", "SIS Login ID", "Section", "Homework 7 (77)"],
        [name, "11", "jd", "S1", ""],
    ]
    own = [
        ["OrgDefinedId", "Username", "Last Name", "Homework 7 Points Grade", "End-of-Line Indicator"],
        ["#11", "#jd", name, "", "#"],
    ]
    for before, mark, fill in (
        (worksheet, 4, lambda table: moodle.worksheet(marks_of([record]), table, "w.csv")),
        (
            gradebook,
            4,
            lambda table: canvas.filled_gradebook(marks_of([record]), table, "w.csv", "Homework 7"),
        ),
        (own, 3, lambda table: brightspace.filled_table(marks_of([record]), table, "w.csv", "Homework 7")),
    ):
        made = fill(parse_table(as_bytes(before, **how), "w.csv"))
        after = [list(row.cells) for row in parse_table(made.files["w.csv"], "w.csv").rows]
        assert after[1][mark] == "20"
        assert made.unmatched == ()
        after[1][mark], after[1][-1] = "", before[1][-1]
        assert as_bytes(after, **how) == as_bytes(before, **how)


def test_results_can_be_read_back(tmp_path):
    records = [
        JANE,
        wrong_cell(),
        make_record("zoe", outcome=None, run_id="", attempt=0, problem="it is empty"),
    ]
    (tmp_path / "results.json").write_text(results_text(records, SESSION, ASSIGNMENT))
    again = read_results(tmp_path / "results.json")
    assert [(one.student, one.people, one.outcome, one.grade.points, one.grade.level) for one in again] == [
        (one.student, one.people, one.outcome, one.grade.points, one.grade.level) for one in records
    ]
    assert [gradescope.result(one)["tests"] for one in again] == [
        gradescope.result(one)["tests"] for one in records
    ]


@pytest.mark.parametrize(
    "text", ["", "[]", '{"schema": "x"}', '{"schema": "grader/results/v1", "submissions": [{}]}']
)
def test_what_is_no_results_file_is_said(tmp_path, text):
    (tmp_path / "results.json").write_text(text)
    with pytest.raises(UsageError, match=r"results\.json is"):
        read_results(tmp_path / "results.json")


def test_nothing_leaves_while_points_are_open():
    with pytest.raises(
        UsageError, match=r"3 points are still open, in 1 submission \(ada 3\): .*--provisional"
    ):
        refuse_open([make_record("ada"), JANE])
    refuse_open([JANE])


def test_whose_points_are_open_is_said_by_the_names_as_they_are_written():
    waits = replace(make_record("ada"), people=(Person(student="a d", name="Ada d'Arc"),))
    assert still_open([waits]) == "3 points are still open, in 1 submission (Ada d'Arc 3)"


def test_jplag_gets_a_folder_each_and_the_template_as_base():
    made = jplag.folders({"anna": "x = 1", "ben": "y = 2"}, "z = 3")
    assert made.files == {
        "submissions/anna/homework.py": b"x = 1",
        "submissions/ben/homework.py": b"y = 2",
        "base/homework.py": b"z = 3",
    }


# ── from a download to marks
# ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def graded(tmp_path, monkeypatch, capsys):
    """A class of Moodle's download, graded: one who is not on the roster, one of it who handed in nothing."""
    for name in ("Jane Doe_11", "Müller, Ben_12", "Stranger_13"):
        a_notebook(
            tmp_path / "moodle" / f"{name}_assignsubmission_file_" / "hw.ipynb",
            "right",
            more=f"also = '{name}'",
        )
    (tmp_path / "roster.csv").write_text(
        "student,name,email\njd,Jane Doe,jane.doe@uni.edu\nbm,Ben Müller,\nno,Nora Nobody,\n"
    )
    (tmp_path / "course.toml").write_text('roster = "roster.csv"\n')
    a_sheet(tmp_path / "assignments")
    monkeypatch.chdir(tmp_path)
    wish = GradeWish(source=tmp_path / "moodle", no_isolation=True, jobs=2, course=tmp_path / "course.toml")
    assert grade_class(wish, FakeRunner()) == 0
    (tmp_path / "said").write_text(capsys.readouterr().out)
    return tmp_path / "grades" / "small"


def decide(out: Path) -> None:
    with Gradebook(out, create=False) as gradebook:
        for record in gradebook.records():
            gradebook.decide(
                Decision(
                    student=record.student,
                    check_id="words",
                    points=2,
                    reason="",
                    person="t",
                    when="2026-01-01",
                    digest=record.digest,
                )
            )


def test_who_has_no_partner_is_listed_everywhere(graded, tmp_path, capsys):
    out = (tmp_path / "said").read_text()
    page = (graded / "index.html").read_text()
    for text in (out, page):
        assert "Stranger" in text
        assert "not on the roster" in text
    assert "On the roster, nothing handed in: no" in out
    decide(graded)
    assert hand_back(ExportWish(form="csv")) == 0
    said = capsys.readouterr().out
    assert "handed in, not on the roster (1): Stranger" in said
    table = rows((graded / "export" / "csv" / "people.csv").read_bytes())
    assert [row[:4] for row in table[1:]] == [
        ["Stranger", "Stranger", "", "13"],
        ["bm", "Ben Müller", "", "12"],
        ["jd", "Jane Doe", "jane.doe@uni.edu", "11"],
        ["no", "Nora Nobody", "", ""],
    ]
    assert rows((graded / "export" / "csv" / "not_matched.csv").read_bytes())[1:] == [
        ["Stranger", "handed in, not on the roster"],
        ["no", "on the roster, nothing handed in"],
    ]


def test_from_moodles_download_to_moodles_worksheet(graded, tmp_path, capsys):
    before = [
        list(ENGLISH),
        *[
            [f"Participant {n}", name, "", "", "", "8.00", *[""] * 4]
            for n, name in ((12, "x"), (11, "y"), (77, "z"))
        ],
    ]
    (tmp_path / "worksheet.csv").write_bytes(as_bytes(before, encoding="utf-8-sig"))
    with pytest.raises(UsageError, match="6 points are still open, in 3 submissions"):
        hand_back(ExportWish(form="moodle", fill=tmp_path / "worksheet.csv"))
    assert not (graded / "export").exists()
    hand_back(
        ExportWish(form="moodle", fill=tmp_path / "worksheet.csv", provisional=True, to=tmp_path / "early")
    )
    assert "provisional: 2 points are still open" in (tmp_path / "early" / "worksheet.csv").read_text(
        "utf-8-sig"
    )
    decide(graded)
    assert hand_back(ExportWish(form="moodle", fill=tmp_path / "worksheet.csv")) == 0
    after = rows((graded / "export" / "moodle" / "worksheet.csv").read_bytes())
    assert [row[4] for row in after[1:]] == ["8", "8", ""]
    with zipfile.ZipFile(graded / "export" / "moodle" / "feedback.zip") as archive:
        assert sorted(archive.namelist()) == [
            "Jane Doe_11_assignsubmission_file_/feedback.html",
            "Müller, Ben_12_assignsubmission_file_/feedback.html",
            "Stranger_13_assignsubmission_file_/feedback.html",
        ]
        # it was read
        assert (
            "will read this" not in archive.read("Jane Doe_11_assignsubmission_file_/feedback.html").decode()
        )
    assert "z" in rows((graded / "export" / "moodle" / "not_matched.csv").read_bytes())[1][0]


def test_each_member_of_a_group_gets_a_page_in_moodles_feedback():
    group = (Person(student="jd", name="Jane Doe", ident="11"), Person(student="an", name="A_n/a Li"))
    record = make_record("jd", ALL, people=group, path="Jane Doe_11_assignsubmission_file/hw.ipynb")
    names = ((11, "Jane Doe"), (14, "A_n/a Li"), (15, "Nobody"))
    sheet = [list(ENGLISH), *[[f"Participant {n}", name, *[""] * 8] for n, name in names]]
    pages = moodle.worksheet(marks_of([record]), parse_table(as_bytes(sheet), "w.csv"), "w.csv").pages
    assert pages == {"A n a Li_14_assignsubmission_file/feedback.html": record}
    loose = replace(record, path="jd.ipynb")  # this class did not come from Moodle: no zip is made
    assert not moodle.worksheet(marks_of([loose]), parse_table(as_bytes(sheet), "w.csv"), "w.csv").pages


@pytest.mark.parametrize("form", ["canvas", "brightspace", "gradescope", "classroom50", "junit", "csv"])
def test_what_leaves_while_points_are_open_is_said_whatever_the_format(graded, form, capsys):
    hand_back(ExportWish(form=form, provisional=True))
    assert "provisional: 6 points are still open, in 3 submissions" in capsys.readouterr().out
    decide(graded)
    hand_back(ExportWish(form=form, provisional=True))
    assert "provisional" not in capsys.readouterr().out


def test_names_with_a_comma_are_told_apart():
    assert some(["Doe, Jane", "Student, Test"]) == "Doe, Jane; Student, Test"
    assert some(["jd", "bm", "no"], 2) == "jd, bm and 1 more"


@pytest.mark.parametrize(
    "form", ["canvas", "gradescope", "brightspace", "classroom50", "junit", "csv", "json"]
)
def test_every_format_is_written(graded, form):
    decide(graded)
    assert hand_back(ExportWish(form=form)) == 0
    files = [path for path in (graded / "export" / form).rglob("*") if path.is_file()]
    assert files
    assert all(path.stat().st_size for path in files)


def test_the_code_that_ran_goes_to_jplag(graded, capsys):
    assert hand_back(ExportWish(form="jplag")) == 0
    assert (
        "also = 'Jane Doe_11'"
        in (graded / "export" / "jplag" / "submissions" / "jd" / "homework.py").read_text()
    )
    assert "java -jar jplag.jar -l python3 submissions" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        ({"form": "excel"}, "there is no format 'excel': give one of canvas, moodle"),
        ({"form": "csv", "fill": Path("x.csv")}, "--fill is for moodle, canvas, brightspace"),
        ({"form": "moodle"}, "Moodle takes back the grading worksheet"),
        ({"form": "canvas", "fill": Path("nothing.csv")}, r"nothing\.csv cannot be read"),
        ({"form": "csv", "results": Path("r.json")}, "--results is for gradescope and classroom50"),
        ({"form": "csv", "autograder": True}, "--autograder is for gradescope"),
    ],
)
def test_what_cannot_be_done_is_said(graded, wish, says):
    decide(graded)
    with pytest.raises(UsageError, match=says):
        hand_back(ExportWish(**wish))
