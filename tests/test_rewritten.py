"""The same homework in another form: the rewriting itself."""

import ast

import pytest

from tests import corpus
from tests.rewritten import MODULE, WAYS, NotThisOne, _apart, write

HOMEWORK = "integration_task"
CODE = [
    "import numpy as np\nSIZE = 3",
    "class Cell:\n"
    '    """A step.\n\n    Args:\n        seen (int): how much.\n        :param int seen: so much.\n    """\n'
    "    def step(self, seen, axis):\n        self.kept = seen\n        return np.sum(self.kept, axis=axis)",
    "made = Cell()\ndef use(times):\n    return made.step(times, axis=SIZE)\nprint(use(3))",
]


def test_what_the_student_named_is_called_otherwise_and_what_others_know_is_not():
    new = "\n".join(WAYS["renamed"](CODE).cells)
    for name in ("Cell", "step", "seen", "kept", "made", "use", "times"):
        assert name not in {*_names(new)}, name
    assert {"np", "SIZE", "axis", "print", "sum"} <= {*_names(new)}
    assert "seen" not in new  # nor in the docstring, where it is explained


def _names(code):
    for node in ast.walk(ast.parse(code)):
        for field in ("id", "attr", "name", "arg"):
            yield from filter(None, [getattr(node, field, None)])


def test_what_needs_the_work_goes_with_it():
    definitions, work = _apart(CODE)
    assert [ast.unparse(part).split("\n")[0] for part in definitions] == [
        "import numpy as np",
        "SIZE = 3",
        "class Cell:",
    ]
    assert len(work) == 3


def test_modules_hold_what_stands_alone():
    new = WAYS["in_modules"](CODE)
    assert "class Cell" in new.files[f"{MODULE}.py"]
    assert f"from {MODULE} import *" in new.cells[0]


def test_a_magic_is_not_rewritten():
    with pytest.raises(NotThisOne):
        WAYS["as_script"](["%matplotlib inline"])


@pytest.mark.parametrize("way", WAYS)
def test_every_way_gives_files_that_are_python(way, tmp_path):
    for entry in corpus.all_submissions(HOMEWORK)[:5]:
        write(way, entry, HOMEWORK, tmp_path / entry.name)
        files = [path for path in (tmp_path / entry.name).iterdir() if path.suffix == ".py"]
        for path in files:
            compile(path.read_text(), path.name, "exec")
        assert files or (tmp_path / entry.name / corpus.NOTEBOOK).is_file()
