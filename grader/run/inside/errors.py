"""What an error says of itself beside its text: fields that travel with it, so that nobody searches its words."""

from __future__ import annotations

LONGEST = 200  # characters of a name
DEEPEST = 10  # errors that led to an error


def fields_of(problem):
    """{"missing_package": the top-level module that is not there, "missing_name": the name that nobody defined}, "" where it is
    another error."""
    lacking = next((one for one in _chain(problem) if isinstance(one, ModuleNotFoundError)), None)
    module = getattr(lacking, "name", None) if isinstance(problem, ImportError) else None
    missing = getattr(problem, "name", None) if isinstance(problem, NameError) else None
    return {"missing_package": _text(module).partition(".")[0], "missing_name": _text(missing)}


def tell_fields(shell):
    """Send the fields of every error that a cell shows, just before the error itself: a message of our own."""
    show, hook = shell._showtraceback, shell.displayhook

    def show_with_fields(etype, evalue, stb):
        hook.session.send(hook.pub_socket, "error_fields", fields_of(evalue), hook.parent_header)
        show(etype, evalue, stb)

    shell._showtraceback = show_with_fields


def _chain(problem):
    """An error, and what led to it."""
    for _ in range(DEEPEST):
        if problem is None:
            return
        yield problem
        problem = problem.__cause__ or problem.__context__


def _text(value):
    return value[:LONGEST] if type(value) is str else ""
