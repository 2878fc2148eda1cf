"""How a Python process of ours is started: shut off from its folder and the environment.

What somebody installed for themselves alone (`pip install --user`, as pip does by itself where it may not
write for all: Windows' own Python, a machine of the university) is what they type `grade` with: there, our
processes must find it, too.
"""

from __future__ import annotations

import os
import site
import sys

_WITH_THEIRS = (
    "import runpy, site, sys; site.USER_SITE, site.ENABLE_USER_SITE = sys.argv.pop(1), True;"
    " site.addsitedir(site.USER_SITE); del sys.argv[0]; "
)
_MODULE = "runpy.run_module(sys.argv[0], run_name='__main__', alter_sys=True)"
_FILE = "runpy.run_path(sys.argv[0], run_name='__main__')"


def own_packages() -> tuple[str, ...]:
    """The folder of packages that whoever runs us has installed for themselves; () where there is none."""
    found = site.getusersitepackages() if site.ENABLE_USER_SITE else ""
    return (found,) if found and os.path.isdir(found) else ()


def interpreter(*words: str) -> list[str]:
    """The command of a process that runs a file, or after "-m" a module, with arguments."""
    if not own_packages():
        return [sys.executable, "-I", *words]
    run = _MODULE if words[0] == "-m" else _FILE
    return [
        sys.executable,
        "-I",
        "-c",
        _WITH_THEIRS + run,
        *own_packages(),
        *words[words[0] == "-m" :],
    ]
