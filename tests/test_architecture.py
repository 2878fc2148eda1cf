"""The house stays as DESIGN draws it: who may import whom, who may touch tensorflow, and what no file may
hold."""

import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FLOORS = [
    {"cli"},
    {"lint"},
    {"pipeline"},
    {"judging", "cluster"},
    {"collect", "run", "review"},
    {"report"},
    {"record"},
    {"judge", "grading"},
    # A probe stands on the declarations of assignment: it asks roles (units, features, states, family), is a
    # Probe whose parts are roles, and its typed reader is what `Seen` gives to a check. The other way round
    # would need roles, probes and what is seen of them in a room of their own below both, 500 lines that
    # only a sheet and a probe have in common, and `Seen` would still name both: so one arrow, never back.
    {"probes"},
    {"assignment", "keras"},
    {"rnn"},
    {"model", "errors", "lazy"},
]
INSIDE = Path("grader/run/inside")
MODULES = sorted(path.relative_to(ROOT) for path in (ROOT / "grader").rglob("*.py"))
SHEETS = sorted(path.relative_to(ROOT) for path in (ROOT / "assignments").glob("*/*.py"))
STUDENT_LIBRARIES = {"tensorflow", "keras", "tf_keras"}


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, dotted, also inside of functions."""
    for node in ast.walk(ast.parse((ROOT / path).read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = list(path.parent.parts[: len(path.parent.parts) + 1 - node.level]) if node.level else []
            base = ".".join([*package, *([node.module] if node.module else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def floor(room: str) -> int | None:
    """0 is leftmost: it may import everything to its right."""
    return next((number for number, rooms in enumerate(FLOORS) if room in rooms), None)


def room_of(path: Path) -> str:
    return path.with_suffix("").parts[1]


def against_the_arrows(path: Path) -> list[str]:
    """The rooms that a module imports although it may not."""
    mine = floor(room_of(path))
    found = []
    for name in imports(path):
        parts = name.split(".")
        theirs = floor(parts[1]) if parts[0] == "grader" and len(parts) > 1 else None
        if mine is None or theirs is None or parts[1] == room_of(path):
            continue
        if theirs <= mine:
            found.append(name)
    return found


@pytest.mark.parametrize("path", [path for path in MODULES if room_of(path) == "run"], ids=str)
def test_what_runs_students_code_knows_nothing_of_judging_it(path):
    marks = {"judge", "grading", "record", "report"}
    assert not [name for name in imports(path) if name.startswith("grader.") and name.split(".")[1] in marks]


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_a_room_imports_only_what_stands_to_its_right(path):
    assert against_the_arrows(path) == []


def test_the_page_about_the_house_lists_the_rooms_as_they_stand():
    page = (ROOT / "docs" / "house.md").read_text("utf-8")
    listed = re.findall(r"^\| `(\w+)` \|", page.partition("## Rooms")[2].partition("\n## ")[0], re.MULTILINE)
    floors = [floor(room) or 0 for room in listed]
    assert set(listed) == set.union(*FLOORS)
    assert len(listed) == len(set(listed))
    assert floors == sorted(floors)


def test_every_module_stands_in_a_room():
    known = set.union(*FLOORS) | {"__init__", "__main__"}
    assert {room_of(path) for path in MODULES} <= known


def test_the_rule_itself_sees_an_arrow_that_points_left(tmp_path, monkeypatch):
    (tmp_path / "grader" / "judge").mkdir(parents=True)
    (tmp_path / "grader" / "run").mkdir()
    (tmp_path / "grader" / "judge" / "x.py").write_text("def f():\n    from grader.report import words\n")
    (tmp_path / "grader" / "run" / "y.py").write_text(
        "from grader import collect\nimport grader.grading.points\nfrom . import z\n"
    )
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    assert against_the_arrows(Path("grader/judge/x.py")) == ["grader.report.words"]
    assert against_the_arrows(Path("grader/run/y.py")) == ["grader.collect"]  # siblings may not, either


COLLECT = Path("grader/collect")
FOLDERS_OF_COLLECT = ["people", "choice", "answers", "files", "source", "reading"]  # the later, the lower
CHECKS = Path("grader/judge/checks")
# a theme may use those below it
FOLDERS_OF_CHECKS = [
    *("forecast", "shapes", "layers", "trained", "keras_models"),
    *("functions", "by_hand", "data", "quiz", "written"),
]


def read_from(path: Path, room: Path) -> set[str]:
    """The folders and modules of a room that a module imports."""
    start = ".".join(room.parts) + "."
    return {name[len(start) :].partition(".")[0] for name in imports(path) if name.startswith(start)}


@pytest.mark.parametrize("path", [path for path in MODULES if COLLECT in path.parents], ids=str)
def test_a_folder_of_collect_knows_nothing_of_those_above_it(path):
    mine = path.relative_to(COLLECT).parts[0]
    if mine in FOLDERS_OF_COLLECT:
        above = {"find", "prepare", "recognise", "nobodys", "versions"}
        above |= set(FOLDERS_OF_COLLECT[: FOLDERS_OF_COLLECT.index(mine)])
        assert read_from(path, COLLECT) & above == set()


@pytest.mark.parametrize("path", [path for path in MODULES if CHECKS in path.parents[1:]], ids=str)
def test_a_folder_of_checks_knows_nothing_of_those_above_it(path):
    mine = FOLDERS_OF_CHECKS.index(path.relative_to(CHECKS).parts[0])  # ValueError: name it above
    assert read_from(path, CHECKS) & set(FOLDERS_OF_CHECKS[:mine]) == set()


RUN = Path("grader/run")


@pytest.mark.parametrize("path", [path for path in MODULES if RUN in path.parents[:-1]], ids=str)
def test_what_runs_in_the_runner_knows_nothing_of_the_host(path):
    place = path.relative_to(RUN).parts[0]
    if place not in ("host", "__init__.py"):  # the front door of the room leads to the host
        above = {"host"} if place == "runner" else {"host", "runner"}
        assert read_from(path, RUN) & above == set()


@pytest.mark.parametrize("path", [path for path in MODULES if INSIDE not in path.parents], ids=str)
def test_only_the_kernels_own_files_import_tensorflow(path):
    assert not STUDENT_LIBRARIES & {name.partition(".")[0] for name in imports(path)}


@pytest.mark.parametrize("path", [path for path in MODULES if INSIDE in path.parents], ids=str)
def test_what_runs_in_the_students_kernel_imports_nothing_of_ours(path):
    siblings = ".".join(INSIDE.parts)  # by relative imports: the kernel loads the folder under another name
    assert not [
        name for name in imports(path) if name.partition(".")[0] == "grader" and not name.startswith(siblings)
    ]
    assert f"from {siblings}" not in (ROOT / path).read_text()


@pytest.mark.parametrize("path", [path for path in MODULES if INSIDE in path.parents], ids=str)
def test_what_runs_in_the_students_kernel_has_all_of_it_before_the_first_cell(path):
    tree = ast.parse((ROOT / path).read_text())  # from then on the folder is no package that can be imported
    later = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level]
    assert [node.lineno for node in later if node not in tree.body] == []


@pytest.mark.parametrize("path", [path for path in MODULES if room_of(path) == "rnn"], ids=str)
def test_the_textbook_needs_numpy_and_our_values_and_nothing_else(path):
    ours = ("grader.rnn.", "grader.model", "grader.errors")
    strange = [
        name for name in imports(path) if name.partition(".")[0] not in {"numpy", *sys.stdlib_module_names}
    ]
    assert [name for name in strange if not name.startswith(ours)] == []


@pytest.mark.parametrize(
    "path", [path for path in MODULES if Path("grader/judge/identify") in path.parents], ids=str
)
def test_what_identifies_gives_no_verdicts_of_checks(path):
    assert not [name for name in imports(path) if name.startswith("grader.judge.checks")]


@pytest.mark.parametrize("path", SHEETS, ids=str)
def test_a_sheet_imports_only_grader_and_the_standard_library(path):
    allowed = {"grader", *sys.stdlib_module_names}
    assert {name.partition(".")[0] for name in imports(path)} <= allowed
    assert not [name for name in imports(path) if name.startswith("grader.") and name.count(".") > 1]


OF_THE_SHEETS = {
    *(
        "integration_task",
        "my_integration_task",
        "train_ds",
        "test_ds",
        "LSTM_Cell",
        "LSTM_Layer",
        "GRU_Cell",
        "GRU_Layer",
    ),
    *("MyModel", "train_losses", "test_losses", "test_accuracies", "READ_IN", "NUM_SAMPLES"),
}


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_no_module_knows_a_sheet_by_name(path):
    tree = ast.parse((ROOT / path).read_text())
    said = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert said & OF_THE_SHEETS == set()


WIRE = {"probes", "run"}  # the rooms that know how an answer is written
RECORD = Path("grader/model/run.py")  # of an answer, which holds what every one has


def keys_of_the_wire(tree: ast.AST) -> list[str]:
    """Where a module reads an answer or a question by the names that the kernel gave, rather than by the
    probe's own reader: `x.answer["steps"]`, `x.question.get("calls")`, `x.array("out")`."""
    found = []
    for node in ast.walk(tree):
        held = node.value if isinstance(node, (ast.Subscript, ast.Attribute)) else None
        if isinstance(held, ast.Attribute) and held.attr in {"answer", "question"}:
            found.append(ast.unparse(node))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "array":
            is_text = node.args and isinstance(node.args[0], (ast.Constant, ast.JoinedStr))
            found += [ast.unparse(node)] if is_text else []
    return found


@pytest.mark.parametrize("path", [path for path in MODULES if room_of(path) not in WIRE], ids=str)
def test_only_probes_and_run_know_how_an_answer_is_written(path):
    text = (ROOT / path).read_text()
    known = [one for one in keys_of_the_wire(ast.parse(text)) if not one.startswith("section.question.")]
    assert path == RECORD or known == []


@pytest.mark.parametrize(
    "line", ['x.answer.get("ran")', 'x.answer["steps"][0]', 'x.question["sizes"]', 'x.array(f"out/{n}")']
)
def test_the_rule_itself_sees_a_key_of_the_wire(line):
    assert keys_of_the_wire(ast.parse(line))


# words that are read in every room: each stands for one thing
WORDS = {
    *(
        "Submission",
        "Assignment",
        "Task",
        "Check",
        "Probe",
        "Observation",
        "Run",
        "Outcome",
        "Verdict",
        "Status",
    ),
    *("Evidence", "CheckResult", "Decision", "Grade", "Level", "Record", "Session", "Seen", "Reply"),
    *("Cell", "Layer", "Model", "Line", "Mapping", "Place", "Reading", "Stack", "Step"),
}


def types_of(path: Path) -> Iterator[str]:
    """The names of classes and of other types that a module defines at its top."""
    for node in ast.parse((ROOT / path).read_text()).body:
        if isinstance(node, ast.ClassDef):
            yield node.name
        if isinstance(node, ast.Assign) and not isinstance(node.value, ast.Attribute):  # X = module.X
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))


@pytest.mark.parametrize("word", sorted(WORDS))
def test_a_word_has_one_meaning(word):
    assert len([path for path in MODULES if word in types_of(path)]) <= 1


# what the kernel keeps under the names that its answer has with the host
ON_BOTH_SIDES_OF_THE_WIRE = {"Way", "Holder", "Executed"}


def test_no_two_classes_have_one_name():
    classes, all_types = Counter(), Counter()
    for path in MODULES:
        tree = ast.parse((ROOT / path).read_text())
        classes.update(node.name for node in tree.body if isinstance(node, ast.ClassDef))
        all_types.update(set(types_of(path)))
    twice = {name for name in classes if all_types[name] > 1}
    assert twice <= ON_BOTH_SIDES_OF_THE_WIRE


MOST_LINES = 300  # of a module: one idea has fewer


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_a_module_holds_one_idea_of_a_readable_length(path):
    assert len((ROOT / path).read_text().splitlines()) <= MOST_LINES


MOST_OWN_LINES = 45  # of a function, signature and docstring apart: it is read at one go


def long_functions(tree: ast.Module) -> list[str]:
    """The functions that have more lines of their own."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            own = node.body[1:] if ast.get_docstring(node) else node.body
            if own and (own[-1].end_lineno or 0) - own[0].lineno >= MOST_OWN_LINES:
                found.append(node.name)
    return found


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_a_function_is_read_at_one_go(path):
    assert long_functions(ast.parse((ROOT / path).read_text())) == []


@pytest.mark.parametrize(("lines", "found"), [(45, []), (46, ["f"])])
def test_the_rule_itself_sees_a_long_function(lines, found):
    code = 'def f(\n    x,\n):\n    """What it is.\n\n    For whom."""\n' + "    x += 1\n" * lines
    assert long_functions(ast.parse(code)) == found


def passed_over(code: str) -> list[int]:
    """The lines in which an error is passed over without a word about why nothing is lost by that: `except
    ...: pass`, `suppress(...)`."""
    lines, found = code.splitlines(), []
    for node in ast.walk(ast.parse(code)):
        suppresses = isinstance(node, ast.With) and "suppress(" in ast.unparse(node.items[0])
        passes = isinstance(node, ast.ExceptHandler) and isinstance(node.body[0], (ast.Pass, ast.Continue))
        if isinstance(node, (ast.With, ast.ExceptHandler)) and (suppresses or passes):
            said = [lines[node.lineno - 2].strip(), *lines[node.lineno - 1 : node.body[0].lineno]]
            if not said[0].startswith("#") and not any("  # " in line for line in said):
                found.append(node.lineno)
    return found


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_whoever_passes_over_an_error_says_why(path):
    assert passed_over((ROOT / path).read_text()) == []


def test_the_rule_itself_sees_an_error_that_is_passed_over():
    silent = "try:\n    f()\nexcept OSError:\n    pass\nwith suppress(OSError):\n    f()\n"
    assert sorted(passed_over(silent)) == [3, 5]
    assert passed_over(silent.replace("r:\n", "r:  # gone\n").replace("):\n", "):  # gone\n")) == []


def test_there_is_something_to_look_at():
    assert len(MODULES) > 60
    assert SHEETS


# ── what no file may hold
# ────────────────────────────────────────────────────────────────────────────────────────────────

REGISTRIES = [
    a + b
    for a, b in (
        ("pypi.", "org"),
        ("python", "hosted.org"),
        ("anaconda.", "org"),
        ("npmjs.", "org"),
        ("npmjs.", "com"),
    )
]
MACHINE = re.compile(r"(?<![\w.…])/(?:root|work/main|work/shared)/")
# they show that reports hide such paths
HIDDEN_THERE = {Path("tests/test_report_fakes.py"), Path("tests/test_report_pages.py")}


def our_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    return [Path(name) for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def test_no_file_names_a_package_registry_or_a_machines_folders():
    found = []
    for path in our_files():
        if Path("tests/shared") in path.parents or path in HIDDEN_THERE:
            continue
        text = (ROOT / path).read_bytes().decode("utf-8", "replace")
        if any(host in text for host in REGISTRIES) or MACHINE.search(text):
            found.append(str(path))
    assert found == []


def test_pins_are_names_and_versions_and_nothing_else():
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.]+", line) for line in lines)
    names = {line.partition("==")[0].lower().replace("-", "_") for line in lines}
    assert {"tensorflow_cpu", "tf_keras", "keras", "numpy", "nbclient", "pytest"} <= names
    assert "tensorflow" not in names  # 570 MB beside tensorflow-cpu
