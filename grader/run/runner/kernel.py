"""What the driver needs of a kernel, and the two kinds of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

from grader.errors import KernelUnavailable
from grader.run.job import Job
from grader.run.runner.cold_kernel import ColdKernel
from grader.run.runner.forked_kernel import ForkedKernel


class Kernel(Protocol):
    """What the driver needs of a kernel."""

    manager: Any  # jupyter_client's AsyncKernelManager
    client: Any  # its client
    questions: int  # descriptor, host writes
    answers: int  # descriptor, host reads

    async def start(self) -> None:
        """Make it ready for the first cell.

        Raises:
            KernelUnavailable: it did not come up.
        """

    async def interrupt(self) -> None:
        """Raise KeyboardInterrupt in the student's code."""

    async def kill(self) -> None:
        """End it and everything it started."""

    def kill_processes(self) -> None:
        """End it at once; whoever talks to it sees it dead."""

    def memory_mb(self) -> float:
        """Memory of it and its children."""

    def at_its_limits(self) -> bool:
        """Whether it can hardly get more memory, which ends many programs without a word."""

    def cpu_seconds(self) -> float:
        """Processor time that it and its children have used."""

    def ran_out_of_memory(self) -> bool:
        """Whether the machine ended it because of memory."""

    def abandoned(self) -> bool:
        """Whether it was lost through a fault of ours."""


def make_kernel(job: Job, private: Path) -> Kernel:
    """The kind of kernel that a job asks for.

    Raises:
        KernelUnavailable: what it needs on disk cannot be made.
    """
    try:
        return ForkedKernel(job, private) if job.server else ColdKernel(job, private)
    except OSError as problem:
        raise KernelUnavailable(
            f"the kernel's own files could not be made: {problem.strerror or problem}"
        ) from problem
