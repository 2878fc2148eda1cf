"""A figure for which a package is missing is open; what was drawn, and what does not draw, opens nothing."""

from pathlib import Path

import pytest

from grader.assignment import Seen, load_sheet
from grader.judge.identify.drawing_cells import or_left_out
from grader.model import CellError, CellRun, CellSource, Run, SourceFacts, Status, Submission
from grader.model.verdict import failed

SHEET = Path(__file__).resolve().parents[1] / "assignments" / "time_series_forecast"
LACKS = CellError(name="ModuleNotFoundError", message="", traceback="", missing_package="plotly")
DRAWS = "def curves(y):\n    px.pick()\n    plt.plot(y)"


@pytest.mark.parametrize(
    ("last", "error", "due"),
    [
        ("curves(forecasts)", LACKS, Status.ERROR),
        ("px.line(y=forecasts).show()", LACKS, Status.ERROR),
        ("frame = px.data(forecasts)", LACKS, Status.FAILED),
        ("curves(forecasts)", None, Status.FAILED),
        ("curves(forecasts)", CellError(name="NameError", message="", traceback=""), Status.FAILED),
    ],
)
def test_what_stopped_for_want_of_a_package_is_open_where_it_draws(
    last: str, error: CellError | None, due: Status
) -> None:
    texts = (DRAWS, last)
    text = "".join(f"# --- cell {number} ---\n{one}\n" for number, one in enumerate(texts, 1))
    submission = Submission(
        student="ada",
        source=SourceFacts(text=text),
        cells=tuple(CellSource(number=number, text=one) for number, one in enumerate(texts, 1)),
    )
    cells = (CellRun(number=1, seconds=0.1), CellRun(number=2, seconds=0.1, error=error))
    run = Run(run_id="r", cells=cells, missing_packages=("plotly",))
    seen = Seen(assignment=load_sheet(SHEET), submission=submission, run=run)
    assert or_left_out(seen, failed("no figure")).status is due
