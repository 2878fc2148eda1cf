"""A cell's statements one by one: what raises costs its own statement, and those below it still run.

A cell that raises does not keep the next cells from running; in the same way the line of a cell that only
works where it was written (a drive to change to, a graphics card, a package) does not keep the rest of the
cell from running. Only the first error is shown in full: it is what the student has to mend, and the others
may follow from it.
"""

from __future__ import annotations

import sys

from .period.absent import imported

MOST_SAID = 200  # characters of a later error
# somebody wants the cell to end: a time limit, or its own exit()
ENDS = (KeyboardInterrupt, SystemExit, GeneratorExit)


def install(shell, absences):
    """Let the shell go on with a cell after one of its statements raised. `absences`: notes what a missing
    package keeps from running."""
    running = []  # cells: one may run another
    whole, show = shell.run_ast_nodes, shell.showtraceback

    async def run_ast_nodes(nodelist, cell_name, interactivity="last_expr", compiler=compile, result=None):
        nodes = list(nodelist or [])
        if result is None:  # IPython's own business
            return await whole(nodelist, cell_name, interactivity, compiler, result)
        running.append(cell := _Cell())
        above = "all" if interactivity == "all" else "none"
        try:
            for place, node in enumerate(nodes):
                cell.node = node
                await whole(
                    [node], cell_name, interactivity if place == len(nodes) - 1 else above, compiler, result
                )
                if cell.take_error(result):
                    break
        finally:
            running.pop()
        result.error_before_exec, result.error_in_exec = cell.first or (None, None)
        return cell.first is not None

    def showtraceback(*args, **kwargs):
        problem = sys.exc_info()[1]
        if not running or isinstance(problem, ENDS):
            return show(*args, **kwargs)
        cell = running[-1]
        cell.left_out = absences.note(problem, cell.node) and bool(imported(cell.node))
        if cell.left_out:
            return None
        if cell.first is None:
            return show(*args, **kwargs)
        said = " ".join(str(problem).split())[:MOST_SAID]
        print(
            f"[after that error, further down in this cell: {type(problem).__name__}: {said}]",
            file=sys.stderr,
        )
        return None

    shell.run_ast_nodes, shell.showtraceback = run_ast_nodes, showtraceback


class _Cell:
    """What is known of the cell that runs."""

    def __init__(self):
        self.first = None  # its first error: (before it was executed, while it was)
        self.node = None  # the statement under way
        self.left_out = False  # it was an import of something that is not here

    def take_error(self, result):
        """Note the error of the statement that ended; whether the cell ends, too."""
        error = result.error_in_exec or result.error_before_exec
        if error is not None and not self.left_out:
            self.first = self.first or (result.error_before_exec, result.error_in_exec)
        self.left_out = False
        result.error_before_exec = result.error_in_exec = None
        return isinstance(error, ENDS)
