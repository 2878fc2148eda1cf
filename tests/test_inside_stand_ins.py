"""What a homework talks to and that is not here, and names that libraries had once: in a process of its own,
in which a folder is the student's."""

import json
import subprocess
import sys
import textwrap

import pytest

PREPARE = """
import sys
sys.path.insert(0, {root!r})
from grader.run.inside import modules
from grader.run.inside.period import notebooks_as_modules, old_pandas, old_pyplot, old_python, own_limits
from grader.run.inside.period import period, stand_ins
from types import SimpleNamespace
modules.prepare({folder!r})
stand_ins.install()
notebooks_as_modules.install({folder!r})
period.install(SimpleNamespace(enable_matplotlib=None, run_line_magic=lambda *words: words))
old_python.install()
own_limits.install()
old_pyplot.install()
old_pandas.install()
"""


@pytest.fixture
def run(tmp_path, request):
    """What a student's module prints."""

    def run(code, *, fails=False):
        folder = tmp_path / "homework"
        folder.mkdir(exist_ok=True)
        (folder / "own.py").write_text(textwrap.dedent(code))
        prepare = PREPARE.format(root=str(request.config.rootpath), folder=str(folder))
        program = f"{prepare}\nsys.path.insert(0, {str(folder)!r})\nimport own"
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
        assert bool(done.returncode) is fails, done.stderr[-2000:]
        return done

    return run


@pytest.mark.parametrize(
    "code",
    [
        "import wandb\nwandb.init(project='x', config={'lr': 0.1})\nwandb.log({'loss': 1.0})\n"
        "wandb.config['a'] = 1",
        "from fastprogress.fastprogress import master_bar, progress_bar\n"
        "mb = master_bar(range(2))\nseen = [j for i in mb for j in progress_bar([1, 2], parent=mb)]\n"
        "assert seen == [1, 2, 1, 2]\nmb.write('done')",
        "from alive_progress import alive_bar, alive_it\nwith alive_bar(2) as bar:\n    bar()\n"
        "assert list(alive_it([3])) == [3]",
        "def train():\n    import mlflow.tensorflow as log\n    with log.start_run():\n"
        "        log.log_metric('a', 1)\ntrain()",
        "from livelossplot import PlotLosses\nplot = PlotLosses()\nplot.update({'loss': 1.0})\nplot.send()",
        "import wandb\n@wandb.mixin\ndef f():\n    return 7\nassert f() == 7",
    ],
)
def test_what_only_watches_a_training_is_stood_in_for(run, code):
    assert "what it would show or note is left out" in run(code).stderr


@pytest.mark.parametrize(
    "code",
    [
        "from icecream import ic\nassert ic(7) == 7\nassert ic(1, 2) == (1, 2)\nic()\nic.disable()",
        "import pysnooper\n@pysnooper.snoop()\ndef f():\n    return 7\nassert f() == 7",
    ],
)
def test_what_shows_a_value_gives_it_back(run, code):
    assert "what it would show or note is left out" in run(code).stderr


def test_what_is_compiled_computes_the_same(run):
    code = (
        "import numba\nfrom numba import njit, prange\n"
        "@numba.jit(nopython=True)\ndef f(n):\n    return sum(i for i in prange(n))\n"
        "@njit\ndef g(n):\n    return f(n) + 1\nassert g(3) == 4\n"
    )
    assert "there is no numba here: what it would compile is left out" in run(code).stderr


@pytest.mark.parametrize(
    "code", ["from numba import cuda", "import numba\n@numba.vectorize\ndef f(x):\n    return x"]
)
def test_what_means_more_than_compiling_is_not_there(run, code):
    assert "No module named 'numba'" in run(code, fails=True).stderr


def test_what_only_says_types_changes_nothing(run):
    done = run(
        """
        from beartype import beartype
        from jaxtyping import Float, jaxtyped
        @jaxtyped(typechecker=beartype)
        def double(x: Float[list, "batch units"]) -> "Float[list, 'batch units']":
            return x * 2
        class Cell:
            @beartype
            def call(self, x: Float[int, "..."]):
                return x + 1
        assert double([1]) == [1, 1] and Cell().call(1) == 2
        assert double.__annotations__["x"] is list
        """
    )
    assert "what it would check is left out, the rest runs" in done.stderr


def test_a_number_of_theirs_is_the_error_of_a_missing_package(run):
    run(
        """
        import wandb
        try:
            0.5 * wandb.config.learning_rate
        except ModuleNotFoundError as problem:
            assert problem.name == "wandb"
        else:
            raise SystemExit("it was a number")
        """
    )


@pytest.mark.parametrize("package", ["wandb", "google.colab"])
def test_who_asks_whether_it_is_here_hears_no(run, package):
    done = run(
        f"""
        import importlib.util, sys
        try:
            import {package}
            print("here")
        except ImportError:
            print("not here")
        print(importlib.util.find_spec({package!r}) is None, {package!r} in sys.modules)
        """
    )
    assert done.stdout.splitlines() == ["not here", "True False"]


def test_libraries_hear_the_truth(run, tmp_path):
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / "looks_for.py").write_text(
        "try:\n    import google.colab\n    FOUND = True\nexcept ImportError:\n    FOUND = False"
    )
    done = run(
        f"""
        import sys
        sys.path.append({str(tmp_path / "library")!r})
        import looks_for
        print(looks_for.FOUND)
        from google.colab import output
        with output.use_tags("x"):
            print("drawn")
        """
    )
    assert done.stdout.splitlines() == ["False", "drawn"]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (
            "from collections import Iterable\nassert isinstance([], Iterable)",
            "no collections.Iterable any more",
        ),
        (
            "import inspect\ndef f(a, b=1, *c, **d): pass\nassert inspect.getargspec(f).args == ['a', 'b']\n"
            "assert inspect.getargspec(f)[1:] == ('c', 'd', (1,))",
            "inspect.getfullargspec is taken",
        ),
        ("from fractions import gcd\nassert gcd(12, 18) == 6 and gcd(3, -2) == -1", "math.gcd is taken"),
        (
            "import matplotlib\nmatplotlib.use('agg')\nfrom matplotlib import cm, pyplot as plt\n"
            "assert cm.get_cmap('jet', 4).N == 4 and plt.cm.get_cmap('jet').N == 256",
            "no cm.get_cmap any more",
        ),
        (
            "import matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt\nfig = plt.figure()\n"
            "ax = fig.gca(projection='3d')\nassert ax.name == '3d' and plt.gca(projection='3d') is ax\n"
            "assert fig.gca() is ax",
            "add_subplot does, which it did",
        ),
        (
            "import matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt\nplt.hold(True)\n"
            "bars, _, _ = plt.hist([1, 2, 2], bins=2, normed=True)\nplt.gca().grid(b=True)\n"
            "plt.gcf().canvas.set_window_title('curves')\nassert bars.tolist() != [1, 2]",
            "density is taken, which it was",
        ),
        ("import time\nbegan = time.clock()\nassert time.clock() >= began", "time.perf_counter is taken"),
        ("import numpy as np\nassert np.int is int and np.product([2, 3]) == 6", "np.prod is taken"),
        ("from numpy import in1d\nassert in1d([[1, 2]], [2]).tolist() == [False, True]", "np.isin is taken"),
        ("import numpy as np\nassert np.math.factorial(3) == 6", "math is taken"),
        ("import numpy as np\nassert np.asscalar(np.array([3])) == 3 and np.NINF < 0", "-np.inf is taken"),
        (
            "import numpy as np, warnings\nwarnings.simplefilter('ignore', np.VisibleDeprecationWarning)",
            "np.exceptions.VisibleDeprecationWarning is taken",
        ),
        (
            "import matplotlib.pyplot as plt\nplt.plot([1])\nplt.pause(100)\n"
            "assert not plt.ginput(1) and not plt.waitforbuttonpress()",
            "nobody clicks or types into a figure here",
        ),
        (
            "import matplotlib.pyplot as plt\nplt.switch_backend('TkAgg')\nplt.switch_backend('agg')",
            "there is no screen for TkAgg",
        ),
    ],
)
def test_a_name_that_was_dropped_is_given_back_and_said(run, code, said):
    assert said in run(code).stderr


@pytest.mark.parametrize(
    ("folder", "said"),
    [("pictures/losses", "is made for the figure"), ("/proc/no/such", "the figure is not saved")],
)
def test_a_figure_is_kept_in_a_folder_that_was_not_handed_in(run, folder, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert said in run(f"import matplotlib.pyplot as plt\nplt.savefig('{folder}/a.png')").stderr
    assert (tmp_path / "pictures" / "losses" / "a.png").exists() is ("made" in said and "not" not in said)


def test_what_tables_had_is_given_back_and_said(run):
    done = run(
        """
        import pandas as pd
        table = pd.DataFrame(columns=["epoch", "loss"])
        for epoch in range(3):
            table = table.append({"epoch": epoch, "loss": epoch / 2}, ignore_index=True)
        assert table.loss.tolist() == [0.0, 0.5, 1.0] and table.loss.dtype == "float64"
        assert table.append([table, table], ignore_index=True).index.tolist() == list(range(9))
        assert pd.Series([1, 2]).append(pd.Series([3])).tolist() == [1, 2, 3]
        assert [name for name, _ in table.iteritems()] == ["epoch", "loss"]
        named = pd.DataFrame({"a": [1, 2, 3]}, index=list("xyz"))
        assert named.ix["y", 0] == named.ix[1, "a"] == 2 and named.ix[0:2, "a"].tolist() == [1, 2]
        assert named.ix["x":"y", "a"].tolist() == [1, 2] and table.ix[1, "loss"] == 0.5
        assert pd.DataFrame({"a": [1.0, None]}).fillna(method="ffill").a.tolist() == [1.0, 1.0]
        assert pd.np.inf > 0 and pd.Series([None, 2.0]).fillna(0).tolist() == [0, 2]
        try:
            named.append({"a": 1})
        except TypeError as problem:
            assert "ignore_index" in str(problem)
        else:
            raise SystemExit("a row without a label")
        """
    )
    assert "no DataFrame.append any more: pd.concat is taken" in done.stderr


def test_a_name_that_never_was_is_not(run):
    run(
        """
        import collections, time
        for module in (collections, time):
            try:
                module.never_was
            except AttributeError as problem:
                assert "never_was" in str(problem)
            else:
                raise SystemExit("found")
        """
    )


@pytest.mark.parametrize(
    "lines",
    [
        "import import_ipynb\nfrom my_cells import double",
        "import nbimporter, my_cells\ndouble = my_cells.double",
        "from ipynb.fs.full.my_cells import double",
    ],
)
def test_a_notebook_is_imported_as_a_module(run, lines, tmp_path):
    cells = ["%matplotlib inline\n", "import inspect\ndef double(x):\n    return 2 * x\n"]
    for name in ("homework", "elsewhere"):
        (tmp_path / name).mkdir(exist_ok=True)
        raw = [{"cell_type": "code", "source": [cell]} for cell in cells]
        (tmp_path / name / "my cells.ipynb").write_text(json.dumps({"cells": raw[name == "homework" :]}))
    run(f"{lines}\nimport inspect\nassert double(2) == 4 and '2 * x' in inspect.getsource(double)")
    assert (
        "No module named 'my_cells'"
        in run("try:\n    import my_cells\nexcept ImportError as e:\n    print(e)").stdout
    )


def test_limits_that_a_notebook_sets_itself_bind_nothing_and_are_told(run):
    code = """
    import resource
    megabyte = 2**20
    resource.setrlimit(resource.RLIMIT_AS, (200 * megabyte, resource.RLIM_INFINITY))
    assert resource.getrlimit(resource.RLIMIT_AS)[0] == 200 * megabyte
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
    whole = bytearray(400 * megabyte)
    more = [open("/dev/null") for _ in range(9)]
    """
    assert "RLIMIT_AS, which is set here, is left out" in run(code).stderr


@pytest.mark.parametrize("limits", ["(9, 8)", "(hard + 1, hard + 1)"])
def test_limits_that_no_process_may_set_are_refused_as_always(run, limits):
    code = f"""
    import resource
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    soft, hard = 2**30, 2**30
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, {limits})
    except ValueError as refused:
        print(refused)
    """
    assert run(code).stdout.strip()
