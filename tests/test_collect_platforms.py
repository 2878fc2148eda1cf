"""More of how platforms name what they let one download: zips of repositories, receipts of Blackboard, names
that Canvas runs together, days of Brightspace, folders of Sakai."""

import zipfile
from pathlib import Path

import pytest

from grader.collect import Course, find_class, load_course
from grader.collect.files.order import natural

SHA = "0123456789abcdef0123456789abcdef01234567"
ROSTER = """student,name,email
oa,Åsa Öberg,asa@uni.edu
gl,José María García López,jm@uni.edu
an,Nguyễn Văn An,an@uni.edu
al,Ana Lima,al@uni.edu
li,Ali Man,li@uni.edu
jd,Jane Doe,jd@uni.edu
"""


def laid(folder: Path, *names: str) -> Path:
    for number, name in enumerate(names):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.suffix == ".zip":
            with zipfile.ZipFile(file, "w") as packed:
                packed.writestr(f"{file.stem}/hw.ipynb", f"{number}")
        else:
            file.write_text(f"{number}")
    return folder


def students(folder: Path, roster: str = "") -> list[str]:
    rules = Course()
    if roster:
        (folder / "roster.csv").write_text(roster, encoding="utf-8")
        (folder / "course.toml").write_text('roster = "roster.csv"\n')
        rules = load_course(folder, folder / "course.toml")
    return [one.student for one in find_class(folder, folder.parent / "work", rules).candidates]


@pytest.mark.parametrize(
    ("names", "people"),
    [
        (["hw-7-octo-cat-main.zip", "hw-7-jane-master.zip"], ["jane", "octo-cat"]),
        (["hw-7-ada-main/hw-7-ada-main/h.ipynb", "hw-7-bob-main/h.ipynb"], ["ada", "bob"]),
        ([f"hw7-ada-main-{SHA}.zip", f"hw7-bob-main-{SHA}.zip"], ["ada", "bob"]),
        (["HW7_ada.zip", "HW7_bob.zip"], ["ada", "bob"]),
        (["ada-main.zip", "bob-main.zip"], ["ada", "bob"]),
        (["ada-main.zip", "bob.zip"], ["ada-main", "bob"]),  # who is called so is called so
        (["ada.zip", "adam.zip"], ["ada", "adam"]),
        (["hw7_v1.zip", "hw7_v2.zip"], ["hw7"]),  # versions of one
    ],
)
def test_what_stands_around_every_login_is_no_part_of_it(
    tmp_path: Path, names: list[str], people: list[str]
) -> None:
    assert students(laid(tmp_path / "class", *names)) == people


@pytest.mark.parametrize(
    ("receipt", "student"),
    [
        ("Name: Jane van Doe (j_doe)\nAssignment: HW_7\n", "j_doe"),
        ("\ufeffNombre: Jane Doe (j_doe)\r\nTarea: HW_7\r\n", "j_doe"),
        ("Name: Jane Doe (somebody_else)\n", "doe"),  # of another attempt
        ("my notes\n", "doe"),
    ],
)
def test_a_receipt_of_blackboard_says_who_it_is(tmp_path: Path, receipt: str, student: str) -> None:
    lead = "HW_7_j_doe_attempt_2026-01-09-12-30-00"
    folder = laid(tmp_path / "class", f"{lead}_my_hw.ipynb", "HW_7_bob_attempt_2026-01-09-12-30-00_h.ipynb")
    (folder / f"{lead}.txt").write_text(receipt, encoding="utf-8")
    assert students(folder) == sorted(["bob", student])


def test_the_name_on_a_receipt_is_looked_up_in_the_roster(tmp_path: Path) -> None:
    lead = "HW_7_j_17_attempt_2026-01-09-12-30-00"
    folder = laid(tmp_path / "class", f"{lead}_hw.ipynb", "HW_7_bob_attempt_2026-01-09-12-30-00_h.ipynb")
    (folder / f"{lead}.txt").write_text("Name: Jane Doe (j_17)\n")
    assert students(folder, ROSTER) == ["bob", "jd"]


@pytest.mark.parametrize(
    ("called", "student"),
    [
        ("obergasa", "oa"),
        ("garcialopezjosemaria", "gl"),
        ("annguyenvan", "an"),
        ("annguyen", "an"),  # one name fewer
        ("limaana", "al"),
        ("doejanet", "doejanet"),
        ("garcia", "garcia"),  # one word is too little
    ],
)
def test_names_that_are_run_together_are_found_in_the_roster(
    tmp_path: Path, called: str, student: str
) -> None:
    names = (f"{called}_11_21_hw.ipynb", "rossimario_12_22_hw.ipynb")
    assert set(students(laid(tmp_path / "class", *names), ROSTER)) == {student, "rossimario"}


def test_a_name_that_two_may_have_run_together_is_nobodys(tmp_path: Path) -> None:
    roster = "student,name\na,Al Ina\nb,Ali Na\n"
    folder = laid(tmp_path / "class", "alina_11_21_hw.ipynb", "rossimario_12_22_hw.ipynb")
    assert students(folder, roster) == ["alina", "rossimario"]


@pytest.mark.parametrize("day", ["3 Nov 2026 {}", "Nov 3 2026, {}", "3 November, 2026 {}", "Nov 3, 2026 {}"])
@pytest.mark.parametrize("clock", ["2330", "1130 PM"])
def test_days_of_brightspace_in_any_order(tmp_path: Path, day: str, clock: str) -> None:
    names = [f"11-7 - Jane Doe - {day.format(clock)}", f"12-7 - Bo Li - {day.format(clock)}"]
    assert students(laid(tmp_path / "class", *(f"{name}/h.ipynb" for name in names))) == ["Bo Li", "Jane Doe"]


def test_sakai_puts_the_login_behind_the_name(tmp_path: Path) -> None:
    names = ("Doe, Jane(jd7)/Submission attachment(s)/h.ipynb", "Ohm, Bo(bohm)/h.ipynb", "hw (2)/h.ipynb")
    assert students(laid(tmp_path / "class", *names), ROSTER) == ["hw _2_", "jd", "Ohm_ Bo"]


def test_a_day_with_dots_comes_before_its_month() -> None:
    days = ["hw_09.12.2026", "hw_1.11.2026", "hw_30.11.2026", "hw_5.1.2027"]
    assert sorted(days, key=natural) == ["hw_1.11.2026", "hw_30.11.2026", "hw_09.12.2026", "hw_5.1.2027"]
    assert sorted(["v1.10.2", "v1.9.2"], key=natural) == ["v1.9.2", "v1.10.2"]  # no days
