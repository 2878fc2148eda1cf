"""Real kernels: how a run ends, what it leaves behind, and that a cell cannot take the rest down with it."""

import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import psutil
import pytest

from grader import probes, roles
from grader.assignment import Assignment, Budget
from grader.model import Basis, CellSource, Extent, Limits, Outcome, Run, SourceFacts, Submission
from grader.run import Engine, Plan, Wanted, best_offer, offer, run_submission
from tests.made_up_sheet import PROBES
from tests.sampling import some

pytestmark = pytest.mark.real

LIMITS = Limits(cell_seconds=6, wall_seconds=40, memory_mb=2000, output_kb=64)

NOTHING = SourceFacts()
TASK = roles.generator("integration_task", ["seq_len", "num_samples"])


def an_assignment(*asked):
    hw = Assignment("small", title="A small one", parameters={"SEQ_LEN": 5, "BATCH_SIZE": 4}, budget=Budget())
    hw.task("1", "All of it.").own_check(
        "It answers.", points=1, basis=Basis.READ, asks=asked or (probes.names("x", lists=("values",)),)
    )(lambda seen: None)
    return hw


def pytest_generate_tests(metafunc):
    """Each test at the best level, and at one of the others (at each in `make test-all`)."""
    if "place" in metafunc.fixturenames:
        name = metafunc.function.__name__
        levels = ["namespaces", *some(["landlock", "none", "cold"], 1, lambda level: f"{level} {name}")]
        metafunc.parametrize("place", levels, indirect=True, scope="module")


@pytest.fixture(scope="module")
def place(request):
    """A way to run notebooks: forked at a level of isolation, or `cold` as on systems that cannot fork."""
    if request.param == "cold":
        yield run_submission
        return
    found = offer(request.param)
    if not found.works:
        pytest.skip(f"THIS MACHINE HAS NO LEVEL {request.param}: {found.why}")
    with Engine(found) as engine:
        engine.zygotes.get("keras3")
        yield engine.run


def run_cells(
    place,
    tmp_path: Path,
    *cells: str,
    limits: Limits = LIMITS,
    asked=(),
    files=(),
    stop=None,
    on_event=lambda event: None,
    runtime="keras3",
    source=NOTHING,
) -> Run:
    root = tmp_path / "handed in"
    root.mkdir()
    for name, text in files:
        (root / name).write_text(text)
    submission = Submission(
        student="ada",
        digest="d",
        root=root,
        files=tuple(name for name, _ in files),
        source=source,
        cells=tuple(CellSource(number=2 * k + 1, text=text) for k, text in enumerate(cells)),
    )
    plan = Plan(run_id="r1", attempt=1, extent=Extent.FULL, key=b"key", limits=limits, runtime=runtime)
    return place(
        Wanted(
            submission=submission,
            assignment=an_assignment(*asked),
            plan=plan,
            folder=tmp_path / "run",
            on_event=on_event,
            stop=stop or threading.Event(),
        )
    )


def test_after_a_cell_raises_the_next_ones_still_run(place, tmp_path):
    run = run_cells(place, tmp_path, "x = 1", "1 / 0", "values = [3.0, 2.0, 1.0]\nx = 7")
    assert run.outcome is Outcome.RAISED
    assert run.reason == "cell 3 raised ZeroDivisionError"
    assert [cell.error is not None for cell in run.cells] == [False, True, False]
    assert "1 / 0" in run.cells[1].error.traceback
    seen = run.observations["names"]
    assert seen.answer["numbers"] == {"x": 7.0}
    np.testing.assert_array_equal(seen.array("list/values"), [3, 2, 1])
    assert run.versions.tensorflow
    assert run.executed["cells"][2]["execution_count"] == 3


@pytest.mark.parametrize(
    "ending",
    ["import os; os._exit(0)", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"],
    ids=["_exit", "kill"],
)
def test_a_kernel_that_ends_itself_is_died_and_earlier_answers_stay(place, tmp_path, ending):
    definition = (
        "def integration_task(n, k):\n    import numpy as np\n    for _ in range(k):\n        yield"
        " np.random.randn(n, 1), np.array([1])"
    )
    run = run_cells(
        place, tmp_path, definition, ending, "x = 2", asked=(probes.data(TASK, samples=20), probes.names("x"))
    )
    assert run.outcome is Outcome.DIED
    assert "cell 3" in run.reason
    assert "run without it in a fresh start" in run.reason
    assert [cell.number for cell in run.cells] == [1, 3, 5]
    assert run.observations["data"].status == "answered"
    assert run.observations["data"].after_cell == 1
    assert run.observations["names"].answer["numbers"] == {"x": 2.0}


@pytest.mark.parametrize("leave", ["exit()", "quit()", "exit"])
def test_exit_in_a_cell_ends_nothing(place, tmp_path, leave):
    run = run_cells(place, tmp_path, "x = 1", leave, "x = 3")
    assert run.outcome is Outcome.COMPLETED
    assert run.observations["names"].answer["numbers"] == {"x": 3.0}


def test_an_endless_loop_is_interrupted_and_the_next_cells_run(place, tmp_path):
    run = run_cells(
        place, tmp_path, "x = 1", "while True: pass", "x = 2", limits=Limits(cell_seconds=2, wall_seconds=60)
    )
    assert run.outcome is Outcome.TIMED_OUT
    assert [cell.timed_out for cell in run.cells] == [False, True, False]
    assert run.observations["names"].answer["numbers"] == {"x": 2.0}


def test_a_loop_that_swallows_the_interrupt_is_ended(place, tmp_path):
    stubborn = (
        "import time\nwhile True:\n    try:\n        while True: time.sleep(0.1)\n    except BaseException:"
        " pass"
    )
    began = time.monotonic()
    run = run_cells(place, tmp_path, stubborn, "x = 2", limits=Limits(cell_seconds=2, wall_seconds=60))
    assert run.outcome is Outcome.TIMED_OUT
    assert "cell 1 ran longer" in run.reason
    assert run.observations["names"].answer["numbers"] == {"x": 2.0}
    assert time.monotonic() - began < 60


def test_an_endless_output_is_cut(place, tmp_path):
    flood = "import time\nend = time.time() + 3\nwhile time.time() < end: print('x' * 1000)"
    run = run_cells(
        place, tmp_path, flood, "x = 5", limits=Limits(cell_seconds=30, wall_seconds=60, output_kb=64)
    )
    text = "".join(output.get("text", "") for output in run.executed["cells"][0]["outputs"])
    assert len(text) < 200_000
    assert "the rest was cut" in text
    assert run.observations["names"].answer["numbers"] == {"x": 5.0}


def test_memory_beyond_the_limit_ends_the_run(place, tmp_path):
    hog = "import numpy as np\nhold = [np.ones(25_000_000) for _ in range(20)]\nimport time; time.sleep(50)"
    run = run_cells(
        place,
        tmp_path,
        "x = 1",
        hog,
        "x = 9",
        limits=Limits(cell_seconds=40, wall_seconds=120, memory_mb=2000),
    )
    assert run.outcome is Outcome.OUT_OF_MEMORY
    assert "cell 3 needed more than 2000 MB" in run.reason
    assert run.observations["names"].answer["numbers"] == {"x": 9.0}


def test_a_question_that_ends_the_kernel_costs_only_itself(place, tmp_path):
    deadly = "import os\ndef integration_task(n, k):\n    os._exit(3)"
    run = run_cells(
        place, tmp_path, deadly, "x = 2", asked=(probes.data(TASK, samples=20), probes.names("x"))
    )
    assert run.outcome is Outcome.DIED
    assert "data" not in run.observations
    assert run.observations["names"].answer["numbers"] == {"x": 2.0}


def test_a_lost_server_is_our_problem_and_the_next_run_has_a_new_one(tmp_path):
    with Engine(offer("none")) as engine:
        server = engine.zygotes.get("keras3").process
        killer = threading.Timer(6.0, server.kill)
        killer.start()
        lost = run_cells(engine.run, tmp_path, "x = 1", "import time; time.sleep(30)")
        killer.join()
        (tmp_path / "again").mkdir()
        found = run_cells(engine.run, tmp_path / "again", "x = 4")
    assert lost.outcome is Outcome.UNAVAILABLE
    assert found.observations["names"].answer["numbers"] == {"x": 4.0}


STARTS_A_SERVER = """
import subprocess, sys, time
from grader.run.host.engine import Engine
from grader.run.host.levels import offer
import grader.run.host.zygotes as zygotes

class Told(subprocess.Popen):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        print(self.pid, flush=True)

zygotes.subprocess.Popen = Told
Engine(offer("none")).zygotes.get("keras3")
"""


def test_a_server_that_is_still_starting_ends_with_the_host():
    host = subprocess.Popen([sys.executable, "-c", STARTS_A_SERVER], stdout=subprocess.PIPE, text=True)
    assert host.stdout is not None
    server = psutil.Process(int(host.stdout.readline()))
    time.sleep(0.7)  # in the middle of the import, which takes three seconds and more
    host.kill()
    host.wait()
    host.stdout.close()
    _, left = psutil.wait_procs([server], timeout=2)
    assert [
        process for process in left if process.status() != psutil.STATUS_ZOMBIE
    ] == []  # whoever adopted it buries it when it likes


KERAS_BY_ITSELF = """
import keras
from keras.layers import Dense
from keras.models import Sequential
import keras.optimizers as optimizers, tensorflow as tf
same = Dense is tf.keras.layers.Dense and optimizers.Adam is tf.keras.optimizers.Adam
model = Sequential([Dense(2), tf.keras.layers.Dense(1)])
x = int(same and keras.__version__ == tf.keras.__version__ and keras.__spec__.name == "tf_keras") \
* model(tf.ones((1, 3))).shape[1]
"""


def test_in_the_runtime_of_keras_2_import_keras_is_keras_2(tmp_path):
    with Engine(best_offer()) as engine:
        run = run_cells(engine.run, tmp_path, KERAS_BY_ITSELF, "import keras.ops", runtime="keras2")
    first, second = run.cells
    assert first.error is None
    assert second.error is not None
    assert second.error.message == "No module named 'keras.ops'"
    assert run.observations["names"].answer["numbers"] == {"x": 1.0}
    assert run.versions.keras.startswith("2.")


def test_what_cannot_be_forked_starts_cold_and_says_so(tmp_path):
    with Engine(best_offer()) as engine:
        engine.zygotes.program = _with_a_thread(tmp_path, engine.zygotes.program)
        run = run_cells(engine.run, tmp_path, "x = 4")
        notices = engine.notices
    assert run.observations["names"].answer["numbers"] == {"x": 4.0}
    assert len(notices) == 1
    assert "start cold, which takes longer: 2 threads run" in notices[0]


def _with_a_thread(folder: Path, program: Path) -> Path:
    """The fork server, with a thread as some library could leave one behind when it is imported."""
    copy = folder / "zygote.py"
    text = program.read_text().replace(
        "HERE = os.path.dirname(os.path.abspath(__file__))", f"HERE = {str(program.parent)!r}"
    )
    thread = "    if warm:\n        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"
    copy.write_text(text.replace("    if warm:\n", thread, 1))
    return copy


def test_the_student_sees_their_files_and_little_else(place, tmp_path):
    code = (
        "import os, mine\nx ="
        " mine.VALUE\nprint(sorted(os.environ))\nprint(open('data.csv').read())\nopen('new.txt',"
        " 'w').write('made here')"
    )
    run = run_cells(place, tmp_path, code, files=[("mine.py", "VALUE = 11"), ("data.csv", "1,2")])
    assert run.observations["names"].answer["numbers"] == {"x": 11.0}
    printed = "".join(o.get("text", "") for o in run.executed["cells"][0]["outputs"])
    assert "1,2" in printed
    assert "SECRET" not in printed
    assert not (tmp_path / "handed in" / "new.txt").exists()


def test_secrets_of_the_environment_do_not_reach_the_kernel(place, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_SECRET", "swordfish")
    run = run_cells(place, tmp_path, "import os\nx = 1 if 'COURSE_SECRET' in os.environ else 0")
    assert run.observations["names"].answer["numbers"] == {"x": 0.0}


def test_a_missing_package_is_named_where_it_is_used(place, tmp_path):
    source = SourceFacts(imports=("cartopy",))
    run = run_cells(place, tmp_path, "import cartopy as n\nx = 4", "n.plot()\nvalues = [1.0]", source=source)
    assert run.missing_packages == ("cartopy",)
    assert [cell.error is not None for cell in run.cells] == [False, True]
    seen = run.observations["names"]
    assert seen.answer["numbers"] == {"x": 4.0}
    np.testing.assert_array_equal(seen.array("list/values"), [1])  # the rest of the cell ran


def test_a_missing_package_that_nothing_uses_is_none(place, tmp_path):
    run = run_cells(place, tmp_path, "import cartopy", source=SourceFacts(imports=("cartopy",)))
    assert (run.outcome, run.missing_packages) == (Outcome.COMPLETED, ())


def test_commands_run_with_and_without_a_terminal(place, tmp_path):
    run = run_cells(
        place,
        tmp_path,
        "!echo a$((1 + 1))b\nx = _exit_code\nword = 'here'",
        "!echo {word}; exit 3",
        "x = _exit_code",
    )
    printed = ["".join(o.get("text", "") for o in cell["outputs"]).strip() for cell in run.executed["cells"]]
    assert printed[:2] == ["a2b", "here"]
    assert run.observations["names"].answer["numbers"] == {"x": 3.0}


def test_what_is_missing_is_told_by_fields_and_not_by_words(place, tmp_path):
    run = run_cells(
        place,
        tmp_path,
        "raise ImportError(\"No module named 'only_words'\")",
        "try:\n    import not_there.at_all\nexcept ImportError as problem:\n    raise ImportError('install it"
        " first') from problem",
        "undefined + 1",
        "raise NameError('undefined')",
    )
    assert [(cell.error.missing_package, cell.error.missing_name) for cell in run.cells if cell.error] == [
        ("", ""),
        ("not_there", ""),
        ("", "undefined"),
        ("", ""),
    ]


def test_colab_is_answered_by_stand_ins(place, tmp_path):
    run = run_cells(
        place,
        tmp_path,
        "from google.colab import drive, files\ndrive.mount('/content/drive')\nx = len(files.upload())",
    )
    assert run.outcome is Outcome.COMPLETED
    assert run.observations["names"].answer["numbers"] == {"x": 0.0}


def test_stopping_ends_every_process(place, tmp_path):
    stop, started = threading.Event(), threading.Event()
    before = set(psutil.Process().children(recursive=True))
    options = {"stop": stop, "on_event": lambda event: started.set()}
    thread = threading.Thread(
        target=run_cells, args=(place, tmp_path, "x = 1", "import time; time.sleep(60)"), kwargs=options
    )
    thread.start()
    assert started.wait(60)
    family = set(psutil.Process().children(recursive=True)) - before
    assert len(family) >= 2  # a runner and a kernel at least
    stop.set()
    thread.join(timeout=30)
    assert not thread.is_alive()
    _, alive = psutil.wait_procs(family, timeout=1)
    assert not [p for p in alive if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]


def test_a_probe_leaves_no_trace(place, tmp_path):
    """Variables, random states and flags before and after all probes are the same."""
    define = """
import random, hashlib, numpy as np, tensorflow as tf
class LSTM_Cell(tf.keras.layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.gates = [tf.keras.layers.Dense(units) for _ in range(4)]
    def call(self, x, states):
        h, c = states
        i, f, g, o = (gate(tf.concat([x, h], 1)) for gate in self.gates)
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
        return tf.sigmoid(o) * tf.tanh(c), c
model = tf.keras.Sequential([tf.keras.layers.Dense(3), tf.keras.layers.Flatten(), tf.keras.layers.Dense(1)])
model(tf.zeros((4, 5, 1)))
tf.random.set_seed(3); np.random.seed(3); random.seed(3)
tf.random.normal([2])
def digest():
    state = [v.numpy().tobytes() for v in model.weights] \
+ [np.random.get_state()[1].tobytes(), str(random.getstate()).encode()]
    return int(hashlib.sha256(b''.join(state)).hexdigest()[:12], 16)
before = set(globals()); x = digest()
"""
    after = (
        "values = [float(digest() == x), float(tf.config.functions_run_eagerly()), float(len(set(globals()) -"
        " before - {'before', 'x'}))]\nnumbers = tf.random.normal([2]).numpy()"
    )
    asked = (PROBES["one_step"], probes.names("x", lists=("values", "numbers")))
    first = run_cells(place, tmp_path, define, after, asked=asked)
    assert first.observations["one_step"].after_cell == 1
    unchanged, eager, new_names = first.observations["names"].array("list/values")
    assert unchanged == 1.0
    assert eager == 0.0
    assert new_names <= 4  # IPython's own _i, _ii, _iii and the like
    (tmp_path / "again").mkdir()
    second = run_cells(place, tmp_path / "again", define, after, asked=asked[1:])
    np.testing.assert_array_equal(
        first.observations["names"].array("list/numbers"), second.observations["names"].array("list/numbers")
    )


TRAINING = """
import numpy as np, tensorflow as tf
EPOCHS = 3
def samples():
    while True:
        x = np.random.normal(size=(32, 4)).astype("float32")
        yield x, (x.sum(axis=1, keepdims=True) > 0).astype("int32")
signature = (tf.TensorSpec((32, 4), tf.float32), tf.TensorSpec((32, 1), tf.int32))
train_ds = tf.data.Dataset.from_generator(samples, output_signature=signature)
model = tf.keras.Sequential([tf.keras.layers.Dense(1, activation="sigmoid")])
optimizer, values = tf.keras.optimizers.Adam(RATE), []
for epoch in range(EPOCHS):
    x = 0
    for noise, label in train_ds:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.cast(label, tf.float32) - model(noise)) ** 2)
        optimizer.apply_gradients(zip(tape.gradient(loss, model.trainable_variables), \
model.trainable_variables))
        x += 1
    values.append(x)
"""


@pytest.mark.parametrize(("rate", "batches"), [(0.05, ([100, 160], 20, 20)), (0.0, ([200], 200, 200))])
def test_a_shortened_training_ends_early_only_for_a_model_that_has_learned(tmp_path, rate, batches):
    hw = an_assignment(probes.names("x", lists=("values",)), probes.training())
    hw.role(roles.model("model", answers="two classes"))
    hw.parameters, hw.steps, hw.shrink = (
        {"EPOCHS": 3},
        lambda numbers: 10_000.0,
        lambda numbers, steps: numbers,
    )
    submission = Submission(
        student="ada", digest="d", cells=(CellSource(number=1, text=TRAINING.replace("RATE", str(rate))),)
    )
    plan = Plan(
        run_id="r1",
        attempt=1,
        extent=Extent.SHORT,
        key=b"key",
        limits=Limits(cell_seconds=60, wall_seconds=90),
    )
    with Engine(best_offer()) as engine:
        run = engine.run(Wanted(submission=submission, assignment=hw, plan=plan, folder=tmp_path / "run"))
    assert run.outcome is Outcome.COMPLETED
    first, *others = run.observations["names"].array("list/values").tolist()
    assert first in batches[0]
    assert others == list(batches[1:])
    assert f"the grader ended a loop over a data set after {first:.0f} batches" in run.cuts
    seen = run.observations["training"]
    assert len(seen.answer["steps"]) == (3 if rate else 1)  # weights that did not change are kept once
    assert seen.array("snapshot/0/0").shape == (4, 1)


def test_one_runner_does_one_notebook_after_the_other_until_it_is_lost(tmp_path):
    with Engine(best_offer()) as engine:
        used = []
        for number in range(3):
            (tmp_path / str(number)).mkdir()
            if number == 2:
                (idle,) = engine.runners._idle
                idle.process.kill()
                idle.process.wait()
            run = run_cells(engine.run, tmp_path / str(number), f"x = {number}")
            assert run.observations["names"].answer["numbers"] == {"x": float(number)}
            used += [runner.process.pid for runner in engine.runners._idle]
        assert used[0] == used[1] != used[2]
