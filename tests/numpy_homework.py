"""The homework of a sheet that asks for functions and classes of plain NumPy, judged without a kernel: what
the cells define is asked here, by the code that asks in a kernel."""

from __future__ import annotations

import contextlib
import io
import sys
import types
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from grader.assignment import Assignment, Seen
from grader.collect import Course, find_candidates, prepare
from grader.judge.verdicts import judge_all
from grader.model import Observation, Reply, Run, Submission, Verdict
from grader.run.inside import modules
from grader.run.inside.asked import of_calls


def defined(submission: Submission, home: Path) -> dict[str, Any]:
    """All that the cells define, and the modules that they import from the homework's folder."""
    space = types.ModuleType("homework_of_a_student")
    space.__file__ = str(home / "homework.py")
    before = set(sys.modules)
    sys.path.insert(0, str(home))
    sys.modules[space.__name__] = space
    try:
        for cell in submission.cells:
            with (
                contextlib.suppress(Exception),
                contextlib.redirect_stdout(io.StringIO()),
                contextlib.chdir(home),
            ):
                exec(cell.text, vars(space))
        return modules.names_of(vars(space), str(home))
    finally:
        sys.path.remove(str(home))
        for name in set(sys.modules) - before:
            del sys.modules[name]


def observed(sheet: Assignment, names: Mapping[str, Any], seed: int) -> dict[str, Observation]:
    """What a kernel would answer."""
    found = {}
    for probe in sheet.probes():
        question = probe.draw(np.random.default_rng(seed), {})
        missing = tuple(name for name in probe.needs if name not in names)
        if missing:
            found[probe.name] = Observation(probe=probe.name, status=Reply.MISSING, missing=missing)
            continue
        with np.errstate(all="ignore"), contextlib.redirect_stdout(io.StringIO()):
            answer = of_calls.calls(names, question, {})
        found[probe.name] = Observation(
            probe=probe.name, status=Reply.ANSWERED, question=question, answer=answer
        )
    return found


def judged(
    sheet: Assignment, folder: Path, scratch: Path, seed: int = 1
) -> tuple[Submission, dict[str, Verdict]]:
    """The homework in a class of one, as it was read, and its verdicts by check."""
    (candidate,) = find_candidates(folder, scratch, Course())
    submission = prepare(candidate, sheet)
    state = np.random.get_state()
    try:
        names = defined(submission, Path(submission.root or folder))
        for name, others in submission.source.roles.items():
            own = next((one for one in others if one in names), None)
            if name not in names and own is not None:
                names[name] = names[own]
        observations = observed(sheet, names, seed)
    finally:
        np.random.set_state(state)
    seen = Seen(assignment=sheet, submission=submission, run=Run(run_id="r", observations=observations))
    return submission, {check.id: verdict for check, verdict in judge_all(seen)}
