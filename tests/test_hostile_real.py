"""Every attack of the hostile corpus, for real: it wins nothing beyond what docs/points.md calls forgeable,
and hurts nobody.

In `make test` one in twenty, chosen by hash; in `make test-all` all of them, also as a plain user and one
level lower.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from grader.run import Engine, offer
from tests.plain_user import ROOT, UNREACHABLE
from tests.referee import Bait, Referee, Watch, holes
from tests.submissions.hostile import attacks

pytestmark = pytest.mark.real

ALL = bool(os.environ.get("GRADER_TEST_ALL"))
ONE_IN = 20
RUNNER_MB = 1024  # of memory in use; its address space is limited to 3 GB
HOST_MB = 600  # beyond what the host had before
HONEST = """
import numpy as np
def integration_task(seq_len, num_samples):
    for _ in range(num_samples):
        noise = np.random.normal(size=(seq_len, 1)).astype(np.float32)
        yield noise, np.array([noise.sum() > 0], dtype=np.int32)
"""
EARNED = {"yields_pairs", "noise_is_normal", "label_rule"}


def by_hash(attack):
    return hashlib.sha256(f"{attack.topic} {attack.name}".encode()).digest()[0] % ONE_IN == 0


def chosen():
    """(level, attack) pairs: all at the best level, one in twenty at the next."""
    found = [("namespaces", attack) for attack in attacks() if ALL or by_hash(attack)]
    found += [("landlock", attack) for attack in attacks() if ALL and by_hash(attack)]
    return [
        pytest.param(level, attack, id=f"{level}-{attack.topic}-{attack.name}")
        for level, attack in found
        if level in attack.levels
    ]


@pytest.fixture(scope="module")
def engines(tmp_path_factory):
    """An engine for a level, kept for all attacks of this process: they share its slot."""
    made = {}

    def engine(level):
        if level not in made:
            found = offer(level)
            if not found.works:
                pytest.skip(f"THIS MACHINE HAS NO LEVEL {level}: {found.why}")
            made[level] = Engine(found)
            made[level].zygotes.get("keras3")  # the fork server stays: it is none of the attack's family
        return made[level]

    yield engine
    for one in made.values():
        one.__exit__()


@pytest.mark.parametrize(("level", "attack"), chosen())
def test_an_attack_wins_nothing_and_the_next_submission_is_untouched(
    level, attack, engines, tmp_path, monkeypatch
):
    with Bait(tmp_path) as bait:
        monkeypatch.setenv("COURSE_SECRET", bait.token)
        referee = Referee(engines(level), bait, tmp_path)
        watch = Watch()
        watch.start()
        report = referee.grade_attack(attack)
        found = list(holes(attack, report, bait, watch))
        print(
            f"{report.run.seconds:.1f} s, runner {watch.runner_mb:.0f} MB, host {watch.host_mb:+.0f} MB,"
            f" {report.points} points"
        )
        print(
            report.run.outcome,
            report.run.reason,
            sorted(report.passed),
            sorted(report.pending),
            report.submission.flags[:3],
        )
        assert not found, "; ".join(found)[:1500]
        assert report.run.isolation == level
        assert watch.runner_mb < RUNNER_MB
        assert watch.host_mb < HOST_MB
        after = referee.grade("next", [HONEST])
        assert (after.run.outcome, set(after.passed), after.fault) == ("COMPLETED", EARNED, "")


@pytest.mark.skipif(
    not ALL or not hasattr(os, "geteuid") or os.geteuid() != 0,
    reason="only root can become a plain user; in test-all",
)
@pytest.mark.parametrize("topic", sorted({attack.topic for attack in attacks()}))
def test_the_same_as_a_plain_user(topic):
    with tempfile.TemporaryDirectory(prefix="plain-") as folder:
        command = [
            sys.executable,
            str(ROOT / "tests" / "plain_user.py"),
            folder,
            "-m",
            "pytest",
            "-p",
            "no:cacheprovider",
        ]
        command += [
            str(Path(__file__)),
            "-k",
            f"wins_nothing and {topic}",
            "--basetemp",
            f"{folder}/t",
            "-rs",
        ]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if done.returncode == UNREACHABLE:
            pytest.skip(f"THIS PYTHON CANNOT BE REACHED BY ANOTHER USER: {done.stderr.strip()}")
        print(done.stdout[-5000:])
        if "SKIPPED" in done.stdout:
            pytest.skip("AS A PLAIN USER " + done.stdout.rpartition("SKIPPED")[2].strip())
        assert done.returncode == 0
