"""The command itself: what is meant, how it ends, and that it answers at once."""

import io
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from test_cli_fakes import SHEET, a_class, a_sheet

from grader.cli.app import COMMANDS, meant
from grader.cli.words import print_json
from grader.errors import UsageError

GRADE = [sys.executable, "-m", "grader"]
HEAVY = ("tensorflow", "keras", "jinja2", "matplotlib", "nbclient", "nbformat", "numpy", "rich")


def run(*arguments, cwd=None):
    return subprocess.run(
        [*GRADE, *arguments], capture_output=True, text=True, cwd=cwd, timeout=60, stdin=subprocess.DEVNULL
    )


@pytest.mark.parametrize(
    "word", ["submissions/", "a.zip", ".", "..", "C:/homework", "no/such/folder", "class.v2"]
)
def test_a_path_means_to_grade_it(word):
    assert meant([word, "--jobs", "2"]) == ["DIR", word, "--jobs", "2"]


def test_a_folder_that_is_there_means_to_grade_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "homework").mkdir()
    assert meant(["homework"]) == ["DIR", "homework"]


def test_options_may_come_first():
    assert meant(["--jobs", "2", "submissions/"]) == ["DIR", "--jobs", "2", "submissions/"]


@pytest.mark.parametrize("first", [*COMMANDS, "--help", "--version"])
def test_a_command_means_itself(first, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / first).mkdir()  # even when a folder of that name lies there: say ./check for it
    assert meant([first, "x"]) == [first, "x"]


def test_every_command_leads_to_the_file_or_folder_called_like_it():
    home = Path(__file__).parents[1] / "grader" / "cli"
    names = {"grade" if command == "DIR" else command for command in COMMANDS}
    assert all((home / f"{name}.py").is_file() or (home / name / "__init__.py").is_file() for name in names)


@pytest.mark.parametrize(
    ("word", "command"), [("chek", "check"), ("reports", "report"), ("Check", "check"), ("cii", "ci")]
)
def test_a_mistyped_command_is_not_silently_a_folder(word, command):
    with pytest.raises(UsageError, match=f"did you mean `grade {command}`"):
        meant([word])


def test_a_word_that_is_nothing_says_so():
    with pytest.raises(UsageError, match="no folder or zip 'nosuchfolder' here"):
        meant(["nosuchfolder"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nosuchfolder"], "no folder or zip 'nosuchfolder'"),
        (["no/such/folder", "--no-isolation"], "no/such/folder"),
        (["chek"], "did you mean `grade check`?"),
        (["check", "nothing.ipynb"], "nothing.ipynb does not exist"),
        (["check", "--jobs", "2"], "--jobs"),
        (["DIR"], "Missing"),
        ([".", "--sample", "many"], "--sample"),
        (["report"], "there are no grades below ./grades"),
        (["report", "--out", "nowhere"], "there is no gradebook in nowhere"),
        (["ci", "--verdict"], "run `grade ci` before"),
    ],
)
def test_wrong_usage_is_one_kind_line_and_exit_code_2(tmp_path, arguments, said):
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_grade_alone_lists_the_commands(tmp_path):
    done = run(cwd=tmp_path)
    assert done.returncode == 2
    assert "\n  check " in done.stdout
    assert done.stderr == ""


def test_an_error_line_shows_no_terminal_sequences(tmp_path):
    done = run("check", "\x1b[31mred\x1b[0m.ipynb", cwd=tmp_path)
    assert done.returncode == 2
    assert "\x1b" not in done.stderr


def test_a_fault_of_our_own_is_one_line_too(tmp_path):
    """Packages that are no names are a fault that nothing foresees."""
    a_sheet(tmp_path / ".grader", SHEET.replace('title="A small sheet"', 'title="A small sheet", packages=3'))
    nbformat.write(nbformat.v4.new_notebook(), tmp_path / "homework.ipynb")
    done = run("check", "homework.ipynb", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("grade: the grader itself failed: TypeError")
    assert len(done.stderr.strip().splitlines()) == 1
    debug = subprocess.run(
        [*GRADE, "check"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "GRADER_DEBUG": "1"},
    )
    assert "Traceback" in debug.stderr


def test_what_cannot_be_written_is_said(tmp_path):
    a_sheet(tmp_path / ".grader")
    (tmp_path / "homework.ipynb").write_text("no JSON")
    done = run("ci", "--results", "nowhere/results.json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (2, "grade: nowhere/results.json: no such file or directory\n")


def test_a_course_toml_in_a_zip_is_told_as_not_used(tmp_path):
    a_sheet(tmp_path / "assignments")
    a_class(tmp_path / "class", ada="right", ben="right")
    (tmp_path / "class" / "course.toml").write_text("deadline = 2020-01-01T00:00:00Z\n")
    shutil.make_archive(str(tmp_path / "hw7"), "zip", tmp_path, "class")
    words = ("--dry-run", "--assignments", "assignments")
    says = "course.toml came with the homework and is not used: give --course FILE if it is yours\n"
    assert says in run("hw7.zip", *words, cwd=tmp_path).stdout
    assert says not in run("class", *words, cwd=tmp_path).stdout
    said = run("hw7.zip", *words, "--course", "class/course.toml", cwd=tmp_path).stdout
    assert says not in said
    assert "Course: class/course.toml\n" in said


@pytest.mark.parametrize("encoding", ["latin-1", "ascii", "cp1252", "utf-8"])
def test_no_encoding_breaks_what_is_printed(tmp_path, encoding):
    a_sheet(tmp_path / "assignments", SHEET.replace("A small sheet", "Zażółć → ✓ 字"))
    a_class(tmp_path / "class", **{"Zoë Đ 字": "right"})
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    for words in (
        ["class", "--dry-run"],
        ["doctor"],
        ["class", "--dry-run", "--only", "✗"],
        ["--help"],
        ["check", "字.ipynb"],
    ):
        done = subprocess.run(
            [*GRADE, *words], cwd=tmp_path, capture_output=True, env=environment, timeout=100
        )
        assert b"Traceback" not in done.stderr
        assert b"the grader itself failed" not in done.stderr
        assert done.stdout or done.stderr


def test_json_says_the_same_in_every_encoding(capsys, monkeypatch):
    data = {"student": "Zoë 字 😀"}
    for encoding in ("ascii", "latin-1", "utf-8"):
        stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
        monkeypatch.setattr("sys.stdout", stream)
        print_json(json.dumps(data, ensure_ascii=False))
        stream.flush()
        assert json.loads(stream.buffer.getvalue().decode(encoding)) == data


def test_json_on_a_terminal_holds_nothing_that_acts(capsys):
    data = {"path": "a\x1b[5m\u202egpj.ipynb", "student": "Zoë\x9b2J\x7f \u2066字"}
    print_json(json.dumps(data, ensure_ascii=False, indent=1) + "\n")
    printed = capsys.readouterr().out
    assert json.loads(printed) == data
    assert not set(printed) & set("\x1b\x7f\x9b\u202e\u2066")
    assert "Zoë" in printed, "what is harmless stays legible"


def test_help_lists_what_exists_and_nothing_else():
    text = run("--help").stdout
    listed = [line.split()[0] for line in text.partition("Commands:")[2].splitlines() if line.strip()]
    assert listed == list(COMMANDS)


@pytest.mark.parametrize("arguments", [["--help"], ["DIR", "--help"], ["check", "--help"], ["--version"]])
def test_help_and_version_end_well(arguments):
    assert run(*arguments).returncode == 0


def test_help_loads_nothing_heavy():
    code = f"""
import sys
sys.argv = ["grade", "--help"]
from grader.cli import main
try:
    main()
except SystemExit:
    print([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stderr.strip() == "[]"


def test_help_answers_at_once():
    """Hardly slower than what cannot be avoided, loading typer: a second hand on a busy machine would say
    little."""

    def seconds(command):
        began = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - began

    least = min(seconds([sys.executable, "-c", "import typer"]) for _ in range(5))
    ours = min(seconds([*GRADE, "--help"]) for _ in range(5))
    assert ours < 2 * least + 0.15


def test_the_command_is_installed_under_its_name():
    assert (Path(sys.executable).parent / "grade").exists()
