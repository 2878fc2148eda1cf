"""A cluster on this machine alone: a scheduler in this process, and workers that are `grade worker` like
everywhere else."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import dask
from distributed import LocalCluster
from distributed.security import Security

from grader.cluster.keys import new_security, save_keys
from grader.cluster.worker import OWN_PAGES, be_quiet
from grader.run.scratch import scratch

MOST_STARTS = 3  # of one worker within a session
END_SECONDS = 10.0
TICK_SECONDS = 1.0


@contextlib.contextmanager
def local_cluster(number: int, hide: Sequence[Path] = ()) -> Iterator[tuple[str, Security]]:
    """(the address of a scheduler with so many workers of one slot each, the keys for it). Nobody else on
    this machine has the keys.

    `hide`: folders that no notebook may see.
    """
    be_quiet()
    dask.config.set({"distributed.scheduler.allowed-failures": 2, "distributed.scheduler.worker-ttl": "60s"})
    security = new_security()
    with scratch() as folder, contextlib.ExitStack() as stack:
        save_keys(security, folder / "keys")
        scheduler = LocalCluster(
            n_workers=0,
            host="127.0.0.1",
            protocol="tls://",
            security=security,
            dashboard_address=OWN_PAGES,
            silence_logs=50,
        )
        stack.callback(scheduler.close, timeout=2)
        address = scheduler.scheduler_address
        command = [
            sys.executable,
            "-m",
            "grader",
            "worker",
            address,
            "--slots",
            "1",
            "--tls",
            str(folder / "keys"),
            "--quiet",
        ]
        for path in hide:
            command += ["--hide", str(path.resolve())]
        crew = [Hand(command) for _ in range(number)]
        for hand in crew:
            stack.callback(hand.end)
        yield address, security


class Hand:
    """One worker process, started again when it was ended by something else than us. Its input is a pipe: it
    ends when we do."""

    def __init__(self, command: Sequence[str]) -> None:
        self.command = list(command)
        self._over = threading.Event()
        self.process = self._start()
        threading.Thread(target=self._watch, daemon=True).start()

    def end(self) -> None:
        """End it, and what it started."""
        self._over.set()
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):  # then it is killed below
            self.process.wait(END_SECONDS)
        self.process.kill()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*self.command, "--with-parent"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _watch(self) -> None:
        starts = 1
        while not self._over.wait(TICK_SECONDS) and starts < MOST_STARTS:
            if self.process.poll() is not None:
                time.sleep(TICK_SECONDS)
                if not self._over.is_set():
                    self.process, starts = self._start(), starts + 1
