"""A runner without kernels for sheets that only call functions: it executes a notebook's cells in this
process, and answers `calls`.

Only notebooks of our own belong here: nothing shuts them in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from grader.assignment import Probe
from grader.model import CellError, CellRun, Observation, Outcome, Reply, Run
from grader.run import Wanted
from grader.run.host.draw import generator
from tests.test_cli_fakes import write_observations


def run_plainly(wanted: Wanted) -> Run:
    """One run, as the engine would give it."""
    submission, assignment, plan = wanted.submission, wanted.assignment, wanted.plan
    names: dict[str, Any] = {}
    cells = tuple(_executed(cell.number, cell.text, names) for cell in submission.cells)
    observations = {}
    for probe in assignment.probes():
        rng = generator(plan.key, submission.student, submission.digest, str(plan.attempt), probe.name)
        observations[probe.name] = _answer(probe, names, probe.draw(rng, assignment.parameters))
    run = Run(
        run_id=plan.run_id,
        attempt=plan.attempt,
        outcome=Outcome.RAISED if any(cell.error for cell in cells) else Outcome.COMPLETED,
        limits=plan.limits,
        cells=cells,
        observations=observations,
    )
    write_observations(wanted.folder, run)
    return run


def _executed(number: int, text: str, names: dict[str, Any]) -> CellRun:
    error = None
    try:
        exec(compile(text, f"cell {number}", "exec"), names)
    except Exception as problem:
        error = CellError(name=type(problem).__name__, message=str(problem), traceback="")
    return CellRun(number=number, seconds=0.1, error=error)


def _answer(probe: Probe, names: Mapping[str, Any], question: Mapping[str, Any]) -> Observation:
    missing = tuple(name for name in probe.needs if name not in names)
    if missing:
        return Observation(probe=probe.name, status=Reply.MISSING, missing=missing, question=question)
    told: dict[str, Any] = {"steps": []}
    results: list[Any] = []  # what each step returned: later ones may be given it
    for number, step in enumerate(question.get("steps", ())):
        told["steps"].append(_called(number, step, names, question, told, results))
    return Observation(probe=probe.name, status=Reply.ANSWERED, question=question, answer=told)


def _called(
    number: int,
    step: Mapping[str, Any],
    names: Mapping[str, Any],
    question: Mapping[str, Any],
    answer: dict[str, Any],
    results: list[Any],
) -> dict[str, Any]:
    results.append(None)
    try:
        given = [_value(sent, question, results) for sent in step["given"]]
        named = {name: _value(sent, question, results) for name, sent in step["named"].items()}
        results[-1] = result = names[step["of"]["role"]](*given, **named)
    except Exception as problem:
        return {"error": {"name": type(problem).__name__, "message": str(problem)}, "changed": []}
    for place, array in enumerate(_arrays(result)):
        answer[f"r/{number}.{place}"] = array
    return {"kind": type(result).__name__, "changed": []}


def _value(sent: Mapping[str, Any], question: Mapping[str, Any], results: list[Any]) -> Any:
    if "result" in sent:
        return results[sent["result"]]
    return np.array(question[sent["array"]]) if "array" in sent else sent.get("plain")


def _arrays(result: Any) -> Iterator[np.ndarray]:
    if isinstance(result, tuple | list):
        for each in result:
            yield from _arrays(each)
    elif isinstance(result, np.ndarray | int | float | np.number):
        yield np.asarray(result)
