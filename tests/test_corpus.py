"""The example submissions: complete, well formed, and each what its sentence says."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import nbformat
import pytest

from grader.assignment import load_sheet
from grader.collect.reading.magics import readable
from grader.model import Basis
from tests import corpus
from tests.corpus import Entry, all_submissions, find, notebook, swap, text, write
from tests.submissions.gru_by_hand.checks import CHECKS as CHECKS_OF_GRU
from tests.submissions.integration_task.checks import CHECKS as CHECKS_OF_INTEGRATION_TASK
from tests.submissions.rnn_cells_numpy.checks import CHECKS as CHECKS_OF_CELLS
from tests.submissions.rnn_concepts.checks import CHECKS as CHECKS_OF_CONCEPTS
from tests.submissions.rnn_layers_numpy.checks import CHECKS as CHECKS_OF_LAYERS
from tests.submissions.sum_sequence.checks import CHECKS
from tests.submissions.sum_sequence.sample_class import STUDENTS
from tests.submissions.time_series_forecast.checks import CHECKS as CHECKS_OF_SERIES
from tests.submissions.unstable_gradients.checks import CHECKS as CHECKS_OF_GRADIENTS

ENTRIES = {entry.name: entry for entry in all_submissions()}
OTHERS = {entry.name: entry for entry in all_submissions("integration_task")}
OF_CONCEPTS = {entry.name: entry for entry in all_submissions("rnn_concepts")}
OF_SERIES = {entry.name: entry for entry in all_submissions("time_series_forecast")}
OF_GRADIENTS = {entry.name: entry for entry in all_submissions("unstable_gradients")}
OF_GRU = {entry.name: entry for entry in all_submissions("gru_by_hand")}
WITH_NOTEBOOK = [entry for entry in ENTRIES.values() if not entry.write and entry.name != "format_three"]


def of_kind(kind: str) -> list[Entry]:
    return [entry for entry in ENTRIES.values() if entry.kind == kind]


def test_there_are_enough_of_each_kind() -> None:
    assert [len(of_kind(kind)) >= least for kind, least in (("right", 12), ("wrong", 28), ("broken", 8))] == [
        True
    ] * 3


def test_every_check_is_tripped_by_a_wrong_submission() -> None:
    assert frozenset().union(*(entry.fails for entry in of_kind("wrong"))) == set(CHECKS)


def test_every_check_but_those_of_one_cause_is_tripped_by_one_mistake_alone() -> None:
    alone = {next(iter(entry.fails)) for entry in of_kind("wrong") if len(entry.fails) == 1}
    assert set(CHECKS) - alone == {"layer_shapes"}  # shapes follow from widths


@pytest.mark.parametrize(
    ("entry", "checks"),
    [(entry, CHECKS) for entry in ENTRIES.values()]
    + [(entry, CHECKS_OF_INTEGRATION_TASK) for entry in OTHERS.values()]
    + [(entry, CHECKS_OF_GRU) for entry in OF_GRU.values()],
    ids=[
        *ENTRIES,
        *(f"integration_task-{name}" for name in OTHERS),
        *(f"gru_by_hand-{name}" for name in OF_GRU),
    ],
)
def test_the_entry_is_consistent(entry: Entry, checks: tuple[str, ...]) -> None:
    assert entry.fails <= set(checks)
    assert entry.may <= set(checks)
    assert entry.what.endswith(".")
    assert entry.kind == "broken" or bool(entry.fails) == (entry.kind == "wrong")


@pytest.mark.parametrize("entry", WITH_NOTEBOOK, ids=lambda entry: entry.name)
def test_the_notebook_is_well_formed(entry: Entry) -> None:
    content = nbformat.reads(corpus.as_file(notebook(entry)), as_version=4)
    nbformat.validate(content)
    for cell in content.cells:
        if cell.cell_type == "code" and entry.name != "syntax_error":
            ast.parse(readable(cell.source).code)


@pytest.mark.parametrize("entry", OTHERS.values(), ids=lambda entry: entry.name)
def test_a_notebook_of_the_other_homework_is_well_formed(entry: Entry) -> None:
    content = nbformat.reads(corpus.as_file(notebook(entry, "integration_task")), as_version=4)
    nbformat.validate(content)
    for cell in content.cells:
        if cell.cell_type == "code":
            ast.parse(cell.source)


def test_of_the_other_homework_there_are_enough_and_every_check_is_tripped() -> None:
    kinds = [entry.kind for entry in OTHERS.values()]
    assert kinds.count("right") >= 20
    assert kinds.count("wrong") >= 15
    tripped = frozenset().union(*(entry.fails for entry in OTHERS.values() if entry.kind == "wrong"))
    assert tripped == set(CHECKS_OF_INTEGRATION_TASK)


def test_of_the_gru_there_are_enough_and_every_check_but_those_of_style_is_tripped() -> None:
    kinds = [entry.kind for entry in OF_GRU.values()]
    assert (kinds.count("right") >= 6, kinds.count("wrong") >= 12) == (True, True)
    tripped = frozenset().union(*(entry.fails for entry in OF_GRU.values() if entry.kind == "wrong"))
    assert {
        "label_rule",
        "returns_states",
        "computes_gru",
        "zero_states",
        "one_output_per_step",
        "own_gru",
    } <= tripped
    for entry in OF_GRU.values():
        nbformat.validate(nbformat.reads(corpus.as_file(notebook(entry, "gru_by_hand")), as_version=4))


@pytest.mark.parametrize(
    ("homework", "entries", "checks"),
    [
        ("rnn_concepts", OF_CONCEPTS, CHECKS_OF_CONCEPTS),
        ("unstable_gradients", OF_GRADIENTS, CHECKS_OF_GRADIENTS),
    ],
)
def test_of_a_sheet_that_shares_nothing_there_are_enough_and_every_check_is_tripped(
    homework: str, entries: dict[str, Entry], checks: tuple[str, ...]
) -> None:
    kinds = [entry.kind for entry in entries.values()]
    assert (kinds.count("right") >= 6, kinds.count("wrong") >= 14) == (True, True)
    tripped = frozenset().union(*(entry.fails for entry in entries.values() if entry.kind == "wrong"))
    assert tripped == set(checks)
    sheet = load_sheet(Path(__file__).resolve().parents[1] / "assignments" / homework)
    assert {check.id for check in sheet.checks if check.basis is not Basis.JUDGED} == set(checks)
    for entry in entries.values():
        assert entry.fails | entry.may <= set(checks)
        nbformat.validate(nbformat.reads(corpus.as_file(notebook(entry, homework)), as_version=4))


@pytest.mark.parametrize(
    ("homework", "checks"), [("rnn_cells_numpy", CHECKS_OF_CELLS), ("rnn_layers_numpy", CHECKS_OF_LAYERS)]
)
def test_of_the_sheets_of_numpy_there_are_enough_and_every_check_is_tripped(
    homework: str, checks: tuple[str, ...]
) -> None:
    entries = all_submissions(homework)
    kinds = [entry.kind for entry in entries]
    assert (kinds.count("right") >= 6, kinds.count("wrong") >= 14) == (True, True)
    assert sum(entry.name.startswith("hostile_") for entry in entries) >= 2
    assert frozenset().union(*(entry.fails for entry in entries if entry.kind == "wrong")) == set(checks)
    sheet = load_sheet(Path(__file__).resolve().parents[1] / "assignments" / homework)
    assert [check.id for check in sheet.checks] == list(checks)
    for entry in entries:
        assert entry.fails | entry.may <= set(checks)
        if not entry.write:
            nbformat.validate(nbformat.reads(corpus.as_file(notebook(entry, homework)), as_version=4))


def test_of_the_forecasts_there_are_enough_and_every_check_is_tripped() -> None:
    kinds = [entry.kind for entry in OF_SERIES.values()]
    assert (kinds.count("right") >= 6, kinds.count("wrong") >= 14) == (True, True)
    tripped = frozenset().union(*(entry.fails for entry in OF_SERIES.values() if entry.kind == "wrong"))
    assert tripped == set(CHECKS_OF_SERIES)
    sheet = load_sheet(Path(__file__).resolve().parents[1] / "assignments" / "time_series_forecast")
    assert {check.id for check in sheet.checks if check.basis is not Basis.JUDGED} == set(CHECKS_OF_SERIES)
    for entry in OF_SERIES.values():
        assert entry.fails | entry.may <= set(CHECKS_OF_SERIES)
        nbformat.validate(
            nbformat.reads(corpus.as_file(notebook(entry, "time_series_forecast")), as_version=4)
        )


def test_every_check_of_the_sheets_but_the_written_ones_is_in_the_corpus() -> None:
    homeworks = (
        ("sum_sequence", CHECKS),
        ("integration_task", CHECKS_OF_INTEGRATION_TASK),
        ("gru_by_hand", CHECKS_OF_GRU),
    )
    for homework, checks in homeworks:
        sheet = load_sheet(Path(__file__).resolve().parents[1] / "assignments" / homework)
        assert {check.id for check in sheet.checks if not check.question} == set(checks)


def test_a_block_of_the_first_homework_serves_the_other_which_may_have_one_of_its_own() -> None:
    assert text("cell", "fused", "integration_task") == text("cell", "fused")
    assert text("parameters", "small", "integration_task") != text("parameters", "small")


def test_every_block_of_the_other_homework_is_used() -> None:
    used = {
        (part, choice)
        for entry in OTHERS.values()
        for part, block in entry.blocks.items()
        for choice in (block if isinstance(block, tuple) else (block,))
        if isinstance(choice, str)
    }
    for part in ("parameters", "model", "training"):
        own = set(corpus.blocks(part, "integration_task")) - set(corpus.blocks(part))
        assert own == {name for where, name in used if where == part} & own


def test_every_submission_has_cell_ids_of_its_own() -> None:
    made = [entry for entry in WITH_NOTEBOOK if entry.notebook is None and entry.style == "plain"]
    ids = [cell["id"] for entry in made for cell in notebook(entry)["cells"]]
    assert len(set(ids)) == len(ids)


def test_every_block_is_used() -> None:
    used = {
        (part, choice)
        for entry in ENTRIES.values()
        for part, block in entry.blocks.items()
        for choice in (block if isinstance(block, tuple) else (block,))
        if isinstance(choice, str)
    }
    first = {(part, next(iter(corpus.blocks(part)))) for part in corpus.PARTS}
    assert {(part, name) for part in corpus.PARTS for name in corpus.blocks(part)} == used | first


def test_a_wrong_submission_differs_from_the_right_one_only_in_its_mistake() -> None:
    plain, changed = (notebook(find(name))["cells"] for name in ("plain", "no_output_tanh"))
    different = [
        new["source"] for old, new in zip(plain, changed, strict=True) if old["source"] != new["source"]
    ]
    assert len(different) == 2  # the title and the cell
    assert "hidden = let_out * cell" in "".join(different[1])


@pytest.mark.parametrize(("old", "times"), [("no such piece", 0), ("self", "\\d\\d")])
def test_a_swap_that_would_change_nothing_or_too_much_is_an_error(old: str, times: object) -> None:
    with pytest.raises(ValueError, match=f"occurs {times} times"):
        text("cell", swap(old, "x"))


def test_a_block_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(KeyError):
        text("cell", "no_such_block")


def test_writing_gives_the_files_of_a_submission(tmp_path: Path) -> None:
    home = write("readme_answers", tmp_path)
    assert sorted(path.name for path in home.iterdir()) == ["README.md", "homework.ipynb"]
    assert json.loads((home / "homework.ipynb").read_text(encoding="utf-8"))["nbformat"] == 4
    assert (write("empty_file", tmp_path) / "homework.ipynb").stat().st_size == 0
    assert not list(write("nothing", tmp_path).iterdir())


def test_the_list_tells_every_submission(capsys: pytest.CaptureFixture[str]) -> None:
    assert corpus.main([]) == 0
    rows = capsys.readouterr().out.splitlines()
    assert len(rows) == len(ENTRIES)
    assert any("no_output_tanh" in row and row.endswith("-> computes_lstm") for row in rows)


def test_the_sample_class_is_up_to_date(tmp_path: Path) -> None:
    corpus.write_class(tmp_path)
    stored = corpus.HERE / "sample_class"
    wanted = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    seen = {path.relative_to(stored): path.read_bytes() for path in stored.rglob("*") if path.is_file()}
    assert seen == wanted, "run python -m tests.corpus class"
    assert sorted(path.parts[0] for path in wanted) == sorted(STUDENTS)


@pytest.mark.real
@pytest.mark.parametrize(("name", "learns"), [("fused", True), ("softmax_on_one", False)])
def test_a_submission_runs_as_its_sentence_says(name: str, learns: bool) -> None:
    pytest.importorskip("tensorflow")
    from tests.submissions.rehearse import rehearse

    seen = rehearse(find(name))
    assert not seen["errors"]
    assert (seen["accuracy"] > 0.85) == learns
