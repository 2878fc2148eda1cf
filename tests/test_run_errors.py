"""The fields of an error, as the kernel tells them and as the host reads them."""

import importlib
from types import SimpleNamespace

import pytest
from IPython.core.compilerop import CachingCompiler
from IPython.core.error import StdinNotImplementedError

from grader.run.inside import modules
from grader.run.inside.asked.calls import failure
from grader.run.inside.errors import fields_of, tell_fields
from grader.run.inside.period.absent import Absent, missing, unanswered
from grader.run.runner.wire import error_fields
from tests.forked import told_by


def raised(code):
    try:
        exec(code, {})
    except Exception as problem:
        return fields_of(problem)
    raise AssertionError("it raises nothing")


@pytest.mark.parametrize(
    ("code", "module", "missing"),
    [
        ("import not_there.at_all", "not_there", ""),
        ("from json import not_there", "", ""),
        ("raise ImportError(\"No module named 'words'\")", "", ""),
        (
            "try:\n    import not_there\nexcept ImportError:\n    raise ImportError('install it')",
            "not_there",
            "",
        ),
        ("try:\n    import not_there\nexcept ImportError:\n    1 / 0", "", ""),
        ("undefined", "", "undefined"),
        ("raise NameError('undefined')", "", ""),
        ("1 / 0", "", ""),
    ],
)
def test_what_is_missing_is_a_field(code, module, missing):
    expected = {"missing_package": module, "missing_answer": "", "missing_name": missing}
    assert raised(code) == expected
    assert error_fields(raised(code)) == expected


def test_a_question_that_nobody_answers_is_a_field_and_so_is_what_was_made_of_it():
    asks = "from IPython.core.error import StdinNotImplementedError as No\nraise No('nobody')"
    assert raised(asks) == {"missing_package": "", "missing_answer": "input", "missing_name": ""}
    with pytest.raises(StdinNotImplementedError) as used:
        exec("def f():\n    return 2 * rate\nf()", {"rate": Absent("input", unanswered)})
    assert fields_of(used.value)["missing_answer"] == "input"


@pytest.mark.parametrize("problem", [missing("toolz"), unanswered("input")])
def test_what_is_not_here_ends_an_answer_which_then_stays_open(problem):
    with pytest.raises(type(problem)):
        failure(problem)
    assert failure(ValueError("wrong")) == {"name": "ValueError", "message": "wrong"}


@pytest.mark.parametrize("line", ["units + ''", "round(\n        units,\n    )", "inner(units)"])
def test_what_a_library_says_of_a_missing_thing_names_its_module(line):
    code = f"def inner(n):\n    return float('a' * (n is units))\ndef outer():\n    return {line}\nouter()"
    with pytest.raises((TypeError, ValueError, ImportError)) as raised:
        exec(code, {"units": Absent("settings")})
    assert fields_of(raised.value)["missing_package"] == "settings"


def test_what_is_missing_elsewhere_is_not_the_cause():
    code = "def outer():\n    unused = units\n    return 1 / 0\nouter()"
    with pytest.raises(ZeroDivisionError) as raised:
        exec(code, {"units": Absent("settings")})
    assert fields_of(raised.value)["missing_package"] == ""


@pytest.mark.parametrize(
    "said",
    [
        None,
        [],
        "module",
        {"missing_package": 7, "missing_name": ["x"]},
        {"missing_package": "a b", "missing_name": "../x"},
        {"missing_package": "src..cells", "missing_name": "src.cells", "missing_answer": "a.b"},
    ],
)
def test_what_a_kernel_says_otherwise_is_nothing(said):
    assert error_fields(said) == {"missing_package": "", "missing_answer": "", "missing_name": ""}


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("x = 1\nx = 1 +* 2", ["invalid syntax (line 2)"]),
        ("compile('x = (', 'other.py', 'exec')", ["'(' was never closed (other.py, line 1)"]),
    ],
)
def test_the_name_of_a_cells_file_is_not_told(code, told):
    heard = []
    shell = SimpleNamespace(
        compile=CachingCompiler(),
        displayhook=SimpleNamespace(
            session=SimpleNamespace(send=lambda *_: None), pub_socket=None, parent_header={}
        ),
        _showtraceback=lambda name, problem, lines: heard.append(str(problem)),
    )
    tell_fields(shell)
    name = shell.compile.cache(code)
    try:
        exec(shell.compile(code, name, "exec"))
    except SyntaxError as problem:
        shell._showtraceback(SyntaxError, problem, [])
    assert heard == told


def test_what_a_package_of_their_own_lacks_is_told_whole(tmp_path, monkeypatch):
    for package in ("theirs_src", "theirs_bare"):
        (tmp_path / package).mkdir()
    (tmp_path / "theirs_src" / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(modules, "_home", "")
    modules.prepare(str(tmp_path))
    for wanted, told in {
        "theirs_src.cells": "theirs_src.cells",
        "theirs_bare.cells": "theirs_bare.cells",
        "theirs_gone.cells": "theirs_gone",
        "xml.nothing": "xml",
    }.items():
        with pytest.raises(ModuleNotFoundError) as raised:
            importlib.import_module(wanted)
        assert error_fields(fields_of(raised.value))["missing_package"] == told


CALLED_BACK = """
import importlib
import json
from grader.run.inside import errors
from grader.run.inside.period.absent import Absent
errors.watch_calls()
def draw():
    yield 1.0
    {line}
made = tensorflow.data.Dataset.from_generator(draw, output_signature=tensorflow.TensorSpec((), "float32"))
try:
    list(made.prefetch(2))
except Exception as problem:
    fields = errors.fields_of(problem)
    print(json.dumps([type(problem).__name__, fields["missing_package"] or fields["missing_answer"]]))
"""


@pytest.mark.real
def test_a_package_that_is_missing_where_tensorflow_calls_back_is_a_field():
    lines = {
        "an import": "import librosa",
        "a stand-in": "Absent('librosa').load('a.wav')",
        "an answer": "from IPython.core.error import StdinNotImplementedError as Nobody; raise Nobody",
        "another error": "int('a')",
        "in a library": "raise LookupError('librosa')",
    }
    pytest.importorskip("tensorflow")
    assert told_by({name: CALLED_BACK.format(line=line) for name, line in lines.items()}) == {
        "an import": ["UnknownError", "librosa"],
        "a stand-in": ["UnknownError", "librosa"],
        "an answer": ["UnimplementedError", "input"],
        "another error": ["InvalidArgumentError", ""],
        "in a library": ["UnknownError", ""],
    }


LAYER = """
import tensorflow as tf
from grader.run.inside.period.absent import Absent

rearrange = Absent("einops")


class Layer(tf.keras.layers.Layer):
    def call(self, x):
        return {line}


def in_a_graph(x):
    if tf.reduce_sum(x) > 0:
        x = x + 1
    return Layer()(x)


tf.function(in_a_graph)(tf.zeros((2, 3))) if {graph} else Layer()(tf.zeros((2, 3)))
"""
RAISED_ANEW = """
import json, pathlib, tempfile
from grader.run.inside import errors
folder = tempfile.mkdtemp()
pathlib.Path(folder, "own.py").write_text({module!r})
sys.path.insert(0, folder)
try:
    import own
except Exception as problem:
    fields = errors.fields_of(problem)
    print(json.dumps([fields["missing_package"], fields["missing_name"]]))
"""


@pytest.mark.real
@pytest.mark.parametrize("graph", [False, True], ids=["by itself", "in a graph"])
def test_what_keras_and_autograph_raise_anew_keeps_its_fields(graph):
    pytest.importorskip("tensorflow")
    lines = {"a stand-in": "rearrange(x)", "a name": "x + undefined", "another error": "int('a')"}
    codes = {
        name: RAISED_ANEW.format(module=LAYER.format(line=line, graph=graph)) for name, line in lines.items()
    }
    assert told_by(codes) == {
        "a stand-in": ["einops", ""],
        "a name": ["", "undefined"],
        "another error": ["", ""],
    }
