"""Drive one notebook through one kernel with nbclient: cell by cell, with caps on time and output."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import nbformat
import zmq
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionComplete, CellTimeoutError, DeadKernelError

from grader.model import CellError, CellRun, CellSource, Limits
from grader.run.runner.connected import is_reply
from grader.run.runner.kernel import Kernel
from grader.run.runner.kernel_end import Why
from grader.run.runner.outputs import CUT_NOTICE, weigh
from grader.run.runner.wire import error_fields

ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[@-Z\\-_]")
ERROR_FIELDS = "error_fields"  # a message of our own, before an error: see inside/errors.py
INTERRUPT_SECONDS = 5.0
MOST_ERRORS = 5  # of one cell: an honest one has one
ERROR_CHARACTERS = 20_000
LATER_CHARACTERS = 500  # of an error when the run has shown all that it may


class CappedClient(NotebookClient):  # type: ignore[misc]
    """nbclient that keeps at most `cap` bytes of one cell's output, and `left` of all that are still to
    come."""

    cap = 0
    fields: dict[str, str] | None = None  # of the cell's first error
    left = 0
    kept = 0
    errors = 0

    def process_message(self, msg: dict[str, Any], cell: Any, cell_index: int) -> Any:
        """Keep an output; one that is none, whatever the kernel calls it, is left out, and so are widgets'
        messages."""
        if str(msg.get("msg_type")).startswith("comm_"):
            return None
        if msg.get("msg_type") == ERROR_FIELDS:
            self.fields = self.fields or error_fields(msg.get("content"))
            return None
        try:
            return self._capped(msg, cell, cell_index)
        except CellExecutionComplete:
            raise
        except Exception:  # a kernel can send anything: nbclient and nbformat raise what they like
            return None

    def _capped(self, msg: dict[str, Any], cell: Any, cell_index: int) -> Any:
        """Drop outputs beyond the caps, once saying so; errors have a cap of their own, so that one after
        many outputs is kept."""
        size = weigh(msg["content"])
        if msg["msg_type"] == "error":
            self.errors += 1
            if self.errors > MOST_ERRORS:
                return None
            short = _short(msg["content"], ERROR_CHARACTERS if self.left > 0 else LATER_CHARACTERS)
            self.left -= weigh(short)
            msg = msg | {"content": short}
        if msg["msg_type"] in ("stream", "display_data", "execute_result", "update_display_data"):
            if self.kept > self.cap:
                return None
            self.kept += size
            self.left -= size
            if self.kept > self.cap or self.left < 0:
                self.kept = self.cap + 1  # of this cell nothing more
                msg = msg | {"msg_type": "stream", "content": {"name": "stderr", "text": CUT_NOTICE}}
                msg["header"] = {**msg.get("header", {}), "msg_type": "stream"}
        return super().process_message(msg, cell, cell_index)


def _short(error: dict[str, Any], characters: int) -> dict[str, Any]:
    """An error as nbformat wants it, no longer than a person reads."""
    traceback = "\n".join(str(line) for line in error["traceback"])[-characters:]
    return {
        "ename": str(error["ename"])[:200],
        "evalue": str(error["evalue"])[:characters],
        "traceback": traceback.split("\n"),
    }


def new_notebook(cells: tuple[CellSource, ...]) -> Any:
    """A notebook of these cells; each knows its number in the student's."""
    written = [nbformat.v4.new_code_cell(cell.text, metadata={"number": cell.number}) for cell in cells]
    return nbformat.v4.new_notebook(cells=written)


async def drive(
    kernel: Kernel,
    notebook: Any,
    cells: tuple[CellSource, ...],
    limits: Limits,
    seconds_for: Callable[[CellSource], float],
    before_cell: Callable[[CellSource], None],
    after_cell: Callable[[CellRun], Awaitable[bool]],
) -> tuple[Why, CellRun | None]:
    """Run cells of the notebook in order; after one raises or times out the next ones still run.

    `seconds_for`: how long a cell may run that begins now; nothing is left of the run's time where that is
    none.

    Returns DONE after the last one, else why it stopped before (WALL, STUCK or DEAD), with the cell that was
    running.
    """
    client = CappedClient(
        notebook, km=kernel.manager, allow_errors=True, timeout=None, store_widget_state=False
    )
    client.kc = kernel.client
    client.cap, client.left = limits.output_kb * 1024, limits.outputs_mb << 20
    places = {cell["metadata"]["number"]: index for index, cell in enumerate(notebook.cells)}
    for cell in cells:
        seconds = seconds_for(cell)
        if seconds <= 0:
            return Why.WALL, None
        client.timeout, client.kept, client.errors = max(1, int(seconds)), 0, 0
        before_cell(cell)
        run, ended = await _one(client, kernel, places[cell.number], cell)
        if ended is not Why.DONE:
            return ended, run
        if not await after_cell(run):  # a probe could not be ended, or ended the kernel
            return (Why.STUCK if await kernel.manager.is_alive() else Why.DEAD), None
    return Why.DONE, None


async def _one(client: CappedClient, kernel: Kernel, index: int, cell: CellSource) -> tuple[CellRun, Why]:
    """Run one cell: how it went, and why the notebook must stop, if it must."""
    began, timed_out, ended = time.monotonic(), False, Why.DONE
    client.fields = None
    try:
        await client.async_execute_cell(client.nb.cells[index], index)
    except CellTimeoutError:
        timed_out = True
        await kernel.interrupt()
        ended = Why.DONE if await _idle(kernel) else Why.STUCK
    except DeadKernelError:
        ended = Why.DEAD
    # what came cannot be read, or nothing can be sent any more: the connection is lost for good
    except Exception:
        ended = Why.STUCK
    outputs = client.nb.cells[index].get("outputs", [])
    seconds = time.monotonic() - began
    return CellRun(
        number=cell.number,
        seconds=seconds,
        error=_error(outputs, client.fields),
        timed_out=timed_out,
        where=cell.where,
    ), ended


async def _idle(kernel: Kernel) -> bool:
    """Whether the kernel answers again soon after an interrupt."""
    try:
        message_id = kernel.client.kernel_info()
    except zmq.ZMQError:  # it broke the connection
        return False
    deadline = time.monotonic() + INTERRUPT_SECONDS
    while time.monotonic() < deadline:
        try:
            message = await kernel.client.get_shell_msg(timeout=0.5)
        except Exception:  # queue.Empty, or the channel is gone: the deadline decides
            await asyncio.sleep(0.05)
            continue
        if is_reply(message, message_id):
            return True
    return False


def _error(outputs: list[Any], fields: Mapping[str, str] | None) -> CellError | None:
    for output in outputs:
        if output.get("output_type") == "error":
            lines = output.get("traceback") or []
            traceback = ANSI.sub("", "\n".join(str(line) for line in lines))
            return CellError(
                name=str(output.get("ename", ""))[:200],
                message=str(output.get("evalue", ""))[:ERROR_CHARACTERS],
                traceback=traceback,
                **(fields or {}),
            )
    return None
