"""What a check concluded, and on what grounds."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass

UNDIAGNOSED = "no known mistake explains it"  # how staff are told that a verdict is `undiagnosed`


class Status(enum.StrEnum):
    """The closed set of things a check can conclude."""

    PASSED = "PASSED"
    PARTIAL = "PARTIAL"
    FAILED = "FAILED"
    SKIPPED = "SKIPPED"  # not reached because of an earlier failure: earns nothing, says why
    NEEDS_REVIEW = "NEEDS_REVIEW"  # a person decides: points pending
    INCONCLUSIVE = "INCONCLUSIVE"  # asks for one more run; never the last word
    ERROR = "ERROR"  # our fault: points pending, the instructor is told


WRONG = frozenset({Status.FAILED, Status.PARTIAL})  # the homework's own fault
NOT_EARNED = WRONG | {Status.SKIPPED}  # and what waits behind it


class Basis(enum.StrEnum):
    """What a verdict rests on, strongest first (docs/points.md)."""

    PROVEN = "proven"  # a question the host drew, an answer the host computed itself
    OBSERVED = "observed"  # the host saw it: cells ran, time, memory
    READ = "read"  # read in the source or the text
    REPORTED = "reported"  # the kernel says so: cheap, forgeable, at most a fifth of the points
    # what the rubric suggests for a text that no person has read: only where the instructor wants it
    SUGGESTED = "suggested"
    JUDGED = "judged"  # a person decided


class Key(enum.StrEnum):
    """A fact that something else than a person reads: by this key, with its value, never by its words."""

    MEASURED_ACCURACY = "measured accuracy"  # 0 to 1, of the model as the notebook leaves it, computed here
    REPORTED_ACCURACY = "reported accuracy"  # 0 to 1, the last that the notebook recorded
    TRAINING_BROKE_OFF = "training broke off"  # the number of the cell that raised where it should train


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One fact behind a verdict: what was looked at, what was wanted, what was seen, and where, in words for
    people."""

    what: str
    expected: str = ""
    actual: str = ""
    where: str = ""
    key: Key | None = None  # None: only people read it
    value: float | None = None  # what was seen, as a number, where there is a key


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """A known mistake whose equations explain what the student's code computes."""

    id: str
    confidence: float  # 0 to 1
    runner_up: str = ""
    words: str = ""  # completes "it behaves like ..."


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The outcome of one check. `share` is the part of the points earned: 1 passed, 0 failed, between for
    PARTIAL."""

    status: Status
    message: str
    hint: str = ""
    evidence: tuple[Evidence, ...] = ()
    basis: Basis | None = None  # None: the basis the check declares
    mistake: Mistake | None = None
    share: float = 0.0
    waits_for: str = ""  # what a pending verdict waits for: "a person", "the package tqdm", ...
    staff_note: str = ""  # shown on staff pages only
    undiagnosed: bool = False  # a mistake should have been named, and no known one explains it
    certain: bool = False  # no more samples and no longer training could change it
    answer: str = ""  # key of the written answer that it is about (grader/judge/checks/written/keys.py), and
    rubric: str = ""  # digest of the rubric it was read with
    # the share of the points that the rubric suggests; never given unless the instructor says so
    suggested: float | None = None


def passed(
    message: str, *, evidence: Sequence[Evidence] = (), basis: Basis | None = None, staff_note: str = ""
) -> Verdict:
    """The check holds."""
    return Verdict(
        status=Status.PASSED,
        message=message,
        evidence=tuple(evidence),
        basis=basis,
        share=1.0,
        staff_note=staff_note,
    )


def partial(share: float, message: str, *, hint: str = "", evidence: Sequence[Evidence] = ()) -> Verdict:
    """The check holds in part; `share` lies strictly between 0 and 1.

    Raises:
        ValueError: the share is not strictly between 0 and 1.
    """
    if not 0.0 < share < 1.0:
        raise ValueError(f"a PARTIAL verdict earns a share between 0 and 1, not {share}")
    return Verdict(status=Status.PARTIAL, message=message, hint=hint, evidence=tuple(evidence), share=share)


def failed(
    message: str,
    *,
    hint: str = "",
    evidence: Sequence[Evidence] = (),
    mistake: Mistake | None = None,
    staff_note: str = "",
    undiagnosed: bool = False,
) -> Verdict:
    """The check does not hold: the message says what, seen and wanted; the hint says what to do."""
    return Verdict(
        status=Status.FAILED,
        message=message,
        hint=hint,
        evidence=tuple(evidence),
        mistake=mistake,
        staff_note="; ".join(note for note in (staff_note, UNDIAGNOSED if undiagnosed else "") if note),
        undiagnosed=undiagnosed,
    )


def skipped(message: str, *, hint: str = "") -> Verdict:
    """The check was not reached because something it builds on is missing or wrong."""
    return Verdict(status=Status.SKIPPED, message=message, hint=hint)


# what a check of one's own homework waits for that its owner can install
OWN_MACHINE = "a package on one's own machine"
ITS_SHEET = "the sheet of this homework"  # what all waits for in homework that is not of this sheet
NO_ANSWER = "an answer, which was not found"  # what a written question waits for to which nothing was found
MISSING_FILE = "a file that was not handed in"  # of the student's own
# what only the student can bring: before the deadline no person is waited for
OF_THE_STUDENT = frozenset({ITS_SHEET, MISSING_FILE})


def needs_review(
    message: str,
    *,
    evidence: Sequence[Evidence] = (),
    staff_note: str = "",
    waits_for: str = "a person",
) -> Verdict:
    """A person decides; until then the points are pending."""
    return Verdict(
        status=Status.NEEDS_REVIEW,
        message=message,
        evidence=tuple(evidence),
        waits_for=waits_for,
        staff_note=staff_note,
    )


def inconclusive(message: str, *, evidence: Sequence[Evidence] = ()) -> Verdict:
    """This run could not decide; the pipeline runs once more, in a fresh kernel and in full."""
    return Verdict(
        status=Status.INCONCLUSIVE, message=message, evidence=tuple(evidence), waits_for="another run"
    )


def error(message: str, *, waits_for: str = "the instructor", staff_note: str = "") -> Verdict:
    """Our fault: the points stay open and the instructor is told."""
    return Verdict(status=Status.ERROR, message=message, waits_for=waits_for, staff_note=staff_note)


def package_awaited(name: str) -> str:
    """What a verdict waits for where a package is not installed."""
    return f"the package {name}"
