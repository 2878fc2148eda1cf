"""Real kernels on real workers: what they bring is judged as on one machine (the golden verdicts). One
example in `make test`; with GRADER_TEST_ALL the whole corpus, while one worker after the other is ended by
force."""

import contextlib
import os
import threading
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

pytest.importorskip(
    "distributed", reason="the extra `cluster` is not installed: NOTHING of the cluster is tested"
)

from grader.cli.grade.means import ClusterCall, elsewhere
from tests import corpus
from tests.golden_verdicts import differences, examine, known, sheet_of

pytestmark = pytest.mark.real

ALL = "GRADER_TEST_ALL" in os.environ
SAMPLE = {("sum_sequence", "no_output_tanh")}
EVERY = [(homework, entry) for homework in corpus.HOMEWORKS for entry in corpus.all_submissions(homework)]
CHOSEN = [(homework, entry) for homework, entry in EVERY if ALL or (homework, entry.name) in SAMPLE]
WORKERS = 2
EVERY_SECONDS = 120.0  # a worker ends


def end_workers(over: threading.Event) -> None:
    """End one of this process' workers now and then."""
    while not over.wait(EVERY_SECONDS):
        mine = [child for child in psutil.Process().children() if "worker" in child.cmdline()[2:5]]
        with contextlib.suppress(IndexError, psutil.Error):
            mine[0].kill()


def test_workers_bring_what_one_machine_gives(tmp_path):
    told, over = [], threading.Event()
    with contextlib.ExitStack() as stack:
        cluster = elsewhere(
            stack, ClusterCall(address=f"local:{WORKERS}"), sheet_of("sum_sequence"), told.append, (tmp_path,)
        ).runner.__self__
        if ALL:
            threading.Thread(target=end_workers, args=(over,), daemon=True).start()
            stack.callback(over.set)

        def differ(pair):
            homework, entry = pair
            if entry.name not in known(homework):
                return []
            run, found = examine(homework, entry, tmp_path / homework / entry.name, cluster)
            assert run is None or run.isolation == cluster.level
            return differences(homework, entry.name, found)

        with ThreadPoolExecutor(WORKERS) as pool:
            found = [line for lines in pool.map(differ, CHOSEN) for line in lines]
    assert found == []
    assert any("is here" in line for line in told)


def test_the_sample_is_in_the_corpus():
    assert {(homework, entry.name) for homework, entry in CHOSEN} >= SAMPLE
    assert all(name in known(homework) for homework, name in SAMPLE)
