"""Drive one notebook through one kernel with nbclient: cell by cell, with caps on time and output."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError

from grader.model import CellError, CellRun, CellSource, Limits
from grader.run.kernel import Kernel

ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[@-Z\\-_]")
CUT_NOTICE = "\n[the output was longer; the rest was cut]\n"
INTERRUPT_SECONDS = 5.0


class CappedClient(NotebookClient):  # type: ignore[misc]
    """nbclient that keeps at most `cap` bytes of one cell's output."""

    cap = 0
    kept = 0

    def process_message(self, msg: dict[str, Any], cell: Any, cell_index: int) -> Any:
        """Drop outputs beyond the cap, once saying so."""
        if msg["msg_type"] in ("stream", "display_data", "execute_result", "update_display_data"):
            size = len(str(msg["content"]))
            if self.kept > self.cap:
                return None
            self.kept += size
            if self.kept > self.cap:
                msg = msg | {"msg_type": "stream", "content": {"name": "stderr", "text": CUT_NOTICE}}
                msg["header"] = {**msg.get("header", {}), "msg_type": "stream"}
        return super().process_message(msg, cell, cell_index)


@dataclass(slots=True)
class Driven:
    """What happened to the notebook so far."""

    cells: list[CellRun] = field(default_factory=list)
    ended: str = ""  # "", "wall", "stuck" or "dead": why it stopped before the last cell
    executed: Any = None


async def drive(
    kernel: Kernel, cells: tuple[CellSource, ...], limits: Limits, after_cell: Callable[[CellRun], Awaitable[None]]
) -> Driven:
    """Run the cells in order; after one raises or times out the next ones still run."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell.text) for cell in cells])
    client = CappedClient(notebook, km=kernel.manager, allow_errors=True, timeout=None, store_widget_state=False)
    client.kc = kernel.client
    client.cap = limits.output_kb * 1024
    driven = Driven(executed=notebook)
    began = time.monotonic()
    for index, cell in enumerate(cells):
        left = limits.wall_seconds - (time.monotonic() - began)
        if left <= 0:
            driven.ended = "wall"
            break
        client.timeout, client.kept = max(1, int(min(limits.cell_seconds, left))), 0
        run, driven.ended = await _one(client, kernel, index, cell)
        driven.cells.append(run)
        if driven.ended:
            break
        await after_cell(run)
    return driven


async def _one(client: CappedClient, kernel: Kernel, index: int, cell: CellSource) -> tuple[CellRun, str]:
    """Run one cell: how it went, and why the notebook must stop, if it must."""
    began, timed_out, ended = time.monotonic(), False, ""
    try:
        await client.async_execute_cell(client.nb.cells[index], index)
    except CellTimeoutError:
        timed_out = True
        await kernel.interrupt()
        ended = "" if await _idle(kernel) else "stuck"
    except DeadKernelError:
        ended = "dead"
    outputs = client.nb.cells[index].get("outputs", [])
    return CellRun(number=cell.number, seconds=time.monotonic() - began, error=_error(outputs), timed_out=timed_out), ended


async def _idle(kernel: Kernel) -> bool:
    """Whether the kernel answers again soon after an interrupt."""
    message_id = kernel.client.kernel_info()
    deadline = time.monotonic() + INTERRUPT_SECONDS
    while time.monotonic() < deadline:
        try:
            message = await kernel.client.get_shell_msg(timeout=0.5)
        except Exception:  # queue.Empty, or the channel is gone: the deadline decides
            await asyncio.sleep(0.05)
            continue
        if message.get("parent_header", {}).get("msg_id") == message_id:
            return True
    return False


def _error(outputs: list[Any]) -> CellError | None:
    for output in outputs:
        if output.get("output_type") == "error":
            lines = output.get("traceback") or []
            traceback = ANSI.sub("", "\n".join(str(line) for line in lines))
            return CellError(
                name=str(output.get("ename", ""))[:200], message=str(output.get("evalue", ""))[:2000], traceback=traceback[-8000:]
            )
    return None
