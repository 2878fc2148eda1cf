"""course.toml: what it may say, what lateness costs, who is missing."""

from __future__ import annotations

import re
import zipfile
import zoneinfo
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from grader.collect import Candidate, Course, LatePolicy, RosterEntry, find_candidates, load_course
from grader.collect.people.moodle_roster import moment_in
from grader.collect.people.names import safe_name
from grader.errors import UsageError
from grader.record.called import as_written
from grader.record.directory import Directory, DownloadName
from tests.test_collect_downloads import laid

BERLIN = ZoneInfo("Europe/Berlin")


def course(folder: Path, text: str) -> Course:
    (folder / "course.toml").write_text(text, encoding="utf-8")
    return load_course(folder)


def test_without_a_file_nobody_is_missing_and_nothing_late(tmp_path: Path) -> None:
    empty = load_course(tmp_path)
    assert empty == Course()
    assert empty.lateness(["anna"], datetime.now(UTC)) == 0
    assert empty.missing([]) == ()


def test_the_file_lies_inside_or_beside_the_folder_or_beside_the_zip(tmp_path: Path) -> None:
    inside = tmp_path / "submissions"
    inside.mkdir()
    (tmp_path / "course.toml").write_text('timezone = "Europe/Berlin"')
    assert load_course(inside).timezone == BERLIN
    assert load_course(tmp_path / "submissions.zip").timezone == BERLIN
    (inside / "course.toml").write_text('timezone = "Asia/Tokyo"')
    assert load_course(inside).timezone == ZoneInfo("Asia/Tokyo")


def test_all_keys(tmp_path: Path) -> None:
    read = course(
        tmp_path,
        """
        deadline = 2025-01-31T23:59:00
        timezone = "Europe/Berlin"
        pattern = '(?P<student>[a-z]+)_hw'
        [late]
        percent_per_day = 10
        at_most_percent = 50
        grace_minutes = 15
        [[student]]
        student = "amueller"
        name = "Anna Müller"
        email = "anna@example.org"
        group = "Group 1"
        extension_hours = 24
        """,
    )
    assert read.deadline == datetime(2025, 1, 31, 23, 59, tzinfo=BERLIN)
    assert read.late == LatePolicy(percent_per_day=10, at_most_percent=50, grace_minutes=15)
    assert read.pattern is not None
    assert read.pattern.search("anna_hw7")
    entry = RosterEntry(name="Anna Müller", email="anna@example.org", group="Group 1", extension_hours=24)
    assert read.roster == {"amueller": entry}


@pytest.mark.parametrize(
    ("text", "deadline"),
    [
        (
            'deadline = 2025-01-31\ntimezone = "Europe/Berlin"',
            datetime(2025, 1, 31, 23, 59, 59, tzinfo=BERLIN),
        ),
        (
            'deadline = "2025-01-31 12:00"\ntimezone = "Europe/Berlin"',
            datetime(2025, 1, 31, 12, tzinfo=BERLIN),
        ),
        ("deadline = 2025-01-31T12:00:00Z", datetime(2025, 1, 31, 12, tzinfo=UTC)),
        ('deadline = "2025-01-31T12:00:00+02:00"', datetime(2025, 1, 31, 10, tzinfo=UTC)),
    ],
)
def test_ways_to_write_a_deadline(tmp_path: Path, text: str, deadline: datetime) -> None:
    assert course(tmp_path, text).deadline == deadline


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "deadlin = 2025-01-31",
            (
                r"course\.toml: unknown key 'deadlin': did you mean deadline\?; allowed are deadline,"
                r" timezone, pattern, roster"
            ),
        ),
        ("deadline = 2025-01-31T12:00:00", r'the deadline has no time zone; add timezone = "Europe/Berlin"'),
        ("deadline = 5", r"deadline is a date and time like 2025-01-31T23:59:00, not 5"),
        ('deadline = "soon"', r"deadline 'soon' is no date"),
        ("deadline = 12:00:00", r"deadline is a date and time"),
        ('timezone = "Mars/North"', r"timezone 'Mars/North' is not known"),
        ('timezone = "../../etc/passwd"', r"timezone .* is not known"),
        ("timezone = 1", r"timezone is text in quotes, not 1"),
        ("pattern = '(?P<student>'", r"pattern is no regular expression"),
        ("pattern = '(.*)'", r"pattern needs a named group student"),
        ("late = 5", r"late is a table"),
        (
            "[late]\nper_day = 1",
            r"course\.toml \[late\]: unknown key 'per_day': did you mean percent_per_day",
        ),
        ("[late]\npercent_per_day = 120", r"percent_per_day is a number from 0 to 100, not 120"),
        ("[late]\npercent_per_day = true", r"percent_per_day is a number from 0 to 100, not True"),
        ("[late]\ngrace_minutes = -1", r"grace_minutes is a number from 0"),
        ("[late]\ngrace_minutes = nan", r"grace_minutes is a number from 0"),
        ("student = 5", r"students are tables"),
        ("[[student]]\nname = 'Anna'", r"course\.toml, student 1: the key student is missing"),
        (
            "[[student]]\nstudent = 'a'\nmail = 'x'",
            r"student 1: unknown key 'mail': did you mean email\?; allowed are student, name, email",
        ),
        ("[[student]]\nstudent = 'a'\n[[student]]\nstudent = 'a'", r"student 2: 'a' is there twice"),
        ("[[student]]\nstudent = 'a'\nextension_hours = '3'", r"extension_hours is a number"),
        ("roster = 'roster.csv'", r"roster\.csv cannot be read"),
        ("roster = 'r.csv'\n[[student]]\nstudent = 'a'", r"either \[\[student\]\] or roster, not both"),
        ("= 5", r"course\.toml is not valid TOML"),
    ],
)
def test_an_error_says_file_key_and_what_is_allowed(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        course(tmp_path, text)


def test_a_computer_without_time_zones_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows, where they come with a package."""
    (tmp_path / "course.toml").write_text('timezone = "Europe/Nowhere"\n')
    with pytest.raises(UsageError, match='one is "Europe/Berlin"'):
        load_course(tmp_path)
    monkeypatch.setattr(zoneinfo, "available_timezones", set)
    with pytest.raises(UsageError, match="python -m pip install tzdata"):
        load_course(tmp_path)


@pytest.mark.parametrize(
    "text",
    ["latte = 5", "deadline = 5", "[columns]\nwho = 'x'", "[extensions]\nada = 'soon'", "pattern = '('"],
)
def test_an_error_names_the_file_that_was_given(tmp_path: Path, text: str) -> None:
    (tmp_path / "spring.toml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=r"^spring\.toml") as problem:
        load_course(tmp_path, tmp_path / "spring.toml")
    assert "course.toml" not in str(problem.value)


WORKSHEETS = {
    "English": (
        "Identifier,Full name,Email address,Status,Group,Grade,Maximum Grade,Last modified (submission)",
        'Participant {ident},{name},{mail},Submitted,{group},,50.00,"Saturday, 31 January 2026, 10:15 PM"',
        "Participant {ident},{name},{mail},No submission,{group},,50.00,-",
    ),
    "Deutsch": (
        "ID,Vollständiger Name,E-Mail-Adresse,Status,Gruppe,Bewertung,Höchste Bewertung,Zuletzt geändert",
        'Teilnehmer/in{ident},{name},{mail},Abgegeben,{group},,"50,00","Samstag, 31. Januar 2026, 22:15"',
        'Teilnehmer/in{ident},{name},{mail},Keine Abgabe,{group},,"50,00",-',
    ),
}


@pytest.mark.parametrize("language", WORKSHEETS)
def test_moodles_worksheet_is_a_roster_as_it_is(tmp_path: Path, language: str) -> None:
    head, there, absent = WORKSHEETS[language]
    people = [
        (there, "21", "Jörg Müller", "j1@x", ""),
        (there, "22", "Jörg Müller", "j2@x", ""),
        (absent, "23", "Nora Nichts", "n@x", "Mo"),
    ]
    lines = [row.format(ident=i, name=n, mail=m, group=g) for row, i, n, m, g in people]
    (tmp_path / "worksheet.csv").write_text("\n".join([head, *lines]), encoding="utf-8-sig")
    read = course(tmp_path, 'roster = "worksheet.csv"\ntimezone = "Europe/Berlin"')
    assert list(read.roster) == ["Jörg Müller-21", "Jörg Müller-22", "Nora Nichts"]
    assert read.roster["Jörg Müller-22"] == RosterEntry(
        name="Jörg Müller", email="j2@x", ident="22", submitted="2026-01-31T22:15:00+01:00"
    )
    assert read.roster["Nora Nichts"] == RosterEntry(name="Nora Nichts", email="n@x", ident="23", group="Mo")
    assert Directory(read.roster).student(DownloadName(name="Jörg Müller", ident="22")) == "Jörg Müller-22"


@pytest.mark.parametrize("name", ["Doe, Jane", "jane doe", "Jane Doe", "j@x", "jdoe"])
def test_extensions_and_groups_may_call_people_by_any_name(tmp_path: Path, name: str) -> None:
    people = '[[student]]\nstudent = "jdoe"\nname = "Jane Doe"\nemail = "j@x"\n'
    read = course(tmp_path, f'{people}[extensions]\n"{name}" = 5\n[groups]\nA = ["{name}"]')
    assert read.roster == {"jdoe": RosterEntry(name="Jane Doe", email="j@x", group="A", extension_hours=5)}


@pytest.mark.parametrize("name", ["Doe, Jane", "Jane Doe", "23"])
def test_people_of_canvas_are_called_as_one_says_it(tmp_path: Path, name: str) -> None:
    (tmp_path / "gradebook.csv").write_text(GRADEBOOK.replace("King, Martin Luther, Jr.", "Doe, Jane"))
    read = course(tmp_path, f'roster = "gradebook.csv"\n[extensions]\n"{name}" = 5')
    assert read.roster["Jane Doe"] == RosterEntry(name="Doe, Jane", ident="23", extension_hours=5)


def test_a_name_that_several_have_is_no_name(tmp_path: Path) -> None:
    (tmp_path / "gradebook.csv").write_text(GRADEBOOK, encoding="utf-8")
    says = "'Jörg Müller' is not on the roster: did you mean 'Jörg Müller-21' or 'Jörg Müller-22'"
    with pytest.raises(UsageError, match=re.escape(says)):
        course(tmp_path, 'roster = "gradebook.csv"\n[extensions]\n"Jörg Müller" = 5')
    with pytest.raises(UsageError, match="'Jörg Mueler' is not on the roster: did you mean"):
        course(tmp_path, 'roster = "gradebook.csv"\n[extensions]\n"Jörg Mueler" = 5')


@pytest.mark.parametrize("name", ["Ada " + "von und zu " * 20 + "Ende", "字" * 100, "A/B: C?", "Con"])
def test_whose_name_is_no_file_name_is_not_missing(tmp_path: Path, name: str) -> None:
    laid(tmp_path / "in", f"{safe_name(name)[:70]}_21_assignsubmission_file/h.ipynb")
    head = "Identifier,Full name,Email address,Status,Grade\n"
    (tmp_path / "worksheet.csv").write_text(f"{head}Participant 21,{name},a@x,Submitted,\n", encoding="utf-8")
    read = course(tmp_path, 'roster = "worksheet.csv"')
    found = find_candidates(tmp_path / "in", tmp_path / "work", read)
    assert [one.people[0].name for one in found] == [name]
    assert read.missing(found) == ()


GRADEBOOK = """\
Student,ID,SIS User ID,SIS Login ID,Section,Homework 7: sums (77)
    Points Possible,,,,,40
"Müller, Jörg",21,u21,j1@x,Tutorial 1,
"Müller, Jörg",22,u22,jm,Tutorial 2,
"King, Martin Luther, Jr.",23,u23,mlk,Tutorial 1,9
"Student, Test",99,,4e1243bd22c66e76c2ba9eddc1f91394e57f9f83,Tutorial 1,
"""


def test_canvas_gradebook_is_a_roster_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "gradebook.csv").write_text(GRADEBOOK, encoding="utf-8-sig")
    read = course(tmp_path, 'roster = "gradebook.csv"')
    assert dict(read.roster) == {
        "Jörg Müller-21": RosterEntry(name="Müller, Jörg", email="j1@x", ident="21"),
        "Jörg Müller-22": RosterEntry(name="Müller, Jörg", ident="22"),
        "King, Martin Luther, Jr.": RosterEntry(name="King, Martin Luther, Jr.", ident="23"),
    }
    who = Directory(read.roster)
    assert who.student(DownloadName(name="mllerjrg", ident="22")) == "Jörg Müller-22"
    assert who.student(DownloadName(name="kingjrmartin", ident="23")) == "King, Martin Luther, Jr."
    with_columns = course(tmp_path, 'roster = "gradebook.csv"\n[columns]\nstudent = "ID"\nname = "Student"')
    assert with_columns.roster["21"].name == "Müller, Jörg", "a course may say which column is what"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Friday, 30 January 2026, 10:00 AM", "2026-01-30T10:00:00"),
        ("Friday, 30 January 2026, 12:05 AM", "2026-01-30T00:05:00"),
        ("Freitag, 6. März 2026, 09:30", "2026-03-06T09:30:00"),
        ("vendredi 27 février 2026, 18:00", "2026-02-27T18:00:00"),
        ("viernes, 30 de octubre de 2026, 23:59", "2026-10-30T23:59:00"),
        ("venerdì, 3 luglio 2026, 08:00", "2026-07-03T08:00:00"),
        ("vrijdag, 1 mei 2026, 12:00 PM", "2026-05-01T12:00:00"),
        ("mercredi 5 août 2026, 07:00", "2026-08-05T07:00:00"),
        ("-", ""),
        ("Friday, 40 January 2026, 10:00 AM", ""),
        ("50,00", ""),
    ],
)
def test_a_moment_as_moodle_writes_it(text: str, moment: str) -> None:
    found = moment_in(text)
    assert (found.isoformat() if found else "") == moment


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "course.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="not valid TOML"):
        load_course(tmp_path)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-8"])
def test_people_who_go_by_their_names_are_called_as_the_roster_writes_them(
    tmp_path: Path, encoding: str
) -> None:
    table = 'student,email\r\n"Carl, der ""Große""",carl@example.org\r\nanna,anna@example.org\r\n'
    (tmp_path / "people.csv").write_bytes(table.encode(encoding))
    laid(tmp_path / "class", *(f"{name}/hw.ipynb" for name in ("Carl_ der _Große_", "anna")))
    read = course(tmp_path, 'roster = "people.csv"')
    found = find_candidates(tmp_path / "class", tmp_path / "unpacked", read)
    assert sorted(as_written(found).values()) == ['Carl, der "Große"', "anna"]


def test_a_roster_as_csv_with_a_mark_semicolons_and_further_columns(tmp_path: Path) -> None:
    text = "\ufeffStudent;Name;Matrikel;extension_hours\namueller;Müller, Anna;123;1,5\n;;;\nbo;Bo Li;;\n"
    (tmp_path / "roster.csv").write_text(text, encoding="utf-8")
    read = course(tmp_path, 'roster = "roster.csv"')
    assert read.roster == {
        "amueller": RosterEntry(name="Müller, Anna", extension_hours=1.5),
        "bo": RosterEntry(name="Bo Li"),
    }
    assert read.own_files == ("course.toml", "roster.csv")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name,email\nAnna,a@b", r"roster\.csv: the first line names the columns; one is student"),
        ("", r"roster\.csv: the first line names the columns"),
        (
            "student,extension_hours\nanna,soon",
            r"roster\.csv, line 2: extension_hours is a number, not 'soon'",
        ),
        ("student,name\nanna,A\nanna,B", r"roster\.csv, line 3: 'anna' is there twice"),
        ("student,name\n,Anna", r"roster\.csv, line 2: the key student is missing"),
    ],
)
def test_errors_of_a_roster_say_the_line(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "roster.csv").write_text(text)
    with pytest.raises(UsageError, match=says):
        course(tmp_path, 'roster = "roster.csv"')


def test_lateness_with_grace_and_extension() -> None:
    deadline = datetime(2025, 1, 31, 12, tzinfo=UTC)
    some = Course(
        deadline=deadline,
        late=LatePolicy(grace_minutes=15),
        roster={"anna": RosterEntry(extension_hours=24), "bo": RosterEntry()},
    )
    assert some.lateness(["bo"], deadline + timedelta(minutes=15)) == 0
    assert some.lateness(["bo"], deadline + timedelta(minutes=30)) == 0.5
    assert some.lateness(["anna", "bo"], deadline + timedelta(hours=25)) == 1
    assert some.lateness(["nobody"], deadline + timedelta(hours=1)) == 1
    assert some.lateness([], deadline - timedelta(hours=1)) == 0


@pytest.mark.parametrize(("hours", "points"), [(0, 0), (0.1, 2), (24, 2), (24.1, 4), (100, 10), (1000, 10)])
def test_lateness_costs_percent_per_started_day(hours: float, points: float) -> None:
    assert Course(late=LatePolicy(percent_per_day=10, at_most_percent=50)).penalty(20, hours) == points


def test_who_is_missing(tmp_path: Path) -> None:
    some = Course(
        roster={"anna": RosterEntry(), "Bo Li": RosterEntry(), "cem": RosterEntry(), "dana": RosterEntry()}
    )
    there = [
        Candidate(student="Group 1", members=("anna",), path="g", root=tmp_path),
        Candidate(student="bo li", path="b", root=tmp_path),
    ]
    assert some.missing(there) == ("cem", "dana")


def test_the_roster_is_searched_by_all_that_a_download_may_write() -> None:
    roster = {
        "amueller": RosterEntry(name="Anna Maria Müller", email="anna.m@example.org", group="G 1"),
        "x1": RosterEntry(name="Kim Lee", group="G 1"),
        "x2": RosterEntry(name="Kim Lee"),
    }
    directory = Directory(roster)
    for name in ("Anna Maria Müller", "müllerannamaria", "Müller, Anna Maria", "anna.m", "AMUELLER"):
        assert directory.student(DownloadName(name=name)) == "amueller"
    assert directory.student(DownloadName(name="Kim Lee")) is None  # two of that name
    assert directory.student(DownloadName(name="Kim Lee", ident="x2")) == "x2"
    assert directory.student(DownloadName(name="")) is None
    assert directory.group("g_1") == "G 1"
    assert directory.members("G 1") == ("amueller", "x1")


# ── whose course.toml counts
# ─────────────────────────────────────────────────────────────────────────────────────────────


def handed_in(folder: Path, *files: str) -> Path:
    """A class of these files; course.toml in a student's folder promises time without end."""
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("deadline = 2099-01-01T00:00:00Z" if name.endswith("toml") else "{}")
    (folder / "course.toml").write_text("deadline = 2020-01-01T00:00:00Z")
    return folder


@pytest.mark.parametrize(
    "files",
    [
        ("eve/homework.ipynb", "eve/course.toml"),  # alone: the highest counts
        ("eve/homework.ipynb", "eve/course.toml", "anna/homework.ipynb"),
        ("eve/hw7/homework.ipynb", "eve/hw7/course.toml"),
        (
            "eve/hw7/homework.ipynb",
            "eve/hw7/course.toml",
            "eve/course.toml",
            "anna/hw7/homework.ipynb",
            "ben/hw7/homework.ipynb",
        ),
        # looks like a class
        ("eve/hw6/homework.ipynb", "eve/hw7/homework.ipynb", "eve/course.toml", "anna/homework.ipynb"),
        ("eve/homework.ipynb", "eve/second.ipynb", "eve/course.toml", "anna/homework.ipynb"),
        ("eve/main.py", "eve/course.toml", "anna/main.py"),
    ],
)
def test_a_students_course_toml_says_nothing(tmp_path: Path, files: tuple[str, ...]) -> None:
    class_ = handed_in(tmp_path / "class", *files)
    graded = {
        class_,
        class_ / "eve",
        *((class_ / "eve").iterdir() if (class_ / "eve" / "hw7").is_dir() else ()),
    }
    for source in graded:
        if source.is_dir():
            read = load_course(source)
            assert (read.deadline, read.file) == (
                datetime(2020, 1, 1, tzinfo=UTC),
                class_ / "course.toml",
            ), source


def test_a_course_toml_that_does_not_count_is_named_and_can_be_said(tmp_path: Path) -> None:
    class_ = handed_in(tmp_path / "class", "eve/homework.ipynb", "eve/course.toml", "anna/homework.ipynb")
    (class_ / "course.toml").unlink()
    read, own = load_course(class_ / "eve"), class_ / "eve" / "course.toml"
    assert (read.deadline, read.file) == (None, None)
    assert (
        read.notice
        == f"{own} is not used: it may have come with the homework; give --course FILE if it is yours"
    )
    said = load_course(class_ / "eve", own)
    assert (said.deadline, said.file, said.notice) == (datetime(2099, 1, 1, tzinfo=UTC), own, "")


def test_a_class_among_homework_keeps_its_own_course_toml(tmp_path: Path) -> None:
    for other in ("one", "two"):
        handed_in(tmp_path / other, "homework.ipynb")
    class_ = handed_in(tmp_path / "class", "anna/homework.ipynb", "ben/homework.ipynb")
    assert load_course(class_).file == class_ / "course.toml"


def test_a_link_into_a_homework_is_no_course_toml(tmp_path: Path) -> None:
    class_ = handed_in(tmp_path / "class", "eve/homework.ipynb", "eve/course.toml", "anna/homework.ipynb")
    own = class_ / "course.toml"
    mine = own.rename(tmp_path / "mine.toml")
    own.symlink_to("eve/course.toml")
    read = load_course(class_)
    assert (read.file, read.deadline) == (None, None)
    assert read.notice.startswith(f"{own} is not used: ")
    own.unlink()
    own.symlink_to(mine)  # the instructor's own, for several classes
    assert load_course(class_).file == own


def test_an_archive_brings_no_course_toml(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
        for name in ("course.toml", "anna/homework.ipynb", "ben/homework.ipynb", "anna/course.toml"):
            archive.writestr(name, "deadline = 2099-01-01T00:00:00Z")
    assert load_course(tmp_path / "class.zip") == Course()


@pytest.mark.parametrize("where", ["eve/roster.csv", "../class/eve/roster.csv", "link.csv"])
def test_a_roster_is_never_a_students_file(tmp_path: Path, where: str) -> None:
    class_ = handed_in(tmp_path / "class", "eve/homework.ipynb", "anna/homework.ipynb")
    (class_ / "eve" / "roster.csv").write_text("student,extension_hours\neve,9000\n")
    (class_ / "link.csv").symlink_to(class_ / "eve" / "roster.csv")
    with pytest.raises(UsageError, match="lies in a folder that was handed in"):
        course(class_, f'roster = "{where}"')


def test_a_roster_may_lie_elsewhere(tmp_path: Path) -> None:
    class_ = handed_in(tmp_path / "class", "eve/homework.ipynb", "anna/homework.ipynb")
    (tmp_path / "people.csv").write_text("student\nanna\n")
    assert set(course(class_, 'roster = "../people.csv"').roster) == {"anna"}
