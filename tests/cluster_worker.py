"""A worker of a cluster whose runs are made up: it sleeps instead of starting kernels. All else is the real
one.

usage: python tests/cluster_worker.py ADDRESS [--slots N] [--level LEVEL] [--log FILE]

What a notebook says behind a # in its second line is done: `# sleep 0.5`, `# kill` (this process ends by
force), `# once FILE kill` (the first time), `... load 1000` makes an answer larger. Its first line holds the
answers, one for each attempt, as in test_cli_fakes.py.
"""

from __future__ import annotations

import argparse
import ast
import asyncio
import json
import os
import signal
import threading
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from grader.cluster.hands import Hands
from grader.cluster.worker import be_quiet, stay
from grader.model import Outcome
from grader.run.host.carry_out import Prepared, Went
from grader.run.inside import frames

SECONDS = 0.05


@dataclass(frozen=True)
class Sleeper:
    """Sleeps, and answers what the notebook says."""

    level: str
    log: Path | None

    def carry_out(self, ready: Prepared) -> Went:
        """A made-up run."""
        job, where, stop = ready.job, ready.where, ready.stop
        first, _, more = job.cells[0].text.partition("\n")
        self.note("begins", first)
        ready.on_event({"event": "cell", "number": 1})
        outcome, answers = (
            self.play(more.partition("#")[2].split(), stop),
            ast.literal_eval(first.partition("=")[2].strip()),
        )
        answer = answers[0] if job.steps or len(answers) == 1 else answers[-1]
        (where.answers / "answer.frame").write_bytes(
            frames.pack({"text": answer, "load": np.frombuffer(os.urandom(self.load(more)), np.uint8)})
        )
        result = {"outcome": outcome, "observations": {"answer": {"status": "answered"}}, "seconds": SECONDS}
        where.outcome.write_text(
            json.dumps(
                result | {"cells": [{"number": 1, "seconds": SECONDS, "timed_out": False, "error": None}]}
            )
        )
        self.note("stopped" if stop.is_set() else "ends", first)
        return Went(result=result, level=self.level, workspace=str(ready.workspace))

    def play(self, words: list[str], stop: threading.Event) -> Outcome:
        """Do what the words say."""
        match words:
            case ["sleep", seconds, *_]:
                stop.wait(float(seconds))
            case ["kill"]:
                os.kill(os.getpid(), signal.SIGKILL)
            case ["once", file, what] if not Path(file).exists():
                Path(file).touch()
                if what == "late":
                    return Outcome.TIMED_OUT
                os.kill(os.getpid(), signal.SIGKILL if what == "kill" else signal.SIGSTOP)
            case ["late"]:
                return Outcome.TIMED_OUT
            case _:
                stop.wait(SECONDS)
        return Outcome.COMPLETED

    def load(self, more: str) -> int:
        """How many bytes an answer has beside its word."""
        return int(more.rpartition(" load ")[2]) if " load " in more else 0

    def note(self, what: str, which: str) -> None:
        """One line for the test."""
        if self.log is not None:
            with self.log.open("a") as file:
                file.write(f"{os.getpid()} {what} {which}\n")


def main() -> None:
    """Work until somebody ends us."""
    parser = argparse.ArgumentParser()
    parser.add_argument("address")
    parser.add_argument("--slots", type=int, default=1)
    parser.add_argument("--level", default="namespaces")
    parser.add_argument("--log", type=Path)
    wish = parser.parse_args()
    be_quiet()
    hands = Hands(engine=Sleeper(wish.level, wish.log))
    asyncio.run(stay(wish.address, hands, slots=wish.slots, security=None, say=print))


if __name__ == "__main__":
    main()
