"""What an error says of itself beside its text: fields that travel with it, so that nobody searches its
words."""

from __future__ import annotations

import dis
import functools

from IPython.core.error import StdinNotImplementedError

from .modules import is_own_package
from .period.absent import ASKS, Absent, missing, unanswered

LONGEST_FIELD = 200  # characters of a name
READER = "<tokenize>"  # what Python calls the code whose indentation it cannot read
# what Keras and AutoGraph, which raise it anew, put into an error
RAISED_ANEW = ("_keras_call_info_injected", "ag_error_metadata")
DEEPEST = 10  # errors that led to an error
DEEPEST_FRAME = 60  # calls that are looked into


# the fields of the last error that the student's code raised where TensorFlow called it
_called_back: dict = {}


def watch_calls():
    """Keep what is known of an error in code that TensorFlow calls back, such as the generator of a data set:
    what comes out at the other end, UnknownError, holds it as a text alone."""
    from tensorflow.python.ops import script_ops

    original = script_ops.FuncRegistry.__call__

    @functools.wraps(original)
    def call(self, token, device, args):
        __tracebackhide__ = True
        try:
            return original(self, token, device, args)
        except StopIteration:  # asked once more after an error
            raise
        except Exception as problem:
            _called_back.clear()
            _called_back.update(fields_of(problem))
            raise

    script_ops.FuncRegistry.__call__ = call


def _came_out_of_a_call(problem):
    from tensorflow.errors import UnimplementedError, UnknownError

    return isinstance(problem, UnknownError | UnimplementedError)  # the latter of a question nobody answers


def fields_of(problem):
    """{"missing_package": the top-level module that is not there, or what a package of the student's own
    lacks, "missing_answer": what asked for an answer
    that nobody gave, "missing_name": the name that nobody defined}, "" where it is another error."""
    if _called_back and _came_out_of_a_call(problem):
        return dict(_called_back)
    problem = _as_raised(problem)
    lacking = next((one for one in _chain(problem) if isinstance(one, ModuleNotFoundError)), None)
    used = _used_in(problem)
    package = used._package if used is not None and used._problem is missing else ""
    asked = any(isinstance(one, StdinNotImplementedError) for one in _chain(problem))
    name = getattr(problem, "name", None) if isinstance(problem, NameError) else None
    return {
        "missing_package": _of_the_student(
            _field_text(getattr(lacking, "name", None) if isinstance(problem, ImportError) else package)
        ),
        "missing_answer": ASKS if asked or (used is not None and used._problem is unanswered) else "",
        "missing_name": _field_text(name),
    }


def _of_the_student(module):
    """A module that lacks, whole where its package is the student's own: they have the rest of it."""
    top = module.partition(".")[0]
    return module if is_own_package(top) else top


def tell_fields(shell):
    """Send the fields of every error that a cell shows, just before the error itself: a message of our
    own. What Python cannot read is said with its line alone: the name of a cell's file means nothing to its
    student."""
    show, hook = shell._showtraceback, shell.displayhook

    def show_with_fields(etype, evalue, stb):
        if isinstance(evalue, SyntaxError):
            file = _field_text(evalue.filename)
            if file == READER or shell.compile.format_code_name(file):
                evalue.filename = None
        hook.session.send(hook.pub_socket, "error_fields", fields_of(evalue), hook.parent_header)
        show(etype, evalue, stb)

    shell._showtraceback = show_with_fields


def _used_in(problem):
    """The stand-in for what is not here, where what raised was handed one: Keras refuses such a thing in
    words of its own. None where there was none."""
    place = getattr(problem, "__traceback__", None)
    for _ in range(DEEPEST_FRAME):
        if place is None:
            return None
        frame = place.tb_frame
        for used in _names_at(frame.f_code, place.tb_lasti):
            held = frame.f_locals.get(used, frame.f_globals.get(used))
            if isinstance(held, Absent):
                return held
        place = place.tb_next
    return None


def _names_at(code, last):
    """The names that are read by the call, or other expression, whose last instruction this is."""
    steps = [
        (step, step.positions.lineno, step.positions.end_lineno)
        for step in dis.get_instructions(code)
        if step.positions
    ]
    begin, end = next(((begin, end) for step, begin, end in steps if step.offset == last), (None, None))
    for step, line, _ in steps:
        if (
            step.opname.startswith("LOAD_")
            and isinstance(step.argval, str)
            and None not in (begin, end, line)
            and begin <= line <= end
        ):
            yield step.argval


def _as_raised(problem):
    """An error as the homework raised it. Keras and AutoGraph raise it anew, with more text and without its
    fields."""
    for _ in range(DEEPEST):
        anew = any(hasattr(problem, mark) for mark in RAISED_ANEW) and problem.__suppress_context__
        if not anew or problem.__context__ is None:
            return problem
        problem = problem.__context__
    return problem


def _chain(problem):
    """An error, and what led to it."""
    for _ in range(DEEPEST):
        if problem is None:
            return
        yield problem
        problem = problem.__cause__ or problem.__context__


def _field_text(value):
    return value[:LONGEST_FIELD] if type(value) is str else ""
