"""What it takes to add a sheet, a check, a probe and a family of cells from outside: one file each, and none
of the package.

tests/test_open_real.py grades notebooks under such sheets.
"""

from pathlib import Path

import numpy as np
import pytest

from grader.assignment import Seen, load_sheet
from grader.judge.verdicts import judge_all
from grader.model import Observation, Reply, Run, Status, Submission
from grader.rnn.draws import fill
from grader.rnn.search import explain
from tests.made_up import KINDS, Style, asked, logistic

SHEET = """\"\"\"A sheet of a course.\"\"\"

from grader import Assignment, checks, roles

hw = Assignment("small", title="A small sheet", parameters={"UNITS": 7, "FEATURES": 3})
cell = hw.role(roles.cell("GRU_Cell", family="gru", units="UNITS", features="FEATURES"))
hw.task("1", "The cell.", after_training=False).check(checks.computes(cell), points=6)
"""
CHECK = """\"\"\"A check of a course's own, for all of its sheets.\"\"\"

from grader import Basis, Criterion, failed, passed, probes


def doubles(role):
    asked = probes.calls(role, draw=lambda rng, numbers: [probes.call(role, float(rng.integers(2, 9)))])

    def judge(seen):
        (called,) = seen[asked]
        wanted = 2 * called.given[0]
        if called.array is None or called.array.item() != wanted:
            return failed(f"{role.name}({called.given[0]:g}) is not {wanted:g}")
        return passed(f"{role.name} doubles.")

    return Criterion(id="doubles", title=f"{role.name} doubles.", judge=judge, \
basis=Basis.PROVEN, asks=(asked,))
"""
USES_IT = """from grader import Assignment, beside, roles

own = beside(__file__, "own_checks")
hw = Assignment("doubling", title="Twice")
twice = hw.role(roles.function("twice", ["x"]))
hw.task("1", "Twice.", after_training=False).check(own.doubles(twice), points=1)
"""
PROBE = """from grader import Assignment, Basis, failed, passed, probes, roles

hw = Assignment("counter", title="A counter")
counter = hw.role(roles.function("Counter", ["start"]))
counts = probes.calls(
    counter,
    draw=lambda rng, numbers: [
        probes.call(counter, int(rng.integers(100))),
        probes.call(probes.Result(0), method="up"),
        probes.get(probes.Result(0), "value"),
    ],
    called="counts",
)
part = hw.task("1", "Counting.", after_training=False)


@part.own_check("The counter counts.", points=1, basis=Basis.PROVEN, asks=counts)
def counts_up(seen):
    made, _, value = seen[counts]
    right = value.array is not None and value.array.item() == made.given[0] + 1
    return passed("It counts.") if right else failed("it does not count")
"""
FAMILY = """\"\"\"A family of cells that nobody knows: one gate, and a candidate that sees the old state \
as it is.\"\"\"

import numpy as np

from grader import Assignment, checks, families, roles


def _parts(z):
    return 1 / (1 + np.exp(-z.gates[0])), np.tanh(z.gates[1])


def light(z, h):
    gate, candidate = _parts(z)
    return ((1 - gate) * h + gate * candidate,)


def forgetful(z, h):
    gate, candidate = _parts(z)
    return (gate * candidate,)


LIGHT = families.CellFamily(
    name="light",
    words="a light gated cell",
    title="light",
    equations="h' = (1 - z) * h + z * tanh(x W + h U + b)",
    hints=(("hidden state", "Compare the line that computes the new hidden state"),),
    functions=frozenset({"tanh", "sigmoid"}),
    gates=("update", "candidate"),
    gate_words=("update gate", "candidate"),
    spellings=(("z",), ("n",)),
    states=("hidden",),
    rules=(families.Variant(id="light", words="that computes a light gated cell", rule=light),),
    mistakes=(families.Variant(id="light_not_carried", words="that drops its old state", rule=forgetful),),
)
hw = Assignment("light_by_hand", title="A light cell", parameters={"UNITS": 7, "FEATURES": 3})
cell = hw.role(roles.cell("Light_Cell", family=LIGHT, units="UNITS", features="FEATURES"))
hw.task("1", "The cell.", after_training=False).check(checks.computes(cell), points=6)
"""


def write(folder: Path, **files: str) -> Path:
    """A course with these files: a sheet by the name of its homework, anything else beside the sheets."""
    for name, text in files.items():
        path = folder / name / "sheet.py" if "hw = Assignment" in text else folder / "doubling" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def test_a_new_sheet_is_one_file(tmp_path):
    sheet = load_sheet(write(tmp_path, small=SHEET) / "small")
    assert len(list(tmp_path.rglob("*.py"))) == 1
    assert [check.title for check in sheet.checks] == ["The cell computes the GRU equations."]


def judged(sheet, answer, question):
    """The verdict of the sheet's one check on this answer to its one probe."""
    (probe,) = sheet.probes()
    found = Observation(probe=probe.name, status=Reply.ANSWERED, question=question, answer=answer)
    run = Run(run_id="r", observations={probe.name: found})
    ((_, verdict),) = judge_all(Seen(assignment=sheet, submission=Submission(student="ada"), run=run))
    return verdict


def drawn(sheet):
    (probe,) = sheet.probes()
    return probe.draw(np.random.default_rng(1), sheet.parameters)


@pytest.mark.parametrize(("factor", "status"), [(2, Status.PASSED), (3, Status.FAILED)])
def test_a_new_check_is_one_file_which_every_sheet_of_the_course_may_use(tmp_path, factor, status):
    sheet = load_sheet(write(tmp_path, doubling=USES_IT, own_checks=CHECK) / "doubling")
    assert len(list(tmp_path.rglob("*.py"))) == 2  # the sheet that uses it, and the check
    question = drawn(sheet)
    given = question["steps"][0]["given"][0]["plain"]
    assert (
        judged(sheet, {"steps": [{"kind": "float"}], "r/0.0": np.array(factor * given)}, question).status
        is status
    )


@pytest.mark.parametrize(("more", "status"), [(1, Status.PASSED), (0, Status.FAILED)])
def test_a_new_probe_is_declared_in_the_sheet_that_asks_it(tmp_path, more, status):
    sheet = load_sheet(write(tmp_path, counter=PROBE) / "counter")
    assert len(list(tmp_path.rglob("*.py"))) == 1
    question = drawn(sheet)
    start = question["steps"][0]["given"][0]["plain"]
    answer = {
        "steps": [{"kind": "Counter"}, {"kind": "NoneType"}, {"kind": "int"}],
        "r/2.0": np.array(start + more),
    }
    assert judged(sheet, answer, question).status is status


def light_code(*, carried):
    """The cell written out here once more, in float64."""

    def code(w, x, h):
        z, n = (x @ w[gate][0] + h @ w[gate][1] + w[gate][2] for gate in "zn")
        z, n = logistic(z), np.tanh(n)
        return ((1 - z) * h + z * n if carried else z * n,)

    return code


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("carried", "named"), [(True, "light"), (False, "light_not_carried")])
def test_a_cell_of_a_new_family_is_found_in_any_layout_and_its_mistakes_are_named(
    tmp_path, kind, carried, named
):
    sheet = load_sheet(write(tmp_path, light_by_hand=FAMILY) / "light_by_hand")
    assert len(list(tmp_path.rglob("*.py"))) == 1
    family = sheet.roles[0].family
    style = Style(kind, order=("z", "n"))
    found = explain(asked(style, 3, light_code(carried=carried), family=family))
    assert found is not None
    assert found.variant.id == named


@pytest.mark.parametrize(("carried", "status"), [(True, Status.PASSED), (False, Status.FAILED)])
def test_a_sheet_with_a_family_of_its_own_judges_a_cell(tmp_path, carried, status):
    sheet = load_sheet(write(tmp_path, light_by_hand=FAMILY) / "light_by_hand")
    style, question = Style("separate", order=("z", "n")), drawn(sheet)
    (units, features), batch = question["sizes"][0], question["batch"]
    code = light_code(carried=carried)
    listed = [
        {"path": path, "name": path, "shape": list(shape), "tracked": True, "trainable": True}
        for path, shape in style.layout(units, features)
    ]
    answer = {"units": units, "features": features, "variables": listed, "structure": {"kind": "tensor"}}
    for draw, pool in enumerate(question["pools"]):
        w = style.gates(fill(style.shapes(units, features), pool, question["gain"]), units, features)
        for row in range(len(question["x"]) // batch):
            rows = slice(row * batch, (row + 1) * batch)
            x, h = question["x"][rows, :features].astype("f8"), question["h"][rows, :units].astype("f8")
            (new,) = code(w, x, h)
            answer[f"eager/{draw}/{row}/0"] = new.astype("f4")
    verdict = judged(sheet, answer, question)
    assert verdict.status is status
    assert "light equations" in verdict.message
    assert (verdict.mistake is None) == carried
