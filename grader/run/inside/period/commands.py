"""`!command` where the box has no terminal: IPython would open one for it."""

from __future__ import annotations

import os
import subprocess
import sys


def without_terminal(shell):
    """Let commands of this shell run with pipes, unless there is a terminal to be had."""
    if _has_terminals():
        return

    def system(command):
        line = shell.var_expand(command, depth=1)
        streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        with subprocess.Popen(line, shell=True, text=True, errors="replace", **streams) as process:
            for text in process.stdout:
                sys.stdout.write(text)
        shell.user_ns["_exit_code"] = process.returncode

    shell.system = shell.system_piped = system


def _has_terminals():
    if not hasattr(os, "openpty"):  # on Windows, where IPython needs none
        return True
    try:
        ends = os.openpty()
    except OSError:
        return False
    for end in ends:
        os.close(end)
    return True
