"""All that touches student code: a runner process per notebook, a kernel below it, and the wire between."""

from grader.run.launch import Plan, limits_of, run_submission
from grader.run.wire import load_observations

__all__ = ["Plan", "limits_of", "load_observations", "run_submission"]
