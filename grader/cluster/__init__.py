"""Runs on other machines, by Dask: a host that sends orders, workers that carry them out. Only the modules
that need Dask import it.

What goes out is what a runner on this machine would find: the job, the drawn questions, the student's files
(order.py). What comes back is what it would leave. The key, what was drawn and stays hidden, the gradebook
and all judging stay with the host.
"""

from __future__ import annotations

from grader.errors import UsageError


def need_dask() -> None:
    """See that it can be imported.

    Raises:
        UsageError: the extra is not installed.
    """
    try:
        import cryptography  # noqa: F401
        import distributed  # noqa: F401
    except ModuleNotFoundError as problem:
        missing = "a cluster needs the extra of that name: python -m pip install 'rnn-grader[cluster]'"
        raise UsageError(f"{problem.name} is not installed; {missing}") from problem
