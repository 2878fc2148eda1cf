"""Pages that are generated agree with what they are generated from."""

import importlib.util
import re
import sys
from pathlib import Path

import pytest

from grader.assignment import load_all
from grader.model import Basis

ROOT = Path(__file__).resolve().parents[1]
ROOMS = {path.name for path in (ROOT / "grader").iterdir() if path.is_dir()} - {"keras"}  # a package, too
NAMED = re.compile(rf"(?<![\w./-])(?:grader|tests|docs|{'|'.join(sorted(ROOMS))})/[\w/]*\w\.(?:py|md)\b")
ENDS_WITH_1 = re.compile(r"^[A-Z_]+, [A-Z_, ]+ = 0, 1\b", re.MULTILINE)  # the codes of a command
IN_A_COURSE = {"tests/test_first_rnn.py"}  # which the reader of the tutorial makes


def maker(name):
    """The program that writes a page."""
    spec = importlib.util.spec_from_file_location(f"make_{name}", ROOT / "docs" / f"make_{name}.py")
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["checks", "commands", "course", "reference", "results", "runtimes"])
def test_a_generated_page_is_what_its_source_says(name):
    module = maker(name)
    assert (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8") == module.page(), "run: make docs"


def test_a_command_that_may_end_with_1_is_told_with_what_that_means():
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    ends = [path for path in (ROOT / "grader" / "cli").rglob("*.py") if ENDS_WITH_1.search(path.read_text())]
    called = {"grade": "DIR", "cli": "check"}  # own_run.py serves check and ci
    names = {called.get(path.parent.name, path.parent.name) for path in ends}
    assert names == {"DIR", "check", "doctor", "lint", "regrade"}
    assert [name for name in names if f"| `grade {name}` |" not in page] == []


def test_every_check_probe_role_family_and_question_has_an_example():
    assert maker("reference").without_example() == [], "put one into tests/sheets/examples/sheet.py"


def test_every_check_says_what_a_forger_gains_and_reported_points_are_few():
    for sheet in load_all(ROOT / "assignments").values():
        assert all(check.forger_gains for check in sheet.checks)
        reported = sum(check.points for check in sheet.checks if check.basis is Basis.REPORTED)
        assert reported <= 0.2 * sheet.points_max


def written() -> list[Path]:
    """The pages, and all code with its comments."""
    pages = [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")]
    return [*pages, *(ROOT / "grader").rglob("*.py")]


def test_every_file_of_ours_that_a_page_or_a_comment_names_exists():
    named = {(path.name, name) for path in written() for name in NAMED.findall(path.read_text("utf-8"))}
    assert len(named) > 60
    places = (ROOT, ROOT / "grader")
    missing = {(page, name) for page, name in named if not any((place / name).exists() for place in places)}
    assert {one for one in missing if one[1] not in IN_A_COURSE} == set()
