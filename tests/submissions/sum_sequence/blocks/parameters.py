# %% small: fewer sequences than the sheet's: 400 steps train in two seconds; ten seeds ended between .962 and .98 (README.md).
SEQ_LEN = 25
NUM_SAMPLES = 6_400
BATCH_SIZE = 32
EPOCHS = 2
LEARNING_RATE = 5e-4
READ_IN = 32
UNITS = 100

# %% own_numbers: every number differs from the sheet's.
SEQ_LEN = 20
NUM_SAMPLES = 12_800
BATCH_SIZE = 64
EPOCHS = 2
LEARNING_RATE = 3e-3
READ_IN = 16
UNITS = 25

# %% odd_style: annotated, chained and unpacked assignments over two cells.
SEQ_LEN: int = 25  # steps
BATCH_SIZE, EPOCHS = 32, 2
READ_IN: int = 32; UNITS: int = 100
# -- next cell --
NUM_SAMPLES = 200 * BATCH_SIZE
LEARNING_RATE = 0.001

# %% for_eager: few and larger batches, because a step without a graph takes a tenth of a second.
SEQ_LEN = 25
NUM_SAMPLES = 4_480
BATCH_SIZE = 64
EPOCHS = 2
LEARNING_RATE = 2e-3
READ_IN = 32
UNITS = 100

# %% one_by_one: batches of one.
SEQ_LEN = 25
NUM_SAMPLES = 600
BATCH_SIZE = 1
EPOCHS = 2
LEARNING_RATE = 1e-3
READ_IN = 32
UNITS = 100

# %% for_plain_sgd: 2,400 steps, because plain gradient descent needs some 1,200 to reach 90 %.
SEQ_LEN = 25
NUM_SAMPLES = 25_600
BATCH_SIZE = 32
EPOCHS = 3
LEARNING_RATE = 1e-2
READ_IN = 32
UNITS = 100

# %% narrow: 25 units.
SEQ_LEN = 25
NUM_SAMPLES = 6_400
BATCH_SIZE = 32
EPOCHS = 2
LEARNING_RATE = 1e-3
READ_IN = 32
UNITS = 25

# %% in_a_dict: under names of the student's own, in a dict.
config = {"timesteps": 20, "n_train": 6_400, "minibatch": 64, "n_epochs": 3, "lr": 1e-3}
READ_IN, UNITS = 32, 100

# %% in_a_dataclass: the fields of a class of settings, under names of the student's own.
from dataclasses import dataclass
# -- next cell --
@dataclass
class Settings:
    """All numbers."""

    n_steps: int = 25
    n_samples: int = 64_000
    bs: int = 64
    num_epochs: int = 3
    lr: float = 1e-3


settings = Settings()
