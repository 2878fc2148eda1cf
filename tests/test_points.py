"""The rules of points (docs/points.md), one by one and as laws that hold for every sheet."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.assignment import Check
from grader.grading.points import before_handing_in, final, grade, only_confirmed
from grader.model import Basis, Decision, Level, Mistake, Status, Verdict
from grader.model.verdict import ITS_SHEET, MISSING_FILE

CLOSE = 1e-6  # sums of hundredths in floating point


def a_check(id="a", points=4.0, level=None, basis=Basis.PROVEN, **other):
    return Check(
        id=id, task="1", title=id, points=points, judge=lambda seen: None, basis=basis, level=level, **other
    )


def a_verdict(status, share=0.5, **other):
    return Verdict(
        status=status, message=status.value, share=share if status is Status.PARTIAL else 0.0, **other
    )


def a_decision(check_id="a", points=4.0, digest="d", person="Grace", reason="read it"):
    when = "2026-01-01T00:00:00+00:00"
    return Decision(
        student="ada",
        check_id=check_id,
        points=points,
        reason=reason,
        person=person,
        when=when,
        digest=digest,
    )


def grade_one(status, check=None, decisions=(), **other):
    return grade([(check or a_check(), a_verdict(status, **other))], decisions, "d")


@pytest.mark.parametrize(
    ("status", "points", "pending", "auto"),
    [
        (Status.PASSED, 4, 0, 4),
        (Status.PARTIAL, 2, 0, 2),
        (Status.FAILED, 0, 0, 0),
        (Status.SKIPPED, 0, 0, 0),
        (Status.NEEDS_REVIEW, 0, 4, None),
        (Status.INCONCLUSIVE, 0, 4, None),
        (Status.ERROR, 0, 4, None),
    ],
)
def test_what_each_status_is_worth(status, points, pending, auto):
    result = grade_one(status)
    assert (result.points, result.points_pending, result.points_max) == (points, pending, 4)
    assert result.checks[0].points_auto == auto
    assert result.checks[0].decided_by == "checks"


def test_a_share_is_given_in_hundredths():
    assert grade_one(Status.PARTIAL, a_check(points=1.0), share=1 / 3).points == 0.33


def test_a_decision_replaces_the_result_and_keeps_what_the_checks_said():
    result = grade_one(Status.FAILED, decisions=[a_decision(points=3.0)])
    check = result.checks[0]
    assert (result.points, check.points, check.points_auto) == (3, 3, 0)
    assert (check.status, check.decided_by, check.basis, check.message) == (
        Status.PARTIAL,
        "Grace",
        Basis.JUDGED,
        "read it",
    )


@pytest.mark.parametrize(
    ("points", "status"), [(0, Status.FAILED), (2, Status.PARTIAL), (4, Status.PASSED), (9, Status.PASSED)]
)
def test_a_decision_is_worth_what_the_person_gave_but_never_more_than_the_check(points, status):
    check = grade_one(Status.NEEDS_REVIEW, decisions=[a_decision(points=points)]).checks[0]
    assert (check.status, check.points) == (status, min(points, 4))


def test_a_decision_about_other_files_does_not_count():
    assert grade_one(Status.NEEDS_REVIEW, decisions=[a_decision(digest="other")]).points_pending == 4


def test_the_latest_decision_counts():
    assert grade_one(Status.NEEDS_REVIEW, decisions=[a_decision(points=1), a_decision(points=3)]).points == 3


def test_a_decision_that_is_no_number_does_not_count():
    assert grade_one(Status.NEEDS_REVIEW, decisions=[a_decision(points=float("nan"))]).points_pending == 4


def test_lateness_never_takes_more_than_there_is():
    passed = [(a_check(), a_verdict(Status.PASSED))]
    assert grade(passed, (), "d", penalty=1.5).points == 2.5
    assert grade(passed, (), "d", penalty=9).points == 0


def test_points_given_later_bear_the_penalty_that_points_given_before_could_not_pay():
    waits = [(a_check(), a_verdict(Status.NEEDS_REVIEW))]
    before = grade(waits, (), "d", penalty=3)
    after = grade(waits, [a_decision(points=4)], "d", penalty=before.penalty)
    assert (before.points, after.points) == (0, 1)


def test_a_level_needs_the_checks_of_all_levels_below():
    checks = [a_check("a", level=Level.PASSED), a_check("b", level=Level.OUTSTANDING), a_check("c")]

    def levels(*statuses):
        result = grade(
            [(check, a_verdict(status)) for check, status in zip(checks, statuses, strict=True)], (), "d"
        )
        return result.level, result.level_possible

    good, bad, waits = Status.PASSED, Status.FAILED, Status.NEEDS_REVIEW
    assert levels(good, good, bad) == (Level.OUTSTANDING, Level.OUTSTANDING)  # no level needs c
    assert levels(good, waits, good) == (Level.PASSED, Level.OUTSTANDING)
    assert levels(waits, good, good) == (Level.NOT_PASSED, Level.OUTSTANDING)
    assert levels(bad, good, good) == (Level.NOT_PASSED, Level.NOT_PASSED)
    assert levels(waits, bad, good) == (Level.NOT_PASSED, Level.PASSED)
    assert levels(Status.PARTIAL, good, good) == (Level.NOT_PASSED, Level.NOT_PASSED)  # part of it is not it


@pytest.mark.parametrize(
    ("waits_for", "level"),
    [("a person", Level.PASSED), (MISSING_FILE, Level.NOT_PASSED), (ITS_SHEET, Level.NOT_PASSED)],
)
def test_before_handing_in_nobody_is_waited_for_who_cannot_help(waits_for, level):
    waiting = grade_one(Status.NEEDS_REVIEW, a_check(level=Level.PASSED), waits_for=waits_for)
    assert waiting.level_possible is Level.PASSED
    assert before_handing_in(waiting) == replace(waiting, level_possible=level)


def test_a_sheet_without_levels_gives_none():
    assert grade_one(Status.PASSED).level is Level.NOT_PASSED


def test_nothing_is_hinted_or_diagnosed_where_nothing_is_wrong():
    mistake = Mistake(id="swapped", confidence=1.0)
    check = grade_one(Status.FAILED, a_check(hint="look"), [a_decision(points=4)], mistake=mistake).checks[0]
    assert (check.hint, check.mistake) == ("", None)
    assert grade_one(Status.FAILED, a_check(hint="look"), mistake=mistake).checks[0].hint == "look"


# ── the budget may say "passed", never "failed"
# ──────────────────────────────────────────────────────────────────────────


def after_full(first, full, basis=Basis.PROVEN):
    check = a_check(basis=basis)
    full_run = [(check, a_verdict(full))] if full else None
    return only_confirmed([(check, a_verdict(first))], full_run)[0][1]


@pytest.mark.parametrize("first", [Status.FAILED, Status.PARTIAL, Status.SKIPPED])
def test_a_failure_in_a_shortened_run_waits_for_the_full_one(first):
    assert after_full(first, None).status is Status.INCONCLUSIVE


@pytest.mark.parametrize(
    ("first", "full", "expected"),
    [
        (Status.FAILED, Status.FAILED, Status.FAILED),
        (Status.FAILED, Status.PARTIAL, Status.FAILED),
        (Status.SKIPPED, Status.FAILED, Status.SKIPPED),
        (Status.SKIPPED, Status.SKIPPED, Status.SKIPPED),
        (Status.FAILED, Status.SKIPPED, Status.NEEDS_REVIEW),
        (Status.FAILED, Status.PASSED, Status.NEEDS_REVIEW),
        (Status.PARTIAL, Status.NEEDS_REVIEW, Status.NEEDS_REVIEW),
        (Status.FAILED, Status.ERROR, Status.ERROR),
        (Status.PASSED, Status.FAILED, Status.PASSED),
        (Status.INCONCLUSIVE, Status.FAILED, Status.FAILED),  # it asked for the full run
        # points are not put together from two runs
        (Status.INCONCLUSIVE, Status.PASSED, Status.NEEDS_REVIEW),
        (Status.INCONCLUSIVE, Status.SKIPPED, Status.NEEDS_REVIEW),
        (Status.INCONCLUSIVE, Status.ERROR, Status.ERROR),
    ],
)
def test_a_failure_in_a_shortened_run_must_recur_in_the_full_one(first, full, expected):
    assert after_full(first, full).status is expected


def test_what_was_read_in_the_source_needs_no_second_run():
    assert after_full(Status.FAILED, None, Basis.READ).status is Status.FAILED


@pytest.mark.parametrize("lost", [Status.FAILED, Status.PARTIAL, Status.SKIPPED])
def test_what_no_longer_run_could_change_needs_no_second_run(lost):
    certain = replace(a_verdict(lost), certain=True)
    assert only_confirmed([(a_check(), certain)], None)[0][1] == certain


def test_what_stays_open_is_told_with_what_the_full_run_said():
    short = replace(a_verdict(Status.INCONCLUSIVE), message="after a short training 50% are right")
    full = replace(a_verdict(Status.SKIPPED), message="cell 7 was stopped after 15 minutes")
    (_, told) = only_confirmed([(a_check(), short)], [(a_check(), full)])[0]
    assert told.message == (
        "after a short training 50% are right; in the full run: cell 7 was stopped after 15 minutes"
    )


def test_inconclusive_is_never_the_last_word():
    assert final([(a_check(), a_verdict(Status.INCONCLUSIVE))])[0][1].status is Status.NEEDS_REVIEW


# ── laws
# ────────────────────────────────────────────────────────────────────────────────────────────────────────────

cents = st.integers(0, 2000).map(lambda number: number / 100)
levels = st.sampled_from([None, Level.PASSED, Level.OUTSTANDING])
verdicts = st.builds(a_verdict, st.sampled_from(list(Status)), share=st.floats(0.001, 0.999))


@st.composite
def gradings(draw):
    """(verdicts, decisions) of a random sheet."""
    size = draw(st.integers(0, 8))
    judged = [(a_check(f"c{n}", draw(cents), draw(levels)), draw(verdicts)) for n in range(size)]
    ids = st.sampled_from([check.id for check, _ in judged] or ["none"])
    decisions = st.builds(a_decision, ids, points=st.floats(-5, 30), digest=st.sampled_from(["d", "other"]))
    return judged, draw(st.lists(decisions, max_size=4))


@given(gradings(), cents)
def test_nobody_gets_more_than_there_is(grading, penalty):
    result = grade(*grading, "d", penalty)
    assert result.points >= 0
    assert result.points_pending >= 0
    assert result.points + result.points_pending <= result.points_max + CLOSE
    assert all(0 <= check.points <= check.points_max for check in result.checks)


@given(gradings())
def test_pending_points_can_only_lift_the_level(grading):
    result = grade(*grading, "d")
    assert result.level <= result.level_possible
    if not result.points_pending and not any(check.pending for check in result.checks):
        assert result.level == result.level_possible


@given(gradings(), st.randoms(use_true_random=False))
def test_the_order_of_the_checks_does_not_matter(grading, random):
    judged, decisions = grading
    shuffled = random.sample(judged, len(judged))
    first, second = grade(judged, decisions, "d"), grade(shuffled, decisions, "d")
    same = ("points", "points_max", "points_pending", "level", "level_possible")
    assert [getattr(first, name) for name in same] == [getattr(second, name) for name in same]
    assert {check.id: check for check in first.checks} == {check.id: check for check in second.checks}


@given(gradings(), st.floats(0, 30))
def test_a_decision_changes_its_own_check_and_no_other(grading, points):
    judged, decisions = grading
    before = grade(judged, decisions, "d").checks
    after = grade(judged, [*decisions, a_decision("c0", points=points)], "d").checks
    assert before[1:] == after[1:]
    if after:
        assert after[0].decided_by == "Grace"
        assert after[0].points_auto == before[0].points_auto


@given(gradings())
def test_grading_again_by_its_own_results_changes_nothing(grading):
    judged, decisions = grading
    assert grade(judged, decisions, "d") == grade(judged, [*decisions, *decisions], "d")


@given(gradings(), st.integers(0, 7))
def test_a_check_that_comes_to_pass_never_lowers_anything(grading, place):
    judged, _ = grading
    if place >= len(judged):
        return
    better = [*judged]
    better[place] = (judged[place][0], a_verdict(Status.PASSED))
    before, after = grade(judged, (), "d"), grade(better, (), "d")
    assert after.points >= before.points
    assert after.level >= before.level
    assert after.level_possible >= before.level_possible


@given(gradings())
def test_a_shortened_run_alone_fails_nobody(grading):
    judged, _ = grading
    told = only_confirmed(judged, None)
    assert not any(verdict.status in (Status.FAILED, Status.PARTIAL, Status.SKIPPED) for _, verdict in told)
    assert grade(told, (), "d").points <= grade(judged, (), "d").points
