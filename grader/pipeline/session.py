"""A whole class: slots that work side by side, every submission recorded as soon as it is graded, and the reports."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from grader import __version__
from grader.assignment import Assignment
from grader.collect import Candidate, prepare
from grader.judge.points import grade
from grader.model import Submission, Versions
from grader.pipeline.attempts import Attempt, best, flags, in_words, provisional
from grader.pipeline.examine import Event, Examiner, Stopped
from grader.pipeline.roll import Todo
from grader.record import Gradebook, Record, run_path
from grader.report import Paths, write_reports
from grader.run import load_observations

WAKE_SECONDS = 0.5  # so that the main thread notices Ctrl-C on every system
CURVES = ("train_losses", "test_losses", "test_accuracies")
Curves = Mapping[str, Sequence[float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """How a session went."""

    graded: tuple[str, ...] = ()
    unfinished: tuple[str, ...] = ()  # not graded, or still without a further run, because somebody stopped us
    faults: Mapping[str, str] = field(default_factory=dict)  # student -> what the grader could not do
    interrupted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """The next run of one homework, after those that are `done`."""

    candidate: Candidate
    submission: Submission | None = None
    done: tuple[Attempt, ...] = ()


class Session:
    """One session of grading.

    Raises:
        GradebookError: the gradebook belongs to another assignment, or cannot be written.
    """

    def __init__(self, todo: Todo, gradebook: Gradebook, examiner: Examiner) -> None:
        self.todo, self.gradebook, self.examiner = todo, gradebook, examiner
        self.queue: list[Work] = [Work(candidate=candidate) for candidate in todo.work]
        self.graded: dict[str, None] = {}  # in the order in which they were finished
        self.faults: dict[str, str] = {}
        self.number = gradebook.start_session(
            assignment=todo.roll.assignment.name,
            sheet_digest=todo.roll.sheet,
            versions=Versions(grader=__version__),
            started=_now(),
        )

    def run(self) -> Summary:
        """Grade everybody, `jobs` at a time. Ctrl-C ends it in order, and what is done is kept; a second one is not caught."""
        interrupted = False
        pool = ThreadPoolExecutor(self.examiner.settings.jobs, thread_name_prefix="slot")
        try:
            running: set[Future[None]] = set()
            while running or self.queue:
                while self.queue:  # what workers add comes behind all first runs: the pool is first in, first out
                    running.add(pool.submit(self._do, self.queue.pop(0)))
                _, running = wait(running, timeout=WAKE_SECONDS, return_when=FIRST_COMPLETED)
        except KeyboardInterrupt:
            interrupted = True
            self.examiner.stop.set()
        pool.shutdown(cancel_futures=True)
        self.gradebook.finish_session(self.number, _now())
        left = tuple(candidate.student for candidate in self.todo.work if candidate.student not in self.graded)
        return Summary(graded=tuple(self.graded), unfinished=left, faults=self.faults, interrupted=interrupted)

    def _do(self, work: Work) -> None:
        """What a slot does. Nothing that goes wrong here may stop the class."""
        try:
            self._next_run(work.candidate, work.submission or self._read(work.candidate), work.done)
        except Stopped:
            return
        except Exception as fault:
            self._fault(work.candidate.student, f"not recorded: {fault}")

    def _read(self, candidate: Candidate) -> Submission:
        submission = prepare(candidate, self.todo.roll.assignment)
        flag = self.examiner.settings.flag
        return replace(submission, flags=(*submission.flags, flag)) if flag else submission

    def _next_run(self, candidate: Candidate, submission: Submission, before: tuple[Attempt, ...]) -> None:
        step = self.examiner.next_step(submission, before)
        done = (*before, self.examiner.attempt(submission, step)) if step else before
        more = self.examiner.next_step(submission, done)
        if more is None:
            counts = best(done)
            self._record(candidate, replace(submission, flags=(*submission.flags, *flags(done, counts))), counts)
            return
        self._record(candidate, submission, provisional(done), last=False)  # somebody may stop us before the next run
        self.queue.append(Work(candidate=candidate, submission=submission, done=done))
        self.examiner.tell(Event(kind="again", student=candidate.student, text=in_words(more, done)))

    def _record(self, candidate: Candidate, submission: Submission, attempt: Attempt, *, last: bool = True) -> None:
        student, roll = candidate.student, self.todo.roll
        penalty = roll.course.penalty(roll.assignment.points_max, candidate.lateness_hours)
        result = grade(attempt.verdicts, self.gradebook.decisions(student), submission.digest, penalty)
        self.gradebook.save(submission, attempt.run, result, session=self.number)
        if attempt.fault:
            self._fault(student, attempt.fault)
        if last:
            self.graded[student] = None
            self.examiner.tell(Event(kind="graded", student=student, text=f"{result.points:g} of {result.points_max:g} points"))

    def _fault(self, student: str, text: str) -> None:
        self.faults[student] = text
        self.examiner.tell(Event(kind="fault", student=student, text=text))


def make_reports(
    gradebook: Gradebook, assignment: Assignment, *, missing: Sequence[str] = (), only: Collection[str] | None = None
) -> Paths:
    """Write all reports beside the gradebook; pages only of the students in `only` and of those who have none yet.

    Raises:
        GraderError: a file cannot be written, or the packages that make pages are not installed.
    """
    out = gradebook.folder
    records = gradebook.records()
    if only is not None:
        only = {r.student for r in records if r.student in only or not (out / "feedback" / f"{r.student}.html").is_file()}
    curves = {record.student: curves_of(gradebook, record) for record in records if only is None or record.student in only}
    return write_reports(out, gradebook, assignment, curves=curves, missing=missing, only=only)


def curves_of(gradebook: Gradebook, record: Record) -> Curves:
    """The losses and accuracies that a run recorded, as far as the stored answer holds any."""
    if not record.run_id:
        return {}
    try:
        seen = load_observations(run_path(gradebook.folder, record.student, record.run_id)).get("names")
    except Exception:  # a deleted or damaged run: a report does without its curve
        return {}
    arrays = {name: seen.array(f"list/{name}") for name in CURVES} if seen else {}
    return {name: [float(value) for value in array.ravel()] for name, array in arrays.items() if array is not None}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
