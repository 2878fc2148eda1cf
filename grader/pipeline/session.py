"""A whole class: slots that work side by side, and every submission recorded as soon as it is graded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from pathlib import Path

from grader import __version__
from grader.collect import Candidate, prepare
from grader.errors import GraderError, UsageError
from grader.judging import Stopped
from grader.model import Grade, Outcome, Submission, Versions
from grader.model.moments import now
from grader.pipeline.attempts import Attempt, Made, Repeats, again, remember
from grader.pipeline.conclude import conclude
from grader.pipeline.examine import Changed, Examiner
from grader.pipeline.roll import Todo
from grader.pipeline.settings import Event, EventKind
from grader.record import Gradebook
from grader.run.scratch import check_scratch

WAKE_SECONDS = 0.5  # so that the main thread notices Ctrl-C on every system
MOST_SLOTS = 512  # threads that wait for runs elsewhere


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """How a session went."""

    graded: tuple[str, ...] = ()
    # not graded, or still without a further run, because somebody stopped us
    unfinished: tuple[str, ...] = ()
    faults: Mapping[str, str] = field(default_factory=dict)  # student -> what the grader could not do
    interrupted: bool = False
    trouble: str = ""  # why nobody else can be graded now: the folder of the grades is gone, a disk is full


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """The next run of one homework. It comes back at most MOST_RUNS + MOST_REPEATS times: with each time
    `made` is longer, or fewer repeats are left."""

    candidate: Candidate
    made: tuple[Made, ...] = ()  # the attempts so far
    digest: str = ""  # of the files that were run then
    repeats: Repeats = field(default_factory=Repeats)


class NoGround(Exception):
    """What all grading stands on is gone: nothing can be run, or nothing recorded."""


class LiveSession:
    """One session of grading.

    Raises:
        GradebookError: the gradebook belongs to another assignment, or cannot be written.
    """

    def __init__(self, todo: Todo, gradebook: Gradebook, examiner: Examiner) -> None:
        self.todo, self.gradebook, self.examiner = todo, gradebook, examiner
        self.queue: list[Work] = [Work(candidate=candidate) for candidate in todo.work]
        self.graded: dict[str, None] = {}  # in the order in which they were finished
        self.faults: dict[str, str] = {}
        self.trouble = ""
        self.number = gradebook.start_session(
            assignment=todo.roll.assignment.name,
            sheet_digest=todo.roll.sheet,
            versions=Versions(grader=__version__),
            started=now(),
            missing=todo.roll.course.people(todo.roll.absent),
            nobodys=todo.roll.nobodys,
        )

    def run(self) -> Summary:
        """Grade everybody, `jobs` at a time. Ctrl-C ends it in order, and what is done is kept; a second one
        is not caught."""
        interrupted = False
        most = self.examiner.settings.jobs if self.examiner.slots is None else MOST_SLOTS
        pool = ThreadPoolExecutor(most, thread_name_prefix="slot")
        try:
            running: set[Future[None]] = set()
            while (running or self.queue) and not self.trouble:
                # what slots add comes behind all first runs
                while self.queue and len(running) < self._slots():
                    running.add(pool.submit(self._do, self.queue.pop(0)))
                _, running = wait(running, timeout=WAKE_SECONDS, return_when=FIRST_COMPLETED)
        except KeyboardInterrupt:
            interrupted = True
            self.examiner.stop.set()
        pool.shutdown(cancel_futures=True)
        if not self.trouble:
            self.gradebook.finish_session(self.number, now())
        return Summary(
            graded=tuple(self.graded),
            unfinished=tuple(
                candidate.student for candidate in self.todo.work if candidate.student not in self.graded
            ),
            faults=self.faults,
            interrupted=interrupted,
            trouble=self.trouble,
        )

    def _slots(self) -> int:
        """How many homeworks to have under way; workers elsewhere come and go."""
        return (
            self.examiner.settings.jobs
            if self.examiner.slots is None
            else min(MOST_SLOTS, self.examiner.slots())
        )

    def _do(self, work: Work) -> None:
        """What a slot does. Nothing that goes wrong here may stop the class, unless it would go wrong for
        everybody."""
        if self.examiner.stop.is_set():
            return
        try:
            with self.examiner.around(work.candidate.student):
                self._next_run(work)
        except Stopped:
            return
        except NoGround as trouble:
            self._give_up(trouble)
        except BaseException as fault:
            try:
                self._check_ground()
            except NoGround as trouble:
                self._give_up(trouble)
            else:
                self._fault(work.candidate.student, f"not recorded: {fault}")

    def _next_run(self, work: Work) -> None:
        candidate, submission = work.candidate, self._prepared(work.candidate)
        done = self._so_far(work, submission)
        if turn := self.examiner.next_turn(submission, done):
            try:
                done.append(self.examiner.attempt(submission, turn, work.repeats, anew=self._anew(candidate)))
            except Changed:
                if not work.repeats.take(len(work.made) + 1):
                    raise
                self.queue.append(replace(work, made=(), digest=""))
                return
            if _was_ours(done[-1]):
                self._check_ground()
        more = self.examiner.next_turn(submission, done)
        if more is None:
            self._record(candidate, submission, done)
            return
        self._save(candidate, submission, done, more_to_come=True)  # somebody may stop us before the next run
        self.queue.append(replace(work, made=remember(done), digest=submission.digest))
        self.examiner.tell(again(candidate.student, more, done))

    def _so_far(self, work: Work, submission: Submission) -> list[Attempt]:
        """The attempts made so far. All are made again where one of them was of other files, or is damaged or
        gone by now.

        Raises:
            UsageError: the files change again and again.
        """
        if submission.digest != work.digest and work.made:
            if not work.repeats.take(len(work.made)):
                raise UsageError(
                    "the files change again and again while they are graded: the same command grades them"
                    " later"
                )
            return []
        done = [self.examiner.again(submission, made) for made in work.made]
        lost = any(attempt.fault and not made.fault for attempt, made in zip(done, work.made, strict=True))
        return [] if lost and work.repeats.take(len(done)) else done

    def _prepared(self, candidate: Candidate) -> Submission:
        """What was handed in.

        Raises:
            UsageError: files that were there when the class was looked through are gone.
        """
        if gone := [name for name in candidate.files if _is_gone(candidate.root / name)]:
            raise UsageError(
                f"{gone[0]} was there at the start and is gone now: the same command grades what is there"
                " then"
            )
        takes = self.examiner.settings.takes.get(candidate.student, {})
        submission = replace(prepare(candidate, self.todo.roll.assignment), takes=takes)
        flag = self.examiner.settings.flag
        return replace(submission, flags=(*submission.flags, flag)) if flag else submission

    def _anew(self, candidate: Candidate) -> bool:
        return bool({"all", candidate.student} & self.todo.rerun)

    def _record(self, candidate: Candidate, submission: Submission, done: Sequence[Attempt]) -> None:
        """Save what these attempts, all there will be, come to."""
        faults = [attempt.fault for attempt in done if attempt.fault]
        result = self._save(candidate, submission, done)
        if faults:
            self._fault(candidate.student, faults[-1])
        self.graded[candidate.student] = None
        still = f", {result.points_pending:g} still open" if result.points_pending else ""
        text = f"{result.points:g} of {result.points_max:g} points{still}"
        self.examiner.tell(Event(kind=EventKind.GRADED, student=candidate.student, text=text))

    def _save(
        self,
        candidate: Candidate,
        submission: Submission,
        done: Sequence[Attempt],
        *,
        more_to_come: bool = False,
    ) -> Grade:
        roll = self.todo.roll
        found = conclude(
            submission,
            done,
            decisions=self.gradebook.decisions(candidate.student),
            penalty=roll.course.penalty(roll.assignment.points_max, candidate.lateness_hours),
            suggested=self.examiner.settings.suggested,
            more_to_come=more_to_come,
        )
        self.gradebook.save(found.submission, found.run, found.grade, session=self.number, runs=found.runs)
        return found.grade

    def _check_ground(self) -> None:
        """See that grades, runs and temporary files can be written at all, and that there is anybody to run
        what was handed in.

        Raises:
            NoGround: there is no way: whatever is graded next would fail in the same way.
        """
        try:
            self.gradebook.check_home()
            check_scratch()
            self.examiner.check_runner()
        except GraderError as trouble:
            raise NoGround(str(trouble)) from trouble

    def _give_up(self, trouble: NoGround) -> None:
        """End the class: what the other slots are doing cannot be kept either."""
        self.trouble = self.trouble or str(trouble)
        self.examiner.stop.set()

    def _fault(self, student: str, text: str) -> None:
        self.faults[student] = text
        self.examiner.tell(Event(kind=EventKind.FAULT, student=student, text=text))


def _is_gone(path: Path) -> bool:
    """Whether there is nothing any more; what may not be looked at is still there."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):
        return False  # what is wrong with it is told by whoever opens it
    return False


def _was_ours(attempt: Attempt) -> bool:
    """Whether an attempt came to nothing, or to less, because of us."""
    return bool(attempt.fault) or (attempt.run is not None and attempt.run.outcome is Outcome.UNAVAILABLE)
