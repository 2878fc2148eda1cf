"""A cell's statements one by one: what raises costs its own statement, and those below it still run.

A cell that raises does not keep the next cells from running; in the same way the line of a cell that only works where it was
written (a drive to change to, a graphics card, a package) does not keep the rest of the cell from running. Only the first error is
shown in full: it is what the student has to mend, and the others may follow from it.
"""

from __future__ import annotations

import sys

ENDS = (KeyboardInterrupt, SystemExit, GeneratorExit)  # somebody wants the cell to end: a time limit, or its own exit()


def install(shell):
    """Let the shell go on with a cell after one of its statements raised."""
    whole, show = shell.run_ast_nodes, shell.showtraceback
    earlier = []  # the first error of the cell under way

    async def run_ast_nodes(nodelist, cell_name, interactivity="last_expr", compiler=compile, result=None):
        nodes = list(nodelist or [])
        if len(nodes) < 2 or result is None:
            return await whole(nodelist, cell_name, interactivity, compiler, result)
        earlier.clear()
        above = "all" if interactivity == "all" else "none"
        try:
            for place, node in enumerate(nodes):
                shown = interactivity if place == len(nodes) - 1 else above
                await whole([node], cell_name, shown, compiler, result)
                error = result.error_in_exec or result.error_before_exec
                if error is None:
                    continue
                earlier[:] = earlier or [(result.error_before_exec, result.error_in_exec)]
                if isinstance(error, ENDS):
                    return True
                result.error_before_exec = result.error_in_exec = None
            return bool(earlier)
        finally:
            if earlier:
                result.error_before_exec, result.error_in_exec = earlier[0]
                earlier.clear()

    def showtraceback(*args, **kwargs):
        problem = sys.exc_info()[1]
        if not earlier or isinstance(problem, ENDS):
            return show(*args, **kwargs)
        said = " ".join(str(problem).split())[:200]
        print(f"[after that error, further down in this cell: {type(problem).__name__}: {said}]", file=sys.stderr)
        return None

    shell.run_ast_nodes, shell.showtraceback = run_ast_nodes, showtraceback
