"""The errors we raise. A student's mistake is a Verdict, never an exception.

GraderError                    one clear line for the person at the terminal; exit code 2
├── UsageError                 what was typed cannot be done: a path, an option, a name
├── AssignmentError            a sheet is wrong: two checks with one name, too many reported points
├── GradebookError             the gradebook cannot be read or written
│   └── Overtaken              somebody else decided the same meanwhile
├── KernelUnavailable          no kernel could be started: our problem, points stay open
├── JudgeFailed                the judge raised where it should not: our problem, points stay open
└── BrokenFrame                bytes from a kernel that are not a frame
"""

from __future__ import annotations


class GraderError(Exception):
    """The base of all errors meant for a person: says the thing, then the hint."""


class UsageError(GraderError):
    """What was asked for cannot be done as typed."""


class AssignmentError(GraderError):
    """A sheet contradicts itself or cannot be loaded; the message names the check or the line."""


class GradebookError(GraderError):
    """The gradebook or a run folder cannot be read or written."""


class Overtaken(GradebookError):
    """Somebody decided about the same check while this person was reading; nothing was written."""


class KernelUnavailable(GraderError):
    """No kernel could be started or reached."""


class JudgeFailed(GraderError):
    """The judging process reports an error of its own, with its traceback."""


class BrokenFrame(GraderError):
    """Bytes that a kernel wrote are not a frame: too long, a bad header, a wrong type."""
