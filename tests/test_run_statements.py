"""What a package that is not installed, or a statement that raises, takes from a notebook: tried in an
IPython without a kernel."""

import pytest
from IPython.core.interactiveshell import InteractiveShell

from grader.run.inside import statements
from grader.run.inside.period.absent import Absences, Absent


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Runs a cell: what failed, as the name of the error that IPython returns or shows; `run.names` are the
    notebook's."""
    (tmp_path / "mine.py").write_text("import no_such_package\nx = 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    shell = InteractiveShell()
    shown = []
    monkeypatch.setattr(shell, "_showtraceback", lambda kind, *_: shown.append(kind.__name__))
    statements.install(shell, Absences(shell, str(tmp_path)))

    def cell(text):
        shown.clear()
        cell.result = shell.run_cell(text)
        return list(shown)

    cell.names = shell.user_ns
    return cell


def test_an_import_that_nothing_uses_changes_nothing(run, capsys):
    assert run("import no_such_package as np2\nfrom no_such_package.sub import a, b\nx = 1\nx") == []
    assert run.names["x"] == 1
    assert "there is no no_such_package here" in capsys.readouterr().err


def test_what_uses_it_is_left_out_and_the_rest_of_the_cell_runs(run):
    assert run("import no_such_package as n\nbase = n.palette(3)\ntop = base[0] + 1\nx = 5") == [
        "ModuleNotFoundError"
    ]
    assert run.names["x"] == 5
    assert isinstance(run.names["top"], Absent)
    assert run("class Cell(n.Layer):\n    pass\ny = 6\nCell()") == ["ModuleNotFoundError"]
    assert run.names["y"] == 6


@pytest.mark.parametrize(
    "use",
    [
        "n()",
        "n.a",
        "n[0]",
        "[*n]",
        "n + 1",
        "2 * n",
        "len(n)",
        "float(n)",
        "with n: pass",
        "class A(n): pass",
        "n < 1",
    ],
)
def test_every_way_to_use_it_says_what_is_missing(run, use):
    run("from no_such_package import n")
    assert run(f"{use}\nx = 1") == ["ModuleNotFoundError"]
    assert run.names["x"] == 1


def test_who_looks_for_a_package_finds_none(run):
    assert run("try:\n    import no_such_package\n    x = 1\nexcept ImportError:\n    x = 2\nx") == []
    assert run.names["x"] == 2


def test_names_that_are_there_stay(run):
    run("losses = [1, 2]\nimport no_such_package as n\nfor losses in n.bar(losses):\n    pass")
    assert run.names["losses"] == [1, 2]


def test_an_error_costs_its_own_statement_and_only_the_first_is_shown_in_full(run, capsys):
    assert run("x = 1\nx.nothing\ny = 2\n1 / 0\nz = 3\nz") == ["AttributeError"]
    assert (run.names["y"], run.names["z"]) == (2, 3)
    assert isinstance(run.result.error_in_exec, AttributeError)
    assert not run.result.success
    assert "further down in this cell: ZeroDivisionError: division by zero" in capsys.readouterr().err


def test_the_value_of_the_last_line_is_shown_as_ever(run):
    run("1\n2\n3")
    assert run.result.result == 3
    run("x = 1\n1 / 0\nx = 4")
    assert run.result.result is None
    assert run.names["x"] == 4


@pytest.mark.parametrize("end", ["raise KeyboardInterrupt", "raise SystemExit", "import sys; sys.exit(1)"])
def test_who_wants_the_cell_to_end_ends_it(run, end):
    run(f"x = 1\n{end}\nx = 2")
    assert run.names["x"] == 1


def test_what_cannot_be_compiled_costs_its_own_statement(run):
    assert run("x = 1\nreturn x\nx = 2") == ["SyntaxError"]
    assert run.names["x"] == 2


def test_a_cell_that_runs_another_goes_on_with_its_own(run):
    assert run("shell = get_ipython()\nshell.run_cell('1 / 0\\ny = 1')\nnothing\nz = 2") == [
        "ZeroDivisionError",
        "NameError",
    ]
    assert (run.names["y"], run.names["z"]) == (1, 2)


def test_a_part_that_a_package_lacks_is_an_error(run):
    assert run("import tensorflow_of_mine.nothing, math\nx = 1") == []  # absent
    # the package is there: its part is not
    assert run("import xml.nothing\nx = 2") == ["ModuleNotFoundError"]
    assert run.names["x"] == 2


@pytest.mark.parametrize(
    "line", ["math, no_such_package as n, cmath as c", "no_such_package as n, math, cmath as c"]
)
def test_what_one_line_imports_beside_it_is_there(run, line):
    assert run(f"import {line}\nx = math.pi + c.pi") == []
    assert run.names["n"]._package == "no_such_package"
    assert run(f"import {line}\nn.x") == ["ModuleNotFoundError"]


def test_a_module_of_their_own_is_missing_what_it_misses(run):
    assert run("import mine\nx = 1") == []
    assert run("mine.x") == ["ModuleNotFoundError"]
    assert run.names["mine"]._package == "no_such_package"


def test_the_first_line_of_a_cell_may_speak_of_the_future(run):
    assert run("from __future__ import annotations\nimport math\nx = math.pi\nx") == []
