"""`grade --profile`: what every second of processor time went into, student by student.

Each process says what it used: the slots of this one by thread, runners and kernels beside their outcome,
judges to whoever asked them. What all of them used together is asked of the system at the end; the difference
is what nobody accounts for.
"""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console

from grader.cli.grade.means import Means
from grader.cli.places import cores
from grader.errors import UsageError
from grader.judging import CHILDREN, Children
from grader.model import Run
from grader.record.files import write_atomically
from grader.run import Wanted
from grader.run.job import QUESTION, START

HERE = ("prepare and record", "draw, send, read back", "wait for the judge")  # in the threads of this process
KERNEL = ("start of the kernel", "cells")
ONCE = ""  # instead of a student: what is for all of them together
FILE = "profile.json"
NOBODY_KNOWS = "what nobody accounts for"


class Account:
    """CPU seconds by student and by what they went into. Its methods may be called from several threads."""

    def __init__(self) -> None:
        self.spent: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        self.total = 0.0  # CPU seconds of everything, once it has ended
        self.judges: Children | None = None
        self._servers: Callable[[], Mapping[str, float]] = dict
        self._lock = threading.Lock()
        self._began = _used()

    def add(self, student: str, what: str, seconds: float) -> None:
        """Put to account."""
        with self._lock:
            self.spent[student][what] += seconds

    @contextlib.contextmanager
    def doing(self, student: str, what: str, instead_of: str = "") -> Iterator[None]:
        """What this thread uses meanwhile went into `what`, and not into `instead_of` around it."""
        began = time.thread_time()
        try:
            yield
        finally:
            seconds = time.thread_time() - began
            with self._lock:
                self.spent[student][what] += seconds
                if instead_of:
                    self.spent[student][instead_of] -= seconds

    def watch(self, means: Means) -> Means:
        """The same means, under whose hands everything is put to account."""
        rest, run, wait = HERE

        def runner(wanted: Wanted) -> Run:
            student = wanted.submission.student
            with self.doing(student, run, rest):
                found = means.runner(wanted)
            for what, seconds in _said(wanted.where.outcome).items():
                self.add(ONCE if what == START else student, what, seconds)
            return found

        judge = means.judge
        if judge is CHILDREN:
            self.judges = judge = Children(spent=self._judged)
        self.add(ONCE, "trial of the sandbox", _used()[1] - self._began[1])
        self._servers = means.spent
        return replace(
            means,
            runner=runner,
            judge=_Judge(judge, self, wait, rest),
            around=lambda who: self.doing(who, rest),
        )

    def _judged(self, folder: str, seconds: float) -> None:
        who, what = (Path(folder).parent.name, "judging") if folder else (ONCE, "start of judges")
        self.add(who, what, seconds)

    def close(self) -> None:
        """All that was started has ended: what is no single student's."""
        if self.judges is not None:
            self.judges.close()
        CHILDREN.close()
        servers = self._servers()
        self.add(ONCE, "import TensorFlow (fork servers)", servers.get("own", 0.0))
        if kernels := servers.get("kernels", 0.0):
            known = self._sum(lambda what: what in KERNEL or what.startswith(QUESTION))
            self.add(ONCE, "kernels outside of cells and questions", kernels - known)
        own, below = (now - before for now, before in zip(_used(), self._began, strict=True))
        in_threads = self._sum(lambda what: what in HERE)
        known_below = self._sum(lambda what: what not in HERE)
        self.add(ONCE, "this command: imports, collecting, waiting, pages", own - in_threads)
        self.add(ONCE, NOBODY_KNOWS, below - known_below)
        self.total = own + below

    def _sum(self, counts: Callable[[str], bool]) -> float:
        return sum(seconds for of in self.spent.values() for what, seconds in of.items() if counts(what))

    def mean(self) -> dict[str, float]:
        """What went into what, for one submission."""
        people = max(1, len(self.spent.keys() - {ONCE}))
        sums: dict[str, float] = defaultdict(float)
        for spent in self.spent.values():
            for what, seconds in spent.items():
                sums[what] += seconds / people
        return dict(sorted(sums.items(), key=lambda pair: -pair[1]))

    def lines(self) -> list[str]:
        """The mean as a table, the most first."""
        people, mean = max(1, len(self.spent.keys() - {ONCE})), self.mean()
        whole = self.total / people
        return [
            f"Processor time: {self.total:.1f} s, {whole:.2f} s a submission ({people} of them, {cores()}"
            " cores)",
            *(
                f"  {seconds:7.2f} s  {seconds / max(whole, 1e-9):4.0%}  {what}"
                for what, seconds in mean.items()
            ),
        ]


class _Judge:
    def __init__(self, judge: Any, account: Account, what: str, instead_of: str) -> None:
        self.judge, self.account, self.what, self.instead_of = judge, account, what, instead_of

    def __call__(
        self, assignment: Any, submission: Any, run: Any, folder: Path, stop: threading.Event
    ) -> Any:
        with self.account.doing(submission.student, self.what, self.instead_of):
            return self.judge(assignment, submission, run, folder, stop)

    def ready(self, assignment: Any) -> None:
        self.judge.ready(assignment)


@contextlib.contextmanager
def an_account(console: Console, out: Path) -> Iterator[Account]:
    """An account that is closed, shown and written when everything below it has ended."""
    account = Account()
    yield account
    account.close()
    data = {
        "total": account.total,
        "mean": account.mean(),
        "submissions": {who: dict(spent) for who, spent in account.spent.items() if who != ONCE},
        "for all": dict(account.spent[ONCE]),
    }
    write_atomically(out / FILE, json.dumps(data, indent=1), durable=False)
    console.print("\n".join(account.lines()))


def _said(outcome: Path) -> Mapping[str, float]:
    # a run that told nothing: it counts as nothing in a measurement
    with contextlib.suppress(OSError, ValueError, AttributeError):
        return {
            str(what): float(seconds)
            for what, seconds in json.loads(outcome.read_text("utf-8")).get("spent", {}).items()
        }
    return {}


def _used() -> tuple[float, float]:
    """CPU seconds of this process, and of all below it that have ended.

    Raises:
        UsageError: this system does not say.
    """
    try:
        import resource
    except ImportError as problem:
        raise UsageError("--profile needs Linux or macOS") from problem
    own, below = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime, below.ru_utime + below.ru_stime
