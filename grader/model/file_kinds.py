"""What a file of a homework is, by its name."""

from __future__ import annotations

NOTEBOOK, SCRIPT = ".ipynb", ".py"


def is_notebook(name: str) -> bool:
    """Whether it is called like a notebook."""
    return name.lower().endswith(NOTEBOOK)


def is_script(name: str) -> bool:
    """Whether it is called like a Python file."""
    return name.lower().endswith(SCRIPT)


def is_code(name: str) -> bool:
    """Whether it can be graded: a notebook or a Python file."""
    return is_notebook(name) or is_script(name)
