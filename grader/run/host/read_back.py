"""The Run of what a runner left behind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import nbformat

from grader import __version__
from grader.assignment.packages import is_package
from grader.model import Outcome, Run, Versions
from grader.run.host.carry_out import Went
from grader.run.host.cells import absent_modules, cell_run, with_installed
from grader.run.host.shortened import Shortened
from grader.run.host.wanted import Wanted
from grader.run.host.whole_notebook import with_text
from grader.run.job import Folder
from grader.run.runner.wire import load_observations


def read_back(wanted: Wanted, went: Went, short: Shortened) -> Run:
    """The Run of what the runner left behind."""
    plan, where, result = wanted.plan, wanted.where, went.result
    packages = with_installed(wanted.assignment.packages, wanted.submission)
    cells = tuple(cell_run(entry, (went.workspace,)) for entry in result.get("cells", ()))
    outcome = Outcome(result["outcome"])
    stored = load_observations(where.path) if "observations" in result else None
    absent = absent_modules(cells, stored.without_frames() if stored else {}, wanted.submission)
    return Run(
        run_id=plan.run_id,
        attempt=plan.attempt,
        outcome=outcome,
        reason=str(result.get("reason", "")),
        runtime=plan.runtime,
        runtime_reason=plan.runtime_reason,
        runtime_by=plan.runtime_by,
        isolation=went.level,
        limits=plan.limits,
        versions=Versions(
            grader=__version__,
            **{k: v for k, v in result.get("versions", {}).items() if k in Versions.__slots__},
        ),
        overrides=short.overrides,
        replaced=short.replaced,
        cuts=tuple(result.get("cuts", ())),
        cells=cells,
        seconds=float(result.get("seconds", 0.0)),
        memory_mb=float(result.get("memory_mb", 0.0)),
        missing_packages=tuple(name for name in absent if is_package(name, packages)),
        forgotten_modules=tuple(name for name in absent if not is_package(name, packages)),
        notices=tuple(result.get("notices", ())),
        observations=stored or {},
        executed=with_text(wanted.submission, _executed(where)),
        lost_at=str(result.get("lost_at", "")),
    )


def _executed(where: Folder) -> Mapping[str, Any] | None:
    """The executed notebook; None where the runner did not come to write it."""
    try:
        return nbformat.read(where.executed, as_version=4)  # type: ignore[no-any-return]
    except (OSError, ValueError, nbformat.ValidationError):
        return None
