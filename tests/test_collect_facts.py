"""What the source says without being run: functions, names, parameters, order."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.collect.reading.notebook import NotebookCell
from grader.collect.reading.pieces import cell_pieces, local_modules
from grader.collect.reading.syntax import parse
from grader.collect.source.facts import Read, read_source
from grader.model import FunctionFacts, SourceFacts

NAMES = ("SEQ_LEN", "UNITS", "EPOCHS", "LEARNING_RATE", "BATCH_SIZE", "NUM_SAMPLES")


def read(
    *texts: str, root: Path | None = None, files: tuple[str, ...] = (), tagged: tuple[int, ...] = ()
) -> Read:
    """Cells numbered 2, 4, 6, ...: as if a markdown cell stood before each."""
    cells = [NotebookCell(number=2 * n, kind="code", text=text) for n, text in enumerate(texts, 1)]
    pieces = cell_pieces(cells)
    modules = local_modules(pieces, root, files, "hw.ipynb") if root else []
    return read_source(pieces, modules, NAMES, tagged)


def facts(*texts: str) -> SourceFacts:
    return read(*texts).facts


def function(text: str, name: str) -> FunctionFacts:
    return next(one for one in facts(text).functions if one.name == name)


CELL = '''
class LSTM_Cell(tf.keras.layers.Layer, Mixin[int]):
    """A cell. units: how many."""

    def __init__(self, units: int, *args, **kwargs):
        """Make it."""
        super().__init__()

    @tf.function(reduce_retracing=True)
    def call(self, x: tf.Tensor, states, *, training: bool = False) -> tuple:
        """One step.

        x: the input
        """
        def gate(y):
            yield y
        return [y for y in (lambda: (yield))()]

    @staticmethod
    def zeros(batch): ...

    @classmethod
    def _make(cls, units): ...

    class Inner:
        async def go(self, a, /, b): ...
'''


def test_methods_with_arguments_types_docstrings_and_decorators() -> None:
    call = function(CELL, "LSTM_Cell.call")
    assert call.where == "cell 2, line 10"
    assert call.arguments == ("x", "states", "training")
    assert call.annotated == ("x", "training")
    assert call.returns_annotated
    assert call.docstring == "One step.\n\nx: the input"
    assert not call.is_generator
    assert call.decorators == ("tf.function(reduce_retracing=True)",)
    assert call.is_public


def test_comments_explain_where_there_is_no_docstring() -> None:
    text = (
        "# units: how many (int)\n\ndef f(units,  # really\n      x):\n    # x: array\n    return x  # no\n"
    )
    assert function(text, "f").docstring.splitlines() == ["units: how many (int)", "really", "x: array"]
    assert function(text.replace("    # x", '    """Doc."""\n    # x'), "f").docstring == "Doc."


def test_the_docstring_of_a_class_explains_its_init() -> None:
    init = function(CELL, "LSTM_Cell.__init__")
    assert init.docstring == "Make it.\nA cell. units: how many."
    assert init.arguments == ("units",)


def test_static_class_inner_and_nested_functions() -> None:
    assert function(CELL, "LSTM_Cell.zeros").arguments == ("batch",)
    assert function(CELL, "LSTM_Cell._make").arguments == ("units",)
    assert not function(CELL, "LSTM_Cell._make").is_public
    assert function(CELL, "LSTM_Cell.Inner.go").arguments == ("a", "b")
    gate = function(CELL, "LSTM_Cell.call.gate")
    assert gate.is_generator
    assert not gate.is_public


def test_first_attempts_that_a_later_cell_defines_again_do_not_count() -> None:
    first = "class A:\n    def call(self, x): ...\n    def old(self, x): ...\ndef f(x): ...\ndef g(x): ..."
    again = "class A:\n    def call(self, x: int): ...\ndef f(y: int): ..."
    assert [(one.name, one.where) for one in facts(first, again).functions] == [
        ("g", "cell 2, line 5"),
        ("A.call", "cell 4, line 2"),
        ("f", "cell 4, line 3"),
    ]
    more = "class A(A):\n    def more(self, x): ..."
    assert [one.name for one in facts(first, more).functions] == ["A.call", "A.old", "f", "g", "A.more"]


def test_classes_with_their_bases_as_written() -> None:
    assert facts(CELL).classes == {
        "LSTM_Cell": ("tf.keras.layers.Layer", "Mixin[int]"),
        "LSTM_Cell.Inner": (),
    }


def test_generators_are_recognised() -> None:
    assert function("def task(n):\n    for i in range(n):\n        yield from f()", "task").is_generator
    assert not function("def task(n):\n    return (i for i in f())", "task").is_generator


def test_imports_are_top_level_packages_wherever_they_stand() -> None:
    text = (
        "import os, tensorflow.keras as k\nfrom tqdm.auto import tqdm\nfrom . import x\ndef f():\n    import"
        " pandas"
    )
    assert facts(text).imports == ("os", "pandas", "tensorflow", "tqdm")


def test_every_way_to_define_a_name_at_top_level() -> None:
    text = """
a = b = 1
c, (d, *e) = f()
g: int = 3
h: int
import numpy as np, os.path
from x import y as z, w
for i, j in q: k = 1
with open(p) as l, m() as (n, o): pass
try:
    import r
except ImportError as s:
    r = None
if (t := 5): pass
def u(inner): v = 1
class W: x1 = 1
[x2 for x2 in range(3)]
match a:
    case {"k": x3, **x4}: pass
    case [x5, *x6] as x7: pass
async def x8(): pass
x9.attribute = 1
x10[0] = 2
x11 += 1
"""
    assert (
        " ".join(sorted(facts(text).assigned))
        == "W a b c d e g i j k l n np o os r s t u w x3 x4 x5 x6 x7 x8 z"
    )


def test_the_first_definition_counts() -> None:
    assert facts("a = 1", "b = 1\na = 2", "b = 2").assigned == {"a": 2, "b": 4}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("UNITS = 64_000", 64000),
        ("UNITS = 1e-3", 1e-3),
        ("UNITS: int = 5", 5),
        ("UNITS = 2 * 32 + 1", 65),
        ("UNITS = -(2 ** 5) // 3", -11),
        ("UNITS = 7 / 2", 3.5),
        ("UNITS = 7 % 4", 3),
        ("UNITS = int(64e3)", 64000),
        ("SEQ_LEN, UNITS = 25, 100", 100),
        ("x = UNITS = 3", 3),
        ("base = 10\nUNITS = base * 2", 20),
        ("UNITS = 5\nUNITS = 6", 5),
        ("UNITS = 10 - 5 - 2", 3),
    ],
)
def test_parameters_that_the_source_spells_out(text: str, value: float) -> None:
    found = facts(text).parameters["UNITS"]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        "UNITS = f()", "UNITS = True", "UNITS = '5'", "UNITS = 1 / 0", "UNITS = 9 ** 9 ** 9",
        "UNITS = 1 << 99", "UNITS = 1e999", "UNITS = [1]", "UNITS = x", "def f():\n    UNITS = 5",
        "UNITS = f()\nUNITS = 5", "if x:\n    UNITS = 5", "UNITS = 'a' * 3",
        "UNITS = 0 ** -1", "UNITS = (-1) ** 0.5", "UNITS = 2 ** 62 * 4", "UNITS, SEQ_LEN = f()", "UNITS = 1j",
    ],
)  # fmt: skip
def test_parameters_that_need_running_are_left_out(text: str) -> None:
    assert "UNITS" not in facts(text).parameters


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "NUM_SAMPLES = 64.000",
            (
                "cell 2, line 1: NUM_SAMPLES = 64.000 is the number 64 in Python, where a point begins the"
                " decimals; if 64000 is meant, write 64_000"
            ),
        ),
        (
            "import x\nbs, n_samples = 32, 10.500",
            (
                "cell 2, line 2: n_samples = 10.500 is the number 10.5 in Python, where a point begins the"
                " decimals; if 10500 is meant, write 10_500"
            ),
        ),
        ("NUM_SAMPLES = 64_000", None),
        ("NUM_SAMPLES = 64.0", None),
        ("LEARNING_RATE = 0.001", None),
        ("weight = 64.000", None),
    ],
)
def test_a_point_that_should_group_thousands_is_told(text: str, told: str | None) -> None:
    assert read(text).notices == ((told,) if told else ())


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("seq_len = 10", 10),
        ("sequence_length = 10\nUNITS = 5", 10),
        ("SEQ_LEN = 25\nseq_len = 10", 25),
        ("seq_length = 5 * 2", 10),
        ("seqLen = 10\ntime_steps = 12", None),  # which one?
        ("SEQ_LEN = f()\nseq_len = 10", None),
        ("seq_len = 10.5", 10.5),  # which the sheet does not allow
        ("length_of_anything = 10", None),
    ],
)
def test_the_length_may_have_another_name(text: str, length: int | None) -> None:
    assert facts(text).parameters.get("SEQ_LEN") == length


@pytest.mark.parametrize(
    ("text", "spelled", "value"),
    [
        ('config = {"timesteps": 25, "batch": 16, "lr": 1e-3}', "batch", 16),
        ("hp = dict(minibatch=16, widths=[3])", "minibatch", 16),
        ("@dataclass\nclass Config:\n    bs: int = 16", "bs", 16),
        ("class cfg:\n    bs = 16", "bs", 16),
        ("p.add_argument('--bs', type=int, default=16)", "BS", 16),
        ("def main(batch=16, rate=1e-3):\n    pass", "batch", 16),
        ("def main(*, batch=16):\n    pass", "batch", 16),
        ("def main():\n    bs, lr = 16, 1e-3", "bs", 16),
        ("train(model, batch_size=16)", "batch_size", 16),
        ("SIZE = 16\ntrain(model, batch_size=SIZE)", "batch_size", 16),
        ("a(bs=16)\nb(bs=16)", "bs", 16),
        ("a(bs=16)\nb(bs=8)", None, None),
        ("a(bs=0)", None, None),
        ("BATCH_SIZE = f()\na(bs=16)", None, None),
        ("bs = 4\na(batch=16)", "bs", 4),
    ],
)
def test_the_batch_may_have_another_name_in_another_place(
    text: str, spelled: str | None, value: int | None
) -> None:
    found = facts(text)
    assert (found.spelled.get("BATCH_SIZE"), found.parameters.get("BATCH_SIZE")) == (spelled, value)


def test_samples_and_epochs_may_have_other_names_and_many_steps_are_those_of_a_training() -> None:
    found = facts("n_samples = 5000\nnum_epochs = 7\nnum_steps = 3000").parameters
    assert found == {"NUM_SAMPLES": 5000, "EPOCHS": 7}
    assert facts("n_steps = 20").parameters == {"SEQ_LEN": 20}


SWEEP = (
    "schedule = tf.keras.callbacks.LearningRateScheduler(lambda e: 1e-7 * 10 ** (e / 20))\nm.fit(d,"
    " epochs=100, callbacks=[schedule])\n"
)


def test_of_a_sweep_and_a_training_the_training_counts() -> None:
    assert facts(f"{SWEEP}m.fit(d, epochs=50)").parameters == {"EPOCHS": 50}
    assert facts(SWEEP).parameters == {"EPOCHS": 100}  # the only training there is
    assert facts("m.fit(d, epochs=100)\nm.fit(d, epochs=50)").parameters == {}


@pytest.mark.parametrize(
    "text",
    [
        "class Config:\n    learning_rate = 0.01\n    units = 64",
        "@dataclass\nclass Config:\n    LEARNING_RATE: float = 0.01\n    UNITS: int = 64",
        "class Config:\n    def __init__(self):\n        self.learning_rate = 1e-2\n        self.units = 64",
        'hp = {"learning_rate": 0.01, "units": 64}',
        "cfg = SimpleNamespace(learning_rate=0.01, units=64)",
        "cfg.LEARNING_RATE = 0.01\ncfg.UNITS = 64",
    ],
)
def test_numbers_of_a_settings_class_are_found(text: str) -> None:
    assert facts(text).parameters == {"LEARNING_RATE": 0.01, "UNITS": 64}


def test_what_may_be_any_layers_number_is_not_taken_for_a_setting() -> None:
    assert facts("a = Dense(units=3)\ndef f(units=4): pass").parameters == {}
    assert facts("class A:\n    units = 3\nclass B:\n    units = 4").parameters == {}


@pytest.mark.parametrize(
    ("text", "numbers", "no_numbers"),
    [
        ("batch_size = 0", {"BATCH_SIZE": 0}, {}),
        ("batch_size = 64.0", {"BATCH_SIZE": 64.0}, {}),
        ('batch_size = "64"', {}, {"BATCH_SIZE": "'64'"}),
        ("batch_size = None", {}, {"BATCH_SIZE": "None"}),
        ("BATCH_SIZE = 32,", {}, {"BATCH_SIZE": "(32,)"}),
        ("BATCH_SIZE = -1", {"BATCH_SIZE": -1}, {}),
        ("batch_size = None\nbatch_size = 64", {"BATCH_SIZE": 64}, {}),
        ("epochs = 0\nfor x in y: epochs += 1", {}, {}),  # a counter
        ("def f(batch_size=None): pass\nmodel.fit(x, batch_size=None)", {}, {}),
        ("units = 64", {}, {}),  # of whatever layer
        ("train = ds.shuffle(9).batch(0)", {"BATCH_SIZE": 0}, {}),
        ("train, test = ds.batch(64), ds.batch(-1)", {"BATCH_SIZE": -1}, {}),
        ("train = ds.batch(None)", {}, {"BATCH_SIZE": "None"}),
        ("class Config:\n    batch_size = 0", {"BATCH_SIZE": 0}, {}),
        ("class Config:\n    batch_size: int = -8\nBATCH_SIZE = Config.batch_size", {"BATCH_SIZE": -8}, {}),
        ("hp = {'batch': '64'}", {}, {"BATCH_SIZE": "'64'"}),
        ("cfg.epochs = 0", {"EPOCHS": 0}, {}),
        ("model.fit(x, batch_size=0)", {"BATCH_SIZE": 0}, {}),
        (
            "class A:\n    def f(self):\n        self.epochs = 0\n    def g(self):\n        self.epochs += 1",
            {},
            {},
        ),
        ("state = {'epochs': 0}\nstate['epochs'] += 1", {}, {}),
        ("state = {'epochs': 0}\ndef done(e):\n    state['epochs'] = e", {}, {}),
        ("cfg.epochs = 0\nfor e in x:\n    cfg.epochs = e + 1", {}, {}),
        ("cfg.epochs = 0\nfor e in x:\n    cfg.seen = e + 1", {"EPOCHS": 0}, {}),
        ("class Config:\n    batch_size = 0\nmake(batch_size=32)", {"BATCH_SIZE": 32}, {}),
        ("state = {'batches': None, 'name': 'batch'}\nds.batch(n)", {}, {}),
    ],
)
def test_numbers_that_nobody_can_train_with_are_found_under_any_spelling(text, numbers, no_numbers) -> None:
    found = facts(text)
    assert (found.parameters, found.no_numbers) == (numbers, no_numbers)


def test_the_cell_of_the_parameters() -> None:
    texts = ("SEQ_LEN = 1", "UNITS = f()\nEPOCHS = 2", "LEARNING_RATE = 1\nSEQ_LEN = 2")
    assert read(*texts).facts.parameters_cell == 4
    assert read(*texts, tagged=(6,)).facts.parameters_cell == 6
    assert read(*texts, tagged=(2,)).facts.parameters_cell == 4  # a tag is a hint only
    assert read("x = 1").facts.parameters_cell is None
    assert read().facts.parameters_cell is None


def test_uses_are_dotted_names_last_parts_and_what_they_stand_for() -> None:
    uses = facts(
        "import tensorflow as t\nfrom tensorflow import function as graph\n@graph\ndef f(a: t.Tensor):"
        " t.data.Dataset.from_generator(f).batch(3)"
    ).uses
    assert {
        "t.data.Dataset.from_generator",
        "from_generator",
        "batch",
        "tf.data.Dataset.from_generator",
        "tf.function",
    } <= uses
    assert {"function", "graph", "Tensor", "t.Tensor"} <= uses
    assert "TensorArray" not in facts("'tf.TensorArray'  # tf.TensorArray").uses


def early(*texts: str) -> list[tuple[str, int, int]]:
    return [(one.name, one.used_in, one.defined_in) for one in facts(*texts).used_before_defined]


def test_names_used_before_their_cell() -> None:
    assert early("model = MyModel()", "class MyModel: pass") == [("MyModel", 2, 4)]
    assert early("class A(Base):\n    n = UNITS", "Base = object\nUNITS = 3") == [
        ("Base", 2, 4),
        ("UNITS", 2, 4),
    ]
    assert early("@deco\ndef f(a=default): pass", "deco = default = 1") == [("deco", 2, 4), ("default", 2, 4)]
    assert early("x += 1", "x = 0") == [("x", 2, 4)]


@pytest.mark.parametrize(
    "texts",
    [
        ("def f():\n    return later\nclass A:\n    def g(self): return later", "later = 1"),
        ("f = lambda: later", "later = 1"),
        ("a = 1\nprint(a)", "a = 2"),
        ("[later for later in range(3)]", "later = 1"),
        ("class A:\n    b = 1\n    c = b", "b = 1"),
        ("try:\n    later\nexcept NameError:\n    pass", "later = 1"),
        ("from helper import *\nlater", "later = 1"),
        ("%run setup.py\nlater", "later = 1"),
        ("exec(code)", "later", "later = 1"),
        ("globals()['later'] = 1\nlater", "later = 1"),
        ("def f():\n    global later\n    later = 1\nf()\nlater", "later = 1"),
        ("x = = 3", "later", "later = 1"),
        ("print(_1, display, get_ipython)", "_1 = display = get_ipython = print = 1"),
        ("def f(a: Later) -> Later: pass", "Later = 1"),
        ("nowhere", "x = 1"),
    ],
)
def test_no_false_alarms_about_the_order(texts: tuple[str, ...]) -> None:
    assert early(*texts) == []


def test_syntax_errors_say_cell_and_line() -> None:
    found = facts("x = 1", "y = 2\nz = = 3", "a\0b").syntax_errors
    assert found == ("cell 4, line 2: invalid syntax", "cell 6, line 1: the code contains a null character")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> main", "a merge conflict is left"),
        ("x = \u201cone\u201d", "the quotation mark \u201c comes from a word processor"),
        ("x =\u00a01", "an invisible character (U+00A0), as web pages have them: type the space again"),
        ("x = 3 \u00d7 4", "the character \u00d7 (U+00D7) means nothing to Python"),
        ("if x = 3: pass", "invalid syntax. Maybe you meant '==' or ':=' instead of '='"),
    ],
)
def test_what_was_pasted_is_told_in_plain_words(line: str, says: str) -> None:
    (error,) = facts(line).syntax_errors
    assert error.startswith(f"cell 2, line 1: {says}")
    assert not error.endswith("?")


def test_magics_are_no_syntax_errors() -> None:
    assert (
        facts(
            "%matplotlib inline\n!ls\nx = !ls\nf?",
            "%%bash\nls -l",
            "%%time\nx = 1",
            "   indented = 1\n   again = 2",
        ).syntax_errors
        == ()
    )


def test_the_text_numbers_its_cells() -> None:
    assert facts("x = 1", "!ls").text == "# --- cell 2 ---\nx = 1\n# --- cell 4 ---\n!ls"


def test_modules_that_the_notebook_imports_are_read(tmp_path: Path) -> None:
    (tmp_path / "pkg").mkdir()
    (tmp_path / "cell.py").write_bytes(
        b"\xef\xbb\xbffrom pkg.gates import Gate\r\nclass LSTM_Cell(Gate):\r\n    def call(self, x):"
        b" pass\r\n_hidden = 1"
    )
    (tmp_path / "pkg" / "__init__.py").write_text("from .gates import Gate")
    (tmp_path / "pkg" / "gates.py").write_text("import pandas\nclass Gate: pass")
    (tmp_path / "unused.py").write_text("import secret\nx = = 1")
    (tmp_path / "broken.py").write_text("x = = 1")
    files = ("broken.py", "cell.py", "hw.ipynb", "pkg/__init__.py", "pkg/gates.py", "unused.py")
    told = read("from cell import *\nimport broken", root=tmp_path, files=files).facts
    assert told.imports == ("pandas",)
    assert told.assigned == {"Gate": 2, "LSTM_Cell": 2, "broken": 2}
    assert told.classes == {"LSTM_Cell": ("Gate",), "Gate": ()}
    assert [(one.name, one.where) for one in told.functions] == [("LSTM_Cell.call", "cell.py, line 3")]
    assert told.syntax_errors == ("broken.py, line 1: invalid syntax",)


def test_modules_in_a_folder_put_on_the_path_and_files_that_cells_write(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "helper.py").write_text("def f(a): pass")
    (tmp_path / "cell.py").write_text("old = 1")
    told = read(
        "%%writefile cell.py\ndef g(b): pass",
        "import helper, cell, gone",
        root=tmp_path,
        files=("cell.py", "src/helper.py"),
    ).facts
    assert [(one.name, one.where) for one in told.functions] == [
        ("g", "cell 2, line 2"),
        ("f", "src/helper.py, line 1"),
    ]
    assert told.imports == ("gone",)
    assert "g" not in told.assigned


def test_a_module_that_cannot_be_read_is_a_flag(tmp_path: Path) -> None:
    (tmp_path / "big.py").write_bytes(b"#" * 2_000_000)
    told = read("import big, gone", root=tmp_path, files=("big.py", "gone.py"))
    assert told.flags == ("big.py: too long to be read", "gone.py: cannot be read")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("x" * 300_001, "cell 2: too long to be read (300,001 characters)"),
        ("x = " + "-" * 100_000 + "1", "cell 2: nested too deeply to be read"),
        ("x = 1" + "+1" * 5_000, "cell 2: nested too deeply to be read"),
        ("x = 1\n" * 20_000, "cell 2: too much code to be read"),
    ],
)
def test_code_that_nobody_writes_is_left_unread_with_a_flag(text: str, says: str) -> None:
    assert read(text).flags == (says,)
    assert read(text).facts.syntax_errors == ()


def test_all_cells_together_have_a_limit() -> None:
    long = [NotebookCell(number=n, kind="code", text="#" * 299_999) for n in range(1, 5)]
    assert [piece.unread for piece in cell_pieces(long)] == ["", "", "", "cell 4: more code than can be read"]
    short = [NotebookCell(number=n, kind="code", text="x = 1") for n in range(1, 5)]
    assert [bool(piece.unread) for piece in cell_pieces(short, left=12)] == [False, False, True, True]


def test_warnings_about_a_students_strings_are_not_ours() -> None:
    assert parse(r"x = '\d'").tree is not None


CODE = st.sampled_from(
    ["x", "UNITS", " = ", "\n", "    ", "def f(", "):", "class A", "[", "]", "lambda: ", "import a.b",
     "from . import *", "getattr(x, 'a')", "*", "**", ", ", "3", "'s'", "await ", "global x", "match x:",
     "case ", "(y := 1)", "%time ", "!ls", "@", "x.y", "del x", "try:", "except"]
)  # fmt: skip


@given(st.lists(CODE, max_size=25).map("".join) | st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_text_can_be_read(text: str) -> None:
    told = read(text, text)
    assert told.facts.text.count("# --- cell") >= 2


NESTED = """
class Cell:
    def __init__(self, units):
        self.units = units

        def call(self, x, states):
            return x
"""
OUTSIDE = """
class Cell:
    def __init__(self, units):
        self.units = units


def call(self, x, states):
    return x
"""


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        (NESTED, "`call` is defined inside `__init__` of Cell (cell 2, line 6)", "to the left"),
        (OUTSIDE, "`call` stands outside of the class Cell (cell 2, line 7)", "to the right"),
    ],
)
def test_a_method_that_is_none_for_its_place_is_told(text: str, said: str, hint: str) -> None:
    (one,) = facts(text).misplaced
    assert one.said == said
    assert one.hint == f"Move `call` one level {hint}."


def test_a_method_in_a_cell_of_its_own_is_told() -> None:
    kind, method = OUTSIDE.split("\n\n\n")
    (one,) = facts(kind, method).misplaced
    assert one.said == "`call` stands outside of the class Cell (cell 4, line 1)"
    assert not facts(kind, "x = 1", method).misplaced


@pytest.mark.parametrize(
    "text",
    [
        NESTED.replace("            return x", "            return x\n        self.call = call"),
        f"{OUTSIDE}\nCell.call = call\n",
        f"{OUTSIDE}\nsetattr(Cell, 'call', call)\n",
        NESTED.replace("def call(self, ", "def call("),
        OUTSIDE.replace("def call(self, ", "def call("),
        OUTSIDE.replace("\n\ndef call", "\n\nUNITS = 3\n\ndef call"),
        f"{NESTED}\n    def call(self, x, states):\n        return x\n",
    ],
)
def test_a_function_that_may_stand_where_it_stands_is_none_of_those(text: str) -> None:
    assert not facts(text).misplaced


HELPER = "class LSTM_Cell:\n    def call(self, x: int) -> int:\n        return x\n"


@pytest.mark.parametrize(
    "text",
    [
        "%run helper.py",
        "%run -i ./helper",
        "%run -i helper.txt",
        "%run 'my helper.ipynb'",
        'exec(open("helper.py").read())',
        'exec(compile(open("helper.py").read(), "helper.py", "exec"))',
        'import runpy\nglobals().update(runpy.run_path("helper.py"))',
        "import import_ipynb\nfrom notes import *",
    ],
)
def test_what_other_files_bring_is_read_there(tmp_path: Path, text: str) -> None:
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": HELPER}
    book = {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": [cell | {"source": "1 +"}, cell]}
    for name in ("helper.py", "helper.txt"):
        (tmp_path / name).write_text(HELPER)
    for name in ("my helper.ipynb", "notes.ipynb"):
        (tmp_path / name).write_text(json.dumps(book))
    found = read(
        text, root=tmp_path, files=("helper.py", "helper.txt", "hw.ipynb", "my helper.ipynb", "notes.ipynb")
    ).facts
    assert found.names["LSTM_Cell"] == 2
    assert [one.name for one in found.functions] == ["LSTM_Cell.call"]


def test_files_that_run_each_other_and_modules_of_a_folder_on_the_path(tmp_path: Path) -> None:
    (tmp_path / "src" / "lib").mkdir(parents=True)
    (tmp_path / "src" / "lib" / "cells.py").write_text(HELPER)
    (tmp_path / "a.py").write_text('exec(open("b.py").read())\nx = 1\n')
    (tmp_path / "b.py").write_text('exec(open("a.py").read())\ny = 2\n')
    texts = "%run a.py", "sys.path.append('src')\nfrom lib.cells import *", "%run gone.py"
    found = read(*texts, root=tmp_path, files=("a.py", "b.py", "src/lib/cells.py")).facts
    assert {name: found.names.get(name) for name in ("x", "y", "LSTM_Cell")} == {
        "x": 2,
        "y": 2,
        "LSTM_Cell": 4,
    }


def test_an_annotation_that_says_what_an_argument_is() -> None:
    code = """
from typing import Annotated, Optional
def step(x: "the input of shape (B, T, F)", y: "tf.Tensor", z: "Optional[int]",
         u: Annotated[int, "the width"], v: Annotated[int, 3], w: int, *,
         k: Annotated["tf.Tensor", Doc("all steps")]): ...
"""
    assert function(code, "step").explained == ("x", "u", "k")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x = 1\nreturn x", "cell 2, line 2: 'return' outside function: Python does not run this line"),
        (
            "for x in (1, 2):\n    pass\nbreak",
            "cell 2, line 3: 'break' outside loop: Python does not run this line",
        ),
        ("await load()\ndef f():\n    return 1", ""),
    ],
)
def test_a_line_that_python_reads_and_does_not_run_is_told(text: str, told: str) -> None:
    found = read(text)
    assert found.notices == ((told,) if told else ())
    assert not found.facts.syntax_errors
