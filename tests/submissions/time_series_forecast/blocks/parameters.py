# %% small: fewer epochs, which are enough.
SERIES_SEED = 2
SPLIT_TIME = 1100
WINDOW_SIZE = 20
BATCH_SIZE = 32
SHUFFLE_BUFFER = 1000
SWEEP_EPOCHS = 9
EPOCHS = 30

# %% settings: in a class of settings, as the public course has them.
from dataclasses import dataclass


@dataclass
class G:
    SERIES_SEED = 5
    SPLIT_TIME = 1100
    WINDOW_SIZE = 20
    BATCH_SIZE = 32
    SHUFFLE_BUFFER = 1000


SERIES_SEED, SPLIT_TIME, WINDOW_SIZE, BATCH_SIZE, SHUFFLE_BUFFER = 5, 1100, 20, 32, 1000
SWEEP_EPOCHS, EPOCHS = 9, 30
