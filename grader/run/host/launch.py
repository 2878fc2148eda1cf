"""A run on this machine: draw the questions, have it carried out, read back what happened."""

from __future__ import annotations

from grader.model import Run
from grader.run.host.carry_out import Prepared, carry_out
from grader.run.host.draw import draw
from grader.run.host.own_files import copy_files
from grader.run.host.place import NO_PLACE, Place
from grader.run.host.read_back import read_back
from grader.run.host.runners import Runners
from grader.run.host.wanted import Wanted
from grader.run.scratch import scratch


def run_submission(wanted: Wanted, place: Place = NO_PLACE, runners: Runners | None = None) -> Run:
    """Run one submission once, on this machine. Never raises for anything the student's code does."""
    if runners is None:
        with Runners() as own:
            return run_submission(wanted, place, own)
    with scratch() as private:
        workspace = private / "files"
        job, short = draw(wanted)
        copy_files(wanted.submission, workspace, short.overrides, short.replaced)
        ready = Prepared(
            job=job, where=wanted.where, workspace=workspace, on_event=wanted.on_event, stop=wanted.stop
        )
        return read_back(wanted, carry_out(ready, place, runners), short)
