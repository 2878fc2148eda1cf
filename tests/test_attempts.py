"""At most three runs: which comes next, and which one counts."""

from dataclasses import replace

import pytest
from test_points import a_check, a_verdict

from grader.model import Basis, Extent, Outcome, Run, RuntimeChoice, Status
from grader.model.runtime import KERAS2, KERAS3
from grader.pipeline.attempts import (
    Attempt,
    Turn,
    again,
    best,
    flags,
    lacking,
    next_turn,
    provisional,
)

FIRST, OTHER = RuntimeChoice(name=KERAS3), RuntimeChoice(name=KERAS2, reason="under Keras 3 it fails")
SHORT, OWN, FULL = Extent


def tried(number, runtime, extent, points, *, full=False, other=None, **more):
    """An attempt that got so many of 4 points."""
    status = {0: Status.FAILED, 2: Status.PARTIAL, 4: Status.PASSED}[points]
    turn = Turn(number=number, extent=extent, runtime=runtime)
    run = Run(run_id=f"r-{number}", attempt=number, runtime=runtime.name)
    verdicts = ((a_check(), a_verdict(status)),)
    return Attempt(
        run=run,
        verdicts=verdicts,
        turn=turn,
        wants=FULL if full is True else full or None,
        wants_runtime=other,
        **more,
    )


def following(*done, extent=SHORT):
    turn = next_turn(done, FIRST, extent)
    return (turn.number, turn.runtime.name, turn.extent) if turn else None


def test_the_first_run_is_shortened_unless_nobody_wants_a_budget():
    assert following() == (1, KERAS3, SHORT)
    assert following(extent=FULL) == (1, KERAS3, FULL)


def test_what_passes_is_not_run_again():
    assert following(tried(1, FIRST, SHORT, 4)) is None


def test_what_fails_in_a_shortened_run_is_run_in_full():
    short = tried(1, FIRST, SHORT, 0, full=True)
    assert following(short) == (2, KERAS3, FULL)
    assert following(short, tried(2, FIRST, FULL, 0)) is None


def test_what_no_training_decides_is_confirmed_with_the_students_own_numbers():
    short = tried(1, FIRST, SHORT, 2, full=OWN)
    assert following(short) == (2, KERAS3, OWN)
    own = tried(2, FIRST, OWN, 2)
    assert following(short, own) is None
    assert best([short, own]).verdicts[0][1].status is Status.PARTIAL


def test_what_did_not_end_is_not_waited_for_again_by_the_run_that_confirms():
    short = tried(1, FIRST, SHORT, 0, full=True, unending=(7, 3))
    assert next_turn([short], FIRST, SHORT).unending == (3, 7)


def test_another_runtime_or_other_numbers_may_end():
    short = tried(1, FIRST, SHORT, 0, full=True, other=OTHER, unending=(3,))
    other = tried(2, OTHER, SHORT, 2, full=True, unending=(7,))
    assert next_turn([short], FIRST, SHORT).unending == ()
    assert next_turn([short, other], FIRST, SHORT).unending == (7,)
    assert next_turn([replace(short, wants_corrected=True, wants_runtime=None)], FIRST, SHORT).unending == ()


def test_the_other_runtime_comes_before_the_full_run():
    short = tried(1, FIRST, SHORT, 0, full=True, other=OTHER)
    assert following(short) == (2, KERAS2, SHORT)
    assert following(short, tried(2, OTHER, SHORT, 4)) is None


@pytest.mark.parametrize(("points", "runtime"), [(2, KERAS2), (0, KERAS3)])
def test_the_full_run_is_in_the_runtime_that_did_better(points, runtime):
    short = tried(1, FIRST, SHORT, 0, full=True, other=OTHER)
    again = tried(2, OTHER, SHORT, points, full=True)
    assert following(short, again) == (3, runtime, FULL)


def test_a_sign_in_the_full_run_leads_to_a_full_run_in_the_other_runtime():
    short, full = tried(1, FIRST, SHORT, 0, full=True), tried(2, FIRST, FULL, 0, other=OTHER)
    assert following(short, full) == (3, KERAS2, FULL)


def test_without_a_budget_the_other_runtime_runs_in_full():
    assert following(tried(1, FIRST, FULL, 0, other=OTHER), extent=FULL) == (2, KERAS2, FULL)


def test_there_is_no_way_back_and_no_fourth_run():
    back = tried(2, OTHER, FULL, 0, other=FIRST)
    assert following(tried(1, FIRST, FULL, 0, other=OTHER), back, extent=FULL) is None
    three = [
        tried(n, runtime, SHORT, 0, full=True, other=OTHER)
        for n, runtime in ((1, FIRST), (2, OTHER), (3, OTHER))
    ]
    assert following(*three) is None


def corrected(number, points, **more):
    """An attempt with a number where a parameter is none to train with."""
    made = tried(number, FIRST, SHORT, points, **more)
    return replace(made, turn=replace(made.turn, corrected=True))


def test_a_number_to_train_with_is_tried_before_the_full_run_and_kept_in_it():
    short = tried(1, FIRST, SHORT, 0, full=True, wants_corrected=True)
    second = next_turn([short], FIRST, SHORT)
    assert (second.number, second.corrected, second.extent) == (2, True, SHORT)
    assert following(short, corrected(2, 4)) is None
    third = next_turn([short, corrected(2, 2, full=True)], FIRST, SHORT)
    assert (third.number, third.corrected, third.extent) == (3, True, FULL)


def test_a_number_to_train_with_counts_only_if_it_helps():
    short = tried(1, FIRST, SHORT, 2, full=True, wants_corrected=True)
    third = next_turn([short, corrected(2, 0, full=True)], FIRST, SHORT)
    assert (third.number, third.corrected, third.extent) == (3, False, FULL)
    full = tried(3, FIRST, FULL, 2)
    assert best([short, corrected(2, 0, full=True), full]).verdicts[0][1].status is Status.PARTIAL


def test_what_failed_with_one_number_is_not_confirmed_with_another():
    counts = corrected(2, 2, full=True)
    done = [tried(1, FIRST, SHORT, 0, full=True, wants_corrected=True), counts, tried(3, FIRST, FULL, 0)]
    assert best(done).verdicts[0][1].status is Status.NEEDS_REVIEW


def test_the_better_run_supplies_all_verdicts():
    first, other = tried(1, FIRST, FULL, 0, other=OTHER), tried(2, OTHER, FULL, 4)
    assert best([first, other]).run is other.run
    assert best([first, other]).verdicts == other.verdicts
    assert flags([first, other], best([first, other])) == ()


def test_the_other_runtime_counts_only_if_it_did_better():
    first, other = tried(1, FIRST, FULL, 2, other=OTHER), tried(2, OTHER, FULL, 2)
    assert best([first, other]).run is first.run
    assert flags([first, other], best([first, other])) == (
        "run 2 times: 2 points in full with Keras 3, 2 points in full with Keras 2; number 1 counts",
    )


def test_a_failure_is_confirmed_by_the_full_run_of_the_same_runtime():
    short = tried(2, OTHER, SHORT, 2, full=True)
    done = [tried(1, FIRST, SHORT, 0, full=True, other=OTHER), short, tried(3, OTHER, FULL, 0)]
    assert best(done).run is short.run
    assert best(done).verdicts[0][1].status is Status.PARTIAL
    unconfirmed = best([*done[:2], replace(done[2], verdicts=((a_check(), a_verdict(Status.SKIPPED)),))])
    assert unconfirmed.verdicts[0][1].status is Status.NEEDS_REVIEW


def test_until_the_next_run_nothing_is_called_failed():
    assert provisional([tried(1, FIRST, FULL, 0, other=OTHER)]).verdicts[0][1].status is Status.INCONCLUSIVE


def test_a_fault_in_a_later_run_is_told():
    done = [tried(1, FIRST, FULL, 2, other=OTHER), tried(2, OTHER, FULL, 0, fault="OSError")]
    assert (best(done).run, best(done).fault) == (done[0].run, "OSError")


def test_how_the_next_run_differs():
    short = tried(1, FIRST, SHORT, 0, full=True, other=OTHER)
    further = again("ada", Turn(number=2, extent=FULL, runtime=FIRST), [short])
    assert (further.text, further.in_full) == ("in full", True)
    further = again("ada", Turn(number=2, extent=SHORT, runtime=OTHER), [short])
    assert (further.text, further.in_full) == ("with Keras 2", False)
    further = again("ada", Turn(number=2, extent=SHORT, runtime=FIRST, corrected=True), [short])
    assert (further.text, further.in_full) == ("with numbers to train with", False)


def test_a_runtime_that_cannot_be_had_is_named():
    first, other = tried(1, FIRST, FULL, 0, other=OTHER), tried(2, OTHER, FULL, 0)
    missing = replace(other, run=replace(other.run, outcome=Outcome.UNAVAILABLE))
    failed = replace(other, run=None, fault="KernelUnavailable: it does not start")
    assert [lacking(done) for done in ([first, missing], [first, failed], [first, other], [first])] == [
        KERAS2,
        KERAS2,
        "",
        "",
    ]


def test_what_a_missing_runtime_costs_stays_open():
    read, passes = (
        (a_check("r", basis=Basis.READ), a_verdict(Status.FAILED)),
        (a_check("p"), a_verdict(Status.PASSED)),
    )
    first, other = tried(1, FIRST, FULL, 0, other=OTHER), tried(2, OTHER, FULL, 0)
    first = replace(first, verdicts=(*first.verdicts, read, passes))
    missing = replace(other, run=replace(other.run, outcome=Outcome.UNAVAILABLE))
    counts = best([first, missing])
    assert [verdict.status for _, verdict in counts.verdicts] == [Status.ERROR, Status.FAILED, Status.PASSED]
    assert counts.verdicts[0][1].waits_for == "the package tf-keras"
