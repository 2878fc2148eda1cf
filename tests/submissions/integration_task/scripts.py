"""Submissions of Python files: a package whose main() takes its numbers as arguments, with a class that trains; right, and with one mistake."""

from functools import partial

from tests.corpus import Block, Rename, right, swap, text, wrong
from tests.submissions.sum_sequence.scripts import ANSWERS, files

HOMEWORK = "integration_task"
NUMBERS = Rename({"SEQ_LEN": "length", "BATCH_SIZE": "bs", "NUM_SAMPLES": "samples", "LEARNING_RATE": "rate", "EPOCHS": "num_epochs"})
SMALL = swap("Abwickler(MemoryCell(100))", "Abwickler(MemoryCell(24))")
DATA = '''def build(length: int, samples: int, bs: int) -> tuple[tf.data.Dataset, tf.data.Dataset]:
    """Training and test data.

    Args:
        length: time steps of a sequence.
        samples: sequences of an epoch.
        bs: sequences of a batch.
    """
    signature = (tf.TensorSpec((length, 1), tf.float32), tf.TensorSpec((1,), tf.int32))

    def make(count: int) -> tf.data.Dataset:
        drawn = tf.data.Dataset.from_generator(lambda: noise_and_side(length, count), output_signature=signature)
        return drawn.batch(bs).prefetch(tf.data.AUTOTUNE)

    return make(samples), make(samples // 5)
'''
MAIN = '''"""Train the network: python main.py"""

from homework.data import build
from homework.network import Netz
from homework.trainer import Trainer


def main(length: int = 25, samples: int = 19_200, bs: int = 64, num_epochs: int = 4, rate: float = 3e-3) -> None:
    """Train and test.

    Args:
        length: time steps of a sequence.
        samples: sequences of an epoch.
        bs: sequences of a batch.
        num_epochs: how often all of them are seen.
        rate: of learning.
    """
    seen, unseen = build(length, samples, bs)
    trainer = Trainer(Netz(), rate)
    trainer.run(seen, unseen, num_epochs)
    print(trainer.history["test_acc"])


if __name__ == "__main__":
    main()
'''


def package(cell: Block = "gate_class") -> dict[str, str]:
    """main.py, and a package with the data, the network and the trainer."""
    task = text("data", Rename({"integration_task": "noise_and_side"}), HOMEWORK).partition("\n\n\n")[0]
    network = "\n\n\n".join((text("cell", cell), text("layer", "nullzustaende"), text("model", ("german", SMALL))))
    trainer = text("training", ("trainer", NUMBERS)).partition("\n\n\nnetwork = ")[0]
    numpy, tensorflow = "import numpy as np\n", "import tensorflow as tf\n\n\n"
    return {
        "main.py": MAIN,
        "homework/__init__.py": "",
        "homework/data.py": f"from collections.abc import Iterator\n\n{numpy}{tensorflow}{task}\n\n\n{DATA}",
        "homework/network.py": f"{tensorflow}{network}\n",
        "homework/trainer.py": f"{numpy}{tensorflow}{trainer}\n",
        "README.md": ANSWERS,
    }


SUBMISSIONS = [
    right("script_trainer", "A package; main() has its numbers as arguments, a Trainer keeps its record in a dict.", write=files(package)),
    wrong(
        "script_trainer_all_valves",
        "The same package; the candidate goes through a sigmoid, like the gates.",
        "computes_lstm",
        write=files(partial(package, cell=("gate_class", swap('activation="tanh"', 'activation="sigmoid"')))),
    ),
]
