"""Submissions of Python files, made of the same blocks as the notebooks: one file, main() with argparse, a package, flat modules, a
notebook that imports its modules, saved data, two versions, another script started first; right ones, wrong ones and broken ones."""

import json
import os
import re
import textwrap
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import numpy as np

from tests.corpus import NOTEBOOK, Block, as_file, blocks, broken, find, notebook, right, swap, text, wrong
from tests.submissions.sum_sequence.checks import OF_THE_LAYER, OF_THE_MODEL

Chosen = Mapping[str, Block]
CODE = ("imports", "parameters", "data", "cell", "layer", "model", "training")
ANSWERS = "\n\n".join(blocks("answers")["good"].split("\n# -- next cell --\n")) + "\n"
USED = re.compile(r"\b(SEQ_LEN|NUM_SAMPLES|BATCH_SIZE|EPOCHS|LEARNING_RATE|READ_IN|UNITS)\b")
IMPORTS = {
    "np": "import numpy as np",
    "tf": "import tensorflow as tf",
    "Iterator": "from collections.abc import Iterator",
}


def hand_in(files: Mapping[str, str], folder: Path) -> None:
    """Write files, folders included, in this order."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")


def code(*parts: str, **chosen: Block) -> str:
    """The code of these parts, one after the other."""
    return "\n\n\n".join(text(part, chosen.get(part)) for part in parts) + "\n"


def commented(answers: str) -> str:
    """The answers as a block of comments."""
    return "".join(f"# {line}".rstrip() + "\n" for line in answers.splitlines())


def one_file(**chosen: Block) -> str:
    """Everything in one file, without a main guard."""
    return code(*CODE, **chosen)


def module(part: str, own: Mapping[str, str], dots: str, **chosen: Block) -> str:
    """One part as a module that imports what it uses. `own`: name -> the module it stands in."""
    body = text(part, chosen.get(part))
    lines = [line for name, line in IMPORTS.items() if re.search(rf"\b{name}\b", body)]
    wanted: dict[str, list[str]] = {}
    for name, home in own.items():
        if home != part and re.search(rf"\b{name}\b", body):
            wanted.setdefault(home, []).append(name)
    lines += [f"from {dots}{home} import {', '.join(names)}" for home, names in wanted.items()]
    return "\n".join(lines) + f"\n\n\n{body}\n"


OWN = {
    **dict.fromkeys(USED.pattern[3:-3].split("|"), "parameters"),
    **dict.fromkeys(("integration_task", "my_integration_task", "train_ds", "test_ds"), "data"),
    "LSTM_Cell": "cell",
    "LSTM_Layer": "layer",
    "MyModel": "model",
}
MODULES = ("parameters", "data", "cell", "layer", "model")


def flat(dots: str = "", **chosen: Block) -> dict[str, str]:
    """A module for each part, and main.py, which trains below its main guard."""
    files = {f"{part}.py": module(part, OWN, dots, **chosen) for part in MODULES}
    top, _, body = module("training", OWN, dots, **chosen).partition("\n\n\n")
    steps, _, run = body.partition("loss, accuracy = evaluate(test_ds)\n")
    guard = 'if __name__ == "__main__":\n' + textwrap.indent(f"loss, accuracy = evaluate(test_ds)\n{run}", "    ")
    return {**files, "main.py": f'"""Train the network."""\n\n{top}\n\n\n{steps}\n\n{guard}'}


def package(**chosen: Block) -> dict[str, str]:
    """The same as a package with relative imports, beside a README."""
    files = {f"sum_of_noise/{name}": content for name, content in flat(".", **chosen).items()}
    return {"README.md": ANSWERS, "sum_of_noise/__init__.py": "", **files}


LAST_OF_DATA = "test_ds = samples.take(NUM_SAMPLES // 5).batch(BATCH_SIZE).prefetch(tf.data.AUTOTUNE)"
OPTIONS = '''def read_options() -> argparse.Namespace:
    """The numbers, from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seq-len", type=int, default=25)
    parser.add_argument("--num-samples", type=int, default=6_400, help="sequences in one epoch")
    parser.add_argument("--batch-size", "-b", type=int, default=32)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--learning-rate", type=float, default=5e-4)
    parser.add_argument("--read-in", type=int, default=32)
    parser.add_argument("--units", type=int, default=100)
    return parser.parse_args()
'''
SETTINGS = '''SETTINGS = {"seq_len": 25, "num_samples": 64_000, "batch_size": 32, "epochs": 2, "learning_rate": 5e-4, "read_in": 32, "units": 100}


def read_options() -> SimpleNamespace:
    """The numbers."""
    return SimpleNamespace(**SETTINGS)
'''
SIZED = (
    swap("def __init__(self) -> None:", "def __init__(self, read_in: int, units: int) -> None:"),
    swap("Dense(READ_IN)", "Dense(read_in)"),
    swap("LSTM_Cell(UNITS)", "LSTM_Cell(units)"),
    swap(
        "answers with a probability.",
        "answers with a probability.\n\n    Args:\n        read_in: width of the read-in.\n        units: of the LSTM.\n    ",
    ),
)


def with_options(**chosen: Block) -> str:
    """main() reads its numbers with argparse; data, model and losses are local to it."""
    task, _, rest = text("data", chosen.get("data")).partition("\n\n\n")
    local = f"{rest}\n\n{text('training', swap('MyModel()', 'MyModel(READ_IN, UNITS)'))}\n"
    local = USED.sub(lambda found: f"options.{found[1].lower()}", local)
    main = f'def main() -> None:\n    """Train and test."""\n    options = read_options()\n{textwrap.indent(local, "    ")}'
    parts = [OPTIONS, task, text("cell", chosen.get("cell")), text("layer"), text("model", SIZED), main]
    guard = 'if __name__ == "__main__":\n    main()\n'
    return "\n\n\n".join(['"""Homework 7: the sum of noise."""\n\nimport argparse\n' + text("imports"), *parts, guard])


SAVED = '''train_ds.save("data/train")
tf.data.experimental.save(test_ds, "data/test")
train_ds = tf.data.Dataset.load("data/train").prefetch(tf.data.AUTOTUNE)
test_ds = tf.data.experimental.load("data/test", element_spec=train_ds.element_spec)
'''


def with_settings() -> str:
    """As with argparse, but the numbers stand in a dict, where no budget reaches them: training is cut."""
    code = with_options().replace(OPTIONS, SETTINGS)
    return code.replace("import argparse\n", "from types import SimpleNamespace\n")


def with_notebook(folder: Path) -> None:
    """A notebook with the data and the training, and a package that it imports."""
    whole = notebook(find("plain"))
    cells = []
    for cell in whole["cells"]:
        source = "".join(cell["source"])
        if "class LSTM_Cell" in source or "class LSTM_Layer" in source:
            continue
        if "class MyModel" in source:
            source = "from network.model import LSTM_Cell, LSTM_Layer, MyModel"
        cells.append({**cell, "source": source.splitlines(keepends=True)})
    network = {f"network/{name}": content for name, content in flat(".").items() if name in ("cell.py", "layer.py", "model.py")}
    network["network/model.py"] = network["network/model.py"].replace(
        "from .layer import LSTM_Layer", "from .cell import LSTM_Cell\nfrom .layer import LSTM_Layer"
    )
    hand_in({**network, "network/parameters.py": text("parameters") + "\n", NOTEBOOK: as_file({**whole, "cells": cells})}, folder)


def two_versions(folder: Path) -> None:
    """An older version with a mistake, and a newer one, saved at the same second."""
    old = one_file(cell=swap("tf.tanh(cell)", "cell"))
    hand_in({"homework_v9.py": old, "homework_v10.py": one_file(), "README.md": ANSWERS}, folder)
    for file in folder.iterdir():
        os.utime(file, (1_790_000_000, 1_790_000_000))


def with_data(folder: Path) -> None:
    """A script that reads its labels' threshold from a file that was handed in."""
    data = swap("noise.sum() > 0", "noise.sum() > THRESHOLD")
    parameters = f'{text("parameters")}\nTHRESHOLD = float(np.load("data/threshold.npy"))\n'
    parts = [text("imports"), parameters, text("data", data), *(text(part) for part in CODE[3:])]
    hand_in({"homework.py": "\n\n\n".join(parts) + "\n", "README.md": ANSWERS}, folder)
    (folder / "data").mkdir()
    np.save(folder / "data" / "threshold.npy", np.float32(1.0))


def chain(folder: Path) -> None:
    """run.py starts a script that makes a file, then the training that reads it."""
    data = swap("noise.sum() > 0", "noise.sum() > THRESHOLD")
    parameters = f'{text("parameters")}\nTHRESHOLD = float(np.load("threshold.npy"))\n'
    parts = [text("imports"), parameters, text("data", data), *(text(part) for part in CODE[3:])]
    made = 'import numpy as np\n\nnp.save("threshold.npy", np.float32(1.0))\n'
    start = 'import os\n\nif __name__ == "__main__":\n    os.system("python make_data.py")\n    os.system("python train.py")\n'
    train = "\n\n\n".join(parts) + "\n"
    hand_in({"run.py": start, "make_data.py": made, "train.py": train, "README.md": ANSWERS}, folder)


def files(content: Callable[[], Mapping[str, str]] | Mapping[str, str]) -> Callable[[Path], None]:
    """Write these files."""
    return lambda folder: hand_in(content() if callable(content) else content, folder)


def json_of(value: object) -> str:
    """For a file that belongs to the homework but is no code."""
    return json.dumps(value) + "\n"


SUBMISSIONS = [
    right(
        "script",
        "The code as one Python file, the answers as comments at its end.",
        write=files(lambda: {"homework.py": one_file() + "\n\n" + commented(ANSWERS)}),
    ),
    right(
        "script_with_main",
        "main() with argparse: data, model and losses are local to it.",
        write=files(lambda: {"train.py": with_options(), "README.md": ANSWERS}),
    ),
    right(
        "script_with_settings",
        "main() with a dict of settings: the first run cuts its training.",
        write=files(lambda: {"train.py": with_settings(), "README.md": ANSWERS}),
    ),
    right("script_package", "A package with relative imports and a main script.", write=files(package)),
    right(
        "script_is_package",
        "The folder that was handed in is itself the package.",
        write=files(lambda: {**flat("."), "__init__.py": "", "README.md": ANSWERS}),
    ),
    right(
        "script_modules",
        "A module for each part, and main.py.",
        write=files(lambda: {**flat(), "README.md": ANSWERS, "settings.json": json_of({"seed": 1})}),
    ),
    right("notebook_with_modules", "A notebook that imports its network from a package.", write=with_notebook),
    right(
        "script_saved_data",
        "A script that saves its datasets and loads them again.",
        write=files(lambda: {"homework.py": one_file(data=swap(LAST_OF_DATA, f"{LAST_OF_DATA}\n\n{SAVED}")), "README.md": ANSWERS}),
    ),
    right("script_with_data", "A script that reads a data file.", write=with_data),
    right("script_chain", "A script that starts another one, which makes a file, and then the training.", write=chain),
    right("script_two_versions", "Two versions of one script, the older one wrong.", write=two_versions),
    wrong(
        "script_no_output_tanh",
        "One file; the cell state leaves without tanh.",
        "computes_lstm",
        write=files(lambda: {"homework.py": one_file(cell=swap("tf.tanh(cell)", "cell")), "README.md": ANSWERS}),
    ),
    wrong(
        "script_package_forget_bias_zero",
        "A package; the forget gate's bias starts at zero.",
        "forget_bias_one",
        write=files(partial(package, cell=swap(', bias_initializer="ones"', ""))),
    ),
    broken(
        "script_module_syntax_error",
        "A module does not parse: the script cannot import its layer.",
        "RAISED",
        fails=f"{OF_THE_LAYER} {OF_THE_MODEL}",
        may="arguments_explained graph_mode own_lstm",
        write=files(lambda: {**flat(layer=swap("steps = x.shape[1]", "steps = x.shape[1")), "README.md": ANSWERS}),
    ),
]
