"""What a file of a homework is, by its name."""

from __future__ import annotations

NOTEBOOK, SCRIPT = ".ipynb", ".py"
# no file can be called by these names there, whatever its ending
WINDOWS_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}
)


def is_notebook(name: str) -> bool:
    """Whether it is called like a notebook."""
    return name.lower().endswith(NOTEBOOK)


def is_script(name: str) -> bool:
    """Whether it is called like a Python file."""
    return name.lower().endswith(SCRIPT)


def is_code(name: str) -> bool:
    """Whether it can be graded: a notebook or a Python file."""
    return is_notebook(name) or is_script(name)
