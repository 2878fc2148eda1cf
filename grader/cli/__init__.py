"""The command line, and the only room that prints.

Every command is a file or a folder called like it. Of a folder, `__init__` is what can be typed, light enough
for `grade --help` to answer at once; `work` does it, and is loaded when the command is typed. What several
commands share lies beside them, called like what it holds.
"""

from grader.cli.app import main

__all__ = ["main"]
