"""An answer is waited for as long as its question may compute, and never for ever."""

from __future__ import annotations

import pytest

from grader.run.runner.patience import STRETCHED, Patience, unending_seconds, was_starved


class Machine:
    """A clock, and a process that gets a share of a core."""

    def __init__(self, share, busy):
        self.now, self.share, self.is_busy = 0.0, share, busy

    def waits(self, seconds=60.0, most=10_000.0, tick=0.5):
        """How long an answer that never comes is waited for."""
        patience = Patience(
            seconds=seconds,
            most=most,
            used=lambda: self.now * self.share,
            busy=lambda: self.is_busy,
            clock=lambda: self.now,
        )
        while (left := patience.left()) > 0:
            self.now += min(left, tick)
        return self.now


@pytest.mark.parametrize(
    ("share", "busy", "waited"),
    [
        (1.0, False, 60),  # it computes without an end
        (0.0, False, 60),  # it sleeps
        (0.5, True, 120),  # it gets half a core: as much computing as elsewhere
        (0.3, True, 200),
        (1.9, True, 60),
        (0.0, True, 60 * STRETCHED),  # it sleeps, or gets nothing: nobody can tell, and it ends all the same
    ],
)
def test_a_question_gets_its_seconds_of_a_core(share, busy, waited):
    assert Machine(share, busy).waits() == pytest.approx(waited, abs=1)


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_the_end_of_a_run_is_the_end(share):
    assert Machine(share, True).waits(most=75) <= 75
    assert Machine(share, True).waits(seconds=30, most=30) <= 30


@pytest.mark.parametrize(
    ("share", "busy", "starved"),
    [
        (1.0, False, False),  # it computes without an end
        (0.0, False, False),  # it sleeps
        (0.9, True, False),
        (0.2, True, True),
        (0.0, True, True),  # it sleeps, or gets nothing: nobody can tell
    ],
)
def test_who_had_no_processor_may_end_with_one(share, busy, starved):
    assert was_starved(900 * share, 900, lambda: busy) is starved


@pytest.mark.parametrize(("limit", "seconds"), [(900, 90), (120, 30), (20, 20)])
def test_what_did_not_end_before_is_stopped_early_and_may_do_what_it_does_before_it_hangs(limit, seconds):
    assert unending_seconds(limit) == seconds
